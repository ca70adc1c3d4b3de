"""What compiled templates call: for values that are no plain strings or numbers, and when it goes wrong.

The documented rules of variable resolution are here in full; generated code holds only their commonest
cases. Whatever it cannot tell at a glance (a type it does not know, an exception) comes here, with what
it has found out so far: a property that raised is never evaluated a second time.
"""

from __future__ import annotations

import inspect
import logging
from collections.abc import Sequence
from typing import Any

from vivace.template.context import BaseContext
from vivace.template.language.variable import VariableDoesNotExist
from vivace.utils.formats import localize
from vivace.utils.html import conditional_escape
from vivace.utils.naming import say
from vivace.utils.safestring import SafeData, mark_safe
from vivace.utils.timezone import template_localtime

__all__ = [
    "ATTRIBUTE",
    "ITEM",
    "KINDS",
    "MISSING",
    "Silent",
    "called",
    "find",
    "found",
    "get",
    "invalid",
    "loop_values",
    "lost",
    "not_quick",
    "not_shown",
    "plain",
    "push_frame",
    "show",
    "show_filtered",
    "show_path",
    "show_variable",
    "unpack",
]


class _Missing:
    """The value of a variable that does not exist."""

    def __repr__(self) -> str:
        return "<missing>"


MISSING: Any = _Missing()


class Silent(str):
    """What stands for a value whose lookup failed and asked to be silent.

    The failure ends the whole lookup: whatever else is looked up in it is it again.
    """

    __slots__ = ()


# How values of a type answer a lookup by name: by attribute only, as a plain dict, or it takes the
# whole of the documented rules to know. PERF: the commonest is the one that is quickest to test for.
ATTRIBUTE, ITEM, SLOW = True, False, None


class _Kinds(dict[type, "bool | None"]):
    """The kinds of types, worked out when first met."""

    def __missing__(self, cls: type) -> bool | None:
        kind: bool | None
        if cls is dict:
            kind = ITEM
        elif (
            hasattr(cls, "__getitem__")
            or issubclass(cls, (type, BaseContext))
            or any("__call__" in base.__dict__ for base in cls.__mro__)
        ):
            kind = SLOW
        else:
            kind = ATTRIBUTE
        # SECURITY: classes made by the thousand must not fill the memory.
        if len(self) < 4096:
            self[cls] = kind
        return kind


KINDS = _Kinds()
# To look something up in what is missing is to miss it.
KINDS[_Missing] = KINDS[Silent] = SLOW


# --- variables


def find(context: Any, name: str) -> Any:
    """The value of the context's variable `name`, or `MISSING`."""
    for scope in reversed(context.dicts):
        if name in scope:
            return scope[name]
    return getattr(context, name) if _readable(context, name) else MISSING


def _readable(context: Any, name: str) -> bool:
    """Whether `name` is an attribute of a context that templates see: a false one of its class.

    COMPAT: a class attribute that is true counts as the context's own business.
    """
    return hasattr(type(context), name) and not getattr(type(context), name)


def get(value: Any, name: str, context: Any) -> Any:
    """``value.name`` as templates mean it, called if it can be; `MISSING` if there is no such thing."""
    # PERF: an object with attributes and nothing else is what is usual.
    if KINDS[type(value)]:
        try:
            result = getattr(value, name)
        except Exception as error:
            return not_attribute(value, name, error, context)
        return called(result, name, context) if callable(result) else result
    if value is MISSING or type(value) is Silent:
        return value
    # A class that can be subscripted as a generic type, as in Page[int], has no keys.
    if not hasattr(type(value), "__getitem__"):
        return _failed(context, value, name)
    try:
        result = value[name]
    except (TypeError, AttributeError, KeyError, ValueError, IndexError):
        return _failed(context, value, name)
    except Exception as error:
        return _silenced(context, name, error)
    return called(result, name, context)


def push_frame(context: Any, frame: dict[str, Any]) -> Any:
    """Push `frame` onto the context; what is then its top."""
    if type(context).push is BaseContext.push:
        # PERF: what is read again and again is read sooner of a plain dictionary.
        context.dicts.append(frame)
    else:
        context.push(frame)
    return context.dicts[-1]


