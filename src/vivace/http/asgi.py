"""A request as an ASGI server hands it over (ASGI HTTP connection scope, version 3)."""

from __future__ import annotations

from io import BytesIO
from typing import IO, Any

from vivace.http.cookie import parse_cookie
from vivace.http.querydict import QueryDict
from vivace.http.request import ServerRequest
from vivace.http.wsgi import FORCED_SCRIPT_NAME
from vivace.utils.functional import cached_property
from vivace.utils.naming import publish

__all__ = ["ASGIRequest"]

Scope = dict[str, Any]


def get_script_prefix(scope: Scope) -> str:
    """The prefix under which the application is mounted."""
    forced = FORCED_SCRIPT_NAME.value
    if forced is not None:
        return forced
    return scope.get("root_path", "") or ""


def _fold_headers(scope: Scope, meta: dict[str, Any]) -> None:
    """Write the scope's headers into `meta` under the names that WSGI has for them."""
    values: dict[str, list[str]] = {}
    for raw_name, raw_value in scope.get("headers", ()):
        name = raw_name.decode("latin-1")
        # SECURITY: a name with an underscore could pass for one that a proxy sets (CVE-2026-3902).
        if "_" in name:
            continue
        if name == "content-length":
            key = "CONTENT_LENGTH"
        elif name == "content-type":
            key = "CONTENT_TYPE"
        else:
            key = "HTTP_" + name.upper().replace("-", "_")
        # SECURITY: joined once at the end, in linear time (CVE-2025-14550).
        values.setdefault(key, []).append(raw_value.decode("latin-1"))
    for key, several in values.items():
        # HTTP/2 sends cookies in pieces; RFC 9113 (section 8.2.3) says how they go together.
        separator = "; " if key == "HTTP_COOKIE" else ","
        meta[key] = several[0] if len(several) == 1 else separator.join(several)


class ASGIRequest(ServerRequest):
    """A request made from an ASGI `scope` and a file that holds its body."""

    # How long a body may keep a handler waiting; None waits for as long as the server does.
    body_receive_timeout = 60

    script_name = ""

    # What asgiref asks of the context that gives synchronous code its thread (`vivace.utils.threads`).
    _exited = False

    _received = b""
    _query_string = ""

    def __init__(self, scope: Scope, body_file: IO[bytes]) -> None:
        self.scope = scope
        self.path = path = scope["path"]
        self.script_name = script_name = get_script_prefix(scope)
        # The server may pass the path with or without the prefix.
        if script_name and path.startswith(script_name):
            rest = path[len(script_name) :]
            if rest[:1] in ("", "/"):
                path = rest
            elif script_name[-1] == "/":
                path = f"/{rest}"
        self.path_info = path
        self.method = scope["method"].upper()
        query_string = scope.get("query_string", "")
        # Decoded now: what is not UTF-8 is a bad request, and the shell answers that.
        if isinstance(query_string, bytes):
            query_string = query_string.decode()
        self._query_string = query_string
        self._stream = body_file
        self._plain = True

    @cached_property
    def META(self) -> dict[str, Any]:
        """The request's variables, as a WSGI server would have them."""
        scope = self.scope
        meta: dict[str, Any] = {
            "REQUEST_METHOD": self.method,
            "QUERY_STRING": self._query_string,
            "SCRIPT_NAME": self.script_name,
            "PATH_INFO": self.path_info,
            "wsgi.multithread": True,
            "wsgi.multiprocess": True,
        }
        client = scope.get("client")
        if client:
            meta["REMOTE_ADDR"] = client[0]
            meta["REMOTE_HOST"] = client[0]
            meta["REMOTE_PORT"] = client[1]
        server = scope.get("server")
        if server:
            meta["SERVER_NAME"] = server[0]
            meta["SERVER_PORT"] = str(server[1])
        else:
            meta["SERVER_NAME"] = "unknown"
            meta["SERVER_PORT"] = "0"
        _fold_headers(scope, meta)
        return meta

    @cached_property
    def _stream(self) -> IO[bytes]:
        # A small body that came in one piece is a file only when somebody reads it as one.
        return BytesIO(self._received)

    @property
    def _in_memory(self) -> bool:
        """Whether no file has to be read or written for the body to be parsed."""
        return "_stream" not in self.__dict__ and self.content_type != "multipart/form-data"

    def _get_scheme(self) -> str:
        return self.scope.get("scheme") or super()._get_scheme()

    @cached_property
    def GET(self) -> QueryDict:
        """The parameters of the query string."""
        return QueryDict(self._query_string, encoding=self._encoding)

    @cached_property
    def COOKIES(self) -> dict[str, str]:
        """The cookies that the client sent."""
        return parse_cookie(self.META.get("HTTP_COOKIE", ""))

    def close(self) -> None:
        """Close the uploaded files and the body."""
        super().close()
        stream = self.__dict__.get("_stream")
        if stream is not None:
            stream.close()


publish(__name__, "core.handlers.asgi", "ASGIRequest")
