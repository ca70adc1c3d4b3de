"""Ask Django what it makes of query strings: run where Django 5.2 is installed.

Writes tests/golden/querystrings.json: ``[[query, is bytes, encoding, lists or error, urlencoded], ...]``.
Queries are Latin-1 for bytes.
"""

import json
import pathlib
import random

import django
from django.conf import settings
from django.http import QueryDict

PIECES = [
    *"ab=&;+%?#/ \t\x00",
    "a=1", "b=2", "&", "=", "&&", "==", "%20", "%41", "%c3%a9", "%C3%A9", "%ff", "%e9", "%", "%z", "%4", "%zz",
    "%u0041", "%25", "%26", "%3d", "%3B", "%2b", "%00", "%0d%0a", "é", "ü", "€", "\U0001f600", "\xa0", "name", "a[]",
    "x.y", "%F0%9F%98%80", "%f0%9f", "%ed%a0%80", "%E2%82%AC", "%e2%82", "+", "key=value",
]  # fmt: skip
ENCODINGS = [None, None, None, "utf-8", "latin-1", "utf-16", "cp1252", "ascii", "shift_jis"]


def cases(count: int = 2500):
    rng = random.Random(20)
    for _ in range(count):
        text = "".join(rng.choice(PIECES) for _ in range(rng.randint(0, 9)))
        encoding = rng.choice(ENCODINGS)
        if rng.random() < 0.4:
            raw = text.encode("utf-8") if rng.random() < 0.7 else text.encode("latin-1", "replace")
            yield raw.decode("latin-1"), True, encoding
        else:
            yield text, False, encoding


def observe(query: str, is_bytes: bool, encoding: str | None):
    try:
        parsed = QueryDict(query.encode("latin-1") if is_bytes else query, encoding=encoding)
        lists = [[key, values] for key, values in parsed.lists()]
    except Exception as error:
        return type(error).__name__, None
    try:
        return lists, [parsed.urlencode(), parsed.urlencode(safe="/%")]
    except Exception as error:
        return lists, type(error).__name__


if __name__ == "__main__":
    settings.configure()
    django.setup()
    results = [[*case, *observe(*case)] for case in cases()]
    path = pathlib.Path(__file__).parents[2] / "tests/golden/querystrings.json"
    path.write_text(json.dumps(results, ensure_ascii=True, separators=(",", ":")) + "\n")
