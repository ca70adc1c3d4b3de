"""The decorator of filters that work on text. Documented in howto/custom-template-tags."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from inspect import unwrap
from typing import Any

from vivace.utils.safestring import SafeData, mark_safe

__all__ = ["stringfilter"]


def stringfilter(func: Callable[..., Any]) -> Callable[..., Any]:
    """Give `func` the value as text; its answer for safe text is safe if the filter says ``is_safe``."""
    innermost: Any = unwrap(func)

    @wraps(func)
    def _dec(first: Any, *args: Any, **kwargs: Any) -> Any:
        # PERF: most values are plain text, which needs neither conversion nor a mark.
        if type(first) is str:
            return func(first, *args, **kwargs)
        # What is safe is the text: a promise of safe text, or an object that writes itself so.
        text = str(first)
        answer = func(text, *args, **kwargs)
        # The flag is set when the filter is registered, after this decorator has run.
        if isinstance(text, SafeData) and getattr(innermost, "is_safe", False):
            return mark_safe(answer)
        return answer

    # For the compiler, which calls it for plain strings.
    _dec._on_text = func  # type: ignore[attr-defined]
    return _dec
