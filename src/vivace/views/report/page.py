"""The report of an exception as a page: readable on a phone, by day and by night.

What a person needs comes first: what happened, the line of their own code, and what may help. The
way there, the request and the settings follow. The labels, ids and classes that others look for are
those of Django's page.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from vivace.utils.naming import root
from vivace.views.report import listings, plain, templates
from vivace.views.report.frames import members_of, said
from vivace.views.report.hints import hint_for
from vivace.views.report.listings import excerpt, frame_of_mistake, frame_of_view, is_library, place
from vivace.views.report.parts import box, code, document, fold, hint, table, text
from vivace.views.report.values import shown

# Of a longer traceback, as endless recursion leaves, the page has the beginning and the end.
MOST_FRAMES_AT_AN_END = 50

STYLE = """
.because { color: var(--soft); }
.lead { margin: 1.5rem 0 .5rem; color: var(--soft); }
.frame > summary code { display: block; font-weight: 600; }
.frame > summary .place { font-size: .9rem; }
.frame > summary { padding-left: 2rem; position: relative; list-style: none; }
.frame > summary::-webkit-details-marker { display: none; }
.frame > summary::before { content: "▸"; position: absolute; left: .8rem; color: var(--soft); }
.frame[open] > summary::before { content: "▾"; }
.machinery { border-style: dashed; }
.machinery > summary { color: var(--soft); }
.members { margin-left: .5rem; padding-left: 1rem; border-left: 3px solid var(--line); }
.members > h3 { margin: 1rem 0 .4rem; font-size: .95rem; overflow-wrap: anywhere; }
#text { display: block; width: 100%; height: 60vh; margin-top: .75rem; padding: .75rem;
  border: 1px solid var(--line); border-radius: 6px; background: var(--paper); color: var(--ink); }
#text[hidden] { display: none; }
@media (max-width: 40rem) { .members { margin-left: 0; padding-left: .6rem; } }
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
  var parts = document.querySelectorAll("#traceback details, #culprit details");
  var open = this.getAttribute("aria-pressed") !== "true";
  parts.forEach(function (part) { part.open = open; });
  this.setAttribute("aria-pressed", String(open));
  this.textContent = open ? "Close all frames" : "Open all frames";
});
</script>
"""


def render(data: dict[str, Any]) -> str:
    """The page for what `ExceptionReporter.get_traceback_data` has gathered."""
    # A reporter may gather less than ours does.
    data = {"exception": None, "exception_members": {}, **data}
    # The items of the request are iterators in some reporters; both renderings need them.
    for name in ("request_GET_items", "request_FILES_items", "request_COOKIES_items"):
        if name in data:
            data[name] = list(data[name])
    culprit = _culprit(data)
    parts = [
        _header(data),
        "<main>",
        templates.render(data),
        _culprit_section(data, culprit),
        _traceback(data, culprit),
        _request(data),
        _environment(data),
        "</main>",
    ]
    if not data["is_email"]:
        parts += [_footer(), SCRIPT]
    title = plain.headline(data)
    style = listings.STYLE + STYLE
    return document(title, "\n".join(parts), style, is_email=data["is_email"])


def _header(data: dict[str, Any]) -> str:
    value = data.get("exception_value") or "No exception message supplied"
    notes = data.get("exception_notes", "")
    parts = ['<header id="summary"><div class="inner">', _eyebrow(data)]
    parts.append(f"<h1>{text(plain.headline(data))}</h1>")
    parts.append(f'<pre class="exception_value">{text(value)}{text(notes)}</pre>')
    if data["unicode_hint"]:
        part = code(data["unicode_hint"])
        parts.append(f"<p>The string that could not be encoded or decoded was: {part}</p>")
    parts.append(_because(data))
    if not data["is_email"]:
        # SECURITY: a proposal may name what the variables hold, which a mail must not.
        proposal = next(filter(None, map(hint_for, reversed(_chain(data)))), "")
        parts += [hint(proposal) if proposal else "", _actions(data)]
    return "\n".join([*filter(None, parts), "</div></header>"])


def _eyebrow(data: dict[str, Any]) -> str:
    request = data["request"]
    if request is None:
        return ""
    method = request.META.get("REQUEST_METHOD", request.method)
    url = data.get("request_insecure_uri", "")
    return f'<p class="eyebrow"><b>{text(method)}</b> <span>{text(url)}</span></p>'


def _because(data: dict[str, Any]) -> str:
    """What led to the exception, in a line: the exceptions before it, the first cause last."""
    groups = [frames[0] for _, frames in plain.grouped(data["frames"])]
    phrases = []
    for number in range(len(groups) - 1, 0, -1):
        frame, cause = groups[number], groups[number - 1]["exception"]
        # A driver's exception and the one that wraps it say the same.
        if _summary(cause) != _summary(frame["exception"]):
            how = "caused by" if frame["exc_cause_explicit"] else "while handling"
            phrases.append(f'{how} <a href="#exception-{number}">{_summary(cause)}</a>')
    if not phrases:
        return ""
    sentence = ", ".join(phrases)
    return f'<p class="because">{sentence[0].upper()}{sentence[1:]}</p>'


def _chain(data: dict[str, Any]) -> list[Any]:
    """The exceptions whose frames there are, the first cause first."""
    return [frames[0]["exception"] for _, frames in plain.grouped(data["frames"])]


def _actions(data: dict[str, Any]) -> str:
    report = text(plain.render(data))
    return (
        '<div class="actions"><button type="button" id="copy" class="first">Copy as text</button>'
        '<button type="button" id="unfold" aria-pressed="false">Open all frames</button></div>'
        '<textarea id="text" class="code" readonly hidden aria-label="The report as text">'
        # The parser of HTML drops the first line break in a text area.
        f"\n{report}</textarea>"
    )


def _culprit(data: dict[str, Any]) -> dict[str, Any] | None:
    """The frame to look at first: the last one of the site's own code."""
    if isinstance(data["exception"], SyntaxError):
        return frame_of_mistake(data["exception"])
    groups = list(plain.grouped(data["frames"]))
    for _, frames in reversed(groups):
        own = listings.own(frames)
        if own:
            return own[-1]
    # The framework itself complains, perhaps of what the view has answered.
    match = getattr(data["request"], "resolver_match", None)
    return None if match is None or not groups else frame_of_view(match.func)


