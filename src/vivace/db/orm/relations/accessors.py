"""Gives the fields of relations the attributes that they put on models.

The fields' room is below this one and cannot import it; these are documented class attributes, which
subclasses of fields in projects override.
"""

from __future__ import annotations

from vivace.db.orm.managers.reverse import ReverseManyToOneDescriptor
from vivace.db.orm.relations.descriptors import (
    ForeignKeyDeferredAttribute,
    ForwardManyToOneDescriptor,
    ForwardOneToOneDescriptor,
    ReverseOneToOneDescriptor,
)
from vivace.db.schema.related.foreign_key import ForeignKey, OneToOneField
from vivace.db.schema.related.foreign_object import ForeignObject

__all__ = [
    "ForeignKeyDeferredAttribute",
    "ForwardManyToOneDescriptor",
    "ForwardOneToOneDescriptor",
    "ReverseManyToOneDescriptor",
    "ReverseOneToOneDescriptor",
]

ForeignObject.forward_related_accessor_class = ForwardManyToOneDescriptor
ForeignObject.related_accessor_class = ReverseManyToOneDescriptor
ForeignKey.descriptor_class = ForeignKeyDeferredAttribute
OneToOneField.forward_related_accessor_class = ForwardOneToOneDescriptor
OneToOneField.related_accessor_class = ReverseOneToOneDescriptor
