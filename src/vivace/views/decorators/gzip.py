"""Compression for one view."""

from vivace.middleware.gzip import GZipMiddleware
from vivace.utils.decorators import decorator_from_middleware

gzip_page = decorator_from_middleware(GZipMiddleware)
gzip_page.__doc__ = "Compress the view's response if the client accepts gzip."
