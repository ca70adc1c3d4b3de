"""Django's address for what queries are described with; the homes are in the rooms of the ORM."""

from vivace.db.planner.build_names import check_rel_lookup_compatibility, refs_expression
from vivace.db.planner.columns import select_related_descend
from vivace.db.query.filtered import FilteredRelation
from vivace.db.query.q import Q
from vivace.db.schema.constants import LOOKUP_SEP
from vivace.db.schema.deferred import DeferredAttribute
from vivace.db.schema.paths import PathInfo
from vivace.db.schema.registry import RegisterLookupMixin, class_or_instance_method, subclasses

__all__ = [
    "LOOKUP_SEP",
    "DeferredAttribute",
    "FilteredRelation",
    "PathInfo",
    "Q",
    "RegisterLookupMixin",
    "check_rel_lookup_compatibility",
    "class_or_instance_method",
    "refs_expression",
    "select_related_descend",
    "subclasses",
]
