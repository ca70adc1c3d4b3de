"""``QuerySet.aggregate`` on the road: the statement of a shape and of aggregates without values."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from vivace.db.contracts import Connection
from vivace.db.orm.querysets.reads import with_names
from vivace.db.orm.road import plans
from vivace.db.orm.road.shapes import Shape

__all__ = ["planned_aggregate"]


def planned_aggregate(
    shape: Shape,
    kind: Any,
    args: tuple[Any, ...],
    kwargs: Mapping[str, Any],
    connection: Connection,
) -> None:
    """Make the plan of `kind` on the database of `connection`, and keep it."""
    key = (kind, connection.alias)
    plans.kept(shape, key, lambda: _plan(shape, args, kwargs, connection))


def _plan(
    shape: Shape, args: tuple[Any, ...], kwargs: Mapping[str, Any], connection: Connection
) -> Any:
    template = shape.template
    if template._query.distinct_fields:
        return plans.NO_PLAN
    aggregates = with_names(args, kwargs)
    asked = template._query.chain().aggregation(connection, aggregates)
    bind = plans.binder(shape.slots, asked.params, connection)
    if asked.sql is None or bind is None:
        return plans.NO_PLAN

    def load(rows: Any, alias: str, connection: Connection) -> list[Any]:
        return [asked.values(rows)]

    return plans.ReadPlan(connection.ops.native_sql(asked.sql), bind, load)
