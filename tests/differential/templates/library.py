"""A third party's tag library, for whichever framework `tools` stands for.

Its nodes do what nodes in the wild do: read and write the live context, push frames, render their
bodies twice or not at all, keep state in the render context, look into the tree.
"""

from __future__ import annotations

import types
from typing import Any

__all__ = ["library"]


def _text(value: Any) -> str:
    try:
        return str(value)
    except Exception as error:
        return type(error).__name__


def library(tools: Any) -> types.ModuleType:
    """A module with `register`, as engines want libraries."""
    module = types.ModuleType("differential_custom")
    register = tools.Library()
    module.register = register  # type: ignore[attr-defined]
    _filters(register, tools)
    _simple_tags(register, tools)
    _nodes(register, tools)
    _more_nodes(register, tools)
    _reading_nodes(register, tools)
    return module


def _filters(register: Any, tools: Any) -> None:
    @register.filter
    def marked(value: Any) -> Any:
        return tools.mark_safe(f"<mark>{_text(value)}</mark>")

    @register.filter(is_safe=True)
    def wrapped(value: Any, char: Any) -> str:
        return f"{char}{_text(value)}{char}"

    @register.filter
    def plainly(value: Any) -> str:
        return "" + _text(value)

    @register.filter(is_safe=True)
    def kept(value: Any) -> Any:
        return value

    @register.filter(is_safe=False)
    @tools.stringfilter
    def shouted(value: str) -> str:
        return f"{type(value).__name__[:4]} {value}".upper() + "<!>"

    @register.filter(expects_localtime=True)
    def hour(value: Any) -> Any:
        return getattr(value, "hour", "no hour")

    @register.filter(needs_autoescape=True, is_safe=True, name="escaping")
    def _escaping(value: Any, arg: Any = "-", autoescape: bool = True) -> Any:
        text = tools.conditional_escape(value) if autoescape else value
        return tools.mark_safe(f"{arg}{text}{arg}{autoescape}")

    @register.filter
    def failing(value: Any) -> Any:
        if _text(value) in {"hello", "1", "42", ""}:
            return "not failed"
        raise ValueError("filter")

    @register.filter
    def none(value: Any) -> None:
        return None


def _simple_tags(register: Any, tools: Any) -> None:
    @register.simple_tag
    def shout(value: Any) -> str:
        return _text(value).upper() + "<!>"

    @register.simple_tag
    def total(*args: Any, **kwargs: Any) -> str:
        named = ",".join(f"{key}={_text(value)}" for key, value in kwargs.items())
        return f"{[_text(arg) for arg in args]}{named}"

    @register.simple_tag(takes_context=True)
    def peek(context: Any, name: str) -> Any:
        return context.get(name, "nothing <there>")

    @register.simple_tag
    def markup(*args: Any, **kwargs: Any) -> Any:
        return tools.format_html("<b>{}</b>", args[0] if args else None)

    @register.simple_tag(name="nothing")
    def _nothing(*args: Any, **kwargs: Any) -> None:
        return None

    @register.simple_block_tag
    def box(content: str, title: Any = "untitled") -> Any:
        return tools.format_html("<div><h1>{}</h1>{}</div>", title, content)

    @register.simple_block_tag(takes_context=True)
    def boxctx(context: Any, content: str, title: Any = None) -> str:
        context["boxed"] = title
        return f"({_text(context.get('x', '-'))}|{content})"

    @register.inclusion_tag("card.html")
    def card(value: Any = "no value", title: Any = "no title") -> dict[str, Any]:
        return {"value": value, "title": title}

    @register.inclusion_tag("card.html", takes_context=True)
    def cardctx(context: Any, value: Any = 1, title: Any = "<t>") -> Any:
        return {"value": value, "title": title, "x": context.get("x", "no x")}


