"""The pages for developers: what went wrong, and which routes there are.

Documentation: how to manage error reporting. The pages are drawn in ``report``; here is what
people subclass, patch and call.
"""

from __future__ import annotations

import re
import sys
import types
from collections.abc import Callable
from pathlib import Path
from types import FrameType, TracebackType
from typing import Any

from vivace import get_version
from vivace.conf import settings
from vivace.conf.frozen import Frozen
from vivace.http import Http404, HttpRequest, HttpResponse, HttpResponseNotFound
from vivace.template import Context, Engine, TemplateDoesNotExist
from vivace.template.backends.django import get_installed_libraries
from vivace.urls import get_script_prefix, resolve
from vivace.utils import timezone
from vivace.utils.encoding import force_str
from vivace.utils.module_loading import import_string
from vivace.utils.naming import root
from vivace.views.decorators.csp import csp_override, csp_report_only_override
from vivace.views.report import page, plain, routes, welcome
from vivace.views.report.filter import CallableSettingWrapper, SafeExceptionReporterFilter
from vivace.views.report.frames import (
    ExceptionCycleWarning,
    Lines,
    around_line,
    cause_of,
    chain_of,
    failing_columns,
    markers,
    members_of,
    said,
    source_lines,
    visible,
)
from vivace.views.report.values import shown

__all__ = [
    "CallableSettingWrapper",
    "ExceptionCycleWarning",
    "ExceptionReporter",
    "SafeExceptionReporterFilter",
    "default_urlconf",
    "get_caller",
    "get_default_exception_reporter_filter",
    "get_exception_reporter_class",
    "get_exception_reporter_filter",
    "technical_404_response",
    "technical_500_response",
]

CONTEXT_LINES = 7
# Where the templates are that stand for the pages drawn here.
TEMPLATES = Path(__file__).parent / "templates"
# What is shown of the functions that lead from the server to the view, and their generated names.
PIPELINE_VARIABLES = frozenset({"request", "view", "args", "kwargs"})
PIPELINE_CODE = re.compile(r"<\w+ pipeline ")
# How much of an exception group is shown.
MOST_MEMBERS = 20
DEEPEST_GROUP = 5
NO_USER = "[unable to retrieve the current user]"


def _make_default_filter() -> Any:
    return import_string(settings.DEFAULT_EXCEPTION_REPORTER_FILTER)()


_default_filter: Frozen[Any] = Frozen(
    "exception reporter filter", _make_default_filter, reads=("DEFAULT_EXCEPTION_REPORTER_FILTER",)
)


def get_default_exception_reporter_filter() -> Any:
    """The instance of ``DEFAULT_EXCEPTION_REPORTER_FILTER``; one for all requests."""
    return _default_filter.value


def get_exception_reporter_filter(request: Any) -> Any:
    """The request's ``exception_reporter_filter``, else the default one."""
    own = getattr(request, "exception_reporter_filter", None)
    return own or get_default_exception_reporter_filter()


def get_exception_reporter_class(request: Any) -> Any:
    """The request's ``exception_reporter_class``, else ``DEFAULT_EXCEPTION_REPORTER``."""
    own = getattr(request, "exception_reporter_class", None)
    return own or import_string(settings.DEFAULT_EXCEPTION_REPORTER)


def get_caller(request: Any) -> str:
    """The dotted name of the view that the request's path leads to; empty where there is none."""
    match = getattr(request, "resolver_match", None)
    if match is None:
        try:
            match = resolve(request.path)
        except Http404:
            return ""
    return getattr(match, "_func_path", "")


# The pages bring their own styles and script, which a site's policy would refuse.
@csp_override({})
@csp_report_only_override({})
def technical_500_response(
    request: HttpRequest,
    exc_type: type[BaseException] | None,
    exc_value: BaseException | None,
    tb: TracebackType | None,
    status_code: int = 500,
) -> HttpResponse:
    """The report of an exception, as HTML, or as plain text for a client that takes no HTML."""
    reporter = get_exception_reporter_class(request)(request, exc_type, exc_value, tb)
    if request.accepts("text/html"):
        return HttpResponse(_encodable(reporter.get_traceback_html()), status=status_code)
    return HttpResponse(
        _encodable(reporter.get_traceback_text()),
        status=status_code,
        content_type="text/plain; charset=utf-8",
    )


