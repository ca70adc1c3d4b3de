"""Door: the attributes that give related objects, and the managers of many of them."""

from typing import TYPE_CHECKING

from vivace.db.orm.accessors import (
    ForeignKeyDeferredAttribute,
    ForwardManyToOneDescriptor,
    ForwardOneToOneDescriptor,
    ReverseManyToOneDescriptor,
    ReverseOneToOneDescriptor,
)
from vivace.db.orm.accessors_m2m import ManyToManyDescriptor
from vivace.db.orm.related_managers import create_reverse_many_to_one_manager
from vivace.db.orm.related_managers_m2m import create_forward_many_to_many_manager

if TYPE_CHECKING:
    # For annotations: the classes themselves are made for each relation.
    from vivace.db.orm.manager_typing import ManyRelatedManager as ManyRelatedManager
    from vivace.db.orm.manager_typing import RelatedManager as RelatedManager

__all__ = [
    "ForeignKeyDeferredAttribute",
    "ForwardManyToOneDescriptor",
    "ForwardOneToOneDescriptor",
    "ManyToManyDescriptor",
    "ReverseManyToOneDescriptor",
    "ReverseOneToOneDescriptor",
    "create_forward_many_to_many_manager",
    "create_reverse_many_to_one_manager",
]
