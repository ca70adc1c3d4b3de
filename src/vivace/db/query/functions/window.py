"""Functions that only make sense over a window. Documented at ref/models/database-functions."""

from __future__ import annotations

from typing import Any

from vivace.db.query.func import Func
from vivace.db.schema.fields.numbers import FloatField, IntegerField
from vivace.utils.naming import publish

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


class CumeDist(Func):
    """The share of rows that are not after the current one."""

    function = "CUME_DIST"
    output_field = FloatField()
    window_compatible = True


class DenseRank(Func):
    """The rank, without gaps."""

    function = "DENSE_RANK"
    output_field = IntegerField()
    window_compatible = True


class FirstValue(Func):
    """The value in the first row of the frame."""

    arity = 1
    function = "FIRST_VALUE"
    window_compatible = True


class LagLeadFunction(Func):
    """The value in a row at a distance, or a default where there is none."""

    window_compatible = True

    def __init__(self, expression: Any, offset: Any = 1, default: Any = None, **extra: Any) -> None:
        name = self.__class__.__name__
        if expression is None:
            raise ValueError(f"{name} requires a non-null source expression.")
        if offset is None or offset <= 0:
            raise ValueError(f"{name} requires a positive integer for the offset.")
        arguments = (expression, offset) if default is None else (expression, offset, default)
        super().__init__(*arguments, **extra)

    def _resolve_output_field(self) -> Any:
        return self.get_source_expressions()[0].output_field


class Lag(LagLeadFunction):
    """The value `offset` rows before."""

    function = "LAG"


class LastValue(Func):
    """The value in the last row of the frame."""

    arity = 1
    function = "LAST_VALUE"
    window_compatible = True


class Lead(LagLeadFunction):
    """The value `offset` rows after."""

    function = "LEAD"


class NthValue(Func):
    """The value in the row with this number in the frame, counted from 1."""

    function = "NTH_VALUE"
    window_compatible = True

    def __init__(self, expression: Any, nth: Any = 1, **extra: Any) -> None:
        name = self.__class__.__name__
        if expression is None:
            raise ValueError(f"{name} requires a non-null source expression.")
        if nth is None or nth <= 0:
            raise ValueError(f"{name} requires a positive integer as for nth.")
        super().__init__(expression, nth, **extra)

    def _resolve_output_field(self) -> Any:
        return self.get_source_expressions()[0].output_field


class Ntile(Func):
    """The number of the bucket, of `num_buckets` of equal size, that the row falls into."""

    function = "NTILE"
    output_field = IntegerField()
    window_compatible = True

    def __init__(self, num_buckets: Any = 1, **extra: Any) -> None:
        if num_buckets <= 0:
            raise ValueError("num_buckets must be greater than 0.")
        super().__init__(num_buckets, **extra)


class PercentRank(Func):
    """The rank as a share of the rows."""

    function = "PERCENT_RANK"
    output_field = FloatField()
    window_compatible = True


class Rank(Func):
    """The rank, with gaps after equals."""

    function = "RANK"
    output_field = IntegerField()
    window_compatible = True


class RowNumber(Func):
    """The number of the row."""

    function = "ROW_NUMBER"
    output_field = IntegerField()
    window_compatible = True


publish(__name__, "db.models.functions.window")
