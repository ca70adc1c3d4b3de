"""The browser shows a change by itself: pages of the development server reload when the code does.

A page gets a script that listens to server-sent events (the HTML standard, section 9.2). The server
says which generation of the code answers; one that is not the page's own means: load it again. A
restart ends the connection, and the browser comes back to the new process; a template that changed
without a restart is a new generation of the same process. Only a visible page listens, since
browsers allow few connections to one host.
"""

from __future__ import annotations

import os
import re
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from vivace.utils.autoreload import change_taken_up

__all__ = ["EVENTS", "SCRIPT", "LiveReload"]

EVENTS = "/__live__/events"
SCRIPT = "/__live__/reload.js"

_SECONDS_BETWEEN_SIGNS_OF_LIFE = 15
_END_OF_PAGE = re.compile(rb"</body\s*>", re.IGNORECASE)

_JAVASCRIPT = b"""\
(() => {
  const { events, generation } = document.currentScript.dataset;
  let source = null;
  const listen = () => {
    source = new EventSource(events);
    source.addEventListener("generation", (event) => {
      if (event.data !== generation) location.reload();
    });
    source.onerror = () => {
      if (source && source.readyState === EventSource.CLOSED) {
        source = null;
        setTimeout(visible, 300);
      }
    };
  };
  const visible = () => {
    if (document.visibilityState === "visible") {
      if (!source) listen();
    } else if (source) {
      source.close();
      source = null;
    }
  };
  document.addEventListener("visibilitychange", visible);
  // A page that the browser had put aside as it was is shown again.
  addEventListener("pageshow", visible);
  addEventListener("pagehide", () => { if (source) { source.close(); source = null; } });
  visible();
})();
"""

Headers = list[tuple[str, str]]
Start = Callable[..., Any]


class LiveReload:
    """The WSGI application `application`, with pages that reload themselves."""

    def __init__(self, application: Callable[..., Iterable[bytes]]) -> None:
        self._application = application
        self._started = f"{os.getpid()}.{time.time_ns()}"
        self._changes = 0
        self._changed = threading.Condition()
        # Not at every change: a page that loads again while this process ends finds nobody there.
        change_taken_up.connect(self._on_change)

    @property
    def generation(self) -> str:
        """What tells the code of now from that of before."""
        return f"{self._started}.{self._changes}"

    def __call__(self, environ: dict[str, Any], start_response: Start) -> Iterable[bytes]:
        path = environ.get("PATH_INFO")
        if path == EVENTS:
            start_response(
                "200 OK", [("Content-Type", "text/event-stream"), ("Cache-Control", "no-store")]
            )
            return self._events()
        if path == SCRIPT:
            start_response(
                "200 OK",
                [
                    ("Content-Type", "text/javascript; charset=utf-8"),
                    ("Content-Length", str(len(_JAVASCRIPT))),
                    ("Cache-Control", "no-store"),
                ],
            )
            return [_JAVASCRIPT]
        if environ.get("REQUEST_METHOD") != "GET":
            # To load such a page again would be to send the form again.
            return self._application(environ, start_response)
        return self._page(environ, start_response)

    def _page(self, environ: dict[str, Any], start_response: Start) -> Iterable[bytes]:
        held: list[tuple[str, Headers]] = []

        def hold(status: str, headers: Headers, exc_info: Any = None) -> Any:
            if not exc_info and _is_page(headers):
                held[:] = [(status, headers)]
                return written.append
            held.clear()
            return (
                start_response(status, headers, exc_info)
                if exc_info
                else start_response(status, headers)
            )

        written: list[bytes] = []
        result = self._application(environ, hold)
        if not held:
            return result
        status, headers = held[0]
        lengths = [value for name, value in headers if name.lower() == "content-length"]
        # A response that holds its content whole may have no length: nobody's middleware said one.
        whole = isinstance(result, list | tuple) or getattr(result, "streaming", True) is False
        if not (lengths or written or whole):
            # Made while it is sent: its end may be far away.
            start_response(status, headers)
            return result
        try:
            body = b"".join([*written, *result])
        finally:
            if hasattr(result, "close"):
                result.close()
        body = self._with_script(body)
        others = [(name, value) for name, value in headers if name.lower() != "content-length"]
        start_response(status, [*others, ("Content-Length", str(len(body)))])
        return [body]

    def _with_script(self, body: bytes) -> bytes:
        ends = list(_END_OF_PAGE.finditer(body))
        if not ends:
            # A part of a page, which its page asked for.
            return body
        script = (
            f'<script src="{SCRIPT}" data-events="{EVENTS}" '
            f'data-generation="{self.generation}"></script>'
        ).encode()
        place = ends[-1].start()
        return body[:place] + script + body[place:]

    def _events(self) -> Iterator[bytes]:
        told = None
        yield b"retry: 200\n\n"
        while True:
            now = self.generation
            # A comment: whoever left is noticed when it is written.
            yield b": \n\n" if now == told else f"event: generation\ndata: {now}\n\n".encode()
            told = now
            with self._changed:
                self._changed.wait_for(
                    lambda: self.generation != told,  # noqa: B023 (asked within this turn)
                    timeout=_SECONDS_BETWEEN_SIGNS_OF_LIFE,
                )

    def _on_change(self, **kwargs: Any) -> None:
        with self._changed:
            self._changes += 1
            self._changed.notify_all()


def _is_page(headers: Headers) -> bool:
    """Whether a response is HTML that is not packed."""
    found = {name.lower(): value for name, value in headers}
    return (
        found.get("content-type", "").partition(";")[0].strip().lower() == "text/html"
        and "content-encoding" not in found
    )
