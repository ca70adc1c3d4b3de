"""Request IDs: one for each request, in the response, in ``request.headers`` and in log records.

An ID that a request comes with (from a proxy) is kept if it is harmless. Views find it as
``request.headers["X-Request-ID"]``; `RequestIDFilter` puts it into log records as ``request_id``.
"""

from __future__ import annotations

import logging
import os
import re
from contextvars import ContextVar

HEADER = "X-Request-ID"

# SECURITY: what goes into log lines and headers is short and has no separators.
_harmless = re.compile(r"[A-Za-z0-9._~+/=:-]{1,128}").fullmatch

request_id: ContextVar[str] = ContextVar("request_id", default="")


def identify(given: str | None) -> str:
    """`given` if it will do, else a new ID of 32 hexadecimal digits; it is the current one now."""
    chosen = given if given is not None and _harmless(given) else os.urandom(16).hex()
    request_id.set(chosen)
    return chosen


class RequestIDFilter(logging.Filter):
    """Gives each log record a ``request_id``: that of the request being answered, or nothing."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.request_id = request_id.get()
        return True
