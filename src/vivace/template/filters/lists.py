"""Built-in filters about lists, and about which of several texts to show.

Documented in ref/templates/builtins.
"""

from __future__ import annotations

import pprint as _pprint
import random as random_module
from collections.abc import Callable
from operator import itemgetter
from typing import Any

from vivace.template.language.lexer import VARIABLE_ATTRIBUTE_SEPARATOR
from vivace.template.library import Library
from vivace.utils.html import conditional_escape
from vivace.utils.safestring import mark_safe
from vivace.utils.translation import gettext

register = Library()


def _property_resolver(arg: Any) -> Callable[[Any], Any]:
    """What looks up `arg`, a key or a path with dots, in a value.

    Raises AttributeError for a path to something private.
    """
    try:
        float(arg)
    except ValueError:
        path = arg
    else:
        return itemgetter(arg)
    # SECURITY: names only; nothing is called on the way (CVE-2021-45116).
    if f"{VARIABLE_ATTRIBUTE_SEPARATOR}_" in path or path[0] == "_":
        raise AttributeError("Access to private variables is forbidden.")
    names = path.split(VARIABLE_ATTRIBUTE_SEPARATOR)

    def resolve(value: Any) -> Any:
        for name in names:
            try:
                value = value[name]
            except (AttributeError, IndexError, KeyError, TypeError, ValueError):
                value = getattr(value, name)
        return value

    return resolve


def _sorted(value: Any, arg: Any, reverse: bool) -> Any:
    try:
        return sorted(value, key=_property_resolver(arg), reverse=reverse)
    except (AttributeError, TypeError):
        return ""


@register.filter(is_safe=False)
def dictsort(value: Any, arg: Any) -> Any:
    """The items sorted by what they hold under `arg`; an empty text if that cannot be."""
    return _sorted(value, arg, reverse=False)


@register.filter(is_safe=False)
def dictsortreversed(value: Any, arg: Any) -> Any:
    """As `dictsort`, with the largest first."""
    return _sorted(value, arg, reverse=True)


@register.filter(is_safe=False)
def first(value: Any) -> Any:
    """The first item; an empty text if there is none."""
    try:
        return value[0]
    except IndexError:
        return ""


@register.filter(is_safe=True)
def last(value: Any) -> Any:
    """The last item; an empty text if there is none."""
    try:
        return value[-1]
    except IndexError:
        return ""


@register.filter(is_safe=True)
def random(value: Any) -> Any:
    """Any one item; an empty text if there is none."""
    try:
        return random_module.choice(value)
    except IndexError:
        return ""


@register.filter(is_safe=False)
def length(value: Any) -> Any:
    """How many items there are; 0 for what has no length."""
    try:
        return len(value)
    except (ValueError, TypeError):
        return 0


@register.filter("slice", is_safe=True)
def slice_filter(value: Any, arg: Any) -> Any:
    """The items that `arg` tells, as Python's slices do; `value` itself if that cannot be."""
    try:
        return value[slice(*(int(part) if part else None for part in str(arg).split(":")))]
    except (ValueError, TypeError, KeyError):
        return value


@register.filter(is_safe=True, needs_autoescape=True)
def join(value: Any, arg: Any, autoescape: bool = True) -> Any:
    """The items as one text, with `arg` between; `value` itself if it has no items."""
    try:
        if autoescape:
            text = conditional_escape(arg).join([conditional_escape(item) for item in value])
        else:
            text = arg.join(value)
    except TypeError:
        return value
    return mark_safe(text)


@register.filter(is_safe=False)
def default(value: Any, arg: Any) -> Any:
    """`arg` for what is false."""
    return value or arg


@register.filter(is_safe=False)
def default_if_none(value: Any, arg: Any) -> Any:
    """`arg` for None."""
    return arg if value is None else value


@register.filter(is_safe=False)
def yesno(value: Any, arg: Any = None) -> Any:
    """One of the texts in `arg`, between commas: for what is true, what is false, and for None."""
    if arg is None:
        # Translators: Please do not add spaces around commas.
        arg = gettext("yes,no,maybe")
    texts = arg.split(",")
    if len(texts) < 2:
        return value
    if value is None:
        return texts[2 if len(texts) == 3 else 1]
    return texts[0 if value else 1]


@register.filter(is_safe=False)
def pluralize(value: Any, arg: Any = "s") -> Any:
    """The plural suffix `arg`, or singular and plural ones between a comma, for `value` things.

    `value` is a number or something that has a length; for anything else there is no suffix.
    """
    if "," not in arg:
        arg = "," + arg
    suffixes = arg.split(",")
    if len(suffixes) > 2:
        return ""
    singular, plural = suffixes
    try:
        return singular if float(value) == 1 else plural
    except ValueError:
        # Text that is no number.
        return ""
    except TypeError:
        pass
    try:
        return singular if len(value) == 1 else plural
    except TypeError:
        return ""


@register.filter(is_safe=True)
def pprint(value: Any) -> Any:
    """The value as ``pprint.pformat`` shows it, for debugging."""
    try:
        return _pprint.pformat(value)
    except Exception as error:
        return f"Error in formatting: {type(error).__name__}: {error}"
