"""What a template is parsed to: nodes, and lists of nodes.

A node here both describes itself, to the compiler, and can render itself, for code that holds a node
or a list of nodes and calls ``render(context)``. Documented in howto/custom-template-tags.
"""

from __future__ import annotations

from typing import Any, ClassVar, TypeVar

from vivace.template.language.variable import FilterExpression, render_value_in_context
from vivace.utils.naming import publish
from vivace.utils.safestring import SafeString

__all__ = ["Node", "NodeList", "TextNode", "VariableNode"]

N = TypeVar("N", bound="Node")


class Node:
    """What a tag's function answers; subclasses define `render`."""

    # Whether the tag must be the first one in a template, as {% extends %} must.
    must_be_first: bool = False
    # The attributes that hold lists of nodes, for those who look into the tree.
    child_nodelists: ClassVar[tuple[str, ...]] = ("nodelist",)
    token: Any = None
    origin: Any

    def render(self, context: Any) -> Any:
        """The text of this node, for a `context`."""

    def render_annotated(self, context: Any) -> Any:
        """The text of this node; an exception is told which place of the template it came from.

        That happens in a debugging engine only, and is what its error page shows.
        """
        try:
            return self.render(context)
        except Exception as error:
            if context.template.engine.debug:
                annotate(error, self, context)
            raise

    def get_nodes_by_type(self, nodetype: type[N]) -> list[N]:
        """All nodes of a type: this one, and those within it."""
        nodes: list[N] = []
        if isinstance(self, nodetype):
            nodes.append(self)
        for attr in self.child_nodelists:
            nodelist = getattr(self, attr, None)
            if nodelist:
                nodes.extend(nodelist.get_nodes_by_type(nodetype))
        return nodes


def annotate(error: Exception, node: Node, context: Any) -> None:
    """Note where an exception came from, as it passes a node on its way out.

    ``_culprit_node`` is the innermost node, ``template_debug`` its place in the source that is being
    rendered, and ``template_chain`` how it came to be rendered: pairs of a template's name and a
    line, from the culprit's outwards, one for each template that included or extended another.
    """
    told: Any = error
    if not hasattr(told, "_culprit_node"):
        told._culprit_node = node
        told.template_chain = []
    origin, token = getattr(node, "origin", None), node.token
    if origin is not None and token is not None:
        chain = told.template_chain
        if not chain or chain[-1][0] != origin.name:
            chain.append((origin.name, token.lineno))
    if not hasattr(told, "template_debug"):
        template = context.render_context.template
        if template.origin == told._culprit_node.origin:
            told.template_debug = template.get_exception_info(error, told._culprit_node.token)


class NodeList(list[Any]):
    """Nodes in the order in which they are rendered."""

    # Set by the parser once a node that is not text was added.
    contains_nontext: bool = False

    def render(self, context: Any) -> SafeString:
        """The texts of all nodes, joined."""
        return SafeString("".join([node.render_annotated(context) for node in self]))

    def get_nodes_by_type(self, nodetype: type[N]) -> list[N]:
        """All nodes of a type in this list and below."""
        nodes: list[N] = []
        for node in self:
            nodes.extend(node.get_nodes_by_type(nodetype))
        return nodes


class TextNode(Node):
    """Text outside of any tag."""

    child_nodelists: ClassVar[tuple[str, ...]] = ()

    def __init__(self, s: str) -> None:
        self.s = s

    def __repr__(self) -> str:
        return f"<{type(self).__name__}: {self.s[:25]!r}>"

    def render(self, context: Any) -> str:
        """The text as it is."""
        return self.s

    def render_annotated(self, context: Any) -> str:
        """The text as it is, which cannot fail."""
        return self.s


class VariableNode(Node):
    """``{{ expression }}``."""

    child_nodelists: ClassVar[tuple[str, ...]] = ()

    def __init__(self, filter_expression: FilterExpression) -> None:
        self.filter_expression = filter_expression

    def __repr__(self) -> str:
        return f"<Variable Node: {self.filter_expression}>"

    def render(self, context: Any) -> str:
        """The value, localised and escaped; nothing, if its bytes are not text."""
        try:
            output = self.filter_expression.resolve(context)
        except UnicodeDecodeError:
            # A value that cannot be decoded must not take the page with it.
            return ""
        return render_value_in_context(output, context)


publish(__name__, "template.base")
