"""Text that is marked as safe to put into HTML as it is.

Documented in ref/utils. Joining two safe texts is safe; joining safe and plain text is plain.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Self, TypeVar, overload

from vivace.utils.functional import Promise, lazy

__all__ = ["SafeData", "SafeString", "SafeText", "mark_safe"]

F = TypeVar("F", bound=Callable[..., Any])


class SafeData:
    """What all data marked as safe for HTML derive from."""

    __slots__ = ()

    def __html__(self) -> Self:
        """The text for HTML: itself, as it is safe."""
        return self


class SafeString(str, SafeData):
    """A ``str`` that needs no escaping before it is put into HTML."""

    __slots__ = ()

    @overload
    def __add__(self, rhs: SafeString) -> SafeString: ...

    @overload
    def __add__(self, rhs: str) -> str: ...

    def __add__(self, rhs: str) -> str:
        if not isinstance(rhs, str):
            # A promise knows how to come after text.
            return NotImplemented
        text = super().__add__(rhs)
        return SafeString(text) if isinstance(rhs, SafeData) else text

    def __str__(self) -> SafeString:
        return self


# COMPAT: the name that older packages import.
SafeText = SafeString


def _safety_decorator(
    safety_marker: Callable[[Any], Any], func: Callable[..., Any]
) -> Callable[..., Any]:
    @wraps(func)
    def wrapper(*args: Any, **kwargs: Any) -> Any:
        return safety_marker(func(*args, **kwargs))

    return wrapper


@overload
def mark_safe(s: str) -> SafeString: ...
@overload
def mark_safe(s: F) -> F: ...
@overload
def mark_safe(s: Any) -> Any: ...
def mark_safe(s: Any) -> Any:
    """Mark `s` as safe for HTML output; a promise stays one, and a function's result is marked.

    Usable as a decorator. Documented in ref/utils.
    """
    # PERF: the common case first, and no keep_lazy() wrapper around it.
    if type(s) is str:
        return SafeString(s)
    if isinstance(s, Promise):
        return _lazy_mark_safe(s)
    return _mark_safe(s)


def _mark_safe(s: Any) -> Any:
    if hasattr(s, "__html__"):
        return s
    if callable(s):
        return _safety_decorator(mark_safe, s)
    return SafeString(s)


_lazy_mark_safe = lazy(_mark_safe, SafeString)
