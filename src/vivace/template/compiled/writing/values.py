"""The half of the compiler that is about values: variables, filters, and how a value is written.

The types that need no more than a look are told apart in the written code; everything else is a call of
``runtime``. See ``compile`` for how names and output are kept.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import Any, NamedTuple

from vivace.codegen import Bindings, Source, formatted, is_name, literal
from vivace.template.compiled import runtime
from vivace.template.compiled.effects import condition_paths
from vivace.template.compiled.nodes import Const, FilterCall, Filtered, Output, Path, Value, Where
from vivace.template.compiled.readers import Known
from vivace.template.compiled.writing.intrinsics import intrinsics
from vivace.template.compiled.writing.scope import Options, Scope
from vivace.template.defaultfilters import length, lower, upper
from vivace.utils.safestring import SafeData, SafeString
from vivace.utils.timezone import template_localtime

__all__ = ["COMMON", "ValueWriter", "hint"]

# What of a loop's counters are numbers.
_INTEGERS = frozenset({"counter", "counter0", "revcounter", "revcounter0"})

# A string expression with more parts than this is ended and begun anew.
MAX_PARTS = 40
# So many parts are worth being formatted together.
MANY_PARTS = 4


# What every template's code may name.
COMMON: dict[str, object] = {
    **{
        name: getattr(runtime, name)
        for name in (
            "KINDS", "MISSING", "called", "find", "found", "get", "invalid", "loop_values", "lost",
            "not_quick", "not_shown", "plain", "push_frame", "resafe", "show", "show_filtered",
            "show_path", "show_variable", "Silent", "unpack",
        )
    },
    "TYPES": (type, str, int),
    "SafeData": SafeData,
    "SafeString": SafeString,
    "escape": runtime.escape_text,
    "filter_length": length,
    "filter_lower": lower,
    "filter_upper": upper,
}  # fmt: skip


class _Part(NamedTuple):
    """Something to be written: a text; or an expression, which gives a string.

    What `is_plain` is a local, or sums of such, and gives a ``str`` or ``int`` and nothing derived of
    them: it can be formatted.
    """

    text: str | None
    expression: str = ""
    is_plain: bool = False

    def __str__(self) -> str:
        if self.text is not None:
            return literal(self.text)
        return formatted([(None, self.expression)]) if self.is_plain else self.expression


class ValueWriter:
    """Writes values: the base of the writer of templates."""

    def __init__(self, options: Options) -> None:
        self.options = options
        self.out = Source()
        self.names = Bindings(COMMON)
        self.places: list[tuple[int, Where]] = []
        self._serial = 0
        # What is to be written, as `_Part` tells; whether it is in a loop, or hot.
        self._parts: list[_Part] = []
        self._fast = options.hot
        # Whether a part is yet to be evaluated, which must happen before anything else is.
        self._unsettled = False
        # Locals that are the empty string at first.
        self._empty: list[str] = []
        # Nodes of which it is taken for granted that they only read, and the locals for their names.
        self.known: list[Known] = []
        self._held: dict[tuple[int, bool], tuple[str, str]] = {}

    def _new(self, hint: str) -> str:
        self._serial += 1
        return f"{hint}{self._serial}"

    def _bind(self, value: object, hint: str) -> str:
        return self.names.bind(value, hint)

    def _at(self, where: Where) -> None:
        self.places.append((self.out.length + 1, where))

    # --- output

    def _text(self, text: str) -> None:
        if text:
            # A text node's text may be a safe string, which has no literal form.
            before = self._parts.pop().text if self._parts and self._parts[-1].text else ""
            self._add(_Part("".join([before or "", text])))

    def _part(self, expression: str, is_plain: bool = False) -> None:
        self._add(_Part(None, expression, is_plain))

    def _add(self, part: _Part) -> None:
        self._parts.append(part)
        if len(self._parts) >= MAX_PARTS:
            self._flush()

    def _flush(self) -> None:
        parts = self._parts
        if len(parts) == 1:
            self.out.line(f"out.append({parts[0]})")
        elif self._fast:
            # PERF: formatting many parts takes less than an append, and a place in a join, for each.
            for can_format, group in groupby(parts, lambda part: part.is_plain or bool(part.text)):
                together = list(group)
                if can_format and len(together) >= MANY_PARTS:
                    source = formatted((part.text, part.expression) for part in together)
                    self.out.line(f"out.append({source})")
                else:
                    for part in together:
                        self.out.line(f"out.append({part})")
        elif parts:
            self.out.line(f"out += ({', '.join(map(str, parts))})")
        parts.clear()
        self._unsettled = False

    def _settle(self) -> None:
        """Have all parts evaluated: values are looked up, and called, in the template's order."""
        if self._unsettled and self._parts:
            self._flush()

    def _output(self, statement: Output, scope: Scope) -> None:
        self._at(statement.where)
        value = statement.value
        if isinstance(value, Const):
            text = self._constant_text(value.value, scope)
            if text is not None:
                self._text(text)
                return
        if not (self.options.hot or scope.in_loop):
            compact = self._compact(value, scope)
            if compact is not None:
                self._part(compact)
                self._unsettled = True
                return
        name = self._new("t")
        if isinstance(value, Path):
            number = self._loop_number(value, scope)
            if number is not None:
                is_integer = value.names[-1] in _INTEGERS
                self._part(number if is_integer else f"str({number})", is_integer)
                return
            slow = f"show_path({name}, {literal(value.text)}, {scope.context}, {scope.autoescape})"
        else:
            slow = f"show({name}, {scope.context}, {scope.autoescape})"
        self._look(value, name, scope)
        if self.options.hot and scope.in_loop and scope.autoescape and isinstance(value, Path):
            self._show_again(name, slow, scope)
        else:
            self._show(name, slow, scope)
        self._part(name, is_plain=True)

    def _look(self, value: Value, name: str, scope: Scope) -> None:
        """Write the local `name` = the value for output; nothing, if its bytes are no text."""
        self._settle()
        for path in condition_paths(value):
            # Read outside of the try, so that what is known after it was read for sure.
            self._number_or_load(path, scope)
            if self._is_quick(path) and self._loop_number(path, scope) is None:
                self._kind(self._load(path.names[0], scope), scope)
        if isinstance(value, Path) and len(value.names) == 1:
            self._path(value, name, scope, calls_last=False)
            return
        if isinstance(value, Path) and self._is_quick(value):
            base = self._load(value.names[0], scope)
            self._look_up(base, value.names, name, scope, calls_last=False, shown=True)
            return
        with self.out.block("try:"):
            if isinstance(value, Path):
                self._path(value, name, scope, calls_last=False)
            else:
                self._value(value, name, scope, if_missing="invalid")
        with self.out.block("except UnicodeDecodeError:"):
            self.out.line(f'{name} = ""')

    def _compact(self, value: Value, scope: Scope) -> str | None:
        """One expression that writes a value, for code that is not hot; None if there is none.

        It reads the context at the time, so it cannot be of names that only locals hold.
        """
        path = value.base if isinstance(value, Filtered) else value
        if not isinstance(path, Path) or path.names[0] in scope.own or scope.only:
            return None
        if path.names[0] == "forloop" and scope.loop is not None:
            return None
        if ".".join(path.names) != path.text:
            return None
        context = scope.context
        if not isinstance(value, Filtered):
            return f"show_variable({context}, {literal(path.text)}, {scope.autoescape})"
        if self.options.string_if_invalid:
            return None
        steps = ""
        for call in value.calls:
            if call.expects_localtime or any(isinstance(arg, Path) for arg in call.args):
                return None
            function = self._bind(call.function, f"filter_{hint(call.function)}")
            constants = [arg.value for arg in call.args if isinstance(arg, Const)]
            args = "".join(f", {self._constant(value)}" for value in constants)
            steps += f", ({function}, {call.is_safe}, {call.needs_autoescape}{args})"
        return f"show_filtered({context}, {literal(path.text)}, {scope.autoescape}{steps})"

    def _constant_text(self, value: Any, scope: Scope) -> str | None:
        if isinstance(value, str):
            return str(runtime.escape_if_unsafe(value) if scope.autoescape else value)
        if type(value) is int and self.options.plain_integers:
            return str(value)
        return None

    def _show_again(self, name: str, slow: str, scope: Scope) -> None:
        """`_show` in a loop: a string that is the one of the turn before is not escaped again.

        PERF: the same object, as are the names of choices, or what does not change in the loop.
        """
        before, escaped = self._new("p"), self._new("q")
        self._empty += before, escaped
        with self.out.block(f"if {name} is {before}:"):
            self.out.line(f"{name} = {escaped}")
        with self.out.block("else:"):
            self._show(name, slow, scope, keep=(before, escaped))

    def _show(
        self, name: str, slow: str, scope: Scope, keep: tuple[str, str] | None = None
    ) -> None:
        """Make the local `name` a plain string, or an integer, that can be written.

        The locals `keep` get a plain string as it was, and as it is written.
        """
        out = self.out
        kind = self._new("k")
        out.line(f"{kind} = type({name})")
        with out.block(f"if {kind} is str:"):
            if keep:
                out.line(f"{keep[0]} = {name}")
            if not scope.autoescape:
                out.line("pass")
            elif self.options.hot or scope.in_loop:
                for char, entity in runtime.ENTITIES:
                    with out.block(f"if {literal(char)} in {name}:"):
                        out.line(f"{name} = {name}.replace({literal(char)}, {literal(entity)})")
            else:
                out.line(f"{name} = escape({name})")
            if keep:
                out.line(f"{keep[1]} = {name}")
        if self.options.plain_integers:
            with out.block(f"elif {kind} is int:"):
                out.line("pass")
        # PERF: a slice of all is the plain string within, which is sooner formatted.
        with out.block(f"elif {kind} is SafeString:"):
            out.line(f"{name} = {name}[:]")
        with out.block("else:"):
            out.line(f"{name} = {slow}")

    # --- values

    def _value(self, value: Value, name: str, scope: Scope, if_missing: str) -> None:
        """Write the local `name` = the value.

        `if_missing` says what a variable that does not exist is: ``None``, what ``string_if_invalid``
        makes of it for output (``invalid``), or its value as others see it (``invalid_value``).
        """
        self._settle()
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
            if isinstance(arg, Path) and self._loop_number(arg, scope) is None:
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
        function = self._bind(call.function, f"filter_{hint(call.function)}")
        applied = f"{function}({', '.join(arguments)})"
        if call.is_safe:
            applied = f"resafe({applied}, {name})"
        # PERF: a filter that works on text needs none of its wrapping for a plain string.
        on_text = getattr(call.function, "_on_text", None)
        if getattr(call.function, "__wrapped__", None) is not on_text:
            # Another decorator around it has copied the attribute, and wants to be called.
            on_text = None
        if on_text is not None and not call.expects_localtime:
            bare = self._bind(on_text, f"text_{hint(call.function)}")
            with self.out.block(f"if type({name}) is str:"):
                self.out.line(f"{name} = {bare}({', '.join(arguments)})")
            with self.out.block("else:"):
                self.out.line(f"{name} = {applied}")
            return
        self.out.line(f"{name} = {applied}")

    # --- variables

    def _load(self, name: str, scope: Scope) -> str:
        """The local that holds the name's value or `MISSING`, read from the context if need be."""
        if name in scope.own:
            return scope.own[name]
        if name in scope.loaded:
            return scope.loaded[name]
        if scope.only:
            # Every context knows these three.
            return name if name in ("True", "False", "None") else "MISSING"
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
        self._settle()
        first, *rest = path.names
        source = self._load(first, scope)
        out = self.out
        if not rest:
            out.line(f"{name} = {source}")
            if calls_last:
                self._call_value(name, first, scope)
            return first not in scope.own
        context = scope.context
        if self._is_quick(path):
            self._look_up(source, path.names, name, scope, calls_last)
            return True
        expression = self._new("b")
        out.line(f"{expression} = {source}")
        self._call_value(expression, first, scope)
        for bit in rest:
            expression = f"get({expression}, {literal(bit)}, {context})"
        out.line(f"{name} = {expression}")
        return True

    @staticmethod
    def _is_quick(path: Path) -> bool:
        """Whether it is one lookup, of what is a name in Python, too."""
        return len(path.names) == 2 and is_name(path.names[1])

    def _kind(self, base: str, scope: Scope) -> str:
        """The local that holds the kind of the local `base`."""
        kind = scope.kinds.get(base)
        if kind is None:
            kind = scope.kinds[base] = self._new("kind")
            self.out.line(f"{kind} = KINDS[type({base})]")
        return kind

    def _call_value(self, name: str, bit: str, scope: Scope) -> None:
        with self.out.block(f"if callable({name}):"):
            self.out.line(f"{name} = called({name}, {literal(bit)}, {scope.context})")

    def _look_up(
        self,
        base: str,
        names: tuple[str, ...],
        name: str,
        scope: Scope,
        calls_last: bool,
        shown: bool = False,
    ) -> None:
        """Write the local `name` = the attribute or item of the local `base`.

        A value that is to be `shown` is nothing if its bytes are no text.
        """
        out = self.out
        first, bit = names
        context, text = scope.context, literal(bit)
        kind = self._kind(base, scope)
        # PERF: one block for all three kinds, which are true, false and none of both.
        with out.block("try:"):
            with out.block(f"if {kind}:"):
                out.line(f"{name} = {base}.{bit}")
            with out.block(f"elif {kind} is {runtime.ITEM}:"):
                out.line(f"{name} = {base}[{text}]")
            with out.block("else:"):
                called = f"called({base}, {literal(first)}, {context})"
                value = f"{called} if callable({base}) else {base}"
                out.line(f"{name} = get({value}, {text}, {context})")
        with out.block("except Exception as error:"):
            given = f"{kind}, {base}, {text}, error, {context}"
            out.line(f"{name} = {'not_shown' if shown else 'not_quick'}({given})")
        if calls_last:
            self._call_value(name, bit, scope)


def hint(function: Any) -> str:
    name = getattr(function, "__name__", "")
    return name if name.isidentifier() and name.isascii() else "function"
