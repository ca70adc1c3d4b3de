"""The words in which a query's parts are named (addresses: `db.models.sql.constants`)."""

from __future__ import annotations

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

# How many rows are fetched at once.
GET_ITERATOR_CHUNK_SIZE = 100

# What executing a statement should give.
MULTI = "multi"
SINGLE = "single"
NO_RESULTS = "no results"
CURSOR = "cursor"
ROW_COUNT = "row count"

ORDER_DIR = {"ASC": ("ASC", "DESC"), "DESC": ("DESC", "ASC")}

INNER = "INNER JOIN"
LOUTER = "LEFT OUTER JOIN"
