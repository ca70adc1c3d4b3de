"""The elements of one object, read from a stream of events.

SECURITY: all of it takes time in proportion to the text, and no stack, however it is nested. The DOM's
own ``expandNode`` looks up to the root of the tree for each node that it appends, and its look-up of
elements is recursive. Elements with a meaning are not nested in their like without end, for what is in
each is looked through once more (CVE-2025-64460).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from xml.dom import pulldom
from xml.dom.minidom import Node

from vivace.serializers.errors import DeserializationError
from vivace.utils.naming import publish

# How many of one kind may be open at once: fixtures have one, or an object in an object.
_MOST_NESTED = {"object": 10, "field": 10, "natural": 10}


def expand(stream: Any, node: Any) -> None:
    """Read the content of the element `node`, whose start `stream` gave last.

    `DeserializationError` for elements that are nested in too many of their kind.
    """
    parents = [node]
    nesting = _MOST_NESTED.copy()
    for event, current in stream:
        if event == pulldom.END_ELEMENT:
            name = parents.pop().tagName
            if not parents:
                return
            if name in nesting:
                nesting[name] += 1
            continue
        _append(parents[-1], current)
        if event == pulldom.START_ELEMENT:
            parents.append(current)
            name = current.tagName
            if name in nesting:
                nesting[name] -= 1
                if nesting[name] < 0:
                    raise DeserializationError(f"<{name}> nodes are nested too deeply")


def _append(parent: Any, child: Any) -> None:
    # As `appendChild`, for a new child, which cannot be its parent's ancestor and has no id.
    children = parent.childNodes
    if children:
        children[-1].nextSibling = child
        child.previousSibling = children[-1]
    children.append(child)
    child.parentNode = parent


def elements(node: Any, *names: str) -> list[Any]:
    """The elements with one of `names` below `node`, in the document's order."""
    return [
        each
        for each in _below(node)
        if each.nodeType == Node.ELEMENT_NODE and each.tagName in names
    ]


def _below(node: Any) -> Iterator[Any]:
    waiting = list(reversed(node.childNodes))
    while waiting:
        each = waiting.pop()
        yield each
        waiting.extend(reversed(each.childNodes))


def getInnerTextList(node: Any) -> list[str]:
    """The pieces of text in `node` and the elements in it, in the document's order."""
    kinds = (Node.TEXT_NODE, Node.CDATA_SECTION_NODE)
    return [each.data for each in _below(node) if each.nodeType in kinds]


def getInnerText(node: Any) -> str:
    """All text in `node` and the elements in it."""
    return "".join(getInnerTextList(node))


publish(__name__, "core.serializers.xml_serializer", "getInnerText getInnerTextList")
