"""``ATOMIC_REQUESTS``: each view in a transaction on every database that asks for it.

See topics/db/transactions ("Tying transactions to HTTP requests"). Middleware and streamed bodies
are outside.
"""

from __future__ import annotations

from collections.abc import Callable
from inspect import iscoroutinefunction
from typing import Any

from vivace.db import connections, transaction

View = Callable[..., Any]


def make_view_atomic(view: View) -> View:
    """`view` in a transaction on each database with ``ATOMIC_REQUESTS``, unless it declined."""
    declined: set[str] = getattr(view, "_non_atomic_requests", set())
    for alias, settings_dict in connections.settings.items():
        if settings_dict["ATOMIC_REQUESTS"] and alias not in declined:
            if iscoroutinefunction(view):
                raise RuntimeError("You cannot use ATOMIC_REQUESTS with async views.")
            view = transaction.atomic(using=alias)(view)
    return view


def atomic_views() -> Callable[[View], View] | None:
    """`make_view_atomic` if a database asks for it; else None, and views are called as they are."""
    asked = any(each["ATOMIC_REQUESTS"] for each in connections.settings.values())
    return make_view_atomic if asked else None
