"""Order, limits and emptiness."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vivace.core.exceptions import FieldError
from vivace.db.planner.constants import ORDER_DIR
from vivace.db.planner.nodes import AND, NothingNode
from vivace.db.schema.constants import LOOKUP_SEP

if TYPE_CHECKING:
    from vivace.db.planner.query import Query


def get_order_dir(field: str, default: str = "ASC") -> tuple[str, str]:
    """The name in an ordering term and its direction: a leading "-" turns `default` around."""
    same, other = ORDER_DIR[default]
    return (field[1:], other) if field[0] == "-" else (field, same)


def add_ordering(query: Query, *ordering: Any) -> None:
    """Order by names ("-" before one: descending, "?": randomly) or expressions, after what is there.

    Without arguments, take the model's own ordering away.
    """
    wrong = []
    for item in ordering:
        if isinstance(item, str):
            name = item.removeprefix("-")
            if item == "?" or name in query.annotations or (query.extra and name in query.extra):
                continue
            # SECURITY: nothing but a known name gets into ORDER BY (CVE-2021-35042).
            query.names_to_path(name.split(LOOKUP_SEP), query.get_meta())
        elif not hasattr(item, "resolve_expression"):
            wrong.append(item)
        if getattr(item, "contains_aggregate", False):
            raise FieldError(
                "Using an aggregate in order_by() without also including "
                f"it in annotate() is not allowed: {item}"
            )
    if wrong:
        raise FieldError(f"Invalid order_by arguments: {wrong}")
    if ordering:
        query.order_by += ordering
    else:
        query.default_ordering = False


def clear_ordering(query: Query, force: bool = False, clear_default: bool = True) -> None:
    """Take the ordering away, unless (without `force`) it says which rows are meant."""
    if not force and (query.is_sliced or query.distinct_fields or query.select_for_update):
        return
    query.order_by = ()
    query.extra_order_by = ()
    if clear_default:
        query.default_ordering = False


def set_limits(query: Query, low: int | None = None, high: int | None = None) -> None:
    """Take the rows from `low` on and before `high`, counted within what is taken already."""
    if high is not None:
        high += query.low_mark
        query.high_mark = high if query.high_mark is None else min(query.high_mark, high)
    if low is not None:
        low += query.low_mark
        query.low_mark = low if query.high_mark is None else min(query.high_mark, low)
    if query.low_mark == query.high_mark:
        query.set_empty()


def clear_limits(query: Query) -> None:
    """Take all rows."""
    query.low_mark, query.high_mark = 0, None


def is_sliced(query: Query) -> bool:
    """Whether only some of the rows are taken."""
    return query.low_mark != 0 or query.high_mark is not None


def has_limit_one(query: Query) -> bool:
    """Whether at most one row is taken."""
    return query.high_mark is not None and query.high_mark - query.low_mark == 1


def can_filter(query: Query) -> bool:
    """Whether conditions may still be added: not after a slice."""
    return not query.is_sliced


def set_empty(query: Query) -> None:
    """Make a query that finds nothing."""
    query.where.add(NothingNode(), AND)
    for combined in query.combined_queries:
        combined.set_empty()


def is_empty(query: Query) -> bool:
    """Whether it is certain that nothing is found."""
    return any(isinstance(child, NothingNode) for child in query.where.children)
