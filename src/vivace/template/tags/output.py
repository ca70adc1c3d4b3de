"""Built-in tags that write something, or what is between them in another way.

Documented in ref/templates/builtins.
"""

from __future__ import annotations

import sys
import warnings
from collections.abc import Sequence
from datetime import datetime
from pprint import pformat
from typing import Any, ClassVar

from vivace.conf import settings
from vivace.template.context import Context
from vivace.template.defaultfilters import date
from vivace.template.exceptions import TemplateSyntaxError
from vivace.template.language.lexer import (
    BLOCK_TAG_END,
    BLOCK_TAG_START,
    COMMENT_TAG_END,
    COMMENT_TAG_START,
    SINGLE_BRACE_END,
    SINGLE_BRACE_START,
    VARIABLE_TAG_END,
    VARIABLE_TAG_START,
)
from vivace.template.language.tree import Node, NodeList
from vivace.template.language.variable import VariableDoesNotExist, render_value_in_context
from vivace.template.library import Library
from vivace.utils import timezone
from vivace.utils.html import escape, format_html, strip_spaces_between_tags
from vivace.utils.lorem_ipsum import paragraphs, words
from vivace.utils.safestring import SafeString

register = Library()


class CsrfTokenNode(Node):
    """``{% csrf_token %}``: a hidden input with the token of the context."""

    child_nodelists: ClassVar[tuple[str, ...]] = ()

    def render(self, context: Any) -> Any:
        return csrf_input(context.get("csrf_token"))


def csrf_input(token: Any) -> str:
    """The input for a token; nothing without one, and a warning in development."""
    if token:
        if token == "NOTPROVIDED":
            return SafeString("")
        return str(
            format_html('<input type="hidden" name="csrfmiddlewaretoken" value="{}">', token)
        )
    if settings.DEBUG:
        warnings.warn(
            "A {% csrf_token %} was used in a template, but the context did not provide the "
            "value.  This is usually caused by not using RequestContext.",
            stacklevel=2,
        )
    return ""


@register.tag
def csrf_token(parser: Any, token: Any) -> CsrfTokenNode:
    """``{% csrf_token %}``."""
    return CsrfTokenNode()


class DebugNode(Node):
    """``{% debug %}``: the context and the modules, if DEBUG is on."""

    def render(self, context: Any) -> str:
        # SECURITY: never in production, and never as markup (CVE-2022-22818).
        if not settings.DEBUG:
            return ""
        shown = [escape(pformat(level)) for level in context]
        return "".join([*shown, "\n\n", escape(pformat(sys.modules))])


@register.tag
def debug(parser: Any, token: Any) -> DebugNode:
    """``{% debug %}``."""
    return DebugNode()


class FilterNode(Node):
    """``{% filter %}``: the text of `nodelist` through filters, as the name ``var``."""

    def __init__(self, filter_expr: Any, nodelist: NodeList) -> None:
        self.filter_expr = filter_expr
        self.nodelist = nodelist

    def render(self, context: Any) -> Any:
        output = self.nodelist.render(context)
        with context.push(var=output):
            return self.filter_expr.resolve(context)


@register.tag("filter")
def do_filter(parser: Any, token: Any) -> FilterNode:
    """``{% filter name|name:arg %}...{% endfilter %}``."""
    _, rest = token.contents.split(None, 1)
    filter_expr = parser.compile_filter(f"var|{rest}")
    for func, _args in filter_expr.filters:
        name = getattr(func, "_filter_name", None)
        if name in ("escape", "safe"):
            raise TemplateSyntaxError(
                f'"filter {name}" is not permitted.  Use the "autoescape" tag instead.'
            )
    nodelist = parser.parse(("endfilter",))
    parser.delete_first_token()
    return FilterNode(filter_expr, nodelist)


def _with_target(bits: list[str]) -> tuple[list[str], str | None]:
    """The arguments of a tag, and the name after a final ``as``."""
    if len(bits) >= 2 and bits[-2] == "as":
        return bits[:-2], bits[-1]
    return bits, None


