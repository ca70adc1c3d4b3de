"""What the managers of related objects share: their façades in two colours, and prefetching.

A related manager stands on the default manager's class of its model, so that a project's own methods
and rows are found through it. What writes is written once, as a flow.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from vivace.db import DEFAULT_DB_ALIAS, connections
from vivace.db.orm.descriptors import warn_of_old_prefetch
from vivace.db.orm.fetch_modes import FETCH_ONE
from vivace.db.orm.manager_base import BaseManager
from vivace.db.utils import NotSupportedError
from vivace.flow import Flow
from vivace.utils.lazily import Later

if TYPE_CHECKING:
    from vivace.db.orm import queryset as querysets
    from vivace.db.planner import runtime
    from vivace.db.query import lookups, q, window
    from vivace.db.query.functions import window as window_functions
else:
    querysets = Later("vivace.db.orm.queryset")
    runtime = Later("vivace.db.planner.runtime")
    window_functions = Later("vivace.db.query.functions.window")
    lookups = Later("vivace.db.query.lookups")
    q = Later("vivace.db.query.q")
    window = Later("vivace.db.query.window")

__all__ = ["RelatedManagerBase", "alters", "filter_prefetched"]


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