def _culprit_section(data: dict[str, Any], frame: dict[str, Any] | None) -> str:
    # For an error in a template, its lines are shown already; a filter of one's own is worth a look.
    if frame is None or (data["template_info"] and frame is not data["frames"][-1]):
        return ""
    where = place(frame["filename"], frame["lineno"], frame["function"])
    return (
        '<section id="culprit"><h2>Where to look first</h2>'
        f'<div class="frame found">{where}{excerpt(frame)}{_variables(frame, data)}</div></section>'
    )


def _variables(frame: dict[str, Any], data: dict[str, Any]) -> str:
    if not frame["vars"]:
        return ""
    # Programs for mail that know nothing of folding show everything; the others should, too.
    opened = data["is_email"]
    return fold(f"Local variables ({len(frame['vars'])})", table(sorted(frame["vars"])), opened)


def _traceback(data: dict[str, Any], culprit: dict[str, Any] | None) -> str:
    if not data["frames"]:
        return ""
    parts = ['<section id="traceback"><h2>Traceback <small>most recent call last</small></h2>']
    groups = list(plain.grouped(data["frames"]))
    for number, (lead, frames) in enumerate(groups, 1):
        if lead:
            parts.append(f'<p class="lead">{text(lead)}</p>')
        exception = frames[0]["exception"]
        if len(groups) > 1:
            parts.append(f'<h3 id="exception-{number}">{_summary(exception)}</h3>')
        parts += _frames(data, frames, _worth_opening(frames, culprit))
        parts.append(_members(data, exception, culprit))
    return "\n".join([*filter(None, parts), "</section>"])


def _members(data: dict[str, Any], exception: Any, culprit: dict[str, Any] | None) -> str:
    """The exceptions that an exception group holds, with the way to each."""
    members = data["exception_members"].get(id(exception))
    if not members:
        return ""
    parts = ['<div class="members">']
    for number, (member, frames) in enumerate(members, 1):
        parts.append(f"<h3>{number} of {len(exception.exceptions)}: {_summary(member)}</h3>")
        if frames[0]["tb"] is not None or not members_of(member):
            parts += _frames(data, frames, _worth_opening(frames, culprit))
        parts.append(_members(data, member, culprit))
    if len(members) < len(exception.exceptions):
        more = len(exception.exceptions) - len(members)
        parts.append(f'<p class="lead">And {more} more.</p>')
    return "\n".join([*filter(None, parts), "</div>"])


def _summary(exception: Any) -> str:
    first_line = said(exception).partition("\n")[0]
    return f"{text(type(exception).__name__)}: {code(first_line)}"


def _worth_opening(frames: list[dict[str, Any]], culprit: dict[str, Any] | None) -> set[int]:
    """The id of the last frame of the site's own code, unless it is shown above."""
    own = listings.own(frames)
    if culprit is None and not own:
        own = frames
    return {id(frame) for frame in own[-1:] if frame is not culprit}