class FirstOfNode(Node):
    """``{% firstof %}``: the first value that is true, escaped."""

    def __init__(self, variables: Sequence[Any], asvar: str | None = None) -> None:
        self.vars = variables
        self.asvar = asvar

    def render(self, context: Any) -> Any:
        first = ""
        for var in self.vars:
            value = var.resolve(context, ignore_failures=True)
            if value:
                first = render_value_in_context(value, context)
                break
        if self.asvar:
            context[self.asvar] = first
            return ""
        return first


@register.tag
def firstof(parser: Any, token: Any) -> FirstOfNode:
    """``{% firstof a b ... [as name] %}``."""
    bits = token.split_contents()[1:]
    if not bits:
        raise TemplateSyntaxError("'firstof' statement requires at least one argument")
    bits, asvar = _with_target(bits)
    return FirstOfNode([parser.compile_filter(bit) for bit in bits], asvar)


class LoremNode(Node):
    """``{% lorem %}``: filler; `method` is ``w`` for words, ``p`` or ``b`` for paragraphs."""

    def __init__(self, count: Any, method: str, common: bool) -> None:
        self.count = count
        self.method = method
        self.common = common

    def render(self, context: Any) -> str:
        return lorem_text(self.count.resolve(context), self.method, self.common)


def lorem_text(count: Any, method: str, common: bool) -> str:
    """`count` words or paragraphs, one if that is no number."""
    try:
        count = int(count)
    except (ValueError, TypeError):
        count = 1
    if method == "w":
        return words(count, common=common)
    texts = paragraphs(count, common=common)
    if method == "p":
        texts = [f"<p>{text}</p>" for text in texts]
    return "\n\n".join(texts)


@register.tag
def lorem(parser: Any, token: Any) -> LoremNode:
    """``{% lorem [count] [w|p|b] [random] %}``."""
    bits = token.split_contents()
    tag = bits[0]
    common = bits[-1] != "random"
    if not common:
        bits.pop()
    method = bits.pop() if bits[-1] in ("w", "p", "b") else "b"
    count = parser.compile_filter(bits.pop() if len(bits) > 1 else "1")
    if len(bits) != 1:
        raise TemplateSyntaxError(f"Incorrect format for {tag!r} tag")
    return LoremNode(count, method, common)


class NowNode(Node):
    """``{% now %}``: the present by a format."""

    def __init__(self, format_string: str, asvar: str | None = None) -> None:
        self.format_string = format_string
        self.asvar = asvar

    def render(self, context: Any) -> Any:
        formatted = formatted_now(self.format_string)
        if self.asvar:
            context[self.asvar] = formatted
            return ""
        return formatted


def formatted_now(format_string: str) -> Any:
    """The present in the current time zone, as the ``date`` filter formats it."""
    tzinfo = timezone.get_current_timezone() if settings.USE_TZ else None
    return date(datetime.now(tz=tzinfo), format_string)


@register.tag
def now(parser: Any, token: Any) -> NowNode:
    """``{% now "format" [as name] %}``."""
    bits = token.split_contents()
    asvar = None
    if len(bits) == 4:
        bits, asvar = _with_target(bits)
    if len(bits) != 2:
        raise TemplateSyntaxError("'now' statement takes one argument")
    return NowNode(bits[1][1:-1], asvar)


class SpacelessNode(Node):
    """``{% spaceless %}``: `nodelist` without the white space between tags."""

    def __init__(self, nodelist: NodeList) -> None:
        self.nodelist = nodelist

    def render(self, context: Any) -> Any:
        return without_spaces(self.nodelist.render(context))


def without_spaces(text: str) -> Any:
    """`text` without white space around it and between its tags."""
    return strip_spaces_between_tags(text.strip())


@register.tag
def spaceless(parser: Any, token: Any) -> SpacelessNode:
    """``{% spaceless %}...{% endspaceless %}``."""
    nodelist = parser.parse(("endspaceless",))
    parser.delete_first_token()
    return SpacelessNode(nodelist)


