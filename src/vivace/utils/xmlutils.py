"""An XML writer for feeds, sitemaps and serialized data."""

from __future__ import annotations

import re
from typing import Any
from xml.sax.saxutils import XMLGenerator

__all__ = ["SimplerXMLGenerator", "UnserializableContentError"]

_control_characters = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")


class UnserializableContentError(ValueError):
    """Text holds control characters that XML 1.0 (section 2.2) has no way to write."""


class SimplerXMLGenerator(XMLGenerator):
    """An ``XMLGenerator`` that writes whole elements, and attributes in the order of their names."""

    def addQuickElement(self, name: str, contents: str | None = None, attrs: Any = None) -> None:
        """Write an element without children."""
        self.startElement(name, {} if attrs is None else attrs)
        if contents is not None:
            self.characters(contents)
        self.endElement(name)

    def characters(self, content: str) -> None:
        """Write text. Raises UnserializableContentError for what XML 1.0 cannot hold."""
        if content and _control_characters.search(content):
            raise UnserializableContentError("Control characters are not supported in XML 1.0")
        super().characters(content)

    def startElement(self, name: str, attrs: Any) -> None:
        """Open an element."""
        super().startElement(name, dict(sorted(attrs.items())))  # type: ignore[arg-type]
