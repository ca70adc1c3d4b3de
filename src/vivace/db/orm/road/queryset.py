"""`QuerySetRoad`: the part of a queryset that stays on the fast road as long as it can.

It stands before the compatible methods in the order of resolution and hands on to them whatever it
does not know. A queryset is on the road while it has a `_shape`; reading its `query` takes it off.
"""

from __future__ import annotations

import copy
import inspect
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, ClassVar, Self, cast, overload

from vivace.db import connections, router
from vivace.db.orm.fetch_modes import FETCH_ONE, FetchMode
from vivace.db.orm.iterables import BaseIterable, ModelIterable, is_ours
from vivace.db.orm.queryset_evaluation import QuerySetEvaluation
from vivace.db.orm.queryset_reads import MAX_GET_RESULTS, only_row
from vivace.db.orm.queryset_state import M, Row
from vivace.db.orm.road import plans, shapes, updating
from vivace.db.orm.road.failing import failed
from vivace.db.orm.road.saving import insert_many_on_road
from vivace.db.orm.road.shapes import EPOCH, Shape
from vivace.db.orm.road.slots import KINDS
from vivace.db.orm.road.structure import read
from vivace.db.utils import DEFAULT_DB_ALIAS

__all__ = ["QuerySetRoad"]

# A transition that was not tried yet, a plan that was not made yet.
_UNKNOWN: Any = object()
_new = object.__new__
# Arguments of options may be of these types, exactly: they are part of a key.
_STRUCTURE = frozenset([str, bool, type(None)])
# What a limit may be at most where it is bound; SQL may say more.
_MOST_ROWS = 2**63 - 1


def fetch(shape: Shape, kind: str, alias: str, values: tuple[Any, ...]) -> list[Any] | None:
    """What the plan of `kind` finds; None where the compatible way must ask."""
    if shape.epoch is not EPOCH.value:
        return None
    connection = connections[alias]
    plan = shape.plans.get((kind, alias), _UNKNOWN)
    if plan is _UNKNOWN:
        plan = plans.planned(shape, kind, connection)
    if plan is None:
        return None
    params = plan.bind(values, connection)
    if params is None:
        return None
    try:
        rows = connection.execute(plan.sql, params).fetchall()
    except Exception as exc:
        error = connection.wrap_database_errors.translated(exc)
        raise error from error.__cause__
    return cast("list[Any]", plan.load(rows, alias, connection))


def fetch_for_get(shape: Shape, values: tuple[Any, ...]) -> list[Any] | None:
    """What `fetch` finds for get() on the default database.

    PERF: get() is asked for more than anything else, so its plan is at hand.
    """
    plan = shape.get_plan
    if plan is None or shape.epoch is not EPOCH.value:
        found = fetch(shape, "get", DEFAULT_DB_ALIAS, values)
        shape.get_plan = shape.plans.get(("get", DEFAULT_DB_ALIAS))
        return found
    try:
        connection = connections._connections.default
    except AttributeError:
        connection = connections[DEFAULT_DB_ALIAS]
    params = plan.bind(values, connection)
    if params is None:
        return None
    try:
        if plan.single:
            row = connection.execute(plan.sql, params).fetchone()
            rows: Any = () if row is None else (row,)
        else:
            rows = connection.execute(plan.sql, params).fetchall()
    except Exception as exc:
        error = connection.wrap_database_errors.translated(exc)
        raise error from error.__cause__
    return cast("list[Any]", plan.load(rows, DEFAULT_DB_ALIAS, connection))


class _LateQuery:
    """Makes the query that a queryset on the road stands for, when it is first asked for."""

    def __get__(self, queryset: Any, owner: type | None = None) -> Any:
        if queryset is None:
            return self
        return queryset._leave_road()


class _ShapesModel:
    """The model of a queryset on the road: that of its shape."""

    def __get__(self, queryset: Any, owner: type | None = None) -> Any:
        if queryset is None:
            return self
        shape = queryset._shape
        if shape is None:
            raise AttributeError("model")
        return shape.model


class _LateDict:
    """A dict of each queryset's own, made when it is first asked for."""

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    def __get__(self, queryset: Any, owner: type | None = None) -> Any:
        if queryset is None:
            return self
        made: dict[Any, Any] = {}
        queryset.__dict__[self.name] = made
        return made


