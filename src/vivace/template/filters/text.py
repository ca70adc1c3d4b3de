"""Built-in filters that write text another way. Documented in ref/templates/builtins."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import quote

from vivace.template.filters.stringfilter import stringfilter
from vivace.template.library import Library
from vivace.utils.encoding import iri_to_uri
from vivace.utils.safestring import SafeData, mark_safe
from vivace.utils.text import Truncator, wrap
from vivace.utils.text import phone2numeric as _phone2numeric
from vivace.utils.text import slugify as _slugify

register = Library()

# "O'Reilly" and "1st" begin no new word after the quote or the digit.
_after_quote = re.compile("[a-z]'[A-Z]")
_after_digit = re.compile(r"\d[A-Z]")


@register.filter(is_safe=True)
@stringfilter
def addslashes(value: Any) -> Any:
    """A backslash before each backslash and quote."""
    return value.replace("\\", "\\\\").replace('"', '\\"').replace("'", "\\'")


@register.filter(is_safe=True)
@stringfilter
def capfirst(value: Any) -> Any:
    """The first letter in upper case."""
    return value and value[0].upper() + value[1:]


@register.filter(is_safe=True)
@stringfilter
def lower(value: Any) -> Any:
    """All letters in lower case."""
    return value.lower()


# Upper case breaks entities that are in safe text: "&AMP;" is none.
@register.filter(is_safe=False)
@stringfilter
def upper(value: Any) -> Any:
    """All letters in upper case."""
    return value.upper()


@register.filter(is_safe=True)
@stringfilter
def title(value: Any) -> Any:
    """Each word with its first letter in upper case."""
    text = _after_quote.sub(lambda match: match[0].lower(), value.title())
    return _after_digit.sub(lambda match: match[0].lower(), text)


@register.filter(is_safe=True)
@stringfilter
def ljust(value: Any, arg: Any) -> Any:
    """The text on the left of a field of `arg` characters."""
    return value.ljust(int(arg))


@register.filter(is_safe=True)
@stringfilter
def rjust(value: Any, arg: Any) -> Any:
    """The text on the right of a field of `arg` characters."""
    return value.rjust(int(arg))


@register.filter(is_safe=True)
@stringfilter
def center(value: Any, arg: Any) -> Any:
    """The text in the middle of a field of `arg` characters."""
    return value.center(int(arg))


@register.filter
@stringfilter
def cut(value: Any, arg: Any) -> Any:
    """The text without any `arg`."""
    text = value.replace(arg, "")
    # Without its semicolons, an entity of safe text is none any more.
    return mark_safe(text) if isinstance(value, SafeData) and arg != ";" else text


@register.filter(is_safe=False)
@stringfilter
def make_list(value: Any) -> Any:
    """The characters as a list."""
    return list(value)


@register.filter(is_safe=True)
@stringfilter
def slugify(value: Any) -> Any:
    """The text as a slug for URLs: lower case letters, digits, underscores and hyphens."""
    return _slugify(value)


@register.filter(is_safe=True)
def stringformat(value: Any, arg: Any) -> Any:
    """The value by the printf-style format `arg`, written without its percent sign."""
    if isinstance(value, tuple):
        value = str(value)
    try:
        return ("%" + str(arg)) % value
    except (ValueError, TypeError):
        return ""


def _length(arg: Any) -> int | None:
    try:
        return int(arg)
    except ValueError:
        return None


@register.filter(is_safe=True)
@stringfilter
def truncatechars(value: Any, arg: Any) -> Any:
    """At most `arg` characters, an ellipsis among them."""
    length = _length(arg)
    return value if length is None else Truncator(value).chars(length)


@register.filter(is_safe=True)
@stringfilter
def truncatechars_html(value: Any, arg: Any) -> Any:
    """At most `arg` characters that are not of tags; open tags are closed."""
    length = _length(arg)
    return value if length is None else Truncator(value).chars(length, html=True)


@register.filter(is_safe=True)
@stringfilter
def truncatewords(value: Any, arg: Any) -> Any:
    """At most `arg` words; newlines go."""
    length = _length(arg)
    return value if length is None else Truncator(value).words(length, truncate=" …")


@register.filter(is_safe=True)
@stringfilter
def truncatewords_html(value: Any, arg: Any) -> Any:
    """At most `arg` words outside tags; open tags are closed."""
    length = _length(arg)
    return value if length is None else Truncator(value).words(length, html=True, truncate=" …")


@register.filter(is_safe=False)
@stringfilter
def wordcount(value: Any) -> Any:
    """How many words there are."""
    return len(value.split())


@register.filter(is_safe=True)
@stringfilter
def wordwrap(value: Any, arg: Any) -> Any:
    """Lines of at most `arg` characters, broken at spaces."""
    return wrap(value, int(arg))


@register.filter(is_safe=True)
@stringfilter
def iriencode(value: Any) -> Any:
    """An IRI as part of a URL: what ASCII lacks is percent-encoded."""
    return iri_to_uri(value)


@register.filter(is_safe=False)
@stringfilter
def urlencode(value: Any, safe: Any = None) -> Any:
    """The text percent-encoded; the characters `safe`, by default "/", stay."""
    return quote(value) if safe is None else quote(value, safe=safe)


@register.filter("phone2numeric", is_safe=True)
def phone2numeric_filter(value: Any) -> Any:
    """A telephone number with its letters as digits."""
    return _phone2numeric(value)
