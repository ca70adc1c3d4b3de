"""A door to the ASGI shell in ``vivace.pipeline.asgi`` and its request in ``vivace.http.asgi``."""

from vivace.http.asgi import ASGIRequest, get_script_prefix
from vivace.pipeline.asgi import ASGIHandler

__all__ = ["ASGIHandler", "ASGIRequest", "get_script_prefix"]
