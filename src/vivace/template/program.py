"""A template's compiled form, and when it is compiled.

A template is compiled when it is first rendered, once for each state of autoescaping that it meets,
and again when it has been rendered often enough to be worth the longer code. What the compiler leaves
to the parsed nodes is rendered by them.
"""

from __future__ import annotations

import threading
from bisect import bisect_right
from collections.abc import Callable
from typing import Any

from vivace.codegen import compile_function
from vivace.conf import settings
from vivace.conf.frozen import Frozen
from vivace.template import lowering, lowering_flow  # noqa: F401 (register what tags are)
from vivace.template.build import Builder
from vivace.template.compile import Options, write_template
from vivace.template.loader_tags import BLOCK_CONTEXT_KEY, BlockNode, ExtendsNode
from vivace.template.nodes import Body, LeftToNodes, Where
from vivace.template.template import Template
from vivace.utils.safestring import SafeString

__all__ = ["Program", "watch_templates"]

# From this rendering on a template is hot.
HOT_AFTER = 8

PLAIN_INTEGERS: Frozen[bool] = Frozen(
    "template.plain_integers",
    lambda: not settings.USE_THOUSAND_SEPARATOR,
    reads=("USE_THOUSAND_SEPARATOR",),
)

# Who is told of the templates that are rendered as parts of others; for tests.
_watch: Callable[[Any, Any], None] | None = None


def watch_templates(
    watch: Callable[[Any, Any], None] | None,
) -> Callable[[Any, Any], None] | None:
    """Have `watch` called with each template that another includes or extends, and the context.

    None ends it. Returns who was told before.
    """
    global _watch
    before, _watch = _watch, watch
    return before


Render = Callable[[Any], SafeString]


class Compiled:
    """One function, and the places of its lines in templates."""

    __slots__ = ("places", "render")

    def __init__(self, render: Render, places: list[tuple[int, Where]]) -> None:
        self.render = render
        self.places = places


class Program:
    """The compiled form of `template`: call it with a context."""

    def __init__(self, template: Any) -> None:
        self.template = template
        self._body: Body | None = None
        self._functions: dict[Any, Compiled] = {}
        self._rendered = 0
        self._has_blocks = bool(
            template.nodelist.get_nodes_by_type(BlockNode)
            or template.nodelist.get_nodes_by_type(ExtendsNode)
        )
        self._lock = threading.Lock()

    def __call__(self, context: Any) -> SafeString:
        # As the parent of a template whose parent is known only now, blocks are found at run time.
        if self._has_blocks and BLOCK_CONTEXT_KEY in context.render_context:
            return self.template.nodelist.render(context)  # type: ignore[no-any-return]
        key = (context.autoescape, PLAIN_INTEGERS.value, _watch)
        compiled = self._functions.get(key) or self._compile(key, hot=False)
        if self._rendered <= HOT_AFTER:
            self._rendered += 1
            if self._rendered == HOT_AFTER:
                compiled = self._compile(key, hot=True)
        try:
            return compiled.render(context)
        except Exception as error:
            if self.template.engine.debug:
                _annotate(error, compiled, context)
            raise

    def _compile(self, key: Any, hot: bool) -> Compiled:
        autoescape, plain_integers, watch = key
        with self._lock:
            try:
                body = self._lowered()
                options = Options(
                    autoescape=bool(autoescape),
                    hot=hot,
                    plain_integers=plain_integers,
                    string_if_invalid=self.template.engine.string_if_invalid,
                    watch=watch,
                )
                writer = write_template(body, options)
                render = compile_function(
                    "render", str(writer.out), writer.names, filename="template"
                )
                compiled = Compiled(render, writer.places)
            except (LeftToNodes, RecursionError, MemoryError, SyntaxError):
                # Python cannot be nested as deeply as templates can.
                compiled = Compiled(self.template.nodelist.render, [])
            self._functions[key] = compiled
        return compiled

    def _lowered(self) -> Body:
        if self._body is None:
            self._body = Builder(self.template).body(self.template.nodelist)
        return self._body


def _annotate(error: Exception, compiled: Compiled, context: Any) -> None:
    """Tell an exception which place of a template it came from, for the debug page."""
    code = getattr(compiled.render, "__code__", None)
    trace = error.__traceback__
    line = None
    while trace is not None:
        if trace.tb_frame.f_code is code:
            line = trace.tb_lineno
        trace = trace.tb_next
    if line is None:
        return
    index = bisect_right(compiled.places, line, key=lambda place: place[0]) - 1
    if index >= 0:
        _note(error, compiled.places[index][1])


def _note(error: Any, where: Where) -> None:
    # A node that was called as it stands has told its own place already.
    if not hasattr(error, "template_debug"):
        error.template_debug = where.template.get_exception_info(error, where.token)
    if not hasattr(error, "_culprit_node"):
        error._culprit_node = where
        error.template_chain = []
    chain = error.template_chain
    place: Where | None = where
    while place is not None:
        name = place.template.origin.name
        if not chain or chain[-1][0] != name:
            chain.append((name, place.token.lineno))
        place = place.outer


Template._compiler = Program
