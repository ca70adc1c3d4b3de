"""The request cycle: a request as a server hands it over, to the response as the server gets it.

No sockets: the application is called as a server calls it, with a fresh environ or scope each time,
and its answer is consumed and closed. ``scripts/bench cycle --help`` tells the options.
"""

from __future__ import annotations

import asyncio
import gc
import json
import logging
import sys
from collections.abc import Callable, Mapping
from io import BytesIO
from itertools import repeat
from typing import Any

from benchmarks.contenders import asgi, project, wsgi
from benchmarks.measure import (
    Report,
    Times,
    Turn,
    agree,
    arguments,
    by_turns,
    calls,
    clock,
    finish,
    versions,
)  # fmt: skip

DISTRIBUTIONS = (
    "vivace", "Django", "falcon", "Flask", "bottle", "starlette", "fastapi", "litestar",
    "blacksheep",
)  # fmt: skip

FORM = (
    b"title=Blue+in+Green&name=Ada+L%C3%B6velace&email=ada%40example.com&city=Z%C3%BCrich&text=Hi"
)
UPLOAD = (
    b'--limit\r\nContent-Disposition: form-data; name="file"; filename="poster.png"\r\n'
    b"Content-Type: image/png\r\n\r\n" + b"x" * 1024 + b"\r\n--limit--\r\n"
)
URLENCODED = "application/x-www-form-urlencoded"

# What a browser sends, more or less.
HEADERS = {
    "Host": "bench.example",
    "User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
    "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
    "Accept-Language": "en-US,en;q=0.5",
    "Accept-Encoding": "gzip, deflate, br",
    "Connection": "keep-alive",
}

Answer = tuple[int, dict[str, str], bytes]

ASGI_WORK = ("JSON", "constant", "form")

# path, body, content type
WORK: dict[str, tuple[str, bytes, str]] = {
    "JSON": ("/json", b"", ""),
    "constant": ("/constant", b"", ""),
    "404": ("/nowhere/to/be/found", b"", ""),
    "redirect": ("/redirect", b"", ""),
    "form": ("/form", FORM, URLENCODED),
    "upload": ("/upload", UPLOAD, "multipart/form-data; boundary=limit"),
    "stream": ("/stream", b"", ""),
    "stream in 4 KB chunks": ("/small_chunks", b"", ""),
}
WORK |= {f"async {name}": (f"/a{WORK[name][0][1:]}", *WORK[name][1:]) for name in ASGI_WORK}


# ---------------------------------------------------------------------- WSGI


