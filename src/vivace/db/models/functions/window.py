"""Django's address for these functions; their home is `vivace.db.query.functions.window`."""

from vivace.db.query.functions.window import (
    CumeDist,
    DenseRank,
    FirstValue,
    Lag,
    LagLeadFunction,
    LastValue,
    Lead,
    NthValue,
    Ntile,
    PercentRank,
    Rank,
    RowNumber,
)

__all__ = [
    "CumeDist",
    "DenseRank",
    "FirstValue",
    "Lag",
    "LagLeadFunction",
    "LastValue",
    "Lead",
    "NthValue",
    "Ntile",
    "PercentRank",
    "Rank",
    "RowNumber",
]
