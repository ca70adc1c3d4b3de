"""Lines of the access log."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest

from vivace.server.access import AccessLog, Entry, as_json, combined

ENTRY = Entry(
    "192.0.2.7",
    "GET",
    "/a?b=c",
    "HTTP/1.1",
    200,
    12,
    0.0123456,
    "http://r/",
    "Agent/1",
    "h",
    "id-1",
)


def test_combined() -> None:
    assert re.fullmatch(
        r"192\.0\.2\.7 - - \[\d\d/[A-Z][a-z]{2}/\d{4}:\d\d:\d\d:\d\d [+-]\d{4}\] "
        r'"GET /a\?b=c HTTP/1\.1" 200 12 "http://r/" "Agent/1"\n',
        combined(ENTRY),
    )
    line = combined(replace(ENTRY, address="", referrer="", agent=""))
    assert line.startswith("- - - [")
    assert line.endswith(' 200 12 "-" "-"\n')


def test_json() -> None:
    line = as_json(ENTRY)
    assert line.count("\n") == 1
    found = json.loads(line)
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", found.pop("time"))
    assert found == {
        "address": "192.0.2.7",
        "method": "GET",
        "path": "/a?b=c",
        "protocol": "HTTP/1.1",
        "host": "h",
        "status": 200,
        "size": 12,
        "duration": 12.346,
        "referrer": "http://r/",
        "agent": "Agent/1",
        "request_id": "id-1",
    }


@pytest.mark.parametrize(
    "evil", ['a" 200 1 "b', "a\nb", "a\r\nb", "\x1b[31m", "\x7f", "\\", "é\u2028"]
)
def test_clients_cannot_write_lines_of_their_own(evil: str) -> None:
    entry = replace(ENTRY, path=evil, agent=evil, referrer=evil, method=evil)
    line = combined(entry)
    assert line.count('"') == 6
    assert line[:-1].isprintable()
    assert line.isascii()
    line = as_json(replace(entry, request_id=evil, host=evil))
    assert len(line.splitlines()) == 1
    assert json.loads(line)["agent"] == evil


def test_lines_are_appended(tmp_path: Path) -> None:
    path = tmp_path / "access.log"
    path.write_text("before\n")
    first, second = AccessLog("combined", str(path)), AccessLog("json", str(path))
    first.write(ENTRY)
    second.write(ENTRY)
    lines = path.read_text().splitlines()
    assert lines[0] == "before"
    assert lines[1].startswith("192.0.2.7 - - ")
    assert lines[2].startswith('{"time": ')


def test_a_full_disk_fails_nothing() -> None:
    if not Path("/dev/full").exists():
        pytest.skip("needs /dev/full")
    AccessLog("combined", "/dev/full").write(ENTRY)
