"""Cutting HTML to a number of characters or words, with every open element closed.

One pass over the markup: text counts, tags do not. ``vivace.utils.text`` publishes these names.
"""

from __future__ import annotations

import re
import unicodedata
from html import escape
from typing import Any

from vivace.utils.functional import cached_property
from vivace.utils.markup import LinearHTMLParser
from vivace.utils.translation import pgettext

__all__ = [
    "VOID_ELEMENTS",
    "TruncateCharsHTMLParser",
    "TruncateHTMLParser",
    "TruncateWordsHTMLParser",
    "add_truncation_text",
    "calculate_truncate_chars_length",
]

# https://html.spec.whatwg.org/#void-elements, and those that were such.
VOID_ELEMENTS = frozenset(
    (
        *("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param"),
        *("source", "track", "wbr", "frame", "spacer"),
    )
)


def calculate_truncate_chars_length(length: int, replacement: str | None) -> int:
    """How many characters are left for the text if the replacement is to fit into `length`."""
    left = length
    for char in add_truncation_text("", replacement):
        if not unicodedata.combining(char):
            left -= 1
            if left == 0:
                break
    return left


def add_truncation_text(text: str, truncate: str | None = None) -> str:
    """`text`, which was cut, with `truncate` after it or around it; by default an ellipsis.

    `truncate` may say where the text goes with ``%(truncated_text)s``.
    """
    if truncate is None:
        truncate = pgettext("String to return when truncating text", "%(truncated_text)s…")
    if "%(truncated_text)s" in truncate:
        return truncate % {"truncated_text": text}
    # Cutting what was cut already shall not pile up ellipses.
    if text.endswith(truncate):
        return text
    return f"{text}{truncate}"


class TruncateHTMLParser(LinearHTMLParser):
    """Collects `output` until `length` units of text were seen; subclasses say what a unit is."""

    class TruncationCompleted(Exception):
        """Enough was seen."""

    def __init__(
        self, *, length: int, replacement: str | None, convert_charrefs: bool = True
    ) -> None:
        super().__init__(convert_charrefs=convert_charrefs)
        # SECURITY: a count beside the stack makes an unmatched end tag cheap (CVE-2026-1285).
        self.tags: list[str] = []
        self.open: dict[str, int] = {}
        self.output: list[str] = []
        self.remaining = length
        self.replacement = replacement

    @cached_property
    def void_elements(self) -> frozenset[str]:
        """Elements that have no end tag."""
        return VOID_ELEMENTS

    def process(self, data: str) -> tuple[Any, str]:
        """The units of `data`, and those that still fit as HTML."""
        raise NotImplementedError

    def handle_startendtag(self, tag: str, attrs: Any) -> None:
        """Keep ``<br/>``; it need not be closed, whatever the element."""
        self.handle_starttag(tag, attrs)
        if tag not in self.void_elements:
            self.handle_endtag(tag)

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        """Keep the tag as it was written and note that it is open."""
        self.output.append(self.get_starttag_text() or "")
        if tag not in self.void_elements:
            self.tags.append(tag)
            self.open[tag] = self.open.get(tag, 0) + 1

    def handle_endtag(self, tag: str) -> None:
        """Keep the tag and forget the open one nearest to it."""
        if tag in self.void_elements:
            return
        self.output.append(f"</{tag}>")
        if not self.open.get(tag):
            return
        self.open[tag] -= 1
        for i in range(len(self.tags) - 1, -1, -1):
            if self.tags[i] == tag:
                del self.tags[i]
                break

    def handle_data(self, data: str) -> None:
        """Keep the text if it fits, else what fits of it, and stop."""
        units, output = self.process(data)
        count = len(units)
        if self.remaining < count:
            self.remaining = 0
            self.output.append(add_truncation_text(output, self.replacement))
            raise self.TruncationCompleted
        self.remaining -= count
        self.output.append(output)

    def feed(self, data: str) -> None:
        """Read a whole document, and close what is open where it was cut."""
        try:
            super().feed(data)
            # The parser holds back text that might go on with a reference, and unfinished tags.
            if not self.rawdata.startswith("<"):
                super().close()
        except self.TruncationCompleted:
            self.output.extend([f"</{tag}>" for tag in reversed(self.tags)])
            self.tags.clear()
            self.open.clear()
            self.reset()
        else:
            self.reset()


class TruncateCharsHTMLParser(TruncateHTMLParser):
    """Cuts HTML after a number of characters, the replacement among them."""

    def __init__(
        self, *, length: int, replacement: str | None, convert_charrefs: bool = True
    ) -> None:
        self.length = length
        self.processed_chars = 0
        super().__init__(
            length=calculate_truncate_chars_length(length, replacement),
            replacement=replacement,
            convert_charrefs=convert_charrefs,
        )

    def process(self, data: str) -> tuple[Any, str]:
        """Every character is a unit."""
        self.processed_chars += len(data)
        if (self.processed_chars == self.length) and (
            sum(len(piece) for piece in self.output) + len(data) == len(self.rawdata)
        ):
            self.output.append(data)
            raise self.TruncationCompleted
        output = escape("".join(data[: self.remaining]))
        return data, output


class TruncateWordsHTMLParser(TruncateHTMLParser):
    """Cuts HTML after a number of words."""

    def process(self, data: str) -> tuple[Any, str]:
        """Every run of characters that are no white space is a unit."""
        words = re.split(r"(?<=\S)\s+(?=\S)", data)
        output = escape(" ".join(words[: self.remaining]))
        return words, output
