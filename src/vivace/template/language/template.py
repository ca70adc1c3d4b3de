"""A template: its source, parsed, and ready to render.

Documented in ref/templates/api. `Template._render` is the one place where rendering starts: it calls
the compiled program when there is one, and else lets the nodes render themselves. Test runners
replace it to see what was rendered.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib import import_module
from typing import Any, ClassVar

from vivace.template.context import Context, RenderContext
from vivace.template.language.hints import place
from vivace.template.language.lexer import DebugLexer, Lexer
from vivace.template.language.parser import Parser
from vivace.template.language.tree import NodeList
from vivace.utils.functional import cached_property
from vivace.utils.module_loading import cached_import
from vivace.utils.naming import publish
from vivace.utils.safestring import SafeString

__all__ = ["UNKNOWN_SOURCE", "Origin", "Template", "linebreak_iter", "use_default_engine"]

UNKNOWN_SOURCE = "<unknown source>"

# How many lines an error page shows above and below the one at fault.
_LINES_AROUND = 10


def _engine_of_settings() -> Any:
    # Whoever makes the first template of a program need not have imported the engine.
    return cached_import("vivace.template.engine", "Engine").get_default()


_default_engine: Callable[[], Any] = _engine_of_settings


def use_default_engine(provider: Callable[[], Any]) -> None:
    """Say who knows the engine of templates that are made without one.

    The engine makes templates, so it cannot be imported here.
    """
    global _default_engine
    _default_engine = provider


class Origin:
    """Where a template came from: `name` is a path, if the loader has such."""

    def __init__(self, name: str, template_name: Any = None, loader: Any = None) -> None:
        self.name = name
        self.template_name = template_name
        self.loader = loader

    def __str__(self) -> str:
        return self.name

    def __repr__(self) -> str:
        return f"<{type(self).__qualname__} name={self.name!r}>"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Origin) and self.name == other.name and self.loader == other.loader

    @property
    def loader_name(self) -> str | None:
        """The dotted path of the loader's class."""
        if self.loader:
            return f"{self.loader.__module__}.{self.loader.__class__.__name__}"
        return None


class _CompilerWhenAsked:
    """Stands for the compiler until the first template is made.

    PERF: many commands ask engines for what is wrong with them, and never for a template.
    """

    @staticmethod
    def stored(template: Any) -> Any:
        """The program that was stored of `template`, or None; by now the compiler is in place."""
        return import_module("vivace.template.compiled.program").Program.stored(template)


class _Nodes:
    """The nodes of a template's source; parsed when asked for if the compiled program was on disk."""

    def __get__(self, template: Any, owner: Any = None) -> Any:
        if template is None:
            return self
        nodes = template.__dict__.get("nodelist")
        if nodes is None:
            nodes = template.__dict__["nodelist"] = template.compile_nodelist()
        return nodes

    def __set__(self, template: Any, nodelist: NodeList) -> None:
        # What was compiled was made of other nodes, and the source no longer tells which.
        template.__dict__["nodelist"] = nodelist
        template._program = None
        template._has_own_nodes = True


