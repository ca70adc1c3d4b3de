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

from collections.abc import Sequence
from typing import Any

from vivace.codegen import literal
from vivace.template.compiled.effects import (
    cells_of,
    condition_paths,
    free_names,
    has_addresses,
    has_calls,
    has_variable_argument,
    looked_up,
    loop_uses,
    needs_context,
    readers_in,
)
from vivace.template.compiled.nodes import (
    Address,
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
    Extended,
    Filtered,
    For,
    If,
    Include,
    LeftToNodes,
    Not,
    Output,
    Path,
    Reader,
    Run,
    Statement,
    Text,
    Value,
    With,
)
from vivace.template.compiled.writing.cells import CELL, FEWEST, ROW, row_text, table_text
from vivace.template.compiled.writing.scope import Loop, Options, Scope
from vivace.template.compiled.writing.tags import TagWriter
from vivace.template.compiled.writing.values import hint
from vivace.template.language.variable import VariableDoesNotExist

__all__ = ["Options", "Writer", "write_template"]


class Writer(TagWriter):
    """Writes the source of one template."""

    # --- the function

    def write(self, body: Body) -> None:
        """Write the function ``render(context)``."""
        # Loops that are reached only after they could not be written at once.
        self._tried: list[Statement] = []
        with self.out.block("def render(context):"):
            begin = self.out.later()
            self.out.line("top = context.dicts[-1]")
            self._body(body, Scope(autoescape=self.options.autoescape))
            self._flush()
            # PERF: locals are read sooner than what is built in, and these are asked for everywhere.
            types = ["type, str, int = TYPES"] if self.options.hot else []
            begin("; ".join(["out = []", *types, *(f"{name} = ''" for name in self._empty)]))
            self.out.line('return SafeString("".join(out))')

    # --- statements

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
            case Extended():
                self._extended(statement, scope)
            case Autoescape():
                self._autoescape(statement, scope)
            case Include():
                self._include(statement, scope)
            case Run():
                self._run(statement, scope)
            case Address():
                self._address(statement, scope)
            case Capture():
                self._capture(statement, scope)
            case Call():
                self._call(statement, scope)
            case Reader():
                self._reader(statement, scope)

    # --- if

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

    def _condition(self, condition: Condition, scope: Scope, within: bool = False) -> str:
        """Write a condition; the local with its value, false where the rules say so.

        What fails `within` an operator makes that operator false.
        """
        out = self.out
        match condition:
            case Not() | Both() | Comparison():
                name = self._new("c")
                for path in condition_paths(condition):
                    # Read outside of the try, so that what is known after it was read for sure.
                    self._number_or_load(path, scope)
                with out.block("try:"):
                    # The kind of a value that was found out here may not have been, after it.
                    inner = scope.child(own=scope.own, loaded=scope.loaded)
                    self._operation(condition, name, inner)
                # Templates do not fail over a comparison that cannot be made.
                with out.block("except Exception:"):
                    out.line(f"{name} = False")
                return name
            case Const() | Path() | Filtered():
                return self._operand(condition, scope, within)

    def _operation(self, condition: Not | Both | Comparison, name: str, scope: Scope) -> None:
        out = self.out
        match condition:
            case Not(operand=operand):
                out.line(f"{name} = not {self._condition(operand, scope, True)}")
            case Both(operator=operator, left=left, right=right):
                out.line(f"{name} = {self._condition(left, scope, True)}")
                with out.block(f"if {'' if operator == 'and' else 'not '}{name}:"):
                    # What the right side reads is known only if it was reached.
                    inner = scope.child(own=scope.own)
                    out.line(f"{name} = {self._condition(right, inner, True)}")
            case Comparison(operator=operator, left=left, right=right):
                first = self._condition(left, scope, True)
                second = self._condition(right, scope, True)
                out.line(f"{name} = {first} {operator} {second}")

    def _operand(self, value: Value, scope: Scope, within: bool) -> str:
        if isinstance(value, Path):
            number = self._loop_number(value, scope)
            if number is not None:
                return f"({number})"
        name = self._new("t")
        if not within and isinstance(value, Filtered) and has_variable_argument(value):
            missing = self._bind(VariableDoesNotExist, "VariableDoesNotExist")
            with self.out.block("try:"):
                self._value(value, name, scope.child(own=scope.own), if_missing="None")
            with self.out.block(f"except {missing}:"):
                self.out.line(f"{name} = None")
        else:
            self._value(value, name, scope, if_missing="None")
        return name

    # --- for

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
        held: list[Reader] = []
        if not real:
            # Read before the loop, not in each turn of it.
            for name in free_names(statement.body):
                if name not in scope.own and name != "forloop" and name not in statement.targets:
                    self._load(name, scope)
            if has_addresses(statement.body):
                self._has_request(scope)
            held = [each for each in readers_in(statement.body) if self._hold(each, scope, True)]
        at_once = self._at_once(statement, values, scope) if self.options.hot else None
        if at_once is not None:
            text = self._new("t")
            out.line(f"{text} = {at_once} if {length} >= {FEWEST} else None")
            with out.block(f"if {text} is not None:"):
                out.line(f"out.append({text})")
        with out.block(f"{'if' if at_once is None else 'elif'} {length}:"):
            if real:
                self._real_loop(statement, values, length, scope)
            else:
                self._virtual_loop(statement, values, length, scope)
        if statement.empty:
            with out.block("else:"):
                # An empty loop has pushed a frame all the same.
                self._framed((), statement.empty, scope.child())
                self._flush()
                out.line("pass")
        for each in held:
            self._let_go(each, scope)
        if real or needs_context(statement.empty):
            scope.loaded.clear()

    def _at_once(self, statement: For, values: str, scope: Scope) -> str | None:
        """The call that writes a loop of plain values without one; None if it does more than that."""
        if not self.options.plain_integers or statement.is_reversed:
            return None
        texts = None if statement in self._tried else cells_of(statement)
        if texts is None or any(CELL in text or ROW in text for text in texts):
            return None
        function = row_text if len(texts) == 2 else table_text
        # What makes a table fail is mostly in each of its rows.
        self._tried = [each for each in statement.body if isinstance(each, For)]
        escape = "escape" if scope.autoescape else "str"
        arguments = ", ".join(map(literal, texts))
        return f"{self._bind(function, hint(function))}({values}, {arguments}, {escape})"

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
            found = self._load("forloop", scope.child())
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
        last = self._new("last")
        out.line(f"{last} = {length} - 1")
        out.line(f"{forloop} = find({scope.context}, 'forloop')")
        out.line(f"{forloop} = {{'parentloop': {{}} if {forloop} is MISSING else {forloop}}}")
        out.line(f"{frame} = push_frame({scope.context}, {{'forloop': {forloop}}})")
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
                out.line(f"{forloop}['revcounter0'] = {last} - {index}")
                out.line(f"{forloop}['first'] = not {index}")
                out.line(f"{forloop}['last'] = {index} == {last}")
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
        self._changed(scope)

    def _turn_in_frame(self, body: Body, locals_of: dict[str, str], scope: Scope) -> None:
        """A loop's body where several names have a frame of their own in each turn."""
        scope.frame = self._new("frame")
        pairs = ", ".join(f"{literal(name)}: {local}" for name, local in locals_of.items())
        self.out.line(f"{scope.frame} = push_frame({scope.context}, {{{pairs}}})")
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

    # --- frames

    def _framed(
        self, values: Sequence[tuple[str, Value]], body: Body, scope: Scope, hidden: bool = False
    ) -> None:
        """A body with names of its own: `hidden` hides those around it."""
        locals_of = []
        for name, value in values:
            local = self._new("v_")
            self._value(value, local, scope, if_missing="invalid_value")
            if not isinstance(value, Const):
                # A name of its own: what failed silently is, from here on, the text that it left.
                with self.out.block(f"if type({local}) is Silent:"):
                    self.out.line(f"{local} = str({local})")
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
            out.line(f"{frame} = {context}.dicts[-1]")
        else:
            out.line(f"{frame} = push_frame({context}, {{{pairs}}})")
        inner = scope.child(own={}, real=True, frame=frame, context=context)
        inner.loaded.clear()
        with out.block("try:"):
            self._body(body, inner)
            self._flush()
            out.line("pass")
        with out.block("finally:"):
            out.line("pass" if hidden else f"{context}.pop()")
        self._changed(scope)

    def _block(self, statement: Block, scope: Scope) -> None:
        if not statement.is_super or all(isinstance(each, Text) for each in statement.body):
            self._block_body(statement, scope)
            return
        # A failure of these kinds is one of the variable ``block.super``.
        if not needs_context(statement.body):
            for name in free_names(statement.body):
                if name not in scope.own and name != "forloop":
                    self._load(name, scope)
        self._flush()
        kept, length = self._new("out"), self._new("n")
        self.out.line(f"{kept}, {length} = out, len(out)")
        inner = scope.child(own=scope.own)
        with self.out.block("try:"):
            self._block_body(statement, inner)
            self._flush()
            self.out.line("pass")
        missing = self._bind(VariableDoesNotExist, "VariableDoesNotExist")
        with self.out.block(f"except ({missing}, UnicodeDecodeError) as error:"):
            self.out.line(f"out = {kept}")
            self.out.line(f"del out[{length}:]")
            self.out.line(f"{scope.frame} = {scope.context}.dicts[-1]")
            with self.out.block(f"if isinstance(error, {missing}):"):
                shown = f"show_path(MISSING, 'block.super', {scope.context}, {scope.autoescape})"
                self.out.line(f"out.append({shown})")
        if inner.loaded != scope.loaded:
            scope.loaded.clear()

    def _block_body(self, statement: Block, scope: Scope) -> None:
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

    def _extended(self, statement: Extended, scope: Scope) -> None:
        if not has_calls(statement.body):
            self._body(statement.body, scope)
            return
        self._flush()
        before, state = self._new("before"), f"{scope.context}.render_context"
        template = self._bind(statement.template, "template")
        self.out.line(f"{before}, {state}.template = {state}.template, {template}")
        with self.out.block("try:"):
            self._body(statement.body, scope)
            self._flush()
            self.out.line("pass")
        with self.out.block("finally:"):
            self.out.line(f"{state}.template = {before}")

    def _include(self, statement: Include, scope: Scope) -> None:
        self._at(statement.where)
        self._watch(statement.template, scope)
        if not needs_context(statement.body):
            self._framed(statement.values, statement.body, scope, hidden=statement.only)
            return
        self._flush()
        if not has_calls(statement.body):
            self._framed(statement.values, statement.body, scope, hidden=statement.only)
            return
        template = self._bind(statement.template, "template")
        with self.out.block(f"with {scope.context}.render_context.push_state({template}):"):
            self.out.line("pass")
            self._framed(statement.values, statement.body, scope, hidden=statement.only)
            self._flush()

    # --- calls

    def _capture(self, statement: Capture, scope: Scope) -> None:
        self._at(statement.where)
        self._flush()
        captured = self._new("out")
        self.out.line(f"{captured}, out = out, []")
        self._body(statement.body, scope)
        self._flush()
        text = self._new("t")
        self.out.line(f'{text} = SafeString("".join(out))')
        self.out.line(f"out = {captured}")
        for call in statement.calls:
            self._filter(call, text, scope)
        self._part(text)

    def _call(self, statement: Call, scope: Scope) -> None:
        self._flush()
        self._at(statement.where)
        self._materialise(scope)
        node = self._bind(statement.node, "node")
        method = "render_annotated" if statement.annotated else "render"
        self.out.line(f"out.append({node}.{method}({scope.context}))")
        self._changed(scope)

    def _changed(self, scope: Scope) -> None:
        """Whatever may have been done to the context was done: names, and frames left on it."""
        self.out.line(f"{scope.frame} = {scope.context}.dicts[-1]")
        scope.loaded.clear()


def write_template(body: Body, options: Options) -> Writer:
    """The source of ``render(context)`` for a template's body, and what it needs."""
    writer = Writer(options)
    writer.write(body)
    return writer
