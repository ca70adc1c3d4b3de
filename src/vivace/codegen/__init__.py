"""Python source in, functions out: the only place in the package that executes generated code.

Rules that make this safe and debuggable:

* Nothing that came from outside is ever pasted into source. A literal goes through `literal`, any
  other object is handed over as a bound constant (`Bindings.bind`), which is a global of the
  generated function and so as fast to read as a local name.
* Each compiled source gets a file name of its own and a `linecache` entry that lives as long as the
  function does, so tracebacks show the line and debuggers can step through it.
"""

from __future__ import annotations

import itertools
import keyword
import linecache
import textwrap
import threading
import unicodedata
import weakref
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from types import CodeType, FunctionType
from typing import Any

__all__ = [
    "Bindings",
    "LateFunction",
    "Source",
    "compile_again",
    "compile_function",
    "compile_with_code",
    "formatted",
    "function_of_code",
    "is_name",
    "literal",
    "source_of",
]

_serial = itertools.count(1)
_PLAIN = (str, bytes, int, float, bool, type(None))


def literal(value: object) -> str:
    """`value` as Python source.

    Only exact built-in scalars and tuples of them have a source form that cannot be tampered with
    by a subclass's ``__repr__``; anything else raises `TypeError` and belongs in a binding.
    """
    if type(value) in _PLAIN:
        if type(value) is float and (value != value or value in (float("inf"), float("-inf"))):
            raise TypeError(f"{value!r} has no literal form; bind it")
        return repr(value)
    if type(value) is tuple:
        inner = ", ".join(map(literal, value))
        return f"({inner},)" if value else "()"
    raise TypeError(f"{type(value).__name__} objects have no literal form; bind them")


def is_name(text: str) -> bool:
    """Whether `text` can be a name in source, and means itself there."""
    return (
        text.isidentifier()
        and not keyword.iskeyword(text)
        and text != "__debug__"
        # Python reads a name in this form, whatever form it was written in.
        and unicodedata.normalize("NFKC", text) == text
    )


def formatted(parts: Iterable[tuple[str | None, str]]) -> str:
    """A formatted string literal of `parts`: each a text, or None and an expression to be formatted.

    An expression is source, and may hold neither quotes nor backslashes nor braces.
    """
    text = "".join(
        f"{{{expression}}}" if part is None else part.replace("{", "{{").replace("}", "}}")
        for part, expression in parts
    )
    return f"f{text!r}"


class Bindings(dict[str, object]):
    """The constants of one generated source, by the name under which the source reads them."""

    def bind(self, value: object, hint: str) -> str:
        """Give `value` a name made from `hint`, the same one each time for the same object."""
        name = hint
        number = 1
        while name in self:
            if self[name] is value:
                return name
            number += 1
            name = f"{hint}_{number}"
        if not name.isidentifier() or keyword.iskeyword(name):
            raise ValueError(f"{name!r} is no name that generated code can use")
        self[name] = value
        return name


def _execute(source: str, label: str, namespace: dict[str, Any]) -> None:
    code = compile(source, label, "exec", dont_inherit=True)
    exec(code, namespace)  # noqa: S102
    _keep_source(label, source)


def _keep_source(label: str, source: str) -> None:
    # With no modification time given, linecache.checkcache() leaves the entry alone.
    linecache.cache[label] = (len(source), None, source.splitlines(True), label)


def _new_label(filename: str) -> str:
    return f"<vivace {filename} {next(_serial)}>"


def compile_function(
    name: str, source: str, bindings: Mapping[str, object], *, filename: str
) -> Callable[..., Any]:
    """Compile `source` and return the function called `name` that it defines.

    `filename` says in words what the code is (``pipeline wsgi``); it appears in tracebacks. Names
    in `bindings` are the globals of the source.
    """
    return compile_with_code(name, source, bindings, filename=filename)[0]


def compile_with_code(
    name: str, source: str, bindings: Mapping[str, object], *, filename: str
) -> tuple[Callable[..., Any], CodeType]:
    """`compile_function`, and the code from which `function_of_code` makes the function again."""
    label = _new_label(filename)
    namespace: dict[str, Any] = {**bindings, "__name__": "vivace.generated"}
    _execute(source, label, namespace)
    function: FunctionType = namespace[name]
    weakref.finalize(function, linecache.cache.pop, label, None).atexit = False
    return function, function.__code__


