"""Compare HTML by meaning: what `assertHTMLEqual` and its relatives hold two documents to be.

Two documents are equal when they differ only in white space beside tags, in the kind or amount of
white space elsewhere, in the order of attributes or classes, in the spelling of empty and boolean
attributes, or in character references. See the documentation of ``SimpleTestCase.assertHTMLEqual``.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable
from html.parser import HTMLParser

__all__ = [
    "ASCII_WHITESPACE",
    "BOOLEAN_ATTRIBUTES",
    "VOID_ELEMENTS",
    "Element",
    "HTMLParseError",
    "Parser",
    "RootElement",
    "normalize_attributes",
    "normalize_whitespace",
    "parse_html",
]

Attribute = tuple[str, str | None]

# HTML's own white space; a no-break space, for one, is content.
ASCII_WHITESPACE = re.compile(r"[\t\n\f\r ]+")

# https://html.spec.whatwg.org/#attributes-3, the attributes whose mere presence is their value.
BOOLEAN_ATTRIBUTES = {
    "allowfullscreen",
    "async",
    "autofocus",
    "autoplay",
    "checked",
    "controls",
    "default",
    "defer",
    "disabled",
    "formnovalidate",
    "hidden",
    "ismap",
    "itemscope",
    "loop",
    "multiple",
    "muted",
    "nomodule",
    "novalidate",
    "open",
    "playsinline",
    "readonly",
    "required",
    "reversed",
    "selected",
    "truespeed",
}

# https://html.spec.whatwg.org/#void-elements, and some that only old documents use.
VOID_ELEMENTS = frozenset(
    {
        "area",
        "base",
        "br",
        "col",
        "embed",
        "frame",
        "hr",
        "img",
        "input",
        "link",
        "meta",
        "param",
        "source",
        "spacer",
        "track",
        "wbr",
    }
)


def normalize_whitespace(string: str) -> str:
    """`string` with every run of HTML white space made one space."""
    return ASCII_WHITESPACE.sub(" ", string)


def normalize_attributes(attributes: Iterable[Attribute]) -> list[Attribute]:
    """`attributes` as (name, value) pairs in which equal meaning is equal spelling."""
    normalized: list[Attribute] = []
    for name, value in attributes:
        if name == "class" and value:
            value = " ".join(sorted(name for name in ASCII_WHITESPACE.split(value) if name))
        elif name in BOOLEAN_ATTRIBUTES:
            value = None if not value or value == name else value
        elif value is None:
            value = ""
        normalized.append((name, value))
    return normalized


class Element:
    """An element of a parsed document: its name, sorted attributes and children."""

    def __init__(self, name: str | None, attributes: Iterable[Attribute]) -> None:
        self.name = name
        self.attributes = sorted(attributes, key=lambda pair: (pair[0], pair[1] or ""))
        self.children: list[Element | str] = []

    def append(self, element: Element | str) -> None:
        """Add a child; text joins the text that is last already."""
        if not isinstance(element, str):
            self.children.append(element)
            return
        text = normalize_whitespace(element)
        last = self.children[-1] if self.children else None
        if isinstance(last, str):
            self.children[-1] = normalize_whitespace(last + text)
        else:
            self.children.append(text)

    def finalize(self) -> None:
        """Strip the text beside tags, here and below, and drop what is left empty."""
        children: list[Element | str] = []
        for child in self.children:
            if isinstance(child, str):
                child = child.strip()
                if not child:
                    continue
            else:
                child.finalize()
            children.append(child)
        self.children = children

    def __eq__(self, element: object) -> bool:
        if not isinstance(element, Element) or self.name != element.name:
            return False
        return self.attributes == element.attributes and self.children == element.children

    def __hash__(self) -> int:
        return hash((self.name, *self.attributes))

    def count(self, element: Element | str) -> int:
        """How often `element` occurs in here: a node, a row of siblings, or a piece of text."""
        return self._count(element, count=True)

    def __contains__(self, element: Element | str) -> bool:
        return self._count(element, count=False) > 0

    def __getitem__(self, key: int) -> Element | str:
        return self.children[key]

    def _count(self, element: Element | str, count: bool = True) -> int:
        if isinstance(element, str):
            return self._count_text(element, count)
        if self == element or (element.name is None and self.children == element.children):
            return 1
        row = element.children if element.name is None else [element]
        found = 0
        matched = 0
        for child in self.children:
            if isinstance(child, str):
                continue
            if matched < len(row) and child == row[matched]:
                matched += 1
            else:
                # COMPAT: the child that broke a row is not tried as the row's beginning.
                matched = 0
                found += child._count(element, count)
            if matched and matched == len(row):
                found += 1
                matched = 0
            if found and not count:
                return found
        return found

    def _count_text(self, text: str, count: bool) -> int:
        found = 0
        for child in self.children:
            found += child.count(text) if isinstance(child, str) else child._count_text(text, count)
            if found and not count:
                break
        return found

    def _inside(self) -> str:
        return "".join(
            html.escape(child) if isinstance(child, str) else str(child) for child in self.children
        )

    def __str__(self) -> str:
        attributes = "".join(
            f" {name}" if value is None else f' {name}="{value}"' for name, value in self.attributes
        )
        start = f"<{self.name}{attributes}>"
        return f"{start}\n{self._inside()}\n</{self.name}>" if self.children else start

    def __repr__(self) -> str:
        return str(self)


class RootElement(Element):
    """The document, when it is not just one element."""

    def __init__(self) -> None:
        super().__init__(None, ())

    def __str__(self) -> str:
        return self._inside()


class HTMLParseError(Exception):
    """The markup cannot be understood: a tag is closed that is not open."""


class Parser(HTMLParser):
    """Builds the tree of `Element` nodes; elements left open end with what is around them."""

    def __init__(self) -> None:
        super().__init__()
        self.root = RootElement()
        self.open_tags: list[Element] = []
        self.element_positions: dict[Element, tuple[int, int]] = {}

    @property
    def current(self) -> Element:
        return self.open_tags[-1] if self.open_tags else self.root

    def error(self, msg: str) -> None:
        """Raise `HTMLParseError` with the position of what is being parsed."""
        raise HTMLParseError(msg, self.getpos())

    def format_position(
        self, position: tuple[int, int] | None = None, element: Element | None = None
    ) -> str:
        if position is None:
            position = self.element_positions[element] if element is not None else self.getpos()
        return "Line {}, Column {}".format(*position)

    def handle_startendtag(self, tag: str, attrs: list[Attribute]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID_ELEMENTS:
            self.handle_endtag(tag)

    def handle_starttag(self, tag: str, attrs: list[Attribute]) -> None:
        element = Element(tag, normalize_attributes(attrs))
        self.current.append(element)
        if tag not in VOID_ELEMENTS:
            self.open_tags.append(element)
        self.element_positions[element] = self.getpos()

    def handle_endtag(self, tag: str) -> None:
        while self.open_tags:
            if self.open_tags.pop().name == tag:
                return
        self.error(f"Unexpected end tag `{tag}` ({self.format_position()})")

    def handle_data(self, data: str) -> None:
        self.current.append(data)


def parse_html(html: str) -> Element:
    """The document `html`: its one element, or a `RootElement` around several nodes.

    Raises `HTMLParseError` when a tag is closed that is not open.
    """
    parser = Parser()
    parser.feed(html)
    parser.close()
    document = parser.root
    document.finalize()
    if len(document.children) == 1 and isinstance(document.children[0], Element):
        return document.children[0]
    return document
