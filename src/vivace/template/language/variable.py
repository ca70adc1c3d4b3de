"""Names, constants and filters: what stands between ``{{`` and ``}}``, and in the arguments of tags.

`Variable` resolves a dotted name: for each part a dictionary's key is tried first, then an
attribute, then a list's index, and what can be called is called. `FilterExpression` is a name or a
constant followed by filters. Documented in ref/templates/api and howto/custom-template-tags.
"""

from __future__ import annotations

import inspect
import logging
import re
from collections.abc import Callable
from typing import Any

from vivace.template.context import BaseContext
from vivace.template.exceptions import TemplateSyntaxError
from vivace.template.language.lexer import VARIABLE_ATTRIBUTE_SEPARATOR
from vivace.utils import naming
from vivace.utils.formats import localize
from vivace.utils.html import conditional_escape
from vivace.utils.naming import publish
from vivace.utils.regex_helper import _lazy_re_compile
from vivace.utils.safestring import SafeData, mark_safe
from vivace.utils.text import unescape_string_literal
from vivace.utils.timezone import template_localtime
from vivace.utils.translation import gettext_lazy, pgettext_lazy

__all__ = [
    "FilterExpression",
    "Variable",
    "VariableDoesNotExist",
    "constant_string",
    "filter_raw_string",
    "filter_re",
    "kwarg_re",
    "render_value_in_context",
    "token_kwargs",
]

_DOUBLE = r'"[^"\\]*(?:\\.[^"\\]*)*"'
_SINGLE = r"'[^'\\]*(?:\\.[^'\\]*)*'"
constant_string = rf"(?:_\({_DOUBLE}\)|_\({_SINGLE}\)|{_DOUBLE}|{_SINGLE})"

_NAME_OR_NUMBER = r"[\w\.]+|[-+.]?\d[\d.e]*"
filter_raw_string = rf"""
^(?P<constant>{constant_string})|
^(?P<var>{_NAME_OR_NUMBER})|
 (?:\s*\|\s*
     (?P<filter_name>\w+)
         (?::
             (?:
              (?P<constant_arg>{constant_string})|
              (?P<var_arg>{_NAME_OR_NUMBER})
             )
         )?
 )"""
filter_re = _lazy_re_compile(filter_raw_string, re.VERBOSE)

kwarg_re = _lazy_re_compile(r"(?:(\w+)=)?(.+)")


class VariableDoesNotExist(Exception):
    """A name that the context, or an object on the way, does not have."""

    def __init__(self, msg: str, params: Any = ()) -> None:
        self.msg = msg
        self.params = params
        # The arguments of the exception are those it was made with.

    def __str__(self) -> str:
        message: str = self.msg % self.params
        return message


class Variable:
    """A name with dots, a number or a string constant, to be resolved against a context.

    `literal` is the constant's value, or else None; `lookups` the parts of the name, or else None;
    `translate` says that it stood in ``_()``. Raises `TemplateSyntaxError` for a name with a part
    that begins with an underscore.
    """

    __slots__ = ("literal", "lookups", "message_context", "translate", "var")

    def __init__(self, var: str) -> None:
        if not isinstance(var, str):
            raise TypeError(f"Variable must be a string or number, got {type(var)}")
        self.var = var
        self.literal: Any = None
        self.lookups: tuple[str, ...] | None = None
        self.translate = False
        self.message_context: Any = None
        if not self._read_number(var):
            self._read_text(var)

    def _read_number(self, var: str) -> bool:
        try:
            if "." in var or "e" in var.lower():
                self.literal = float(var)
                # "2." is a number in Python, but here a name that ends too early.
                return var[-1] != "."
            self.literal = int(var)
        except ValueError:
            # float() may refuse what looked like a number; nothing was set then.
            return False
        return True

    def _read_text(self, var: str) -> None:
        if var[0] == "_" and var[1:2] == "(" and var[-1] == ")":
            self.translate = True
            var = var[2:-1]
        try:
            self.literal = mark_safe(unescape_string_literal(var))
        except ValueError:
            if f"{VARIABLE_ATTRIBUTE_SEPARATOR}_" in var or var[0] == "_":
                raise TemplateSyntaxError(
                    f"Variables and attributes may not begin with underscores: '{var}'"
                )
            self.lookups = tuple(var.split(VARIABLE_ATTRIBUTE_SEPARATOR))

    def resolve(self, context: Any) -> Any:
        """The value in `context`, a context or any mapping; raises `VariableDoesNotExist`."""
        value = self.literal if self.lookups is None else self._resolve_lookup(context)
        return self._translated(value) if self.translate else value

    def _translated(self, value: Any) -> Any:
        # A percent sign is doubled because the message files, too, hold such texts as formats.
        message = value.replace("%", "%%")
        if isinstance(value, SafeData):
            message = mark_safe(message)
        if self.message_context:
            return pgettext_lazy(self.message_context, message)
        return gettext_lazy(message)

    def __repr__(self) -> str:
        return f"<{type(self).__name__}: {self.var!r}>"

    def __str__(self) -> str:
        return self.var

    def _resolve_lookup(self, context: Any) -> Any:
        current = context
        bit = ""
        try:
            for bit in self.lookups or ():
                current = look_up(current, bit)
                if callable(current):
                    current = call_without_arguments(current, context)
        except Exception as error:
            template_name = getattr(context, "template_name", None) or "unknown"
            logging.getLogger(naming.say("template")).debug(
                "Exception while resolving variable '%s' in template '%s'.",
                bit,
                template_name,
                exc_info=True,
            )
            if not getattr(error, "silent_variable_failure", False):
                raise
            current = context.template.engine.string_if_invalid
        return current


