"""The report of an exception as a page: readable on a phone, by day and by night."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from vivace.utils.naming import root
from vivace.views import debug_page_template, debug_page_text
from vivace.views.debug_page_parts import box, code, document, fold, table, text

STYLE = """
.source { overflow-x: auto; padding: .4rem 0; }
.source ol { margin: 0; padding: 0; list-style: none; min-width: 100%; width: max-content; }
.source li { display: flex; white-space: pre; line-height: 1.55; }
.source .number { flex: none; width: 3.6rem; padding-right: .8rem; text-align: right;
  color: var(--soft); user-select: none; position: sticky; left: 0; background: var(--paper); }
.source .here { background: var(--accent-paper); }
.source .here .number { background: var(--accent-paper); color: var(--accent); font-weight: 700; }
.source mark { background: var(--mark); color: inherit; border-radius: 3px; }
.lead { margin: 1.5rem 0 .5rem; padding: .6rem .8rem; border-left: 4px solid var(--line);
  color: var(--soft); overflow-wrap: anywhere; }
.own > summary { font-weight: 600; }
.place { display: block; font-weight: 400; font-size: .85rem; color: var(--soft); }
#text { width: 100%; height: 60vh; margin-top: .75rem; padding: .75rem; border-radius: 6px;
  border: 1px solid var(--line); background: var(--panel); color: var(--ink); }
"""

# The report as text lies in a hidden field: copied at a click, shown where copying is not allowed.
SCRIPT = """
<script>
document.getElementById("copy").addEventListener("click", async function () {
  var field = document.getElementById("text");
  try {
    await navigator.clipboard.writeText(field.value);
    this.textContent = "Copied";
  } catch (error) {
    field.hidden = false;
    field.focus();
    field.select();
    this.textContent = "Copy the selected text";
  }
});
document.getElementById("unfold").addEventListener("click", function () {
  var parts = document.querySelectorAll("#traceback details");
  var open = this.getAttribute("aria-pressed") !== "true";
  parts.forEach(function (part) { part.open = open; });
  this.setAttribute("aria-pressed", String(open));
  this.textContent = open ? "Close all frames" : "Open all frames";
});
</script>
"""


def render(data: dict[str, Any]) -> str:
    """The page for what `ExceptionReporter.get_traceback_data` has gathered."""
    # The items of the request are iterators in some reporters; both renderings need them.
    for name in ("request_GET_items", "request_FILES_items", "request_COOKIES_items"):
        if name in data:
            data[name] = list(data[name])
    about_template = debug_page_template.render(data)
    parts = [
        _header(data),
        "<main>",
        about_template,
        _traceback(data),
        _request(data),
        _settings(data),
        "</main>",
    ]
    if not data["is_email"]:
        parts += [_footer(), SCRIPT]
    return document(debug_page_text.headline(data), "\n".join(parts), STYLE)


def _header(data: dict[str, Any]) -> str:
    name = data.get("exception_type") or "Report"
    request = data["request"]
    where = f" <small>at {text(request.path_info)}</small>" if request is not None else ""
    value = data.get("exception_value") or "No exception message supplied"
    notes = data.get("exception_notes", "")
    hint = ""
    if data["unicode_hint"]:
        part = code(data["unicode_hint"])
        hint = f"<p>The string that could not be encoded or decoded was: {part}</p>"
    return (
        f"<header><h1>{text(name)}{where}</h1>"
        f'<pre class="value">{text(value)}{text(notes)}</pre>{hint}'
        f"{box(_facts(data), block=False)}{'' if data['is_email'] else _actions(data)}</header>"
    )


def _facts(data: dict[str, Any]) -> list[tuple[str, Any]]:
    request = data["request"]
    facts: list[tuple[str, Any]] = []
    if request is not None:
        facts.append(("Request method", request.META.get("REQUEST_METHOD", request.method)))
        facts.append(("Request URL", data.get("request_insecure_uri", "")))
    last = data.get("lastframe")
    if last and last["tb"] is not None:
        place = f"{last['filename']}, line {last['lineno']}, in {last['function']}"
        facts.append(("Exception location", place))
    if data.get("raising_view_name"):
        facts.append(("Raised during", data["raising_view_name"]))
    facts.append((f"{root().title()} version", data["django_version_info"]))
    facts.append(("Python version", f"{data['sys_version_info']} ({data['sys_executable']})"))
    facts.append(("Server time", debug_page_text.server_time(data)))
    return facts


def _actions(data: dict[str, Any]) -> str:
    report = text(debug_page_text.render(data))
    return (
        '<div class="actions"><button type="button" id="copy">Copy as text</button>'
        '<button type="button" id="unfold" aria-pressed="false">Open all frames</button></div>'
        '<textarea id="text" class="code" readonly hidden aria-label="The report as text">'
        # The parser of HTML drops the first line break in a text area.
        f"\n{report}</textarea>"
    )


def _traceback(data: dict[str, Any]) -> str:
    if not data["frames"]:
        return ""
    title = "Traceback <small class='soft'>most recent call last</small>"
    parts = [f'<section id="traceback"><h2>{title}</h2>']
    groups = list(debug_page_text.grouped(data["frames"]))
    for lead, frames in groups:
        if lead:
            parts.append(f'<p class="lead">{text(lead)}</p>')
        if len(groups) > 1:
            parts.append(f"<h3>{_summary(frames[0]['exception'])}</h3>")
        opened = _worth_opening(frames)
        parts += [_frame(frame, opened=id(frame) in opened) for frame in frames]
    return "\n".join([*parts, "</section>"])


def _summary(exception: Any) -> str:
    first_line = str(exception).partition("\n")[0]
    return f"{text(type(exception).__name__)}: {code(first_line)}"


def _worth_opening(frames: list[dict[str, Any]]) -> set[int]:
    """The ids of two frames: where it was raised, and the last one of the site's own code."""
    own = [frame for frame in frames if frame["type"] == "user"]
    return {id(frame) for frame in (frames[-1], *own[-1:])}


