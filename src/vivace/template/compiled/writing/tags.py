"""The part of the compiler that is about tags which are functions of values, ``{% url %}`` among them.

See ``compile`` for how names and output are kept.
"""

from __future__ import annotations

from collections.abc import Iterable

from vivace.codegen import literal
from vivace.template.compiled import runtime
from vivace.template.compiled.nodes import Address, Const, LeftToNodes, Reader, Run, Value
from vivace.template.compiled.readers import know
from vivace.template.compiled.writing.scope import Scope
from vivace.template.compiled.writing.values import ValueWriter, hint
from vivace.template.tags.urls import address, current_app, or_nothing
from vivace.urls.candidates import RFC3986_SUBDELIMS
from vivace.urls.links import link
from vivace.utils.html import conditional_escape

__all__ = ["TagWriter"]

# Among the names that are known: that of something which no template can name.
REQUEST = "{request}"


class TagWriter(ValueWriter):
    """Writes calls of tags' functions: a base of the writer of templates."""

    def _run(self, statement: Run, scope: Scope) -> None:
        self._at(statement.where)
        self._settle()
        if_missing = "None" if statement.missing_is_none else "invalid_value"
        arguments = [
            self._argument(value, scope, if_missing=if_missing) for value in statement.values
        ]
        first = len(arguments) - len(statement.keywords)
        named = arguments[first:]
        arguments[first:] = []
        if statement.passes_context:
            arguments.insert(0, scope.context)
        if named:
            arguments.append("**" + _dict(zip(statement.keywords, named, strict=True)))
        call = f"{self._bind(statement.function, hint(statement.function))}({', '.join(arguments)})"
        self._answer(call, statement.target, statement.escapes, scope)

    def _address(self, statement: Address, scope: Scope) -> None:
        self._at(statement.where)
        self._settle()
        args = [self._argument(value, scope) for value in statement.args]
        kwargs = [(name, self._argument(value, scope)) for name, value in statement.kwargs]
        view = statement.view
        if isinstance(view, Const) and isinstance(view.value, str):
            names = tuple(name for name, _ in kwargs)
            called = self._bind(link("".join([view.value]), len(args), names), "link")
            arguments = [*args, *(value for _, value in kwargs)]
        else:
            called = self._bind(address, "address")
            arguments = [
                self._argument(view, scope),
                f"({''.join(arg + ', ' for arg in args)})",
                _dict(kwargs),
            ]
        app = self._bind(current_app, "current_app")
        arguments.insert(0, f"{app}({scope.context}) if {self._has_request(scope)} else None")
        if statement.target is not None:
            arguments.insert(0, called)
            called = self._bind(or_nothing, "or_nothing")
        call = f"{called}({', '.join(arguments)})"
        if statement.target is not None or not scope.autoescape:
            self._answer(call, statement.target, False, scope)
            return
        name = self._new("t")
        self.out.line(f"{name} = {call}")
        # PERF: a path is quoted; these two are what is left of what HTML gives a meaning.
        for char, entity in runtime.ENTITIES:
            if char in RFC3986_SUBDELIMS:
                with self.out.block(f"if {literal(char)} in {name}:"):
                    self.out.line(f"{name} = {name}.replace({literal(char)}, {literal(entity)})")
        self._part(name, is_plain=True)

    def _has_request(self, scope: Scope) -> str:
        """The local that tells whether the context has a request; only foreign nodes change that."""
        local = scope.loaded.get(REQUEST)
        if local is None:
            local = scope.loaded[REQUEST] = self._new("has_request")
            self.out.line(f"{local} = getattr({scope.context}, 'request', None) is not None")
        return local

    def _argument(self, value: Value, scope: Scope, if_missing: str = "invalid_value") -> str:
        if isinstance(value, Const):
            return self._constant(value.value)
        name = self._new("t")
        self._value(value, name, scope, if_missing=if_missing)
        return name

    def _answer(self, call: str, target: str | None, escapes: bool, scope: Scope) -> None:
        """What is done with the answer of a call: it is written, or set as a name."""
        name = self._new("t" if target is None else "v_")
        if target is not None:
            self._flush()
        self.out.line(f"{name} = {call}")
        if escapes and scope.autoescape:
            escape = self._bind(conditional_escape, "conditional_escape")
            if target is None:
                self._show(name, f"plain({escape}({name}))", scope)
                self._part(name, is_plain=True)
                return
            # What is escaped is safe, and a name keeps that.
            self.out.line(f"{name} = {escape}({name})")
        if target is None:
            self._part(name)
        else:
            self._assign(target, name, scope)

    # --- foreign nodes that only read

    def _reader(self, statement: Reader, scope: Scope) -> None:
        self._at(statement.where)
        self._settle()
        self.known.append((statement.node, statement.function))
        # Where there are frames the context has all the names, and is none the worse for being read.
        names = scope.context if scope.real else self._names_for(statement, scope)
        text = self._new("t")
        self.out.line(f"{text} = {self._bind(statement.node, 'node')}.render({names})")
        self._part(text)

    def _names_for(self, statement: Reader, scope: Scope) -> str:
        """The local with the dictionary of what is read, up to date."""
        is_new = self._hold(statement, scope, in_loop=False)
        names, counters = self._held[id(statement), scope.only]
        for path in statement.values:
            name, *rest = path.names
            number = self._loop_number(path, scope) if rest else None
            if number is not None:
                self.out.line(f"{counters}[{literal(rest[0])}] = {number}")
            elif name in scope.own:
                self.out.line(f"{names}[{literal(name)}] = {scope.own[name]}")
        if is_new:
            self._let_go(statement, scope)
        return names

    def _hold(self, statement: Reader, scope: Scope, in_loop: bool) -> bool:
        """Write the locals for `_names_for`, unless there are some; whether that was done.

        Nothing may change the context until `_let_go`. What is held for a loop has its ``forloop``.
        """
        key = id(statement), scope.only
        if key in self._held:
            return False
        names, counters = self._held[key] = self._new("names"), self._new("counters")
        wanted = tuple({path.names[0]: None for path in statement.values})
        asks_loop = in_loop and "forloop" in wanted
        if asks_loop:
            wanted = tuple(name for name in wanted if name != "forloop")
        called = f"{self._bind(know, 'know')}({scope.context}, {literal(wanted)})"
        self.out.line(f"{names} = {'{}' if scope.only else called}")
        if asks_loop:
            self.out.line(f"{counters} = {names}['forloop'] = {{}}")
        return True

    def _let_go(self, statement: Reader, scope: Scope) -> None:
        del self._held[id(statement), scope.only]

    def _assign(self, target: str, local: str, scope: Scope) -> None:
        if not scope.real:
            raise LeftToNodes("a name is set where there is no frame for it")
        self.out.line(f"{scope.frame}[{literal(target)}] = {local}")
        scope.loaded[target] = local


def _dict(pairs: Iterable[tuple[str, str]]) -> str:
    """The source of a dict: names for expressions."""
    return "{" + ", ".join(f"{literal(name)}: {value}" for name, value in pairs) + "}"
