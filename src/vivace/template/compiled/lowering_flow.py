"""What the tags for flow, scope and composition are in the compiler's form."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from vivace.template import smartif
from vivace.template.compiled.build import Builder, Unsupported, lowers
from vivace.template.compiled.effects import bodies, paths_in
from vivace.template.compiled.nodes import (
    Autoescape,
    Block,
    Body,
    Both,
    Call,
    Comparison,
    Condition,
    Const,
    Enter,
    Extended,
    For,
    If,
    Include,
    LeftToNodes,
    Not,
    Output,
    Path,
    Statement,
    Text,
    With,
)
from vivace.template.language.tree import Node, TextNode, VariableNode
from vivace.template.loader_tags import BlockNode, ExtendsNode, IncludeNode
from vivace.template.tags.flow import (
    AutoEscapeControlNode,
    CommentNode,
    IfNode,
    TemplateLiteral,
    WithNode,
)
from vivace.template.tags.load import LoadNode
from vivace.template.tags.loops import ForNode
from vivace.template.tags.output import VerbatimNode

__all__: list[str] = []


@lowers(TextNode)
def _text(node: TextNode, build: Builder) -> Statement:
    return Text(node.s)


@lowers(CommentNode)
@lowers(LoadNode)
def _nothing(node: Any, build: Builder) -> Body:
    return ()


@lowers(VerbatimNode)
def _verbatim(node: VerbatimNode, build: Builder) -> Statement:
    return Text(node.content)


@lowers(VariableNode)
def _variable(node: VariableNode, build: Builder) -> Statement | Body:
    value = build.value(node.filter_expression)
    if isinstance(value, Path) and value.names == ("block", "super") and build.block is not None:
        return _super(node, build, build.block)
    return Output(value, build.where(node))


# --- conditions

# The words of smartif that are comparisons, and Python's for them.
_COMPARISONS = {
    "==": "==", "!=": "!=", "<": "<", "<=": "<=", ">": ">", ">=": ">=",
    "in": "in", "not in": "not in", "is": "is", "is not": "is not",
}  # fmt: skip


def _condition(token: Any, build: Builder) -> Condition:
    if type(token) is TemplateLiteral:
        return build.value(token.value)
    word = getattr(token, "id", None)
    if word == "not":
        return Not(_condition(token.first, build))
    if word in ("and", "or"):
        return Both(word, _condition(token.first, build), _condition(token.second, build))
    if word in _COMPARISONS and isinstance(token, smartif.TokenBase):
        operator = _COMPARISONS[word]
        return Comparison(operator, _condition(token.first, build), _condition(token.second, build))
    raise Unsupported(f"a condition of {type(token)}")


@lowers(IfNode)
def _if(node: IfNode, build: Builder) -> Statement:
    # Deeper than Python can be nested: an else for each branch.
    if len(node.conditions_nodelists) > 40:
        raise Unsupported("a long chain of branches")
    branches = tuple(
        (None if condition is None else _condition(condition, build), build.body(nodelist))
        for condition, nodelist in node.conditions_nodelists
    )
    return If(branches, build.where(node))


# --- scope


@lowers(ForNode)
def _for(node: ForNode, build: Builder) -> Statement:
    if len(set(node.loopvars)) < len(node.loopvars):
        raise Unsupported("one name for several values")
    return For(
        targets=tuple(node.loopvars),
        sequence=build.value(node.sequence),
        is_reversed=node.is_reversed,
        body=build.body(node.nodelist_loop),
        empty=build.body(node.nodelist_empty),
        where=build.where(node),
    )


@lowers(WithNode)
def _with(node: WithNode, build: Builder) -> Statement:
    values = tuple((name, build.value(value)) for name, value in node.extra_context.items())
    return With(values, build.body(node.nodelist), build.where(node))


@lowers(AutoEscapeControlNode)
def _autoescape(node: AutoEscapeControlNode, build: Builder) -> Statement:
    return Autoescape(node.setting, build.body(node.nodelist))


# --- composition


@lowers(IncludeNode)
def _include(node: IncludeNode, build: Builder) -> Statement:
    name = build.value(node.template)
    if not isinstance(name, Const):
        raise Unsupported("a template named by a variable")
    template = build.linked(name.value)
    values = tuple((name, build.value(value)) for name, value in node.extra_context.items())
    body = build.for_include(template, node).body(template.nodelist)
    return Include(values, node.isolated_context, template, body, build.where(node))


@lowers(ExtendsNode)
def _extends(node: ExtendsNode, build: Builder) -> Body:
    blocks: dict[str, list[tuple[Any, Any]]] = {}
    chain = [build.template]
    parent_node: Any = node
    while parent_node is not None:
        for name, block in parent_node.blocks.items():
            blocks.setdefault(name, []).append((chain[-1], block))
        name = build.value(parent_node.parent_name)
        if not isinstance(name, Const):
            raise Unsupported("a parent named by a variable")
        parent = build.linked(name.value)
        if any(parent.origin == known.origin for known in chain):
            raise Unsupported("a template that extends one of its own name")
        chain.append(parent)
        parent_node = _extending(parent)
    for block in chain[-1].nodelist.get_nodes_by_type(BlockNode):
        blocks.setdefault(block.name, []).append((chain[-1], block))
    parents: Body = tuple(Enter(parent) for parent in chain[1:])
    body = build.for_parent(chain[-1], node, blocks).body(chain[-1].nodelist)
    if any(_looks_at_blocks(call.node) for call in _calls(body)):
        raise LeftToNodes("a foreign node around a block")
    return (*parents, Extended(chain[-1], body))


def _extending(template: Any) -> Any:
    """The node by which a template extends another; None for one that does not."""
    for node in template.nodelist:
        if not isinstance(node, TextNode):
            return node if type(node) is ExtendsNode else None
    return None


@lowers(BlockNode)
def _block(node: BlockNode, build: Builder) -> Statement:
    definitions = build.blocks.get(node.name, [])
    taken = build.taken.get(node.name, 0)
    template, winner = definitions[taken] if taken < len(definitions) else (build.template, node)
    body = build.for_block(template, node.name, node).body(winner.nodelist)
    if any(path.names[0] == "block" for path in paths_in(body)):
        raise LeftToNodes("a block that looks at itself")
    if build.blocks and any(_looks_at_blocks(call.node) for call in _calls(body)):
        raise LeftToNodes("a foreign node around a block")
    return Block(winner, body)


def _super(node: VariableNode, build: Builder, name: str) -> Body:
    definitions = build.blocks.get(name, [])
    taken = build.taken.get(name, 0)
    if taken >= len(definitions):
        if not build.blocks:
            raise LeftToNodes("a base template that asks what is above it, which is an error")
        return ()
    template, above = definitions[taken]
    body = build.for_block(template, name, node).body(above.nodelist)
    return (Block(above, body, is_super=True),)


def _calls(body: Body) -> Iterator[Call]:
    for statement in body:
        if isinstance(statement, Call):
            yield statement
        for inner in bodies(statement):
            yield from _calls(inner)


# The word in a tag or a variable, but not as a keyword's name or in quotes.
_BLOCK = re.compile(r"""(?<![\w"'.-])block\b(?!["'=-])""")


def _looks_at_blocks(node: Any) -> bool:
    """Whether `node` or one within it is a block, or reads what ``block`` is."""
    return any(
        isinstance(inner, BlockNode)
        or (inner.token is not None and _BLOCK.search(inner.token.contents) is not None)
        for inner in _nodes_within(node, set())
        if not isinstance(inner, TextNode)
    )


def _nodes_within(value: Any, seen: set[int]) -> Iterator[Any]:
    """The nodes in `value`; foreign ones do not always tell in `child_nodelists` what they hold."""
    if id(value) in seen:
        return
    seen.add(id(value))
    if isinstance(value, Node):
        yield value
        held: Any = getattr(value, "__dict__", {}).values()
    elif isinstance(value, dict):
        held = value.values()
    elif isinstance(value, (list, tuple)):
        held = value
    else:
        return
    for each in held:
        yield from _nodes_within(each, seen)
