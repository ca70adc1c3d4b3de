"""A template's compiled form, and when it is compiled.

A template that no store would keep is rendered by its nodes the first time. Otherwise it is compiled
when it is rendered: once for each state of autoescaping that it meets, and again when it has been
rendered often enough to be worth longer code. What the compiler leaves to the parsed nodes is
rendered by them.
"""

from __future__ import annotations

import threading
from bisect import bisect_right
from collections.abc import Callable, Sequence
from types import CodeType
from typing import Any

from vivace.codegen import compile_with_code, function_of_code
from vivace.conf import settings
from vivace.conf.frozen import Frozen
from vivace.core.exceptions import ImproperlyConfigured
from vivace.template.compiled import lowering, lowering_flow  # noqa: F401 (register what tags are)
from vivace.template.compiled.build import Builder, links_are_stable
from vivace.template.compiled.compile import Options, Writer, write_template
from vivace.template.compiled.nodes import Body, LeftToNodes, Where
from vivace.template.compiled.readers import Known, still_read
from vivace.template.compiled.replaced import are_as_written
from vivace.template.compiled.store import (
    Record,
    Store,
    describe,
    engine_digest,
    record_key,
    restore,
    source_digest,
    store_folder,
)
from vivace.template.compiled.writing.values import COMMON
from vivace.template.exceptions import TemplateDoesNotExist
from vivace.template.language.template import Template
from vivace.template.loader_tags import BLOCK_CONTEXT_KEY, BlockNode, ExtendsNode
from vivace.utils.safestring import SafeString

__all__ = ["NOT_COMPILED", "Compiled", "Program", "watch_templates"]

# What says that a template is left to its nodes: Python cannot be nested as deeply as templates can.
NOT_COMPILED = (LeftToNodes, RecursionError, MemoryError, SyntaxError)

# From this rendering on a template is hot.
HOT_AFTER = 8

PLAIN_INTEGERS: Frozen[bool] = Frozen(
    "template.plain_integers",
    lambda: not settings.USE_THOUSAND_SEPARATOR,
    reads=("USE_THOUSAND_SEPARATOR",),
)


def plain_integers() -> bool:
    """Whether integers are written without separators; false as long as no settings can tell.

    An engine can do without settings, as long as its templates show only text.
    """
    try:
        return PLAIN_INTEGERS.value
    except ImproperlyConfigured:
        return False


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


def are_watched() -> bool:
    """Whether somebody is told of the templates that are rendered: tests are running."""
    return _watch is not None


Render = Callable[[Any], SafeString]


class Compiled:
    """One function, and the places of its lines in templates.

    `known` are nodes of which it takes for granted what they read of their context.
    """

    __slots__ = ("known", "places", "render")

    def __init__(
        self, render: Render, places: list[tuple[int, Where]], known: Sequence[Known] = ()
    ) -> None:
        self.render = render
        self.places = places
        self.known = known


# What a function is compiled for: autoescaping, plain integers, who is told of linked templates.
Variant = tuple[bool, bool, Callable[[Any, Any], None] | None]


