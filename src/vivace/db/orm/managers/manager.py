"""`Manager`, which models have unless they say otherwise, and `EmptyManager`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vivace.db.orm.managers.base import BaseManager, ManagerDescriptor
from vivace.db.orm.querysets.queryset import QuerySet
from vivace.db.orm.querysets.state import M
from vivace.db.orm.road import manager as _shortcuts  # noqa: F401 - managers take its short ways
from vivace.db.schema.options import Options
from vivace.utils.naming import published

__all__ = ["BaseManager", "EmptyManager", "Manager", "ManagerDescriptor"]

if TYPE_CHECKING:
    from vivace.db.orm.managers.methods import ManagerMethods

    class _QuerySetManager(ManagerMethods[M]):
        """What checkers know of a manager's queryset methods."""
else:
    _QuerySetManager = BaseManager.from_queryset(QuerySet)


@published("db.models.manager.Manager")
class Manager(_QuerySetManager[M]):
    """The manager of a model: its querysets start here."""


BaseManager.standard = Manager
Options.manager_class = Manager


@published("db.models.manager.EmptyManager")
class EmptyManager(Manager[M]):
    """A manager of `model` whose querysets give nothing."""

    def __init__(self, model: type[M]) -> None:
        super().__init__()
        self.model = model

    def get_queryset(self) -> Any:
        """A queryset that gives nothing."""
        return super().get_queryset().none()
