"""Settings from environment variables, and from a file ``.env`` where the project is developed.

    env = Environment(BASE_DIR / ".env")
    SECRET_KEY = env.text("SECRET_KEY")
    DEBUG = env.flag("DEBUG", False)

The variables of the process count before those of the file. A variable without a default that is
nowhere raises `ImproperlyConfigured`, which names it. A default is given as the value it stands for.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import unquote, urlsplit

from vivace.core.exceptions import ImproperlyConfigured
from vivace.utils.naming import say

__all__ = ["Environment", "read"]

T = TypeVar("T")
_NOT_GIVEN: Any = object()

_LINE = re.compile(
    r"""
    [ \t]*(?:export[ \t]+)?(?P<name>[A-Za-z_]\w*)[ \t]*=[ \t]*
    (?:
        '(?P<single>[^']*)'
        | "(?P<double>(?:[^"\\]|\\.)*)"
        | (?P<bare>[^'"\n\s#][^\n#]*(?:(?<=\S)\#[^\n#]*)*)?
    )
    [ \t]*(?:\#[^\n]*)?$
    """,
    re.VERBOSE | re.MULTILINE,
)
_BLANK = re.compile(r"[ \t]*(?:#[^\n]*)?$", re.MULTILINE)
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_ESCAPED = {"n": "\n", "r": "\r", "t": "\t"}
_FLAGS = {
    **dict.fromkeys(("1", "true", "yes", "on"), True),
    **dict.fromkeys(("0", "false", "no", "off", ""), False),
}
_ENGINES = {"sqlite": "sqlite3", "postgres": "postgresql", "postgresql": "postgresql",
            "mysql": "mysql", "mariadb": "mysql"}  # fmt: skip


def read(path: str | os.PathLike[str]) -> dict[str, str]:
    """The variables in the file `path`: ``NAME=value`` lines, with ``#`` comments.

    A value may be in quotes and then have several lines; double quotes know ``\\n`` and the like.
    A file that is not there is empty. Raises `ImproperlyConfigured` for a line that is neither,
    and for a file that cannot be read.
    """
    try:
        text = Path(path).read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is no text in UTF-8"
        raise ImproperlyConfigured(f"{path} cannot be read: {reason}.") from None
    found = {}
    position = 0
    while position < len(text):
        match = _LINE.match(text, position)
        if match is not None:
            found[match["name"]] = _value(match)
        else:
            match = _BLANK.match(text, position)
        if match is None:
            number = text.count("\n", 0, position) + 1
            raise ImproperlyConfigured(
                f"{os.fspath(path)}, line {number}: write NAME=value, with quotes around a value "
                "that has quotes, comment signs or several lines."
            )
        position = match.end() + 1
    return found


def _value(match: re.Match[str]) -> str:
    if match["double"] is not None:
        return _ESCAPE.sub(lambda each: _ESCAPED.get(each[1], each[1]), match["double"])
    return match["single"] if match["single"] is not None else (match["bare"] or "").strip()


class Environment:
    """The variables of the process, over those of the file `path` if there is one."""

    def __init__(self, path: str | os.PathLike[str] | None = None) -> None:
        self.path = path
        self._values = {**(read(path) if path is not None else {}), **os.environ}

    def text(self, name: str, default: Any = _NOT_GIVEN) -> Any:
        """The variable as it is."""
        return self._read(name, default, str)

    def flag(self, name: str, default: Any = _NOT_GIVEN) -> Any:
        """True for 1, true, yes, on; False for 0, false, no, off and for nothing."""
        return self._read(name, default, lambda text: _FLAGS[text.strip().lower()], "yes or no")

    def number(self, name: str, default: Any = _NOT_GIVEN) -> Any:
        """A whole number."""
        return self._read(name, default, int, "a whole number")

    def words(self, name: str, default: Any = _NOT_GIVEN) -> Any:
        """A list of what is between commas."""
        return self._read(name, default, _split)

    def database(self, name: str, default: Any = _NOT_GIVEN) -> Any:
        """An entry of ``DATABASES`` from a URL: ``sqlite:///db.sqlite3``, ``postgres://user@host/name``.

        `default` is a URL too, or the path of an SQLite file. SQLite paths are relative to the
        current directory after three slashes, and absolute after four. A query gives OPTIONS.
        """
        url = self.text(name, default)
        if isinstance(url, os.PathLike):
            return {"ENGINE": say("db.backends.sqlite3"), "NAME": url}
        try:
            return _database(url)
        except (KeyError, ValueError):
            raise self._wrong(name, "a URL such as sqlite:///db.sqlite3") from None

    def _read(
        self, name: str, default: Any, convert: Callable[[str], T], form: str = "text"
    ) -> Any:
        text = self._values.get(name)
        if text is None:
            if default is _NOT_GIVEN:
                where = "" if self.path is None else f", or in {os.fspath(self.path)}"
                raise ImproperlyConfigured(f"Set {name} in the environment{where}.")
            return default
        try:
            return convert(text)
        except (KeyError, ValueError):
            raise self._wrong(name, form) from None

    def _wrong(self, name: str, form: str) -> ImproperlyConfigured:
        # SECURITY: what the variable holds is not said: it may be a password.
        return ImproperlyConfigured(f"The environment variable {name} must be {form}.")


def _split(text: str) -> list[str]:
    return [word.strip() for word in text.split(",") if word.strip()]


def _database(url: str) -> dict[str, Any]:
    parts = urlsplit(url)
    engine = _ENGINES[parts.scheme]
    found: dict[str, Any] = {"ENGINE": say(f"db.backends.{engine}")}
    path = unquote(parts.path.removeprefix("/"))
    found["NAME"] = path or (":memory:" if engine == "sqlite3" else "")
    for key, value in (
        ("USER", parts.username),
        ("PASSWORD", parts.password),
        ("HOST", parts.hostname),
        ("PORT", parts.port),
    ):
        if value:
            found[key] = unquote(str(value))
    options = dict(pair.partition("=")[::2] for pair in parts.query.split("&") if pair)
    if options:
        found["OPTIONS"] = {name: unquote(value) for name, value in options.items()}
    return found
