"""Where packages find the description of queries; its home is the planner."""

from vivace.db.planner.nodes import AND, OR, XOR
from vivace.db.planner.query import Query
from vivace.db.planner.raw import RawQuery
from vivace.db.planner.subqueries import AggregateQuery, DeleteQuery, InsertQuery, UpdateQuery
from vivace.utils.lazily import lazily

__all__ = [
    "AND",
    "OR",
    "XOR",
    "AggregateQuery",
    "DeleteQuery",
    "InsertQuery",
    "Query",
    "RawQuery",
    "UpdateQuery",
]

# Submodules are there without an import of their own, as after Django's imports.
__getattr__, __dir__ = lazily(__name__, {})