@csp_override({})
@csp_report_only_override({})
def technical_404_response(request: HttpRequest, exception: Exception) -> HttpResponse:
    """The report of a page that was not found: the routes there are, or the view that said so."""
    details = exception.args[0] if exception.args and isinstance(exception.args[0], dict) else {}
    resolved = "tried" not in details
    if resolved:
        tried = getattr(getattr(request, "resolver_match", None), "tried", None)
    else:
        tried = details["tried"]
        if not tried or _only_admin(request, tried):
            return default_urlconf(request)
    urlconf = getattr(request, "urlconf", settings.ROOT_URLCONF)
    if isinstance(urlconf, types.ModuleType):
        urlconf = urlconf.__name__
    content = routes.render(
        method=request.method or "",
        url=_raw_insecure_uri(request),
        path=str(details.get("path", request.path_info[1:])),
        urlconf=str(urlconf),
        tried=list(tried or ()),
        resolved=resolved,
        reason=str(exception) if resolved else "",
        view_name=get_caller(request) if resolved else "",
        prefix=get_script_prefix(),
    )
    return HttpResponseNotFound(_encodable(content))


def _encodable(content: str) -> str:
    """`content` with what no encoding has, as a variable or a path may hold it, shown as an escape."""
    return content.encode("utf-8", "backslashreplace").decode()


def _only_admin(request: HttpRequest, tried: Any) -> bool:
    """Whether this is the front page of a new project, whose one route is the admin's."""
    return (
        request.path == "/"
        and len(tried) == 1
        and len(tried[0]) == 1
        and getattr(tried[0][0], "app_name", "") == getattr(tried[0][0], "namespace", "") == "admin"
    )


def default_urlconf(request: HttpRequest) -> HttpResponse:
    """The page that welcomes the developer of a project that has no routes yet."""
    return HttpResponse(welcome.render(get_version()))


def _raw_insecure_uri(request: Any) -> str:
    # SECURITY: the host is shown and not checked, since this page must work when it is refused.
    return f"{request.scheme}://{request._get_raw_host()}{request.get_full_path()}"


# What a reporter's own template is rendered with, whatever engines the site has: none may be to blame.
_engine: Frozen[Engine] = Frozen(
    "debug.engine", lambda: Engine(debug=True, libraries=get_installed_libraries())
)


def _drawn(
    path: Path,
    data: dict[str, Any],
    draw: Callable[[dict[str, Any]], str],
    autoescape: bool = True,
) -> str:
    """The report, drawn by us, or by a template that is not one of ours."""
    if path.parent == TEMPLATES:
        # PERF: and nothing can go wrong in a template that is not used.
        return draw(data)
    template = _engine.value.from_string(path.read_text(encoding="utf-8"))
    return template.render(Context(data, autoescape=autoescape, use_l10n=False))


