"""The WSGI shell (PEP 3333).

`WSGIHandler` is what Django documents; calling an instance calls the generated function directly, for
each instance gets a class of its own whose ``__call__`` is that function.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from vivace.core import signals
from vivace.http.headers import HeaderSet, as_set, header_text
from vivace.http.wsgi import WSGIRequest, get_script_name
from vivace.pipeline.handler import BaseHandler
from vivace.pipeline.runtime import KNOWN_CLASSES
from vivace.pipeline.shells import WsgiShell
from vivace.urls import set_script_prefix

__all__ = ["WSGIHandler"]

Environ = dict[str, Any]
StartResponse = Callable[..., Any]


class WSGIHandler(BaseHandler, has_shell=True):
    """A WSGI application that serves the project."""

    request_class = WSGIRequest

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.load_middleware()
        self._fuse_shell(WsgiShell(self._slowly, self._finish_shell))

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request; the way for subclasses, and of what is out of the ordinary."""
        return self._slowly(environ, start_response)

    def _slowly(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        script_name = get_script_name(environ)
        set_script_prefix(script_name)
        signals.request_started.send(sender=self.sender, environ=environ)
        request = self.request_class(environ)
        response = self.get_response(request)
        if script_name:
            response._resource_closers.append(lambda: set_script_prefix("/"))
        return self._emit(response, environ, start_response)

    def _finish_shell(
        self, request: Any, response: Any, environ: Environ, start_response: StartResponse
    ) -> Iterable[bytes]:
        return self._emit(self._finish(request, response), environ, start_response)

    def _emit(
        self, response: Any, environ: Environ, start_response: StartResponse
    ) -> Iterable[bytes]:
        response._handler_class = self.sender
        own = response._headers if type(response) in KNOWN_CLASSES else None
        # PERF: those of a set are ready to be sent.
        ready = own if type(own) is HeaderSet else as_set(own)
        headers = [*response.items()] if ready is None else [*ready.pairs]
        if "cookies" in response.__dict__:
            headers += [
                ("Set-Cookie", header_text(morsel.OutputString(), "latin-1"))
                for morsel in response.cookies.values()
            ]
        start_response(f"{int(response.status_code)} {response.reason_phrase}", headers)
        stream = getattr(response, "file_to_stream", None)
        wrapper = environ.get("wsgi.file_wrapper")
        if stream is not None and wrapper:
            # The server closes the file it was given; the response must hear of it.
            stream.close = response.close
            return wrapper(stream, response.block_size)  # type: ignore[no-any-return]
        return response  # type: ignore[no-any-return]
