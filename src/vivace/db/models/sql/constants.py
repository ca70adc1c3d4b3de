"""Where Django's documentation and packages find the words of queries; their home is the planner."""

from vivace.db.planner.constants import (
    CURSOR,
    GET_ITERATOR_CHUNK_SIZE,
    INNER,
    LOUTER,
    MULTI,
    NO_RESULTS,
    ORDER_DIR,
    ROW_COUNT,
    SINGLE,
)

__all__ = [
    "CURSOR",
    "GET_ITERATOR_CHUNK_SIZE",
    "INNER",
    "LOUTER",
    "MULTI",
    "NO_RESULTS",
    "ORDER_DIR",
    "ROW_COUNT",
    "SINGLE",
]
