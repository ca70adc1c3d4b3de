"""The differences that are meant, each with its reason.

A rule takes the case and both answers, and says whether it explains all that differs.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

__all__ = ["reason_for"]

Rule = Callable[[dict[str, Any], list[str], list[str]], bool]

RULES: tuple[tuple[str, Rule], ...] = ()


def reason_for(case: dict[str, Any], theirs: list[str], ours: list[str]) -> str | None:
    """The reason why the answers differ, if that is meant."""
    if all(our == theirs[0] for our in ours):
        return None
    return next((reason for reason, explains in RULES if explains(case, theirs, ours)), None)
