"""Routing: finding the view for a path, building the path to a view, compiling the routes.

All contenders are in one process and take turns; what they answer is compared before anything is
measured. The routes are those of an ordinary API, a quarter of each kind: whole texts, a number, a
number and a slug, and a number below two includes. Numbers in paths have one to seven digits. Each
contender gets the routes in its own words, with its own converters (Falcon has none for slugs and
gets one of the same regular expression).

    scripts/bench routes [--sizes 10,100,1000,5000] [--rounds 61] [--output FILE]

`find` is the router's own question (Vivace: `Router.find`), `resolve` is Django's documented function
with its `ResolverMatch`. A cell is the median of the rounds, of the mean time per path; a ratio is
the median of the ratios of the rounds, so that both sides were measured at nearly the same time.
"""

from __future__ import annotations

import argparse
import gc
import importlib.metadata
import itertools
import json
import platform
import re
import statistics
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

RESULTS = Path(__file__).parents[1] / "results"
KINDS = ("text", "number", "slug", "nested")
NUMBERS = (3, 42, 873, 5210, 66342, 1048576)
SLUGS = ("news", "spring-tour-2024", "a-night_in_paris", "trio")
# Short turns, many rounds: a machine changes its speed more slowly than contenders take turns.
SLICE = 0.004

# What a contender answers: the kind of route, its number, and the parameters.
Answer = tuple[str, int, dict[str, Any]]
Question = tuple[str, Answer]
# What is asked for a path: a route's name, its kind and number, and the parameters.
Named = tuple[str, tuple[str, int], dict[str, Any]]


