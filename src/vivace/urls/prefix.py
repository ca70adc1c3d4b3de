"""The script prefix: what stands before every path that is built, for the current thread or task.

PERF: apart from `base`, because start-up and ``settings.STATIC_URL`` need it and no other part of the
room.
"""

from __future__ import annotations

from contextvars import ContextVar

from vivace.utils.naming import publish

__all__ = ["clear_script_prefix", "get_script_prefix", "set_script_prefix"]

_script_prefix: ContextVar[str] = ContextVar("script prefix", default="/")


def set_script_prefix(prefix: str) -> None:
    """Set what stands before built paths in this thread or task; a final slash is added."""
    _script_prefix.set(prefix if prefix.endswith("/") else prefix + "/")


def get_script_prefix() -> str:
    """What stands before built paths: the server's SCRIPT_NAME with a final slash."""
    return _script_prefix.get()


def clear_script_prefix() -> None:
    """Let built paths begin with a single slash again."""
    _script_prefix.set("/")


publish(__name__, "urls.base")
