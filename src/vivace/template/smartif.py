"""Expressions of ``{% if %}``: operators with their precedence, and the parser that joins them.

The parser is Pratt's ("top-down operator precedence"): each operator knows how tightly it binds and
what to do when it stands before a value (`nud`) or between two (`led`). ``{% if %}`` derives its
parser from `IfParser`. Errors while comparing make a comparison false, as a template must not fail
because two values cannot be compared.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable
from typing import Any, ClassVar

__all__ = ["OPERATORS", "EndToken", "IfParser", "Literal", "TokenBase", "infix", "prefix"]


class TokenBase:
    """An operator or a value in an expression."""

    id: Any = None
    value: Any = None
    first: Any = None
    second: Any = None
    lbp: ClassVar[int]

    def nud(self, parser: Any) -> Any:
        """What this token makes of what follows, when it begins an expression."""
        raise parser.error_class(f"Not expecting '{self.id}' in this position in if tag.")

    def led(self, left: Any, parser: Any) -> Any:
        """What this token makes of what stands left of it and what follows."""
        raise parser.error_class(f"Not expecting '{self.id}' as infix operator in if tag.")

    def eval(self, context: Any) -> Any:
        """The value of the expression."""
        raise NotImplementedError

    def display(self) -> Any:
        """How the token is called in an error message."""
        return self.id

    def __repr__(self) -> str:
        parts = (self.id, self.first, self.second)
        return "(" + " ".join(str(part) for part in parts if part is not None) + ")"


def infix(bp: int, func: Callable[[Any, Any, Any], Any]) -> type[TokenBase]:
    """An operator between two expressions, binding with strength `bp`.

    `func` takes the context and the two expressions, so that it may leave the second one alone.
    """

    class Operator(TokenBase):
        lbp = bp

        def led(self, left: Any, parser: Any) -> Any:
            self.first = left
            self.second = parser.expression(bp)
            return self

        def eval(self, context: Any) -> Any:
            try:
                return func(context, self.first, self.second)
            except Exception:
                # Values that cannot be compared or looked up are a condition that does not hold.
                return False

    return Operator


def prefix(bp: int, func: Callable[[Any, Any], Any]) -> type[TokenBase]:
    """An operator before an expression, binding with strength `bp`."""

    class Operator(TokenBase):
        lbp = bp

        def nud(self, parser: Any) -> Any:
            self.first = parser.expression(bp)
            self.second = None
            return self

        def eval(self, context: Any) -> Any:
            try:
                return func(context, self.first)
            except Exception:
                return False

    return Operator


def _comparison(compare: Callable[[Any, Any], Any]) -> type[TokenBase]:
    return infix(10, lambda context, x, y: compare(x.eval(context), y.eval(context)))


OPERATORS: dict[str, type[TokenBase]] = {
    "or": infix(6, lambda context, x, y: x.eval(context) or y.eval(context)),
    "and": infix(7, lambda context, x, y: x.eval(context) and y.eval(context)),
    "not": prefix(8, lambda context, x: not x.eval(context)),
    "in": infix(9, lambda context, x, y: x.eval(context) in y.eval(context)),
    "not in": infix(9, lambda context, x, y: x.eval(context) not in y.eval(context)),
    "is": _comparison(operator.is_),
    "is not": _comparison(operator.is_not),
    "==": _comparison(operator.eq),
    "!=": _comparison(operator.ne),
    ">": _comparison(operator.gt),
    ">=": _comparison(operator.ge),
    "<": _comparison(operator.lt),
    "<=": _comparison(operator.le),
}

for _name, _operator in OPERATORS.items():
    _operator.id = _name


class Literal(TokenBase):
    """A value that stands for itself."""

    id = "literal"
    lbp = 0

    def __init__(self, value: Any) -> None:
        self.value = value

    def display(self) -> str:
        """The value, quoted."""
        return repr(self.value)

    def nud(self, parser: Any) -> Any:
        """Itself."""
        return self

    def eval(self, context: Any) -> Any:
        """The value, whatever the context."""
        return self.value

    def __repr__(self) -> str:
        return f"({self.id} {self.value!r})"


class _End(TokenBase):
    lbp = 0

    def nud(self, parser: Any) -> Any:
        raise parser.error_class("Unexpected end of expression in if tag.")


# What follows the last token.
EndToken = _End()

# Two words that are one operator.
_PAIRS = (["is", "not"], ["not", "in"])


class IfParser:
    """Joins the words of a condition to one expression.

    Raises `error_class` with what is wrong with them.
    """

    error_class: type[Exception] = ValueError

    def __init__(self, tokens: Iterable[Any]) -> None:
        words = list(tokens)
        mapped: list[Any] = []
        i = 0
        while i < len(words):
            # Lists are compared: whoever parses other than words has values of any kind.
            count = 2 if words[i : i + 2] in _PAIRS else 1
            mapped.append(
                self.translate_token(" ".join(words[i : i + 2]) if count == 2 else words[i])
            )
            i += count
        self.tokens = mapped
        self.pos = 0
        self.current_token: Any = self.next_token()

    def translate_token(self, token: Any) -> Any:
        """The operator of a word, or else a value."""
        operator_class = OPERATORS.get(token) if isinstance(token, str) else None
        return self.create_var(token) if operator_class is None else operator_class()

    def next_token(self) -> Any:
        """Step on to the next token, which is `EndToken` after the last one."""
        if self.pos >= len(self.tokens):
            return EndToken
        token = self.tokens[self.pos]
        self.pos += 1
        return token

    def parse(self) -> Any:
        """The whole expression."""
        expression = self.expression()
        if self.current_token is not EndToken:
            raise self.error_class(
                f"Unused '{self.current_token.display()}' at end of if expression."
            )
        return expression

    def expression(self, rbp: int = 0) -> Any:
        """The expression from here on, as far as operators bind more tightly than `rbp`."""
        token = self.current_token
        self.current_token = self.next_token()
        left = token.nud(self)
        while rbp < self.current_token.lbp:
            token = self.current_token
            self.current_token = self.next_token()
            left = token.led(left, self)
        return left

    def create_var(self, value: Any) -> Any:
        """What a word that is no operator stands for; a subclass makes it a template's variable."""
        return Literal(value)
