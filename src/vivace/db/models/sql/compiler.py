"""Compilers of queries; their homes are `vivace.db.planner.compile` and `vivace.db.planner.writes`."""

from vivace.db.planner.compile import SQLCompiler
from vivace.db.planner.constants import CURSOR, MULTI, NO_RESULTS, ORDER_DIR, ROW_COUNT, SINGLE
from vivace.db.planner.writes import (
    SQLAggregateCompiler,
    SQLDeleteCompiler,
    SQLInsertCompiler,
    SQLUpdateCompiler,
)

__all__ = [
    "CURSOR",
    "MULTI",
    "NO_RESULTS",
    "ORDER_DIR",
    "ROW_COUNT",
    "SINGLE",
    "SQLAggregateCompiler",
    "SQLCompiler",
    "SQLDeleteCompiler",
    "SQLInsertCompiler",
    "SQLUpdateCompiler",
]
