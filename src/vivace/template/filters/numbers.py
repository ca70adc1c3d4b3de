"""Built-in filters about numbers. Documented in ref/templates/builtins."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Context, Decimal, InvalidOperation, getcontext
from typing import Any

from vivace.template.library import Library
from vivace.utils import formats
from vivace.utils.html import avoid_wrapping
from vivace.utils.safestring import mark_safe
from vivace.utils.translation import gettext, ngettext

register = Library()

# A number that would take more digits is shown as it was given.
MAX_DIGITS = 200


@register.filter(is_safe=False)
def add(value: Any, arg: Any) -> Any:
    """The sum as integers if both are such, else with Python's plus, else an empty text."""
    try:
        return int(value) + int(arg)
    except (ValueError, TypeError):
        pass
    try:
        return value + arg
    except Exception:
        return ""


@register.filter(is_safe=False)
def get_digit(value: Any, arg: Any) -> Any:
    """The digit `arg` of a whole number, 1 being the last; other values are answered as they are."""
    try:
        place = int(arg)
        number = int(value)
    except ValueError:
        return value
    if place < 1:
        return number
    try:
        return int(str(number)[-place])
    except IndexError:
        return 0


@register.filter(is_safe=False)
def divisibleby(value: Any, arg: Any) -> Any:
    """Whether `arg` divides the value."""
    return int(value) % int(arg) == 0


def _as_decimal(text: Any) -> Decimal | None:
    try:
        return Decimal(str(text))
    except InvalidOperation:
        pass
    try:
        return Decimal(str(float(text)))
    except (ValueError, InvalidOperation, TypeError):
        return None


def _options(arg: Any) -> tuple[Any, bool, bool]:
    """The number of places in `arg`, whether ``g`` forces grouping, and whether ``u`` unlocalizes."""
    if not isinstance(arg, str):
        return arg, False, True
    if arg[-1] not in "gu":
        return arg, False, True
    end = -2 if arg[-2:] in {"gu", "ug"} else -1
    letters = arg[end:]
    return arg[:end] or -1, "g" in letters, "u" not in letters


@register.filter(is_safe=True)
def floatformat(text: Any, arg: Any = -1) -> Any:
    """The number rounded to `arg` decimal places, half up.

    A negative `arg` leaves a whole number without places. The suffix ``g`` groups digits by the
    thousand separator, ``u`` leaves the active language aside. What is no number gives an empty text.
    """
    arg, force_grouping, use_l10n = _options(arg)
    number = _as_decimal(text)
    if number is None:
        return ""
    try:
        places = int(arg)
    except ValueError:
        return str(text)
    _, digits, exponent = number.as_tuple()
    # SECURITY: ten characters must not ask for a page of zeros (CVE-2019-6975, CVE-2024-41989).
    if isinstance(exponent, int) and abs(exponent) + len(digits) > MAX_DIGITS:
        return str(text)
    try:
        is_whole = not int(number) - number
    except (ValueError, OverflowError, InvalidOperation):
        return str(text)
    if is_whole and places <= 0:
        shown, decimal_pos = str(int(number)), 0
    else:
        shown, decimal_pos = _rounded(number, abs(places)), abs(places)
    return mark_safe(
        formats.number_format(shown, decimal_pos, use_l10n=use_l10n, force_grouping=force_grouping)
    )


def _rounded(number: Decimal, places: int) -> str:
    unit = Decimal(1).scaleb(-places)
    needed = number.adjusted() + places + 2
    context = Context(prec=max(getcontext().prec, needed))
    rounded = number.quantize(unit, ROUND_HALF_UP, context)
    # A negative number that is rounded to nothing loses its sign.
    return f"{rounded if rounded else abs(rounded):f}"


@register.filter(is_safe=True)
def filesizeformat(bytes_: Any) -> Any:
    """A number of bytes as people read it, such as "13 KB"; "0 bytes" for what is no number."""
    try:
        size = int(bytes_)
    except (TypeError, ValueError, UnicodeDecodeError):
        return avoid_wrapping(ngettext("%(size)d byte", "%(size)d bytes", 0) % {"size": 0})
    amount = abs(size)
    if amount < 1 << 10:
        text = ngettext("%(size)d byte", "%(size)d bytes", amount) % {"size": amount}
    elif amount < 1 << 20:
        text = gettext("%s KB") % _tenths(amount, 1 << 10)
    elif amount < 1 << 30:
        text = gettext("%s MB") % _tenths(amount, 1 << 20)
    elif amount < 1 << 40:
        text = gettext("%s GB") % _tenths(amount, 1 << 30)
    elif amount < 1 << 50:
        text = gettext("%s TB") % _tenths(amount, 1 << 40)
    else:
        text = gettext("%s PB") % _tenths(amount, 1 << 50)
    return avoid_wrapping(f"-{text}" if size < 0 else text)


def _tenths(amount: int, unit: int) -> str:
    return formats.number_format(round(amount / unit, 1), 1)