def _nodes(register: Any, tools: Any) -> None:
    class Set(tools.Node):  # type: ignore[misc]
        def __init__(self, how: str, name: str, value: Any) -> None:
            self.how, self.name, self.value = how, name, value

        def render(self, context: Any) -> str:
            value = self.value.resolve(context)
            if self.how == "setbottom":
                context.dicts[1 if len(context.dicts) > 1 else 0][self.name] = value
            elif self.how == "setupdate":
                context.update({self.name: value})
            else:
                context[self.name] = value
            return ""

    def set_(parser: Any, token: Any) -> Any:
        bits = token.split_contents()
        if len(bits) != 3:
            raise tools.TemplateSyntaxError(f"{bits[0]} wants a name and a value")
        return Set(bits[0], bits[1], parser.compile_filter(bits[2]))

    for name in ("set", "setbottom", "setupdate"):
        register.tag(name, set_)

    class Body(tools.Node):  # type: ignore[misc]
        def __init__(self, nodelist: Any, names: dict[str, Any] | None = None) -> None:
            self.nodelist, self.names = nodelist, names or {}

    class Twice(Body):
        def render(self, context: Any) -> str:
            return f"{self.nodelist.render(context)}/{self.nodelist.render(context)}"

    class Pushed(Body):
        def render(self, context: Any) -> str:
            values = {name: value.resolve(context) for name, value in self.names.items()}
            with context.push(**values):
                return self.nodelist.render(context)

    class Captured(Body):
        def render(self, context: Any) -> str:
            context["captured"] = self.nodelist.render(context)
            return ""

    class Collect(Body):
        def render(self, context: Any) -> str:
            variables = self.nodelist.get_nodes_by_type(tools.VariableNode)
            names = [getattr(node.filter_expression.var, "var", "const") for node in variables]
            return f"{len(self.nodelist)}:{names}".replace("'", "")

    @register.tag
    def twice(parser: Any, token: Any) -> Any:
        nodelist = parser.parse(("endtwice",))
        parser.delete_first_token()
        return Twice(nodelist)

    @register.tag
    def pushed(parser: Any, token: Any) -> Any:
        names = tools.token_kwargs(token.split_contents()[1:], parser)
        nodelist = parser.parse(["endpushed"])
        parser.delete_first_token()
        return Pushed(nodelist, names)

    @register.tag("captured")
    def _captured(parser: Any, token: Any) -> Any:
        nodelist = parser.parse(("endcaptured",))
        parser.next_token()
        return Captured(nodelist)

    @register.tag(name="collect")
    def _collect(parser: Any, token: Any) -> Any:
        nodelist = parser.parse(("endcollect",))
        parser.delete_first_token()
        return Collect(nodelist)


def _more_nodes(register: Any, tools: Any) -> None:
    class Look(tools.Node):  # type: ignore[misc]
        def __init__(self, look: Any) -> None:
            self.look = look

        def render(self, context: Any) -> Any:
            return self.look(context)

    def looks_at(name: str) -> Any:
        def register_it(function: Any) -> Any:
            register.tag(name, lambda parser, token: Look(function))
            return function

        return register_it

    @looks_at("frames")
    def _frames(context: Any) -> str:
        return f"[{len(context.dicts)} frames, top {sorted(context.dicts[-1])}]"

    @looks_at("names")
    def _names(context: Any) -> str:
        names = ("a", "b", "x", "y", "k", "v", "item", "row", "value", "cycle0", "captured")
        return ";".join(f"{name}={_text(context[name])}" for name in names if name in context)

    @looks_at("flat")
    def _flat(context: Any) -> str:
        return ",".join(sorted(key for key in context.flatten() if key not in {"csrf_token"}))

    @looks_at("loopstate")
    def _loopstate(context: Any) -> str:
        loop = context.get("forloop") or {}
        parent = loop.get("parentloop") or {}
        return f"<{[(key, loop[key]) for key in sorted(loop) if key != 'parentloop']}|{sorted(parent)}>"

    @looks_at("current")
    def _current(context: Any) -> str:
        return (
            f"{context.template_name}:{context.autoescape}:{context.use_tz}:{context.use_l10n}:"
            f"{context.template.name}:{'block' in context}"
            f"(rendering {context.render_context.template.name})"
        )

    @looks_at("raises")
    def _raises(context: Any) -> str:
        if context.get("x") == context.get("y"):
            return "same"
        raise ValueError("from a node")

    @looks_at("notext")
    def _notext(context: Any) -> Any:
        return tools.mark_safe("<not plain>")

    class Counted(tools.Node):  # type: ignore[misc]
        def render(self, context: Any) -> str:
            count = context.render_context.get(self, 0) + 1
            context.render_context[self] = count
            return f"#{count}"

    @register.tag
    def counted(parser: Any, token: Any) -> Any:
        return Counted()

    class Compiled(tools.Node):  # type: ignore[misc]
        def __init__(self, expressions: list[Any]) -> None:
            self.expressions = expressions

        def render(self, context: Any) -> str:
            return "|".join(_text(each.resolve(context, True)) for each in self.expressions)

    @register.tag
    def compiled(parser: Any, token: Any) -> Any:
        return Compiled(
            [parser.compile_filter(text) for text in ("x|default:'none'", "item.name", "1|add:2")]
        )


def _reading_nodes(register: Any, tools: Any) -> None:
    """Nodes that do no more with their context than to read names, as their code shows."""

    class Reads(tools.Node):  # type: ignore[misc]
        def render(self, context: Any) -> str:
            seen = f"{_text(context.get('x'))}/{_text(context.get('item', '-'))}"
            return f"{seen}/{_text(context['y'])}" if "y" in context else seen

    class Counts(tools.Node):  # type: ignore[misc]
        def render(self, context: Any) -> Any:
            counter, is_last = context["forloop"]["counter"], context["forloop"]["last"]
            return tools.mark_safe(f"<{counter} {is_last}>")

    register.tag("reads", lambda parser, token: Reads())
    register.tag("counts", lambda parser, token: Counts())