def not_quick(kind: bool | None, value: Any, name: str, error: Exception, context: Any) -> Any:
    """`get` after the quick way for values of a `kind` has raised `error`."""
    if kind is SLOW:
        raise error
    failed = not_attribute if kind else not_item
    return failed(value, name, error, context)


def not_shown(kind: bool | None, value: Any, name: str, error: Exception, context: Any) -> Any:
    """`not_quick` for output, where bytes that are no text are nothing."""
    try:
        return not_quick(kind, value, name, error, context)
    except UnicodeDecodeError:
        return ""


def not_item(value: Any, name: str, error: Exception, context: Any) -> Any:
    """`get` for a dict, after its item was found missing."""
    if isinstance(error, (TypeError, AttributeError, KeyError, ValueError, IndexError)):
        return _failed(context, value, name)
    return _silenced(context, name, error)


def _failed(context: Any, value: Any, name: str) -> Any:
    """The attribute, then the index, after the item was not there."""
    try:
        if isinstance(value, BaseContext) and not _readable(value, name):
            raise AttributeError(name)
        result = getattr(value, name)
    except (TypeError, AttributeError) as attribute_error:
        return not_attribute(value, name, attribute_error, context)
    except Exception as attribute_error:
        return _silenced(context, name, attribute_error)
    return called(result, name, context)


def not_attribute(value: Any, name: str, error: Exception, context: Any) -> Any:
    """`get` after the attribute was tried and `error` raised: the index, or nothing."""
    if not isinstance(error, (TypeError, AttributeError)):
        return _silenced(context, name, error)
    # An attribute that is there raised by itself: a property with a mistake in it.
    if not isinstance(value, BaseContext) and name in dir(value):
        return _silenced(context, name, error)
    try:
        result = value[int(name)]
    except (IndexError, ValueError, KeyError, TypeError):
        _log(context, name, value)
        context._lost = (name, value)
        return MISSING
    except Exception as index_error:
        return _silenced(context, name, index_error)
    return called(result, name, context)


def called(value: Any, name: str, context: Any) -> Any:
    """`value`, or what it returns if it can be called and may be."""
    if not callable(value) or getattr(value, "do_not_call_in_templates", False):
        return value
    if getattr(value, "alters_data", False):
        return context.template.engine.string_if_invalid
    try:
        return value()
    except TypeError as error:
        if _needs_arguments(value):
            return context.template.engine.string_if_invalid
        return _silenced(context, name, error)
    except Exception as error:
        return _silenced(context, name, error)


def _needs_arguments(function: Any) -> bool:
    try:
        signature = inspect.signature(function)
    except ValueError:
        return True
    try:
        signature.bind()
    except TypeError:
        return True
    return False


def _silenced(context: Any, name: str, error: Exception) -> Any:
    """The value that stands for an exception which asks to be silent; any other is raised."""
    _logger().debug(
        "Exception while resolving variable '%s' in template '%s'.",
        name,
        getattr(context, "template_name", None) or "unknown",
        exc_info=error,
    )
    if getattr(error, "silent_variable_failure", False):
        stand_in = context.template.engine.string_if_invalid
        return Silent(stand_in) if type(stand_in) is str else stand_in
    raise error


def _logger() -> logging.Logger:
    return logging.getLogger(say("template"))


def _log(context: Any, name: str, value: Any) -> None:
    logger = _logger()
    if logger.isEnabledFor(logging.DEBUG):
        error = VariableDoesNotExist("Failed lookup for key [%s] in %r", (name, value))
        logger.debug(
            "Exception while resolving variable '%s' in template '%s'.",
            name,
            getattr(context, "template_name", None) or "unknown",
            exc_info=error,
        )


def found(value: Any, name: str, context: Any) -> Any:
    """`value`, a filter's argument; raises `VariableDoesNotExist` if it is `MISSING`."""
    if value is MISSING:
        first, *rest = name.split(".")
        # What was looked up last, and where, is what was not found, unless that was another's.
        last = getattr(context, "_lost", None)
        if last is None or last[0] not in rest:
            last = (first, context)
            _log(context, *last)
        context._lost = None
        raise VariableDoesNotExist("Failed lookup for key [%s] in %r", last)
    return value