def _frame(frame: dict[str, Any], opened: bool) -> str:
    if frame["tb"] is None:
        return '<p class="lead">No traceback is available for this exception.</p>'
    summary = (
        f"<code>{text(frame['context_line'].strip())}</code>"
        f'<span class="place">{text(frame["filename"])}, line {text(frame["lineno"])}, '
        f"in {text(frame['function'])}</span>"
    )
    content = _source(frame)
    if frame["vars"]:
        names = f"Local variables ({len(frame['vars'])})"
        content += fold(names, table(sorted(frame["vars"])))
    own = frame["type"] == "user"
    drawn = fold(summary, content, opened)
    return drawn.replace("<details", '<details class="own"', 1) if own else drawn


def _source(frame: dict[str, Any]) -> str:
    number = frame["pre_context_lineno"]
    rows = []
    for line in frame["pre_context"]:
        rows.append(_line(number, text(line)))
        number += 1
    rows.append(_line(number, _marked(frame), here=True))
    for line in frame["post_context"]:
        number += 1
        rows.append(_line(number, text(line)))
    return f'<div class="source code"><ol>{"".join(rows)}</ol></div>'


def _line(number: int, html: str, here: bool = False) -> str:
    kind = ' class="here"' if here else ""
    return f'<li{kind}><span class="number">{number}</span><span>{html or " "}</span></li>'


def _marked(frame: dict[str, Any]) -> str:
    """The line that failed, with the expression that failed marked in it."""
    line = frame["context_line"]
    if frame["columns"] is None:
        return text(line)
    begin, end = frame["columns"]
    return f"{text(line[:begin])}<mark>{text(line[begin:end])}</mark>{text(line[end:])}"


def _request(data: dict[str, Any]) -> str:
    if data["request"] is None:
        return '<section><h2>Request</h2><p class="soft">Request data not supplied</p></section>'
    parts = ["<section><h2>Request</h2>"]
    if data["user_str"] is not None:
        parts.append(f"<h3>USER</h3><p>{text(data['user_str'])}</p>")
    for title, items in (
        ("GET", data["request_GET_items"]),
        ("POST", data["filtered_POST_items"]),
        ("FILES", data["request_FILES_items"]),
        ("COOKIES", data["request_COOKIES_items"]),
    ):
        parts.append(_values(title, items))
    meta = table((name, repr(value)) for name, value in sorted(data["request_meta"].items()))
    parts.append(fold(f"<b>META</b> ({len(data['request_meta'])})", meta))
    return "\n".join([*parts, "</section>"])


def _values(title: str, items: Iterable[tuple[Any, Any]]) -> str:
    rows = [(name, repr(value)) for name, value in items]
    if not rows:
        return f'<h3>{title}</h3><p class="soft">No {title} data</p>'
    return f"<h3>{title}</h3>{box(rows)}"


def _settings(data: dict[str, Any]) -> str:
    rows = [(name, repr(value)) for name, value in sorted(data["settings"].items())]
    module = code(data["settings"].get("SETTINGS_MODULE") or "none")
    path = table((index, entry) for index, entry in enumerate(data["sys_path"], 1))
    return (
        f"<section><h2>Settings</h2><p>Settings module: {module}</p>"
        f"{fold(f'<b>Settings</b> ({len(rows)})', table(rows))}"
        f"{fold('<b>Python path</b>', path)}</section>"
    )


def _footer() -> str:
    return (
        '<footer class="soft"><p>You see this page because <code>DEBUG = True</code> is in the '
        "settings. Set it to <code>False</code>, and visitors get the standard page for this "
        "status code.</p></footer>"
    )
