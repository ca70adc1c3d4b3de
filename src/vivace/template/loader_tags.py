"""The built-in tags that put templates together: ``block``, ``extends``, ``include``.

What a page shows for a block is known when its whole chain of templates is: each ``{% extends %}``
adds its blocks to the `BlockContext` in the rendering's state, the last template of the chain is
rendered, and a block takes what the templates before it have left there, nearest to the page first.
Documented in ref/templates/language.
"""

from __future__ import annotations

import posixpath
from collections import defaultdict
from typing import Any, ClassVar

from vivace.template.exceptions import TemplateSyntaxError
from vivace.template.language.template import Template
from vivace.template.language.tree import Node, NodeList, TextNode
from vivace.template.language.variable import Variable, token_kwargs
from vivace.template.library import Library
from vivace.utils.safestring import mark_safe

__all__ = [
    "BLOCK_CONTEXT_KEY",
    "BlockContext",
    "BlockNode",
    "ExtendsNode",
    "IncludeNode",
    "Node",
    "TextNode",
    "construct_relative_path",
    "do_block",
    "do_extends",
    "do_include",
    "register",
    "token_kwargs",
]

register = Library()

BLOCK_CONTEXT_KEY = "block_context"

# The names of a template's blocks, in the `extra_data` of its parser.
BLOCK_NAMES = "blocks"


class BlockContext:
    """For each block's name its definitions, the outermost template's first."""

    def __init__(self) -> None:
        self.blocks: defaultdict[str, list[Any]] = defaultdict(list)

    def __repr__(self) -> str:
        return f"<{type(self).__qualname__}: blocks={self.blocks!r}>"

    def add_blocks(self, blocks: dict[str, Any]) -> None:
        """Put the blocks of a template that is further out under those there are."""
        for name, block in blocks.items():
            self.blocks[name].insert(0, block)

    def pop(self, name: str) -> Any:
        """Take the innermost definition; None if there is none."""
        definitions = self.blocks[name]
        return definitions.pop() if definitions else None

    def push(self, name: str, block: Any) -> None:
        """Put an innermost definition back."""
        self.blocks[name].append(block)

    def get_block(self, name: str) -> Any:
        """The innermost definition; None if there is none."""
        definitions = self.blocks[name]
        return definitions[-1] if definitions else None


class BlockNode(Node):
    """``{% block %}``."""

    context: Any

    def __init__(self, name: str, nodelist: NodeList, parent: Any = None) -> None:
        self.name = name
        self.nodelist = nodelist
        self.parent = parent

    def __repr__(self) -> str:
        return f"<Block Node: {self.name}. Contents: {self.nodelist!r}>"

    def render(self, context: Any) -> Any:
        block_context = context.render_context.get(BLOCK_CONTEXT_KEY)
        with context.push():
            if block_context is None:
                context["block"] = self
                return self.nodelist.render(context)
            taken = block = block_context.pop(self.name)
            if block is None:
                block = self
            # The node is every rendering's; what `super` needs to know is kept in one of our own.
            block = type(self)(block.name, block.nodelist)
            block.context = context
            context["block"] = block
            result = block.nodelist.render(context)
            if taken is not None:
                block_context.push(self.name, taken)
            return result

    def super(self) -> Any:
        """What the template above shows for this block."""
        if not hasattr(self, "context"):
            raise TemplateSyntaxError(
                f"'{type(self).__name__}' object has no attribute 'context'. Did you use "
                "{{ block.super }} in a base template?"
            )
        block_context = self.context.render_context.get(BLOCK_CONTEXT_KEY)
        if block_context is not None and block_context.get_block(self.name) is not None:
            return mark_safe(self.render(self.context))
        return ""


class ExtendsNode(Node):
    """``{% extends %}``: renders the parent, with the blocks of this template."""

    must_be_first = True
    context_key: ClassVar[str] = "extends_context"

    def __init__(self, nodelist: NodeList, parent_name: Any, template_dirs: Any = None) -> None:
        self.nodelist = nodelist
        self.parent_name = parent_name
        self.template_dirs = template_dirs
        self.blocks = {node.name: node for node in nodelist.get_nodes_by_type(BlockNode)}

    def __repr__(self) -> str:
        return f"<{type(self).__name__}: extends {self.parent_name.token}>"

    def find_template(self, template_name: Any, context: Any) -> Any:
        """A parent by its name, other than the templates of the chain so far."""
        history = context.render_context.setdefault(self.context_key, [self.origin])
        template, origin = context.template.engine.find_template(template_name, skip=history)
        history.append(origin)
        return template

    def get_parent(self, context: Any) -> Any:
        """The parent; raises `TemplateSyntaxError` if its name is empty."""
        parent = self.parent_name.resolve(context)
        if not parent:
            message = f"Invalid template name in 'extends' tag: {parent!r}."
            if self.parent_name.filters or isinstance(self.parent_name.var, Variable):
                message += f" Got this from the '{self.parent_name.token}' variable."
            raise TemplateSyntaxError(message)
        if isinstance(parent, Template):
            return parent
        if isinstance(getattr(parent, "template", None), Template):
            return parent.template
        return self.find_template(parent, context)

    def render(self, context: Any) -> Any:
        parent = self.get_parent(context)
        block_context = context.render_context.setdefault(BLOCK_CONTEXT_KEY, BlockContext())
        block_context.add_blocks(self.blocks)
        if _ends_chain(parent):
            blocks = parent.nodelist.get_nodes_by_type(BlockNode)
            block_context.add_blocks({block.name: block for block in blocks})
        with context.render_context.push_state(parent, isolated_context=False):
            return parent._render(context)


