"""Observe what Django signs, for ``tests/golden/signing.json``.

Run it in an environment with Django, with the path of that file as its argument.
Each case is what was signed, how, when, and the text that came out.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from typing import Any
from unittest.mock import patch

SECRET = "golden secret é"

TEXTS = [
    "",
    "hello",
    "a:b",
    "héé:x",
    "日本",
    "x" * 300,
    "with space",
    "nul\x00",
    "1",
    ":",
    "a.b/c!",
]
OBJECTS: list[Any] = [
    *(
        None,
        True,
        0,
        -7,
        1.5,
        "",
        "text",
        "é",
        [],
        {},
        [1, [2, [3]]],
        {"a": [1, 2, "é"], "b": None},
    ),
    *({"x": "abcd" * 50}, ["long " * 100], {"_auth_user_id": "1", "n": 10**20}, "日本" * 40),
]
TIMES = [0, 1, 61, 62, 3843, 1_000_000_000, 1_700_000_000, 4_000_000_000]
SIGNERS: list[dict[str, Any]] = [
    {},
    {"key": "k"},
    {"key": "k", "salt": "s"},
    {"sep": "/", "salt": "extra"},
    {"algorithm": "sha1"},
    {"algorithm": "md5", "salt": "x"},
    {"algorithm": "sha512", "key": "é"},
    {"sep": "ab/"},
]


def at(moment: int, call: Callable[[], Any]) -> Any:
    """What `call` returns when the clock says `moment`."""
    with patch.object(time, "time", lambda: moment):
        return call()


def cases(signing: Any) -> list[dict[str, Any]]:
    """All cases, with what the module `signing` makes of them."""
    found: list[dict[str, Any]] = []
    for options in SIGNERS:
        for text in TEXTS:
            signed = signing.Signer(**options).sign(text)
            found.append({"how": "sign", "options": options, "value": text, "signed": signed})
        for moment in TIMES:
            signed = at(moment, lambda: signing.TimestampSigner(**options).sign("v"))  # noqa: B023
            case = {"how": "timestamp", "options": options, "value": "v", "at": moment}
            found.append(case | {"signed": signed})
    for value in OBJECTS:
        for compress in (False, True):
            signed = signing.Signer().sign_object(value, compress=compress)
            found.append({"how": "object", "compress": compress, "value": value, "signed": signed})
            for salt in ("django.core.signing", "own"):
                signed = at(
                    TIMES[-2],
                    lambda: signing.dumps(value, salt=salt, compress=compress),  # noqa: B023
                )
                case = {"how": "dumps", "salt": salt, "compress": compress, "value": value}
                found.append(case | {"at": TIMES[-2], "signed": signed})
    for salt in ("", "name", "django.http.cookies.v2:4:namesalt"):
        for text in TEXTS:
            signed = at(TIMES[-2], lambda: signing.get_cookie_signer(salt=salt).sign(text))  # noqa: B023
            case = {"how": "cookie", "salt": salt, "value": text, "at": TIMES[-2]}
            found.append(case | {"signed": signed})
    return found


def main(path: str) -> None:
    """Ask Django and write the answers to `path`."""
    from django.conf import settings

    settings.configure(SECRET_KEY=SECRET)
    from django.core import signing

    with open(path, "w", encoding="utf-8") as file:
        json.dump(cases(signing), file, ensure_ascii=True, indent=0)
        file.write("\n")


if __name__ == "__main__":
    main(sys.argv[1])
