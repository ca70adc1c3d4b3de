"""``{% load %}``. Documented in ref/templates/builtins."""

from __future__ import annotations

from typing import Any, ClassVar

from vivace.template.exceptions import TemplateSyntaxError
from vivace.template.language.tree import Node
from vivace.template.library import Library

register = Library()


class LoadNode(Node):
    """``{% load %}``, which has done its work when the template was parsed."""

    child_nodelists: ClassVar[tuple[str, ...]] = ()

    def render(self, context: Any) -> str:
        return ""


def find_library(parser: Any, name: str) -> Any:
    """The library `name` of a parser; raises `TemplateSyntaxError` with those there are."""
    try:
        return parser.libraries[name]
    except KeyError:
        known = "\n".join(sorted(parser.libraries))
        raise TemplateSyntaxError(
            f"'{name}' is not a registered tag library. Must be one of:\n{known}"
        )


def load_from_library(library: Any, label: str, names: list[str]) -> Library:
    """A library with only `names` of `library`; raises `TemplateSyntaxError` for one it lacks."""
    subset = Library()
    for name in names:
        if name in library.tags:
            subset.tags[name] = library.tags[name]
        if name in library.filters:
            subset.filters[name] = library.filters[name]
        if name not in library.tags and name not in library.filters:
            raise TemplateSyntaxError(
                f"'{name}' is not a valid tag or filter in tag library '{label}'"
            )
    return subset


@register.tag
def load(parser: Any, token: Any) -> LoadNode:
    """``{% load library ... %}``, ``{% load name ... from library %}``."""
    bits = token.contents.split()
    if len(bits) >= 4 and bits[-2] == "from":
        label = bits[-1]
        library = find_library(parser, label)
        parser.add_library(load_from_library(library, label, bits[1:-2]))
    else:
        for name in bits[1:]:
            parser.add_library(find_library(parser, name))
    return LoadNode()
