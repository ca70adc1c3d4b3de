"""Statements become one Python function per template: ``render(context) -> str``.

How names are kept. A name that the template reads from the context is a local from its first use on;
the names of a loop, of ``{% with %}`` or of an inlined include are locals that no context knows of,
unless something within needs the context as a whole (`effects.needs_context`): then there is a real
frame, and names are read anew after whatever could have changed them.

How output is kept. Text and values that follow each other are one string expression, appended once.
A value's type decides how it is written: a plain string is escaped in place, a safe one and an integer
are taken as they are, everything else goes to ``runtime.show``. `hot` writes the escaping out in place
everywhere; otherwise only in loops, and elsewhere as a call, which compiles faster.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from vivace.codegen import Bindings, Source, literal
from vivace.template import runtime
from vivace.template.defaultfilters import length, lower, upper
from vivace.template.effects import condition_paths, free_names, looked_up, loop_uses, needs_context
from vivace.template.intrinsics import intrinsics
from vivace.template.nodes import (
    Autoescape,
    Block,
    Body,
    Both,
    Call,
    Capture,
    Comparison,
    Condition,
    Const,
    Enter,
    FilterCall,
    Filtered,
    For,
    If,
    Include,
    LeftToNodes,
    Not,
    Output,
    Path,
    Run,
    Statement,
    Text,
    Value,
    Where,
    With,
)
from vivace.template.variable import VariableDoesNotExist
from vivace.utils.html import conditional_escape
from vivace.utils.safestring import SafeData, SafeString
from vivace.utils.timezone import template_localtime

__all__ = ["Options", "Writer", "write_template"]

# A string expression with more parts than this is ended and begun anew.
MAX_PARTS = 40


@dataclass(frozen=True)
class Options:
    """What a function is compiled for."""

    autoescape: bool = True
    hot: bool = False
    string_if_invalid: str = ""
    plain_integers: bool = True
    # Called with each template that is rendered as part of another, and the context.
    watch: Callable[[Any, Any], None] | None = None


@dataclass
class Loop:
    """A loop whose counters are locals; `uses` are the attributes of ``forloop`` that are read."""

    index: str
    length: str
    uses: frozenset[str]
    parent: Loop | None


@dataclass
class Scope:
    """What the names mean at one place.

    `own` are names with a local that is the truth (no context knows it); `loaded` are names of the
    context with a local that holds what was read. `frame` is the expression of the innermost real
    frame, `loop` the innermost loop with counters in locals. `kinds` are the locals that hold the kind
    of another local.
    """

    own: dict[str, str] = field(default_factory=dict)
    loaded: dict[str, str] = field(default_factory=dict)
    kinds: dict[str, str] = field(default_factory=dict)
    context: str = "context"
    frame: str = "top"
    loop: Loop | None = None
    real: bool = True
    autoescape: bool = True
    in_loop: bool = False
    only: bool = False

    def child(self, **changes: Any) -> Scope:
        values = {
            name: getattr(self, name)
            for name in ("context", "frame", "loop", "real", "autoescape", "in_loop", "only")
        }
        copies = {name: dict(getattr(self, name)) for name in ("own", "loaded", "kinds")}
        return Scope(**{**copies, **values, **changes})


class Writer:
    """Writes the source of one template."""

    def __init__(self, options: Options) -> None:
        self.options = options
        self.out = Source()
        self.names = Bindings()
        self.places: list[tuple[int, Where]] = []
        self._serial = 0
        # Strings that are to be written, as expressions; whether they are in a loop, or hot.
        self._parts: list[str] = []
        self._fast = options.hot
        self.names.update(
            {
                name: getattr(runtime, name)
                for name in (
                    "KINDS", "MISSING", "called", "find", "found", "get", "invalid", "loop_values",
                    "lost", "not_attribute", "not_item", "resafe", "show", "show_path", "unpack",
                )
            },
            SafeData=SafeData,
            SafeString=SafeString,
        )  # fmt: skip
        self.names["escape"] = runtime.escape_text
        self.names.update(filter_upper=upper, filter_lower=lower, filter_length=length)

    # ------------------------------------------------------------------ the function

    def write(self, body: Body) -> None:
        """Write the function ``render(context)``."""
        with self.out.block("def render(context):"):
            self.out.line("out = []")
            self.out.line("top = context.dicts[-1]")
            self._body(body, Scope(autoescape=self.options.autoescape))
            self._flush()
            self.out.line('return SafeString("".join(out))')

    def _new(self, hint: str) -> str:
        self._serial += 1
        return f"{hint}{self._serial}"

    def _bind(self, value: object, hint: str) -> str:
        return self.names.bind(value, hint)

    def _at(self, where: Where) -> None:
        self.places.append((self.out.length + 1, where))

    # ------------------------------------------------------------------ output

    def _text(self, text: str) -> None:
        if text:
            # A text node's text may be a safe string, which has no literal form.
            self._part(literal("".join([text])))

    def _part(self, expression: str) -> None:
        self._parts.append(expression)
        if len(self._parts) >= MAX_PARTS:
            self._flush()

    def _flush(self) -> None:
        # PERF: in a loop, one append for each part; building one string of them takes longer.
        if self._fast or len(self._parts) == 1:
            for part in self._parts:
                self.out.line(f"out.append({part})")
        elif self._parts:
            self.out.line(f"out += ({', '.join(self._parts)})")
        self._parts.clear()

    # ------------------------------------------------------------------ statements

    def _body(self, body: Body, scope: Scope) -> None:
        for statement in body:
            self._statement(statement, scope)

    def _statement(self, statement: Statement, scope: Scope) -> None:
        match statement:
            case Text(text=text):
                self._text(text)
            case Output():
                self._output(statement, scope)
            case If():
                self._if(statement, scope)
            case For():
                self._for(statement, scope)
            case With(values=values, body=body, where=where):
                self._at(where)
                self._framed(values, body, scope)
            case Block():
                self._block(statement, scope)
            case Enter(template=template):
                self._watch(template, scope)
            case Autoescape():
                self._autoescape(statement, scope)
            case Include():
                self._include(statement, scope)
            case Run():
                self._run(statement, scope)
            case Capture():
                self._capture(statement, scope)
            case Call():
                self._call(statement, scope)

    def _output(self, statement: Output, scope: Scope) -> None:
        self._at(statement.where)
        value = statement.value
        if isinstance(value, Const):
            text = self._constant_text(value.value, scope)
            if text is not None:
                self._text(text)
                return
        name = self._new("t")
        if isinstance(value, Path):
            number = self._loop_number(value, scope)
            if number is not None:
                self._part(f"str({number})")
                return
            self._path(value, name, scope, calls_last=False)
            slow = f"show_path({name}, {literal(value.text)}, {scope.context}, {scope.autoescape})"
        else:
            self._value(value, name, scope, if_missing="invalid")
            slow = f"show({name}, {scope.context}, {scope.autoescape})"
        self._show(name, slow, scope)
        self._part(name)

    def _constant_text(self, value: Any, scope: Scope) -> str | None:
        if isinstance(value, str):
            return str(runtime.escape_if_unsafe(value) if scope.autoescape else value)
        if type(value) is int and self.options.plain_integers:
            return str(value)
        return None

    def _show(self, name: str, slow: str, scope: Scope) -> None:
        """Make the local `name` a string that can be written."""
        out = self.out
        kind = self._new("k")
        out.line(f"{kind} = type({name})")
        with out.block(f"if {kind} is str:"):
            if not scope.autoescape:
                out.line("pass")
            elif self.options.hot or scope.in_loop:
                for char, entity in runtime.ENTITIES:
                    with out.block(f"if {literal(char)} in {name}:"):
                        out.line(f"{name} = {name}.replace({literal(char)}, {literal(entity)})")
            else:
                out.line(f"{name} = escape({name})")
        if self.options.plain_integers:
            with out.block(f"elif {kind} is int:"):
                out.line(f"{name} = str({name})")
        with out.block(f"elif {kind} is not SafeString:"):
            out.line(f"{name} = {slow}")

    # ------------------------------------------------------------------ if

    def _if(self, statement: If, scope: Scope) -> None:
        self._flush()
        self._at(statement.where)
        changed: set[str] = set()
        self._branch(statement.branches, scope, changed)
        for name in changed:
            scope.loaded.pop(name, None)

    def _branch(
        self,
        branches: Sequence[tuple[Condition | None, Body]],
        scope: Scope,
        changed: set[str],
    ) -> None:
        (condition, body), *rest = branches
        if condition is None:
            self._branch_body(body, scope, changed)
            return
        test = self._condition(condition, scope)
        with self.out.block(f"if {test}:"):
            self._branch_body(body, scope, changed)
        if rest:
            with self.out.block("else:"):
                self._branch(rest, scope.child(), changed)

    def _branch_body(self, body: Body, scope: Scope, changed: set[str]) -> None:
        inner = scope.child(own=scope.own)
        self.out.line("pass")
        self._body(body, inner)
        self._flush()
        # What a branch has read again or forgotten is not known after it.
        changed.update(
            name for name, local in scope.loaded.items() if inner.loaded.get(name) != local
        )
        scope.own = inner.own

    def _condition(self, condition: Condition, scope: Scope) -> str:
        """Write a condition; the local with its value, false where the rules say so."""
        out = self.out
        match condition:
            case Not() | Both() | Comparison():
                name = self._new("c")
                for path in condition_paths(condition):
                    # Read outside of the try, so that what is known after it was read for sure.
                    self._number_or_load(path, scope)
                with out.block("try:"):
                    self._operation(condition, name, scope)
                # Templates do not fail over a comparison that cannot be made.
                with out.block("except Exception:"):
                    out.line(f"{name} = False")
                return name
            case Const() | Path() | Filtered():
                return self._operand(condition, scope)

    def _operation(self, condition: Not | Both | Comparison, name: str, scope: Scope) -> None:
        out = self.out
        match condition:
            case Not(operand=operand):
                out.line(f"{name} = not {self._condition(operand, scope)}")
            case Both(operator=operator, left=left, right=right):
                out.line(f"{name} = {self._condition(left, scope)}")
                with out.block(f"if {'' if operator == 'and' else 'not '}{name}:"):
                    # What the right side reads is known only if it was reached.
                    inner = scope.child(own=scope.own)
                    out.line(f"{name} = {self._condition(right, inner)}")
            case Comparison(operator=operator, left=left, right=right):
                first = self._condition(left, scope)
                second = self._condition(right, scope)
                out.line(f"{name} = {first} {operator} {second}")

    def _operand(self, value: Value, scope: Scope) -> str:
        if isinstance(value, Path):
            number = self._loop_number(value, scope)
            if number is not None:
                return f"({number})"
        name = self._new("t")
        if isinstance(value, Filtered) and _has_variable_argument(value):
            missing = self._bind(VariableDoesNotExist, "VariableDoesNotExist")
            with self.out.block("try:"):
                self._value(value, name, scope.child(own=scope.own), if_missing="None")
            with self.out.block(f"except {missing}:"):
                self.out.line(f"{name} = None")
        else:
            self._value(value, name, scope, if_missing="None")
        return name

    # ------------------------------------------------------------------ for

    def _for(self, statement: For, scope: Scope) -> None:
        self._at(statement.where)
        self._flush()
        out = self.out
        values, length = self._new("s"), self._new("n")
        self._value(statement.sequence, values, scope, if_missing="None")
        with out.block(f"if type({values}) is list or type({values}) is tuple:"):
            out.line(f"{length} = len({values})")
        with out.block("else:"):
            out.line(f"{values}, {length} = loop_values({values})")
        fast, self._fast = self._fast, True
        self._loop(statement, values, length, scope)
        self._fast = fast

    def _loop(self, statement: For, values: str, length: str, scope: Scope) -> None:
        out = self.out
        real = needs_context(statement.body)
        if not real:
            # Read before the loop, not in each turn of it.
            for name in free_names(statement.body):
                if name not in scope.own and name != "forloop" and name not in statement.targets:
                    self._load(name, scope)
        with out.block(f"if {length}:"):
            if real:
                self._real_loop(statement, values, length, scope)
            else:
                self._virtual_loop(statement, values, length, scope)
        if statement.empty:
            with out.block("else:"):
                # An empty loop has pushed a frame all the same.
                self._framed((), statement.empty, scope)
                self._flush()
                out.line("pass")
        if real or needs_context(statement.empty):
            scope.loaded.clear()

    def _virtual_loop(self, statement: For, values: str, length: str, scope: Scope) -> None:
        uses = loop_uses(statement.body)
        index = self._new("i")
        loop = Loop(index, length, uses, scope.loop)
        inner = scope.child(loop=loop, in_loop=True, real=False)
        inner.own.pop("forloop", None)
        locals_of = {target: self._new("v_") for target in statement.targets}
        kinds = {
            locals_of[name]: (self._new("cls"), self._new("kind"))
            for name in sorted(looked_up(statement.body) & locals_of.keys())
        }
        for cls, _ in kinds.values():
            self.out.line(f"{cls} = None")
        with self.out.block(self._head(statement, values, loop, locals_of)):
            self._unpack(statement, locals_of)
            # PERF: what is looped over is mostly of one class, whose kind is then known.
            for local, (cls, kind) in kinds.items():
                with self.out.block(f"if type({local}) is not {cls}:"):
                    self.out.line(f"{cls} = type({local})")
                    self.out.line(f"{kind} = KINDS[{cls}]")
                inner.kinds[local] = kind
            if "*" in uses:
                inner.own["forloop"] = self._loop_dict(loop, scope)
            inner.own.update(locals_of)
            self._body(statement.body, inner)
            self._flush()
            self.out.line("pass")

    def _head(self, statement: For, values: str, loop: Loop, locals_of: dict[str, str]) -> str:
        source = f"reversed({values})" if statement.is_reversed else values
        target = next(iter(locals_of.values())) if len(locals_of) == 1 else "item"
        if loop.uses:
            return f"for {loop.index}, {target} in enumerate({source}):"
        return f"for {target} in {source}:"

    def _unpack(self, statement: For, locals_of: dict[str, str]) -> None:
        count = len(locals_of)
        if count == 1:
            return
        targets = ", ".join(locals_of.values())
        with self.out.block(f"if type(item) is tuple and len(item) == {count}:"):
            self.out.line(f"{targets} = item")
        with self.out.block("else:"):
            self.out.line(f"{targets} = unpack(item, {count})")

    def _loop_dict(self, loop: Loop, scope: Scope) -> str:
        name = self._new("forloop")
        i, n = loop.index, loop.length
        parent = "{}"
        if "forloop" in scope.own:
            parent = scope.own["forloop"]
        elif scope.loop is not None:
            parent = self._loop_dict(scope.loop, Scope(loop=scope.loop.parent))
        elif not scope.only:
            found = self._load("forloop", scope)
            parent = f"({{}} if {found} is MISSING else {found})"
        self.out.line(
            f"{name} = {{'parentloop': {parent}, 'counter0': {i}, 'counter': {i} + 1, "
            f"'revcounter': {n} - {i}, 'revcounter0': {n} - {i} - 1, 'first': {i} == 0, "
            f"'last': {i} == {n} - 1}}"
        )
        return name

    def _real_loop(self, statement: For, values: str, length: str, scope: Scope) -> None:
        out = self.out
        index, frame, forloop = self._new("i"), self._new("frame"), self._new("forloop")
        loop = Loop(index, length, frozenset("*"), None)
        self._materialise(scope)
        out.line(f"{forloop} = find({scope.context}, 'forloop')")
        out.line(f"{forloop} = {{'parentloop': {{}} if {forloop} is MISSING else {forloop}}}")
        out.line(f"{scope.context}.push()")
        out.line(f"{frame} = {scope.context}.dicts[-1]")
        out.line(f"{frame}['forloop'] = {forloop}")
        inner = scope.child(own={}, loop=None, in_loop=True, real=True, frame=frame)
        inner.loaded.clear()
        locals_of = {target: self._new("v_") for target in statement.targets}
        with out.block("try:"):
            with out.block(self._head(statement, values, loop, locals_of)):
                self._unpack(statement, locals_of)
                if len(locals_of) > 1:
                    # Several names are in a frame of each turn; what the body sets goes with it.
                    out.line(f"{frame}.clear()")
                    out.line(f"{frame}['forloop'] = {forloop}")
                out.line(f"{forloop}['counter0'] = {index}")
                out.line(f"{forloop}['counter'] = {index} + 1")
                out.line(f"{forloop}['revcounter'] = {length} - {index}")
                out.line(f"{forloop}['revcounter0'] = {length} - {index} - 1")
                out.line(f"{forloop}['first'] = {index} == 0")
                out.line(f"{forloop}['last'] = {index} == {length} - 1")
                inner.loaded.update(locals_of)
                if len(locals_of) == 1:
                    ((target, local),) = locals_of.items()
                    out.line(f"{frame}[{literal(target)}] = {local}")
                    self._body(statement.body, inner)
                    self._flush()
                else:
                    self._turn_in_frame(statement.body, locals_of, inner)
        with out.block("finally:"):
            out.line(f"{scope.context}.pop()")

    def _turn_in_frame(self, body: Body, locals_of: dict[str, str], scope: Scope) -> None:
        """A loop's body where several names have a frame of their own in each turn."""
        scope.frame = self._new("frame")
        pairs = ", ".join(f"{literal(name)}: {local}" for name, local in locals_of.items())
        self.out.line(f"{scope.frame} = {scope.context}.push({{{pairs}}})")
        with self.out.block("try:"):
            self._body(body, scope)
            self._flush()
            self.out.line("pass")
        with self.out.block("finally:"):
            self.out.line(f"{scope.context}.pop()")

    def _materialise(self, scope: Scope) -> None:
        """Code that needs a context is reached only through real frames; see `needs_context`."""
        if scope.own or scope.loop is not None:
            raise LeftToNodes("a real frame inside of names that no context knows")

    # ------------------------------------------------------------------ frames

    def _framed(
        self, values: Sequence[tuple[str, Value]], body: Body, scope: Scope, hidden: bool = False
    ) -> None:
        """A body with names of its own: `hidden` hides those around it."""
        locals_of = []
        for name, value in values:
            local = self._new("v_")
            self._value(value, local, scope, if_missing="invalid_value")
            locals_of.append((name, local))
        if needs_context(body):
            self._real_frame(locals_of, body, scope, hidden)
            return
        inner = scope.child(real=False)
        if hidden:
            inner = Scope(
                context=scope.context,
                frame="{}",
                autoescape=scope.autoescape,
                in_loop=scope.in_loop,
                real=False,
                only=True,
            )
        inner.own.update(locals_of)
        if any(name == "forloop" for name, _ in locals_of):
            inner.loop = None
        self._body(body, inner)
        if not hidden:
            # What was read of the context within can be used after it.
            for name, local in inner.loaded.items():
                if name not in inner.own:
                    scope.loaded.setdefault(name, local)

    def _real_frame(
        self, locals_of: Sequence[tuple[str, str]], body: Body, scope: Scope, hidden: bool
    ) -> None:
        out = self.out
        self._flush()
        self._materialise(scope)
        frame = self._new("frame")
        pairs = ", ".join(f"{literal(name)}: {local}" for name, local in locals_of)
        context = scope.context
        if hidden:
            context = self._new("context")
            out.line(f"{context} = {scope.context}.new({{{pairs}}})")
        else:
            out.line(f"{context}.push({{{pairs}}})")
        out.line(f"{frame} = {context}.dicts[-1]")
        inner = scope.child(own={}, real=True, frame=frame, context=context)
        inner.loaded.clear()
        with out.block("try:"):
            self._body(body, inner)
            self._flush()
            out.line("pass")
        with out.block("finally:"):
            out.line("pass" if hidden else f"{context}.pop()")
        scope.loaded.clear()

    def _block(self, statement: Block, scope: Scope) -> None:
        if not needs_context(statement.body):
            self._framed((), statement.body, scope)
            return
        node = self._bind(statement.node, "block")
        self._flush()
        self._real_frame([("block", node)], statement.body, scope, hidden=False)

    def _autoescape(self, statement: Autoescape, scope: Scope) -> None:
        inner = scope.child(own=scope.own, loaded=scope.loaded, autoescape=statement.is_on)
        if not needs_context(statement.body):
            self._body(statement.body, inner)
            return
        self._flush()
        old = self._new("old")
        self.out.line(f"{old} = {scope.context}.autoescape")
        self.out.line(f"{scope.context}.autoescape = {statement.is_on}")
        self._body(statement.body, inner)
        self._flush()
        self.out.line(f"{scope.context}.autoescape = {old}")

    def _watch(self, template: Any, scope: Scope) -> None:
        if self.options.watch is not None:
            watch = self._bind(self.options.watch, "watch")
            self.out.line(f"{watch}({self._bind(template, 'template')}, {scope.context})")

    def _include(self, statement: Include, scope: Scope) -> None:
        self._at(statement.where)
        self._watch(statement.template, scope)
        if not needs_context(statement.body):
            self._framed(statement.values, statement.body, scope, hidden=statement.only)
            return
        self._flush()
        template = self._bind(statement.template, "template")
        with self.out.block(f"with {scope.context}.render_context.push_state({template}):"):
            self.out.line("pass")
            self._framed(statement.values, statement.body, scope, hidden=statement.only)
            self._flush()

    # ------------------------------------------------------------------ calls

    def _run(self, statement: Run, scope: Scope) -> None:
        self._at(statement.where)
        arguments = [scope.context]
        for value in statement.values:
            name = self._new("t")
            if_missing = "None" if statement.missing_is_none else "invalid_value"
            self._value(value, name, scope, if_missing=if_missing)
            arguments.append(name)
        function = self._bind(statement.function, _hint(statement.function))
        if statement.target is not None:
            self._flush()
        name = self._new("t" if statement.target is None else "v_")
        self.out.line(f"{name} = {function}({', '.join(arguments)})")
        if statement.escapes and scope.autoescape:
            escape = self._bind(conditional_escape, "conditional_escape")
            self._show(name, f"{escape}({name})", scope)
        if statement.target is None:
            self._part(name)
        else:
            self._assign(statement.target, name, scope)

    def _assign(self, target: str, local: str, scope: Scope) -> None:
        if not scope.real:
            raise LeftToNodes("a name is set where there is no frame for it")
        self.out.line(f"{scope.frame}[{literal(target)}] = {local}")
        scope.loaded[target] = local

    def _capture(self, statement: Capture, scope: Scope) -> None:
        self._at(statement.where)
        self._flush()
        captured = self._new("out")
        self.out.line(f"{captured}, out = out, []")
        self._body(statement.body, scope)
        self._flush()
        text, function = self._new("t"), self._bind(statement.function, "through")
        self.out.line(f'{text} = {function}({scope.context}, SafeString("".join(out)))')
        self.out.line(f"out = {captured}")
        self._part(text)

    def _call(self, statement: Call, scope: Scope) -> None:
        self._flush()
        self._at(statement.where)
        self._materialise(scope)
        node = self._bind(statement.node, "node")
        self.out.line(f"out.append({node}.render_annotated({scope.context}))")
        scope.loaded.clear()

    # ------------------------------------------------------------------ values

    def _value(self, value: Value, name: str, scope: Scope, if_missing: str) -> None:
        """Write the local `name` = the value.

        `if_missing` says what a variable that does not exist is: ``None``, what ``string_if_invalid``
        makes of it for output (``invalid``), or its value as others see it (``invalid_value``).
        """
        match value:
            case Const(value=constant):
                self.out.line(f"{name} = {self._constant(constant)}")
            case Path():
                self._variable(value, name, scope, if_missing)
            case Filtered(base=base, calls=calls):
                self._filtered(base, calls, name, scope, if_missing)

    def _constant(self, value: Any) -> str:
        try:
            return literal(value)
        except TypeError:
            return self._bind(value, "const")

    def _variable(self, path: Path, name: str, scope: Scope, if_missing: str) -> None:
        number = self._loop_number(path, scope)
        if number is not None:
            self.out.line(f"{name} = {number}")
            return
        if not self._path(path, name, scope, calls_last=True):
            return
        with self.out.block(f"if {name} is MISSING:"):
            self.out.line(f"{name} = {self._stand_in(path, scope, if_missing)}")

    def _stand_in(self, path: Path, scope: Scope, if_missing: str) -> str:
        if if_missing == "None":
            return f"lost({scope.context}, {literal(path.text)})"
        return f"invalid({scope.context}, {literal(path.text)})"

    def _filtered(
        self,
        base: Const | Path,
        calls: Sequence[FilterCall],
        name: str,
        scope: Scope,
        if_missing: str,
    ) -> None:
        skips = self.options.string_if_invalid and if_missing != "None" and isinstance(base, Path)
        if skips and self._loop_number(base, scope) is None:  # type: ignore[arg-type]
            assert isinstance(base, Path)
            self._path(base, name, scope, calls_last=True)
            with self.out.block(f"if {name} is MISSING:"):
                self.out.line(f"{name} = {self._stand_in(base, scope, if_missing)}")
            with self.out.block("else:"):
                inner = scope.child(own=scope.own)
                for call in calls:
                    self._filter(call, name, inner)
            return
        self._value(base, name, scope, if_missing)
        for call in calls:
            self._filter(call, name, scope)

    def _filter(self, call: FilterCall, name: str, scope: Scope) -> None:
        arguments = [name]
        for arg in call.args:
            if isinstance(arg, Path):
                local = self._new("a")
                if self._path(arg, local, scope, calls_last=True):
                    self.out.line(f"{local} = found({local}, {literal(arg.text)}, {scope.context})")
                arguments.append(local)
            else:
                local = self._new("a")
                self._value(arg, local, scope, "None")
                arguments.append(local)
        if call.expects_localtime:
            localtime = self._bind(template_localtime, "localtime")
            self.out.line(f"{name} = {localtime}({name}, {scope.context}.use_tz)")
        if call.needs_autoescape:
            arguments.append(f"autoescape={scope.autoescape}")
        intrinsic = intrinsics.get(call.function)
        if intrinsic is not None:
            self.out.lines(intrinsic.format(value=name, arg=arguments[-1]))
            return
        function = self._bind(call.function, f"filter_{_hint(call.function)}")
        applied = f"{function}({', '.join(arguments)})"
        if call.is_safe:
            applied = f"resafe({applied}, {name})"
        # PERF: a filter that works on text needs none of its wrapping for a plain string.
        on_text = getattr(call.function, "_on_text", None)
        if on_text is not None and not call.expects_localtime:
            bare = self._bind(on_text, f"text_{_hint(call.function)}")
            with self.out.block(f"if type({name}) is str:"):
                self.out.line(f"{name} = {bare}({', '.join(arguments)})")
            with self.out.block("else:"):
                self.out.line(f"{name} = {applied}")
            return
        self.out.line(f"{name} = {applied}")

    # ------------------------------------------------------------------ variables

    def _load(self, name: str, scope: Scope) -> str:
        """The local that holds the name's value or `MISSING`, read from the context if need be."""
        if name in scope.own:
            return scope.own[name]
        if name in scope.loaded:
            return scope.loaded[name]
        if scope.only:
            return "MISSING"
        local = self._new("x_")
        text = literal(name)
        self.out.line(
            f"{local} = {scope.frame}[{text}] if {text} in {scope.frame} "
            f"else find({scope.context}, {text})"
        )
        scope.loaded[name] = local
        return local

    def _number_or_load(self, path: Path, scope: Scope) -> None:
        if self._loop_number(path, scope) is None:
            self._load(path.names[0], scope)

    def _loop_number(self, path: Path, scope: Scope) -> str | None:
        """The expression for ``forloop.counter`` and its like, if the loop's counters are locals."""
        if path.names[0] != "forloop" or "forloop" in scope.own:
            return None
        loop = scope.loop
        rest = path.names[1:]
        while loop is not None and rest[:1] == ("parentloop",):
            loop, rest = loop.parent, rest[1:]
        if loop is None or len(rest) != 1:
            return None
        i, n = loop.index, loop.length
        return {
            "counter": f"{i} + 1",
            "counter0": i,
            "revcounter": f"{n} - {i}",
            "revcounter0": f"{n} - {i} - 1",
            "first": f"{i} == 0",
            "last": f"{i} == {n} - 1",
        }.get(rest[0])

    def _path(self, path: Path, name: str, scope: Scope, calls_last: bool) -> bool:
        """Write the local `name` = the variable's value or `MISSING`; whether it can be missing.

        `calls_last` False leaves it to whoever shows the value to call it.
        """
        first, *rest = path.names
        source = self._load(first, scope)
        out = self.out
        if not rest:
            out.line(f"{name} = {source}")
            if calls_last:
                self._call_value(name, first, scope)
            return first not in scope.own
        context = scope.context
        if len(rest) == 1 and not rest[0].lstrip("-").isdigit() and rest[0].isidentifier():
            self._look_up(source, path.names, name, scope, calls_last)
            return True
        expression = self._new("b")
        out.line(f"{expression} = {source}")
        self._call_value(expression, first, scope)
        for bit in rest:
            expression = f"get({expression}, {literal(bit)}, {context})"
        out.line(f"{name} = {expression}")
        return True

    def _call_value(self, name: str, bit: str, scope: Scope) -> None:
        with self.out.block(f"if callable({name}):"):
            self.out.line(f"{name} = called({name}, {literal(bit)}, {scope.context})")

    def _look_up(
        self, base: str, names: tuple[str, ...], name: str, scope: Scope, calls_last: bool
    ) -> None:
        """Write the local `name` = the attribute or item of the local `base`."""
        out = self.out
        first, bit = names
        context, text = scope.context, literal(bit)
        kind = scope.kinds.get(base)
        if kind is None:
            kind = self._new("k")
            out.line(f"{kind} = KINDS[type({base})]")
        with out.block(f"if {kind} == {runtime.ATTRIBUTE}:"):
            with out.block("try:"):
                out.line(f"{name} = {base}.{bit}")
            with out.block("except Exception as error:"):
                out.line(f"{name} = not_attribute({base}, {text}, error, {context})")
        with out.block(f"elif {kind} == {runtime.ITEM}:"):
            with out.block("try:"):
                out.line(f"{name} = {base}[{text}]")
            with out.block("except Exception as error:"):
                out.line(f"{name} = not_item({base}, {text}, error, {context})")
        with out.block("else:"):
            called = f"called({base}, {literal(first)}, {context})"
            out.line(f"{name} = get({called} if callable({base}) else {base}, {text}, {context})")
        if calls_last:
            self._call_value(name, bit, scope)


def _has_variable_argument(value: Filtered) -> bool:
    return any(isinstance(arg, Path) for call in value.calls for arg in call.args)


def _hint(function: Any) -> str:
    name = getattr(function, "__name__", "")
    return name if name.isidentifier() else "function"


def write_template(body: Body, options: Options) -> Writer:
    """The source of ``render(context)`` for a template's body, and what it needs."""
    writer = Writer(options)
    writer.write(body)
    return writer
