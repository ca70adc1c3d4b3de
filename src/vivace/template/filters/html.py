"""Built-in filters that make, escape or strip HTML. Documented in ref/templates/builtins."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from types import GeneratorType
from typing import Any

from vivace.template.filters.stringfilter import stringfilter
from vivace.template.library import Library
from vivace.utils.html import conditional_escape, escape, escapejs, linebreaks, strip_tags
from vivace.utils.html import json_script as _json_script
from vivace.utils.html import urlize as _urlize
from vivace.utils.safestring import SafeData, mark_safe
from vivace.utils.text import normalize_newlines

register = Library()


@register.filter("escape", is_safe=True)
@stringfilter
def escape_filter(value: Any) -> Any:
    """The text escaped for HTML, once."""
    return conditional_escape(value)


@register.filter(is_safe=True)
@stringfilter
def force_escape(value: Any) -> Any:
    """The text escaped for HTML, even what is safe already."""
    return escape(value)


@register.filter("escapejs")
@stringfilter
def escapejs_filter(value: Any) -> Any:
    """The text for use in a JavaScript string."""
    return escapejs(value)


@register.filter(is_safe=True)
def escapeseq(value: Any) -> Any:
    """The items, each escaped for HTML unless safe."""
    return [conditional_escape(item) for item in value]


@register.filter(is_safe=True)
@stringfilter
def safe(value: Any) -> Any:
    """The text, which needs no escaping."""
    return mark_safe(value)


@register.filter(is_safe=True)
def safeseq(value: Any) -> Any:
    """The items, which need no escaping."""
    return [mark_safe(item) for item in value]


@register.filter(is_safe=True)
def json_script(value: Any, element_id: Any = None) -> Any:
    """The value as JSON in a ``script`` element with the id `element_id`."""
    return _json_script(value, element_id)


@register.filter(is_safe=True)
@stringfilter
def striptags(value: Any) -> Any:
    """The text without what looks like tags."""
    return strip_tags(value)


def _is_to_escape(value: Any, autoescape: bool) -> bool:
    return autoescape and not isinstance(value, SafeData)


@register.filter("linebreaks", is_safe=True, needs_autoescape=True)
@stringfilter
def linebreaks_filter(value: Any, autoescape: bool = True) -> Any:
    """Paragraphs for blank lines and ``<br>`` for single line breaks."""
    return mark_safe(linebreaks(value, _is_to_escape(value, autoescape)))


@register.filter(is_safe=True, needs_autoescape=True)
@stringfilter
def linebreaksbr(value: Any, autoescape: bool = True) -> Any:
    """``<br>`` for line breaks."""
    text = normalize_newlines(value)
    if _is_to_escape(value, autoescape):
        text = escape(text)
    return mark_safe(text.replace("\n", "<br>"))


@register.filter(is_safe=True, needs_autoescape=True)
@stringfilter
def linenumbers(value: Any, autoescape: bool = True) -> Any:
    """The lines with their numbers."""
    lines = value.split("\n")
    width = len(str(len(lines)))
    if _is_to_escape(value, autoescape):
        lines = [escape(line) for line in lines]
    return mark_safe(
        "\n".join(f"{number:0{width}d}. {line}" for number, line in enumerate(lines, 1))
    )


@register.filter(is_safe=True, needs_autoescape=True)
@stringfilter
def urlize(value: Any, autoescape: bool = True) -> Any:
    """The text with its URLs and email addresses as links."""
    return mark_safe(_urlize(value, nofollow=True, autoescape=autoescape))


@register.filter(is_safe=True, needs_autoescape=True)
@stringfilter
def urlizetrunc(value: Any, limit: Any, autoescape: bool = True) -> Any:
    """As `urlize`, with the links' texts cut to `limit` characters."""
    return mark_safe(
        _urlize(value, trim_url_limit=int(limit), nofollow=True, autoescape=autoescape)
    )


@register.filter(is_safe=True, needs_autoescape=True)
def unordered_list(value: Any, autoescape: bool = True) -> Any:
    """The items, and lists that follow the item they belong to, as ``li`` elements.

    The ``ul`` around the outermost ones is the template's.
    """
    escaper: Callable[[Any], Any] = conditional_escape if autoescape else str
    return mark_safe("\n".join(_list_items(value, escaper, "\t")))


def _list_items(items: Any, escaper: Callable[[Any], Any], indent: str) -> Iterator[str]:
    for item, children in _with_children(items):
        inside = ""
        if children:
            lines = "\n".join(_list_items(children, escaper, indent + "\t"))
            inside = f"\n{indent}<ul>\n{lines}\n{indent}</ul>\n{indent}"
        yield f"{indent}<li>{escaper(item)}{inside}</li>"


def _with_children(items: Any) -> Iterator[tuple[Any, Any]]:
    """Each item with the list that follows it, or None. A list never follows a list."""
    rest = list(items)
    position = 0
    while position < len(rest):
        item = rest[position]
        position += 1
        children = rest[position] if position < len(rest) else None
        if isinstance(children, list | tuple | GeneratorType):
            position += 1
        else:
            children = None
        yield item, children
