"""A reader of HTML that takes linear time, whatever it is given, and never refuses.

``html.parser`` looks for the end of a comment again from each start that has none, and fails on marked
sections that it does not know. Everything else it does well, so only declarations are read here.
"""

from __future__ import annotations

import re
from html.parser import HTMLParser

__all__ = ["LinearHTMLParser"]

_comment_end = re.compile(r"--\s*>")
_tag_end = re.compile(">")
_section_end = re.compile(r"]\s*]\s*>")


class LinearHTMLParser(HTMLParser):
    """An ``HTMLParser`` for text from anyone."""

    def reset(self) -> None:
        """Forget what was read."""
        super().reset()
        # SECURITY: an end that was not found once is not there for later starts either.
        self._unended: set[str] = set()

    def parse_html_declaration(self, i: int) -> int:
        """Where the declaration, comment or section at `i` ends; -1 if it does not."""
        kind = self.rawdata[i : i + 4]
        if kind == "<!--":
            return self._skip(kind, _comment_end, i + 4)
        if self.rawdata[i : i + 9].upper() == "<![CDATA[":
            return self._skip("<![", _section_end, i + 3)
        return self._skip("<!", _tag_end, i + 2)

    def _skip(self, kind: str, end: re.Pattern[str], start: int) -> int:
        if kind in self._unended:
            return -1
        match = end.search(self.rawdata, start)
        if match is None:
            self._unended.add(kind)
            return -1
        return match.end()
