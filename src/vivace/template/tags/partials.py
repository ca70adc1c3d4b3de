"""Built-in tags for named parts of a template. Documented in ref/templates/language of Django 6.0."""

from __future__ import annotations

from typing import Any, ClassVar

from vivace.template.exceptions import TemplateSyntaxError
from vivace.template.language.partials import PartialTemplate
from vivace.template.language.tree import Node, NodeList
from vivace.template.library import Library

register = Library()

# Where the parts of a template are found by their names, in the `extra_data` of its parser.
PARTIALS = "partials"


class PartialDefNode(Node):
    """``{% partialdef %}``: shows its part where it is defined only if it is `inline`."""

    def __init__(self, partial_name: str, inline: bool, nodelist: NodeList) -> None:
        self.partial_name = partial_name
        self.inline = inline
        self.nodelist = nodelist

    def render(self, context: Any) -> Any:
        return self.nodelist.render(context) if self.inline else ""


class PartialNode(Node):
    """``{% partial %}``: a part of this template, which may be defined further down."""

    child_nodelists: ClassVar[tuple[str, ...]] = ()

    def __init__(self, partial_name: str, extra_data: dict[str, Any]) -> None:
        self.partial_name = partial_name
        self.extra_data = extra_data

    def render(self, context: Any) -> Any:
        try:
            part = self.extra_data.get(PARTIALS, {})[self.partial_name]
        except KeyError:
            raise TemplateSyntaxError(
                f"Partial '{self.partial_name}' is not defined in the current template."
            )
        return part.render(context)


@register.tag("partialdef")
def partialdef_func(parser: Any, token: Any) -> PartialDefNode:
    """``{% partialdef name [inline] %}...{% endpartialdef [name] %}``."""
    bits = token.split_contents()
    if len(bits) < 2:
        raise TemplateSyntaxError(f"'{bits[0]}' tag requires a name")
    if len(bits) > 3:
        raise TemplateSyntaxError(f"'{bits[0]}' tag takes at most 2 arguments")
    name = bits[1]
    inline = len(bits) == 3
    if inline and bits[2] != "inline":
        raise TemplateSyntaxError(
            f"'{bits[0]}' tag's second argument must be 'inline', got '{bits[2]}'"
        )
    accepted = ("endpartialdef", f"endpartialdef {name}")
    nodelist = parser.parse(("endpartialdef",))
    end = parser.next_token()
    if end.contents not in accepted:
        parser.invalid_block_tag(end, "endpartialdef", accepted)
    parts: dict[str, PartialTemplate] = parser.extra_data.setdefault(PARTIALS, {})
    if name in parts:
        raise TemplateSyntaxError(
            f"Partial '{name}' is already defined in the '{parser.origin.name}' template."
        )
    parts[name] = PartialTemplate(nodelist, parser.origin, name)
    return PartialDefNode(name, inline, nodelist)


@register.tag("partial")
def partial_func(parser: Any, token: Any) -> PartialNode:
    """``{% partial name %}``."""
    bits = token.split_contents()
    if len(bits) != 2:
        raise TemplateSyntaxError(f"'{bits[0]}' tag requires a single argument")
    return PartialNode(bits[1], parser.extra_data)
