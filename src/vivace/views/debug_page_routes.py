"""The page for a path that no route matches: the routes there are, the nearest, and a guess."""

from __future__ import annotations

import difflib
import itertools
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

from vivace.utils.naming import root
from vivace.views.debug_page_parts import box, code, document, text

# So that a page with thousands of routes or an endless path still comes at once.
LONGEST_COMPARED = 200
MOST_COMPARED = 2000
NEAREST = 3
SIMILAR = 0.6

STYLE = """
.routes { margin: 0; padding-left: 2.6rem; }
.routes li { padding: .3rem .5rem; border-radius: 4px; overflow-wrap: anywhere; }
.routes li::marker { color: var(--soft); font-size: .85rem; }
.routes .near { background: var(--panel); box-shadow: inset 3px 0 var(--good); }
.guess { padding: .75rem 1rem; border-left: 4px solid var(--good); background: var(--panel);
  border-radius: 4px; overflow-wrap: anywhere; }
.name { font-size: .85rem; }
"""


def route_of(patterns: Any) -> str:
    """The whole route of one entry of ``tried``: its parts joined, from the URLconf's root."""
    return "".join(str(part.pattern) for part in patterns)


def likely_path(route: str, path: str) -> str | None:
    """The path that `route` means if `path` was mistyped; None where the route is no plain one.

    A parameter takes what the path has in its place.
    """
    if any(sign in route for sign in "^$\\()[]*+?|"):
        return None
    given = path.split("/")
    segments = []
    for index, segment in enumerate(route.split("/")):
        if "<" in segment:
            if index >= len(given) or not given[index]:
                return None
            segment = given[index]
        segments.append(segment)
    return "/".join(segments)


def routes_of(patterns: Any) -> Iterator[str]:
    """The routes of one entry of ``tried``: its own, and those of an include it did not enter."""
    yield from _with_children(route_of(patterns[:-1]), patterns[-1])


def _with_children(prefix: str, pattern: Any) -> Iterator[str]:
    route = prefix + str(pattern.pattern)
    try:
        children = getattr(pattern, "url_patterns", ())
    except Exception:
        # An included module that cannot be imported: not what this page is about.
        children = ()
    if not children:
        yield route
    for child in children:
        yield from _with_children(route, child)


def nearest(tried: list[Any], path: str) -> dict[int, str]:
    """Indexes of the entries that resemble `path` most, best first, with the path of each."""
    path = path[:LONGEST_COMPARED]
    matcher = difflib.SequenceMatcher(autojunk=False)
    matcher.set_seq2(path)
    best: dict[int, tuple[float, str]] = {}
    routes = ((index, route) for index, each in enumerate(tried) for route in routes_of(each))
    for index, route in itertools.islice(routes, MOST_COMPARED):
        candidate = likely_path(route, path)
        # SECURITY: a link that begins with two slashes would lead to another site.
        if not candidate or candidate[0] in "/\\" or len(candidate) > LONGEST_COMPARED:
            continue
        matcher.set_seq1(candidate)
        if matcher.real_quick_ratio() < SIMILAR or matcher.quick_ratio() < SIMILAR:
            continue
        ratio = matcher.ratio()
        if ratio >= max(SIMILAR, best.get(index, (0.0, ""))[0]):
            best[index] = (ratio, candidate)
    ranked = sorted(best.items(), key=lambda item: -item[1][0])
    return {index: candidate for index, (_, candidate) in ranked[:NEAREST]}


def render(
    *,
    method: str,
    url: str,
    path: str,
    urlconf: str,
    tried: list[Any],
    resolved: bool,
    reason: str,
    view_name: str,
    prefix: str,
) -> str:
    """The page; `tried` is that of `Resolver404`, `resolved` tells that a view raised the 404.

    `prefix` is the script's, before every path.
    """
    facts = [("Request method", method), ("Request URL", url)]
    if view_name:
        facts.append(("Raised by", view_name))
    value = f'<pre class="value">{text(reason)}</pre>' if reason else ""
    body = (
        f"<header><h1>Page not found <small>(404)</small></h1>{value}"
        f"{box(facts, block=False)}</header>"
        f"<main>{_routes(path, urlconf, tried, resolved, prefix)}</main>{_footer()}"
    )
    return document(f"Page not found at {prefix}{path}", body, STYLE)


def _routes(path: str, urlconf: str, tried: list[Any], resolved: bool, prefix: str) -> str:
    if not tried:
        return ""
    near = {} if resolved else nearest(tried, path)
    current = f"The current path, {code(path)}," if path else "The empty path"
    outcome = "matched the last one" if resolved else "didn't match any of these"
    rest = [index for index in range(len(tried)) if index not in near]
    parts = [_guess(near, prefix)]
    parts.append(f"<h2>Routes tried</h2><p>{current} {outcome}. ")
    parts.append(f"They are the routes of {code(urlconf)}, in this order")
    parts.append(", with the nearest first:</p>" if near else ":</p>")
    parts.append('<ol class="routes">')
    parts += [_route(tried[index], index, near=True) for index in near]
    parts += [_route(tried[index], index, near=False) for index in rest]
    return "".join([*parts, "</ol>"])


def _guess(near: dict[int, str], prefix: str) -> str:
    links = [
        f'<a href="{text(quote(prefix + path))}">{code(prefix + path)}</a>'
        for path in dict.fromkeys(near.values())
    ]
    return f'<p class="guess">Did you mean {" or ".join(links)}?</p>' if links else ""


def _route(patterns: Any, index: int, near: bool) -> str:
    name = getattr(patterns[-1], "name", None)
    label = f' <span class="name soft">[name={text(repr(name))}]</span>' if name else ""
    kind = ' class="near"' if near else ""
    shown = " ".join(code(part.pattern) for part in patterns if str(part.pattern))
    return f'<li{kind} value="{index + 1}">{shown or "<i>the empty path</i>"}{label}</li>'


def _footer() -> str:
    return (
        '<footer class="soft"><p>You see this page because <code>DEBUG = True</code> is in your '
        f"{text(root().title())} settings. Set it to <code>False</code>, and visitors get the "
        "standard page for a 404.</p></footer>"
    )
