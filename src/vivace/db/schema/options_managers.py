"""What the options of a model know of its managers.

A model that declares none has one made for it when managers are first asked for: PERF: managers have
the methods of querysets, and declaring models takes none of these.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, ClassVar

from vivace.db.completion import Installed
from vivace.utils.datastructures import ImmutableList
from vivace.utils.functional import cached_property
from vivace.utils.lazily import Later
from vivace.utils.naming import publish

if TYPE_CHECKING:
    from vivace.db.schema import lineage
else:
    # PERF: most models have no parents with a table, and managers are asked for later.
    lineage = Later("vivace.db.schema.lineage")

__all__ = ["IMMUTABLE_WARNING", "ManagerOptions", "make_immutable_fields_list"]

IMMUTABLE_WARNING = (
    "The return type of '%s' should never be mutated. If you want to manipulate this list for your "
    "own use, make a copy first."
)


def make_immutable_fields_list(name: str, data: Iterable[Any]) -> ImmutableList[Any]:
    """`data` as a list that refuses changes, and says that it came from `name`."""
    return ImmutableList(data, warning=IMMUTABLE_WARNING % name)


class ManagerOptions:
    """The part of `Options` about managers."""

    if TYPE_CHECKING:
        model: Any
        _expire_cache: Callable[..., None]

    # Set by the room of objects: `Manager`.
    manager_class: ClassVar[Any] = Installed()

    _local_managers: list[Any]
    # What makes the manager that a model has if it declares none.
    _automatic: Any

    @property
    def local_managers(self) -> list[Any]:
        """The managers of the model itself, those of its parents aside."""
        if self._automatic is not None:
            self._automatic.make()
        return self._local_managers

    @property
    def has_managers(self) -> bool:
        """Whether the model or a parent declares managers, or is to have one that was not declared."""
        for base in self.model.__mro__:
            meta = base.__dict__.get("_meta")
            if meta and (meta._local_managers or meta._automatic):
                return True
        return False

    @property
    def managers_are_automatic(self) -> bool:
        """Whether neither the model nor a parent declares a manager, and none was asked for yet."""
        for base in self.model.__mro__:
            meta = base.__dict__.get("_meta")
            if meta and meta._local_managers:
                return False
        return True

    def add_manager(self, manager: Any) -> None:
        """Take a manager that the model declares."""
        self._local_managers.append(manager)
        self._expire_cache()

    def await_manager(self, automatic: Any) -> None:
        """Have the manager that `automatic` makes when managers are asked for."""
        self._automatic = automatic

    def take_awaited(self, manager: Any) -> None:
        """Take that manager; nothing that is kept was computed without it."""
        self._local_managers.append(manager)
        self._automatic = None

    @cached_property
    def managers(self) -> ImmutableList[Any]:
        """The managers of the model and its parents; the nearest of each name."""
        return make_immutable_fields_list("managers", lineage.managers_of(self.model))

    @cached_property
    def managers_map(self) -> dict[str, Any]:
        """`managers` by name."""
        return {manager.name: manager for manager in self.managers}

    @cached_property
    def base_manager(self) -> Any:
        """The manager that gives the related objects of instances: one that hides nothing."""
        return lineage.base_manager_of(self)

    @cached_property
    def default_manager(self) -> Any:
        """The manager that is used where none is named: the first, unless Meta names one."""
        return lineage.default_manager_of(self)


publish(__name__, "db.models.options", "make_immutable_fields_list")