class Program:
    """The compiled form of `template`: call it with a context."""

    def __init__(self, template: Any, has_blocks: bool | None = None) -> None:
        self.template = template
        self._functions: dict[Variant, Compiled] = {}
        self._rendered = 0
        self._lock = threading.Lock()
        self._lowered: tuple[Body, dict[str, Any]] | None = None
        # What it was linked with when it was stored, with digests of the sources.
        self._linked: list[tuple[str, bytes]] | None = None
        if has_blocks is None:
            find = template.nodelist.get_nodes_by_type
            has_blocks = bool(find(BlockNode) or find(ExtendsNode))
        self._has_blocks = has_blocks

    def __call__(self, context: Any) -> SafeString:
        # As the parent of a template whose parent is known only now, blocks are found at run time.
        if self._has_blocks and BLOCK_CONTEXT_KEY in context.render_context:
            return self.template.nodelist.render(context)  # type: ignore[no-any-return]
        try:
            variant = (context.autoescape, PLAIN_INTEGERS.value, _watch)
        except ImproperlyConfigured:
            variant = (context.autoescape, False, _watch)
        compiled = self._functions.get(variant)
        if compiled is None:
            if not self._rendered and not (STORE.value and _may_be_stored(self.template)):
                # Many a template is rendered once in a process, which its nodes do sooner.
                self._rendered = 1
                return self.template.nodelist.render(context)  # type: ignore[no-any-return]
            compiled = self._compile(variant, hot=False)
        if self._rendered <= HOT_AFTER:
            self._rendered += 1
            if self._rendered == HOT_AFTER:
                compiled = self._compile(variant, hot=True)
        if compiled.known and not still_read(compiled.known, context):
            return self.template.nodelist.render(context)  # type: ignore[no-any-return]
        try:
            return compiled.render(context)
        except Exception as error:
            if self.template.engine.debug:
                _annotate(error, compiled, context)
            raise

    def _compile(self, variant: Variant, hot: bool) -> Compiled:
        with self._lock:
            try:
                compiled = self._stored_hot(variant) if hot else None
                if compiled is None:
                    compiled = self._write(variant, hot)
            except NOT_COMPILED:
                compiled = Compiled(self.template.nodelist.render, [])
            self._functions[variant] = compiled
        return compiled

    def compiled_for(self, hot: bool) -> tuple[Compiled, list[str]]:
        """The function for the engine's own options, to be read, and the names it is linked with.

        It is compiled anew and not kept. Raises one of `NOT_COMPILED` for a template that is left
        to its nodes.
        """
        with self._lock:
            writer, render, _ = self._written(usual_variant(self.template), hot)
            links = [] if self._lowered is None else list(self._lowered[1])
        return Compiled(render, writer.places, writer.known), links

    def _write(self, variant: Variant, hot: bool) -> Compiled:
        writer, render, code = self._written(variant, hot)
        store = STORE.value
        if store is not None and self._is_stored(variant):
            described = describe(writer.names, COMMON)
            if described is not None:
                record = Record(code, described, self._links(), self._has_blocks)
                store.save(_key(self.template, variant, hot), record)
        return Compiled(render, writer.places, writer.known)

    def _is_stored(self, variant: Variant) -> bool:
        return _may_be_stored(self.template) and variant == usual_variant(self.template)

    def _links(self) -> list[tuple[str, bytes]]:
        if self._linked is None:
            links = {} if self._lowered is None else self._lowered[1]
            self._linked = [(name, source_digest(found.source)) for name, found in links.items()]
        return self._linked

    def _stored_hot(self, variant: Variant) -> Compiled | None:
        """The hot function that was stored, if it is linked with what the cold one is."""
        store = STORE.value
        if store is None or not self._is_stored(variant):
            return None
        record = store.load(_key(self.template, variant, hot=True))
        if record is None or record.linked != self._links():
            return None
        return _restored(record)

    def _written(self, variant: Variant, hot: bool) -> tuple[Writer, Render, CodeType]:
        autoescape, plain_integers, watch = variant
        if not _follows_the_rules(self.template):
            raise LeftToNodes("the language has other rules")
        if self._lowered is None:
            builder = Builder(self.template)
            self._lowered = builder.body(self.template.nodelist), builder.links
        body, _ = self._lowered
        options = Options(
            autoescape=bool(autoescape),
            hot=hot,
            plain_integers=plain_integers,
            string_if_invalid=self.template.engine.string_if_invalid,
            watch=watch,
        )
        writer = write_template(body, options)
        render, code = compile_with_code(
            "render", str(writer.out), writer.names, filename="template"
        )
        return writer, render, code

    @classmethod
    def stored(cls, template: Any) -> Program | None:
        """The program that was stored of a template; None if there is none, or not of today's."""
        store = STORE.value
        if store is None or not _may_be_stored(template):
            return None
        variant = usual_variant(template)
        record = store.load(_key(template, variant, hot=False))
        if record is None or not _links_hold(record, template.engine):
            return None
        compiled = _restored(record)
        if compiled is None:
            return None
        program = cls(template, record.has_blocks)
        program._functions[variant] = compiled
        program._linked = record.linked
        return program


def _restored(record: Record) -> Compiled | None:
    try:
        return Compiled(function_of_code(record.code, restore(record.names, COMMON)), [])
    except LookupError:
        return None


# ---------------------------------------------------------------------------- the store

STORE: Frozen[Store | None] = Frozen(
    "template.store", lambda: None if (folder := store_folder()) is None else Store(folder)
)


def _may_be_stored(template: Any) -> bool:
    # A debugging engine wants the nodes; a template made from a string has no name to be kept by.
    return (
        not template.engine.debug
        and template.origin.loader is not None
        and not template._has_own_nodes
        and _follows_the_rules(template)
    )


def _follows_the_rules(template: Any) -> bool:
    # A string of another class wants to know which variable is missing, as pytest-django's does.
    return type(template.engine.string_if_invalid) is str and are_as_written()


def usual_variant(template: Any) -> Variant:
    """What a template is compiled for as a rule; nothing else is stored."""
    return (template.engine.autoescape, plain_integers(), None)


def _key(template: Any, variant: Any, hot: bool) -> bytes:
    engine = template.engine
    digest = engine.__dict__.get("_digest")
    if digest is None:
        digest = engine._digest = engine_digest(engine)
    return record_key(digest, template, (*variant[:2], hot))


def _links_hold(record: Record, engine: Any) -> bool:
    """Whether what a record was linked with is still what its names mean."""
    if not record.linked:
        return True
    if not links_are_stable(engine):
        return False
    try:
        return all(
            source_digest(_source_of(engine, name)) == digest for name, digest in record.linked
        )
    except TemplateDoesNotExist:
        return False


def _source_of(engine: Any, name: str) -> str:
    """The source of a template, which is not parsed for it."""
    for loader in engine.template_loaders[0].loaders:
        for origin in loader.get_template_sources(name):
            try:
                return str(origin.loader.get_contents(origin))
            except TemplateDoesNotExist:
                continue
    raise TemplateDoesNotExist(name)


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
