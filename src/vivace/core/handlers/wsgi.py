"""A door to the WSGI shell in ``vivace.pipeline.wsgi`` and its request in ``vivace.http.wsgi``."""

from vivace.http.limited import LimitedStream
from vivace.http.wsgi import (
    WSGIRequest,
    get_bytes_from_wsgi,
    get_path_info,
    get_script_name,
    get_str_from_wsgi,
)
from vivace.pipeline.wsgi import WSGIHandler

__all__ = [
    "LimitedStream",
    "WSGIHandler",
    "WSGIRequest",
    "get_bytes_from_wsgi",
    "get_path_info",
    "get_script_name",
    "get_str_from_wsgi",
]
