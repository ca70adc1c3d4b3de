"""Class-based views under their documented address.

Those that show objects are imported when they are first asked for: sites without models have views too.
"""

from typing import TYPE_CHECKING

from vivace.utils.lazily import lazily
from vivace.views.generic.base import RedirectView, TemplateView, View

if TYPE_CHECKING:
    from vivace.views.generic.dates import (
        ArchiveIndexView,
        DateDetailView,
        DayArchiveView,
        MonthArchiveView,
        TodayArchiveView,
        WeekArchiveView,
        YearArchiveView,
    )
    from vivace.views.generic.detail import DetailView
    from vivace.views.generic.edit import CreateView, DeleteView, FormView, UpdateView
    from vivace.views.generic.list import ListView

__all__ = [
    "ArchiveIndexView",
    "CreateView",
    "DateDetailView",
    "DayArchiveView",
    "DeleteView",
    "DetailView",
    "FormView",
    "GenericViewError",
    "ListView",
    "MonthArchiveView",
    "RedirectView",
    "TemplateView",
    "TodayArchiveView",
    "UpdateView",
    "View",
    "WeekArchiveView",
    "YearArchiveView",
]


class GenericViewError(Exception):
    """A generic view cannot work with what it was given."""


__getattr__, __dir__ = lazily(
    __name__,
    {
        "dates": (
            "ArchiveIndexView DateDetailView DayArchiveView MonthArchiveView TodayArchiveView "
            "WeekArchiveView YearArchiveView"
        ),
        "detail": "DetailView",
        "edit": "CreateView DeleteView FormView UpdateView",
        "list": "ListView",
    },
)
