"""The report of an exception as plain text: for a terminal, a mail, an issue."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from email.utils import format_datetime
from typing import Any

from vivace.utils import timezone
from vivace.utils.naming import root
from vivace.views.report import templates
from vivace.views.report.frames import said
from vivace.views.report.values import written

CAUSED = "The above exception ({cause}) was the direct cause of the following exception:"
DURING = "During handling of the above exception ({cause}), another exception occurred:"


def headline(data: dict[str, Any]) -> str:
    """What happened where, in one line."""
    name = data.get("exception_type") or "Report"
    request = data["request"]
    return f"{name} at {request.path_info}" if request is not None else str(name)


def server_time(data: dict[str, Any]) -> str:
    """The time of the report where the site is."""
    moment = data["server_time"]
    return format_datetime(timezone.localtime(moment) if timezone.is_aware(moment) else moment)


def grouped(frames: list[dict[str, Any]]) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """The frames of each exception of the chain, with the sentence that leads to it."""
    group: list[dict[str, Any]] = []
    for frame in frames:
        if group and frame["exception"] is not group[0]["exception"]:
            yield _lead(group[0]), group
            group = []
        group.append(frame)
    if group:
        yield _lead(group[0]), group


def _lead(frame: dict[str, Any]) -> str:
    if frame["exc_cause"] is None:
        return ""
    sentence = CAUSED if frame["exc_cause_explicit"] else DURING
    return sentence.format(cause=said(frame["exc_cause"]))


def traceback(data: dict[str, Any]) -> str:
    """The chain of exceptions in the form of Python's own traceback."""
    lines = ["Traceback (most recent call last):"]
    for lead, frames in grouped(data["frames"]):
        if lead:
            lines += ["", lead]
        for frame in frames:
            lines += _frame(frame)
        lines += _mistake(frames[0]["exception"])
        lines += _members(data, frames[0]["exception"])
    return "\n".join(lines)


def _mistake(exception: Any) -> Iterator[str]:
    """The place of a mistake in the language, which is none of the frames."""
    if isinstance(exception, SyntaxError) and exception.filename and exception.lineno:
        yield f'  File "{exception.filename}", line {exception.lineno}'
        line = (exception.text or "").rstrip()
        yield f"    {line.lstrip()}"
        if exception.offset:
            yield " " * (4 + exception.offset - 1 - (len(line) - len(line.lstrip()))) + "^"


def _members(data: dict[str, Any], exception: Any) -> Iterator[str]:
    """The exceptions that an exception group holds, with the way to each, indented."""
    members = data.get("exception_members", {}).get(id(exception), ())
    for number, (member, frames) in enumerate(members, 1):
        yield f"  {number} of {len(exception.exceptions)}: {type(member).__name__}: {said(member)}"
        for frame in frames:
            yield from (f"  {line}" for line in _frame(frame))
        yield from (f"  {line}" for line in _members(data, member))
    if members and len(members) < len(exception.exceptions):
        yield f"  And {len(exception.exceptions) - len(members)} more."


def _frame(frame: dict[str, Any]) -> Iterator[str]:
    if frame["tb"] is None:
        yield "  None"
        return
    yield f'  File "{frame["filename"]}", line {frame["lineno"]}, in {frame["function"]}'
    yield from f"    {frame['context_line'].strip()}{frame['tb_area_colno']}".split("\n")


def render(data: dict[str, Any]) -> str:
    """The whole report."""
    request = data["request"]
    parts = [headline(data), data.get("exception_value") or "No exception message supplied", ""]
    if request is not None:
        parts.append(f"Request Method: {request.META.get('REQUEST_METHOD', request.method)}")
        if "request_insecure_uri" in data:
            parts.append(f"Request URL: {data['request_insecure_uri']}")
    parts += _environment(data)
    parts += templates.render_text(data)
    if data["frames"]:
        parts += ["", "", traceback(data)]
    parts += _outcome(data)
    parts += ["", "Request data not supplied"] if request is None else _request(data)
    parts += _settings(data)
    return "\n".join(parts)


def _environment(data: dict[str, Any]) -> list[str]:
    settings = data["settings"]
    return [
        f"{root().title()} Version: {data['django_version_info']}",
        f"Python Executable: {data['sys_executable']}",
        f"Python Version: {data['sys_version_info']}",
        f"Python Path: {data['sys_path']}",
        f"Server time: {server_time(data)}",
        "Installed Applications:",
        str(settings.get("INSTALLED_APPS", [])),
        "Installed Middleware:",
        str(settings.get("MIDDLEWARE", [])),
    ]


def _outcome(data: dict[str, Any]) -> list[str]:
    if "exception_type" not in data:
        return [""]
    notes = data.get("exception_notes", "")
    parts = ["", f"Exception Type: {headline(data)}"]
    if "exception_value" in data:
        parts.append(f"Exception Value: {data['exception_value']}{notes}")
    if data.get("raising_view_name"):
        parts.append(f"Raised during: {data['raising_view_name']}")
    return parts


def _request(data: dict[str, Any]) -> list[str]:
    parts = ["", "Request information:"]
    if data["user_str"] is not None:
        parts += [f"USER: {data['user_str']}", ""]
    for title, items in (
        ("GET", data["request_GET_items"]),
        ("POST", data["filtered_POST_items"]),
        ("FILES", data["request_FILES_items"]),
        ("COOKIES", data["request_COOKIES_items"]),
    ):
        parts += [*_listing(title, items), ""]
    return parts + _listing("META", sorted(data["request_meta"].items()))


def _listing(title: str, items: Iterable[tuple[Any, Any]]) -> list[str]:
    lines = [f"{name} = {written(value)}" for name, value in items]
    return (
        [f"{title}:", *lines]
        if lines
        else [f"{title}: No {'cookie' if title == 'COOKIES' else title} data"]
    )


def _settings(data: dict[str, Any]) -> list[str]:
    settings = data["settings"]
    lines = [
        "",
        "Settings:",
        f"Using settings module {settings.get('SETTINGS_MODULE', '')}",
        *(f"{name} = {written(value)}" for name, value in sorted(settings.items())),
    ]
    if not data["is_email"]:
        name = root().title()
        lines += [
            "",
            "",
            f"You're seeing this error because you have DEBUG = True in your {name} settings "
            "file.\nSet it to False, and visitors get the standard page for this status code.",
        ]
    return [*lines, ""]
