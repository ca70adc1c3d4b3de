"""Ask Django what it makes of Cookie headers: run where Django 5.2 is installed.

Writes tests/golden/cookies.json: ``[[header, [[name, value], ...]], ...]``.
"""

import json
import pathlib
import random

import django
from django.conf import settings
from django.http import parse_cookie

PIECES = [
    *"ab=;, \t\"'\\:$/[]{}()<>@\r\n\x00\x7f",
    "a=b", "sessionid=abc", "; ", ";", "=", '"', '""', '"x y"', r"\"", r"\\", r"\054", r"\303\251", r"\400", r"\08",
    r'"\054"', r'"a\"b"', r'"\\"', r'"\x"', "é", "ü", "\xa0", "\u3000", "%20", "$Version=1", "csrftoken=x", "{\"a\":1}",
]  # fmt: skip


def cases(count: int = 2500):
    rng = random.Random(21)
    for _ in range(count):
        yield "".join(rng.choice(PIECES) for _ in range(rng.randint(0, 10)))


if __name__ == "__main__":
    settings.configure()
    django.setup()
    results = [[header, list(parse_cookie(header).items())] for header in cases()]
    path = pathlib.Path(__file__).parents[2] / "tests/golden/cookies.json"
    path.write_text(json.dumps(results, ensure_ascii=True, separators=(",", ":")) + "\n")
