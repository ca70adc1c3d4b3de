"""Where packages find the parts of a FROM clause; their home is the planner."""

from vivace.db.planner.constants import INNER, LOUTER
from vivace.db.planner.nodes import BaseTable, Empty, Join, MultiJoin

__all__ = ["INNER", "LOUTER", "BaseTable", "Empty", "Join", "MultiJoin"]
