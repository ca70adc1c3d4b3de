"""`QuerySet`: builders, reads and writes in one class, and how Python meets it.

Iterating, indexing, truth, length, copies and pickles are here; they are what evaluates a queryset.
Documented in ref/models/querysets, "When QuerySets are evaluated".
"""

from __future__ import annotations

import warnings
from collections.abc import AsyncIterator, Iterator
from typing import TYPE_CHECKING, Any, cast, overload

from vivace.db.orm.manager_base import make_manager
from vivace.db.orm.queryset_reads import load_async
from vivace.db.orm.queryset_state import M, Row
from vivace.db.orm.queryset_writes import QuerySetWrites
from vivace.db.orm.road.queryset import OF_THE_ROAD, QuerySetRoad
from vivace.db.planner.runtime import hook
from vivace.db.utils import DJANGO_VERSION_PICKLE_KEY
from vivace.flow import Flow
from vivace.utils.naming import published
from vivace.utils.version import get_version

if TYPE_CHECKING:
    from typing import Self

    from vivace.db.orm.manager_typing import ManagerOf

__all__ = ["EmptyQuerySet", "QuerySet", "flow_of"]

#: How many rows a repr shows.
REPR_OUTPUT_SIZE = 20


@published("db.models.query.QuerySet")
class QuerySet(QuerySetRoad[M, Row], QuerySetWrites[M, Row]):
    """A description of rows of `model`, which are fetched when they are first needed.

    `query` is its description, `using` the alias of a database, `hints` what routers are told.
    """

    @classmethod
    def as_manager(cls) -> ManagerOf[M, Self]:
        """A manager that has the methods of this class."""
        return cast("ManagerOf[M, Self]", make_manager(cls))

    as_manager.queryset_only = True  # type: ignore[attr-defined]

    # --- evaluation

    def __iter__(self) -> Iterator[Row]:
        self._fetch_all()
        return iter(cast("list[Row]", self._result_cache))

    def __aiter__(self) -> AsyncIterator[Row]:
        async def rows() -> AsyncIterator[Row]:
            for row in await load_async(self):
                yield row

        return rows()

    def __len__(self) -> int:
        self._fetch_all()
        return len(cast("list[Row]", self._result_cache))

    def __bool__(self) -> bool:
        self._fetch_all()
        return bool(self._result_cache)

    @overload
    def __getitem__(self, k: int) -> Row: ...

    @overload
    def __getitem__(self, k: slice) -> Self: ...

    def __getitem__(self, k: int | slice) -> Any:
        """The row at an index, a described slice, or with a step a list of rows."""
        if not isinstance(k, int | slice):
            name = type(k).__name__
            raise TypeError(f"QuerySet indices must be integers or slices, not {name}.")
        if isinstance(k, slice):
            lowest = min(0 if k.start is None else k.start, 0 if k.stop is None else k.stop)
        else:
            lowest = k
        if lowest < 0:
            raise ValueError("Negative indexing is not supported.")
        if self._result_cache is not None:
            return self._result_cache[k]
        part = self._chain()
        if isinstance(k, slice):
            start = None if k.start is None else int(k.start)
            stop = None if k.stop is None else int(k.stop)
            part.query.set_limits(start, stop)
            return list(part)[:: k.step] if k.step else part
        part.query.set_limits(k, k + 1)
        part._fetch_all()
        return cast("list[Row]", part._result_cache)[0]

    def __repr__(self) -> str:
        rows: list[Any] = list(self[: REPR_OUTPUT_SIZE + 1])
        if len(rows) > REPR_OUTPUT_SIZE:
            rows[-1] = "...(remaining elements truncated)..."
        return f"<{type(self).__name__} {rows!r}>"

    # --- pickles

    def __getstate__(self) -> dict[str, Any]:
        # A pickle holds the rows: the reader may have no such database.
        self._fetch_all()
        return {**self.__dict__, DJANGO_VERSION_PICKLE_KEY: get_version()}

    def __setstate__(self, state: dict[str, Any]) -> None:
        pickled, current = state.get(DJANGO_VERSION_PICKLE_KEY), get_version()
        if pickled is None:
            warnings.warn(
                "Pickled queryset instance's Django version is not specified.",
                RuntimeWarning,
                stacklevel=2,
            )
        elif pickled != current:
            warnings.warn(
                f"Pickled queryset instance's Django version {pickled} does not match the "
                f"current version {current}.",
                RuntimeWarning,
                stacklevel=2,
            )
        self.__dict__.update(state)


class _EmptyQuerySetType(type):
    def __instancecheck__(self, instance: Any) -> bool:
        return isinstance(instance, QuerySet) and instance.query.is_empty()


@published("db.models.query.EmptyQuerySet")
class EmptyQuerySet(metaclass=_EmptyQuerySetType):
    """What `isinstance` recognizes the result of `none()` by; it has no instances of its own."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        raise TypeError("EmptyQuerySet can't be instantiated")


def flow_of(queryset: Any, name: str, *args: Any, **kwargs: Any) -> Flow[Any]:
    """The flow of the operation `name` of `queryset`, or its method if a subclass overrides it."""
    flow = getattr(queryset, f"_{name}_flow", None)
    if flow is None or getattr(type(queryset), name) is not getattr(QuerySet, name):
        return hook(getattr(queryset, name), *args, **kwargs)
    return cast("Flow[Any]", flow(*args, **kwargs))
