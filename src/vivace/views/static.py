"""Files from a directory, for development (documentation: static file development view).

SECURITY: the name is normalised and joined with `safe_join`, the answer is the file, a page or an
error, never a redirect (CVE-2017-7234), and the body is streamed in blocks (CVE-2015-0221).
"""

from __future__ import annotations

import mimetypes
import os
import posixpath
import re
import stat
from pathlib import Path
from typing import Any
from urllib.parse import quote

from vivace.http import (
    FileResponse,
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseNotModified,
)
from vivace.template import TemplateDoesNotExist, loader
from vivace.utils._os import safe_join
from vivace.utils.html import escape
from vivace.utils.http import http_date, parse_http_date
from vivace.utils.translation import gettext as _

__all__ = [
    "FileResponse",
    "Http404",
    "HttpResponse",
    "HttpResponseNotModified",
    "TemplateDoesNotExist",
    "directory_index",
    "http_date",
    "parse_http_date",
    "safe_join",
    "serve",
    "template_translatable",
    "was_modified_since",
]

# COMPAT: the blank lines are those that Django's page has.
INDEX_PAGE = """
<!DOCTYPE html>
<html lang="en">
  <head>
    <meta http-equiv="Content-type" content="text/html; charset=utf-8">
    <meta http-equiv="Content-Language" content="en-us">
    <meta name="robots" content="NONE,NOARCHIVE">
    <title>{title}</title>
  </head>
  <body>
    <h1>{title}</h1>
    <ul>
      {parent}
      {entries}
    </ul>
  </body>
</html>
"""
PARENT_ENTRY = '\n      <li><a href="../">../</a></li>\n      '


def serve(
    request: HttpRequest,
    path: str,
    document_root: str | os.PathLike[str] | None = None,
    show_indexes: bool = False,
) -> HttpResponseBase:
    """Answer with the file `path` below `document_root`; `show_indexes` also lists directories.

    Raises `Http404` for what is not there, and `SuspiciousFileOperation` for a path that leads out.
    """
    path = posixpath.normpath(path).lstrip("/")
    fullpath = Path(safe_join(document_root, path))  # type: ignore[arg-type]
    try:
        status = fullpath.stat()
    except (OSError, ValueError):
        # Missing, a name that the file system cannot have, or one that we may not ask for.
        raise Http404(_("“%(path)s” does not exist") % {"path": fullpath})
    if stat.S_ISDIR(status.st_mode):
        if show_indexes:
            return directory_index(path, fullpath)
        raise Http404(_("Directory indexes are not allowed here."))
    if not was_modified_since(request.META.get("HTTP_IF_MODIFIED_SINCE"), status.st_mtime):
        return HttpResponseNotModified()
    content_type, encoding = mimetypes.guess_type(str(fullpath))
    response: HttpResponseBase = FileResponse(
        fullpath.open("rb"), content_type=content_type or "application/octet-stream"
    )
    response.headers["Last-Modified"] = http_date(status.st_mtime)
    if encoding:
        response.headers["Content-Encoding"] = encoding
    return response


# For message catalogues: the page's title.
template_translatable = "Index of %(directory)s"


def directory_index(path: Any, fullpath: Path) -> HttpResponse:
    """The page that lists `fullpath`, shown under the name `path`; hidden files are left out."""
    names = sorted(
        entry.name + ("/" if entry.is_dir() else "")
        for entry in fullpath.iterdir()
        if not entry.name.startswith(".")
    )
    directory = f"{path}/"
    try:
        template = loader.select_template(["static/directory_index.html", "static/directory_index"])
    except TemplateDoesNotExist:
        pass
    else:
        return HttpResponse(template.render({"directory": directory, "file_list": names}))
    entries = "\n      ".join(
        f'\n      <li><a href="{escape(quote(name))}">{escape(name)}</a></li>' for name in names
    )
    page = INDEX_PAGE.format(
        title=escape(_(template_translatable) % {"directory": directory}),
        parent=PARENT_ENTRY if directory != "/" else "",
        entries=f"{entries}\n      " if entries else "",
    )
    return HttpResponse(page)


def was_modified_since(header: str | None = None, mtime: float = 0) -> bool:
    """Whether `mtime` (seconds) is later than the ``If-Modified-Since`` `header`.

    Defined in RFC 9110, section 13.1.3. A header that cannot be read counts as absent.
    """
    if header is None:
        return True
    # Netscape appended the length; a date never has a semicolon.
    if re.search(";", header):
        return True
    try:
        return int(mtime) > parse_http_date(header)
    except (ValueError, OverflowError):
        return True
