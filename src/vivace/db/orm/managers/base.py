"""What all managers are: the way from a model class to its querysets.

A manager's queryset methods are made from a queryset class by `from_queryset`; they build a queryset
and pass the call on. Documented in topics/db/managers.
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from functools import wraps
from importlib import import_module
from threading import Lock
from types import FunctionType
from typing import TYPE_CHECKING, Any, ClassVar, Self, TypeVar

from vivace.db import router
from vivace.db.completion import Installed
from vivace.db.schema.options import Options
from vivace.utils.naming import address, object_repr, published
from vivace.utils.subscripted import Subscripted, itself

if TYPE_CHECKING:
    from vivace.db.orm.querysets.state import M
else:
    M = TypeVar("M")

__all__ = ["AutomaticManager", "BaseManager", "ManagerDescriptor", "make_manager"]

_making = Lock()


@published("db.models.manager.BaseManager")
class BaseManager(Subscripted[M]):
    """The base of managers, without the methods of querysets."""

    #: Counts managers, so that those of a class are known in the order of their definition.
    creation_counter: int = 0

    #: Whether nobody asked for this manager: a model without one gets `objects`.
    auto_created = False

    #: Whether migrations have this manager on their historical models.
    use_in_migrations = False

    #: What `QuerySet.as_manager` makes managers from; the module of `Manager` says it.
    standard: ClassVar[Any] = Installed()

    _queryset_class: ClassVar[type[Any]]
    _built_with_as_manager = False

    #: Where the fast road begins for this manager's model; set by `road`.
    _root_shape: Any = None
    _constructor_args: tuple[tuple[Any, ...], dict[str, Any]]

    model: type[M]
    name: str | None

    def __new__(cls, *args: Any, **kwargs: Any) -> Self:
        """Remember the arguments, of which `deconstruct` tells."""
        manager = super().__new__(cls)
        manager._constructor_args = (args, kwargs)
        return manager

    def __init__(self) -> None:
        super().__init__()
        self._set_creation_counter()
        self.model = None  # type: ignore[assignment]
        self.name = None
        self._db: str | None = None
        self._hints: dict[str, Any] = {}

    if not TYPE_CHECKING:
        __class_getitem__ = itself

    __repr__ = object_repr

    def __str__(self) -> str:
        return f"{self.model._meta.label}.{self.name}"

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, type(self)):
            return False
        return bool(self._constructor_args == other._constructor_args)

    def __getstate__(self) -> dict[str, Any]:
        # What the fast road knows is of this process, and found again by whoever gets the copy.
        return {name: value for name, value in vars(self).items() if name != "_root_shape"}

    def __hash__(self) -> int:
        return id(self)

    def _set_creation_counter(self) -> None:
        self.creation_counter = BaseManager.creation_counter
        BaseManager.creation_counter += 1

    # --- what migrations and checks ask

    def deconstruct(
        self,
    ) -> tuple[bool, str | None, str | None, tuple[Any, ...] | None, dict[str, Any] | None]:
        """``(as_manager, manager's path, queryset's path, args, kwargs)`` to make it again.

        Raises ValueError for a class that cannot be imported by its name.
        """
        if self._built_with_as_manager:
            return True, None, address(self._queryset_class), None, None
        path = address(type(self))
        module_name, _, name = path.rpartition(".")
        if not hasattr(import_module(module_name), name):
            raise ValueError(
                f"Could not find manager {name} in {module_name}.\n"
                "Please note that you need to inherit from managers you "
                "dynamically generated with 'from_queryset()'."
            )
        args, kwargs = self._constructor_args
        return False, path, None, args, kwargs

    def check(self, **kwargs: Any) -> list[Any]:
        """The checks' messages about this manager."""
        return []

    # --- from querysets

    @classmethod
    def _get_queryset_methods(cls, queryset_class: type[Any]) -> dict[str, Callable[..., Any]]:
        """The methods of a queryset class that a manager of this class is to have.

        Private ones only if their `queryset_only` is False, none whose is True, and none that the
        class has already.
        """
        methods = {}
        for name in dir(queryset_class):
            method = getattr(queryset_class, name, None)
            if not isinstance(method, FunctionType):
                continue
            queryset_only = getattr(method, "queryset_only", None)
            if queryset_only is None:
                queryset_only = name.startswith("_")
            if not queryset_only and not hasattr(cls, name):
                methods[name] = _passed_on(name, method)
        return methods

    @classmethod
    def from_queryset(cls, queryset_class: type[Any], class_name: str | None = None) -> type[Any]:
        """A subclass of this manager class that has the methods of `queryset_class`."""
        name = class_name or f"{cls.__name__}From{queryset_class.__name__}"
        namespace = {
            "_published_at_": f"db.models.manager.{name}",
            "_queryset_class": queryset_class,
            **cls._get_queryset_methods(queryset_class),
        }
        return type(name, (cls,), namespace)

    # --- on models

    def contribute_to_class(self, cls: type[M], name: str) -> None:
        """Become the manager `name` of the model `cls`."""
        self.name = self.name or name
        self.model = cls
        self._root_shape = None
        setattr(cls, name, ManagerDescriptor(self))
        cls._meta.add_manager(self)

    def db_manager(self, using: str | None = None, hints: dict[str, Any] | None = None) -> Self:
        """A copy that asks the database `using`."""
        manager = copy.copy(self)
        manager._db = using or self._db
        manager._hints = hints or self._hints
        return manager

    @property
    def db(self) -> str:
        """The alias of the database that this manager's querysets read from."""
        return self._db or router.db_for_read(self.model, **self._hints)

    def get_queryset(self) -> Any:
        """The queryset that everything starts from; override it to change what rows there are."""
        return self._queryset_class(model=self.model, using=self._db, hints=self._hints)

    def all(self) -> Any:
        """The queryset, as `get_queryset` gives it."""
        # COMPAT: not a copy of it: what prefetch_related put there must be found.
        return self.get_queryset()


