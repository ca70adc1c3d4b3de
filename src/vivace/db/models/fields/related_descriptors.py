"""Door: the attributes that give related objects, and the managers of many of them."""

from typing import TYPE_CHECKING

from vivace.db.orm.managers.many_to_many import create_forward_many_to_many_manager
from vivace.db.orm.managers.reverse import create_reverse_many_to_one_manager
from vivace.db.orm.relations.accessors import (
    ForeignKeyDeferredAttribute,
    ForwardManyToOneDescriptor,
    ForwardOneToOneDescriptor,
    ReverseManyToOneDescriptor,
    ReverseOneToOneDescriptor,
)
from vivace.db.orm.relations.many_to_many import ManyToManyDescriptor

if TYPE_CHECKING:
    # For annotations: the classes themselves are made for each relation.
    from vivace.db.orm.managers.methods import ManyRelatedManager as ManyRelatedManager
    from vivace.db.orm.managers.methods import RelatedManager as RelatedManager

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
