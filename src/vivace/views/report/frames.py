"""From a traceback to what a report shows: source lines, the failing expression, the chain."""

from __future__ import annotations

import itertools
import linecache
import warnings
from collections.abc import Iterator
from types import TracebackType
from typing import Any

from vivace.utils.naming import published

Lines = tuple[int | None, list[str], str | None, list[str]]


@published("views.debug.ExceptionCycleWarning")
class ExceptionCycleWarning(UserWarning):
    """An exception is its own cause, directly or through others."""


def source_lines(filename: str, loader: Any, module_name: str | None) -> list[str]:
    """The lines of a source file without their ends; empty where there is no source.

    `linecache` knows files, loaders (zipped packages) and generated functions.
    """
    linecache.checkcache(filename)
    namespace = {"__loader__": loader, "__name__": module_name}
    return [line.rstrip("\r\n") for line in linecache.getlines(filename, namespace)]


def around_line(source: list[str], lineno: int, context_lines: int) -> Lines:
    """The line with index `lineno`, up to `context_lines` before it, and one fewer after it.

    The first item is the index of the first line; it and the line are None where there is none.
    """
    if not 0 <= lineno < len(source):
        return None, [], None, []
    first = max(0, lineno - context_lines)
    last = lineno + context_lines
    return first, source[first:lineno], source[lineno], source[lineno + 1 : last]


def failing_columns(tb: TracebackType, line: str | None) -> tuple[int, int] | None:
    """Where in `line` the failing expression begins and ends, in characters (PEP 657)."""
    if line is None or tb.tb_lasti < 0:
        return None
    positions = tb.tb_frame.f_code.co_positions()
    found = next(itertools.islice(positions, tb.tb_lasti // 2, None), None)
    if found is None:
        return None
    start_line, end_line, start, end = found
    if start_line != tb.tb_lineno or start is None or end is None:
        return None
    encoded = line.encode()
    if end_line != start_line:
        end = len(encoded)
    begin = len(encoded[:start].decode(errors="replace"))
    finish = len(encoded[:end].decode(errors="replace").rstrip())
    return (begin, finish) if begin < finish else None


def markers(line: str, columns: tuple[int, int] | None, indented: bool = False) -> str:
    """Carets for below `line`, if it is not `indented` without its indentation.

    Empty where the columns are not known.
    """
    if columns is None:
        return ""
    indent = 0 if indented else len(line) - len(line.lstrip())
    begin, finish = columns
    return " " * max(0, begin - indent) + "^" * (finish - max(begin, indent))


def said(error: Any) -> str:
    """The message of an exception, or that there is none to be had, in Python's own words."""
    try:
        return str(error)
    except Exception:
        return f"<{'exception' if isinstance(error, BaseException) else 'object'} str() failed>"


def cause_of(exc_value: Any) -> BaseException | None:
    """The exception that led to this one: ``raise from``, else the one that was being handled."""
    explicit: BaseException | None = getattr(exc_value, "__cause__", None)
    if explicit is not None:
        return explicit
    if getattr(exc_value, "__suppress_context__", None):
        return None
    implicit: BaseException | None = getattr(exc_value, "__context__", None)
    return implicit


def chain_of(exc_value: Any, warned: bool = False) -> list[Any]:
    """The exceptions that led to `exc_value`, itself last; warns where they form a ring.

    Not if that was said already (`warned`).
    """
    chain: list[Any] = []
    # A reporter may be given a message instead; and some exceptions can only be compared to their like.
    while exc_value is not None and not (isinstance(exc_value, str) and not exc_value):
        chain.append(exc_value)
        exc_value = cause_of(exc_value)
        if any(exc_value is seen for seen in chain):
            if not warned:
                warnings.warn(
                    "Cycle in the exception chain detected: exception "
                    f"'{said(exc_value)}' encountered again.",
                    ExceptionCycleWarning,
                    stacklevel=2,
                )
            break
    return chain[::-1]


def members_of(exc_value: Any) -> tuple[BaseException, ...]:
    """The exceptions that an exception group holds; none where it is no group."""
    return exc_value.exceptions if isinstance(exc_value, BaseExceptionGroup) else ()


def visible(tb: TracebackType | None) -> Iterator[TracebackType]:
    """The entries of a traceback but those whose function asks to be hidden."""
    while tb is not None:
        if not tb.tb_frame.f_locals.get("__traceback_hide__"):
            yield tb
        tb = tb.tb_next
