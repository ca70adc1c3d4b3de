from __future__ import annotations

import sys
from types import TracebackType
from typing import Any

import pytest

from vivace.views.report.frames import (
    ExceptionCycleWarning,
    around_line,
    cause_of,
    chain_of,
    failing_columns,
    markers,
    source_lines,
    visible,
)


def caught(function: Any) -> tuple[BaseException, TracebackType]:
    with pytest.raises(Exception) as caught_info:
        function()
    return caught_info.value, caught_info.tb.tb_next or caught_info.tb


def last(tb: TracebackType) -> TracebackType:
    return list(visible(tb))[-1]


def test_around_line() -> None:
    lines = [str(number) for number in range(10)]
    assert around_line(lines, 5, 2) == (3, ["3", "4"], "5", ["6"])
    assert around_line(lines, 0, 2) == (0, [], "0", ["1"])
    assert around_line(lines, 9, 2) == (7, ["7", "8"], "9", [])
    assert around_line(lines, 10, 2) == (None, [], None, [])
    assert around_line([], 0, 2) == (None, [], None, [])


def test_source_of_what_is_no_file() -> None:
    assert source_lines("<string>", None, None) == []
    assert source_lines("/no/such/file.py", None, "module") == []


def test_failing_columns_mark_the_expression() -> None:
    def fail() -> Any:
        data = {"ä": {}}
        return data["ä"]["missing"] + 1

    tb = last(caught(fail)[1])
    [line] = [
        line
        for number, line in enumerate(source_lines(__file__, None, None), 1)
        if number == tb.tb_lineno
    ]
    columns = failing_columns(tb, line)
    assert columns is not None
    assert line[columns[0] : columns[1]] == 'data["ä"]["missing"]'
    assert markers(line, columns) == " " * len("return ") + "^" * len('data["ä"]["missing"]')


def test_failing_columns_without_source() -> None:
    assert failing_columns(caught(lambda: 1 / 0)[1], None) is None
    assert markers("x", None) == ""
    assert markers("  xy", (3, 4)) == " ^"
    assert markers("  xy", (3, 4), indented=True) == "   ^"


def test_causes() -> None:
    inner, outer = ValueError("inner"), KeyError("outer")
    outer.__context__ = inner
    assert cause_of(outer) is inner
    outer.__suppress_context__ = True
    assert cause_of(outer) is None
    outer.__cause__ = inner
    assert cause_of(outer) is inner
    assert chain_of(outer) == [inner, outer]
    assert chain_of(None) == []


def test_a_ring_of_causes_is_cut_and_told() -> None:
    one, two = ValueError("one"), KeyError("two")
    one.__cause__, two.__cause__ = two, one
    with pytest.warns(ExceptionCycleWarning, match="exception 'one' encountered again"):
        assert chain_of(one) == [two, one]
    # Not said twice: warnings are errors here.
    assert chain_of(one, warned=True) == [two, one]


def test_frames_can_ask_to_be_hidden() -> None:
    def hidden() -> None:
        __traceback_hide__ = True
        raise ValueError(__traceback_hide__)

    tb = caught(hidden)[1]
    names = [each.tb_frame.f_code.co_name for each in visible(tb)]
    assert names == []
    assert sys.exc_info() == (None, None, None)