def questions(size: int) -> list[Question]:
    """Paths of each kind, from routes all over the table."""
    each = max(size // len(KINDS), 1)
    spots = sorted({0, each // 3, each // 2, each - 1})
    numbers = itertools.cycle(NUMBERS)
    slugs = itertools.cycle(SLUGS)
    found: list[Question] = []
    for spot in spots:
        found.append((f"/text{spot}/", ("text", spot, {})))
        number = next(numbers)
        found.append((f"/number{spot}/{number}/", ("number", spot, {"id": number})))
        number, slug = next(numbers), next(slugs)
        found.append(
            (f"/slug{spot}/{number}/sub/{slug}/", ("slug", spot, {"id": number, "s": slug}))
        )
        number = next(numbers)
        found.append((f"/api/v1/nested{spot}/{number}/", ("nested", spot, {"id": number})))
    return found


def spread(size: int) -> Iterable[tuple[str, int]]:
    """The routes: kind and number."""
    for number in range(max(size // len(KINDS), 1)):
        for kind in KINDS:
            yield kind, number


class Contender:
    """One framework's routes, with what can be asked of them."""

    name: str
    package: str

    def compile(self, size: int) -> None:
        raise NotImplementedError

    def find(self) -> Callable[[str], Any]:
        raise NotImplementedError

    def answer(self, found: Any) -> Answer:
        raise NotImplementedError

    def reverse(self) -> Callable[[Named], str] | None:
        return None

    def version(self) -> str:
        return importlib.metadata.version(self.package)


class _DjangoLike(Contender):
    root: str

    def __init__(self) -> None:
        self.urls = importlib.import_module(f"{self.root}.urls")

    def declare(self, size: int) -> Any:
        path, include = self.urls.path, self.urls.include
        entries: list[Any] = []
        nested: list[Any] = []
        for kind, number in spread(size):
            # One view per route: what was found must tell which route it was.
            def view(request: Any, **kwargs: Any) -> None:
                pass

            view.route = (kind, number)  # type: ignore[attr-defined]
            name = f"{kind}{number}"
            if kind == "text":
                entries.append(path(f"text{number}/", view, name=name))
            elif kind == "number":
                entries.append(path(f"number{number}/<int:id>/", view, name=name))
            elif kind == "slug":
                entries.append(path(f"slug{number}/<int:id>/sub/<slug:s>/", view, name=name))
            else:
                nested.append(path(f"nested{number}/<int:id>/", view, name=name))
        entries.append(path("api/", include([path("v1/", include(nested))])))
        module = type(sys)(f"bench_{self.root}_{size}")
        module.urlpatterns = entries  # type: ignore[attr-defined]
        sys.modules[module.__name__] = module
        return module.__name__

    def compile(self, size: int) -> None:
        self.urlconf = self.declare(size)
        self.urls.set_urlconf(self.urlconf)
        self.urls.resolve("/text0/", self.urlconf)

    def find(self) -> Callable[[str], Any]:
        resolve, urlconf = self.urls.resolve, self.urlconf
        return lambda path: resolve(path, urlconf)

    def answer(self, found: Any) -> Answer:
        return (*found.func.route, found.kwargs)

    def reverse(self) -> Callable[[Named], str]:
        reverse, urlconf = self.urls.reverse, self.urlconf
        return lambda named: reverse(named[0], urlconf, kwargs=named[2])


class Vivace(_DjangoLike):
    name, package, root = "Vivace find", "vivace", "vivace"

    def compile(self, size: int) -> None:
        router_for = importlib.import_module("vivace.urls.router").router_for
        self.urlconf = self.declare(size)
        self.router = router_for(self.urlconf)

    def find(self) -> Callable[[str], Any]:
        return self.router.find

    def answer(self, found: Any) -> Answer:
        return (*found[0].callback.route, found[2])


class VivaceResolve(_DjangoLike):
    name, package, root = "Vivace resolve", "vivace", "vivace"


class Django(_DjangoLike):
    name, package, root = "Django resolve", "django", "django"


class Falcon(Contender):
    name, package = "Falcon find", "falcon"

    def compile(self, size: int) -> None:
        from falcon.routing import BaseConverter, CompiledRouter

        class Slug(BaseConverter):
            matches = staticmethod(re.compile("[-a-zA-Z0-9_]+").fullmatch)

            def convert(self, value: str) -> str | None:
                return value if self.matches(value) else None

        class Resource:
            def __init__(self, route: tuple[str, int]) -> None:
                self.route = route

            def on_get(self, req: Any, resp: Any, **kwargs: Any) -> None:
                pass

        router = CompiledRouter()
        router.options.converters["slug"] = Slug
        templates = {
            "text": "/text{}/",
            "number": "/number{}/{{id:int}}/",
            "slug": "/slug{}/{{id:int}}/sub/{{s:slug}}/",
            "nested": "/api/v1/nested{}/{{id:int}}/",
        }
        for kind, number in spread(size):
            router.add_route(templates[kind].format(number), Resource((kind, number)))
        router.find("/text0/")
        self.router = router

    def find(self) -> Callable[[str], Any]:
        return self.router.find

    def answer(self, found: Any) -> Answer:
        return (*found[0].route, found[2])


class Werkzeug(Contender):
    name, package = "Werkzeug match", "werkzeug"

    def compile(self, size: int) -> None:
        from werkzeug.routing import BaseConverter, Map, Rule

        class Slug(BaseConverter):
            regex = "[-a-zA-Z0-9_]+"

        templates = {
            "text": "/text{}/",
            "number": "/number{}/<int:id>/",
            "slug": "/slug{}/<int:id>/sub/<slug:s>/",
            "nested": "/api/v1/nested{}/<int:id>/",
        }
        rules = [
            Rule(templates[kind].format(number), endpoint=(kind, number))
            for kind, number in spread(size)
        ]
        self.map = Map(rules, converters={"slug": Slug})
        self.adapter = self.map.bind("example.org")
        self.adapter.match("/text0/")

    def find(self) -> Callable[[str], Any]:
        return self.adapter.match  # type: ignore[no-any-return]

    def answer(self, found: Any) -> Answer:
        return (*found[0], found[1])

    def reverse(self) -> Callable[[Named], str]:
        build = self.adapter.build
        return lambda named: build(named[1], named[2])


class Starlette(Contender):
    name, package = "Starlette matches", "starlette"

    def compile(self, size: int) -> None:
        from starlette.convertors import CONVERTOR_TYPES, Convertor, register_url_convertor
        from starlette.routing import Match, Mount, Route, Router

        class Slug(Convertor):  # type: ignore[type-arg]
            regex = "[-a-zA-Z0-9_]+"

            def convert(self, value: str) -> str:
                return value

            def to_string(self, value: str) -> str:
                return value

        if "slug" not in CONVERTOR_TYPES:
            register_url_convertor("slug", Slug())

        def endpoint(kind: str, number: int) -> Callable[..., Any]:
            async def view(request: Any) -> None:
                pass

            view.route = (kind, number)  # type: ignore[attr-defined]
            return view

        templates = {
            "text": "/text{}/",
            "number": "/number{}/{{id:int}}/",
            "slug": "/slug{}/{{id:int}}/sub/{{s:slug}}/",
            "nested": "/nested{}/{{id:int}}/",
        }
        routes: list[Any] = []
        nested: list[Any] = []
        for kind, number in spread(size):
            route = Route(
                templates[kind].format(number), endpoint(kind, number), name=f"{kind}{number}"
            )
            (nested if kind == "nested" else routes).append(route)
        routes.append(Mount("/api", routes=[Mount("/v1", routes=nested)]))
        self.router = Router(routes)
        self.full = Match.FULL

    def find(self) -> Callable[[str], Any]:
        full = self.full

        def walk(routes: list[Any], scope: dict[str, Any]) -> Any:
            for route in routes:
                match, child = route.matches(scope)
                if match is full:
                    scope.update(child)
                    inner = getattr(route, "routes", None)
                    return scope if inner is None else walk(inner, scope)
            return None

        routes = self.router.routes
        return lambda path: walk(
            routes, {"type": "http", "method": "GET", "path": path, "root_path": ""}
        )

    def answer(self, found: Any) -> Answer:
        return (*found["endpoint"].route, found["path_params"])

    def reverse(self) -> Callable[[Named], str]:
        url_path_for = self.router.url_path_for
        return lambda named: str(url_path_for(named[0], **named[2]))


CONTENDERS = (Vivace, VivaceResolve, Django, Falcon, Werkzeug, Starlette)


def calls_in_a_turn(function: Callable[[Any], Any], arguments: list[Any]) -> list[Any]:
    """`arguments` repeated so often that calling `function` with each fills a slice of time."""
    start = time.perf_counter()
    for argument in arguments:
        function(argument)
    taken = time.perf_counter() - start
    return arguments * max(1, int(SLICE / taken))


def seconds_per_call(function: Callable[[Any], Any], arguments: list[Any]) -> float:
    """The mean time of a call; the clock is read twice."""
    start = time.perf_counter()
    for argument in arguments:
        function(argument)
    return (time.perf_counter() - start) / len(arguments)


def rounds(
    work: dict[str, tuple[Callable[[Any], Any], list[Any]]], count: int
) -> dict[str, list[float]]:
    """The times of each contender, all taking turns; nothing is collected meanwhile."""
    for _ in range(3):
        turns = {
            name: (do, calls_in_a_turn(do, arguments)) for name, (do, arguments) in work.items()
        }
    times: dict[str, list[float]] = {name: [] for name in work}
    gc.collect()
    gc.disable()
    for number in range(count):
        names = list(work)
        # Each round begins with another contender.
        for name in names[number % len(names) :] + names[: number % len(names)]:
            times[name].append(seconds_per_call(*turns[name]))
    gc.enable()
    return times


def measure(size: int, count: int) -> dict[str, Any]:
    """Compile, check and time all contenders with `size` routes."""
    asked = questions(size)
    contenders = [make() for make in CONTENDERS]
    compiled: dict[str, float] = {}
    for contender in contenders:
        gc.collect()
        start = time.perf_counter()
        contender.compile(size)
        compiled[contender.name] = time.perf_counter() - start
        find = contender.find()
        for path, expected in asked:
            got = contender.answer(find(path))
            assert got == expected, (contender.name, path, got, expected)
    paths = [path for path, _ in asked]
    by_kind = {
        kind: rounds(
            {
                c.name: (c.find(), [path for path, answer in asked if answer[0] == kind])
                for c in contenders
            },
            max(3, count // 4),
        )
        for kind in KINDS
    }
    found = rounds({c.name: (c.find(), paths) for c in contenders}, count)
    reverses = {c.name: reverse for c in contenders if (reverse := c.reverse()) is not None}
    reverses.pop(Vivace.name)
    # Names are put together before the clock starts.
    plain = [
        (f"{kind}{number}", (kind, number), kwargs)
        for _, (kind, number, kwargs) in asked
        if kind != "nested"
    ]
    for name, reverse in reverses.items():
        for path, answer in asked:
            if answer[0] != "nested":
                kind, number, kwargs = answer
                built = reverse((f"{kind}{number}", (kind, number), kwargs))
                assert built == path, (name, path, built)
    reversed_ = rounds({name: (reverse, plain) for name, reverse in reverses.items()}, count)
    return {"compile": compiled, "find": found, "by_kind": by_kind, "reverse": reversed_}


def median(times: list[float]) -> float:
    return statistics.median(times)


def ratio(times: dict[str, list[float]], one: str, other: str) -> float:
    """How many times as long as `other` does `one` take: the median over the rounds."""
    return statistics.median(a / b for a, b in zip(times[one], times[other], strict=True))


def table(title: str, cells: dict[str, dict[int, float]], unit: float, sign: str) -> list[str]:
    """Lines of a table: contenders down, sizes across."""
    sizes = sorted({size for row in cells.values() for size in row})
    lines = [f"\n{title} ({sign})", " " * 24 + "".join(f"{size:>12,}" for size in sizes)]
    for name, row in cells.items():
        lines.append(f"{name:<24}" + "".join(f"{row[size] / unit:>12.3f}" for size in sizes))
    return lines


def bars(results: dict[int, dict[str, Any]]) -> list[str]:
    """The bars, each with what was measured."""
    lines = ["\nBars"]
    ours = {size: median(result["find"]["Vivace find"]) for size, result in results.items()}

    def line(what: str, value: float, bar: float, at_most: bool) -> None:
        held = value <= bar if at_most else value >= bar
        sign = "≤" if at_most else "≥"
        lines.append(f"  {'held' if held else 'MISSED':<7}{what:<52}{value:>9.3f}  {sign} {bar}")

    for size, result in results.items():
        of_falcon = ratio(result["find"], "Vivace find", "Falcon find")
        line(f"find ÷ Falcon's, {size:,} routes", of_falcon, 0.65, True)
    if {10, 5000} <= results.keys():
        line("find at 5,000 ÷ at 10 routes", ours[5000] / ours[10], 2, True)
    for size, bar in ((10, 15), (5000, 100)):
        if size in results:
            times = results[size]["find"]
            of_ours = ratio(times, "Django resolve", "Vivace find")
            line(f"Django's ÷ find, {size:,} routes", of_ours, bar, False)
    for size, result in results.items():
        of_ours = ratio(result["reverse"], "Django resolve", "Vivace resolve")
        line(f"Django's reverse ÷ ours, {size:,} routes", of_ours, 8, False)
    if 5000 in results:
        compiled = results[5000]["compile"]
        line(
            "compile ÷ Falcon's, 5,000 routes",
            compiled["Vivace find"] / compiled["Falcon find"],
            0.3,
            True,
        )
    return lines


def main(argv: list[str] | None = None) -> int:
    """Run the benchmark; the exit status is 0 whatever the bars say."""
    parser = argparse.ArgumentParser(prog="scripts/bench routes", description="Measure routing.")
    parser.add_argument("--sizes", default="10,100,1000,5000")
    parser.add_argument("--rounds", type=int, default=61)
    parser.add_argument("--output", type=Path, default=RESULTS / "routes.json")
    options = parser.parse_args(argv)
    for root in ("vivace", "django"):
        settings = importlib.import_module(f"{root}.conf").settings
        settings.configure(ROOT_URLCONF="none", USE_I18N=False)
    versions = {make.package: make.version(make) for make in CONTENDERS}  # type: ignore[arg-type]
    versions["python"] = platform.python_version()
    sizes = [int(size) for size in options.sizes.split(",")]
    results = {size: measure(size, options.rounds) for size in sizes}
    lines = [", ".join(f"{name} {version}" for name, version in versions.items())]
    for key, title in (("find", "A path's view"), ("reverse", "A view's path")):
        names = results[sizes[0]][key]
        cells = {n: {size: median(results[size][key][n]) for size in sizes} for n in names}
        lines += table(title, cells, 1e-6, "µs")
    for kind in KINDS:
        names = results[sizes[0]]["by_kind"][kind]
        cells = {
            n: {size: median(results[size]["by_kind"][kind][n]) for size in sizes} for n in names
        }
        lines += table(f"A path's view, kind {kind!r}", cells, 1e-6, "µs")
    names = results[sizes[0]]["compile"]
    cells = {n: {size: results[size]["compile"][n] for size in sizes} for n in names}
    lines += table("Declaring and compiling", cells, 1e-3, "ms")
    lines += bars(results)
    sys.stdout.write("\n".join(lines) + "\n")
    options.output.parent.mkdir(parents=True, exist_ok=True)
    record = {"versions": versions, "numbers": NUMBERS, "results": results}
    options.output.write_text(json.dumps(record) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
