"""Operations that an event loop must not do."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from vivace.core.exceptions import SynchronousOnlyOperation
from vivace.utils.asyncio import async_unsafe


@async_unsafe
def bare(value: Any) -> Any:
    return value


@async_unsafe("my message")
def with_message(value: Any) -> Any:
    return value


async def call(function: Any) -> Any:
    return function(1)


def test_without_a_loop_nothing_changes() -> None:
    assert bare(1) == with_message(1) == 1
    assert bare.__name__ == "bare"


@pytest.mark.parametrize(
    ("function", "message"),
    [
        (
            bare,
            "You cannot call this from an async context - use a thread or sync_to_async.",
        ),
        (with_message, "my message"),
    ],
)
def test_refused_in_a_loop(function: Any, message: str) -> None:
    with pytest.raises(SynchronousOnlyOperation) as caught:
        asyncio.run(call(function))
    assert str(caught.value) == message


@pytest.mark.parametrize("name", ["DJANGO_ALLOW_ASYNC_UNSAFE", "VIVACE_ALLOW_ASYNC_UNSAFE"])
def test_environment_allows_it(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, "1")
    assert asyncio.run(call(bare)) == 1
    monkeypatch.setenv(name, "")
    with pytest.raises(SynchronousOnlyOperation):
        asyncio.run(call(bare))