def _ends_chain(template: Any) -> bool:
    """Whether a template has blocks to give, because it extends no other."""
    for node in template.nodelist:
        if not isinstance(node, TextNode):
            return not isinstance(node, ExtendsNode)
    # Text alone has no blocks.
    return False


class IncludeNode(Node):
    """``{% include %}``: another template, with this context or with `extra_context` only."""

    context_key: ClassVar[str] = "__include_context"

    def __init__(
        self,
        template: Any,
        *args: Any,
        extra_context: Any = None,
        isolated_context: bool = False,
        **kwargs: Any,
    ) -> None:
        self.template = template
        self.extra_context = extra_context or {}
        self.isolated_context = isolated_context
        super().__init__(*args, **kwargs)

    def __repr__(self) -> str:
        return f"<{type(self).__qualname__}: template={self.template!r}>"

    def _find(self, context: Any) -> Any:
        template = self.template.resolve(context)
        if callable(getattr(template, "render", None)):
            # Templates of a backend hold the one that can be rendered with a Context.
            return getattr(template, "template", template)
        names: Any = template or ()
        if isinstance(names, str):
            names = (construct_relative_path(self.origin.template_name, names),)
        else:
            names = tuple(names)
        # Kept for the length of one rendering, in the level that included templates share.
        kept = context.render_context.dicts[0].setdefault(self, {})
        found = kept.get(names)
        if found is None:
            found = kept[names] = context.template.engine.select_template(names)
        return found

    def render(self, context: Any) -> Any:
        template = self._find(context)
        values = {name: value.resolve(context) for name, value in self.extra_context.items()}
        if self.isolated_context:
            return template.render(context.new(values))
        with context.push(**values):
            return template.render(context)


@register.tag("block")
def do_block(parser: Any, token: Any) -> BlockNode:
    """``{% block name %}...{% endblock [name] %}``."""
    bits = token.contents.split()
    if len(bits) != 2:
        raise TemplateSyntaxError(f"'{bits[0]}' tag takes only one argument")
    name = bits[1]
    names: set[str] = parser.extra_data.setdefault(BLOCK_NAMES, set())
    if name in names:
        raise TemplateSyntaxError(f"'{bits[0]}' tag with name '{name}' appears more than once")
    names.add(name)
    nodelist = parser.parse(("endblock",))
    end = parser.next_token()
    accepted = ("endblock", f"endblock {name}")
    if end.contents not in accepted:
        parser.invalid_block_tag(end, "endblock", accepted)
    return BlockNode(name, nodelist)


def construct_relative_path(
    current_template_name: Any, relative_name: str, allow_recursion: bool = False
) -> str:
    """A name that begins with ``./`` or ``../`` as one from the root; other names as they are.

    Quotes around it stay. Raises `TemplateSyntaxError` for a name above the root, and without
    `allow_recursion` for that of the current template.
    """
    name = relative_name.strip("'\"")
    if not name.startswith(("./", "../")):
        return relative_name
    current = current_template_name.lstrip("/")
    path = posixpath.normpath(posixpath.join(posixpath.dirname(current), name))
    if path.startswith("../"):
        raise TemplateSyntaxError(
            f"The relative path '{relative_name}' points outside the file hierarchy that template "
            f"'{current_template_name}' is in."
        )
    if not allow_recursion and current == path:
        raise TemplateSyntaxError(
            f"The relative path '{relative_name}' was translated to template name '{path}', the "
            "same template in which the tag appears."
        )
    is_quoted = relative_name[:1] in "'\"" and relative_name[:1] == relative_name[-1:]
    return f'"{path}"' if is_quoted else path


@register.tag("extends")
def do_extends(parser: Any, token: Any) -> ExtendsNode:
    """``{% extends template %}``, the first tag of a template."""
    bits = token.split_contents()
    if len(bits) != 2:
        raise TemplateSyntaxError(f"'{bits[0]}' takes one argument")
    name = construct_relative_path(parser.origin.template_name, bits[1])
    parent_name = parser.compile_filter(name)
    nodelist = parser.parse()
    if nodelist.get_nodes_by_type(ExtendsNode):
        raise TemplateSyntaxError(f"'{bits[0]}' cannot appear more than once in the same template")
    return ExtendsNode(nodelist, parent_name)


@register.tag("include")
def do_include(parser: Any, token: Any) -> IncludeNode:
    """``{% include template [with name=value ...] [only] %}``."""
    bits = token.split_contents()
    if len(bits) < 2:
        raise TemplateSyntaxError(
            f"{bits[0]!r} tag takes at least one argument: the name of the template to be included."
        )
    options: dict[str, Any] = {}
    rest = bits[2:]
    while rest:
        option = rest.pop(0)
        if option in options:
            raise TemplateSyntaxError(f"The {option!r} option was specified more than once.")
        if option == "with":
            value: Any = token_kwargs(rest, parser, support_legacy=False)
            if not value:
                raise TemplateSyntaxError(
                    f'"with" in {bits[0]!r} tag needs at least one keyword argument.'
                )
        elif option == "only":
            value = True
        else:
            raise TemplateSyntaxError(f"Unknown argument for {bits[0]!r} tag: {option!r}.")
        options[option] = value
    name = construct_relative_path(parser.origin.template_name, bits[1], allow_recursion=True)
    return IncludeNode(
        parser.compile_filter(name),
        extra_context=options.get("with", {}),
        isolated_context=options.get("only", False),
    )
