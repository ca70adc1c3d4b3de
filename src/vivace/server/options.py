"""The options of ``vivace serve``: one table, read from flags, the environment and pyproject.toml.

What is said nearer to the start counts: a flag before ``VIVACE_SERVE_<NAME>`` in the environment,
that before ``[tool.vivace.serve]`` in the pyproject.toml of the project (or of the directory above
it that has one), and that before the default.
"""

from __future__ import annotations

import os
import resource
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

from vivace.management.exceptions import CommandError
from vivace.management.parser import difflib
from vivace.utils.lazily import Later

if TYPE_CHECKING:
    import tomllib
else:
    # PERF: a worker reads no files, and is imported anew at each reload.
    tomllib = Later("tomllib", rare=True)

PREFIX = "VIVACE_SERVE_"

# Enough for a few requests that wait for a database, few enough not to fight for the interpreter.
THREADS_PER_WORKER = 4

# Each connection is a file descriptor; the rest is for the application's own files and sockets.
MOST_CONNECTIONS = 10_240
DESCRIPTORS_FOR_THE_APPLICATION = 256

_HIGHEST_PORT = 65535
_LEVELS = ("debug", "info", "warning", "error", "critical")
_TRUE = ("1", "true", "yes", "on")
_FALSE = ("0", "false", "no", "off")


def processors() -> int:
    """How many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def connections() -> int:
    """How many connections one worker can hold, by the limit of open files."""
    allowed = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    if allowed == resource.RLIM_INFINITY:
        return MOST_CONNECTIONS
    return max(64, min(MOST_CONNECTIONS, allowed - DESCRIPTORS_FOR_THE_APPLICATION))


def number(lowest: int, highest: int | None = None) -> Callable[[str], int]:
    """A reader of whole numbers in that range; raises ``ValueError`` with a sentence."""

    def read(text: str) -> int:
        value = int(text) if text.isascii() and text.isdigit() else -1
        if value < lowest or (highest is not None and value > highest):
            wanted = f"from {lowest} on" if highest is None else f"from {lowest} to {highest}"
            raise ValueError(f"give a number {wanted}")
        return value

    return read


def seconds(text: str) -> float:
    """Seconds, more than none; raises ``ValueError`` with a sentence."""
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not 0 < value <= 86_400:
        raise ValueError("give seconds, more than 0 and at most 86400")
    return value


def size(text: str) -> int:
    """Bytes: a number, or one with K, M or G after it; raises ``ValueError`` with a sentence."""
    shift = {"k": 10, "m": 20, "g": 30}.get(text[-1:].lower(), 0)
    digits = text[:-1] if shift else text
    if not digits.isascii() or not digits.isdigit():
        raise ValueError("give bytes, as 65536, 64K, 20M or 1G; 0 for no limit")
    return int(digits) << shift


def mode(text: str) -> int:
    """A file's permissions in octal; raises ``ValueError`` with a sentence."""
    if not text or set(text) - set("01234567") or int(text, 8) > 0o777:
        raise ValueError("give permissions in octal, as 660")
    return int(text, 8)


def choice(*words: str) -> Callable[[str], str]:
    """A reader that takes one of `words`; raises ``ValueError`` with a sentence."""

    def read(text: str) -> str:
        if text not in words:
            raise ValueError(f"choose one of {', '.join(words)}")
        return text

    return read


def switch(text: str) -> bool:
    """On or off, in words; raises ``ValueError`` with a sentence."""
    if text.lower() in _TRUE:
        return True
    if text.lower() in _FALSE:
        return False
    raise ValueError("say on or off")


def location(text: str) -> str:
    """A path within the site; raises ``ValueError`` with a sentence."""
    if not text.startswith("/") or "?" in text or text.startswith("//"):
        raise ValueError("give a path that begins with /, as /health")
    return text


def _option(default: Any, read: Callable[[str], Any], help: str, metavar: str = "") -> Any:
    about = {"read": read, "help": help, "metavar": metavar}
    if callable(default):
        return field(default_factory=default, metadata=about)
    return field(default=default, metadata=about)