def _frames(data: dict[str, Any], frames: list[dict[str, Any]], opened: set[int]) -> list[str]:
    """The frames; where several of the framework and of libraries come together, they are folded."""
    parts: list[str] = []
    machinery: list[dict[str, Any]] = []
    left_out = len(frames) - 2 * MOST_FRAMES_AT_AN_END
    for number, frame in enumerate(frames):
        if left_out > 0 and MOST_FRAMES_AT_AN_END <= number < len(frames) - MOST_FRAMES_AT_AN_END:
            if number == MOST_FRAMES_AT_AN_END:
                parts += _machinery(data, machinery)
                machinery = []
                parts.append(f'<p class="lead">{left_out} frames are left out here.</p>')
            continue
        if _is_machinery(frame) and id(frame) not in opened:
            machinery.append(frame)
            continue
        parts += _machinery(data, machinery)
        machinery = []
        parts.append(_frame(data, frame, opened=id(frame) in opened))
    return parts + _machinery(data, machinery)


def _is_machinery(frame: dict[str, Any]) -> bool:
    return frame["tb"] is not None and (frame["type"] != "user" or is_library(frame["filename"]))


def _machinery(data: dict[str, Any], frames: list[dict[str, Any]]) -> list[str]:
    if not frames:
        return []
    drawn = [_frame(data, frame, opened=False) for frame in frames]
    own = sum(frame["type"] != "user" for frame in frames)
    if own == len(frames):
        whose = root().title()
    else:
        whose = f"{root().title()} and libraries" if own else "libraries"
    plural = "" if len(frames) == 1 else "s"
    return [
        fold(f"{len(frames)} frame{plural} of {text(whose)}", "\n".join(drawn), kind="machinery")
    ]


def _frame(data: dict[str, Any], frame: dict[str, Any], opened: bool) -> str:
    if frame["tb"] is None:
        return '<p class="lead">No traceback is available for this exception.</p>'
    where = place(frame["filename"], frame["lineno"], frame["function"])
    summary = f"<code>{text(frame['context_line'].strip())}</code>{where}"
    content = excerpt(frame) + _variables(frame, data)
    return fold(summary, content, opened, f"frame {text(frame['type'])}")


def _request(data: dict[str, Any]) -> str:
    parts = ['<section id="requestinfo"><h2>Request information</h2>']
    if data["request"] is None:
        return f"{parts[0]}<p>Request data not supplied</p></section>"
    if data["user_str"] is not None:
        parts.append(f'<h3 id="user-info">USER</h3><p>{text(data["user_str"])}</p>')
    empty = []
    for title, name, items in (
        ("GET", "get", data["request_GET_items"]),
        ("POST", "post", data["filtered_POST_items"]),
        ("FILES", "files", data["request_FILES_items"]),
        ("COOKIES", "cookie", data["request_COOKIES_items"]),
    ):
        rows = [(key, shown(value)) for key, value in items]
        if rows:
            parts.append(f'<h3 id="{name}-info">{title}</h3>{box(rows)}')
        else:
            empty.append("cookie" if name == "cookie" else title)
    if empty:
        none = " · ".join(f"No {title} data" for title in empty)
        parts.append(f'<p class="soft">{none}</p>')
    meta = table((name, shown(value)) for name, value in sorted(data["request_meta"].items()))
    title = f'<b id="meta-info">META</b> ({len(data["request_meta"])})'
    return "\n".join([*parts, fold(title, meta), "</section>"])


def _environment(data: dict[str, Any]) -> str:
    rows = [(name, shown(value)) for name, value in sorted(data["settings"].items())]
    module = code(data["settings"].get("SETTINGS_MODULE") or "none")
    path = table((index, entry) for index, entry in enumerate(data["sys_path"], 1))
    title = f'<b id="settings-info">Settings</b> ({len(rows)})'
    return (
        f"<section><h2>Environment</h2>{box(_facts(data), block=False)}"
        f"<p>Using settings module {module}</p>{fold(title, table(rows))}"
        f"{fold('<b>Python path</b>', path)}</section>"
    )


def _facts(data: dict[str, Any]) -> Iterable[tuple[str, Any]]:
    request = data["request"]
    if request is not None:
        yield "Request Method:", request.META.get("REQUEST_METHOD", request.method)
        yield "Request URL:", data.get("request_insecure_uri", "")
    yield f"{root().title()} Version:", data["django_version_info"]
    if data.get("exception_type"):
        yield "Exception Type:", data["exception_type"]
    if data.get("exception_value"):
        first_line, _, more = data["exception_value"].partition("\n")
        yield "Exception Value:", f"{first_line} …" if more else first_line
    last = data.get("lastframe")
    if last and last["tb"] is not None:
        yield (
            "Exception Location:",
            f"{last['filename']}, line {last['lineno']}, in {last['function']}",
        )
    if data.get("raising_view_name"):
        yield "Raised during:", data["raising_view_name"]
    yield "Python Executable:", data["sys_executable"]
    yield "Python Version:", data["sys_version_info"]
    yield "Server time:", plain.server_time(data)


def _footer() -> str:
    return (
        '<footer id="explanation" class="soft"><p>You see this page because '
        f"<code>DEBUG = True</code> is in the {text(root().title())} settings. Set it to "
        "<code>False</code>, and visitors get the standard page for this status code.</p></footer>"
    )
