"""The operators of expressions, and the classes that operators make.

Those classes derive from what uses them, so they cannot be imported here; each enters itself in `make`
when its module is imported.
"""

from __future__ import annotations

from typing import Any, NoReturn

from vivace.db.completion import complete
from vivace.utils.naming import publish

__all__ = ["Combinable", "make"]


class Makers:
    """The classes that expressions make of one another, by role."""

    value: Any
    f: Any
    q: Any
    query: Any
    combined: Any
    negated: Any
    order_by: Any
    coalesce: Any

    def __getattr__(self, role: str) -> Any:
        # Nobody has entered it yet.
        complete()
        return vars(self)[role]


make = Makers()

_BITWISE = "Use .bitand(), .bitor(), and .bitxor() for bitwise logical operations."


class Combinable:
    """Something that combines with others, or with plain values, into a larger expression.

    Arithmetic makes a `CombinedExpression`; ``&``, ``|`` and ``^`` of conditions make a `Q`. The bit
    operations are methods, as the operators are taken. Documented at ref/models/expressions.
    """

    ADD = "+"
    SUB = "-"
    MUL = "*"
    DIV = "/"
    POW = "^"
    # Doubled, as it ends up in SQL that has placeholders.
    MOD = "%%"
    BITAND = "&"
    BITOR = "|"
    BITLEFTSHIFT = "<<"
    BITRIGHTSHIFT = ">>"
    BITXOR = "#"

    def _combine(self, other: Any, connector: str, reversed: bool) -> Any:
        if not hasattr(other, "resolve_expression"):
            other = make.value(other)
        if reversed:
            return make.combined(other, connector, self)
        return make.combined(self, connector, other)

    def _both_conditional(self, other: Any) -> bool:
        return bool(getattr(self, "conditional", False) and getattr(other, "conditional", False))

    def __neg__(self) -> Any:
        return self._combine(-1, self.MUL, False)

    def __add__(self, other: Any) -> Any:
        return self._combine(other, self.ADD, False)

    def __sub__(self, other: Any) -> Any:
        return self._combine(other, self.SUB, False)

    def __mul__(self, other: Any) -> Any:
        return self._combine(other, self.MUL, False)

    def __truediv__(self, other: Any) -> Any:
        return self._combine(other, self.DIV, False)

    def __mod__(self, other: Any) -> Any:
        return self._combine(other, self.MOD, False)

    def __pow__(self, other: Any) -> Any:
        return self._combine(other, self.POW, False)

    def __and__(self, other: Any) -> Any:
        if self._both_conditional(other):
            return make.q(self) & make.q(other)
        raise NotImplementedError(_BITWISE)

    def __or__(self, other: Any) -> Any:
        if self._both_conditional(other):
            return make.q(self) | make.q(other)
        raise NotImplementedError(_BITWISE)

    def __xor__(self, other: Any) -> Any:
        if self._both_conditional(other):
            return make.q(self) ^ make.q(other)
        raise NotImplementedError(_BITWISE)

    def __invert__(self) -> Any:
        return make.negated(self)

    def bitand(self, other: Any) -> Any:
        """The bits that are set in both."""
        return self._combine(other, self.BITAND, False)

    def bitor(self, other: Any) -> Any:
        """The bits that are set in either."""
        return self._combine(other, self.BITOR, False)

    def bitxor(self, other: Any) -> Any:
        """The bits that are set in one of the two."""
        return self._combine(other, self.BITXOR, False)

    def bitleftshift(self, other: Any) -> Any:
        """The bits, moved left by `other` places."""
        return self._combine(other, self.BITLEFTSHIFT, False)

    def bitrightshift(self, other: Any) -> Any:
        """The bits, moved right by `other` places."""
        return self._combine(other, self.BITRIGHTSHIFT, False)

    def __radd__(self, other: Any) -> Any:
        return self._combine(other, self.ADD, True)

    def __rsub__(self, other: Any) -> Any:
        return self._combine(other, self.SUB, True)

    def __rmul__(self, other: Any) -> Any:
        return self._combine(other, self.MUL, True)

    def __rtruediv__(self, other: Any) -> Any:
        return self._combine(other, self.DIV, True)

    def __rmod__(self, other: Any) -> Any:
        return self._combine(other, self.MOD, True)

    def __rpow__(self, other: Any) -> Any:
        return self._combine(other, self.POW, True)

    def __rand__(self, other: Any) -> NoReturn:
        raise NotImplementedError(_BITWISE)

    def __ror__(self, other: Any) -> NoReturn:
        raise NotImplementedError(_BITWISE)

    def __rxor__(self, other: Any) -> NoReturn:
        raise NotImplementedError(_BITWISE)


publish(__name__, "db.models.expressions")
