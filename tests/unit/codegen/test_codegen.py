"""Generated code: safe literals, bound constants, sources that tracebacks can show."""

from __future__ import annotations

import asyncio
import gc
import inspect
import linecache
import traceback
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vivace.codegen import (
    Bindings,
    LateFunction,
    Source,
    compile_again,
    compile_function,
    formatted,
    literal,
    source_of,
)


class Sly(str):
    """A string whose repr is code."""

    def __repr__(self) -> str:
        return "__import__('os').abort()"


@pytest.mark.parametrize(
    "value", ["a'b\"c\n", b"\xff", 7, -1.5, True, None, (), (1,), ("a", (2, 3))]
)
def test_a_literal_evaluates_to_its_value(value: object) -> None:
    function = compile_function(
        "f", f"def f():\n    return {literal(value)}\n", {}, filename="test"
    )
    assert function() == value


@pytest.mark.parametrize(
    "value", [Sly("x"), [1], {}, object(), float("nan"), float("inf"), (Sly("x"),)]
)
def test_what_has_no_safe_literal_is_refused(value: object) -> None:
    with pytest.raises(TypeError, match=r"bind"):
        literal(value)


def test_bindings_give_one_name_per_object() -> None:
    names = Bindings()
    first, second = object(), object()
    assert names.bind(first, "view") == "view"
    assert names.bind(second, "view") == "view_2"
    assert names.bind(first, "view") == "view"


@pytest.mark.parametrize("hint", ["a-b", "class", "1", "x; import os"])
def test_bindings_refuse_what_is_no_name(hint: str) -> None:
    with pytest.raises(ValueError, match="no name"):
        Bindings().bind(1, hint)


def test_source_keeps_track_of_depth() -> None:
    out = Source()
    with out.block("def f():"):
        out.lines(
            """
            a = 1
            if a:
                return 2
            """
        )
    assert str(out) == "def f():\n    a = 1\n    if a:\n        return 2\n"


def test_a_traceback_shows_the_generated_line() -> None:
    function = compile_function("f", "def f(x):\n    return 1 / x\n", {}, filename="test")
    with pytest.raises(ZeroDivisionError) as caught:
        function(0)
    frame = traceback.extract_tb(caught.value.__traceback__)[-1]
    assert frame.line == "return 1 / x"
    assert "vivace test" in frame.filename


def test_the_source_goes_with_the_function() -> None:
    function: Any = compile_function("f", "def f():\n    return 1\n", {}, filename="test")
    label = function.__code__.co_filename
    assert source_of(function) == "def f():\n    return 1\n"
    assert inspect.getsource(function) == source_of(function)
    del function
    gc.collect()
    assert label not in linecache.cache


def test_code_of_a_source_that_comes_again_is_copied() -> None:
    source = "def give():\n    return value\n"
    made = [compile_again("give", source, {"value": n}, filename="giver") for n in range(3)]
    assert [give() for give in made] == [0, 1, 2]
    assert all(source_of(give) == source for give in made)
    assert len({give.__code__.co_filename for give in made}) == 3
    assert len({id(give.__code__) for give in made}) == 3


def test_source_of_an_ordinary_function() -> None:
    with pytest.raises(LookupError):
        source_of(len)


def test_a_late_function_links_once_and_again_after_unlink() -> None:
    links = []

    def link() -> tuple[str, dict[str, object]]:
        links.append(1)
        return "def f(a, b):\n    return a + b + K\n", {"K": len(links)}

    late = LateFunction("f", "a, b", link, filename="test")
    function = late.function
    assert links == []
    assert [function(1, 1), function(1, 1)] == [3, 3]
    assert len(links) == 1
    late.unlink()
    assert function(1, 1) == 4


def test_a_late_coroutine_function_is_one_before_it_is_linked() -> None:
    late = LateFunction(
        "f", "a", lambda: ("async def f(a):\n    return a\n", {}), filename="test", is_async=True
    )
    assert inspect.iscoroutinefunction(late.function)
    assert asyncio.run(late.function(3)) == 3
    assert inspect.iscoroutinefunction(late.function)
    assert asyncio.run(late.function(4)) == 4


def test_a_late_function_that_cannot_be_linked_tells_why_each_time() -> None:
    def link() -> tuple[str, dict[str, object]]:
        raise ImportError("no such module")

    function = LateFunction("f", "a", link, filename="test").function
    for _ in range(2):
        with pytest.raises(ImportError, match="no such module"):
            function(1)


@given(st.lists(st.text(st.characters(exclude_categories=[])) | st.none()))
def test_formatted_keeps_texts_and_formats_expressions(parts: list[str | None]) -> None:
    source = formatted((part, "value + 1") for part in parts)
    function = compile_function(
        "f", f"def f(value):\n    return {source}\n", {}, filename="formatted"
    )
    assert function(6) == "".join("7" if part is None else part for part in parts)


@pytest.mark.parametrize("text", ["{value}", "}}{{", "\\N{DASH}", "\\{value}", "'\"\n", "{!r}"])
def test_no_text_becomes_code_in_a_formatted_string(text: str) -> None:
    source = f"def f(value):\n    return {formatted([(text, ''), (None, 'value')])}\n"
    function = compile_function("f", source, {}, filename="formatted")
    assert function(1) == text + "1"
