"""Files of STATIC_ROOT and MEDIA_ROOT in front of the site that a test serves.

Browsers ask for them beside the pages (topics/testing/tools, "LiveServerTestCase"). What is not a file
there is the site's to answer.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import urlsplit
from urllib.request import url2pathname

from vivace.conf import settings
from vivace.core.exceptions import SuspiciousFileOperation
from vivace.http import Http404
from vivace.http.wsgi import WSGIRequest, get_path_info
from vivace.views.static import serve

__all__ = ["FSFilesHandler", "_MediaFilesHandler", "_StaticFilesHandler"]

StartResponse = Callable[..., Any]


class FSFilesHandler:
    """A WSGI application that answers with files of a directory, else as `application` does."""

    def __init__(self, application: Any) -> None:
        self.application = application

    def get_base_dir(self) -> Any:
        """The directory of the files; None for none."""
        raise NotImplementedError("A subclass says which directory it is.")

    def get_base_url(self) -> Any:
        """The URL under which the files are."""
        raise NotImplementedError("A subclass says which URL it is.")

    def serve(self, request: Any) -> Any:
        """The response with the file that `request` asks for; `Http404` if there is none."""
        prefix = urlsplit(self.get_base_url() or "").path
        name = url2pathname(request.path_info[len(prefix) :])
        return serve(request, name, document_root=self.get_base_dir())

    def __call__(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        if not self._should_handle(get_path_info(environ)):
            return self.application(environ, start_response)  # type: ignore[no-any-return]
        try:
            response = self.serve(WSGIRequest(environ))
        except (Http404, SuspiciousFileOperation):
            return self.application(environ, start_response)  # type: ignore[no-any-return]
        start_response(f"{response.status_code} {response.reason_phrase}", [*response.items()])
        # The server closes it, and with it the file.
        return response  # type: ignore[no-any-return]

    def _should_handle(self, path: str) -> bool:
        base = urlsplit(self.get_base_url() or "")
        # Of another host are those of another server.
        return bool(
            base.path and not base.netloc and path.startswith(base.path) and self.get_base_dir()
        )


class _StaticFilesHandler(FSFilesHandler):
    """Answers with what ``collectstatic`` collected."""

    def get_base_dir(self) -> Any:
        """The setting STATIC_ROOT."""
        return settings.STATIC_ROOT

    def get_base_url(self) -> Any:
        """The setting STATIC_URL."""
        return settings.STATIC_URL


class _MediaFilesHandler(FSFilesHandler):
    """Answers with what was uploaded."""

    def get_base_dir(self) -> Any:
        """The setting MEDIA_ROOT."""
        return settings.MEDIA_ROOT

    def get_base_url(self) -> Any:
        """The setting MEDIA_URL."""
        return settings.MEDIA_URL
