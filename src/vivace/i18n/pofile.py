"""From ``.po`` to ``.mo`` without GNU gettext: for machines that lack msgfmt.

The formats are described in the manual of GNU gettext, "The Format of PO Files" and "The Format of GNU
MO Files". Nothing is checked but the syntax.
"""

from __future__ import annotations

import ast
import struct
from collections.abc import Iterable
from dataclasses import dataclass, field

_MAGIC = 0x950412DE


class PoSyntaxError(ValueError):
    """A line of a ``.po`` file that is not understood."""


@dataclass
class _Entry:
    """The strings of one message, by keyword."""

    strings: dict[str, str] = field(default_factory=dict)
    fuzzy: bool = False

    def pair(self) -> tuple[str, str] | None:
        """The key and the text in a ``.mo`` file; None if there is no translation."""
        key = self.strings.get("msgid", "")
        if "msgctxt" in self.strings:
            key = f"{self.strings['msgctxt']}\x04{key}"
        if "msgid_plural" not in self.strings:
            text = self.strings.get("msgstr", "")
            return (key, text) if text else None
        names = sorted(
            (name for name in self.strings if name.startswith("msgstr[")),
            key=lambda name: int(name[7:-1]),
        )
        forms = [self.strings[name] for name in names]
        if not any(forms):
            return None
        return f"{key}\0{self.strings['msgid_plural']}", "\0".join(forms)


def _string(text: str, number: int) -> str:
    """The value of a quoted string: the escapes are those of C, which Python knows."""
    try:
        value = ast.literal_eval(text) if text[:1] == '"' == text[-1:] else None
    except (SyntaxError, ValueError):
        value = None
    if not isinstance(value, str):
        raise PoSyntaxError(f"{number}: not a string: {text}")
    return value


def _entries(lines: Iterable[str]) -> Iterable[_Entry]:
    entry, keyword, fuzzy = _Entry(), "", False
    for number, line in enumerate(lines, 1):
        line = line.strip()
        if not line or line.startswith("#"):
            fuzzy = fuzzy or (line.startswith("#,") and "fuzzy" in line)
            continue
        if line.startswith('"'):
            if not keyword:
                raise PoSyntaxError(f"{number}: a string that belongs to nothing: {line}")
            entry.strings[keyword] += _string(line, number)
            continue
        keyword, _, text = line.partition(" ")
        if keyword.partition("[")[0] not in ("msgctxt", "msgid", "msgid_plural", "msgstr"):
            raise PoSyntaxError(f"{number}: unknown keyword: {keyword}")
        starts = keyword == "msgctxt" or (keyword == "msgid" and "msgid" in entry.strings)
        if starts and entry.strings:
            yield entry
            entry = _Entry()
        if not entry.strings:
            entry.fuzzy, fuzzy = fuzzy, False
        entry.strings[keyword] = _string(text.strip(), number)
    if entry.strings:
        yield entry


def compile_po(source: str, use_fuzzy: bool = False) -> bytes:
    """The ``.mo`` file for the text of a ``.po`` file.

    Untranslated messages are left out, and fuzzy ones unless `use_fuzzy`. Raises `PoSyntaxError`.
    """
    messages: dict[str, str] = {}
    for entry in _entries(source.splitlines()):
        pair = entry.pair()
        # The header is taken over even while its fields are not filled in.
        if pair is not None and (use_fuzzy or not entry.fuzzy or not pair[0]):
            messages.setdefault(*pair)
    return mo_bytes(messages)


def mo_bytes(messages: dict[str, str]) -> bytes:
    """The bytes of a ``.mo`` file, in the byte order of most machines."""
    pairs = sorted((key.encode(), text.encode()) for key, text in messages.items())
    count = len(pairs)
    offset = 28 + 16 * count
    tables: list[bytes] = []
    data: list[bytes] = []
    for side in (0, 1):
        for pair in pairs:
            tables.append(struct.pack("<II", len(pair[side]), offset))
            data.append(pair[side] + b"\0")
            offset += len(pair[side]) + 1
    header = struct.pack("<7I", _MAGIC, 0, count, 28, 28 + 8 * count, 0, 0)
    return header + b"".join(tables) + b"".join(data)
