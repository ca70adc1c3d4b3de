"""Where packages find the queries that write; their home is the planner."""

from vivace.db.planner.subqueries import AggregateQuery, DeleteQuery, InsertQuery, UpdateQuery

__all__ = ["AggregateQuery", "DeleteQuery", "InsertQuery", "UpdateQuery"]
