"""A door to ``vivace.pipeline.errors``."""

from vivace.pipeline.errors import (
    convert_exception_to_response,
    get_exception_response,
    handle_uncaught_exception,
    response_for_exception,
)

__all__ = [
    "convert_exception_to_response",
    "get_exception_response",
    "handle_uncaught_exception",
    "response_for_exception",
]