def look_up(current: Any, bit: str) -> Any:
    """One part of a dotted name: key, attribute, index. Raises `VariableDoesNotExist`."""
    # A class that can be subscripted as a generic type, as in Page[int], has no keys.
    if hasattr(type(current), "__getitem__"):
        try:
            return current[bit]
        except (TypeError, AttributeError, KeyError, ValueError, IndexError):
            pass
    try:
        # A context's own attributes are not names in it, whatever the names are.
        if isinstance(current, BaseContext) and getattr(type(current), bit):
            raise AttributeError
        return getattr(current, bit)
    except (TypeError, AttributeError):
        # A property that raised of itself must not look like a missing one.
        if not isinstance(current, BaseContext) and bit in dir(current):
            raise
    try:
        return current[int(bit)]
    except (IndexError, ValueError, KeyError, TypeError):
        raise VariableDoesNotExist("Failed lookup for key [%s] in %r", (bit, current))


def call_without_arguments(current: Any, context: Any) -> Any:
    """The result of a callable met on the way, unless it refuses calls from templates."""
    if getattr(current, "do_not_call_in_templates", False):
        return current
    # SECURITY: a template's author must not be able to delete what the view merely shows.
    if getattr(current, "alters_data", False):
        return context.template.engine.string_if_invalid
    try:
        return current()
    except TypeError:
        if _needs_arguments(current):
            return context.template.engine.string_if_invalid
        raise


def _needs_arguments(func: Callable[..., Any]) -> bool:
    try:
        signature = inspect.signature(func)
    except ValueError:
        # Functions written in C may not tell.
        return True
    try:
        signature.bind()
    except TypeError:
        return True
    return False


