"""The part of an exception's report that is about templates, as HTML and as text.

Which places were tried for a template that does not exist; and the lines of a template around the
tag that failed, with the templates that included or extended it.
"""

from __future__ import annotations

from collections.abc import Iterator
from os.path import split
from typing import Any

from vivace.utils.naming import root
from vivace.views.report.listings import listing, place
from vivace.views.report.parts import code, text

TRIED = "{} tried loading these templates, in this order:"
NO_LIST = "This engine did not provide a list of tried templates."
NO_ENGINES = "No templates were found because your 'TEMPLATES' setting is not configured."


def _attempts(data: dict[str, Any]) -> Iterator[tuple[str, list[str]]]:
    """For each failure the engine's name, and what it says of each place."""
    for failure in data["postmortem"] or ():
        if failure.backend is None:
            continue
        places = [
            f"{origin.loader_name}: {origin.name} ({status})" for origin, status in failure.tried
        ]
        yield failure.backend.name, places


def _lead(attempts: list[Any]) -> str:
    return TRIED.format(root().title()) if attempts else NO_ENGINES


def render(data: dict[str, Any]) -> str:
    """Both parts as HTML; empty where the exception has nothing to do with templates."""
    parts = []
    if data["template_does_not_exist"]:
        parts.append('<section id="template-not-exist"><h2>Template-loader postmortem</h2>')
        attempts = list(_attempts(data))
        parts.append(f"<p>{text(_lead(attempts))}</p>")
        for name, places in attempts:
            parts.append(f"<h3>Using engine {code(name)}</h3>")
            items = "".join(f"<li>{code(place)}</li>" for place in places)
            listed = f'<ul class="postmortem-section">{items}</ul>'
            parts.append(listed if places else f'<p class="soft">{text(NO_LIST)}</p>')
        parts.append("</section>")
    if data["template_info"]:
        parts.append(_source(data))
    return "\n".join(parts)


def _source(data: dict[str, Any]) -> str:
    info = data["template_info"]
    lines = [line.rstrip("\r\n") for _, line in info["source_lines"]]
    first = info["source_lines"][0][0] if lines else 1
    begin = len(info["before"])
    columns = (begin, begin + len(info["during"]))
    folder, name = split(str(info["name"]))
    where = (
        f'<span class="place">In template {text(f"{folder}/" if folder else "")}'
        f"<b>{text(name)}</b>, error at line <b>{text(info['line'])}</b></span>"
    )
    chain = "".join(
        f"<li>included or extended by {place(str(name), line)}</li>"
        for name, line in data["template_chain"]
    )
    return (
        '<section id="template"><h2>Error during template rendering</h2><div class="frame found">'
        f"{where}{listing(lines, first, info['line'], columns, {})}</div>"
        f"{f'<ul>{chain}</ul>' if chain else ''}</section>"
    )


def render_text(data: dict[str, Any]) -> list[str]:
    """Both parts as lines of text."""
    lines: list[str] = []
    if data["template_does_not_exist"]:
        attempts = list(_attempts(data))
        lines += ["", "Template loader postmortem", _lead(attempts)]
        for name, places in attempts:
            lines += ["", f"Using engine {name}:"]
            lines += [f"    * {place}" for place in places] or [f"    {NO_LIST}"]
    info = data["template_info"]
    if info:
        lines += ["", "Template error:"]
        lines.append(f"In template {info['name']}, error at line {info['line']}")
        lines.append(f"   {info['message']}")
        marked = f"{info['before']} {info['during']} {info['after']}"
        for number, line in info["source_lines"]:
            shown = marked if number == info["line"] else line
            lines.append(f"   {number} : {shown.rstrip()}")
        lines += [
            f"   included or extended by {name}, line {line}"
            for name, line in data["template_chain"]
        ]
    return lines
