"""Functions of texts. Documented at ref/models/database-functions."""

from __future__ import annotations

from typing import Any

from vivace.db.query.func import Func
from vivace.db.query.functions.comparison import Cast, Coalesce
from vivace.db.query.lookups.base import Transform
from vivace.db.query.values import Value
from vivace.db.schema.fields.base import Field
from vivace.db.schema.fields.numbers import IntegerField
from vivace.db.schema.fields.texts import CharField, TextField
from vivace.utils.naming import publish

__all__ = [
    "Chr",
    "Concat",
    "ConcatPair",
    "LPad",
    "LTrim",
    "Left",
    "Length",
    "Lower",
    "Ord",
    "RPad",
    "RTrim",
    "Repeat",
    "Replace",
    "Reverse",
    "Right",
    "StrIndex",
    "Substr",
    "Trim",
    "Upper",
]


def _is_number_below(value: Any, limit: int) -> bool:
    return not hasattr(value, "resolve_expression") and value < limit


class Chr(Transform):
    """The character with this number in Unicode."""

    function = "CHR"
    lookup_name = "chr"
    output_field = CharField()

    def as_mysql(self, compiler: Any, connection: Any, **extra_context: Any) -> Any:
        """By MySQL's name, in UTF-16, which it numbers characters by."""
        return super().as_sql(
            compiler,
            connection,
            function="CHAR",
            template="%(function)s(%(expressions)s USING utf16)",
            **extra_context,
        )

    def as_sqlite(self, compiler: Any, connection: Any, **extra_context: Any) -> Any:
        """By SQLite's name."""
        return super().as_sql(compiler, connection, function="CHAR", **extra_context)


class ConcatPair(Func):
    """Two texts as one. NULL counts as the empty text, which only MySQL's CONCAT does not see to."""

    function = "CONCAT"

    def pipes_concat_sql(self, compiler: Any, connection: Any, **extra_context: Any) -> Any:
        """By the operator ``||``, with NULL replaced."""
        return super(ConcatPair, self.coalesce()).as_sql(
            compiler, connection, template="(%(expressions)s)", arg_joiner=" || ", **extra_context
        )

    as_sqlite = pipes_concat_sql

    def as_postgresql(self, compiler: Any, connection: Any, **extra_context: Any) -> Any:
        """By the operator, which indexes and generated columns can have, with all cast to texts."""
        texts = self.copy()
        texts.set_source_expressions(
            [
                each
                if isinstance(each.output_field, (CharField, TextField))
                else Cast(each, TextField())
                for each in texts.get_source_expressions()
            ]
        )
        return texts.pipes_concat_sql(compiler, connection, **extra_context)

    def as_mysql(self, compiler: Any, connection: Any, **extra_context: Any) -> Any:
        """By CONCAT_WS, which leaves NULL out."""
        return super().as_sql(
            compiler,
            connection,
            function="CONCAT_WS",
            template="%(function)s('', %(expressions)s)",
            **extra_context,
        )

    def coalesce(self) -> ConcatPair:
        """A copy in which NULL is the empty text."""
        clone = self.copy()
        clone.set_source_expressions(
            [Coalesce(each, Value("")) for each in clone.get_source_expressions()]
        )
        return clone


class Concat(Func):
    """Two or more texts as one; NULL counts as the empty text."""

    function = None
    template = "%(expressions)s"

    def __init__(self, *expressions: Any, **extra: Any) -> None:
        if len(expressions) < 2:
            raise ValueError("Concat must take at least two expressions")
        super().__init__(self._paired(expressions, extra.get("output_field")), **extra)

    def _paired(self, expressions: Any, output_field: Any) -> ConcatPair:
        # In pairs, as not every database takes more.
        if len(expressions) == 2:
            return ConcatPair(*expressions, output_field=output_field)
        rest = self._paired(expressions[1:], output_field)
        return ConcatPair(expressions[0], rest, output_field=output_field)


class Left(Func):
    """The first `length` characters."""

    function = "LEFT"
    arity = 2
    output_field = CharField()

    def __init__(self, expression: Any, length: Any, **extra: Any) -> None:
        if _is_number_below(length, 1):
            raise ValueError("'length' must be greater than 0.")
        super().__init__(expression, length, **extra)

    def get_substr(self) -> Substr:
        """The same, as a part from a position."""
        text, length = self.source_expressions
        return Substr(text, Value(1), length)

    def as_sqlite(self, compiler: Any, connection: Any, **extra_context: Any) -> Any:
        """As `get_substr`: SQLite has no other."""
        return self.get_substr().as_sqlite(compiler, connection, **extra_context)


