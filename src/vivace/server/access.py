"""The access log: a line per request, in the combined format of web servers or as JSON.

Lines are written with one call each to a file that is only appended to, so that those of several
workers do not mix. A reload opens the file anew, which is when to rotate it.
"""

from __future__ import annotations

import json
import os
import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

STANDARD_OUTPUT = "-"

# The names that strftime gives follow the process's locale.
_MONTHS = "JanFebMarAprMayJunJulAugSepOctNovDec"

# SECURITY: a client must not be able to write lines, or quotes that end a field, into the log.
_UNSAFE = re.compile(r"[^ !#-\[\]-~]")


@dataclass(slots=True)
class Entry:
    """One request and what came of it; `duration` is in seconds, `size` in bytes of the body."""

    address: str
    method: str
    path: str
    protocol: str
    status: int
    size: int
    duration: float
    referrer: str
    agent: str
    host: str
    request_id: str


def combined(entry: Entry) -> str:
    """The line as Apache and nginx write it: https://httpd.apache.org/docs/current/logs.html"""
    return (
        f"{entry.address or '-'} - - [{_local(int(time.time()))}] "
        f'"{_safe(entry.method)} {_safe(entry.path)} {entry.protocol}" '
        f'{entry.status} {entry.size} "{_safe(entry.referrer) or "-"}" '
        f'"{_safe(entry.agent) or "-"}"\n'
    )


def as_json(entry: Entry) -> str:
    """The line as an object; `duration` is in milliseconds, the time is in UTC."""
    now = time.time()
    return (
        json.dumps(
            {
                "time": f"{_utc(int(now))}.{int(now * 1000) % 1000:03}Z",
                "address": entry.address,
                "method": entry.method,
                "path": entry.path,
                "protocol": entry.protocol,
                "host": entry.host,
                "status": entry.status,
                "size": entry.size,
                "duration": round(entry.duration * 1000, 3),
                "referrer": entry.referrer,
                "agent": entry.agent,
                "request_id": entry.request_id,
            }
        )
        + "\n"
    )


FORMATS: dict[str, Callable[[Entry], str]] = {"combined": combined, "json": as_json}


class AccessLog:
    """Writes entries in one of `FORMATS` to a file, or to the standard output for ``-``."""

    def __init__(self, form: str, path: str) -> None:
        self._format = FORMATS[form]
        if path == STANDARD_OUTPUT:
            self._descriptor = 1
        else:
            flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC
            self._descriptor = os.open(path, flags, 0o640)

    def write(self, entry: Entry) -> None:
        """Append the entry's line; a full disk must not fail the request that was answered."""
        line = self._format(entry).encode("utf-8", "backslashreplace")
        try:
            os.write(self._descriptor, line)
        except OSError:
            pass


def _safe(text: str) -> str:
    return _UNSAFE.sub(lambda match: f"\\x{ord(match[0]):02X}", text)


@lru_cache(4)
def _local(second: int) -> str:
    now = time.localtime(second)
    month = _MONTHS[3 * now.tm_mon - 3 : 3 * now.tm_mon]
    return time.strftime(f"%d/{month}/%Y:%H:%M:%S %z", now)


@lru_cache(4)
def _utc(second: int) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(second))
