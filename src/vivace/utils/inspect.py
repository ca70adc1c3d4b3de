"""Questions about the parameters of callables, answered from memory after the first time."""

from __future__ import annotations

import functools
from collections.abc import Callable
from types import FunctionType
from typing import TYPE_CHECKING, Any

from vivace.utils.lazily import Later

if TYPE_CHECKING:
    import inspect
else:
    inspect = Later("inspect")

__all__ = [
    "func_accepts_kwargs",
    "func_accepts_var_args",
    "func_supports_parameter",
    "get_func_args",
    "get_func_full_args",
    "method_has_no_args",
]

# ``inspect.CO_VARKEYWORDS``
_TAKES_KEYWORDS = 8

# Attributes of a function that make inspect answer with another's parameters.
_OTHER_SIGNATURE = frozenset(
    ["__wrapped__", "__signature__", "_partialmethod", "__partialmethod__"]
)


@functools.lru_cache(maxsize=512)
def _parameters_of_function(
    func: Callable[..., Any], remove_first: bool
) -> tuple[inspect.Parameter, ...]:
    parameters = tuple(inspect.signature(func).parameters.values())
    return parameters[1:] if remove_first else parameters


def _parameters(meth_or_func: Callable[..., Any]) -> tuple[inspect.Parameter, ...]:
    # The function below a bound method is asked, so that methods of short-lived objects do not fill
    # the cache, and keep the objects alive.
    is_method = inspect.ismethod(meth_or_func)
    func = meth_or_func.__func__ if inspect.ismethod(meth_or_func) else meth_or_func
    try:
        return _parameters_of_function(func, remove_first=is_method)
    except TypeError:
        # A callable object that cannot be hashed cannot be remembered.
        parameters = tuple(inspect.signature(func).parameters.values())
        return parameters[1:] if is_method else parameters


def _stars() -> tuple[Any, ...]:
    return inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD


def get_func_args(func: Callable[..., Any]) -> list[str]:
    """Names of the parameters, without ``*args`` and ``**kwargs``."""
    return [param.name for param in _parameters(func) if param.kind not in _stars()]


def get_func_full_args(func: Callable[..., Any]) -> list[tuple[Any, ...]]:
    """``(name,)`` or ``(name, default)`` of each parameter but `self`, with ``*`` and ``**``."""
    result: list[tuple[Any, ...]] = []
    for param in _parameters(func):
        name = param.name
        if name == "self":
            continue
        if param.kind is inspect.Parameter.VAR_POSITIONAL:
            name = "*" + name
        elif param.kind is inspect.Parameter.VAR_KEYWORD:
            name = "**" + name
        if param.default is inspect.Parameter.empty:
            result.append((name,))
        else:
            result.append((name, param.default))
    return result


def func_accepts_kwargs(func: Callable[..., Any]) -> bool:
    """Whether `func` takes ``**kwargs``."""
    if isinstance(func, FunctionType) and _OTHER_SIGNATURE.isdisjoint(vars(func)):
        # PERF: its code says so, and inspect need not be imported.
        return bool(func.__code__.co_flags & _TAKES_KEYWORDS)
    return any(param.kind is param.VAR_KEYWORD for param in _parameters(func))


def func_accepts_var_args(func: Callable[..., Any]) -> bool:
    """Whether `func` takes ``*args``."""
    return any(param.kind is param.VAR_POSITIONAL for param in _parameters(func))


def method_has_no_args(meth: Callable[..., Any]) -> bool:
    """Whether a method takes nothing but the instance."""
    count = sum(param.kind is param.POSITIONAL_OR_KEYWORD for param in _parameters(meth))
    return count == 0 if inspect.ismethod(meth) else count == 1


def func_supports_parameter(func: Callable[..., Any], name: str) -> bool:
    """Whether `func` has a parameter called `name`."""
    return any(param.name == name for param in _parameters(func))
