"""What the development server shows while the project does not load: what is wrong with it.

The page is served at the project's own address, until a file is mended and the server starts again.
"""

from __future__ import annotations

import importlib
import re
import traceback
from collections.abc import Iterable
from typing import Any

from vivace.conf import settings
from vivace.core.exceptions import ImproperlyConfigured
from vivace.management.exceptions import CommandError
from vivace.utils.autoreload import is_django_path
from vivace.views.debug import ExceptionReporter
from vivace.views.report import listings
from vivace.views.report.listings import excerpt, frame_of_mistake, place
from vivace.views.report.parts import document, hint, text

__all__ = ["Broken", "way_of"]

# Errors whose text is enough where none of the project's code is on the way to them.
_SAYS_ALL = (ImportError, ImproperlyConfigured)
_IMPORTLIB = str(importlib.__file__)
_COLOURS = re.compile(r"\x1b\[[0-9;]*m")
_LOCAL = ("127.", "::1", "localhost")
_CURE = "Mend the file and save it: the server starts again, and this page loads again by itself."
_NOTHING = "The project does not load. The terminal of the development server says why."


def way_of(error: BaseException) -> str:
    """Python's traceback of `error` and its causes, without the way through the framework."""
    shown = traceback.TracebackException.from_exception(error)
    part: traceback.TracebackException | None = shown
    while part is not None:
        own = [frame for frame in part.stack if not _is_machinery(frame.filename)]
        if own or isinstance(error, SyntaxError):
            part.stack[:] = own
        elif part.exc_type is not None and issubclass(part.exc_type, _SAYS_ALL):
            # The framework read a setting; how it came to that says nothing of the mistake.
            part.stack = None  # type: ignore[assignment]
        part = part.__cause__ or part.__context__
    return "".join(shown.format())


def _is_machinery(filename: str) -> bool:
    return filename.startswith("<frozen ") or filename == _IMPORTLIB or is_django_path(filename)


class Broken:
    """A WSGI application that answers every request with `error`.

    To whom nothing may be told (DEBUG is off, or cannot be read and `address` is not this machine's
    own) it only says that the terminal has the answer.
    """

    def __init__(self, error: BaseException, address: str) -> None:
        self._error = error
        try:
            self._tells = bool(settings.DEBUG)
            self._has_settings = True
        except Exception:
            self._tells = address.startswith(_LOCAL)
            self._has_settings = False

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        wants_page = "text/html" in environ.get("HTTP_ACCEPT", "")
        page = self._page() if wants_page else f"{self._summary()}\n"
        body = page.encode("utf-8", "backslashreplace")
        kind = "html" if wants_page else "plain"
        start_response(
            "500 Internal Server Error",
            [
                ("Content-Type", f"text/{kind}; charset=utf-8"),
                ("Content-Length", str(len(body))),
                ("Cache-Control", "no-store"),
            ],
        )
        return [body]

    def _summary(self) -> str:
        """What happened, without the way there."""
        error = self._error
        if not self._tells:
            return _NOTHING
        if isinstance(error, CommandError):
            return _COLOURS.sub("", str(error)).strip()
        return "".join(traceback.format_exception_only(error)).rstrip()

    def _page(self) -> str:
        error = self._error
        if self._tells and self._has_settings and not isinstance(error, CommandError):
            try:
                page: str = ExceptionReporter(
                    None, type(error), error, error.__traceback__
                ).get_traceback_html()
            except Exception:
                # The report needs more of the settings than there is.
                return self._short_page()
            return page
        return self._short_page()

    def _short_page(self) -> str:
        error = self._error
        tells = self._tells and not isinstance(error, CommandError)
        mistake = frame_of_mistake(error) if tells and isinstance(error, SyntaxError) else None
        said = self._summary() if mistake is None else f"{type(error).__name__}: {error.args[0]}"
        parts = [
            '<header id="summary"><div class="inner"><h1>The project does not load</h1>',
            f'<pre class="exception_value">{text(said)}</pre>',
            hint(text(_CURE)) if self._tells else "",
            "</div></header><main>",
        ]
        if mistake is not None:
            where = place(mistake["filename"], mistake["lineno"])
            parts.append("<h2>Where to look first</h2>")
            parts.append(f'<div class="frame found">{where}{excerpt(mistake)}</div>')
        way = way_of(error) if tells else ""
        if way.rstrip() != self._summary():
            parts.append(f'<h2>Traceback</h2><pre class="code">{text(way)}</pre>' if way else "")
        title = f"{type(error).__name__}: the project does not load"
        return document(title, "\n".join([*parts, "</main>"]), listings.STYLE)
