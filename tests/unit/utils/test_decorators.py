"""Decorators for methods, and decorators made of middleware."""

from __future__ import annotations

import asyncio
import functools
from collections.abc import Callable
from typing import Any

import pytest
from asgiref.sync import iscoroutinefunction

from vivace.utils.decorators import (
    async_only_middleware,
    classonlymethod,
    decorator_from_middleware,
    decorator_from_middleware_with_args,
    method_decorator,
    sync_and_async_middleware,
    sync_only_middleware,
)


def tag(name: str) -> Callable[..., Any]:
    def decorator(func: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(func)
        def wrapper(*args: Any, **kwargs: Any) -> Any:
            return (name, args, func(*args, **kwargs))

        wrapper.mark = name  # type: ignore[attr-defined]
        return wrapper

    return decorator


class Plain:
    attribute = 3

    def method(self, value: Any) -> Any:
        "doc"
        return value


class TestMethodDecorator:
    def test_decorates_a_method_without_its_self(self) -> None:
        class Decorated:
            @method_decorator([tag("outer"), tag("inner")])
            def method(self, value: Any) -> Any:
                "doc"
                return value

        assert Decorated().method(4) == ("outer", (4,), ("inner", (4,), 4))
        function: Any = Decorated.method
        assert (function.__name__, function.__doc__, function.mark) == ("method", "doc", "outer")

    def test_decorates_a_class_by_name_and_not_its_base(self) -> None:
        decorated = method_decorator(tag("x"), name="method")(type("Sub", (Plain,), {}))
        assert decorated().method(1) == ("x", (1,), 1)
        assert Plain().method(1) == 1

    def test_a_coroutine_method_stays_one(self) -> None:
        class Decorated:
            @method_decorator(lambda func: func)
            async def method(self) -> int:
                return 1

        assert iscoroutinefunction(Decorated.method)
        assert asyncio.run(Decorated().method()) == 1

    @pytest.mark.parametrize("name", ["nope", ""])
    def test_wrong_name(self, name: str) -> None:
        expected = (
            "The keyword argument `name` must be the name of a method of the decorated class: "
            f"{Plain}. Got '{name}' instead."
        )
        with pytest.raises(ValueError) as caught:
            method_decorator(tag("x"), name=name)(Plain)
        assert str(caught.value) == expected

    def test_not_callable(self) -> None:
        with pytest.raises(TypeError) as caught:
            method_decorator(tag("x"), name="attribute")(Plain)
        expected = f"Cannot decorate 'attribute' as it isn't a callable attribute of {Plain} (3)."
        assert str(caught.value) == expected

    def test_name_tells_what_it_is_made_of(self) -> None:
        assert method_decorator(tag).__name__ == "method_decorator(tag)"
        assert method_decorator([tag]).__name__ == "method_decorator(list)"


def test_classonlymethod() -> None:
    class Only:
        @classonlymethod
        def make(cls) -> type:
            return cls

    assert Only.make() is Only
    with pytest.raises(AttributeError) as caught:
        assert Only().make
    expected = "This method is available only on the class, not on instances."
    assert str(caught.value) == expected


class Recorder:
    """A middleware that writes down its calls."""

    def __init__(self, get_response: Any, *args: Any, **kwargs: Any) -> None:
        self.log: list[Any] = get_response.log
        self.log.append(("init", args, kwargs))

    def process_request(self, request: Any) -> Any:
        self.log.append("request")
        return request if request == "short" else None

    def process_view(self, request: Any, view: Any, args: Any, kwargs: Any) -> None:
        self.log.append(("view", args, kwargs))

    def process_exception(self, request: Any, error: Exception) -> Any:
        self.log.append(repr(error))
        return "caught" if request != "unhandled" else None

    def process_template_response(self, request: Any, response: Any) -> Any:
        self.log.append("template")
        return response

    def process_response(self, request: Any, response: Any) -> Any:
        self.log.append("response")
        return response


class Rendered:
    """Like a template response."""

    def __init__(self) -> None:
        self.callbacks: list[Callable[[Any], Any]] = []

    def render(self) -> None:
        for callback in self.callbacks:
            callback(self)

    def add_post_render_callback(self, callback: Callable[[Any], Any]) -> None:
        self.callbacks.append(callback)


def make_view(asynchronous: bool) -> tuple[Callable[..., Any], list[Any]]:
    def body(request: Any, result: Any = "answer") -> Any:
        if isinstance(result, Exception):
            raise result
        return result

    async def abody(request: Any, result: Any = "answer") -> Any:
        return body(request, result)

    view: Any = abody if asynchronous else body
    view.log = []
    decorated = decorator_from_middleware(Recorder)(view)
    assert iscoroutinefunction(decorated) == asynchronous

    def call(*args: Any, **kwargs: Any) -> Any:
        result = decorated(*args, **kwargs)
        return asyncio.run(result) if asynchronous else result

    return call, view.log


@pytest.mark.parametrize("asynchronous", [False, True])
class TestDecoratorFromMiddleware:
    def test_hooks_in_order(self, asynchronous: bool) -> None:
        call, log = make_view(asynchronous)
        assert call("r", result="x") == "x"
        assert log == [("init", (), {}), "request", ("view", (), {"result": "x"}), "response"]

    def test_short_circuit_skips_everything_else(self, asynchronous: bool) -> None:
        call, log = make_view(asynchronous)
        assert call("short") == "short"
        assert log[1:] == ["request"]

    def test_exception_may_be_answered(self, asynchronous: bool) -> None:
        call, log = make_view(asynchronous)
        assert call("r", ValueError("x")) == "caught"
        assert log[-1] == "ValueError('x')"

    def test_exception_that_is_not_answered_is_raised(self, asynchronous: bool) -> None:
        call, _log = make_view(asynchronous)
        with pytest.raises(ValueError, match="x"):
            call("unhandled", ValueError("x"))

    def test_response_hook_waits_for_rendering(self, asynchronous: bool) -> None:
        call, log = make_view(asynchronous)
        response = call("r", Rendered())
        assert log[-1] == "template"
        response.render()
        assert log[-1] == "response"


def test_decorator_with_arguments() -> None:
    def view(request: Any) -> str:
        return "x"

    view.log = []  # type: ignore[attr-defined]
    assert decorator_from_middleware_with_args(Recorder)(1, k=2)(view)("r") == "x"
    assert view.log[0] == ("init", (1,), {"k": 2})  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("mark", "sync", "asynchronous"),
    [
        (sync_only_middleware, True, False),
        (async_only_middleware, False, True),
        (sync_and_async_middleware, True, True),
    ],
)
def test_capabilities(mark: Any, sync: bool, asynchronous: bool) -> None:
    def factory(get_response: Any) -> Any: ...

    assert mark(factory) is factory
    capable: Any = factory
    assert (capable.sync_capable, capable.async_capable) == (sync, asynchronous)
