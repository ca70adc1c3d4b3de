"""Foreign nodes that do no more with their context than to read names of it, told by their code.

A node of a library may do anything to the live context, so a loop around it has real frames and reads
everything anew after it. Many nodes only read, though: ``context["user"]``, ``context.get("page")``,
``"form" in context``. Where the bytecode of a ``render`` shows that this is all it does with its
parameter, the node gets a plain dictionary of these names in place of the context, which answers the
same to it, and the loop's own names stay Python locals.

Rules. The parameter must be loaded only to be asked at once for a constant name; whatever else is done
with it, or whatever looks like something else (it is passed on, stored, closed over, asked for an
attribute; the function can see its own locals; an instruction that is not known here), and the node is
called as it stands. ``forloop`` must be asked for a counter at once, since it is state that nodes
share; ``block`` is no name of a compiled template. What is known was read from the code of a function,
so `still_read` asks before each rendering whether it is still that function that is called, and whether
the context is one that answers as a dictionary does.
"""

from __future__ import annotations

import dis
import inspect
from collections.abc import Iterable, Iterator
from functools import lru_cache
from types import CodeType, FunctionType
from typing import Any

from vivace.template.compiled.effects import COUNTERS
from vivace.template.context import BaseContext
from vivace.template.language.tree import Node

__all__ = ["Known", "function_of", "is_usual", "know", "names_read", "still_read"]

# A node, and the function that its `render` was.
Known = tuple[Any, FunctionType]

# What is asked for: names, and with a second part an attribute of ``forloop``.
Read = tuple[str, ...]

# By these a context answers as a dictionary of its names does.
_GETITEM, _GET, _CONTAINS = BaseContext.__getitem__, BaseContext.get, BaseContext.__contains__

_UNKNOWABLE = (
    inspect.CO_VARARGS
    | inspect.CO_VARKEYWORDS
    | inspect.CO_GENERATOR
    | inspect.CO_COROUTINE
    | inspect.CO_ASYNC_GENERATOR
)
# By these a function sees its own names, the context among them.
_INTROSPECTION = frozenset(
    (
        "locals",
        "vars",
        "dir",
        "eval",
        "exec",
        "_getframe",
        "currentframe",
        "stack",
        "inspect",
        "sys",
    )
)
# Of no effect on what is on the stack, or of another instruction's.
_SKIPPED = frozenset({"CACHE", "EXTENDED_ARG", "PRECALL", "NOP", "NOT_TAKEN"})
_LOADS = frozenset({"LOAD_FAST", "LOAD_FAST_BORROW"})
# Two instructions in one, of which the second loads.
_LOAD_LAST = frozenset(
    {"LOAD_FAST_LOAD_FAST", "LOAD_FAST_BORROW_LOAD_FAST_BORROW", "STORE_FAST_LOAD_FAST"}
)
# Names that every context has, or that mean more than a name.
_OTHERS = frozenset({"True", "False", "None", "block"})


def names_read(node: Any) -> tuple[Read, ...] | None:
    """What `node` reads of its context, if that is all it does with it; None if it may do more."""
    function = function_of(node)
    return None if function is None else _reads(function.__code__)


def is_usual(node: Any) -> bool:
    """Whether ``node.render_annotated(context)`` is ``node.render(context)``, errors apart."""
    return (
        isinstance(node, Node)
        and type(node).render_annotated is Node.render_annotated
        and "render_annotated" not in getattr(node, "__dict__", ())
    )


def function_of(node: Any) -> FunctionType | None:
    """The plain function that is called as ``node.render_annotated(context)``, if it is one."""
    cls: Any = type(node)
    if (
        not is_usual(node)
        or cls.__getattribute__ is not object.__getattribute__
        or "render" in getattr(node, "__dict__", ())
    ):
        return None
    function = inspect.getattr_static(cls, "render")
    return function if type(function) is FunctionType else None


def still_read(known: Iterable[Known], context: Any) -> bool:
    """Whether what was found out about nodes still holds, and holds for such a `context`."""
    cls: Any = type(context)
    if cls.__getitem__ is not _GETITEM or cls.get is not _GET or cls.__contains__ is not _CONTAINS:
        return False
    # PERF: asked once for each rendering, of what is bound now.
    return all(getattr(node.render, "__func__", None) is function for node, function in known)


