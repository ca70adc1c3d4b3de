"""Relations to objects of any model; each kind of field has a module of its own."""

from vivace.contrib.contenttypes.generic_foreign_key import GenericForeignKey
from vivace.contrib.contenttypes.generic_relation import GenericRel, GenericRelation
from vivace.contrib.contenttypes.related_managers import (
    ReverseGenericManyToOneDescriptor,
    create_generic_related_manager,
)

__all__ = [
    "GenericForeignKey",
    "GenericRel",
    "GenericRelation",
    "ReverseGenericManyToOneDescriptor",
    "create_generic_related_manager",
]