class TemplateTagNode(Node):
    """``{% templatetag %}``: characters that would mean something to the lexer."""

    mapping: ClassVar[dict[str, str]] = {
        "openblock": BLOCK_TAG_START,
        "closeblock": BLOCK_TAG_END,
        "openvariable": VARIABLE_TAG_START,
        "closevariable": VARIABLE_TAG_END,
        "openbrace": SINGLE_BRACE_START,
        "closebrace": SINGLE_BRACE_END,
        "opencomment": COMMENT_TAG_START,
        "closecomment": COMMENT_TAG_END,
    }

    def __init__(self, tagtype: str) -> None:
        self.tagtype = tagtype

    def render(self, context: Any) -> str:
        return self.mapping.get(self.tagtype, "")


@register.tag
def templatetag(parser: Any, token: Any) -> TemplateTagNode:
    """``{% templatetag name %}``."""
    bits = token.contents.split()
    if len(bits) != 2:
        raise TemplateSyntaxError("'templatetag' statement takes one argument")
    if bits[1] not in TemplateTagNode.mapping:
        raise TemplateSyntaxError(
            f"Invalid templatetag argument: '{bits[1]}'. Must be one of: "
            f"{list(TemplateTagNode.mapping)}"
        )
    return TemplateTagNode(bits[1])


class VerbatimNode(Node):
    """``{% verbatim %}``: text that the lexer left alone."""

    def __init__(self, content: str) -> None:
        self.content = content

    def render(self, context: Any) -> str:
        return self.content


@register.tag
def verbatim(parser: Any, token: Any) -> VerbatimNode:
    """``{% verbatim [name] %}...{% endverbatim [name] %}``."""
    nodelist = parser.parse(("endverbatim",))
    parser.delete_first_token()
    return VerbatimNode(nodelist.render(Context()))


class WidthRatioNode(Node):
    """``{% widthratio %}``: ``val_expr / max_expr * max_width``, rounded."""

    def __init__(
        self, val_expr: Any, max_expr: Any, max_width: Any, asvar: str | None = None
    ) -> None:
        self.val_expr = val_expr
        self.max_expr = max_expr
        self.max_width = max_width
        self.asvar = asvar

    def render(self, context: Any) -> str:
        try:
            value = self.val_expr.resolve(context)
            maximum = self.max_expr.resolve(context)
            width = int(self.max_width.resolve(context))
        except VariableDoesNotExist:
            return ""
        except (ValueError, TypeError):
            # COMPAT: whichever of the three it was that failed.
            raise TemplateSyntaxError("widthratio final argument must be a number")
        result = width_ratio(value, maximum, width)
        if self.asvar:
            context[self.asvar] = result
            return ""
        return result


def width_ratio(value: Any, maximum: Any, width: Any) -> str:
    """`value` of `maximum` as part of `width`; empty for what is no number, "0" of nothing.

    Raises `TemplateSyntaxError` if `width` is no number.
    """
    try:
        width = int(width)
    except (ValueError, TypeError):
        raise TemplateSyntaxError("widthratio final argument must be a number")
    try:
        return str(round(float(value) / float(maximum) * width))
    except ZeroDivisionError:
        return "0"
    except (ValueError, TypeError, OverflowError):
        return ""


@register.tag
def widthratio(parser: Any, token: Any) -> WidthRatioNode:
    """``{% widthratio value maximum width [as name] %}``."""
    bits = token.split_contents()
    if len(bits) not in (4, 6):
        raise TemplateSyntaxError("widthratio takes at least three arguments")
    asvar = None
    if len(bits) == 6:
        if bits[4] != "as":
            raise TemplateSyntaxError("Invalid syntax in widthratio tag. Expecting 'as' keyword")
        asvar = bits[5]
    value, maximum, width = (parser.compile_filter(bit) for bit in bits[1:4])
    return WidthRatioNode(value, maximum, width, asvar)
