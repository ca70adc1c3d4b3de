"""Built-in tags for loops and what goes on within them. Documented in ref/templates/builtins."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from typing import Any, ClassVar, NamedTuple

from vivace.template.exceptions import TemplateSyntaxError
from vivace.template.language.lexer import VARIABLE_ATTRIBUTE_SEPARATOR
from vivace.template.language.tree import Node, NodeList
from vivace.template.language.variable import render_value_in_context
from vivace.template.library import Library
from vivace.utils.safestring import SafeString

register = Library()

# What the parser keeps in its `extra_data` for the cycles of a template.
NAMED_CYCLES = "cycles"
LAST_CYCLE = "last cycle"


class ForNode(Node):
    """``{% for %}``: `nodelist_loop` for each item, `nodelist_empty` if there is none."""

    child_nodelists: ClassVar[tuple[str, ...]] = ("nodelist_loop", "nodelist_empty")

    def __init__(
        self,
        loopvars: list[str],
        sequence: Any,
        is_reversed: bool,
        nodelist_loop: NodeList,
        nodelist_empty: NodeList | None = None,
    ) -> None:
        self.loopvars = loopvars
        self.sequence = sequence
        self.is_reversed = is_reversed
        self.nodelist_loop = nodelist_loop
        self.nodelist_empty = NodeList() if nodelist_empty is None else nodelist_empty

    def __repr__(self) -> str:
        return (
            f"<{type(self).__name__}: for {', '.join(self.loopvars)} in {self.sequence}, "
            f"tail_len: {len(self.nodelist_loop)}{' reversed' if self.is_reversed else ''}>"
        )

    def render(self, context: Any) -> Any:
        parentloop = context.get("forloop", {})
        with context.push():
            values = self.sequence.resolve(context, ignore_failures=True)
            if values is None:
                values = []
            if not hasattr(values, "__len__"):
                values = list(values)
            total = len(values)
            if total < 1:
                return self.nodelist_empty.render(context)
            forloop = context["forloop"] = {"parentloop": parentloop}
            texts: list[str] = []
            for i, item in enumerate(reversed(values) if self.is_reversed else values):
                forloop["counter0"] = i
                forloop["counter"] = i + 1
                forloop["revcounter"] = total - i
                forloop["revcounter0"] = total - i - 1
                forloop["first"] = i == 0
                forloop["last"] = i == total - 1
                texts.extend(self._one(item, context))
            return SafeString("".join(texts))

    def _one(self, item: Any, context: Any) -> list[str]:
        """The texts of the body for one item."""
        if len(self.loopvars) == 1:
            # What the body sets stays until the next item; several names have a frame of their own.
            context[self.loopvars[0]] = item
            return [node.render_annotated(context) for node in self.nodelist_loop]
        with context.update(self._unpacked(item)):
            return [node.render_annotated(context) for node in self.nodelist_loop]

    def _unpacked(self, item: Any) -> dict[str, Any]:
        names = self.loopvars
        try:
            length = len(item)
        except TypeError:
            length = 1
        if length != len(names):
            raise ValueError(
                f"Need {len(names)} values to unpack in for loop; got {length}. ",
            )
        return dict(zip(names, item, strict=False))


_FORBIDDEN_IN_NAMES = frozenset(" \"'|")


@register.tag("for")
def do_for(parser: Any, token: Any) -> ForNode:
    """``{% for names in sequence [reversed] %}...{% empty %}...{% endfor %}``."""
    bits = token.split_contents()
    if len(bits) < 4:
        raise TemplateSyntaxError(
            f"'for' statements should have at least four words: {token.contents}"
        )
    is_reversed = bits[-1] == "reversed"
    in_index = -3 if is_reversed else -2
    if bits[in_index] != "in":
        raise TemplateSyntaxError(
            f"'for' statements should use the format 'for x in y': {token.contents}"
        )
    loopvars = re.split(r" *, *", " ".join(bits[1:in_index]))
    for name in loopvars:
        if not name or not _FORBIDDEN_IN_NAMES.isdisjoint(name):
            raise TemplateSyntaxError(f"'for' tag received an invalid argument: {token.contents}")
    sequence = parser.compile_filter(bits[in_index + 1])
    nodelist_loop = parser.parse(("empty", "endfor"))
    nodelist_empty = None
    if parser.next_token().contents == "empty":
        nodelist_empty = parser.parse(("endfor",))
        parser.delete_first_token()
    return ForNode(loopvars, sequence, is_reversed, nodelist_loop, nodelist_empty)


class CycleNode(Node):
    """``{% cycle %}``: the next of several values each time; where it is, is kept with the rendering."""

    def __init__(
        self, cyclevars: Sequence[Any], variable_name: str | None = None, silent: bool = False
    ) -> None:
        self.cyclevars = cyclevars
        self.variable_name = variable_name
        self.silent = silent

    def render(self, context: Any) -> Any:
        value = self.cyclevars[_turn(context, self) % len(self.cyclevars)].resolve(context)
        if self.variable_name:
            context.set_upward(self.variable_name, value)
        return "" if self.silent else render_value_in_context(value, context)

    def reset(self, context: Any) -> None:
        """Begin again with the first value."""
        context.render_context[self] = 0


def _turn(context: Any, key: Any) -> int:
    """How many values of the cycle `key` this rendering has had so far; one more is had now."""
    state = context.render_context
    turn: int = state.get(key, 0)
    state[key] = turn + 1
    return turn


def next_of_cycle(context: Any, node: Any, *values: Any) -> str:
    """The text of the next of the values of a `CycleNode`; anything can stand for the node."""
    return render_value_in_context(values[_turn(context, node) % len(values)], context)


@register.tag
def cycle(parser: Any, token: Any) -> CycleNode:
    """``{% cycle a b ... [as name [silent]] %}``, or ``{% cycle name %}`` for one defined before."""
    args = token.split_contents()
    if len(args) < 2:
        raise TemplateSyntaxError("'cycle' tag requires at least two arguments")
    named: dict[str, CycleNode] = parser.extra_data.setdefault(NAMED_CYCLES, {})
    if len(args) == 2:
        return _named_cycle(named, args[1])
    name = None
    silent = False
    # Three words with "as" in the middle are three values.
    if len(args) > 4:
        if args[-3] == "as":
            if args[-1] != "silent":
                raise TemplateSyntaxError(
                    f"Only 'silent' flag is allowed after cycle's name, not '{args[-1]}'."
                )
            silent = True
            args = args[:-1]
        if args[-2] == "as":
            name = args[-1]
            args = args[:-2]
    node = CycleNode([parser.compile_filter(arg) for arg in args[1:]], name, silent=silent)
    if name is not None:
        named[name] = node
    parser.extra_data[LAST_CYCLE] = node
    return node


def _named_cycle(named: dict[str, CycleNode], name: str) -> CycleNode:
    if not named:
        raise TemplateSyntaxError(f"No named cycles in template. '{name}' is not defined")
    if name not in named:
        raise TemplateSyntaxError(f"Named cycle '{name}' does not exist")
    return named[name]


class ResetCycleNode(Node):
    """``{% resetcycle %}``: makes a `CycleNode` begin again."""

    def __init__(self, node: CycleNode) -> None:
        self.node = node

    def render(self, context: Any) -> str:
        self.node.reset(context)
        return ""


@register.tag
def resetcycle(parser: Any, token: Any) -> ResetCycleNode:
    """``{% resetcycle [name] %}``, without a name for the cycle before it."""
    args = token.split_contents()
    if len(args) > 2:
        raise TemplateSyntaxError(f"{args[0]!r} tag accepts at most one argument.")
    if len(args) == 2:
        try:
            return ResetCycleNode(parser.extra_data.get(NAMED_CYCLES, {})[args[1]])
        except KeyError:
            raise TemplateSyntaxError(f"Named cycle {args[1]!r} does not exist.")
    try:
        return ResetCycleNode(parser.extra_data[LAST_CYCLE])
    except KeyError:
        raise TemplateSyntaxError("No cycles in template.")


class GroupedResult(NamedTuple):
    """A group that ``{% regroup %}`` made: what its items have in common, and they."""

    grouper: Any
    list: Any

    def __repr__(self) -> str:
        return f"GroupedResult(grouper={self.grouper!r}, list={self.list!r})"


class RegroupNode(Node):
    """``{% regroup %}``: sets `var_name` to the groups of `target` by `expression`."""

    def __init__(self, target: Any, expression: Any, var_name: str) -> None:
        self.target = target
        self.expression = expression
        self.var_name = var_name

    def resolve_expression(self, obj: Any, context: Any) -> Any:
        """What `obj` is grouped by."""
        # The expression begins with the name of the result, which is the item for as long.
        context[self.var_name] = obj
        return self.expression.resolve(context, ignore_failures=True)

    def render(self, context: Any) -> str:
        items = self.target.resolve(context, ignore_failures=True)
        if items is None:
            context[self.var_name] = []
            return ""
        context[self.var_name] = [
            GroupedResult(grouper=key, list=list(group))
            for key, group in itertools.groupby(
                items, lambda item: self.resolve_expression(item, context)
            )
        ]
        return ""


@register.tag
def regroup(parser: Any, token: Any) -> RegroupNode:
    """``{% regroup target by attribute as name %}``."""
    bits = token.split_contents()
    if len(bits) != 6:
        raise TemplateSyntaxError("'regroup' tag takes five arguments")
    target = parser.compile_filter(bits[1])
    if bits[2] != "by":
        raise TemplateSyntaxError("second argument to 'regroup' tag must be 'by'")
    if bits[4] != "as":
        raise TemplateSyntaxError("next-to-last argument to 'regroup' tag must be 'as'")
    name = bits[5]
    expression = parser.compile_filter(f"{name}{VARIABLE_ATTRIBUTE_SEPARATOR}{bits[3]}")
    return RegroupNode(target, expression, name)
