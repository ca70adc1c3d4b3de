"""Questions about parameters."""

from __future__ import annotations

import functools
from typing import Any

import pytest

from vivace.utils.inspect import (
    func_accepts_kwargs,
    func_accepts_var_args,
    func_supports_parameter,
    get_func_args,
    get_func_full_args,
    method_has_no_args,
)


def function(x: Any, /, y: Any, z: int = 1, *args: Any, k: Any, kk: int = 2, **kw: Any) -> None: ...


class Thing:
    __hash__ = None  # type: ignore[assignment]

    def nothing(self) -> None: ...

    def one(self, x: Any) -> None: ...

    @classmethod
    def on_class(cls, x: Any) -> None: ...

    def __call__(self, q: Any) -> None: ...


FULL = [("x",), ("y",), ("z", 1), ("*args",), ("k",), ("kk", 2), ("**kw",)]


def test_function() -> None:
    assert get_func_args(function) == ["x", "y", "z", "k", "kk"]
    assert get_func_full_args(function) == FULL
    assert func_accepts_kwargs(function)
    assert func_accepts_var_args(function)
    assert func_supports_parameter(function, "kk")
    assert not func_supports_parameter(function, "nope")


def test_self_is_left_away_where_it_is_bound() -> None:
    assert get_func_args(Thing.nothing) == ["self"]
    assert get_func_args(Thing().nothing) == []
    assert get_func_full_args(Thing.nothing) == []
    assert get_func_args(Thing.on_class) == ["x"]
    assert get_func_args(functools.partial(function, 1)) == ["y", "z", "k", "kk"]


def test_callable_that_cannot_be_hashed() -> None:
    assert get_func_args(Thing()) == ["q"]


@pytest.mark.parametrize(
    ("method", "expected"),
    [
        (Thing.nothing, True),
        (Thing().nothing, True),
        (Thing.one, False),
        (Thing().one, False),
        (Thing(), True),
        (lambda *a: a, False),
    ],
)
def test_method_has_no_args(method: Any, expected: bool) -> None:
    assert method_has_no_args(method) is expected
