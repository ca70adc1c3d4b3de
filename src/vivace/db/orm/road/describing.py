"""`QuerySetOnRoad`: describing on the fast road, as long as that can be done.

It stands before the compatible methods in the order of resolution and hands on to them whatever it
does not know. A queryset is on the road while it has a `_shape`; reading its `query` takes it off.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, ClassVar, Self, cast, overload

from vivace.db.orm.fetch_modes import FETCH_ONE, FetchMode
from vivace.db.orm.querysets.evaluation import QuerySetEvaluation
from vivace.db.orm.querysets.iterables import BaseIterable, ModelIterable
from vivace.db.orm.querysets.state import M, Row
from vivace.db.orm.road import shapes
from vivace.db.orm.road.fetching import UNKNOWN
from vivace.db.orm.road.late import ClassOffRoad, LateDict, LateQuery, ShapesModel
from vivace.db.orm.road.shapes import Shape
from vivace.db.orm.road.slots import KINDS
from vivace.db.orm.road.structure import read, read_expressions

__all__ = ["ORDER_BY", "QuerySetOnRoad"]

_new = object.__new__
# Arguments of options may be of these types, exactly: they are part of a key.
_STRUCTURE = frozenset([str, bool, type(None)])
# Values of which the type says whether a condition is plain; of a moment it does not.
_BY_TYPE = KINDS.keys() - {datetime}
# What a limit may be at most where it is bound; SQL may say more.
_MOST_ROWS = 2**63 - 1
# What a copy takes over from a queryset on the road.
_COPIED = frozenset([
    "_shape", "_bound", "_db", "_hints", "_known_related_objects", "_result_cache",
    "_sticky_filter", "_for_write", "_prefetch_related_lookups", "_prefetch_done",
    "_iterable_class", "_fields", "_defer_next_filter", "_deferred_filter", "_fetch_mode",
])  # fmt: skip


class QuerySetOnRoad(QuerySetEvaluation[M, Row]):
    """What is described by a shape and values, and fetched by the shape's plans."""

    # A queryset on the road has these two; the values are those of the conditions, then the limits.
    _shape: Shape | None
    _bound: tuple[Any, ...]
    # PERF: everything else is the class's until it is set, so that a copy has little to copy.
    model: Any = ShapesModel()
    _query: Any = LateQuery()
    _db: str | None = None
    _hints: Any = LateDict()
    _known_related_objects: Any = LateDict()
    _result_cache: list[Any] | None = None
    _sticky_filter: bool = False
    _for_write: bool = False
    _prefetch_related_lookups: tuple[Any, ...] = ()
    _prefetch_done: bool = False
    _iterable_class: type[BaseIterable] = ModelIterable
    _fields: tuple[Any, ...] | None = None
    _defer_next_filter: bool = False
    _deferred_filter: tuple[bool, tuple[Any, ...], dict[str, Any]] | None = None
    _fetch_mode: FetchMode = FETCH_ONE

    __class__ = ClassOffRoad(*_COPIED - {"_shape", "_bound"})

    # Whether nobody changed how querysets of this class are made, copied and described.
    _roadworthy: ClassVar[bool] = True

    def __init__(
        self,
        model: type[M] | None = None,
        query: Any = None,
        using: str | None = None,
        hints: dict[str, Any] | None = None,
    ) -> None:
        if query is not None or model is None or not self._roadworthy:
            self._shape = None
            super().__init__(model, query, using, hints)
            return
        self._shape = shapes.root(type(self), model)
        self._bound = ()
        if using is not None:
            self._db = using
        if hints:
            self._hints = hints

    def _leave_road(self) -> Any:
        """Take this queryset off the road; its query."""
        shape = self._shape
        if shape is None:
            raise AttributeError("_query")
        self.model = shape.model
        query = shape.query(shapes.off_road(type(self), shape.model), self._bound)
        self._query = query
        self._shape = None
        return query

    def _clone(self) -> Self:
        if self._shape is None:
            return super()._clone()
        return self._at(self._shape, self._bound)

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        shape = self._shape
        if shape is None:
            return super().__deepcopy__(memo)
        clone = self._at(shape, copy.deepcopy(self._bound, memo))
        for name, value in clone.__dict__.items():
            if name not in ("_shape", "_bound"):
                clone.__dict__[name] = copy.deepcopy(value, memo)
        return clone

    def _at(self, shape: Shape, values: tuple[Any, ...]) -> Self:
        """A copy of this queryset at another place of the road."""
        queryset = _new(type(self))
        state = self.__dict__
        if len(state) == 2:
            # PERF: nothing but the two; most querysets are like that. Stored one by one, they are kept
            # in the object itself.
            queryset._shape = shape
            queryset._bound = values
            return queryset
        # COMPAT: what else a program set on this queryset is not for its copies.
        if state.keys() <= _COPIED:
            state = state.copy()
        else:
            state = {name: value for name, value in state.items() if name in _COPIED}
        state["_shape"] = shape
        state["_bound"] = values
        state["_result_cache"] = None
        # A step costs so little that no condition needs to wait.
        state.pop("_defer_next_filter", None)
        queryset.__dict__ = state
        if self._prefetch_done:
            queryset._prefetch_done = False
        return queryset

    # --- conditions

    def filter(self, *args: Any, **kwargs: Any) -> Self:
        """The rows that meet all the conditions: lookups by name, Q objects, expressions."""
        shape = self._shape
        if shape is not None and self._sticky_filter:
            return self._filter_with_next(shape, args, kwargs)
        if shape is not None and not shape.limits:
            key = (*kwargs, *map(type, kwargs.values()))
            found = None if args else shape.plain.get(key)
            if found is not None:
                values = (*self._bound, *kwargs.values())
                state = self.__dict__
                if len(state) != 2:
                    return self._at(found, values)
                # PERF: `_at` in place, here and below: a chain is made of such steps.
                queryset = _new(type(self))
                queryset._shape = found
                queryset._bound = values
                return queryset
            reading = read(args, kwargs)
            if reading is not None:
                found = shape.filters.get(reading.key, UNKNOWN)
                if found is UNKNOWN:
                    found = shapes.condition(shape, _FILTER, reading.key, shape.filters)
                if found is not None:
                    if not args and set(map(type, kwargs.values())) <= _BY_TYPE:
                        # All values are bound as they are: next time the types will do.
                        shape.plain[key] = found
                    return self._at(found, (*self._bound, *reading.values))
        return super().filter(*args, **kwargs)

    def _filter_with_next(
        self, shape: Shape, args: tuple[Any, ...], kwargs: Mapping[str, Any]
    ) -> Self:
        """`filter` whose joins the filter after it shares, as managers of relations ask for."""
        reading = None if shape.limits else read(args, kwargs)
        if reading is not None:
            found = shape.stickies.get(reading.key, UNKNOWN)
            if found is UNKNOWN:
                found = shapes.condition(shape, _sticky_filter, reading.key, shape.stickies)
            if found is not None:
                queryset = self._at(found, (*self._bound, *reading.values))
                queryset._sticky_filter = False
                return queryset
        return super().filter(*args, **kwargs)

    def exclude(self, *args: Any, **kwargs: Any) -> Self:
        """The rows that do not meet all the conditions together."""
        shape = self._shape
        if shape is not None and not shape.limits and not self._sticky_filter:
            reading = read(args, kwargs)
            if reading is not None:
                found = shape.excludes.get(reading.key, UNKNOWN)
                if found is UNKNOWN:
                    found = shapes.condition(shape, _EXCLUDE, reading.key, shape.excludes)
                if found is not None:
                    return self._at(found, (*self._bound, *reading.values))
        return super().exclude(*args, **kwargs)

    # --- expressions

    def _expressed(
        self, method: Callable[..., Self], args: tuple[Any, ...], kwargs: Mapping[str, Any]
    ) -> Self:
        """What a method makes that is given expressions."""
        shape = self._shape
        if shape is not None and not shape.limits and not self._sticky_filter:
            reading = read_expressions(args, kwargs)
            if reading is not None:
                found = shapes.expressed(shape, method, reading.key)
                if found is not None:
                    return self._at(found, (*self._bound, *reading.values))
        return method(self, *args, **kwargs)

    def annotate(self, *args: Any, **kwargs: Any) -> Self:
        """The rows with expressions beside the fields; unnamed ones take their default name."""
        return self._expressed(_ANNOTATE, args, kwargs)

    def alias(self, *args: Any, **kwargs: Any) -> Self:
        """Name expressions for later use, without selecting them."""
        return self._expressed(_ALIAS, args, kwargs)

    # --- options

    def _option(
        self, method: Callable[..., Any], args: tuple[Any, ...], kwargs: Mapping[str, Any]
    ) -> Self | None:
        """Take the transition of a method whose arguments are structure; None if there is none."""
        shape = cast("Shape", self._shape)
        key = (method, args, *kwargs.items()) if kwargs else (method, args)
        try:
            step = shape.options.get(key, UNKNOWN)
        except TypeError:
            return None
        if step is UNKNOWN:
            given = (*args, *kwargs.values())
            if shape.limits or not _STRUCTURE.issuperset(map(type, given)):
                return None
            step = shapes.option(shape, method, key, args, kwargs)
        if step is None:
            return None
        queryset = self._at(step.shape, self._bound)
        if step.state is not None:
            queryset.__dict__.update(step.state)
        return queryset

    def order_by(self, *field_names: Any) -> Self:
        """Order by fields ("-" descends, "?" shuffles) and expressions, and by nothing else."""
        shape = self._shape
        if shape is not None:
            state = self.__dict__
            if len(state) == 2:
                try:
                    known = shape.orders.get(field_names)
                except TypeError:
                    known = None
                if known is not None:
                    queryset = _new(type(self))
                    queryset._shape = known
                    queryset._bound = self._bound
                    return queryset
            if self._result_cache is None and not shape.limits:
                if any(type(name) is not str for name in field_names):
                    return self._expressed(ORDER_BY, field_names, {})
                taken = self._option(ORDER_BY, field_names, {})
                if taken is not None:
                    step = shape.options[(ORDER_BY, field_names)]
                    if step is not None and step.state is None:
                        shape.orders[field_names] = step.shape
                    return taken
        return super().order_by(*field_names)

    @overload
    def __getitem__(self, k: int) -> Row: ...

    @overload
    def __getitem__(self, k: slice) -> Self: ...

    def __getitem__(self, k: int | slice) -> Any:
        """The row at an index, a described slice, or with a step a list of rows."""
        shape = self._shape
        if shape is not None and shape.high is not None and type(k) is slice:
            stop = k.stop
            if (
                len(self.__dict__) == 2
                and k.start is None
                and k.step is None
                and type(stop) is int
                and 0 < stop <= _MOST_ROWS
            ):
                queryset = _new(type(self))
                queryset._shape = shape.high
                queryset._bound = (*self._bound, stop)
                return queryset
        if shape is not None and self._result_cache is None and not shape.limits:
            if type(k) is slice and k.step is None:
                part = self._part(shape, k.start, k.stop)
                if part is not None:
                    return part
            elif type(k) is int and k >= 0:
                part = self._part(shape, k, k + 1)
                if part is not None:
                    part._fetch_all()
                    return cast("list[Row]", part._result_cache)[0]
        return super().__getitem__(k)

    def _part(self, shape: Shape, start: Any, stop: Any) -> Self | None:
        if start is None or start == 0:
            if type(stop) is not int or not 0 < stop <= _MOST_ROWS or type(start) is bool:
                return None
            return self._at(shapes.limited(shape, "high"), (*self._bound, stop))
        if type(start) is not int or not 0 <= start <= _MOST_ROWS:
            return None
        if stop is None:
            return self._at(shapes.limited(shape, "low"), (*self._bound, start))
        if type(stop) is not int or not start < stop <= _MOST_ROWS:
            return None
        return self._at(shapes.limited(shape, "both"), (*self._bound, start, stop))