class ExceptionReporter:
    """Gathers all that is known about an exception, and draws it as HTML or text.

    A subclass named by ``DEFAULT_EXCEPTION_REPORTER`` or ``request.exception_reporter_class`` may
    override each step. `is_email` leaves out what a mail must not hold (a script, the live URL).
    """

    def __init__(
        self,
        request: Any,
        exc_type: type[BaseException] | None,
        exc_value: Any,
        tb: TracebackType | None,
        is_email: bool = False,
    ) -> None:
        self.request = request
        self.filter = get_exception_reporter_filter(request)
        self.exc_type = exc_type
        self.exc_value = exc_value
        self.tb = tb
        self.is_email = is_email
        self.template_info = getattr(exc_value, "template_debug", None)
        self.template_chain = _around(exc_value)
        self.template_does_not_exist = False
        self.postmortem: Any = None
        self._unreadable_body = False

    def _get_raw_insecure_uri(self) -> str:
        return _raw_insecure_uri(self.request)

    def get_traceback_data(self) -> dict[str, Any]:
        """Everything the pages show, by name."""
        if isinstance(self.exc_value, TemplateDoesNotExist):
            self.template_does_not_exist = True
            self.postmortem = self.exc_value.chain or [self.exc_value]
        # A subclass may have made its frames itself, of what is documented.
        own = {"exception": self.exc_value, "columns": None, "tb_area_colno": ""}
        frames = [own | frame for frame in self.get_traceback_frames()]
        _show_variables(frames)
        data: dict[str, Any] = {
            "is_email": self.is_email,
            "unicode_hint": self._unicode_hint(),
            "exception": self.exc_value,
            "exception_members": self._members(chain_of(self.exc_value, warned=True)),
            "frames": frames,
            "sys_executable": sys.executable,
            "sys_version_info": ".".join(map(str, sys.version_info[:3])),
            "sys_path": sys.path,
            "server_time": timezone.now(),
            "django_version_info": get_version(),
            "settings": self.filter.get_safe_settings(),
            "template_info": self.template_info,
            "template_does_not_exist": self.template_does_not_exist,
            "postmortem": self.postmortem,
            "template_chain": self.template_chain,
            **self._request_data(),
            **self._exception_data(),
        }
        if frames:
            data["lastframe"] = frames[-1]
        return data

    def _unicode_hint(self) -> str:
        error = self.exc_value
        if not isinstance(error, UnicodeEncodeError | UnicodeDecodeError):
            return ""
        part = error.object[max(error.start - 5, 0) : error.end + 5]
        hint: str = force_str(part, "ascii", errors="replace")
        return hint

    def _request_data(self) -> dict[str, Any]:
        request = self.request
        data: dict[str, Any] = {
            "request": request,
            "request_meta": self.filter.get_safe_request_meta(request),
            "request_COOKIES_items": self.filter.get_safe_cookies(request).items(),
            "filtered_POST_items": self._post_items(),
            "user_str": None,
        }
        if request is None:
            return data
        try:
            data["user_str"] = str(request.user)
        except Exception:
            # No middleware that sets it, or the database is what fails.
            data["user_str"] = NO_USER
        data["request_GET_items"] = request.GET.items()
        data["request_FILES_items"] = [] if self._unreadable_body else request.FILES.items()
        data["request_insecure_uri"] = self._get_raw_insecure_uri()
        data["raising_view_name"] = get_caller(request)
        return data

    def _post_items(self) -> list[tuple[Any, Any]]:
        try:
            return list(self.filter.get_post_parameters(self.request).items())
        except Exception as error:
            # Nobody had looked at the body yet, and there is something wrong with it, too. The report
            # is about something else.
            self._unreadable_body = True
            return [("(the body cannot be read)", str(error))]

    def _exception_data(self) -> dict[str, Any]:
        data: dict[str, Any] = {}
        if self.exc_type:
            data["exception_type"] = self.exc_type.__name__
        if self.exc_value:
            data["exception_value"] = said(self.exc_value)
            notes = getattr(self.exc_value, "__notes__", None)
            if notes:
                listed = notes if isinstance(notes, list | tuple) else [notes]
                data["exception_notes"] = "\n" + "\n".join(map(said, listed))
        return data

    @property
    def html_template_path(self) -> Path:
        """The template of the page; a subclass may name one of its own, which sees all the data."""
        return TEMPLATES / "technical_500.html"

    @property
    def text_template_path(self) -> Path:
        """The template of the report as text; a subclass may name one of its own."""
        return TEMPLATES / "technical_500.txt"

    def get_traceback_html(self) -> str:
        """The report as a page of its own."""
        return _drawn(self.html_template_path, self.get_traceback_data(), page.render)

    def get_traceback_text(self) -> str:
        """The report as plain text."""
        path, data = self.text_template_path, self.get_traceback_data()
        return _drawn(path, data, plain.render, autoescape=False)

    def _get_source(self, filename: str, loader: Any, module_name: str | None) -> list[str]:
        return source_lines(filename, loader, module_name)

    def _get_lines_from_file(
        self,
        filename: str,
        lineno: int,
        context_lines: int,
        loader: Any = None,
        module_name: str | None = None,
    ) -> Lines:
        return around_line(self._get_source(filename, loader, module_name), lineno, context_lines)

    def _get_explicit_or_implicit_cause(self, exc_value: Any) -> BaseException | None:
        return cause_of(exc_value)

    def get_traceback_frames(self) -> list[dict[str, Any]]:
        """The frames of the exception and of those that led to it, the first cause's first."""
        chain = chain_of(self.exc_value)
        frames: list[dict[str, Any]] = []
        for exc_value in chain:
            # The traceback given to the reporter is the last one's; it may be longer than its own.
            tb = self.tb if exc_value is chain[-1] else exc_value.__traceback__
            frames.extend(self.get_exception_traceback_frames(exc_value, tb))
        return frames

    def get_exception_traceback_frames(
        self, exc_value: Any, tb: TracebackType | None
    ) -> list[dict[str, Any]]:
        """The frames of one exception; a single one without place where it has no traceback."""
        common = {
            "exception": exc_value,
            "exc_cause": self._get_explicit_or_implicit_cause(exc_value),
            "exc_cause_explicit": getattr(exc_value, "__cause__", True),
        }
        if tb is None:
            return [{**common, "tb": None, "type": "user"}]
        return [{**common, **self._frame(entry)} for entry in visible(tb)]

    def _members(self, exceptions: list[Any], depth: int = 0) -> dict[int, list[tuple[Any, Any]]]:
        """The exceptions that groups hold, and the frames of each, by the group's id."""
        found: dict[int, list[tuple[Any, Any]]] = {}
        for exception in exceptions:
            members = members_of(exception)
            if not members or depth >= DEEPEST_GROUP:
                continue
            found[id(exception)] = rows = []
            for member in members[:MOST_MEMBERS]:
                frames = self.get_exception_traceback_frames(member, member.__traceback__)
                _show_variables(frames)
                rows.append((member, frames))
            found |= self._members(list(members[:MOST_MEMBERS]), depth + 1)
        return found

    def _frame(self, tb: TracebackType) -> dict[str, Any]:
        frame = tb.tb_frame
        filename = frame.f_code.co_filename
        namespace = frame.f_globals
        module_name = namespace.get("__name__") or ""
        first, before, line, after = self._get_lines_from_file(
            filename, tb.tb_lineno - 1, CONTEXT_LINES, namespace.get("__loader__"), module_name
        )
        if first is None or line is None:
            first, line = tb.tb_lineno - 1, "<source code not available>"
        columns = failing_columns(tb, line)
        return {
            "tb": tb,
            "type": root() if module_name.startswith(("vivace.", "django.")) else "user",
            "filename": filename,
            "function": frame.f_code.co_name,
            "lineno": tb.tb_lineno,
            "vars": self._variables(frame, module_name),
            "id": id(tb),
            "pre_context": before,
            "context_line": line,
            "post_context": after,
            "pre_context_lineno": first + 1,
            "columns": columns,
            "colno": _below(f"{tb.tb_lineno}. ", markers(line, columns, indented=True)),
            "tb_area_colno": _below("    ", markers(line, columns)),
        }

    def _variables(self, frame: FrameType, module_name: str) -> list[tuple[str, Any]]:
        variables: list[tuple[str, Any]]
        variables = self.filter.get_traceback_frame_variables(self.request, frame)
        if not _is_of_pipeline(frame.f_code.co_filename, module_name):
            return variables
        # SECURITY: the rest is what came from the server: cookies, credentials, the body.
        return [item for item in variables if item[0] in PIPELINE_VARIABLES]


def _below(margin: str, carets: str) -> str:
    """`carets` as a line of their own, below one that has `margin` before it."""
    return f"\n{' ' * len(margin)}{carets}" if carets else ""


def _is_of_pipeline(filename: str, module_name: str) -> bool:
    return module_name.startswith("vivace.pipeline") or bool(PIPELINE_CODE.match(filename))


def _around(exc_value: Any) -> list[tuple[str, int]]:
    """Names and lines of the templates that led to the one at fault, which itself is left out."""
    info = getattr(exc_value, "template_debug", None) or {}
    fault = (info.get("name"), info.get("line"))
    return [place for place in getattr(exc_value, "template_chain", ()) if place != fault]


def _show_variables(frames: list[dict[str, Any]]) -> None:
    for frame in frames:
        if "vars" in frame:
            frame["vars"] = [(name, shown(value)) for name, value in frame["vars"]]
