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

__all__ = ["KINDS", "Slot", "field_types", "leaves", "mark", "slot_for"]


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


@dataclass(frozen=True, slots=True)
class Slot:
    """Where a value of a condition goes."""

    kind: type
    mark: Any
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
        if self.kind is int and self.checked:
            low, high = connection.ops.integer_field_range(self.field.get_internal_type())
            if low is None or high is None:
                return None
            return f"not {low} <= {name} <= {high}"
        if self.kind is datetime.datetime:
            # A naive moment where aware ones are used is warned of; the compatible way does it.
            return f"{name}.tzinfo is {'None' if settings.USE_TZ else 'not None'}"
        return None

    def encode(self, connection: Connection) -> Any:
        """The mark as the driver takes it, if this slot is understood."""
        if self.pattern is not None:
            return self.pattern.format(connection.ops.prep_for_like_query(self.mark))
        if self.kind in _AS_IT_IS:
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
        if self.kind in _AS_IT_IS:
            return name
        encode = bind(_Encoder(self.field), "encode")
        return f"{encode}({name}, connection)"


# PERF: the driver takes these as they are, and so do the fields that may have a slot.
_AS_IT_IS = (int, str, float)


class _Encoder:
    """Encodes values as a field does."""

    def __init__(self, field: Any) -> None:
        self.field = field

    def __call__(self, value: Any, connection: Connection) -> Any:
        field = self.field
        return field.get_db_prep_value(field.get_prep_value(value), connection, prepared=True)


def leaves(node: Any) -> Iterator[Any]:
    """The lookups in a tree of conditions, not those of subqueries."""
    for child in node.children:
        if hasattr(child, "children"):
            yield from leaves(child)
        else:
            yield child


def _has(lookup: Any, kind: type, value_mark: Any) -> bool:
    value = getattr(lookup, "rhs", None)
    if type(lookup) in _LISTS:
        return isinstance(value, list | tuple) and any(
            type(each) is kind and each == value_mark for each in value
        )
    return type(value) is kind and value == value_mark


def slot_for(kind: type, value_mark: Any, query: Any) -> Slot | None:
    """The slot of a mark, if the conditions have it exactly once in a lookup that is known."""
    where, base_table = query.where, query.base_table
    found = [lookup for lookup in leaves(where) if _has(lookup, kind, value_mark)]
    if len(found) != 1:
        return None
    lookup = found[0]
    field = getattr(lookup.lhs, "target", None)
    if field is None or type(lookup.lhs).__name__ != "Col":
        return None
    while field.is_relation:
        if len(field.foreign_related_fields) != 1:
            return None
        field = field.target_field
    if type(field) not in _EXACT_TYPES[kind] or getattr(field, "instance_lookups", None):
        return None
    if type(lookup) in _COMPARISONS:
        unique = (
            type(lookup) in _EQUAL
            and lookup.lhs.target.unique
            and lookup.lhs.alias == base_table
            and not where.negated
            and where.connector == AND
            and any(child is lookup for child in where.children)
        )
        return Slot(kind, value_mark, field, None, unique=unique)
    if type(lookup) in _LISTS:
        return Slot(kind, value_mark, field, None)
    if kind is str and type(lookup) in _PATTERNS:
        return Slot(kind, value_mark, field, _PATTERNS[type(lookup)])
    return None
