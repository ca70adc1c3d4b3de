"""Values of conditions: which kinds may stand in a slot of a shape, their marks, and their encoders.

A mark is a value that is unlikely enough to be recognised wherever the compiler puts it. Kinds are
matched by exact type: a subclass may behave in any way, so it takes the compatible way.
"""

from __future__ import annotations

import datetime
import decimal
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from vivace.conf import settings
from vivace.db.contracts import Connection
from vivace.db.planner.nodes import AND
from vivace.db.query import lookups
from vivace.db.query.expressions import Value
from vivace.db.query.lookups import integers
from vivace.db.query.related_lookups import (
    RelatedExact,
    RelatedGreaterThan,
    RelatedGreaterThanOrEqual,
    RelatedIn,
    RelatedLessThan,
    RelatedLessThanOrEqual,
)
from vivace.db.schema import fields
from vivace.utils import tree

__all__ = ["DRIVERS_OWN", "KINDS", "Slot", "field_types", "mark", "slot_for"]


def field_types(kind: type) -> tuple[type, ...]:
    """The classes of fields whose values are of the type `kind`."""
    return _EXACT_TYPES[kind]


def _day(number: int) -> datetime.date:
    return datetime.date(1871, 3, 1) + datetime.timedelta(days=number)


def _moment(number: int) -> datetime.datetime:
    naive = datetime.datetime(1871, 3, 1, 4, 5, 6, 7) + datetime.timedelta(days=number)
    return naive.replace(tzinfo=datetime.UTC) if settings.USE_TZ else naive


# PERF: also the types that a condition's value may have at all, by exact type.
KINDS: dict[type, Callable[[int], Any]] = {
    int: lambda number: 20_011 + 37 * number,
    str: lambda number: f"%_\\\u2063{number}\u2063",
    float: lambda number: 20_011.625 + number,
    decimal.Decimal: lambda number: decimal.Decimal(211 + number),
    datetime.date: _day,
    datetime.datetime: _moment,
    uuid.UUID: lambda number: uuid.UUID(int=(0xA11CE << 64) + number),
}


# PERF: the driver takes these as they are, and so do the fields that may have a slot.
DRIVERS_OWN = (int, str, float)


def mark(kind: type, number: int) -> Any:
    """The mark of slot `number`, of the type `kind`."""
    return KINDS[kind](number)


_EXACT_TYPES: dict[type, tuple[type, ...]] = {
    int: (
        fields.AutoField,
        fields.BigAutoField,
        fields.SmallAutoField,
        fields.IntegerField,
        fields.BigIntegerField,
        fields.SmallIntegerField,
        fields.PositiveIntegerField,
        fields.PositiveBigIntegerField,
        fields.PositiveSmallIntegerField,
    ),
    str: (
        fields.CharField,
        fields.TextField,
        fields.SlugField,
        fields.EmailField,
        fields.URLField,
    ),
    float: (fields.FloatField,),
    decimal.Decimal: (fields.DecimalField,),
    datetime.date: (fields.DateField,),
    datetime.datetime: (fields.DateTimeField,),
    uuid.UUID: (fields.UUIDField,),
}

_COMPARISONS = frozenset(
    [
        lookups.Exact,
        lookups.GreaterThan,
        lookups.GreaterThanOrEqual,
        lookups.LessThan,
        lookups.LessThanOrEqual,
        integers.IntegerFieldExact,
        integers.IntegerGreaterThan,
        integers.IntegerGreaterThanOrEqual,
        integers.IntegerLessThan,
        integers.IntegerLessThanOrEqual,
        RelatedExact,
        RelatedGreaterThan,
        RelatedGreaterThanOrEqual,
        RelatedLessThan,
        RelatedLessThanOrEqual,
    ]
)
_LISTS = (lookups.In, RelatedIn)
_EQUAL = (lookups.Exact, integers.IntegerFieldExact)
# The patterns of LIKE that these make of a text.
_PATTERNS: dict[type, str] = {
    lookups.Contains: "%{}%",
    lookups.IContains: "%{}%",
    lookups.StartsWith: "{}%",
    lookups.IStartsWith: "{}%",
    lookups.EndsWith: "%{}",
    lookups.IEndsWith: "%{}",
}


# How much of a mark's text is the same however it is encoded: of a moment, its day.
_TELLING = 10


