"""A request as a WSGI server hands it over (PEP 3333)."""

from __future__ import annotations

import re
from typing import Any

from vivace.conf import settings
from vivace.conf.frozen import Frozen
from vivace.http.cookie import parse_cookie
from vivace.http.limited import LimitedStream
from vivace.http.querydict import QueryDict
from vivace.http.request import ServerRequest
from vivace.utils.encoding import repercent_broken_unicode
from vivace.utils.functional import cached_property
from vivace.utils.naming import publish

__all__ = [
    "WSGIRequest",
    "get_bytes_from_wsgi",
    "get_path_info",
    "get_script_name",
    "get_str_from_wsgi",
]

_slashes_re = re.compile(rb"/+")

FORCED_SCRIPT_NAME: Frozen[str | None] = Frozen(
    "http.script_name", lambda: settings.FORCE_SCRIPT_NAME, reads=("FORCE_SCRIPT_NAME",)
)


def get_bytes_from_wsgi(environ: dict[str, Any], key: str, default: str) -> bytes:
    """The bytes that stand behind a value of the environ, which PEP 3333 decodes as Latin-1."""
    return environ.get(key, default).encode("iso-8859-1")  # type: ignore[no-any-return]


def get_str_from_wsgi(environ: dict[str, Any], key: str, default: str) -> str:
    """A value of the environ, decoded as UTF-8 with replacements."""
    return get_bytes_from_wsgi(environ, key, default).decode(errors="replace")


def get_path_info(environ: dict[str, Any]) -> str:
    """The path below the script; octets that are not UTF-8 stay percent-encoded."""
    path_info = get_bytes_from_wsgi(environ, "PATH_INFO", "/")
    return repercent_broken_unicode(path_info).decode()


def get_script_name(environ: dict[str, Any]) -> str:
    """The prefix of the script: forced by a setting, else worked out from the server's variables."""
    forced = FORCED_SCRIPT_NAME.value
    if forced is not None:
        return forced
    # mod_rewrite changes SCRIPT_NAME; where it is in play, the original address tells.
    script_url = get_bytes_from_wsgi(environ, "SCRIPT_URL", "") or get_bytes_from_wsgi(
        environ, "REDIRECT_URL", ""
    )
    if script_url:
        script_url = _slashes_re.sub(b"/", script_url)
        path_info = get_bytes_from_wsgi(environ, "PATH_INFO", "")
        script_name = script_url.removesuffix(path_info)
    else:
        script_name = get_bytes_from_wsgi(environ, "SCRIPT_NAME", "")
    return script_name.decode(errors="replace")


class WSGIRequest(ServerRequest):
    """A request made from a WSGI `environ`, which becomes its ``META``."""

    environ: dict[str, Any]

    def __init__(self, environ: dict[str, Any]) -> None:
        script_name = get_script_name(environ)
        # Sometimes PATH_INFO is there but empty: when the address is the script's own, without slash.
        path_info = get_path_info(environ) or "/"
        self.environ = self.META = environ
        self.path_info = path_info
        # A slash of the prefix and one of the path must not add up to two.
        self.path = f"{script_name.rstrip('/')}/{path_info.replace('/', '', 1)}"
        environ["PATH_INFO"] = path_info
        environ["SCRIPT_NAME"] = script_name
        self.method = environ["REQUEST_METHOD"].upper()
        self._plain = True

    def _get_scheme(self) -> str:
        return self.environ.get("wsgi.url_scheme")  # type: ignore[return-value]

    @cached_property
    def _stream(self) -> LimitedStream:
        try:
            length = int(self.environ.get("CONTENT_LENGTH") or 0)
        except (ValueError, TypeError):
            length = 0
        return LimitedStream(self.environ["wsgi.input"], max(length, 0))

    @cached_property
    def GET(self) -> QueryDict:
        """The parameters of the query string."""
        # The QUERY_STRING is encoded as Latin-1 in the environ, see PEP 3333.
        return QueryDict(
            get_bytes_from_wsgi(self.environ, "QUERY_STRING", ""), encoding=self._encoding
        )

    @cached_property
    def COOKIES(self) -> dict[str, str]:
        """The cookies that the client sent."""
        return parse_cookie(get_str_from_wsgi(self.environ, "HTTP_COOKIE", ""))


publish(__name__, "core.handlers.wsgi")
