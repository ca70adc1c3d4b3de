"""All expressions under one name; lookups, aggregates and functions have modules of their own."""

from vivace.db.query.base import BaseExpression, Expression, OutputFieldIsNoneError
from vivace.db.query.columns import Col, ColPairs, Ref
from vivace.db.query.combinable import Combinable
from vivace.db.query.combined import CombinedExpression, DurationExpression, TemporalSubtraction
from vivace.db.query.conditional import Case, When
from vivace.db.query.f import F, OuterRef, ResolvedOuterRef, Sliced
from vivace.db.query.func import ExpressionList, Func, OrderByList
from vivace.db.query.numeric import (
    SQLiteNumericMixin,
    _resolve_combined_type,
    register_combinable_fields,
)
from vivace.db.query.ordering import OrderBy
from vivace.db.query.subquery import Exists, Subquery
from vivace.db.query.values import DatabaseDefault, RawSQL, Star, Value
from vivace.db.query.window import (
    RowRange,
    ValueRange,
    Window,
    WindowFrame,
    WindowFrameExclusion,
)
from vivace.db.query.wrappers import ExpressionWrapper, NegatedExpression

__all__ = [
    "BaseExpression",
    "Case",
    "Col",
    "ColPairs",
    "Combinable",
    "CombinedExpression",
    "DatabaseDefault",
    "DurationExpression",
    "Exists",
    "Expression",
    "ExpressionList",
    "ExpressionWrapper",
    "F",
    "Func",
    "NegatedExpression",
    "OrderBy",
    "OrderByList",
    "OuterRef",
    "OutputFieldIsNoneError",
    "RawSQL",
    "Ref",
    "ResolvedOuterRef",
    "RowRange",
    "SQLiteNumericMixin",
    "Sliced",
    "Star",
    "Subquery",
    "TemporalSubtraction",
    "Value",
    "ValueRange",
    "When",
    "Window",
    "WindowFrame",
    "WindowFrameExclusion",
    "_resolve_combined_type",
    "register_combinable_fields",
]