@dataclass(frozen=True, slots=True)
class Slot:
    """Where a value of a condition goes."""

    kind: type
    mark: Any
    # None where it is a Value among expressions.
    field: Any
    # None for a comparison with the value itself.
    pattern: str | None
    # Whether a value out of the column's range cannot be bound.
    checked: bool = True
    # Whether no two rows of the model can meet the condition.
    unique: bool = False

    def write_check(
        self, name: str, bind: Callable[[Any, str], str], connection: Connection
    ) -> str | None:
        """The source of a condition under which the value cannot be bound; None if there is none."""
        if self.kind is int and self.field is None:
            return f"not {-(2**63)} <= {name} < {2**63}"
        if self.kind is int and self.checked:
            low, high = connection.ops.integer_field_range(self.field.get_internal_type())
            if low is None or high is None:
                return None
            return f"not {low} <= {name} <= {high}"
        if self.kind is datetime.datetime:
            # A naive moment where aware ones are used is warned of; the compatible way does it.
            return f"{name}.tzinfo is {'None' if settings.USE_TZ else 'not None'}"
        return None

    def resembles(self, param: Any) -> bool:
        """Whether a parameter may be made of the mark in a way that is not understood."""
        text = str(self.mark)
        return text[:_TELLING] in str(param) or type(param) is bytes

    def encode(self, connection: Connection) -> Any:
        """The mark as the driver takes it, if this slot is understood."""
        if self.pattern is not None:
            return self.pattern.format(connection.ops.prep_for_like_query(self.mark))
        if self.kind in DRIVERS_OWN:
            return self.mark
        return _Encoder(self.field)(self.mark, connection)

    def write_value(
        self, name: str, bind: Callable[[Any, str], str], connection: Connection
    ) -> str:
        """The source of the value as the driver takes it."""
        if self.pattern is not None:
            escape = "connection.ops.prep_for_like_query"
            before, after = self.pattern.split("{}")
            parts = [repr(before)] if before else []
            parts.append(f"{escape}({name})")
            if after:
                parts.append(repr(after))
            return " + ".join(parts)
        if self.kind in DRIVERS_OWN:
            return name
        encode = bind(_Encoder(self.field), "encode")
        return f"{encode}({name}, connection)"


class _Encoder:
    """Encodes values as a field does."""

    def __init__(self, field: Any) -> None:
        self.field = field

    def __call__(self, value: Any, connection: Connection) -> Any:
        field = self.field
        return field.get_db_prep_value(field.get_prep_value(value), connection, prepared=True)


def _parts(node: Any) -> Iterator[Any]:
    """The lookups and expressions in a tree of conditions, in an expression or in a query."""
    yield node
    if isinstance(node, tree.Node):
        inner = node.children
    elif hasattr(node, "annotations"):
        inner = [node.where, *node.annotations.values()]
    elif getattr(node, "subquery", False):
        inner = [node.query]
    elif hasattr(node, "get_source_expressions"):
        inner = node.get_source_expressions()
    else:
        return
    for each in inner:
        yield from _parts(each)


def _has(lookup: Any, kind: type, value_mark: Any) -> bool:
    value = getattr(lookup, "value" if type(lookup) is Value else "rhs", None)
    if type(lookup) in _LISTS:
        return isinstance(value, list | tuple) and any(
            type(each) is kind and each == value_mark for each in value
        )
    return type(value) is kind and value == value_mark


def slot_for(kind: type, value_mark: Any, query: Any) -> Slot | None:
    """The slot of a mark, if the query has it exactly once, in a lookup that is known or a Value."""
    found = {id(part): part for part in _parts(query) if _has(part, kind, value_mark)}
    if len(found) != 1:
        return None
    (part,) = found.values()
    if type(part) is Value:
        return Slot(kind, value_mark, None, None) if kind in DRIVERS_OWN else None
    field: Any = getattr(part.lhs, "target", None)
    is_column = field is not None and type(part.lhs).__name__ == "Col"
    if not is_column:
        field = getattr(part.lhs, "output_field", None)
    while getattr(field, "is_relation", False):
        if len(field.foreign_related_fields) != 1:
            return None
        field = field.target_field
    if type(field) not in _EXACT_TYPES[kind] or getattr(field, "instance_lookups", None):
        return None
    if type(part) in _COMPARISONS:
        unique = is_column and _is_unique(part, query)
        return Slot(kind, value_mark, field, None, unique=unique)
    if type(part) in _LISTS:
        return Slot(kind, value_mark, field, None)
    if kind is str and type(part) in _PATTERNS:
        return Slot(kind, value_mark, field, _PATTERNS[type(part)])
    return None


def _is_unique(lookup: Any, query: Any) -> bool:
    """Whether no two rows of the model meet a condition of `query`."""
    where = query.where
    return (
        type(lookup) in _EQUAL
        and lookup.lhs.target.unique
        and lookup.lhs.alias == query.base_table
        and not where.negated
        and where.connector == AND
        and any(child is lookup for child in where.children)
    )
