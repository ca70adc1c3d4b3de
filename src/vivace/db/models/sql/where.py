"""Where packages find the tree of conditions; its home is the planner."""

from vivace.db.planner.nodes import AND, OR, XOR, ExtraWhere, NothingNode, WhereNode

__all__ = ["AND", "OR", "XOR", "ExtraWhere", "NothingNode", "WhereNode"]
