"""Marking what error reports must hide (documentation: filtering sensitive information)."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from functools import wraps
from types import CodeType, FrameType
from typing import Any, TypeVar

from vivace.http import HttpRequest
from vivace.utils.bridge import iscoroutinefunction
from vivace.views.decorators.colour import ViewT, around

__all__ = [
    "HttpRequest",
    "coroutine_functions_to_sensitive_variables",
    "iscoroutinefunction",
    "sensitive_post_parameters",
    "sensitive_variables",
]

FuncT = TypeVar("FuncT", bound=Callable[..., Any])

ALL = "__ALL__"
Hidden = str | tuple[str, ...]

# A coroutine's frame has no caller to ask, so the names are kept by the code it runs.
coroutine_functions_to_sensitive_variables: dict[CodeType, Hidden] = {}
_wrapper_codes: set[CodeType] = set()


def sensitive_variables(*variables: str) -> Callable[[FuncT], FuncT]:
    """Hide the function's local `variables` in error reports; all if none are named.

    The names are hidden in the functions that it calls, too.
    """
    if len(variables) == 1 and callable(variables[0]):
        raise TypeError(
            "sensitive_variables() must be called to use it as a decorator, "
            "e.g., use @sensitive_variables(), not @sensitive_variables."
        )
    hidden: Hidden = variables or ALL

    def decorator(func: FuncT) -> FuncT:
        asynchronous = iscoroutinefunction(func)
        if asynchronous:
            code = inspect.unwrap(func).__code__
            coroutine_functions_to_sensitive_variables[code] = hidden
            return func

        @wraps(func)
        def sensitive_variables_wrapper(*func_args: Any, **func_kwargs: Any) -> Any:
            # Found by `hidden_by_caller` through this frame's locals.
            _hidden_variables = hidden
            return func(*func_args, **func_kwargs)

        wrapper: Any = sensitive_variables_wrapper
        _wrapper_codes.add(wrapper.__code__)
        return wrapper  # type: ignore[no-any-return]

    return decorator


def is_wrapper(frame: FrameType) -> bool:
    """Whether `frame` is a `sensitive_variables` wrapper's, whose arguments are all secret."""
    return frame.f_code in _wrapper_codes


def hidden_variables(frame: FrameType) -> Hidden | None:
    """The names that are to be hidden in `frame`, `ALL`, or None: the nearest decorator's word."""
    current: FrameType | None = frame
    while current is not None:
        own = coroutine_functions_to_sensitive_variables.get(current.f_code)
        if own is not None:
            return own
        current = current.f_back
        if current is not None and current.f_code in _wrapper_codes:
            found: Hidden = current.f_locals["_hidden_variables"]
            return found
    return None


def sensitive_post_parameters(*parameters: str) -> Callable[[ViewT], ViewT]:
    """Hide the POST `parameters` of the view's requests in error reports; all if none are named."""
    if len(parameters) == 1 and callable(parameters[0]):
        raise TypeError(
            "sensitive_post_parameters() must be called to use it as a decorator, "
            "e.g., use @sensitive_post_parameters(), not "
            "@sensitive_post_parameters."
        )

    def mark(request: Any) -> None:
        if not isinstance(request, HttpRequest):
            raise TypeError(
                "sensitive_post_parameters didn't receive an HttpRequest object. If you are "
                "decorating a classmethod, make sure to use @method_decorator."
            )
        marked: Any = request
        marked.sensitive_post_parameters = parameters or ALL

    def decorator(view: ViewT) -> ViewT:
        return around(view, before=mark)

    return decorator
