"""``QuerySet.update`` on the road: the statement of a shape and of the fields that are set.

A value may be plain, or the commonest of expressions: a field and a plain value with an operator in
between, ``F("pages") + 1``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from vivace.db.contracts import Connection
from vivace.db.orm.road import plans
from vivace.db.orm.road.shapes import Shape
from vivace.db.orm.road.slots import KINDS, Slot, field_types, mark
from vivace.db.planner.runtime import run_now
from vivace.db.query.expressions import CombinedExpression, F, Value

__all__ = ["UpdatePlan", "key_of", "planned_update", "values_of"]

# Kinds whose values an expression hands to the driver as they are.
_COMBINED = frozenset([int, float])


class UpdatePlan(NamedTuple):
    """What is executed for a shape and the fields that are set."""

    sql: str
    bind: plans.Binder


def key_of(kwargs: Mapping[str, Any]) -> Any:
    """The structure of what is set; None if it is not plain."""
    key: list[Any] = []
    for name, value in kwargs.items():
        kind = value.__class__
        if kind is CombinedExpression:
            left, right = value.lhs, value.rhs
            if type(left) is not F or type(right) is not Value:
                return None
            if "output_field" in right.__dict__ or "output_field" in value.__dict__:
                return None
            key += (name, left.name, value.connector, type(right.value))
        elif kind in KINDS:
            key += (name, kind)
        else:
            return None
    return tuple(key)


def values_of(kwargs: Mapping[str, Any]) -> list[Any]:
    """What is bound of `kwargs`, which have a key."""
    return [
        value.rhs.value if type(value) is CombinedExpression else value for value in kwargs.values()
    ]


def planned_update(
    shape: Shape, key: Any, kwargs: Mapping[str, Any], connection: Connection
) -> Any:
    """The plan, made and kept; None if there is none."""
    kind = ("update", connection.alias, key)
    return plans.kept(shape, kind, lambda: _plan(shape, kwargs, connection))


def _plan(shape: Shape, kwargs: Mapping[str, Any], connection: Connection) -> UpdatePlan | None:
    meta = shape.template.model._meta
    marked: dict[str, Any] = {}
    slots = list(shape.slots)
    for name, value in kwargs.items():
        combined = type(value) is CombinedExpression
        kind = type(value.rhs.value) if combined else type(value)
        field = meta.get_field(name)
        while field.is_relation:
            field = field.target_field
        if type(field) not in field_types(kind) or (combined and kind not in _COMBINED):
            return None
        value_mark = mark(kind, len(slots))
        # An expression's value is not checked against the column's range: its result is.
        slots.append(Slot(kind, value_mark, field, None, checked=False))
        marked[name] = (
            CombinedExpression(F(value.lhs.name), value.connector, Value(value_mark))
            if combined
            else value_mark
        )
    template = shape.template._chain()
    flow = template._set_flow(**marked)
    try:
        call = next(flow)
    finally:
        flow.close()
    if call.function is not run_now:
        # It reads something first.
        return None
    called, sql, params = call.args
    if called is not connection:
        return None
    bind = plans.binder(tuple(slots), params, connection)
    return bind and UpdatePlan(connection.ops.native_sql(sql), bind)