def know(context: Any, names: Iterable[str]) -> dict[str, Any]:
    """The values of those of `names` that `context` has."""
    # Asked like this, a context has no names but those in its dictionaries.
    return {name: context[name] for name in names if name in context}


# --- bytecode


@lru_cache(maxsize=1024)
def _reads(code: CodeType) -> tuple[Read, ...] | None:
    if (
        code.co_argcount != 2
        or code.co_kwonlyargcount
        or code.co_flags & _UNKNOWABLE
        or code.co_varnames[1] in code.co_cellvars
        or not _INTROSPECTION.isdisjoint(code.co_names)
    ):
        return None
    try:
        return tuple(dict.fromkeys(_asked(list(_instructions(code)), code.co_varnames[1])))
    except _More:
        return None


class _More(Exception):
    """More is done with the context than to read names of it."""


def _instructions(code: CodeType) -> Iterator[dis.Instruction]:
    for instruction in dis.get_instructions(code):
        if instruction.opname not in _SKIPPED:
            yield instruction
    # Nothing follows the last ones; this spares asking whether something does.
    yield from [instruction] * 4


def _asked(instructions: list[dis.Instruction], parameter: str) -> Iterator[Read]:
    for index, instruction in enumerate(instructions[:-4]):
        if not _mentions(instruction, parameter):
            continue
        if not _loads(instruction, parameter):
            raise _More
        before = instructions[index - 1] if index else instruction
        yield _question(before, *instructions[index : index + 5])


def _mentions(instruction: dis.Instruction, parameter: str) -> bool:
    value = instruction.argval
    if "FAST" not in instruction.opname and "DEREF" not in instruction.opname:
        return instruction.opname == "MAKE_CELL" and value == parameter
    return value == parameter or (isinstance(value, tuple) and parameter in value)


def _loads(instruction: dis.Instruction, parameter: str) -> bool:
    """Whether all that an instruction does with the parameter is to put it on top of the stack."""
    value = instruction.argval
    if instruction.opname in _LOADS:
        return bool(value == parameter)
    return instruction.opname in _LOAD_LAST and value[0] != parameter and value[1] == parameter


def _question(
    before: dis.Instruction,
    load: dis.Instruction,
    first: dis.Instruction,
    second: dis.Instruction,
    third: dis.Instruction,
    fourth: dis.Instruction,
) -> Read:
    """What is asked of the context by the instructions from where it is loaded on."""
    if _name(first) and _subscripts(second):
        # context["name"]
        if first.argval != "forloop":
            return _plain_name(first)
        if _name(third) and third.argval in COUNTERS and _subscripts(fourth):
            return ("forloop", third.argval)
    elif first.opname == "CONTAINS_OP" and _name(before) and not load.is_jump_target:
        # "name" in context
        return _plain_name(before)
    elif _is_method(first) and first.argval == "get" and _name(second):
        # context.get("name"), context.get("name", constant)
        if third.opname == "CALL" and third.arg == 1:
            return _plain_name(second)
        if _constant(third) and fourth.opname == "CALL" and fourth.arg == 2:
            return _plain_name(second)
    raise _More


def _plain_name(load: dis.Instruction) -> Read:
    if load.argval in _OTHERS or load.argval == "forloop":
        raise _More
    return (load.argval,)


def _is_method(instruction: dis.Instruction) -> bool:
    """Whether an attribute is asked for in order to be called."""
    return instruction.opname == "LOAD_METHOD" or (
        instruction.opname == "LOAD_ATTR" and "NULL|self" in instruction.argrepr
    )


def _constant(instruction: dis.Instruction) -> bool:
    return instruction.opname in ("LOAD_CONST", "LOAD_SMALL_INT")


def _name(instruction: dis.Instruction) -> bool:
    return instruction.opname == "LOAD_CONST" and type(instruction.argval) is str


def _subscripts(instruction: dis.Instruction) -> bool:
    return instruction.opname == "BINARY_SUBSCR" or (
        instruction.opname == "BINARY_OP" and instruction.argrepr == "[]"
    )