def compile_again(
    name: str, source: str, bindings: Mapping[str, object], *, filename: str
) -> Callable[..., Any]:
    """`compile_function` for a source that comes again, with other bindings.

    Its code is kept, for the last thousand sources or so, and copied. The function has no defaults.
    """
    code = _codes.get(source)
    if code is None:
        function, code = compile_with_code(name, source, bindings, filename=filename)
        if len(_codes) >= _MOST_CODES:
            _codes.clear()
        _codes[source] = code
        return function
    label = _new_label(filename)
    # The interpreter adapts a code object to the globals it runs with, so each function has its own.
    made = function_of_code(code.replace(co_filename=label), dict(bindings))
    _keep_source(label, source)
    weakref.finalize(made, linecache.cache.pop, label, None).atexit = False
    return made


_codes: dict[str, CodeType] = {}
_MOST_CODES = 1000


def function_of_code(code: CodeType, namespace: dict[str, Any]) -> FunctionType:
    """The function with the code of one from `compile_with_code`.

    `namespace` becomes its globals: the bindings.
    """
    namespace["__name__"] = "vivace.generated"
    return FunctionType(code, namespace)


class LateFunction:
    """A function that exists before its code does, and whose code may be thrown away again.

    `function` can be handed out at once. Its first call asks `link` for ``(source, bindings)``, of
    which the source defines a function of the same name and parameters; from then on a call costs
    what a call of that function costs, for it *is* that function. `unlink` undoes it.
    """

    def __init__(
        self,
        name: str,
        parameters: str,
        link: Callable[[], tuple[str, Mapping[str, object]]],
        *,
        filename: str,
        is_async: bool = False,
    ) -> None:
        self._name = name
        self._filename = filename
        self._link = link
        self._lock = threading.RLock()
        self._label: str | None = None
        wait, start = ("await ", "async def") if is_async else ("", "def")
        self._namespace: dict[str, Any] = {"__name__": "vivace.generated", "_linked": self.link}
        stub = f"{start} {name}({parameters}):\n    return {wait}_linked()({parameters})\n"
        _execute(stub, _new_label(f"{filename} stub"), self._namespace)
        self.function: FunctionType = self._namespace[name]
        self._stub = self.function.__code__

    def link(self) -> Callable[..., Any]:
        """Compile the function now, unless it was; return it."""
        with self._lock:
            if self._label is None:
                source, bindings = self._link()
                label = _new_label(self._filename)
                self._namespace.update(bindings)
                _execute(source, label, self._namespace)
                self._label = label
                self.function.__code__ = self._namespace[self._name].__code__
                self._namespace[self._name] = self.function
                weakref.finalize(self.function, linecache.cache.pop, label, None).atexit = False
        return self.function

    def unlink(self) -> None:
        """Forget the code; the next call compiles it anew."""
        with self._lock:
            if self._label is not None:
                linecache.cache.pop(self._label, None)
                self._label = None
                self.function.__code__ = self._stub


def source_of(function: Callable[..., Any]) -> str:
    """The source of a function made by `compile_function`; raises `LookupError` for any other."""
    label = getattr(getattr(function, "__code__", None), "co_filename", "")
    entry = linecache.cache.get(label)
    if not label.startswith("<vivace ") or entry is None or len(entry) != 4:
        raise LookupError(f"{function!r} was not generated")
    return "".join(entry[2])


class Source:
    """Lines of Python with their indentation, written one after the other."""

    def __init__(self) -> None:
        self._lines: list[str] = []
        self._depth = 0

    def line(self, text: str) -> None:
        """Write one line at the present depth."""
        self._lines.append("    " * self._depth + text)

    def later(self) -> Callable[[str], None]:
        """Leave room for one line at the present depth, which is given to the answer."""
        index, depth = len(self._lines), self._depth
        self._lines.append("")

        def write(text: str) -> None:
            self._lines[index] = "    " * depth + text

        return write

    @property
    def length(self) -> int:
        """How many lines there are."""
        return len(self._lines)

    def lines(self, text: str) -> None:
        """Write several lines, given with their indentation relative to the present depth."""
        for line in textwrap.dedent(text).strip("\n").splitlines():
            self.line(line)

    @contextmanager
    def block(self, head: str) -> Iterator[None]:
        """Write `head`, and what follows one level deeper."""
        self.line(head)
        self._depth += 1
        yield
        self._depth -= 1

    def __str__(self) -> str:
        return "\n".join(self._lines) + "\n"
