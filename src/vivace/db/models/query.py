"""Door: querysets, the forms of their rows, prefetching; and names that packages take from here."""

from vivace.db.orm.querysets.evaluation import REPR_OUTPUT_SIZE
from vivace.db.orm.querysets.iterables import (
    BaseIterable,
    FlatValuesListIterable,
    ModelIterable,
    NamedValuesListIterable,
    ValuesIterable,
    ValuesListIterable,
)
from vivace.db.orm.querysets.queryset import EmptyQuerySet, QuerySet
from vivace.db.orm.querysets.raw import RawModelIterable, RawQuerySet
from vivace.db.orm.querysets.reads import MAX_GET_RESULTS
from vivace.db.orm.relations.prefetch import (
    Prefetch,
    aprefetch_related_objects,
    get_prefetcher,
    prefetch_related_objects,
)
from vivace.db.query.f import F
from vivace.db.query.q import Q
from vivace.db.schema.constants import LOOKUP_SEP

__all__ = [
    "LOOKUP_SEP", "MAX_GET_RESULTS", "REPR_OUTPUT_SIZE", "BaseIterable", "EmptyQuerySet", "F",
    "FlatValuesListIterable", "ModelIterable", "NamedValuesListIterable", "Prefetch", "Q",
    "QuerySet", "RawModelIterable", "RawQuerySet", "ValuesIterable", "ValuesListIterable",
    "aprefetch_related_objects", "get_prefetcher", "prefetch_related_objects",
]  # fmt: skip
