"""The page for a path that no route matches: the routes there are, the nearest, and a guess."""

from __future__ import annotations

import difflib
import itertools
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

from vivace.conf import settings
from vivace.utils.naming import root
from vivace.views.report.parts import box, code, document, hint, text

# So that a page with thousands of routes or an endless path still comes at once.
LONGEST_COMPARED = 200
MOST_COMPARED = 2000
NEAREST = 3
SIMILAR = 0.6
# A route that is less like the path than the best one by this much is no guess.
BEHIND_THE_BEST = 0.05

APOSTROPHE = "\N{RIGHT SINGLE QUOTATION MARK}"

STYLE = """
.routes { margin: 1rem 0; padding: 0; list-style: none; border: 1px solid var(--line);
  border-radius: 6px; overflow: hidden; }
.routes li { display: flex; flex-wrap: wrap; gap: 0 .8rem; padding: .4rem .9rem;
  border-top: 1px solid var(--line); overflow-wrap: anywhere; }
.routes li:first-child { border-top: 0; }
.routes .number { flex: none; width: 1.8rem; text-align: right; color: var(--soft);
  font-size: .875rem; font-variant-numeric: tabular-nums; }
.routes .route { flex: 1 1 14rem; min-width: 0; }
.routes .route code { font-size: .925rem; }
.routes i { font-style: normal; color: var(--soft); }
.routes .parameter { color: var(--word); }
.routes .name { font-size: .875rem; color: var(--soft); }
.routes .near { background: var(--good-paper); box-shadow: inset 4px 0 var(--good); }
.routes .last { background: var(--accent-paper); box-shadow: inset 4px 0 var(--accent); }
@media (max-width: 40rem) { .routes .name { flex-basis: 100%; margin-left: 2.6rem; } }
.hint a { display: inline-block; padding: .15rem 0; }
"""
# A parameter of a route: <int:number>, or a group with a name in a regular expression.
PARAMETER = re.compile(r"(<[^<>]*>)")


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
    return {
        index: candidate
        for index, (ratio, candidate) in ranked[:NEAREST]
        if ratio > ranked[0][1][0] - BEHIND_THE_BEST
    }


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
    facts = [("Request Method:", method), ("Request URL:", url)]
    if view_name:
        facts.append(("Raised by:", view_name))
    value = f'<pre class="exception_value">{text(reason)}</pre>' if reason else ""
    near = {} if resolved else nearest(tried, path)
    help_ = _static_hint(prefix + path, resolved) or _guess(near, prefix)
    body = (
        '<header id="summary"><div class="inner">'
        f'<p class="eyebrow"><b>{text(method)}</b> <span>{text(url)}</span></p>'
        f"<h1>Page not found <small>(404)</small></h1>{value}{help_}</div></header>"
        f'<main id="info">{_routes(path, urlconf, tried, resolved, near)}'
        f"<section><h2>Request</h2>{box(facts, block=False)}</section></main>{_footer()}"
    )
    return document(f"Page not found at {prefix}{path}", body, STYLE)


def _routes(path: str, urlconf: str, tried: list[Any], resolved: bool, near: dict[int, str]) -> str:
    if not tried:
        return ""
    current = f"The current path, {code(path)}," if path else "The empty path"
    outcome = "matched the last one" if resolved else f"didn{APOSTROPHE}t match any of these"
    rest = [index for index in range(len(tried)) if index not in near]
    parts = [f"<section><h2>Routes</h2><p>Using the URLconf defined in {code(urlconf)}, "]
    parts.append(f"{text(root().title())} tried these URL patterns, in this order")
    parts.append(", here with the nearest first:</p>" if near else ":</p>")
    parts.append('<ol class="routes">')
    parts += [_route(tried[index], index, "near") for index in near]
    last = len(tried) - 1 if resolved else None
    parts += [_route(tried[index], index, "last" if index == last else "") for index in rest]
    return "".join([*parts, f"</ol><p>{current} {outcome}.</p></section>"])


def _static_hint(path: str, resolved: bool) -> str:
    """What serves static files, if that is what `path` is meant to be and nothing does."""
    below = str(getattr(settings, "STATIC_URL", None) or "")
    if resolved or below in ("", "/") or not path.startswith(below):
        return ""
    routes = (
        'urlpatterns += static(settings.STATIC_URL, document_root=settings.BASE_DIR / "static")'
    )
    return hint(
        f"This path is below {code('STATIC_URL')}, and no route serves files there. While you develop, "
        f"{code(routes)} does, with {code('static')} from {code(f'{root()}.conf.urls.static')}; in "
        f"production {code('vivace serve --static')} or the server in front."
    )


def _guess(near: dict[int, str], prefix: str) -> str:
    links = [
        f'<a href="{text(quote(prefix + path))}">{code(prefix + path)}</a>'
        for path in dict.fromkeys(near.values())
    ]
    return hint(f"Did you mean {' or '.join(links)}?") if links else ""


def _route(patterns: Any, index: int, kind: str) -> str:
    name = getattr(patterns[-1], "name", None)
    label = f'<span class="name">[name={text(repr(name))}]</span>' if name else ""
    *outer, own = [str(part.pattern) for part in patterns]
    # What an include has in common for all of its routes stands back.
    around = f"<i>{''.join(map(_parameters, outer))}</i>" if any(outer) else ""
    shown = f"<code>{around}{_parameters(own)}</code>" if around or own else "<i>(empty)</i>"
    name_of_class = f' class="{kind}"' if kind else ""
    return (
        f'<li{name_of_class}><span class="number">{index + 1}</span>'
        f'<span class="route">{shown}</span>{label}</li>'
    )


def _parameters(route: str) -> str:
    """A route as HTML, with its parameters set off."""
    pieces = PARAMETER.split(route)
    return "".join(
        f'<span class="parameter">{text(piece)}</span>' if index % 2 else text(piece)
        for index, piece in enumerate(pieces)
    )


def _footer() -> str:
    return (
        '<footer id="explanation" class="soft"><p>You see this page because '
        f"<code>DEBUG = True</code> is in your {text(root().title())} settings. Set it to "
        "<code>False</code>, and visitors get the standard page for a 404.</p></footer>"
    )