@dataclass(frozen=True)
class Options:
    """Where and how to serve. `threads` and `connections` are per worker."""

    host: str = _option("127.0.0.1", str, "The address to listen at", "ADDRESS")
    port: int = _option(8000, number(0, _HIGHEST_PORT), "The port; 0 for any that is free", "PORT")
    uds: str = _option("", str, "A unix socket to listen at, in place of address and port", "PATH")
    uds_mode: int = _option(0o660, mode, "The permissions of the unix socket, in octal", "MODE")
    workers: int = _option(processors, number(1), "Worker processes", "NUMBER")
    threads: int = _option(
        THREADS_PER_WORKER, number(1), "Threads in each worker, under WSGI", "NUMBER"
    )
    connections: int = _option(
        connections, number(16), "Connections that a worker holds open at most", "NUMBER"
    )
    backlog: int = _option(
        2048, number(16), "Connections that may wait for a worker to take them", "NUMBER"
    )
    http: str = _option(
        "auto",
        choice("auto", "1", "2"),
        "Version of HTTP; auto is 1.1, and under TLS what the client prefers",
        "VERSION",
    )
    certificate: str = _option("", str, "Serve TLS with this certificate chain (PEM)", "FILE")
    key: str = _option("", str, "The private key of the certificate (PEM)", "FILE")
    key_password: str = _option(
        "", str, "The password of the key; better set in the environment", "TEXT"
    )
    tls_min: str = _option("1.2", choice("1.2", "1.3"), "The oldest TLS to speak", "VERSION")
    client_ca: str = _option(
        "", str, "Ask clients for a certificate that these authorities have signed (PEM)", "FILE"
    )
    access_log: str = _option(
        "off",
        choice("off", "combined", "json"),
        "Log each request, in that format",
        "FORMAT",
    )
    access_log_file: str = _option(
        "-", str, "Where the access log goes; - is the standard output", "FILE"
    )
    log_level: str = _option(
        "warning", choice(*_LEVELS), "From which level on the server's messages are shown", "LEVEL"
    )
    request_id: bool = _option(
        False, switch, "Give each request an X-Request-ID, or keep the one it comes with"
    )
    health: str = _option("", location, "Answer 200 at this path, without the application", "PATH")
    static: bool = _option(False, switch, "Serve the files in STATIC_ROOT below STATIC_URL")
    static_expires: int = _option(
        3600, number(0), "Seconds for which clients may keep static files", "SECONDS"
    )
    max_header_size: int = _option(
        64 << 10, size, "Bytes that a request's line and headers may have, from 8K on", "SIZE"
    )
    max_body_size: int = _option(0, size, "Bytes that a request's body may have", "SIZE")
    header_timeout: float = _option(
        15.0,
        seconds,
        "Within this time a request's headers, and on an idle connection the next request, come",
        "SECONDS",
    )
    body_timeout: float = _option(
        30.0, seconds, "A client that sends nothing of a body for so long is left", "SECONDS"
    )
    stop_timeout: float = _option(
        30.0, seconds, "Requests that have begun get so long when the server stops", "SECONDS"
    )
    start_timeout: float = _option(
        120.0, seconds, "A worker that has not loaded the project after so long is ended", "SECONDS"
    )

    @property
    def tls(self) -> bool:
        """Whether to serve TLS."""
        return bool(self.certificate)

    def as_json(self) -> dict[str, Any]:
        """The values by name, as numbers and texts."""
        return asdict(self)


def defaults() -> dict[str, Any]:
    """The value of each option that nobody chose."""
    return asdict(Options())


def gather(
    flags: Mapping[str, Any],
    environ: Mapping[str, str],
    directory: Path,
) -> Options:
    """The options that `flags`, then `environ`, then the pyproject.toml at `directory` choose.

    A flag that is None was not given. Raises `CommandError` if one cannot be read or makes no
    sense with another.
    """
    chosen: dict[str, Any] = {}
    for name, (text, place) in pyproject(directory).items():
        chosen[name] = _read(name, text, place)
    for variable in environ:
        if variable.startswith(PREFIX):
            place = f"{variable} in the environment"
            name = _known(variable, place, _as_variable)
            chosen[name] = _read(name, environ[variable], place)
    chosen.update((each.name, flags[each.name]) for each in fields(Options) if _given(flags, each))
    options = Options(**chosen)
    _agree(options)
    return options


def _given(flags: Mapping[str, Any], each: Any) -> bool:
    return flags.get(each.name) is not None


def pyproject(directory: Path) -> dict[str, tuple[str, str]]:
    """The texts in ``[tool.vivace.serve]``, each with the place where it stands."""
    for place in (directory, *directory.parents):
        file = place / "pyproject.toml"
        if file.is_file():
            break
    else:
        return {}
    try:
        with file.open("rb") as source:
            table = tomllib.load(source).get("tool", {}).get("vivace", {}).get("serve", {})
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise CommandError(f"{file} cannot be read: {error}. Mend it, or move it away.") from error
    found = {}
    for key, value in table.items():
        place_of_key = f"{key!r} of [tool.vivace.serve] in {file}"
        name = _known(key.replace("_", "-"), place_of_key, _as_key)
        text = ("off", "on")[value] if isinstance(value, bool) else str(value)
        found[name] = (text, f"{key} in {file}")
    return found


def _as_variable(name: str) -> str:
    return PREFIX + name.upper()


def _as_key(name: str) -> str:
    return name.replace("_", "-")


def _known(spelled: str, place: str, spelling: Callable[[str], str]) -> str:
    """The option that is `spelled` so at `place`; `CommandError` if there is none."""
    known = {spelling(each.name): each.name for each in fields(Options)}
    if spelled not in known:
        # What all have in common tells nothing.
        names = {each.removeprefix(PREFIX): each for each in known}
        near = difflib.get_close_matches(spelled.removeprefix(PREFIX), names, n=1)
        cure = f"Did you mean {names[near[0]]}?" if near else "'vivace help serve' lists them."
        raise CommandError(f"{place} is no option of serve. {cure}")
    return known[spelled]


def _read(name: str, text: str, place: str) -> Any:
    about = next(each for each in fields(Options) if each.name == name)
    try:
        return about.metadata["read"](text)
    except ValueError as error:
        raise CommandError(f"{place} is {text!r}: {error}.") from error


def _agree(options: Options) -> None:
    """Refuse what cannot be meant together."""
    if options.certificate and not options.key:
        raise CommandError(
            f"The certificate {options.certificate} needs its private key. Give it with --key."
        )
    if options.key and not options.certificate:
        raise CommandError("There is a --key without a certificate. Give it with --certificate.")
    if options.client_ca and not options.certificate:
        raise CommandError(
            "Clients can be asked for certificates under TLS only. Give --certificate and --key."
        )
    if options.max_header_size < 8192:
        raise CommandError("--max-header-size is less than 8K. Choose 8K or more.")
    if options.header_timeout > 60:
        raise CommandError("--header-timeout is more than a minute. Choose 60 or less.")
