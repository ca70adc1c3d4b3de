"""Compilers of queries; their homes are `vivace.db.planner.compile` and `vivace.db.planner.writes`."""

from vivace.db.planner.compile import SQLCompiler
from vivace.db.planner.writes import (
    SQLAggregateCompiler,
    SQLDeleteCompiler,
    SQLInsertCompiler,
    SQLUpdateCompiler,
)

__all__ = [
    "SQLAggregateCompiler",
    "SQLCompiler",
    "SQLDeleteCompiler",
    "SQLInsertCompiler",
    "SQLUpdateCompiler",
]
