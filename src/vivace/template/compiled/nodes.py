"""Templates in the compiler's own form: what `build` makes of parsed nodes and `compile` reads.

Expressions tell a value, statements write output. Everything is frozen; foreign things (filters,
parsed nodes that are called as they stand) are held as objects and become bound constants.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

# --- expressions


class LeftToNodes(Exception):
    """The whole template does something that is left to its parsed nodes."""


@dataclass(frozen=True, slots=True)
class Const:
    """A literal of the template; a translated one is a lazy string."""

    value: Any


@dataclass(frozen=True, slots=True)
class Path:
    """A variable: a name in the context, and lookups from there. `text` is how it was written."""

    names: tuple[str, ...]
    text: str


@dataclass(frozen=True, slots=True)
class FilterCall:
    """A filter with the values of its argument (none or one)."""

    function: Callable[..., Any]
    args: tuple[Const | Path, ...]
    is_safe: bool
    needs_autoescape: bool
    expects_localtime: bool


@dataclass(frozen=True, slots=True)
class Filtered:
    """A value with filters applied in order."""

    base: Const | Path
    calls: tuple[FilterCall, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """``not x`` in a condition."""

    operand: Condition


@dataclass(frozen=True, slots=True)
class Both:
    """``x and y``, ``x or y``; `operator` is the word."""

    operator: str
    left: Condition
    right: Condition


@dataclass(frozen=True, slots=True)
class Comparison:
    """A comparison; `operator` is Python's (``==``, ``not in``, ...)."""

    operator: str
    left: Condition
    right: Condition


Value: TypeAlias = Const | Path | Filtered
Condition: TypeAlias = Value | Not | Both | Comparison

# --- statements


@dataclass(frozen=True, slots=True)
class Where:
    """The place of a statement in a template: the template, and the token that it was parsed from.

    `outer` is the place by which that template came to be rendered: an include, an extends, a block.
    """

    template: Any
    token: Any
    outer: Where | None = None


@dataclass(frozen=True, slots=True)
class Text:
    """Text as it stands."""

    text: str


@dataclass(frozen=True, slots=True)
class Output:
    """``{{ value }}``."""

    value: Value
    where: Where


@dataclass(frozen=True, slots=True)
class If:
    """Branches of condition and body; the condition of ``else`` is None."""

    branches: tuple[tuple[Condition | None, Body], ...]
    where: Where


@dataclass(frozen=True, slots=True)
class For:
    """A loop; `empty` is rendered when there is nothing to loop over."""

    targets: tuple[str, ...]
    sequence: Value
    is_reversed: bool
    body: Body
    empty: Body
    where: Where


@dataclass(frozen=True, slots=True)
class With:
    """Names for values, all evaluated before any is set, around a body."""

    values: tuple[tuple[str, Value], ...]
    body: Body
    where: Where


@dataclass(frozen=True, slots=True)
class Autoescape:
    """A body in which values are escaped, or are not."""

    is_on: bool
    body: Body


@dataclass(frozen=True, slots=True)
class Block:
    """A block, with the body that has won; `node` is what ``block`` is within it.

    As ``{{ block.super }}`` it `is_super`, a variable that does not exist if something in it does not.
    """

    node: Any
    body: Body
    is_super: bool = False


@dataclass(frozen=True, slots=True)
class Enter:
    """From here on what is written is of `template`, a parent of the one before."""

    template: Any


@dataclass(frozen=True, slots=True)
class Extended:
    """What a template that extends others is: the outermost one, `template`, with its blocks."""

    template: Any
    body: Body


@dataclass(frozen=True, slots=True)
class Include:
    """A template inlined where it is included; `only` hides the names around it."""

    values: tuple[tuple[str, Value], ...]
    only: bool
    template: Any
    body: Body
    where: Where


@dataclass(frozen=True, slots=True)
class Run:
    """A tag that is a function of values: called as ``function(*values)``.

    The last values are passed by the names in `keywords`, and if `passes_context` the context before
    all. Its answer is written, or set as the name `target`: as it is, or escaped where values are, if it
    `escapes`. With `needs_context` it reads the live context; nothing else about the context is its
    business. Values that do not exist are None with `missing_is_none`, else what stands for them.
    """

    function: Callable[..., Any]
    values: tuple[Value, ...]
    target: str | None
    needs_context: bool
    where: Where
    escapes: bool = False
    missing_is_none: bool = False
    passes_context: bool = False
    keywords: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Address:
    """``{% url %}``: the path to a view, written, or set as the name `target`, which may be nothing."""

    view: Value
    args: tuple[Value, ...]
    kwargs: tuple[tuple[str, Value], ...]
    target: str | None
    where: Where


@dataclass(frozen=True, slots=True)
class Capture:
    """A body whose output goes through filters; their arguments are constants."""

    calls: tuple[FilterCall, ...]
    body: Body
    where: Where


@dataclass(frozen=True, slots=True)
class Call:
    """A parsed node that is called as it stands: ``node.render_annotated(context)``.

    That is no more than ``node.render(context)`` if it is not `annotated`.
    """

    node: Any
    where: Where
    annotated: bool = True


@dataclass(frozen=True, slots=True)
class Reader:
    """A parsed node whose `function`, its ``render``, only reads `values` of its context.

    The values are names, and counters of ``forloop``.
    """

    node: Any
    function: Any
    values: tuple[Path, ...]
    where: Where


Statement: TypeAlias = (
    Text
    | Output
    | If
    | For
    | With
    | Autoescape
    | Block
    | Enter
    | Extended
    | Include
    | Run
    | Address
    | Capture
    | Call
    | Reader
)
Body: TypeAlias = tuple[Statement, ...]
