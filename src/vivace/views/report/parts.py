"""What the pages for developers share: the document around them, its style, tables of values.

SECURITY: every function here takes plain text and returns escaped HTML (CVE-2017-12794); nothing
else puts text into a page.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from vivace.utils.html import escape

# Names of colours, and what they are by day and by night. Text has a contrast of 4.5 and more.
COLOURS = {
    "paper": ("#ffffff", "#111418"),
    "ink": ("#1a1f2b", "#e6e9ee"),
    "soft": ("#566073", "#9ba6b6"),
    "line": ("#dde1e8", "#2b313b"),
    "panel": ("#f5f6f8", "#191d23"),
    "accent": ("#b3261e", "#ff9d92"),
    "accent-paper": ("#fdeeec", "#2e1b1b"),
    "mark": ("#ffdd9b", "#62410f"),
    "good": ("#0b6e4f", "#6fd3b0"),
    "good-paper": ("#e9f6f1", "#11271f"),
    "link": ("#1450a3", "#8ab4f8"),
    "word": ("#7a2f9e", "#d0a8ff"),
    "quote": ("#16653c", "#9bd694"),
    "figure": ("#8f4308", "#f0b07a"),
}
STYLE = """
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink);
  font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif;
  -webkit-text-size-adjust: 100%; }
body > header { background: var(--panel); border-top: 4px solid var(--accent);
  border-bottom: 1px solid var(--line); }
.inner, main, footer { max-width: 68rem; margin: 0 auto; padding: 1.5rem; }
main { padding-top: .5rem; }
footer { border-top: 1px solid var(--line); font-size: .9rem; }
h1 { margin: 0; font-size: 1.6rem; line-height: 1.25; letter-spacing: -.01em;
  overflow-wrap: anywhere; }
h2 { margin: 2.25rem 0 .75rem; font-size: 1.2rem; line-height: 1.3; }
h3 { margin: 1.25rem 0 .4rem; font-size: 1rem; overflow-wrap: anywhere; }
p, ul { margin: .5rem 0; overflow-wrap: anywhere; }
small { font-size: .85em; font-weight: 400; color: var(--soft); }
code, pre, .code { font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, "Liberation Mono",
  "DejaVu Sans Mono", monospace; font-size: .875rem; font-variant-ligatures: none; }
a { color: var(--link); text-underline-offset: .15em; }
pre { margin: 0; white-space: pre-wrap; overflow-wrap: anywhere; }
.eyebrow { display: flex; gap: .6em; margin: 0 0 .4rem; color: var(--soft); font-size: .9rem; }
.eyebrow b { flex: none; color: var(--accent); }
.eyebrow span { min-width: 0; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.exception_value { max-height: 24rem; margin: .75rem 0; overflow: auto; color: var(--accent);
  font-size: 1.05rem; line-height: 1.45; }
.hint { margin: 1rem 0; padding: .7rem 1rem; border-left: 4px solid var(--good);
  background: var(--good-paper); border-radius: 4px; overflow-wrap: anywhere; }
.hint p { margin: 0; }
.hint b { color: var(--good); }
.soft { color: var(--soft); }
.actions { display: flex; flex-wrap: wrap; gap: .5rem; margin-top: 1rem; }
button { font: inherit; font-size: .9rem; font-weight: 600; padding: .5rem 1rem; border-radius: 6px;
  border: 1px solid var(--line); background: var(--paper); color: var(--ink); cursor: pointer; }
button:hover { border-color: var(--soft); }
button.first { background: var(--ink); border-color: var(--ink); color: var(--paper); }
:is(button, summary, a, pre, textarea, .source):focus-visible { outline: 3px solid var(--link);
  outline-offset: 2px; }
details { border: 1px solid var(--line); border-radius: 6px; margin: .5rem 0; }
summary { padding: .6rem .9rem; cursor: pointer; border-radius: 6px; overflow-wrap: anywhere; }
summary:hover { background: var(--panel); }
details[open] > summary { border-bottom: 1px solid var(--line);
  border-radius: 6px 6px 0 0; background: var(--panel); }
details details { margin: .6rem; }
table { width: 100%; border-collapse: collapse; table-layout: fixed; }
th, td { padding: .45rem .9rem; text-align: left; vertical-align: top; font-weight: 400;
  border-top: 1px solid var(--line); overflow-wrap: anywhere; }
tr:first-child > th, tr:first-child > td { border-top: 0; }
th { width: 15rem; color: var(--soft); }
.box { margin-bottom: .75rem; border: 1px solid var(--line); border-radius: 6px; overflow: hidden; }
@media (max-width: 40rem) {
  .inner, main, footer { padding: 1rem; }
  main { padding-top: 0; }
  h1 { font-size: 1.35rem; }
  h2 { margin-top: 1.75rem; }
  table, tbody, tr, th, td { display: block; width: 100%; }
  th { padding-bottom: 0; font-size: .9rem; }
  td { border-top: 0; padding-top: .1rem; }
}
@media print { body { background: #fff; } .actions { display: none; } }
"""

PAGE = """<!DOCTYPE html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <meta name="robots" content="NONE,NOARCHIVE">
  <title>{title}</title>
  <style>{style}</style>
</head>
<body>
{body}
</body>
</html>
"""


def _scheme(number: int) -> str:
    return " ".join(f"--{name}: {both[number]};" for name, both in COLOURS.items())


_SCHEMES = (
    f"\n:root {{ color-scheme: light dark; {_scheme(0)} }}\n"
    f"@media (prefers-color-scheme: dark) {{ :root {{ {_scheme(1)} }} }}"
)


def document(title: str, body: str, style: str = "", is_email: bool = False) -> str:
    """A page with the escaped `title` around `body`, which is HTML; `style` comes on top.

    Many programs for mail know no variables in a style: with `is_email`, it has none.
    """
    style = STYLE + style
    if is_email:
        style = re.sub(r"var\(--([a-z-]+)\)", lambda match: COLOURS[match[1]][0], style)
    else:
        style = _SCHEMES + style
    return PAGE.format(title=escape(title), style=style, body=body)


def text(value: Any) -> str:
    """`value` as escaped text."""
    return str(escape(value))


def code(value: Any) -> str:
    """`value` as escaped text in the font of code."""
    return f"<code>{text(value)}</code>"


def table(rows: Iterable[tuple[Any, Any]], block: bool = True) -> str:
    """Names and values; with `block`, the values keep their line breaks, as code."""
    cells = []
    for name, value in rows:
        shown = f"<pre>{text(value)}</pre>" if block else text(value)
        label = code(name) if block else text(name)
        cells.append(f'<tr><th scope="row">{label}</th><td>{shown}</td></tr>')
    return f"<table><tbody>{''.join(cells)}</tbody></table>"


def box(rows: Iterable[tuple[Any, Any]], block: bool = True) -> str:
    """`table` with a frame around it."""
    return f'<div class="box">{table(rows, block)}</div>'


def fold(summary: str, content: str, opened: bool = False, kind: str = "") -> str:
    """A part that can be opened, of the class `kind`; summary and content are HTML."""
    name = f' class="{kind}"' if kind else ""
    state = " open" if opened else ""
    return f"<details{name}{state}><summary>{summary}</summary>{content}</details>"


def hint(html: str) -> str:
    """A proposal what to do; the argument is HTML."""
    return f'<div class="hint"><p><b>What may help</b> {html}</p></div>'
