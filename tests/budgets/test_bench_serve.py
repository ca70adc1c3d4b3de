"""The benchmark of live servers: what it reads, reckons and finds. How fast anybody is, is no matter."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from benchmarks import measure
from benchmarks.load import serve, servers, wrk
from benchmarks.load.processors import Moment, Processors, Span
from benchmarks.load.race import Race, Turn

linux = pytest.mark.skipif(sys.platform != "linux", reason="looks at processes in /proc")

SAID = """\
Running 1s test @ http://127.0.0.1:8123/json
  1 threads and 64 connections
  Thread Stats   Avg      Stdev     Max   +/- Stdev
    Latency   324.33us  580.10us  10.04ms   92.17%
    Req/Sec    57.36k   504.15     58.71k    81.82%
  Latency Distribution
     50%  304.00us
     75%    1.11ms
     90%    1.60ms
     99%    2.71ms
  63678 requests in 1.10s, 9.82MB read
Requests/sec:  57889.09
Transfer/sec:      8.93MB
"""


def test_what_wrk_says_is_read() -> None:
    assert wrk.parse(SAID) == wrk.Load(63678, 57889.09, 304 * 1e-6, 2.71 * 1e-3)


@pytest.mark.parametrize(
    ("said", "seconds"), [("99.00us", 99e-6), ("1.02s", 1.02), ("2.00m", 120.0)]
)
def test_latencies_have_units(said: str, seconds: float) -> None:
    found = wrk.parse(SAID.replace("304.00us", said))
    assert found.p50 == pytest.approx(seconds)


def test_what_went_wrong_is_told() -> None:
    errors = "  Socket errors: connect 0, read 12, write 0, timeout 0\n"
    refused = "  Non-2xx or 3xx responses: 7\n"
    said = SAID.replace("Requests/sec", f"{errors}{refused}Requests/sec")
    assert wrk.parse(said).fault == f"{errors.strip()}; {refused.strip()}"


def test_something_else_is_an_error() -> None:
    with pytest.raises(ValueError, match="not what wrk prints"):
        wrk.parse("unable to connect")
    with pytest.raises(ValueError, match="99%"):
        wrk.parse(SAID.replace("99%", "98%"))


def test_without_wrk_there_is_one_sentence(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(SystemExit, match=r"wrk is missing\. Install it: apt-get install wrk"):
        wrk.program()


def moment(clock: float, server: float, load: float, first: float, last: float) -> Moment:
    return Moment(clock, server, load, first, last)


def test_what_others_took_is_no_time_of_the_servers() -> None:
    # A second, of which the server worked 0.5, waited 0.2, and somebody else had 0.3.
    span = Span.between(moment(5, 1, 3, 10, 20), moment(6, 1.5, 3.4, 10.8, 20.5))
    assert span.available == pytest.approx(0.7)
    assert span.busy == pytest.approx(5 / 7)
    assert span.disturbed == pytest.approx(0.3)


def test_time_that_cannot_be_looked_at_is_all_the_servers() -> None:
    span = Span.between(moment(5, 1, 3, 0, 0), moment(6, 1.5, 3.4, 0, 0))
    assert (span.available, span.disturbed) == (1, 0)


def race(**per_second: int) -> Race:
    """A race that has been run, of two rounds; the second was four times slower for all."""
    found = Race(2, 1, 64, Processors(None, None))
    for name, rate in per_second.items():
        found.turns[name] = [
            Turn(wrk.Load(rate, rate, 0.001, 0.002), Span(1, 1, 0, 0)),
            Turn(wrk.Load(rate, rate, 0.004, 0.008), Span(4, 4, 0, 0)),
        ]
    return found


def test_bars_compare_with_the_best_of_the_others(capsys: pytest.CaptureFixture[str]) -> None:
    those = [
        each
        for each in servers.contenders()
        if each.protocol == "WSGI" and "three" not in each.name
    ]
    rates = {each.name: 1000 for each in those}
    rates |= {serve.MINE["WSGI"]: 9000, serve.BARE["WSGI"]: 10000, "Django on Granian": 1200}
    found = race(**rates)
    report = measure.Report("serve", {})
    serve.tell(found, those)
    serve.judge(report, found.times(), those)
    told = {
        bar.text.replace("\u00d7", "x"): (round(bar.value, 2), bar.reached) for bar in report.bars
    }
    assert told == {
        "WSGI, x the bare callable's requests per second (Bare callable on vivace serve)": (0.9, True),
        "WSGI, x Django's on Granian, both without middleware (Django on Granian)": (7.5, False),
        "WSGI, x Django's on gunicorn, both without middleware (Django on gunicorn)": (9, False),
        "WSGI, first before the next (Django on Granian)": (7.5, True),
        "WSGI, p99, x the bare callable's": (1, True),
    }  # fmt: skip
    assert "Django on Granian as it comes" in capsys.readouterr().out


def test_contenders_that_cannot_be_had_are_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(servers, "_installed", lambda name: name != "robyn")
    names = [each.name for each in serve.chosen("")]
    assert "Robyn" not in names
    assert "django-bolt" in names
    assert capsys.readouterr().out == "Robyn is left out: robyn cannot be had here.\n"


def test_names_are_their_own() -> None:
    names = [each.name for each in servers.contenders()]
    assert len(names) == len(set(names))
    wanted = {*serve.MINE.values(), *serve.BARE.values(), *serve.THREE.values()}
    assert wanted <= set(names)


@linux
def test_a_server_is_started_asked_and_looked_at() -> None:
    contender = servers.Contender(
        "Bare callable",
        "vivace serve",
        "WSGI",
        ("vivace", "serve", "--workers", "1", "--port", "PORT", f"{servers.APPS}.bare:wsgi"),
    )
    server = servers.Server(contender, None)
    try:
        assert server.get("/json") == (200, "application/json", b'{"message": "Hello, World!"}')
        assert len(server.processes()) == 2
        assert server.processor_time() > 0
        worker, everything = server.memory()
        assert 1 << 20 < worker < everything
    finally:
        left = server.processes()
        server.end()
    assert not any(Path(f"/proc/{process}").exists() for process in left)


@linux
def test_a_server_that_does_not_start_says_why() -> None:
    contender = servers.Contender("Nothing", "vivace serve", "WSGI", ("vivace", "serve", "no.such"))
    with pytest.raises(SystemExit, match=r"There is no project 'no\.such'"):
        servers.Server(contender, None)


@linux
def test_a_neighbour_is_noticed() -> None:
    processors = Processors.choose()
    if processors.servers is None:
        pytest.skip("there is one processor only")
    turning = "import os\nos.sched_setaffinity(0, {%d})\nwhile True: pass"
    neighbour = subprocess.Popen([sys.executable, "-c", turning % processors.servers])
    try:
        before = Moment.now(processors, 0)
        end = time.monotonic() + 30
        while Span.between(before, Moment.now(processors, 0)).others < 0.1:
            assert time.monotonic() < end
    finally:
        neighbour.kill()
        neighbour.wait()
