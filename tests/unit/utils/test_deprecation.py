"""MiddlewareMixin in both colours, and the warnings."""

from __future__ import annotations

import asyncio
import threading
from typing import Any

import pytest
from asgiref.sync import iscoroutinefunction

from vivace.utils.deprecation import (
    MiddlewareMixin,
    RemovedAfterNextVersionWarning,
    RemovedInDjango60Warning,
    RemovedInNextVersionWarning,
    RenameMethodsBase,
)


def respond(request: Any) -> Any:
    return [request]


async def arespond(request: Any) -> Any:
    return [request]


class Hooks(MiddlewareMixin):
    def process_request(self, request: Any) -> Any:
        self.thread = threading.current_thread()
        return "short" if request == "stop" else None

    def process_response(self, request: Any, response: Any) -> Any:
        return request, response


def test_sync() -> None:
    assert Hooks(respond)("r") == ("r", ["r"])
    assert Hooks(respond)("stop") == ("stop", "short")
    assert MiddlewareMixin(respond)("r") == ["r"]
    assert not iscoroutinefunction(Hooks(respond))


def test_async_runs_the_hooks_in_a_thread() -> None:
    middleware = Hooks(arespond)
    assert iscoroutinefunction(middleware)
    assert asyncio.run(middleware("r")) == ("r", ["r"])
    assert asyncio.run(middleware("stop")) == ("stop", "short")
    assert middleware.thread is not threading.main_thread()


def test_get_response_is_needed() -> None:
    with pytest.raises(ValueError, match=r"get_response must be provided\."):
        MiddlewareMixin(None)  # type: ignore[arg-type]


def test_repr_names_what_comes_next() -> None:
    assert repr(Hooks(respond)) == "<Hooks get_response=respond>"
    assert repr(MiddlewareMixin(Hooks(respond))) == "<MiddlewareMixin get_response=Hooks>"


def test_warning_classes() -> None:
    assert RemovedInNextVersionWarning is RemovedInDjango60Warning
    assert issubclass(RemovedInNextVersionWarning, DeprecationWarning)
    assert issubclass(RemovedAfterNextVersionWarning, PendingDeprecationWarning)


class Renaming(RenameMethodsBase):
    renamed_methods = (("old", "new", DeprecationWarning),)


def test_new_name_can_be_called_by_the_old_one() -> None:
    class New(metaclass=Renaming):
        def new(self) -> str:
            return "new"

    instance: Any = New()
    with pytest.warns(DeprecationWarning, match=r"^`New.old` is deprecated, use `new` instead.$"):
        assert instance.old() == "new"


def test_old_name_warns_at_definition() -> None:
    with pytest.warns(DeprecationWarning, match=r"^`Old.old` method should be renamed `new`.$"):

        class Old(metaclass=Renaming):
            def old(self) -> str:
                return "old"

    instance: Any = Old()
    assert instance.new() == "old"
