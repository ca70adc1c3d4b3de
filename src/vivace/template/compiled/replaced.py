"""Whether somebody replaced functions of the template language, or names of `vivace.template.base`.

Packages do that to have other rules: tags over several lines, an exception for each name that is
missing, a measurement around each node. The compiler knows the functions as they are written, and a
stored program knows nothing else; so where one is replaced, templates are left to their nodes.
"""

from __future__ import annotations

from typing import Any

from vivace.template import base
from vivace.template.base import (
    FilterExpression,
    Node,
    NodeList,
    Template,
    TextNode,
    Variable,
    VariableNode,
)

__all__ = ["are_as_written", "watch"]

_functions: list[tuple[type, str, Any]] = []


def watch(cls: type, *names: str) -> None:
    """Remember the functions `names` of the class `cls`, as they are now."""
    _functions.extend((cls, name, getattr(cls, name)) for name in names)


# `Template._render` is not among them: test runners replace it, and call it.
watch(Template, "render", "compile_nodelist")
watch(Node, "render_annotated")
watch(NodeList, "render")
watch(TextNode, "render", "render_annotated")
watch(VariableNode, "render", "render_annotated")
watch(FilterExpression, "resolve")
watch(Variable, "resolve", "_resolve_lookup")

_NAMES = [(name, getattr(base, name)) for name in base.__all__]


def are_as_written() -> bool:
    """Whether all of them are what they were when they were imported."""
    return all(getattr(cls, name) is function for cls, name, function in _functions) and all(
        getattr(base, name) is value for name, value in _NAMES
    )
