"""The WSGI shell (PEP 3333).

`WSGIHandler` is what Django documents; calling an instance calls the generated function directly, for
each instance gets a class of its own whose ``__call__`` is that function.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from http.client import responses
from typing import Any

from vivace.codegen import Bindings, LateFunction, source_of
from vivace.core import signals
from vivace.http.request import FORWARDED
from vivace.http.wsgi import WSGIRequest, get_script_name
from vivace.pipeline.compile import Shell, write_segment
from vivace.pipeline.handler import BaseHandler, make_routes
from vivace.urls import set_script_prefix

__all__ = ["STATUS_LINES", "WSGIHandler"]

Environ = dict[str, Any]
StartResponse = Callable[..., Any]

STATUS_LINES = {code: f"{int(code)} {phrase}" for code, phrase in responses.items()}

# PERF: the header for short bodies, made once.
LENGTHS = tuple(("Content-Length", str(size)) for size in range(2048))


class WSGIHandler(BaseHandler):
    """A WSGI application that serves the project."""

    request_class = WSGIRequest
    _serve: LateFunction | None = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.load_middleware()
        if self._may_compile_shell():
            self._serve = LateFunction(
                "serve", "environ, start_response", self._write_shell, filename="pipeline wsgi"
            )
            cls = type(self)
            self._sender = cls
            members = {
                "__call__": staticmethod(self._serve.function),
                "__module__": cls.__module__,
                "__qualname__": cls.__qualname__,
                "__doc__": cls.__doc__,
            }
            self.__class__ = type(cls.__name__, (cls,), members)

    def _may_compile_shell(self) -> bool:
        cls = type(self)
        ours = ("__call__", "get_response", "load_middleware", "request_class", "_finish")
        return all(getattr(cls, name) is getattr(WSGIHandler, name) for name in ours)

    def _write_shell(self) -> tuple[str, Bindings]:
        self._chain_now()
        chain = self._built
        if chain.outer_is_async:
            names = Bindings(slowly=self._slowly)
            text = (
                "def serve(environ, start_response):\n    return slowly(environ, start_response)\n"
            )
            return text, names
        shell = Shell(
            sender=self._sender,
            finish=self._finish_shell,
            slowly=self._slowly,
            statuses=STATUS_LINES,
            lengths=LENGTHS,
            knows_host=not FORWARDED.value[0],
        )
        return write_segment(
            chain.outer, chain.hooks, make_routes(is_async=False), is_async=False, shell=shell
        )

    def link(self) -> None:
        """Compile the chain and the shell now; what is wrong with the project is raised here."""
        super().link()
        if self._serve is not None:
            self._serve.link()

    def unlink(self) -> None:
        super().unlink()
        if self._serve is not None:
            self._serve.unlink()

    @property
    def source(self) -> str:
        """The generated source of the shell and of the chain."""
        if self._serve is None:
            return super().source
        from_shell = self._serve.link()
        inner = [function.link() for function in reversed(self._built.functions[:-1])]
        return "\n\n".join(source_of(function) for function in (from_shell, *inner))

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request; the way for subclasses, and of what is out of the ordinary."""
        return self._slowly(environ, start_response)

    def _slowly(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        sender = getattr(self, "_sender", type(self))
        script_name = get_script_name(environ)
        set_script_prefix(script_name)
        signals.request_started.send(sender=sender, environ=environ)
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
        response._handler_class = getattr(self, "_sender", type(self))
        headers = [*response.items()]
        if "cookies" in response.__dict__:
            headers += [
                ("Set-Cookie", morsel.OutputString()) for morsel in response.cookies.values()
            ]
        start_response(f"{int(response.status_code)} {response.reason_phrase}", headers)
        stream = getattr(response, "file_to_stream", None)
        wrapper = environ.get("wsgi.file_wrapper")
        if stream is not None and wrapper:
            # The server closes the file it was given; the response must hear of it.
            stream.close = response.close
            return wrapper(stream, response.block_size)  # type: ignore[no-any-return]
        return response  # type: ignore[no-any-return]
