"""What the pages for developers share: the document around them, its style, tables of values.

SECURITY: every function here takes plain text and returns escaped HTML (CVE-2017-12794); nothing
else puts text into a page.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from vivace.utils.html import escape

STYLE = """
:root { color-scheme: light dark;
  --paper: #fff; --ink: #1d2433; --soft: #5d677a; --line: #dfe3ea; --panel: #f6f7f9;
  --accent: #b3261e; --accent-paper: #fdecea; --mark: #ffd9a8; --good: #0b6e4f; --link: #1450a3; }
@media (prefers-color-scheme: dark) { :root {
  --paper: #14171c; --ink: #e4e7ec; --soft: #98a2b3; --line: #2c323c; --panel: #1c2027;
  --accent: #ff8a80; --accent-paper: #2e1c1d; --mark: #7a4a0e; --good: #6fd3b0; --link: #8ab4f8; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink);
  font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; }
header, main, footer { max-width: 72rem; margin: 0 auto; padding: 1.25rem 1rem; }
header .box { margin-top: .9rem; }
header { border-bottom: 1px solid var(--line); }
h1 { margin: 0; font-size: 1.35rem; line-height: 1.3; overflow-wrap: anywhere; }
h1 small { color: var(--soft); font-weight: 400; font-size: 1rem; }
h2 { margin: 2rem 0 .75rem; font-size: 1.1rem; }
h3 { margin: 1.25rem 0 .5rem; font-size: .95rem; }
code, pre, .code { font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono",
  monospace; font-size: .85rem; }
a { color: var(--link); }
pre { margin: 0; white-space: pre-wrap; overflow-wrap: anywhere; }
.value { margin: .75rem 0; padding: .75rem 1rem; border-left: 4px solid var(--accent);
  background: var(--accent-paper); color: var(--accent); border-radius: 4px; font-size: .95rem; }
.soft { color: var(--soft); }
.actions { display: flex; flex-wrap: wrap; gap: .5rem; margin-top: .75rem; }
button { font: inherit; font-size: .9rem; padding: .45rem .9rem; border: 1px solid var(--line);
  border-radius: 6px; background: var(--panel); color: var(--ink); cursor: pointer; }
button:focus-visible, summary:focus-visible, a:focus-visible { outline: 2px solid var(--link);
  outline-offset: 2px; }
details { border: 1px solid var(--line); border-radius: 6px; margin: .5rem 0; overflow: hidden; }
summary { padding: .55rem .8rem; cursor: pointer; background: var(--panel);
  overflow-wrap: anywhere; }
details[open] > summary { border-bottom: 1px solid var(--line); }
details details { margin: .6rem; }
table { width: 100%; border-collapse: collapse; table-layout: fixed; }
th, td { padding: .4rem .8rem; text-align: left; vertical-align: top; font-weight: 400;
  border-top: 1px solid var(--line); overflow-wrap: anywhere; }
tr:first-child > th, tr:first-child > td { border-top: 0; }
th { width: 16rem; color: var(--soft); }
.box { border: 1px solid var(--line); border-radius: 6px; overflow: hidden; }
@media (max-width: 40rem) {
  header, main, footer { padding: 1rem .75rem; }
  table, tbody, tr, th, td { display: block; width: 100%; }
  th { padding-bottom: 0; font-size: .85rem; }
  td { border-top: 0; padding-top: .1rem; }
}
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


def document(title: str, body: str, style: str = "") -> str:
    """A page with the escaped `title` around `body`, which is HTML; `style` comes on top."""
    return PAGE.format(title=escape(title), style=STYLE + style, body=body)


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


def fold(summary: str, content: str, opened: bool = False) -> str:
    """A part that can be opened; both arguments are HTML."""
    state = " open" if opened else ""
    return f"<details{state}><summary>{summary}</summary>{content}</details>"
