"""Django's address for lookups of several columns; their home is `vivace.db.query.tuple_lookups`."""

from vivace.db.query.tuple_lookups import (
    Tuple,
    TupleExact,
    TupleGreaterThan,
    TupleGreaterThanOrEqual,
    TupleIn,
    TupleIsNull,
    TupleLessThan,
    TupleLessThanOrEqual,
    TupleLookupMixin,
    tuple_lookups,
)

__all__ = [
    "Tuple",
    "TupleExact",
    "TupleGreaterThan",
    "TupleGreaterThanOrEqual",
    "TupleIn",
    "TupleIsNull",
    "TupleLessThan",
    "TupleLessThanOrEqual",
    "TupleLookupMixin",
    "tuple_lookups",
]
