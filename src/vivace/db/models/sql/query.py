"""Where packages find `Query` and what goes with it; its home is the planner."""

from vivace.db.planner.build_joins import JoinPromoter
from vivace.db.planner.build_names import get_field_names_from_opts
from vivace.db.planner.build_ordering import get_order_dir
from vivace.db.planner.constants import INNER, LOUTER, ORDER_DIR, SINGLE
from vivace.db.planner.nodes import (
    AND,
    OR,
    BaseTable,
    Empty,
    ExplainInfo,
    ExtraWhere,
    Join,
    JoinInfo,
    NothingNode,
    WhereNode,
)
from vivace.db.planner.query import Query
from vivace.db.planner.raw import RawQuery
from vivace.db.query.f import F
from vivace.db.query.q import Q
from vivace.db.schema.constants import LOOKUP_SEP

__all__ = [
    "AND", "INNER", "LOOKUP_SEP", "LOUTER", "OR", "ORDER_DIR", "SINGLE", "BaseTable", "Empty",
    "ExplainInfo", "ExtraWhere", "F", "Join", "JoinInfo", "JoinPromoter", "NothingNode", "Q", "Query",
    "RawQuery", "WhereNode", "get_field_names_from_opts", "get_order_dir",
]  # fmt: skip
