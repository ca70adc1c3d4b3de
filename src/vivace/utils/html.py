"""HTML: escaping, building, stripping. Documented in ref/utils.

Linking of URLs in text is in ``vivace.utils.urlizing``; its names are published here too.
"""

from __future__ import annotations

import json
import re
import warnings
from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

from vivace.core.exceptions import SuspiciousOperation
from vivace.utils.deprecation import RemovedInDjango60Warning
from vivace.utils.escaping import conditional_escape, escape
from vivace.utils.functional import keep_lazy, keep_lazy_text
from vivace.utils.json import DjangoJSONEncoder
from vivace.utils.markup import LinearHTMLParser
from vivace.utils.safestring import SafeData, SafeString, mark_safe
from vivace.utils.text import normalize_newlines
from vivace.utils.truncation import VOID_ELEMENTS
from vivace.utils.urlizing import CountsDict, Urlizer, smart_urlquote, urlize, urlizer

__all__ = [
    "MAX_STRIP_TAGS_DEPTH",
    "VOID_ELEMENTS",
    "CountsDict",
    "MLStripper",
    "SafeData",
    "SafeString",
    "Urlizer",
    "avoid_wrapping",
    "conditional_escape",
    "escape",
    "escapejs",
    "format_html",
    "format_html_join",
    "html_safe",
    "json_script",
    "keep_lazy",
    "keep_lazy_text",
    "linebreaks",
    "mark_safe",
    "smart_urlquote",
    "strip_spaces_between_tags",
    "strip_tags",
    "urlize",
    "urlizer",
]

C = TypeVar("C", bound=type)

MAX_STRIP_TAGS_DEPTH = 50


# --- building

_js_escapes = {ord(char): f"\\u{ord(char):04X}" for char in "\\'\"><&=-;`\u2028\u2029"} | {
    code: f"\\u{code:04X}" for code in range(32)
}


@keep_lazy(SafeString)
def escapejs(value: Any) -> Any:
    """`value` for use between quotes in JavaScript. Documented in ref/templates/builtins."""
    return mark_safe(str(value).translate(_js_escapes))


_json_script_escapes = {ord(char): f"\\u{ord(char):04X}" for char in "><&"}


def json_script(value: Any, element_id: Any = None, encoder: Any = None) -> Any:
    """`value` as JSON in a ``script`` element that JavaScript can read. Documented in ref/templates.

    `encoder` is a ``json.JSONEncoder`` class, by default ``DjangoJSONEncoder``.
    """
    text = json.dumps(value, cls=encoder or DjangoJSONEncoder).translate(_json_script_escapes)
    if element_id:
        return format_html(
            '<script id="{}" type="application/json">{}</script>', element_id, mark_safe(text)
        )
    return format_html('<script type="application/json">{}</script>', mark_safe(text))


def format_html(format_string: Any, *args: Any, **kwargs: Any) -> SafeString:
    """``format_string.format()`` with the arguments escaped unless safe. Documented in ref/utils.

    Without arguments there is nothing to escape, which is deprecated as a mistake.
    """
    if not (args or kwargs):
        warnings.warn(
            "Calling format_html() without passing args or kwargs is deprecated.",
            RemovedInDjango60Warning,
            stacklevel=2,
        )
    text: str = format_string.format(
        *map(conditional_escape, args),
        **{name: conditional_escape(value) for name, value in kwargs.items()},
    )
    return mark_safe(text)


def format_html_join(sep: Any, format_string: Any, args_generator: Iterable[Any]) -> SafeString:
    """`format_html` for each tuple or mapping of arguments, with `sep` between, escaped unless safe.

    Documented in ref/utils.
    """
    text: str = conditional_escape(sep).join(
        format_html(format_string, **args)
        if isinstance(args, Mapping)
        else format_html(format_string, *args)
        for args in args_generator
    )
    return mark_safe(text)


