"""Parsed nodes become the compiler's form: each class of node has a function that says what it is.

`lowers` registers such a function for exactly one class; an instance of any other class, a subclass
among them, is called as it stands. A function that meets what it cannot say raises `Unsupported`, and
that node, too, is called as it stands.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

from vivace.template.compiled.nodes import (
    Body,
    Call,
    Const,
    FilterCall,
    Filtered,
    Path,
    Reader,
    Statement,
    Value,
    Where,
)
from vivace.template.compiled.readers import function_of, is_usual, names_read
from vivace.template.compiled.replaced import watch
from vivace.template.exceptions import TemplateDoesNotExist, TemplateSyntaxError
from vivace.template.language.variable import FilterExpression, Variable
from vivace.template.loaders.app_directories import Loader as AppDirectoriesLoader
from vivace.template.loaders.cached import Loader as CachedLoader
from vivace.template.loaders.filesystem import Loader as FilesystemLoader
from vivace.template.loaders.locmem import Loader as LocmemLoader

__all__ = ["Builder", "Unsupported", "lowers"]

F = TypeVar("F", bound=Callable[..., Any])

# How deeply templates may include each other before the rest is left to the time of rendering.
MAX_DEPTH = 24

_lowerings: dict[type, Callable[[Any, Builder], Statement | Body]] = {}


class Unsupported(Exception):
    """The compiler has no form for this; the node is to be called as it stands."""


def lowers(cls: type) -> Callable[[F], F]:
    """Decorator for the function that says what nodes of the class `cls` are.

    It takes the node and a `Builder`, and returns a statement or several.
    """

    def register(function: F) -> F:
        _lowerings[cls] = function
        watch(cls, "render")
        return function

    return register


@dataclass(frozen=True)
class Builder:
    """Lowers the nodes of one template.

    `blocks` maps the name of a block to all its definitions along a chain of templates that extend
    each other, ``(template, node)``, the one that wins first; `taken` says how many of them enclose
    the present place. `including` are the origins of the templates around this one, and `outer` is the
    place from which this one is rendered. `block` is the name of the block that is being lowered.
    `included` says that this is within an included template, which has a state of its own each time.
    `links` gathers all templates that were linked, by name.
    """

    template: Any
    blocks: dict[str, list[tuple[Any, Any]]] = field(default_factory=dict)
    taken: dict[str, int] = field(default_factory=dict)
    including: tuple[Any, ...] = ()
    outer: Where | None = None
    block: str | None = None
    included: bool = False
    links: dict[str, Any] = field(default_factory=dict)

    def linked(self, name: Any) -> Any:
        """The template called `name`, if it will be the same one each time; else `Unsupported`.

        That is so for templates which the engine's own cached loader keeps.
        """
        engine = self.template.engine
        if not isinstance(name, str) or not links_are_stable(engine):
            raise Unsupported("a template that may change")
        try:
            template = engine.find_template(name)[0]
        except (TemplateDoesNotExist, TemplateSyntaxError):
            # It may not be needed; if it is, that is the time to say what is wrong.
            raise Unsupported("a template that cannot be had") from None
        if template._has_own_nodes:
            raise Unsupported("a template whose source does not tell its nodes")
        self.links["".join([name])] = template
        return template

    def for_include(self, template: Any, node: Any) -> Builder:
        """A builder for a template that this one includes, at `node`."""
        including = (*self.including, self.template.origin)
        if len(including) >= MAX_DEPTH or template.origin in including:
            raise Unsupported("a template that includes itself")
        return Builder(
            template,
            including=including,
            outer=self.where(node),
            included=True,
            links=self.links,
        )

    def for_parent(
        self, parent: Any, node: Any, blocks: dict[str, list[tuple[Any, Any]]]
    ) -> Builder:
        """A builder for the template that this one extends, at `node`."""
        including = (*self.including, self.template.origin)
        return replace(
            self, template=parent, blocks=blocks, including=including, outer=self.where(node)
        )

    def for_block(self, template: Any, name: str, node: Any) -> Builder:
        """A builder for the definition of a block in `template`; `node` is where it is wanted."""
        taken = {**self.taken, name: self.taken.get(name, 0) + 1}
        return replace(self, template=template, taken=taken, outer=self.where(node), block=name)

    def where(self, node: Any) -> Where:
        """The place of a node."""
        return Where(self.template, node.token, self.outer)

    # ------------------------------------------------------------------ nodes

    def body(self, nodelist: Iterable[Any]) -> Body:
        """The statements for a list of nodes."""
        statements: list[Statement] = []
        for node in nodelist:
            lowered = self.node(node)
            if isinstance(lowered, tuple):
                statements.extend(lowered)
            else:
                statements.append(lowered)
        return tuple(statements)

    def node(self, node: Any) -> Statement | Body:
        """The statements for one node."""
        lowering = _lowerings.get(type(node))
        if lowering is None:
            return self.call(node)
        try:
            return lowering(node, self)
        except Unsupported:
            return self.call(node)

    def call(self, node: Any) -> Call | Reader:
        """The statement that calls a node as it stands."""
        if self.template.engine.debug:
            # An error page shows what the context was, and so it must be the real one.
            return Call(node, self.where(node))
        reads = names_read(node)
        if reads is None:
            return Call(node, self.where(node), annotated=not is_usual(node))
        values = tuple(Path(names, ".".join(names)) for names in reads)
        return Reader(node, function_of(node), values, self.where(node))

    # ------------------------------------------------------------------ values

    def value(self, expression: Any) -> Value:
        """The value of a filter expression, or of a variable."""
        if isinstance(expression, Variable):
            return self.variable(expression)
        if type(expression) is not FilterExpression:
            raise Unsupported(f"a value of {type(expression)}")
        base = self.variable(expression.var) if expression.is_var else Const(expression.var)
        calls = tuple(self._filter(function, args) for function, args in expression.filters)
        return Filtered(base, calls) if calls else base

    def variable(self, variable: Variable) -> Const | Path:
        """A variable, which may be a literal."""
        if variable.translate and variable.lookups is not None:
            raise Unsupported("a translated literal")
        if variable.lookups is None:
            return Const(variable.literal)
        return Path(tuple(variable.lookups), str(variable.var))

    def _filter(self, function: Any, args: Iterable[tuple[bool, Any]]) -> FilterCall:
        return FilterCall(
            function,
            tuple(self.variable(arg) if is_lookup else Const(arg) for is_lookup, arg in args),
            is_safe=getattr(function, "is_safe", False),
            needs_autoescape=getattr(function, "needs_autoescape", False),
            expects_localtime=getattr(function, "expects_localtime", False),
        )


def links_are_stable(engine: Any) -> bool:
    """Whether a template's name means the same template for as long as the engine's cache lasts."""
    loaders = engine.template_loaders
    return (
        len(loaders) == 1
        and type(loaders[0]) is CachedLoader
        and all(type(loader) in _PLAIN_LOADERS for loader in loaders[0].loaders)
    )


_PLAIN_LOADERS = (FilesystemLoader, AppDirectoriesLoader, LocmemLoader)