class QuerySetRoad(QuerySetEvaluation[M, Row]):
    """What is described by a shape and values, and fetched by the shape's plans."""

    # A queryset on the road has these two; the values are those of the conditions, then the limits.
    _shape: Shape | None
    _bound: tuple[Any, ...]
    # PERF: everything else is the class's until it is set, so that a copy has little to copy.
    model: Any = _ShapesModel()
    _query: Any = _LateQuery()
    _db: str | None = None
    _hints: Any = _LateDict()
    _known_related_objects: Any = _LateDict()
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

    # Whether nobody changed how querysets of this class are made, copied and described.
    _roadworthy: ClassVar[bool] = True

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        cls._roadworthy = all(getattr(cls, name) is getattr(QuerySetRoad, name) for name in _OURS)

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
        queryset = _new(self.__class__)
        state = self.__dict__
        if len(state) == 2:
            # PERF: nothing but the two; most querysets are like that.
            queryset.__dict__ = {"_shape": shape, "_bound": values}
            return queryset
        state = state.copy()
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
                queryset = _new(self.__class__)
                queryset.__dict__ = {"_shape": found, "_bound": values}
                return queryset
            reading = read(args, kwargs)
            if reading is not None:
                found = shape.filters.get(reading.key, _UNKNOWN)
                if found is _UNKNOWN:
                    found = shapes.condition(shape, _FILTER, reading.key, shape.filters)
                if found is not None:
                    if not args and KINDS.keys() >= set(map(type, kwargs.values())):
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
            found = shape.stickies.get(reading.key, _UNKNOWN)
            if found is _UNKNOWN:
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
                found = shape.excludes.get(reading.key, _UNKNOWN)
                if found is _UNKNOWN:
                    found = shapes.condition(shape, _EXCLUDE, reading.key, shape.excludes)
                if found is not None:
                    return self._at(found, (*self._bound, *reading.values))
        return super().exclude(*args, **kwargs)

    # --- options

    def _option(
        self, method: Callable[..., Any], args: tuple[Any, ...], kwargs: Mapping[str, Any]
    ) -> Self | None:
        """Take the transition of a method whose arguments are structure; None if there is none."""
        shape = cast("Shape", self._shape)
        key = (method, args, *kwargs.items()) if kwargs else (method, args)
        try:
            step = shape.options.get(key, _UNKNOWN)
        except TypeError:
            return None
        if step is _UNKNOWN:
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
                    queryset = _new(self.__class__)
                    queryset.__dict__ = {"_shape": known, "_bound": self._bound}
                    return queryset
            if self._result_cache is None:
                taken = self._option(_ORDER_BY, field_names, {})
                if taken is not None:
                    step = shape.options[(_ORDER_BY, field_names)]
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
                queryset = _new(self.__class__)
                queryset.__dict__ = {"_shape": shape.high, "_bound": (*self._bound, stop)}
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

    # --- fetching

    def _alias(self) -> str:
        if self._db is not None:
            return self._db
        if router.routers or self._for_write or self.__dict__.get("_hints"):
            return self.db
        return DEFAULT_DB_ALIAS

    def _execute(self, shape: Shape, kind: str) -> list[Any] | None:
        """What the plan of `kind` finds; None where the compatible way must ask."""
        alias = self._alias()
        return fetch(shape, kind, alias, self._bound)

    def _fetch_all(self) -> None:
        if self._result_cache is not None and not self._prefetch_related_lookups:
            return
        shape = self._shape
        if shape is not None and self._result_cache is None and is_ours(self._iterable_class):
            found = self._execute(shape, "rows")
            if found is not None:
                state = self.__dict__
                if "_known_related_objects" in state or "_fetch_mode" in state:
                    found = _as_known(self, found)
                self._result_cache = found
                if not self._prefetch_related_lookups:
                    return
        super()._fetch_all()

    def get(self, *args: Any, **kwargs: Any) -> Row:
        """The only row that meets the conditions.

        Raises the model's DoesNotExist if there is none, MultipleObjectsReturned if there are more.
        """
        if self._shape is not None and not args:
            found = self.filter(**kwargs) if kwargs else self
            shape = found._shape
            if shape is not None and not shape.limits and not found._prefetch_related_lookups:
                form = found._iterable_class
                known = form is ModelIterable or is_ours(form)
                rows = found._execute(shape, "get") if known else None
                if rows is not None:
                    if (
                        "_known_related_objects" in found.__dict__
                        or "_fetch_mode" in found.__dict__
                    ):
                        rows = _as_known(found, rows)
                    row: Row = only_row(self.model, rows, MAX_GET_RESULTS)
                    return row
        return super().get(*args, **kwargs)

    def count(self) -> int:
        """How many rows there are."""
        shape = self._shape
        if shape is not None and self._result_cache is None and not shape.limits:
            rows = self._execute(shape, "count")
            if rows is not None:
                return cast("int", rows[0][0])
        return super().count()

    def exists(self) -> bool:
        """Whether there is a row."""
        shape = self._shape
        if shape is not None and self._result_cache is None and not shape.limits:
            rows = self._execute(shape, "exists")
            if rows is not None:
                return bool(rows)
        return super().exists()

    def update(self, **kwargs: Any) -> int:
        """Set fields of all rows to values or expressions; how many rows there were.

        Neither ``save`` nor signals have a part in it.
        """
        shape = self._shape
        if shape is not None and kwargs and not shape.limits and not router.routers:
            key = updating.key_of(kwargs)
            if key is not None:
                count = self._update_on_road(shape, key, kwargs)
                if count is not None:
                    return count
        return super().update(**kwargs)

    update.alters_data = True  # type: ignore[attr-defined]

    def _update_on_road(self, shape: Shape, key: Any, kwargs: Mapping[str, Any]) -> int | None:
        if shape.epoch is not EPOCH.value:
            return None
        alias = self._db or DEFAULT_DB_ALIAS
        connection = connections[alias]
        plan = shape.plans.get(("update", alias, key), _UNKNOWN)
        if plan is _UNKNOWN:
            plan = updating.planned_update(shape, key, kwargs, connection)
        if plan is None:
            return None
        params = plan.bind((*self._bound, *updating.values_of(kwargs)), connection)
        if params is None:
            return None
        self._for_write = True
        try:
            count: int = connection.execute(plan.sql, params).rowcount
        except Exception as exc:
            error = failed(connection, exc)
            raise error from error.__cause__
        self._result_cache = None
        return count

    def bulk_create(
        self,
        objs: Iterable[M],
        batch_size: int | None = None,
        ignore_conflicts: bool = False,
        update_conflicts: bool = False,
        update_fields: Sequence[str] | None = None,
        unique_fields: Sequence[str] | None = None,
    ) -> list[M]:
        """Insert `objs` with few statements; they are returned, with their new primary keys.

        Neither ``save`` nor signals have a part in it. The options say what becomes of rows that
        conflict with others.
        """
        plain = (
            self._shape is not None
            and not (ignore_conflicts or update_conflicts)
            and (batch_size is None or batch_size > 0)
            and not router.routers
        )
        if plain:
            objs = list(objs)
            alias = self._db or DEFAULT_DB_ALIAS
            if objs and insert_many_on_road(self.model, objs, alias, batch_size):
                self._for_write = True
                return objs
        return super().bulk_create(
            objs, batch_size, ignore_conflicts, update_conflicts, update_fields, unique_fields
        )

    bulk_create.alters_data = True  # type: ignore[attr-defined]

    def first(self) -> Row | None:
        """The first row, by primary key if there is no other order; None if there is none."""
        if self._shape is not None and not self._shape.limits and self._result_cache is None:
            ordered = self if self._shape.ordered else self.order_by("pk")
            rows = list(ordered[:1])
            return rows[0] if rows else None
        return super().first()


