"""Numbers as text, with the separators of a locale."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from vivace.conf import settings
from vivace.utils.safestring import mark_safe

__all__ = ["format"]


def format(
    number: Any,
    decimal_sep: str,
    decimal_pos: int | None = None,
    grouping: int | Iterable[int] = 0,
    thousand_sep: str = "",
    force_grouping: bool = False,
    use_l10n: bool | None = None,
) -> str:
    """Write `number` with `decimal_sep` and, if given, `decimal_pos` decimal places, cut not rounded.

    `grouping` is the size of all groups between `thousand_sep`, or the sizes from the right, where the
    last one goes on and 0 repeats the one before. Groups are made if `force_grouping`, or if
    ``USE_THOUSAND_SEPARATOR`` is on and `use_l10n` is not False. A number that takes more than 200
    digits is written with an exponent.
    """
    if number is None or number == "":
        return mark_safe(number)  # type: ignore[no-any-return]
    use_grouping = (
        (use_l10n or (use_l10n is None)) and settings.USE_THOUSAND_SEPARATOR
    ) or force_grouping
    sizes = (grouping, 0) if isinstance(grouping, int) else tuple(grouping)
    use_grouping = use_grouping and sizes[0] != 0
    if isinstance(number, int) and not use_grouping and not decimal_pos:
        return mark_safe(number)  # type: ignore[no-any-return]
    if isinstance(number, float) and "e" in str(number).lower():
        number = Decimal(str(number))
    if isinstance(number, Decimal):
        number = _cut(number, decimal_pos)
        if abs(number.as_tuple().exponent) + len(number.as_tuple().digits) > 200:
            mantissa, exponent = f"{number:e}".split("e")
            # SECURITY: as text; a decimal of as many digits would come here again, without end.
            return "{}e{}".format(
                format(
                    mantissa,
                    decimal_sep,
                    decimal_pos,
                    grouping,
                    thousand_sep,
                    force_grouping,
                    use_l10n,
                ),
                exponent,
            )
        text = f"{number:f}"
    else:
        text = str(number)
    sign = ""
    if text[:1] in "+-":
        sign, text = text[:1], text[1:]
    whole, _, decimals = text.partition(".")
    if decimal_pos is not None:
        decimals = decimals[:decimal_pos].ljust(decimal_pos, "0")
    if use_grouping:
        whole = _grouped(whole, sizes, thousand_sep)
    return f"{sign}{whole}{decimal_sep}{decimals}" if decimals else f"{sign}{whole}"


def _cut(number: Decimal, decimal_pos: int | None) -> Decimal:
    # SECURITY: what is smaller than can be shown need not be written out (CVE-2019-6975).
    # COMPAT: with no places at all, from 0.1 on: the sign of what is cut off remains.
    if decimal_pos is not None and number.copy_abs() < Decimal((0, (1,), -(decimal_pos or 1))):
        return Decimal(0)
    return number


def _grouped(digits: str, sizes: tuple[int, ...], separator: str) -> str:
    groups: list[str] = []
    remaining = list(sizes)
    size = remaining.pop(0)
    end = len(digits)
    while end > 0:
        start = max(0, end - size) if size > 0 else 0
        groups.append(digits[start:end])
        end = start
        if remaining:
            size = remaining.pop(0) or size
    return separator.join(reversed(groups))
