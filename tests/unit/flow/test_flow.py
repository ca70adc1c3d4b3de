"""Operations written as generators behave alike under both drivers."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from typing import Any

import pytest

from vivace.flow import Call, Flow, run_async, run_sync


@pytest.fixture(params=["sync", "async"])
def run(request: pytest.FixtureRequest) -> Callable[[Flow[Any]], Any]:
    if request.param == "sync":
        return run_sync
    return lambda flow: asyncio.run(run_async(flow))


def double(x: int) -> int:
    return 2 * x


def fail(message: str) -> None:
    raise KeyError(message)


def test_results_come_back_where_the_call_was_yielded(run: Callable[[Flow[Any]], Any]) -> None:
    def operation() -> Flow[int]:
        a = yield Call(double, (1,))
        b = yield Call(double, (a,), blocking=True)
        return a + b

    assert run(operation()) == 6


def test_exceptions_come_back_too_and_may_be_caught(run: Callable[[Flow[Any]], Any]) -> None:
    def operation() -> Flow[str]:
        try:
            yield Call(fail, ("x",))
        except KeyError as error:
            answer = yield Call(str, (error.args[0],))
            return f"caught {answer}"
        return "not raised"

    assert run(operation()) == "caught x"


def test_what_is_not_caught_leaves_the_driver(run: Callable[[Flow[Any]], Any]) -> None:
    def operation() -> Flow[None]:
        yield Call(fail, ("x",))

    with pytest.raises(KeyError, match="x"):
        run(operation())


def test_an_operation_that_calls_nothing(run: Callable[[Flow[Any]], Any]) -> None:
    def operation() -> Flow[int]:
        return 5
        yield

    assert run(operation()) == 5


def test_the_asynchronous_driver_awaits_and_gives_threads() -> None:
    async def later(x: int) -> int:
        await asyncio.sleep(0)
        return x

    def operation() -> Flow[tuple[int, bool, bool]]:
        value = yield Call(later, (3,), awaits=True)
        here = yield Call(threading.get_ident)
        there = yield Call(threading.get_ident, blocking=True, own_thread=True)
        return value, here == threading.get_ident(), there == threading.get_ident()

    assert asyncio.run(run_async(operation())) == (3, True, False)
