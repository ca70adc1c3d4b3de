"""Relations between models; their homes are in `vivace.db.schema.related` and `vivace.db.orm`."""

from vivace.db.orm.relations.accessors import (
    ForeignKeyDeferredAttribute,
    ForwardManyToOneDescriptor,
    ForwardOneToOneDescriptor,
    ReverseManyToOneDescriptor,
    ReverseOneToOneDescriptor,
)
from vivace.db.orm.relations.many_to_many import ManyToManyDescriptor
from vivace.db.schema.fields.base import Field
from vivace.db.schema.fields.caching import FieldCacheMixin
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
    "Field",
    "FieldCacheMixin",
    "ForeignKey",
    "ForeignKeyDeferredAttribute",
    "ForeignObject",
    "ForeignObjectRel",
    "ForwardManyToOneDescriptor",
    "ForwardOneToOneDescriptor",
    "ManyToManyDescriptor",
    "ManyToManyField",
    "ManyToManyRel",
    "ManyToOneRel",
    "OneToOneField",
    "OneToOneRel",
    "RelatedField",
    "ReverseManyToOneDescriptor",
    "ReverseOneToOneDescriptor",
    "create_many_to_many_intermediary_model",
    "lazy_related_operation",
    "resolve_relation",
]
