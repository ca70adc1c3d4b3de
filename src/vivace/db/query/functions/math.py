"""Mathematical functions. Documented at ref/models/database-functions."""

from __future__ import annotations

from typing import Any

from vivace.db.query.func import Func
from vivace.db.query.functions.mixins import FixDecimalInputMixin, NumericOutputFieldMixin
from vivace.db.query.lookups.base import Transform
from vivace.db.query.values import Value
from vivace.utils.naming import publish

__all__ = [
    "ACos",
    "ASin",
    "ATan",
    "ATan2",
    "Abs",
    "Ceil",
    "Cos",
    "Cot",
    "Degrees",
    "Exp",
    "Floor",
    "Ln",
    "Log",
    "Mod",
    "Pi",
    "Power",
    "Radians",
    "Random",
    "Round",
    "Sign",
    "Sin",
    "Sqrt",
    "Tan",
]


class Abs(Transform):
    """The absolute value."""

    function = "ABS"
    lookup_name = "abs"


class ACos(NumericOutputFieldMixin, Transform):
    """The arc cosine."""

    function = "ACOS"
    lookup_name = "acos"


class ASin(NumericOutputFieldMixin, Transform):
    """The arc sine."""

    function = "ASIN"
    lookup_name = "asin"


class ATan(NumericOutputFieldMixin, Transform):
    """The arc tangent."""

    function = "ATAN"
    lookup_name = "atan"


class ATan2(NumericOutputFieldMixin, Func):
    """The arc tangent of the first divided by the second."""

    function = "ATAN2"
    arity = 2

    def as_sqlite(self, compiler: Any, connection: Any, **extra_context: Any) -> Any:
        """Without the cast that a decimal result of other functions gets."""
        return self.as_sql(compiler, connection, **extra_context)


class Ceil(Transform):
    """The smallest integer that is not less."""

    function = "CEILING"
    lookup_name = "ceil"


class Cos(NumericOutputFieldMixin, Transform):
    """The cosine."""

    function = "COS"
    lookup_name = "cos"


class Cot(NumericOutputFieldMixin, Transform):
    """The cotangent."""

    function = "COT"
    lookup_name = "cot"


class Degrees(NumericOutputFieldMixin, Transform):
    """Radians in degrees."""

    function = "DEGREES"
    lookup_name = "degrees"


class Exp(NumericOutputFieldMixin, Transform):
    """The exponential."""

    function = "EXP"
    lookup_name = "exp"


class Floor(Transform):
    """The greatest integer that is not greater."""

    function = "FLOOR"
    lookup_name = "floor"


class Ln(NumericOutputFieldMixin, Transform):
    """The natural logarithm."""

    function = "LN"
    lookup_name = "ln"


class Log(FixDecimalInputMixin, NumericOutputFieldMixin, Func):
    """The logarithm to the base of the first expression of the second."""

    function = "LOG"
    arity = 2

    def as_sqlite(self, compiler: Any, connection: Any, **extra_context: Any) -> Any:
        """Without the cast that a decimal result of other functions gets."""
        return self.as_sql(compiler, connection, **extra_context)


class Mod(FixDecimalInputMixin, NumericOutputFieldMixin, Func):
    """The remainder of the first divided by the second."""

    function = "MOD"
    arity = 2


class Pi(NumericOutputFieldMixin, Func):
    """The number pi."""

    function = "PI"
    arity = 0


class Power(NumericOutputFieldMixin, Func):
    """The first raised to the power of the second."""

    function = "POWER"
    arity = 2


class Radians(NumericOutputFieldMixin, Transform):
    """Degrees in radians."""

    function = "RADIANS"
    lookup_name = "radians"


class Random(NumericOutputFieldMixin, Func):
    """A random number from 0 up to 1, exclusive."""

    function = "RANDOM"
    arity = 0

    def as_mysql(self, compiler: Any, connection: Any, **extra_context: Any) -> Any:
        """By MySQL's name."""
        return super().as_sql(compiler, connection, function="RAND", **extra_context)

    def as_sqlite(self, compiler: Any, connection: Any, **extra_context: Any) -> Any:
        """By the function of our own: SQLite's gives integers."""
        return super().as_sql(compiler, connection, function="RAND", **extra_context)

    def get_group_by_cols(self) -> list[Any]:
        return []


class Round(FixDecimalInputMixin, Transform):
    """The value, rounded to `precision` decimal places."""

    function = "ROUND"
    lookup_name = "round"
    arity = None  # type: ignore[assignment]

    def __init__(self, expression: Any, precision: Any = 0, **extra: Any) -> None:
        super().__init__(expression, precision, **extra)

    def as_sqlite(self, compiler: Any, connection: Any, **extra_context: Any) -> Any:
        """The call. Raises `ValueError` for a negative precision, which SQLite does not know."""
        precision = self.get_source_expressions()[1]
        if isinstance(precision, Value) and precision.value < 0:
            raise ValueError("SQLite does not support negative precision.")
        return super().as_sqlite(compiler, connection, **extra_context)

    def _resolve_output_field(self) -> Any:
        return self.get_source_expressions()[0].output_field


class Sign(Transform):
    """-1, 0 or 1."""

    function = "SIGN"
    lookup_name = "sign"


class Sin(NumericOutputFieldMixin, Transform):
    """The sine."""

    function = "SIN"
    lookup_name = "sin"


class Sqrt(NumericOutputFieldMixin, Transform):
    """The square root."""

    function = "SQRT"
    lookup_name = "sqrt"


class Tan(NumericOutputFieldMixin, Transform):
    """The tangent."""

    function = "TAN"
    lookup_name = "tan"


publish(__name__, "db.models.functions.math")
