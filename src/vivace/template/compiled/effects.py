"""What parts of a template do to the context: the pass that lets names become Python locals.

A part that calls foreign nodes needs a real context, with a frame for each loop and the names in it;
without such a part inside, a loop's names are locals and no frame is pushed at all.
"""

from __future__ import annotations

from collections.abc import Iterator

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
    Extended,
    Filtered,
    For,
    If,
    Include,
    Not,
    Output,
    Path,
    Reader,
    Run,
    Statement,
    Text,
    With,
)

__all__ = [
    "bodies",
    "cells_of",
    "condition_paths",
    "free_names",
    "has_addresses",
    "has_calls",
    "has_variable_argument",
    "looked_up",
    "loop_uses",
    "needs_context",
    "paths_in",
    "readers_in",
]


def bodies(statement: Statement) -> Iterator[Body]:
    """The bodies within a statement."""
    match statement:
        case If(branches=branches):
            for _, body in branches:
                yield body
        case For(body=body, empty=empty):
            yield body
            yield empty
        case With(body=body) | Autoescape(body=body) | Block(body=body):
            yield body
        case Include(body=body) | Capture(body=body) | Extended(body=body):
            yield body


def has_calls(body: Body) -> bool:
    """Whether `body` has foreign nodes in it, which may ask which template is rendered."""
    return any(
        isinstance(statement, Call) or any(map(has_calls, bodies(statement))) for statement in body
    )


def needs_context(body: Body) -> bool:
    """Whether something in `body` looks at the context as a whole, or sets a name in it."""
    for statement in body:
        match statement:
            case Call():
                return True
            case Run(needs_context=True) | Run(target=str()) | Address(target=str()):
                return True
        if any(needs_context(inner) for inner in bodies(statement)):
            return True
    return False


def readers_in(body: Body) -> Iterator[Reader]:
    """The foreign nodes in `body` that only read names of their context."""
    for statement in body:
        if isinstance(statement, Reader):
            yield statement
        for inner in bodies(statement):
            yield from readers_in(inner)


def has_variable_argument(value: Filtered) -> bool:
    return any(isinstance(arg, Path) for call in value.calls for arg in call.args)


def has_addresses(body: Body) -> bool:
    """Whether `body` has a ``{% url %}`` in it."""
    return any(
        isinstance(statement, Address) or any(map(has_addresses, bodies(statement)))
        for statement in body
    )


def _values_of(statement: Statement) -> Iterator[Condition]:
    match statement:
        case Output(value=value):
            yield value
        case If(branches=branches):
            for condition, _ in branches:
                if condition is not None:
                    yield condition
        case For(sequence=sequence):
            yield sequence
        case With(values=values) | Include(values=values):
            for _, value in values:
                yield value
        case Run(values=values) | Reader(values=values):
            yield from values
        case Address(view=view, args=args, kwargs=kwargs):
            yield from args
            for _, value in kwargs:
                yield value
            yield view


def condition_paths(condition: Condition) -> Iterator[Path]:
    """The variables that a condition or value reads."""
    match condition:
        case Path():
            yield condition
        case Filtered(base=base, calls=calls):
            yield from condition_paths(base)
            for call in calls:
                for arg in call.args:
                    yield from condition_paths(arg)
        case Not(operand=operand):
            yield from condition_paths(operand)
        case Both(left=left, right=right) | Comparison(left=left, right=right):
            yield from condition_paths(left)
            yield from condition_paths(right)
        case Const():
            pass


def paths_in(body: Body) -> Iterator[Path]:
    """All variables that `body` reads, those in nested bodies too."""
    for statement in body:
        for value in _values_of(statement):
            yield from condition_paths(value)
        for inner in bodies(statement):
            yield from paths_in(inner)


def free_names(body: Body) -> Iterator[str]:
    """The names that `body` reads of what surrounds it, each once."""
    seen: set[str] = set()
    for name in _free_names(body):
        if name not in seen:
            seen.add(name)
            yield name


def _free_names(body: Body) -> Iterator[str]:
    for statement in body:
        for value in _values_of(statement):
            for path in condition_paths(value):
                yield path.names[0]
        bound: frozenset[str] = frozenset()
        match statement:
            case For(targets=targets):
                bound = frozenset(targets)
            case Include(only=True):
                continue
            case With(values=values) | Include(values=values):
                bound = frozenset(name for name, _ in values)
        for inner in bodies(statement):
            for name in _free_names(inner):
                if name not in bound:
                    yield name


def looked_up(body: Body) -> frozenset[str]:
    """The names of which `body` looks something up."""
    return frozenset(path.names[0] for path in paths_in(body) if len(path.names) == 2)


def cells_of(loop: For) -> tuple[str, ...] | None:
    """The texts before and after each value of a loop that does nothing else than write it.

    For a loop whose values are such loops: the texts before and after each row, and between them those
    of each value. None for a loop that does anything else.
    """
    texts = ["", ""]
    inner: tuple[str, ...] | None = None
    for statement in loop.body:
        match statement:
            case Text(text=text):
                texts[inner is not None] += "".join([text])
            case Output(value=Path(names=names)) if inner is None and names == loop.targets:
                inner = ()
            case For(sequence=Path(names=names)) if inner is None and names == loop.targets:
                inner = cells_of(statement)
                if inner is None or len(inner) != 2 or statement.is_reversed or statement.empty:
                    return None
            case _:
                return None
    return None if inner is None else (texts[0], *inner, texts[1])


def loop_uses(body: Body) -> frozenset[str]:
    """The attributes of ``forloop`` that a loop's body reads; ``*`` stands for all of it."""
    uses = set()
    for names in _forloop_reads(body):
        uses.add(names[0] if len(names) == 1 and names[0] in COUNTERS else "*")
    return frozenset(uses)


COUNTERS = frozenset({"counter", "counter0", "revcounter", "revcounter0", "first", "last"})


def _forloop_reads(body: Body) -> Iterator[tuple[str, ...]]:
    """What is read of this loop's ``forloop``: the lookups after that name."""
    for statement in body:
        for value in _values_of(statement):
            for path in condition_paths(value):
                if path.names[0] == "forloop":
                    yield path.names[1:]
        for inner in bodies(statement):
            if isinstance(statement, For) and inner is statement.body:
                for names in _forloop_reads(inner):
                    if names[:1] == ("parentloop",):
                        yield names[1:]
                    elif len(names) != 1 or names[0] not in COUNTERS:
                        # Where an inner forloop is made whole, it holds ours as its parent.
                        yield ()
            else:
                yield from _forloop_reads(inner)