@keep_lazy_text
def linebreaks(value: Any, autoescape: bool = False) -> str:
    """`value` with paragraphs for blank lines and ``<br>`` for single line breaks."""
    paragraphs = re.split("\n{2,}", str(normalize_newlines(value)))
    if autoescape:
        paragraphs = [escape(paragraph) for paragraph in paragraphs]
    return "\n\n".join(
        ["<p>{}</p>".format(paragraph.replace("\n", "<br>")) for paragraph in paragraphs]
    )


def avoid_wrapping(value: str) -> str:
    """`value` with non-breaking spaces for spaces."""
    return value.replace(" ", "\xa0")


def html_safe(klass: C) -> C:
    """Decorate a class so that what its ``__str__`` returns is safe. Documented in ref/utils.

    Raises ValueError if the class defines ``__html__`` or lacks a ``__str__`` of its own.
    """
    if "__html__" in klass.__dict__:
        raise ValueError(
            f"can't apply @html_safe to {klass.__name__} because it defines __html__()."
        )
    if "__str__" not in klass.__dict__:
        raise ValueError(
            f"can't apply @html_safe to {klass.__name__} because it doesn't define __str__()."
        )
    plain: Any = klass.__str__

    def __str__(self: Any) -> Any:
        return mark_safe(plain(self))

    def __html__(self: Any) -> str:
        return str(self)

    klass.__str__ = __str__  # type: ignore[assignment,method-assign]
    klass.__html__ = __html__  # type: ignore[attr-defined]
    return klass


# --- stripping


class MLStripper(LinearHTMLParser):
    """Collects the text of a document, references as they were written."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=False)
        self.reset()
        self.fed: list[str] = []

    def handle_data(self, d: str) -> None:
        """Keep text."""
        self.fed.append(d)

    def handle_entityref(self, name: str) -> None:
        """Keep a named reference."""
        self.fed.append(f"&{name};")

    def handle_charref(self, name: str) -> None:
        """Keep a numeric reference."""
        self.fed.append(f"&#{name};")

    def get_data(self) -> str:
        """The text so far."""
        return "".join(self.fed)


def _strip_once(value: str) -> str:
    # SECURITY: after the last ">" nothing ends; the parser would look for it from each "<".
    unended = value.find("<", value.rfind(">") + 1)
    if unended == -1:
        unended = len(value)
    stripper = MLStripper()
    stripper.feed(value[:unended])
    stripper.close()
    # A script that never ends swallows all.
    return stripper.get_data() + ("" if stripper.cdata_elem else value[unended:])


_tag_start = re.compile("<[a-zA-Z]")


def _refuse_long_open_tags(value: str) -> None:
    # SECURITY: each run between two ">" is looked at once (CVE-2025-32873).
    for run in value.split(">"):
        if len(run) > 1000 and run.count("<") >= MAX_STRIP_TAGS_DEPTH:
            start = _tag_start.search(run)
            if (
                start is not None
                and len(run) - start.end() >= 1000
                and run.count("<", start.start()) >= MAX_STRIP_TAGS_DEPTH
            ):
                raise SuspiciousOperation


@keep_lazy_text
def strip_tags(value: Any) -> str:
    """`value` without anything that looks like a tag; not safe for HTML. Documented in ref/utils.

    Raises SuspiciousOperation for text that nests or opens tags as only an attack does.
    """
    text = str(value)
    _refuse_long_open_tags(text)
    depth = 0
    # Taking a tag out may put another together.
    while "<" in text and ">" in text:
        # SECURITY: each pass is linear, and their number is bounded (CVE-2024-53907).
        if depth >= MAX_STRIP_TAGS_DEPTH:
            raise SuspiciousOperation
        stripped = _strip_once(text)
        # SECURITY: no progress, no further pass (CVE-2015-2316, CVE-2019-14233).
        if text.count("<") == stripped.count("<"):
            break
        text = stripped
        depth += 1
    return text


@keep_lazy_text
def strip_spaces_between_tags(value: Any) -> str:
    """`value` without the white space between one tag's end and the next one's start."""
    return re.sub(r">\s+<", "><", str(value))
