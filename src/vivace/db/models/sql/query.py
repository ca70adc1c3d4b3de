"""Where packages find `Query` and what goes with it; its home is the planner."""

from vivace.db.planner.build_joins import JoinPromoter
from vivace.db.planner.build_names import get_field_names_from_opts
from vivace.db.planner.build_ordering import get_order_dir
from vivace.db.planner.constants import INNER, LOUTER, ORDER_DIR, SINGLE
from vivace.db.planner.nodes import AND, OR, ExplainInfo, JoinInfo
from vivace.db.planner.query import Query
from vivace.db.planner.raw import RawQuery

__all__ = [
    "AND",
    "INNER",
    "LOUTER",
    "OR",
    "ORDER_DIR",
    "SINGLE",
    "ExplainInfo",
    "JoinInfo",
    "JoinPromoter",
    "Query",
    "RawQuery",
    "get_field_names_from_opts",
    "get_order_dir",
]
