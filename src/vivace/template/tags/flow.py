"""Built-in tags for conditions and scope. Documented in ref/templates/builtins."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar

from vivace.template.exceptions import TemplateSyntaxError
from vivace.template.language.tree import Node, NodeList
from vivace.template.language.variable import VariableDoesNotExist, token_kwargs
from vivace.template.library import Library
from vivace.template.smartif import IfParser, Literal

register = Library()


class AutoEscapeControlNode(Node):
    """``{% autoescape %}``: whether values in `nodelist` are escaped."""

    def __init__(self, setting: bool, nodelist: NodeList) -> None:
        self.setting = setting
        self.nodelist = nodelist

    def render(self, context: Any) -> Any:
        before = context.autoescape
        context.autoescape = self.setting
        try:
            return self.nodelist.render(context)
        finally:
            context.autoescape = before


@register.tag
def autoescape(parser: Any, token: Any) -> AutoEscapeControlNode:
    """``{% autoescape on|off %}...{% endautoescape %}``."""
    args = token.contents.split()
    if len(args) != 2:
        raise TemplateSyntaxError("'autoescape' tag requires exactly one argument.")
    if args[1] not in ("on", "off"):
        raise TemplateSyntaxError("'autoescape' argument should be 'on' or 'off'")
    nodelist = parser.parse(("endautoescape",))
    parser.delete_first_token()
    return AutoEscapeControlNode(args[1] == "on", nodelist)


class CommentNode(Node):
    """``{% comment %}``: nothing."""

    child_nodelists: ClassVar[tuple[str, ...]] = ()

    def render(self, context: Any) -> str:
        return ""


@register.tag
def comment(parser: Any, token: Any) -> CommentNode:
    """``{% comment %}...{% endcomment %}``; what is between is not even parsed."""
    parser.skip_past("endcomment")
    return CommentNode()


class IfNode(Node):
    """``{% if %}``: pairs of a condition and its nodes; the condition of ``{% else %}`` is None."""

    def __init__(self, conditions_nodelists: list[tuple[Any, NodeList]]) -> None:
        self.conditions_nodelists = conditions_nodelists

    def __repr__(self) -> str:
        return f"<{type(self).__name__}>"

    def __iter__(self) -> Iterator[Node]:
        for _, nodelist in self.conditions_nodelists:
            yield from nodelist

    @property
    def nodelist(self) -> NodeList:
        """The nodes of all branches."""
        return NodeList(self)

    def render(self, context: Any) -> Any:
        for condition, nodelist in self.conditions_nodelists:
            if condition is None:
                return nodelist.render(context)
            try:
                matches = condition.eval(context)
            except VariableDoesNotExist:
                matches = None
            if matches:
                return nodelist.render(context)
        return ""


class TemplateLiteral(Literal):
    """An operand of ``{% if %}``: a filter expression, and how it was written."""

    def __init__(self, value: Any, text: str) -> None:
        self.value = value
        self.text = text

    def display(self) -> str:
        """How it was written."""
        return self.text

    def eval(self, context: Any) -> Any:
        """The value, None for what does not exist."""
        return self.value.resolve(context, ignore_failures=True)


class TemplateIfParser(IfParser):
    """The parser of conditions whose operands are filter expressions."""

    error_class = TemplateSyntaxError

    def __init__(self, parser: Any, *args: Any, **kwargs: Any) -> None:
        self.template_parser = parser
        super().__init__(*args, **kwargs)

    def create_var(self, value: Any) -> TemplateLiteral:
        """The operand written as `value`."""
        return TemplateLiteral(self.template_parser.compile_filter(value), value)


@register.tag("if")
def do_if(parser: Any, token: Any) -> IfNode:
    """``{% if %}...{% elif %}...{% else %}...{% endif %}``."""
    branches: list[tuple[Any, NodeList]] = []
    while token.contents != "else":
        condition = TemplateIfParser(parser, token.split_contents()[1:]).parse()
        branches.append((condition, parser.parse(("elif", "else", "endif"))))
        token = parser.next_token()
        if token.contents == "else":
            branches.append((None, parser.parse(("endif",))))
            token = parser.next_token()
            break
        if not token.contents.startswith("elif"):
            break
    if token.contents != "endif":
        raise TemplateSyntaxError(
            f'Malformed template tag at line {token.lineno}: "{token.contents}"'
        )
    return IfNode(branches)


class IfChangedNode(Node):
    """``{% ifchanged %}``: `nodelist_true` if its text, or the values, differ from the last time."""

    child_nodelists: ClassVar[tuple[str, ...]] = ("nodelist_true", "nodelist_false")

    def __init__(self, nodelist_true: NodeList, nodelist_false: NodeList, *varlist: Any) -> None:
        self.nodelist_true = nodelist_true
        self.nodelist_false = nodelist_false
        self._varlist = varlist

    def render(self, context: Any) -> Any:
        state = self._get_context_stack_frame(context)
        state.setdefault(self)
        text = None
        current: Any
        if self._varlist:
            current = [var.resolve(context, ignore_failures=True) for var in self._varlist]
        else:
            current = text = self.nodelist_true.render(context)
        if current != state[self]:
            state[self] = current
            return text or self.nodelist_true.render(context)
        return self.nodelist_false.render(context) if self.nodelist_false else ""

    def _get_context_stack_frame(self, context: Any) -> Any:
        # In the loop's own dictionary the state ends with the loop, and starts anew with the next.
        return context.get("forloop", context.render_context)


@register.tag
def ifchanged(parser: Any, token: Any) -> IfChangedNode:
    """``{% ifchanged %}...{% else %}...{% endifchanged %}``, with values to compare or without."""
    bits = token.split_contents()
    nodelist_true = parser.parse(("else", "endifchanged"))
    nodelist_false = NodeList()
    if parser.next_token().contents == "else":
        nodelist_false = parser.parse(("endifchanged",))
        parser.delete_first_token()
    values = [parser.compile_filter(bit) for bit in bits[1:]]
    return IfChangedNode(nodelist_true, nodelist_false, *values)


class WithNode(Node):
    """``{% with %}``: names for values around `nodelist`."""

    def __init__(
        self, var: Any, name: str | None, nodelist: NodeList, extra_context: Any = None
    ) -> None:
        self.nodelist = nodelist
        self.extra_context = extra_context or {}
        if name:
            self.extra_context[name] = var

    def __repr__(self) -> str:
        return f"<{type(self).__name__}>"

    def render(self, context: Any) -> Any:
        values = {name: value.resolve(context) for name, value in self.extra_context.items()}
        with context.push(**values):
            return self.nodelist.render(context)


@register.tag("with")
def do_with(parser: Any, token: Any) -> WithNode:
    """``{% with name=value ... %}...{% endwith %}``."""
    bits = token.split_contents()
    tag, rest = bits[0], bits[1:]
    extra_context = token_kwargs(rest, parser, support_legacy=True)
    if not extra_context:
        raise TemplateSyntaxError(f"{tag!r} expected at least one variable assignment")
    if rest:
        raise TemplateSyntaxError(f"{tag!r} received an invalid token: {rest[0]!r}")
    nodelist = parser.parse(("endwith",))
    parser.delete_first_token()
    return WithNode(None, None, nodelist, extra_context=extra_context)
