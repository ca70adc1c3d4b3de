"""How Python meets a queryset: iterating, indexing, truth, length, representation and pickles.

These are what evaluates one. Documented in ref/models/querysets, "When QuerySets are evaluated".
"""

from __future__ import annotations

import warnings
from collections.abc import AsyncIterator, Iterator
from typing import TYPE_CHECKING, Any, cast, overload

from vivace.db.orm.fetch_modes import FETCH_ONE
from vivace.db.orm.querysets.reads import QuerySetReads, load_async
from vivace.db.orm.querysets.state import M, Row
from vivace.db.orm.querysets.writes import QuerySetWrites
from vivace.db.planner.runtime import hook
from vivace.db.utils import DJANGO_VERSION_PICKLE_KEY
from vivace.flow import Flow
from vivace.utils.version import get_version

if TYPE_CHECKING:
    from typing import Self

__all__ = ["QuerySetEvaluation"]

#: How many rows a repr shows.
REPR_OUTPUT_SIZE = 20

# What a pickle says of a queryset beside its model, query and rows, and what it leaves out.
_PICKLED = (
    "_db", "_hints", "_sticky_filter", "_for_write", "_prefetch_related_lookups", "_prefetch_done",
    "_known_related_objects", "_iterable_class", "_fields", "_defer_next_filter", "_deferred_filter",
)  # fmt: skip
_OF_THE_ROAD = ("_shape", "_bound")


class QuerySetEvaluation(QuerySetReads[M, Row], QuerySetWrites[M, Row]):
    """A queryset as Python's protocols see it."""

    def __iter__(self) -> Iterator[Row]:
        self._fetch_all()
        return iter(cast("list[Row]", self._result_cache))

    def _iterated_flow(self) -> Flow[list[Row]]:
        """The rows as a loop over this queryset has them, where a subclass says what that is."""
        if self._is_overridden(QuerySetEvaluation.__iter__):
            return (yield from hook(list, self))
        return (yield from self._rows_flow())

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
        # A pickle holds the rows: the reader may have no such database. It holds the query as well,
        # which takes this queryset off the road: shapes belong to their process.
        self._fetch_all()
        self.query  # noqa: B018
        # COMPAT: the attributes are those that a queryset of Django has.
        state = {name: getattr(self, name) for name in _PICKLED} | self.__dict__
        for name in _OF_THE_ROAD:
            state.pop(name, None)
        if state.get("_fetch_mode") is FETCH_ONE:
            del state["_fetch_mode"]
        state[DJANGO_VERSION_PICKLE_KEY] = get_version()
        return state

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
        self.__dict__["_shape"] = None
