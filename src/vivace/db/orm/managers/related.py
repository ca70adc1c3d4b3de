"""What the managers of related objects share: their façades in two colours, and prefetching.

A related manager stands on the default manager's class of its model, so that a project's own methods
and rows are found through it. What writes is written once, as a flow.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any

from vivace.db import DEFAULT_DB_ALIAS, connections, router
from vivace.db.orm.fetch_modes import FETCH_ONE
from vivace.db.orm.managers.base import BaseManager
from vivace.db.orm.relations.descriptors import warn_of_old_prefetch
from vivace.db.utils import NotSupportedError
from vivace.utils.lazily import Later

if TYPE_CHECKING:
    from vivace.db.orm.querysets import queryset as querysets
    from vivace.db.planner import runtime
    from vivace.db.query import lookups, q, window
    from vivace.db.query.functions import window as window_functions
    from vivace.flow import Flow
else:
    querysets = Later("vivace.db.orm.querysets.queryset")
    runtime = Later("vivace.db.planner.runtime")
    window_functions = Later("vivace.db.query.functions.window")
    lookups = Later("vivace.db.query.lookups")
    q = Later("vivace.db.query.q")
    window = Later("vivace.db.query.window")

__all__ = [
    "ReferringMethods",
    "RelatedManagerBase",
    "RemovingMethods",
    "alters",
    "filter_prefetched",
]


def alters(method: Callable[..., Any]) -> Callable[..., Any]:
    """Mark a method that templates must not call, and that is the façade of a flow."""
    method.alters_data = True  # type: ignore[attr-defined]
    method.is_facade = True  # type: ignore[attr-defined]
    return method


def filter_prefetched(queryset: Any, field_name: str, instances: Sequence[Any]) -> Any:
    """`queryset`, with only the rows whose `field_name` is one of `instances`.

    A slice means as many rows for each instance: it becomes a condition on the row's number among
    those of its instance.
    """
    condition = q.Q((f"{field_name}__in", instances))
    query = queryset.query
    if query.is_sliced:
        using = queryset._db or DEFAULT_DB_ALIAS
        if not connections[using].features.supports_over_clause:
            raise NotSupportedError(
                "Prefetching from a limited queryset is only supported on backends that support "
                "window functions."
            )
        low, high = query.low_mark, query.high_mark
        order = [expression for expression, _ in query.get_compiler(using=using).get_order_by()]
        number = window.Window(
            window_functions.RowNumber(), partition_by=field_name, order_by=order
        )
        condition &= q.Q(lookups.GreaterThan(number, low))
        if high is not None:
            condition &= q.Q(lookups.LessThanOrEqual(number, high))
        query.clear_limits()
    # Of a relation to many, the partner that the queryset's own conditions spoke of.
    query.add_q(condition, reuse_all=True)
    return queryset


class RelatedManagerBase(BaseManager[Any]):
    """The manager of the objects that are related to `instance`."""

    # COMPAT: templates show the manager; they must not call it.
    do_not_call_in_templates = True

    #: Preparing the query asks no database; only loading it does.
    prefetches_purely = True

    instance: Any

    def _perform(self, flow: Flow[Any]) -> Any:
        return runtime.perform(connections[self._db or DEFAULT_DB_ALIAS], flow)

    async def _aperform(self, flow: Flow[Any]) -> Any:
        return await runtime.aperform(connections[self._db or DEFAULT_DB_ALIAS], flow)

    def _step(self, name: str, *args: Any, **kwargs: Any) -> Flow[Any]:
        """The flow of the operation `name`, or the method that a subclass overrides it with."""
        method = getattr(self, name)
        if getattr(method, "is_facade", False):
            flow: Flow[Any] = getattr(self, f"_{name.lstrip('_')}_flow")(*args, **kwargs)
            return flow
        return runtime.hook(method, *args, **kwargs)

    def _rows_of_model(self) -> Any:
        """The rows of the model's default manager, fetched in the way that the instance fetches."""
        queryset = super().get_queryset()
        mode = self.instance._state.fetch_mode
        if mode is not FETCH_ONE:
            queryset._fetch_mode = mode
        return queryset

    def _inherited(self, using: str, name: str, kwargs: dict[str, Any]) -> Flow[Any]:
        """The operation `name` of the model's default manager on the database `using`."""
        manager = self.db_manager(using)
        method = getattr(super(RelatedManagerBase, manager), name)
        if getattr(method, "passes_on", False):
            return querysets.flow_of(manager.get_queryset(), name, **kwargs)
        return runtime.hook(method, **kwargs)

    def _prefetched(self, name: str) -> Any:
        """The queryset that prefetch_related left for `name`, or None."""
        try:
            return self.instance._prefetched_objects_cache[name]
        except (AttributeError, KeyError):
            return None

    def _forget_prefetched(self, name: str) -> None:
        """Forget the rows that prefetch_related left: they change now."""
        cache = getattr(self.instance, "_prefetched_objects_cache", None)
        if cache is not None:
            cache.pop(name, None)

    def get_prefetch_queryset(self, instances: Sequence[Any], queryset: Any = None) -> Any:
        """`get_prefetch_querysets` for one queryset. Deprecated."""
        warn_of_old_prefetch()
        answer: Any = self.get_prefetch_querysets(  # type: ignore[attr-defined]
            instances, None if queryset is None else [queryset]
        )
        return answer