class Template:
    """A parsed template. Raises `TemplateSyntaxError` if the source is not valid."""

    # What makes a template's compiled program (``program`` takes this place), and the program.
    _compiler: ClassVar[Any] = _CompilerWhenAsked
    _program: Callable[[Any], SafeString] | None = None
    # Whether somebody gave it other nodes than its source has.
    _has_own_nodes = False

    nodelist = _Nodes()

    def __init__(
        self,
        template_string: Any,
        origin: Any = None,
        name: str | None = None,
        engine: Any = None,
    ) -> None:
        self.name = name
        self.origin = Origin(UNKNOWN_SOURCE) if origin is None else origin
        self.engine = _default_engine() if engine is None else engine
        # A promise must not change its text once it is parsed.
        self.source = str(template_string)
        compiler: Any = self._compiler
        self._program = None if compiler is None else compiler.stored(self)
        if self._program is None:
            # Now, for what is wrong with the source is to be said when it is loaded.
            self.__dict__["nodelist"] = self.compile_nodelist()

    @cached_property
    def extra_data(self) -> dict[str, Any]:
        """What tags kept while the source was parsed."""
        self.__dict__["nodelist"] = self.compile_nodelist()
        data: dict[str, Any] = self.__dict__["extra_data"]
        return data

    def __repr__(self) -> str:
        return f'<{type(self).__qualname__} template_string="{self.source[:20]}...">'

    def _render(self, context: Any) -> SafeString:
        program = self._program
        if program is None:
            if self._compiler is None:
                return self.nodelist.render(context)  # type: ignore[no-any-return]
            program = self._program = type(self)._compiler(self)
        return program(context)

    def render(self, context: Any) -> SafeString:
        """The text of this template for a `Context`."""
        state = context.render_context
        if type(state) is not RenderContext:
            with state.push_state(self):
                return self._render_bound(context)
        # PERF: `push_state` and `bind_template`, written out.
        before, state.template = state.template, self
        state.dicts.append({})
        try:
            if context.template is not None or type(context) is not Context:
                return self._render_bound(context)
            context.template = self
            try:
                context.template_name = self.name
                return self._render(context)
            finally:
                context.template = None
        finally:
            state.template = before
            state.dicts.pop()

    def _render_bound(self, context: Any) -> SafeString:
        if context.template is not None:
            return self._render(context)
        with context.bind_template(self):
            context.template_name = self.name
            return self._render(context)

    def compile_nodelist(self) -> NodeList:
        """Parse the source; in a debugging engine errors learn their place in it."""
        debug = self.engine.debug
        lexer = DebugLexer(self.source) if debug else Lexer(self.source)
        parser = Parser(
            lexer.tokenize(),
            self.engine.template_libraries,
            self.engine.template_builtins,
            self.origin,
        )
        try:
            nodelist = parser.parse()
        except Exception as error:
            token = getattr(error, "token", None)
            if token is not None:
                error.add_note(place(self.origin.name, token))
                if debug:
                    info = self.get_exception_info(error, token)
                    error.template_debug = info  # type: ignore[attr-defined]
            raise
        self.extra_data = parser.extra_data
        return nodelist

    def get_exception_info(self, exception: BaseException, token: Any) -> dict[str, Any]:
        """What an error page shows of the place of a `token`: its line, and those around it.

        `before`, `during` and `after` are the parts of the line, `top` and
        `bottom` the range of lines in `source_lines`, `start` and `end` positions in the source.
        """
        start, end = token.position
        line = 0
        before = during = after = ""
        source_lines: list[tuple[int, str]] = []
        begin = 0
        for number, finish in enumerate(linebreak_iter(self.source)):
            if start >= begin and end <= finish:
                line = number
                before = self.source[begin:start]
                during = self.source[start:end]
                after = self.source[end:finish]
            source_lines.append((number, self.source[begin:finish]))
            begin = finish
        total = len(source_lines)
        top = max(1, line - _LINES_AROUND)
        bottom = min(total, line + 1 + _LINES_AROUND)
        return {
            "message": _message(exception),
            "source_lines": source_lines[top:bottom],
            "before": before,
            "during": during,
            "after": after,
            "top": top,
            "bottom": bottom,
            "total": total,
            "line": line,
            "name": self.origin.name,
            "start": start,
            "end": end,
        }


def linebreak_iter(template_source: str) -> Iterator[int]:
    """Positions where lines begin: 0, those after each line break, and one past the end."""
    yield 0
    position = template_source.find("\n")
    while position >= 0:
        yield position + 1
        position = template_source.find("\n", position + 1)
    yield len(template_source) + 1


def _message(exception: BaseException) -> str:
    try:
        return str(exception.args[0])
    except (IndexError, UnicodeDecodeError):
        return "(Could not get exception message)"


publish(__name__, "template.base", "Origin Template linebreak_iter")
