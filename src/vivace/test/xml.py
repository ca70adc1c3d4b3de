"""Compare XML by meaning: what `assertXMLEqual` holds two documents to be.

Attribute order, comments and the amount of white space inside text do not count.
"""

from __future__ import annotations

import re
from typing import cast
from xml.dom.minidom import Document, Element, Node, parseString

_RUN_OF_SPACE = re.compile(r"[ \t\n][ \t\n]+")
_BESIDE_THE_ROOT = {
    Node.COMMENT_NODE,
    Node.DOCUMENT_TYPE_NODE,
    Node.PROCESSING_INSTRUCTION_NODE,
}


def compare_xml(want: str, got: str) -> bool:
    """Whether both texts are the same XML; fragments with several roots are allowed.

    Raises `xml.parsers.expat.ExpatError` when one of them is not well-formed.
    """
    want = want.strip().replace("\\n", "\n")
    got = got.strip().replace("\\n", "\n")
    if not want.startswith("<?xml"):
        want, got = f"<root>{want}</root>", f"<root>{got}</root>"
    return _same(_root(parseString(want)), _root(parseString(got)))


def _root(document: Document) -> Element:
    nodes = (node for node in document.childNodes if node.nodeType not in _BESIDE_THE_ROOT)
    return cast(Element, next(nodes))


def _text(element: Element) -> str:
    parts = [node.data for node in element.childNodes if node.nodeType == Node.TEXT_NODE]
    return _RUN_OF_SPACE.sub(" ", "".join(parts))


def _elements(element: Element) -> list[Element]:
    return [node for node in element.childNodes if node.nodeType == Node.ELEMENT_NODE]


def _same(want: Element, got: Element) -> bool:
    if want.tagName != got.tagName or _text(want) != _text(got):
        return False
    if dict(want.attributes.items()) != dict(got.attributes.items()):
        return False
    ours, theirs = _elements(want), _elements(got)
    return len(ours) == len(theirs) and all(map(_same, ours, theirs))
