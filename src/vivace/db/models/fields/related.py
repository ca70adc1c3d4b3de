"""Relations between models; their homes are in `vivace.db.schema.related`."""

from vivace.db.schema.related.base import RelatedField
from vivace.db.schema.related.foreign_key import ForeignKey, OneToOneField
from vivace.db.schema.related.foreign_object import ForeignObject
from vivace.db.schema.related.lazy import (
    RECURSIVE_RELATIONSHIP_CONSTANT,
    lazy_related_operation,
    resolve_relation,
)
from vivace.db.schema.related.many_to_many import (
    ManyToManyField,
    create_many_to_many_intermediary_model,
)
from vivace.db.schema.related.rels import (
    ForeignObjectRel,
    ManyToManyRel,
    ManyToOneRel,
    OneToOneRel,
)

__all__ = [
    "RECURSIVE_RELATIONSHIP_CONSTANT",
    "ForeignKey",
    "ForeignObject",
    "ForeignObjectRel",
    "ManyToManyField",
    "ManyToManyRel",
    "ManyToOneRel",
    "OneToOneField",
    "OneToOneRel",
    "RelatedField",
    "create_many_to_many_intermediary_model",
    "lazy_related_operation",
    "resolve_relation",
]