class Length(Transform):
    """The number of characters."""

    function = "LENGTH"
    lookup_name = "length"
    output_field = IntegerField()

    def as_mysql(self, compiler: Any, connection: Any, **extra_context: Any) -> Any:
        """By the function that counts characters, not bytes."""
        return super().as_sql(compiler, connection, function="CHAR_LENGTH", **extra_context)


class Lower(Transform):
    """The text in lower case."""

    function = "LOWER"
    lookup_name = "lower"


class LPad(Func):
    """The text, filled up on the left to `length` characters, or cut."""

    function = "LPAD"
    output_field = CharField()

    def __init__(
        self,
        expression: Any,
        length: Any,
        fill_text: Any = Value(" "),  # noqa: B008
        **extra: Any,
    ) -> None:
        if length is not None and _is_number_below(length, 0):
            raise ValueError("'length' must be greater or equal to 0.")
        super().__init__(expression, length, fill_text, **extra)


class LTrim(Transform):
    """The text without spaces at its beginning."""

    function = "LTRIM"
    lookup_name = "ltrim"


class Ord(Transform):
    """The number in Unicode of the first character."""

    function = "ASCII"
    lookup_name = "ord"
    output_field = IntegerField()

    def as_mysql(self, compiler: Any, connection: Any, **extra_context: Any) -> Any:
        """By MySQL's name."""
        return super().as_sql(compiler, connection, function="ORD", **extra_context)

    def as_sqlite(self, compiler: Any, connection: Any, **extra_context: Any) -> Any:
        """By SQLite's name."""
        return super().as_sql(compiler, connection, function="UNICODE", **extra_context)


class Repeat(Func):
    """The text so many times."""

    function = "REPEAT"
    output_field = CharField()

    def __init__(self, expression: Any, number: Any, **extra: Any) -> None:
        if number is not None and _is_number_below(number, 0):
            raise ValueError("'number' must be greater or equal to 0.")
        super().__init__(expression, number, **extra)


class Replace(Func):
    """The text with every `text` in it replaced by `replacement`."""

    function = "REPLACE"

    def __init__(
        self,
        expression: Any,
        text: Any,
        replacement: Any = Value(""),  # noqa: B008
        **extra: Any,
    ) -> None:
        super().__init__(expression, text, replacement, **extra)


class Reverse(Transform):
    """The text backwards."""

    function = "REVERSE"
    lookup_name = "reverse"


class Right(Left):
    """The last `length` characters."""

    function = "RIGHT"

    def get_substr(self) -> Substr:
        text, length = self.source_expressions
        return Substr(text, length * Value(-1), length)


class RPad(LPad):
    """The text, filled up on the right to `length` characters, or cut."""

    function = "RPAD"


class RTrim(Transform):
    """The text without spaces at its end."""

    function = "RTRIM"
    lookup_name = "rtrim"


class StrIndex(Func):
    """Where the second text begins in the first, counted from 1; 0 if it is not there."""

    function = "INSTR"
    arity = 2
    output_field = IntegerField()

    def as_postgresql(self, compiler: Any, connection: Any, **extra_context: Any) -> Any:
        """By PostgreSQL's name."""
        return super().as_sql(compiler, connection, function="STRPOS", **extra_context)


class Substr(Func):
    """Part of a text: `length` characters from `pos`, counted from 1; to its end if `length` is None."""

    function = "SUBSTRING"
    output_field = CharField()

    def __init__(self, expression: Any, pos: Any, length: Any = None, **extra: Any) -> None:
        if _is_number_below(pos, 1):
            raise ValueError("'pos' must be greater than 0")
        arguments = (expression, pos) if length is None else (expression, pos, length)
        super().__init__(*arguments, **extra)

    def as_sqlite(self, compiler: Any, connection: Any, **extra_context: Any) -> Any:
        """By SQLite's name."""
        return super().as_sql(compiler, connection, function="SUBSTR", **extra_context)


class Trim(Transform):
    """The text without spaces at its ends."""

    function = "TRIM"
    lookup_name = "trim"


class Upper(Transform):
    """The text in upper case."""

    function = "UPPER"
    lookup_name = "upper"


Field.slice_class = Substr


publish(__name__, "db.models.functions.text")