def environ_for(path: str, body: bytes, content_type: str) -> dict[str, Any]:
    """An environ as servers make it, but for ``wsgi.input``."""
    environ: dict[str, Any] = {
        "REQUEST_METHOD": "POST" if body else "GET",
        "SCRIPT_NAME": "",
        "PATH_INFO": path,
        "QUERY_STRING": "",
        "SERVER_NAME": "bench.example",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "REMOTE_PORT": "50000",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
    for name, value in HEADERS.items():
        environ["HTTP_" + name.upper().replace("-", "_")] = value
    if body:
        environ["CONTENT_TYPE"] = content_type
        environ["CONTENT_LENGTH"] = str(len(body))
    return environ


def start_response(status: str, headers: Any, exc_info: Any = None) -> Any:
    """What a server does with status and headers is not measured."""


def wsgi_turn(application: Any, work: str) -> Turn:
    """A turn of requests to a WSGI application."""
    base = environ_for(*WORK[work])
    body = WORK[work][1]
    base["wsgi.input"] = BytesIO()

    def request() -> None:
        environ = base.copy()
        if body:
            environ["wsgi.input"] = BytesIO(body)
        answer = application(environ, start_response)
        for _ in answer:
            pass
        if hasattr(answer, "close"):
            answer.close()

    return calls(request)


def ask_wsgi(application: Any, work: str) -> Answer:
    """One answer, as the client would see it."""
    started: list[Any] = []
    environ = environ_for(*WORK[work])
    environ["wsgi.input"] = BytesIO(WORK[work][1])
    answer = application(environ, lambda *args: started.append(args))
    body = b"".join(answer)
    if hasattr(answer, "close"):
        answer.close()
    status, headers = started[-1][:2]
    return int(status[:3]), {name.lower(): value for name, value in headers}, body


# ---------------------------------------------------------------------- ASGI


def scope_for(path: str, body: bytes, content_type: str) -> dict[str, Any]:
    """A scope as servers make it."""
    headers = [(name.lower().encode(), value.encode()) for name, value in HEADERS.items()]
    if body:
        headers.append((b"content-type", content_type.encode()))
        headers.append((b"content-length", b"%d" % len(body)))
    return {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "method": "POST" if body else "GET",
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "root_path": "",
        "headers": headers,
        "client": ("127.0.0.1", 50000),
        "server": ("bench.example", 80),
    }


def receiver(body: bytes) -> Callable[[], Any]:
    """A `receive` that gives the body at once, and then waits as for a client that stays."""
    message = {"type": "http.request", "body": body, "more_body": False}
    given = False

    async def receive() -> Any:
        nonlocal given
        if given:
            await asyncio.get_running_loop().create_future()
        given = True
        return message

    return receive


async def send_nowhere(message: Any) -> None:
    """What a server does with messages is not measured."""


def asgi_turn(application: Any, work: str, loop: asyncio.AbstractEventLoop) -> Turn:
    """A turn of requests to an ASGI application, one after the other in one task."""
    base = scope_for(*WORK[work])
    body = WORK[work][1]

    async def requests(times: int) -> int:
        each = repeat(None, times)
        start = clock()
        for _ in each:
            await application(base.copy(), receiver(body), send_nowhere)
        return clock() - start

    return lambda times: loop.run_until_complete(requests(times))


async def ask_asgi(application: Any, work: str) -> Answer:
    """One answer, as the client would see it."""
    messages: list[Any] = []

    async def send(message: Any) -> None:
        messages.append(message)

    await application(scope_for(*WORK[work]), receiver(WORK[work][1]), send)
    headers = {name.decode().lower(): value.decode() for name, value in messages[0]["headers"]}
    return messages[0]["status"], headers, b"".join(each.get("body", b"") for each in messages[1:])


# ---------------------------------------------------------------------- agreement


def comparable(answer: Answer, work: str) -> Any:
    """What all contenders must agree about: the status, the content type and what the body says.

    Frameworks write JSON with or without spaces and name charsets in either case; an error page and
    the page of a redirect are each framework's own.
    """
    status, headers, body = answer
    kind = headers.get("content-type", "").lower().split(";")[0]
    if work == "JSON":
        return status, kind, json.loads(body)
    if work == "404":
        return status
    if work == "redirect":
        return headers["location"].removeprefix("http://bench.example")
    return status, kind, body if len(body) < 100 else (len(body), hash(body))


def check(report: Report, answers: Mapping[str, Answer], work: str) -> None:
    """Note what the contenders disagree about."""
    if work == "404":
        report.disagreements += agree((name, each[0]) for name, each in answers.items())
        return
    seen = [(name, comparable(each, work)) for name, each in answers.items()]
    report.disagreements += [f"{work}: {line}" for line in agree(seen)]
    for name, (_, headers, body) in answers.items():
        if headers.get("content-length", str(len(body))) != str(len(body)):
            report.disagreements.append(f"{work}: {name} declares a wrong length")


def check_exactly(report: Report, work: str, **answers: Answer) -> None:
    """Note any difference at all: these claim to be the same to the byte."""
    report.disagreements += [f"{work}: {line}" for line in agree(answers.items())]


# ---------------------------------------------------------------------- tables

THREE = "Security+Common+XFrame"
MORE = {"": 0, " + 1 foreign": 1, " + 2 foreign": 2, " + 3 foreign": 3}


class Cycle:
    """One run: the contenders, made once, and the tables."""

    def __init__(self, report: Report, options: Any) -> None:
        self.report = report
        self.options = options
        self.loop = asyncio.new_event_loop()
        for root in ("django", "vivace"):
            project.configure(root)

    def run(self) -> None:
        wsgi_apps = self.wsgi_applications()
        self.json_table(wsgi_apps)
        for work in WORK:
            if (
                work != "JSON"
                and not work.startswith("async")
                and self.options.only in f"WSGI {work}"
            ):
                self.wsgi_table(work, wsgi_apps)
        asgi_apps = self.asgi_applications()
        for work in ASGI_WORK:
            if self.options.only in f"ASGI {work}":
                self.asgi_table(work, asgi_apps)
        self.collections(wsgi_apps["Vivace"], asgi_apps["Vivace"])

    def measure(self, turns: Mapping[str, Turn]) -> Times:
        return by_turns(turns, rounds=self.options.rounds, turn_ms=self.options.turn_ms)

    # ------------------------------------------------------------------ WSGI

    def wsgi_applications(self) -> dict[str, Any]:
        """The contenders without middleware, and Vivace and Django with it, by name."""
        made: dict[str, Any] = {}
        for root in ("vivace", "django"):
            name = root.title()
            made[name] = project.application(root, "wsgi", [])
            for suffix, foreign in MORE.items():
                chain = project.middleware(root, foreign)
                made[f"{name} {THREE}{suffix}"] = project.application(root, "wsgi", chain)
        made["Falcon"] = wsgi.of_falcon()
        made["Bottle"] = wsgi.of_bottle()
        made["Flask"] = wsgi.of_flask()
        return made

    def json_table(self, apps: Mapping[str, Any]) -> None:
        """JSON with all chains, beside callables that send exactly the same headers."""
        if self.options.only not in "WSGI JSON":
            return
        answers = {name: ask_wsgi(app, "JSON") for name, app in apps.items()}
        check(self.report, answers, "JSON")
        bare = {}
        for name, chain in (("Bare callable", "Vivace"), ("Bare, headers of 3", f"Vivace {THREE}")):
            headers = answers[chain][1].copy()
            with_length = headers.pop("content-length", None) is not None
            bare[name] = wsgi.bare([(key.title(), headers[key]) for key in headers], with_length)
            mine = ask_wsgi(bare[name], "JSON")
            check_exactly(self.report, "JSON", bare=mine, vivace=answers[chain])
        check_exactly(
            self.report,
            "JSON",
            django=_sorted(answers["Django"]),
            vivace=_sorted(answers["Vivace"]),
        )
        check_exactly(
            self.report,
            "JSON",
            django=_sorted(answers[f"Django {THREE}"]),
            vivace=_sorted(answers[f"Vivace {THREE}"]),
        )
        turns = {name: wsgi_turn(app, "JSON") for name, app in {**bare, **apps}.items()}
        times = self.measure(turns)
        self.report.table("WSGI JSON", times, to=("Bare callable", "Vivace"))
        self.json_bars(times)

    def json_bars(self, times: Times) -> None:
        bar, bare, three = self.report.bar, "Bare callable", f"Vivace {THREE}"
        bar("JSON, × bare callable", times.ratio("Vivace", bare), at_most=1.3)
        bar("JSON, Falcon × Vivace", times.ratio("Falcon", "Vivace"), at_least=2.8)
        bar("JSON, Django × Vivace", times.ratio("Django", "Vivace"), at_least=22)
        bar("JSON, Flask × Vivace", times.ratio("Flask", "Vivace"), at_least=18)
        bar("JSON with three built-in, × bare callable", times.ratio(three, bare), at_most=1.4)
        own = times.ratio(three, "Bare, headers of 3")
        bar("JSON with three built-in, × bare callable with their headers", own, at_most=1.4)
        first = times.added(f"{three} + 1 foreign", three, bare)
        bar("first foreign middleware, of the bare callable's time", first, at_most=0.4)
        for number in (2, 3):
            added = times.added(
                f"{three} + {number} foreign", f"{three} + {number - 1} foreign", bare
            )
            bar(f"foreign middleware {number}, of the bare callable's time", added, at_most=0.08)

    def wsgi_table(self, work: str, apps: Mapping[str, Any]) -> None:
        names = ["Vivace", f"Vivace {THREE}", "Django", f"Django {THREE}"]
        chosen = {name: apps[name] for name in [*names, "Falcon", "Bottle", "Flask"]}
        answers = {name: ask_wsgi(app, work) for name, app in chosen.items()}
        check(self.report, answers, work)
        for chain in ("", f" {THREE}"):
            pair = {root: _sorted(answers[f"{root}{chain}"]) for root in ("Django", "Vivace")}
            check_exactly(self.report, work, **pair)
        times = self.measure({name: wsgi_turn(app, work) for name, app in chosen.items()})
        self.report.table(f"WSGI {work}", times, to=("Vivace", f"Vivace {THREE}"))
        bar = self.report.bar
        if work == "constant":
            bar("constant, Falcon × Vivace", times.ratio("Falcon", "Vivace"), at_least=2.8)
            bar("constant, Django × Vivace", times.ratio("Django", "Vivace"), at_least=38)
            return
        bar(f"{work}, Django × Vivace", times.ratio("Django", "Vivace"), at_least=8)
        with_three = times.ratio(f"Django {THREE}", f"Vivace {THREE}")
        bar(f"{work}, the same with three built-in", with_three, at_least=8)

    # ------------------------------------------------------------------ ASGI

    def asgi_applications(self) -> dict[str, Any]:
        three = project.middleware("vivace", 0)
        return {
            "Vivace": project.application("vivace", "asgi", []),
            f"Vivace {THREE}": project.application("vivace", "asgi", three),
            "BlackSheep": self.loop.run_until_complete(asgi.of_blacksheep()),
            "Falcon": asgi.of_falcon(),
            "Starlette": asgi.of_starlette(),
            "Litestar": asgi.of_litestar(),
            "FastAPI": asgi.of_fastapi(),
            "Django": project.application("django", "asgi", []),
        }

    def asgi_table(self, work: str, apps: Mapping[str, Any]) -> None:
        turns, answers = {}, {}
        for name, app in apps.items():
            # Vivace and Django have their asynchronous views at paths of their own.
            which = f"async {work}" if name.startswith(("Vivace", "Django")) else work
            answers[name] = self.loop.run_until_complete(ask_asgi(app, which))
            turns[name] = asgi_turn(app, which, self.loop)
        check(self.report, answers, work)
        pair = {root: _sorted(answers[root]) for root in ("Django", "Vivace")}
        check_exactly(self.report, f"async {work}", **pair)
        if work == "JSON":
            headers = [
                (key.encode(), value.encode()) for key, value in answers["Vivace"][1].items()
            ]
            bare = asgi.bare(headers)
            mine = self.loop.run_until_complete(ask_asgi(bare, work))
            check_exactly(self.report, "async JSON", bare=mine, vivace=answers["Vivace"])
            turns = {"Bare callable": asgi_turn(bare, work, self.loop), **turns}
        times = self.measure(turns)
        self.report.table(f"ASGI {work}", times, to=("Bare callable", "Vivace"))
        if work == "JSON":
            for peer, limit in (("Starlette", 3), ("BlackSheep", 2), ("Falcon", 2)):
                ratio = times.ratio(peer, "Vivace")
                self.report.bar(f"async JSON, {peer} × Vivace", ratio, at_least=limit)

    # ------------------------------------------------------------------ garbage

    def collections(self, sync: Any, asynchronous: Any) -> None:
        """Count collections in 10,000 plain requests."""
        turns = {
            "WSGI": wsgi_turn(sync, "JSON"),
            "ASGI": asgi_turn(asynchronous, "async JSON", self.loop),
        }
        for kind, turn in turns.items():
            turn(100)
            gc.collect()
            before = sum(generation["collections"] for generation in gc.get_stats())
            turn(10_000)
            count = sum(generation["collections"] for generation in gc.get_stats()) - before
            self.report.bar(f"garbage collections in 10,000 requests ({kind})", count, at_most=0)


def _sorted(answer: Answer) -> Answer:
    status, headers, body = answer
    return status, dict(sorted(headers.items())), body


def main() -> int:
    options = arguments(__doc__ or "")
    report = Report("cycle", versions(*DISTRIBUTIONS))
    print(", ".join(f"{name} {each}" for name, each in report.versions.items()))
    logging.getLogger("asyncio").setLevel(logging.ERROR)
    Cycle(report, options).run()
    return finish(report, options)


if __name__ == "__main__":
    sys.exit(main())