# --- output


def show_path(value: Any, name: str, context: Any, autoescape: bool) -> str:
    """The text of a variable that is not a plain string or number."""
    if value is MISSING:
        text = invalid(context, name)
        return plain(conditional_escape(text) if autoescape else text)
    try:
        value = called(value, name.rpartition(".")[2], context)
    except UnicodeDecodeError:
        return ""
    return show(value, context, autoescape)


def invalid(context: Any, text: str) -> str:
    """What stands in the output for the variable `text`, which does not exist."""
    lost(context, text)
    stand_in: str = context.template.engine.string_if_invalid
    return stand_in % text if "%s" in stand_in else stand_in


def lost(context: Any, text: str) -> None:
    """Note that the variable `text` does not exist; its value is None."""
    name, dot, _ = text.partition(".")
    # What something was looked up in, in vain, has been noted then.
    if not dot or getattr(context, "_lost", None) is None:
        _log(context, name, context)
    if dot:
        context._lost = None


def escape_text(text: str) -> str:
    """A plain string with what HTML gives a meaning replaced."""
    for char, entity in ENTITIES:
        if char in text:
            text = text.replace(char, entity)
    return text


def escape_if_unsafe(text: str) -> str:
    """`text` escaped unless it is marked safe."""
    return text if isinstance(text, SafeData) else escape_text(text)


# In the order in which they must be replaced.
ENTITIES = (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ('"', "&quot;"), ("'", "&#x27;"))


def show(value: Any, context: Any, autoescape: bool) -> str:
    """The text of a value: in local time, localised, escaped unless it is safe."""
    value = template_localtime(value, use_tz=context.use_tz)
    value = localize(value, use_l10n=context.use_l10n)
    if not autoescape:
        return plain(str(value))
    return plain(conditional_escape(value if issubclass(type(value), str) else str(value)))


def plain(text: str) -> str:
    """What is in a string, without the class that may be around it; raises `TypeError` for others."""
    return text if type(text) is str else "".join([text])


# --- all in one call


def _looked_up(context: Any, names: Sequence[str]) -> Any:
    value = find(context, names[0])
    if value is MISSING:
        return value
    value = called(value, names[0], context)
    for name in names[1:]:
        value = get(value, name, context)
    return value


def show_variable(context: Any, text: str, autoescape: bool) -> str:
    """The text of the variable `text`; nothing, if its bytes are no text."""
    try:
        value = _looked_up(context, text.split("."))
    except UnicodeDecodeError:
        return ""
    if type(value) is str and autoescape:
        return escape_text(value)
    return show(invalid(context, text) if value is MISSING else value, context, autoescape)


def show_filtered(context: Any, text: str, autoescape: bool, *steps: Any) -> str:
    """The text of the variable `text` with filters; nothing, if its bytes are no text.

    A step is a filter's function, whether it keeps safeness and whether it asks for `autoescape`, and
    what else it is called with.
    """
    try:
        value = _looked_up(context, text.split("."))
        if value is MISSING:
            value = invalid(context, text)
        for function, is_safe, needs_autoescape, *args in steps:
            options = {"autoescape": autoescape} if needs_autoescape else {}
            result = function(value, *args, **options)
            value = resafe(result, value) if is_safe else result
    except UnicodeDecodeError:
        return ""
    return show(value, context, autoescape)


# --- loops


def loop_values(values: Any) -> tuple[Any, int]:
    """What a loop goes through, and how many there are."""
    if values is None:
        return (), 0
    if not hasattr(values, "__len__"):
        values = list(values)
    return values, len(values)


def unpack(item: Any, count: int) -> Sequence[Any]:
    """The `count` values of a loop's item; raises `ValueError` if it has another number of them."""
    try:
        length = len(item)
    except TypeError:
        length = 1
    if length != count:
        raise ValueError(f"Need {count} values to unpack in for loop; got {length}. ")
    return list(item)


def resafe(result: Any, source: Any) -> Any:
    """The result of a filter that keeps safeness."""
    return mark_safe(result) if isinstance(source, SafeData) else result