class ReferringMethods(RelatedManagerBase):
    """The methods of a manager of objects that refer to `instance` themselves.

    They do so by a foreign key, or by a generic one. How rows are added, set and removed is a
    subclass's own.
    """

    model: Any
    _add_flow: Callable[..., Flow[None]]
    _set_flow: Callable[..., Flow[None]]
    _remove_prefetched_objects: Callable[[], None]
    # The values, by their fields' names, with which an object refers to the instance.
    _reference: Callable[[], dict[str, Any]]

    def _check_fk_val(self) -> None:
        """Raise ValueError if the instance has no value that could be referred to."""

    def _written_to(self) -> str:
        """The alias of the database that changes go to."""
        return router.db_for_write(self.model, instance=self.instance)

    def _check_type(self, each: Any) -> None:
        if not isinstance(each, self.model):
            name = self.model._meta.object_name
            raise TypeError(f"'{name}' instance expected, got {each!r}")

    def _point(self, each: Any) -> None:
        """Let `each` refer to the instance."""
        self._check_type(each)
        for name, value in self._reference().items():
            setattr(each, name, value)

    def _save_each_flow(self, objs: Iterable[Any]) -> Flow[None]:
        for each in objs:
            self._point(each)
            yield from runtime.hook(each.save)

    # --- add and set

    @alters
    def add(self, *objs: Any, bulk: bool = True) -> None:
        """Let `objs` refer to the instance: with one update, or by saving each if not `bulk`."""
        self._perform(self._add_flow(*objs, bulk=bulk))

    @alters
    async def aadd(self, *objs: Any, bulk: bool = True) -> None:
        """`add` without blocking the event loop."""
        await self._aperform(self._step("add", *objs, bulk=bulk))

    @alters
    def set(self, objs: Iterable[Any], *, bulk: bool = True, clear: bool = False) -> None:
        """Let `objs` refer to the instance, and no others if others can be removed.

        `clear` removes all others first and adds `objs` anew.
        """
        self._perform(self._set_flow(objs, bulk=bulk, clear=clear))

    @alters
    async def aset(self, objs: Iterable[Any], *, bulk: bool = True, clear: bool = False) -> None:
        """`set` without blocking the event loop."""
        await self._aperform(self._step("set", objs, bulk=bulk, clear=clear))

    # --- create

    @alters
    def create(self, **kwargs: Any) -> Any:
        """A new, saved object that refers to the instance."""
        return self._perform(self._make_flow("create", kwargs))

    @alters
    async def acreate(self, **kwargs: Any) -> Any:
        """`create` without blocking the event loop."""
        return await self._aperform(self._make_flow("create", kwargs))

    @alters
    def get_or_create(self, **kwargs: Any) -> tuple[Any, bool]:
        """The object that meets the conditions and refers to the instance, and whether it is new."""
        made: tuple[Any, bool] = self._perform(self._make_flow("get_or_create", kwargs))
        return made

    @alters
    async def aget_or_create(self, **kwargs: Any) -> tuple[Any, bool]:
        """`get_or_create` without blocking the event loop."""
        made: tuple[Any, bool] = await self._aperform(self._make_flow("get_or_create", kwargs))
        return made

    @alters
    def update_or_create(self, **kwargs: Any) -> tuple[Any, bool]:
        """The changed object that refers to the instance, and whether it is new."""
        made: tuple[Any, bool] = self._perform(self._make_flow("update_or_create", kwargs))
        return made

    @alters
    async def aupdate_or_create(self, **kwargs: Any) -> tuple[Any, bool]:
        """`update_or_create` without blocking the event loop."""
        made: tuple[Any, bool] = await self._aperform(self._make_flow("update_or_create", kwargs))
        return made

    def _make_flow(self, name: str, kwargs: dict[str, Any]) -> Flow[Any]:
        self._check_fk_val()
        if name == "create":
            # COMPAT: the other two leave what was prefetched as it was.
            self._remove_prefetched_objects()
        kwargs.update(self._reference())
        return (yield from self._inherited(self._written_to(), name, kwargs))


class RemovingMethods:
    """The methods of a manager whose objects can be removed from it.

    Those of a foreign key that may be null point to nothing then; those of a generic one are deleted.
    """

    @alters
    def remove(self: Any, *objs: Any, bulk: bool = True) -> None:
        """Let `objs` refer to the instance no longer: at once, or one by one if not `bulk`."""
        self._perform(self._remove_flow(*objs, bulk=bulk))

    @alters
    async def aremove(self: Any, *objs: Any, bulk: bool = True) -> None:
        """`remove` without blocking the event loop."""
        await self._aperform(self._step("remove", *objs, bulk=bulk))

    @alters
    def clear(self: Any, *, bulk: bool = True) -> None:
        """Let no objects refer to the instance any longer."""
        self._perform(self._clear_flow(bulk=bulk))

    @alters
    async def aclear(self: Any, *, bulk: bool = True) -> None:
        """`clear` without blocking the event loop."""
        await self._aperform(self._step("clear", bulk=bulk))