class FilterExpression:
    """A name or constant and the filters after it.

    `var` is a `Variable`, a constant's value, or None; `filters` holds pairs of the function and its
    arguments, each argument as ``(is_lookup, value or Variable)``. Raises `TemplateSyntaxError`.
    """

    __slots__ = ("filters", "is_var", "token", "var")

    def __init__(self, token: str, parser: Any) -> None:
        self.token = token
        self.filters: list[tuple[Callable[..., Any], list[tuple[bool, Any]]]] = []
        self.var: Any = None
        upto = 0
        for match in filter_re.finditer(token):
            start = match.start()
            if upto != start:
                raise TemplateSyntaxError(
                    "Could not parse some characters: "
                    f"{token[:upto]}|{token[upto:start]}|{token[start:]}"
                )
            if upto == 0:
                self.var = _read_start(match, token)
            else:
                self.filters.append(self._read_filter(match, parser))
            upto = match.end()
        if upto != len(token):
            raise TemplateSyntaxError(
                f"Could not parse the remainder: '{token[upto:]}' from '{token}'"
            )
        self.is_var = isinstance(self.var, Variable)

    def _read_filter(
        self, match: re.Match[str], parser: Any
    ) -> tuple[Callable[..., Any], list[tuple[bool, Any]]]:
        name = match["filter_name"]
        args: list[tuple[bool, Any]] = []
        constant, variable = match["constant_arg"], match["var_arg"]
        if constant:
            args.append((False, Variable(constant).resolve(None)))
        elif variable:
            args.append((True, Variable(variable)))
        func = parser.find_filter(name)
        self.args_check(name, func, args)
        return func, args

    def resolve(self, context: Any, ignore_failures: bool = False) -> Any:
        """The value after all filters.

        A name that is not there is the engine's ``string_if_invalid`` without any filter, if that is
        set; else an empty text, or None with `ignore_failures`, that goes through the filters.
        """
        if not self.is_var:
            obj = self.var
        else:
            try:
                obj = self.var.resolve(context)
            except VariableDoesNotExist:
                if ignore_failures:
                    obj = None
                else:
                    string_if_invalid = context.template.engine.string_if_invalid
                    if string_if_invalid:
                        if "%s" in string_if_invalid:
                            return string_if_invalid % self.var
                        return string_if_invalid
                    obj = string_if_invalid
        for func, args in self.filters:
            obj = _apply(func, obj, args, context)
        return obj

    @staticmethod
    def args_check(name: str, func: Callable[..., Any], provided: list[Any]) -> bool:
        """Whether a filter takes so many arguments; raises `TemplateSyntaxError` if it does not."""
        spec = inspect.getfullargspec(inspect.unwrap(func))
        # The value that is filtered counts as the first argument.
        given = len(provided) + 1
        most = len(spec.args)
        least = most - len(spec.defaults or ())
        if not least <= given <= most:
            raise TemplateSyntaxError(f"{name} requires {least} arguments, {given} provided")
        return True

    def __str__(self) -> str:
        return self.token

    def __repr__(self) -> str:
        return f"<{type(self).__qualname__} {self.token!r}>"


def _read_start(match: re.Match[str], token: str) -> Any:
    constant, variable = match["constant"], match["var"]
    if constant:
        return Variable(constant).resolve({})
    if variable is None:
        raise TemplateSyntaxError(f"Could not find variable at start of {token}.")
    return Variable(variable)


def _apply(func: Callable[..., Any], obj: Any, args: list[tuple[bool, Any]], context: Any) -> Any:
    values = [arg.resolve(context) if is_lookup else arg for is_lookup, arg in args]
    if getattr(func, "expects_localtime", False):
        obj = template_localtime(obj, context.use_tz)
    if getattr(func, "needs_autoescape", False):
        result = func(obj, *values, autoescape=context.autoescape)
    else:
        result = func(obj, *values)
    if getattr(func, "is_safe", False) and isinstance(obj, SafeData):
        return mark_safe(result)
    return result


def render_value_in_context(value: Any, context: Any) -> str:
    """A value as it is shown: in the current time zone, localised, and escaped if that is on."""
    value = template_localtime(value, use_tz=context.use_tz)
    value = localize(value, use_l10n=context.use_l10n)
    if context.autoescape:
        if not issubclass(type(value), str):
            value = str(value)
        escaped: str = conditional_escape(value)
        return escaped
    return str(value)


def token_kwargs(bits: list[str], parser: Any, support_legacy: bool = False) -> dict[str, Any]:
    """Take ``name=value`` arguments from the front of `bits`, as a dictionary of expressions.

    With `support_legacy` also ``value as name and value as name``. `bits` is shortened to what could
    not be read this way.
    """
    if not bits:
        return {}
    match = kwarg_re.match(bits[0])
    modern = match and match[1]
    if not modern and (not support_legacy or len(bits) < 3 or bits[1] != "as"):
        return {}
    kwargs: dict[str, Any] = {}
    while bits:
        if modern:
            match = kwarg_re.match(bits[0])
            if not match or not match[1]:
                return kwargs
            key, value = match.groups()
            del bits[:1]
        else:
            if len(bits) < 3 or bits[1] != "as":
                return kwargs
            key, value = bits[2], bits[0]
            del bits[:3]
        kwargs[key] = parser.compile_filter(value)
        if bits and not modern:
            if bits[0] != "and":
                return kwargs
            del bits[:1]
    return kwargs


publish(__name__, "template.base")
