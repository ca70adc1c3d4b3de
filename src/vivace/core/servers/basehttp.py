"""Door to the development server."""

from vivace.server.development import (
    ServerHandler,
    ThreadedWSGIServer,
    WSGIRequestHandler,
    WSGIServer,
    get_internal_wsgi_application,
    is_broken_pipe_error,
    logger,
    run,
)

__all__ = [
    "ServerHandler",
    "ThreadedWSGIServer",
    "WSGIRequestHandler",
    "WSGIServer",
    "get_internal_wsgi_application",
    "is_broken_pipe_error",
    "logger",
    "run",
]