def _as_known(queryset: Any, rows: list[Any]) -> list[Any]:
    """Instances that know what the queryset knows about them; rows of values as they are."""
    form = queryset._iterable_class
    return form(queryset).shape(rows) if issubclass(form, ModelIterable) else rows


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
    option.__qualname__ = f"QuerySetRoad.{name}"
    option.__doc__ = method.__doc__
    option.__signature__ = inspect.signature(method)  # type: ignore[attr-defined]
    return option


def _sticky_filter(queryset: Any, *args: Any, **kwargs: Any) -> Any:
    sticky = queryset._clone()
    sticky._sticky_filter = True
    return _FILTER(sticky, *args, **kwargs)


_FILTER = QuerySetEvaluation.filter
_EXCLUDE = QuerySetEvaluation.exclude
_ORDER_BY = QuerySetEvaluation.order_by
for _name in (
    "reverse", "distinct", "select_related", "prefetch_related", "values", "values_list",
    "only", "defer",
):  # fmt: skip
    setattr(QuerySetRoad, _name, _on_road(getattr(QuerySetEvaluation, _name)))

# What a subclass may not change if its querysets are to be on the road.
_OURS = (
    "__init__", "__setattr__", "__getattribute__", "_chain", "_clone", "_filter_or_exclude",
    "_filter_or_exclude_inplace", "_fetch_all", "_leave_road", "_at", "db", "query", "__new__",
    "order_by", "ordered", "model", "_query", "_db", "_hints", "_known_related_objects",
    "_result_cache", "_sticky_filter", "_for_write", "_prefetch_related_lookups", "_prefetch_done",
    "_iterable_class", "_fields", "_fetch_mode",
)  # fmt: skip
