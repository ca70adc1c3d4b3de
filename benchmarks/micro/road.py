"""The whole road: middleware, a route with a parameter, a query, and a page with a loop over its rows.

Vivace and Django run the same project in one process and take turns; what they answer is compared to the
byte before anything is measured. ``scripts/bench road --help`` tells the options.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Callable
from importlib import import_module
from io import BytesIO
from pathlib import Path
from typing import Any

from benchmarks.contenders import bookshop, project
from benchmarks.measure import Report, agree, arguments, by_turns, calls, finish, versions
from benchmarks.micro.cycle import environ_for, start_response

DISTRIBUTIONS = ("vivace", "Django")
ROOTS = {"Vivace": "vivace", "Django": "django"}
# What is seen often is compiled; nothing is measured before that.
WARM_UP = 30

# Those of startproject that keep no state, and the others that both have and that keep none.
USUAL = ("security.Security", "common.Common", "clickjacking.XFrameOptions")
ALL = (
    "security.Security", "gzip.GZip", "http.ConditionalGet", "locale.Locale", "common.Common",
    "clickjacking.XFrameOptions",
)  # fmt: skip

# Title, path, middleware, and how many times as long Django should take; 0 where nothing is demanded.
WORK = (
    ("20 rows, three middleware", "/shelves/3/", USUAL, 12),
    ("20 rows with links, three middleware", "/shelves/3/links/", USUAL, 12),
    ("one row, three middleware", "/books/500/", USUAL, 12),
    ("20 rows, six middleware", "/shelves/3/", ALL, 0),
    ("20 rows, no middleware", "/shelves/3/", (), 0),
)


def middleware(root: str, names: tuple[str, ...]) -> list[str]:
    """The settings for the built-in middleware called `names`."""
    return [f"{root}.middleware.{name}Middleware" for name in names]


def requests(application: Any, path: str) -> Callable[[], None]:
    """A request to `application`, whose answer is consumed and closed as servers do it."""
    base = {**environ_for(path, b"", ""), "HTTP_ACCEPT_ENCODING": "identity"}
    base["wsgi.input"] = BytesIO()

    def request() -> None:
        answer = application(base.copy(), start_response)
        for _ in answer:
            pass
        if hasattr(answer, "close"):
            answer.close()

    return request


def answer_of(application: Any, path: str) -> Any:
    """The status, the headers in order of their names, and the body."""
    started: list[Any] = []
    environ = {**environ_for(path, b"", ""), "HTTP_ACCEPT_ENCODING": "identity"}
    environ["wsgi.input"] = BytesIO()
    answer = application(environ, lambda *args: started.append(args))
    body = b"".join(answer)
    if hasattr(answer, "close"):
        answer.close()
    status, headers = started[-1][:2]
    return status, sorted(headers), body


class Road:
    """The benchmark."""

    def __init__(self, report: Report, options: Any, folder: Path) -> None:
        self.report, self.options = report, options
        self.books = {name: bookshop.open_shop(root, folder) for name, root in ROOTS.items()}

    def run(self) -> None:
        for title, path, names, least in WORK:
            if self.options.only in title:
                self.whole(title, path, names, least)
        if self.options.only in "parts":
            self.parts()

    def whole(self, title: str, path: str, names: tuple[str, ...], least: float) -> None:
        """From the server's hands and back into them."""
        sites = {
            name: project.application(root, "wsgi", middleware(root, names))
            for name, root in ROOTS.items()
        }
        answers = {name: answer_of(site, path) for name, site in sites.items()}
        self.report.disagreements += [f"{title}: {line}" for line in agree(answers.items())]
        if not answers["Django"][0].startswith("200"):
            self.report.disagreements.append(f"{title}: the answer is {answers['Django'][0]}")
        self.measure(title, {name: requests(site, path) for name, site in sites.items()}, least)

    def parts(self) -> None:
        """What the page with 20 rows spends its time on, each part alone; there are no bars."""
        self.measure("part: the query", {n: self.query(n) for n in ROOTS})
        self.measure("part: the page", {n: self.page(n) for n in ROOTS})

    def query(self, name: str) -> Callable[[], Any]:
        books = self.books[name].objects

        def query() -> Any:
            found = books.filter(rating=3, pages__lt=400)
            return list(found.select_related("publisher").order_by("title")[: bookshop.SHOWN])

        return query

    def page(self, name: str) -> Callable[[], Any]:
        loader = import_module(f"{ROOTS[name]}.template.loader")
        rows = self.query(name)()
        return lambda: loader.render_to_string("shelf.html", {"books": rows, "rating": 3})

    def measure(self, title: str, work: dict[str, Callable[[], Any]], least: float = 0) -> None:
        for function in work.values():
            for _ in range(WARM_UP):
                function()
        times = by_turns(
            {name: calls(function) for name, function in work.items()},
            rounds=self.options.rounds,
            turn_ms=self.options.turn_ms,
        )
        self.report.table(title, times, to=["Vivace"])
        if least:
            ratio = times.ratio("Django", "Vivace")
            self.report.bar(f"{title}: Django ÷ Vivace", ratio, at_least=least)


def main() -> int:
    options = arguments(__doc__ or "")
    report = Report("road", versions(*DISTRIBUTIONS))
    print(", ".join(f"{name} {each}" for name, each in report.versions.items()))
    with tempfile.TemporaryDirectory() as folder:
        os.environ["VIVACE_TEMPLATE_CACHE"] = ""
        sys.path.insert(0, folder)
        Road(report, options, Path(folder)).run()
    return finish(report, options)


if __name__ == "__main__":
    sys.exit(main())