Options.FORWARD_PROPERTIES.add("open_managers")

#: Methods of querysets for which managers have a shorter way than building a queryset first.
shortcuts: dict[Callable[..., Any], Callable[..., Any]] = {}


def _passed_on(name: str, method: Callable[..., Any]) -> Callable[..., Any]:
    """A method of a manager that calls `name` of its queryset."""

    def passing_on(self: Any, *args: Any, **kwargs: Any) -> Any:
        return getattr(self.get_queryset(), name)(*args, **kwargs)

    manager_method = wraps(method)(shortcuts.get(method, passing_on))
    manager_method.passes_on = True  # type: ignore[attr-defined]
    return manager_method


def make_manager(queryset_class: type[Any]) -> Any:
    """A manager that has the methods of `queryset_class`, and says so when deconstructed."""
    manager = BaseManager.standard.from_queryset(queryset_class)()
    manager._built_with_as_manager = True
    return manager


@published("db.models.manager.ManagerDescriptor")
class ManagerDescriptor:
    """Gives a model class its manager, and instances none: that would be table-level work."""

    def __init__(self, manager: Any) -> None:
        self.manager: Any = manager

    def __get__(self, instance: Any, cls: Any = None) -> Any:
        if instance is not None:
            raise AttributeError(f"Manager isn't accessible via {cls.__name__} instances")
        meta = cls._meta
        # PERF: whether a model has managers at all is asked once.
        known = meta.__dict__.get("open_managers")
        if known is not None:
            return known[self.manager.name]
        if meta.abstract:
            raise AttributeError(f"Manager isn't available; {meta.object_name} is abstract")
        if meta.swapped:
            raise AttributeError(
                f"Manager isn't available; '{meta.label}' has been swapped for '{meta.swapped}'"
            )
        managers = meta.managers_map
        if not meta.swappable:
            meta.__dict__["open_managers"] = managers
        return managers[self.manager.name]


class AutomaticManager:
    """Stands for `objects` of a model that declares no manager, until managers are asked for.

    PERF: managers have the methods of querysets, and need all that these need.
    """

    name = "objects"

    def __init__(self, model: Any) -> None:
        self._model = model
        # Where it stands among managers, as if it were made now.
        self._counter = BaseManager.creation_counter
        BaseManager.creation_counter += 1
        self._descriptor = ManagerDescriptor(self)
        model._meta.await_manager(self)
        setattr(model, self.name, self._descriptor)

    def make(self) -> None:
        """Give the model its manager, if that was not done."""
        # What it takes is imported before the lock is taken.
        standard = BaseManager.standard
        with _making:
            if self._descriptor.manager is not self:
                return
            manager = standard()
            manager.auto_created = True
            manager.creation_counter = self._counter
            manager.name = self.name
            manager.model = self._model
            self._model._meta.take_awaited(manager)
            self._descriptor.manager = manager
