"""Drive a site through its real protocols, and check that it keeps to them.

`Site` makes a fresh WSGI or ASGI application from urlpatterns, middleware and settings; `ask` sends
a raw request and answers what came back over the wire (`wire`).
"""

from __future__ import annotations

import asyncio
import itertools
import sys
import types
from collections.abc import Iterable, Sequence
from typing import Any

from vivace.pipeline.asgi import ASGIHandler
from vivace.pipeline.wsgi import WSGIHandler
from vivace.test.utils import override_settings
from vivace.urls import clear_url_caches
from wire import Request, Response, acall_asgi, as_header, call_wsgi

# Names of URLconfs are not used twice: resolvers are remembered by them.
_numbers = itertools.count()


class Site:
    """One site in one colour; `ask` may be called any number of times before `close`."""

    def __init__(
        self,
        colour: str,
        urlpatterns: Iterable[Any] = (),
        middleware: Iterable[Any] = (),
        handlers: dict[str, Any] | None = None,
        **settings: Any,
    ) -> None:
        self.colour = colour
        self.urlconf = types.ModuleType(f"urlconf_{next(_numbers)}")
        vars(self.urlconf).update(handlers or {}, urlpatterns=list(urlpatterns))
        sys.modules[self.urlconf.__name__] = self.urlconf
        self.override = override_settings(
            ROOT_URLCONF=self.urlconf.__name__,
            MIDDLEWARE=[self._path_of(number, each) for number, each in enumerate(middleware)],
            **settings,
        )
        self.override.enable()
        clear_url_caches()
        try:
            self.application: Any = WSGIHandler() if colour == "wsgi" else ASGIHandler()
        except BaseException:
            self.close()
            raise

    def _path_of(self, number: int, middleware: Any) -> str:
        """A dotted path to `middleware`, which may be the factory itself."""
        if isinstance(middleware, str):
            return middleware
        setattr(self.urlconf, f"middleware_{number}", middleware)
        return f"{self.urlconf.__name__}.middleware_{number}"

    def ask(
        self,
        target: str | bytes = b"/",
        method: str = "GET",
        headers: Iterable[Sequence[Any]] = (),
        body: bytes | Iterable[bytes] = b"",
        **more: Any,
    ) -> Response:
        """Send a request; `target` is the path and query as on the request line."""
        chunks = ((body,) if body else ()) if isinstance(body, bytes) else tuple(body)
        request = Request(
            method=method,
            target=target.encode("utf-8") if isinstance(target, str) else target,
            headers=tuple(map(as_header, headers)),
            chunks=chunks,
            **more,
        )
        if self.colour == "wsgi":
            return call_wsgi(self.application, request)
        return asyncio.run(acall_asgi(self.application, request))

    def close(self) -> None:
        self.override.disable()
        clear_url_caches()
        sys.modules.pop(self.urlconf.__name__, None)
