"""A relation whose join has a condition of its own."""

from __future__ import annotations

from typing import Any

from vivace.core.exceptions import FullResultSet
from vivace.db.query.q import Q
from vivace.utils.naming import publish

__all__ = ["FilteredRelation"]


class FilteredRelation:
    """The relation `relation_name` with `condition` in its ON clause; ``annotate()`` gives it a name.

    Documented at ref/models/querysets. Raises `ValueError` for an empty name or if `condition` is no Q.
    """

    def __init__(self, relation_name: str, *, condition: Any = Q()) -> None:  # noqa: B008
        if not relation_name:
            raise ValueError("relation_name cannot be empty.")
        self.relation_name = relation_name
        self.alias: str | None = None
        if not isinstance(condition, Q):
            raise ValueError("condition argument must be a Q() instance.")
        self.condition = condition
        # The condition within a query, once the relation is joined there.
        self.resolved_condition: Any = None

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, self.__class__):
            return NotImplemented
        return (
            self.relation_name == other.relation_name
            and self.alias == other.alias
            and self.condition == other.condition
        )

    __hash__ = None  # type: ignore[assignment]

    def clone(self) -> FilteredRelation:
        """A copy that may get another condition."""
        clone = FilteredRelation(self.relation_name, condition=self.condition)
        clone.alias = self.alias
        if self.resolved_condition is not None:
            clone.resolved_condition = self.resolved_condition.clone()
        return clone

    def relabeled_clone(self, change_map: dict[Any, str]) -> FilteredRelation:
        """A copy in which the tables are known by other aliases."""
        clone = self.clone()
        if clone.resolved_condition is not None:
            clone.resolved_condition = clone.resolved_condition.relabeled_clone(change_map)
        return clone

    def resolve_expression(self, query: Any, reuse: Any, *args: Any, **kwargs: Any) -> Any:
        """A copy that knows its condition within `query`."""
        clone = self.clone()
        clone.resolved_condition = query.build_filter(
            self.condition,
            can_reuse=reuse,
            allow_joins=True,
            split_subq=False,
            update_join_types=False,
        )[0]
        return clone

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        """The SQL of the condition; none if it always holds."""
        try:
            return compiler.compile(self.resolved_condition)
        except FullResultSet:
            return "", ()


publish(__name__, "db.models.query_utils")
