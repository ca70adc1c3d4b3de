"""Views of many objects (documentation: multiple object mixins, generic display views)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from vivace.core.exceptions import ImproperlyConfigured
from vivace.core.paginator import InvalidPage, Paginator
from vivace.db.models import QuerySet
from vivace.http import Http404, HttpRequest
from vivace.utils.translation import gettext as _
from vivace.utils.unannotated import unannotated
from vivace.views.generic.base import ContextMixin, TemplateResponseMixin, View
from vivace.views.generic.detail import names_by_model

__all__ = [
    "BaseListView",
    "ContextMixin",
    "Http404",
    "ImproperlyConfigured",
    "InvalidPage",
    "ListView",
    "MultipleObjectMixin",
    "MultipleObjectTemplateResponseMixin",
    "Paginator",
    "QuerySet",
    "TemplateResponseMixin",
    "View",
]


@unannotated
class MultipleObjectMixin(ContextMixin):
    """Finds the objects, divides them into pages, and shows them to the template."""

    allow_empty = True
    queryset: Any = None
    model: Any = None
    paginate_by: int | None = None
    paginate_orphans = 0
    context_object_name: str | None = None
    paginator_class: Any = Paginator
    page_kwarg = "page"
    ordering: Any = None

    request: HttpRequest
    kwargs: dict[str, Any]
    object_list: Any

    def get_queryset(self) -> Any:
        """The objects: `queryset` (any iterable; a query is copied) or all of `model`, ordered."""
        objects = self.queryset
        if isinstance(objects, QuerySet):
            objects = objects.all()
        elif objects is None:
            if self.model is None:
                name = type(self).__name__
                raise ImproperlyConfigured(
                    f"{name} is missing a QuerySet. Define {name}.model, {name}.queryset, or "
                    f"override {name}.get_queryset()."
                )
            objects = self.model._default_manager.all()
        ordering = self.get_ordering()
        if not ordering:
            return objects
        return objects.order_by(*((ordering,) if isinstance(ordering, str) else ordering))

    def get_ordering(self) -> Any:
        """A field, or several, by which the objects are ordered."""
        return self.ordering

    def paginate_queryset(self, queryset: Any, page_size: int) -> tuple[Any, Any, Any, bool]:
        """The paginator, the page asked for, its objects, and whether there are other pages.

        The page is the route's or the query string's; ``last`` is one. `Http404` for any other
        that is not there.
        """
        paginator = self.get_paginator(
            queryset,
            page_size,
            orphans=self.get_paginate_orphans(),
            allow_empty_first_page=self.get_allow_empty(),
        )
        asked = self.kwargs.get(self.page_kwarg) or self.request.GET.get(self.page_kwarg) or 1
        try:
            number = int(asked)
        except ValueError:
            if asked != "last":
                raise Http404(_("Page is not “last”, nor can it be converted to an int."))
            number = paginator.num_pages
        try:
            page = paginator.page(number)
        except InvalidPage as error:
            raise Http404(
                _("Invalid page (%(page_number)s): %(message)s")
                % {"page_number": number, "message": str(error)}
            )
        return paginator, page, page.object_list, page.has_other_pages()

    def get_paginate_by(self, queryset: Any) -> int | None:
        """How many objects a page has; None for a list that is not divided."""
        return self.paginate_by

    def get_paginator(
        self,
        queryset: Any,
        per_page: int,
        orphans: int = 0,
        allow_empty_first_page: bool = True,
        **kwargs: Any,
    ) -> Any:
        """The paginator of this view: a `paginator_class`."""
        return self.paginator_class(
            queryset,
            per_page,
            orphans=orphans,
            allow_empty_first_page=allow_empty_first_page,
            **kwargs,
        )

    def get_paginate_orphans(self) -> int:
        """How many objects at the end are too few for a page of their own."""
        return self.paginate_orphans

    def get_allow_empty(self) -> bool:
        """Whether an empty list is shown; otherwise it is a 404."""
        return self.allow_empty

    def get_context_object_name(self, object_list: Any) -> str | None:
        """The list's own name in the context, beside ``object_list``."""
        if self.context_object_name:
            return self.context_object_name
        if hasattr(object_list, "model"):
            return f"{object_list.model._meta.model_name}_list"
        return None

    def get_context_data(self, *, object_list: Any = None, **kwargs: Any) -> dict[str, Any]:
        objects = self.object_list if object_list is None else object_list
        name = self.get_context_object_name(objects)
        page_size = self.get_paginate_by(objects)
        context: dict[str, Any] = dict.fromkeys(("paginator", "page_obj"))
        if page_size:
            paginator, page, objects, several = self.paginate_queryset(objects, page_size)
            context = {"paginator": paginator, "page_obj": page, "is_paginated": several}
        else:
            context["is_paginated"] = False
        context["object_list"] = objects
        if name is not None:
            context[name] = objects
        return super().get_context_data(**(context | kwargs))


@unannotated
class BaseListView(MultipleObjectMixin, View):
    """Shows many objects, in whatever way `render_to_response` has."""

    render_to_response: Any

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        self.object_list = self.get_queryset()
        if not self.get_allow_empty() and self._nothing():
            raise Http404(
                _("Empty list and “%(class_name)s.allow_empty” is False.")
                % {"class_name": type(self).__name__}
            )
        return self.render_to_response(self.get_context_data())

    def _nothing(self) -> bool:
        objects = self.object_list
        # PERF: of a list in pages only one page will be loaded.
        if self.get_paginate_by(objects) is not None and hasattr(objects, "exists"):
            return not objects.exists()
        return not objects


@unannotated
class MultipleObjectTemplateResponseMixin(TemplateResponseMixin):
    """Guesses the template from the model of the objects."""

    template_name_suffix = "_list"

    object_list: Any

    def get_template_names(self) -> list[str]:
        """`template_name`, if there is one, and then the ``app/model_suffix.html`` of a query."""
        names: Sequence[str] = []
        try:
            names = super().get_template_names()
        except ImproperlyConfigured:
            pass
        if hasattr(self.object_list, "model"):
            guess = names_by_model(self.object_list.model, self.template_name_suffix)
            return [*names, *guess]
        if not names:
            raise ImproperlyConfigured(
                f"{type(self).__name__} requires either a 'template_name' attribute or a "
                "get_queryset() method that returns a QuerySet."
            )
        return list(names)


class ListView(MultipleObjectTemplateResponseMixin, BaseListView):
    """Shows many objects with their model's ``_list`` template."""
