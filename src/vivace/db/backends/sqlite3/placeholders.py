"""Placeholders: ``%s`` and ``%(name)s`` of all backends, ``?`` and ``:name`` of SQLite."""

from __future__ import annotations

import re
from functools import lru_cache

_FORMAT = re.compile("%[s%]")
_NAMED = re.compile(r"%(?:\((\w+)\)s|%)")
# What `?` may be within without being a placeholder: text, identifiers, comments.
_QMARK = re.compile(
    r"""'(?:[^']|'')*' | "(?:[^"]|"")*" | `[^`]*` | --[^\n]* | /\*.*?\*/ | \? | %""",
    re.DOTALL | re.VERBOSE,
)


@lru_cache(maxsize=1024)
def to_qmark(sql: str) -> str:
    """`sql` with ``?`` for each ``%s``, and single percent signs for doubled ones."""
    return _FORMAT.sub(lambda match: "?" if match[0] == "%s" else "%", sql)


def to_named(sql: str, names: frozenset[str]) -> str:
    """`sql` with ``:name`` for each ``%(name)s``; KeyError for a name that is not in `names`."""

    def replacement(match: re.Match[str]) -> str:
        name = match[1]
        if name is None:
            return "%"
        if name not in names:
            raise KeyError(name)
        return f":{name}"

    return _NAMED.sub(replacement, sql)


def to_format(sql: str) -> str:
    """The inverse of `to_qmark`."""

    def replacement(match: re.Match[str]) -> str:
        found = match[0]
        return "%s" if found == "?" else found.replace("%", "%%")

    return _QMARK.sub(replacement, sql)