def _on_road(method: Callable[..., Any]) -> Callable[..., Any]:
    """The method of the road before a compatible one whose arguments are structure."""
    name = method.__name__

    def option(self: Any, *args: Any, **kwargs: Any) -> Any:
        if self._shape is not None and self._result_cache is None:
            taken = self._option(method, args, kwargs)
            if taken is not None:
                return taken
        return method(self, *args, **kwargs)

    option.__name__ = name
    option.__qualname__ = f"QuerySetOnRoad.{name}"
    option.__doc__ = method.__doc__
    # For those who ask for the signature.
    option.__wrapped__ = method  # type: ignore[attr-defined]
    return option


def _sticky_filter(queryset: Any, *args: Any, **kwargs: Any) -> Any:
    sticky = queryset._clone()
    sticky._sticky_filter = True
    return _FILTER(sticky, *args, **kwargs)


_FILTER = QuerySetEvaluation.filter
_EXCLUDE = QuerySetEvaluation.exclude
_ANNOTATE = QuerySetEvaluation.annotate
_ALIAS = QuerySetEvaluation.alias
ORDER_BY = QuerySetEvaluation.order_by
for _name in (
    "reverse", "distinct", "select_related", "prefetch_related", "values", "values_list",
    "only", "defer",
):  # fmt: skip
    setattr(QuerySetOnRoad, _name, _on_road(getattr(QuerySetEvaluation, _name)))
