"""Opting a view out of what `CommonMiddleware` does."""

from __future__ import annotations

from typing import Any

from vivace.views.decorators.colour import ViewT, around

__all__ = [
    "no_append_slash",
]


def no_append_slash(view_func: ViewT) -> ViewT:
    """Never redirect to this view by appending a slash to the path."""
    wrapped: Any = around(view_func)
    wrapped.should_append_slash = False
    return wrapped  # type: ignore[no-any-return]
