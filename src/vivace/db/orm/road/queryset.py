"""`QuerySetRoad`: asking on the fast road; what has no plan is asked the compatible way."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, cast

from vivace.db import connections, router
from vivace.db.orm.querysets.iterables import ModelIterable, is_ours
from vivace.db.orm.querysets.reads import MAX_GET_RESULTS, only_row
from vivace.db.orm.querysets.state import M, Row
from vivace.db.orm.road import updating
from vivace.db.orm.road.aggregating import planned_aggregate
from vivace.db.orm.road.describing import QuerySetOnRoad
from vivace.db.orm.road.failing import failed
from vivace.db.orm.road.fetching import UNKNOWN, fetch
from vivace.db.orm.road.saving import insert_many_on_road
from vivace.db.orm.road.shapes import EPOCH, Shape
from vivace.db.orm.road.structure import read_expressions
from vivace.db.utils import DEFAULT_DB_ALIAS
from vivace.utils import asyncio as loops

__all__ = ["QuerySetRoad"]


class QuerySetRoad(QuerySetOnRoad[M, Row]):
    """What is fetched and written by the plans of shapes."""

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        cls._roadworthy = all(getattr(cls, name) is getattr(QuerySetRoad, name) for name in _OURS)

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

    def aggregate(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Aggregates over all rows, by name; unnamed ones take their default name."""
        shape = self._shape
        if shape is not None and not shape.limits:
            reading = read_expressions(args, kwargs)
            if reading is not None and reading.key and not reading.values:
                kind, alias = ("aggregate", reading.key), self._alias()
                if (kind, alias) not in shape.plans:
                    planned_aggregate(shape, kind, args, kwargs, connections[alias])
                found = fetch(shape, kind, alias, self._bound)
                if found is not None:
                    return cast("dict[str, Any]", found[0])
        return super().aggregate(*args, **kwargs)

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
        if shape.epoch is not EPOCH.value or loops._get_running_loop() is not None:
            return None
        alias = self._db or DEFAULT_DB_ALIAS
        connection = connections[alias]
        plan = shape.plans.get(("update", alias, key), UNKNOWN)
        if plan is UNKNOWN:
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
            and loops._get_running_loop() is None
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
        shape = self._shape
        if (
            shape is not None
            and not shape.limits
            and self._result_cache is None
            and (shape.ordered or shape.template._query.group_by is None)
        ):
            ordered = self if shape.ordered else self.order_by("pk")
            rows = list(ordered[:1])
            return rows[0] if rows else None
        return super().first()


def _as_known(queryset: Any, rows: list[Any]) -> list[Any]:
    """Instances that know what the queryset knows about them; rows of values as they are."""
    form = queryset._iterable_class
    return form(queryset).shape(rows) if issubclass(form, ModelIterable) else rows


# What a subclass may not change if its querysets are to be on the road.
_OURS = (
    "__init__", "__setattr__", "__getattribute__", "_chain", "_clone", "_filter_or_exclude",
    "_filter_or_exclude_inplace", "_fetch_all", "_leave_road", "_at", "db", "query", "__new__",
    "order_by", "ordered", "model", "_query", "_db", "_hints", "_known_related_objects",
    "_result_cache", "_sticky_filter", "_for_write", "_prefetch_related_lookups", "_prefetch_done",
    "_iterable_class", "_fields", "_fetch_mode",
)  # fmt: skip
