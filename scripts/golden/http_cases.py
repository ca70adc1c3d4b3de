"""What Django's requests and responses answer to thousands of questions: ``tests/golden/http.json``.

Run it with a Python that has Django 5.2: ``python scripts/golden/http_cases.py``. The questions are in
``http_responses.py`` and ``http_requests.py``, each a pair of a label and a function; `observations`
asks the framework named by `root`, so the test asks Vivace with the same words. The record holds each
answer once: ``{"python": [3, 11], "answers": [...], "sections": {name: [index of an answer, ...]}}``.
"""

from __future__ import annotations

import json
import logging
import random
import re
import sys
import time
import warnings
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
OUTPUT = HERE.parents[1] / "tests" / "golden" / "http.json"
NOW = 1_700_000_000.25
SETTINGS: dict[str, Any] = {
    "SECRET_KEY": "a key for the record of answers, as long as it should be, 0123456789abcdef",
    "ALLOWED_HOSTS": ["testserver", "example.com", ".sub.example", "[::1]", "127.0.0.1"],
    "USE_TZ": True,
    "DEFAULT_CHARSET": "utf-8",
}

Question = tuple[str, Callable[[], Any]]
_address = re.compile(r"0x[0-9a-fA-F]+")
_function = re.compile(r"^[\w.<>]+\(\) (?=got |missing |takes )")


class Framework:
    """The modules of Django, or those of Vivace under the same names."""

    def __init__(self, root: str) -> None:
        self.root = root

    def module(self, name: str) -> Any:
        return import_module(f"{self.root}.{name}")

    def settings(self, **values: Any) -> Any:
        return self.module("test.utils").override_settings(**values)

    def said(self, text: str) -> str:
        """`text` without what no two runs agree on, and without the framework's name."""
        return _address.sub("0x", text).replace(self.root, "ROOT")


def told(framework: Framework, value: Any) -> Any:
    """`value` as JSON."""
    if value is None or isinstance(value, (bool, int, float)):
        return value
    if isinstance(value, str):
        return framework.said(str(value))
    if isinstance(value, (bytes, bytearray, memoryview)):
        return ["bytes", _address.sub("0x", bytes(value).decode("latin-1"))]
    if isinstance(value, dict):
        return {str(key): told(framework, each) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [told(framework, each) for each in value]
    return [type(value).__name__, framework.said(repr(value))]


def failure(framework: Framework, error: BaseException) -> list[Any]:
    """An exception as JSON: its class and what it says."""
    text = framework.said(str(error))
    if isinstance(error, TypeError):
        # Python names the function that was called, and where it lives is nobody's business.
        text = _function.sub("", text)
    return ["!", type(error).__name__, text]


def answer(framework: Framework, question: Callable[[], Any]) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return told(framework, question())
        except Exception as error:
            return failure(framework, error)


def sections() -> dict[str, Callable[[Framework, random.Random], Iterator[Question]]]:
    if str(HERE) not in sys.path:
        sys.path.append(str(HERE))
    found: dict[str, Any] = {}
    for name in ("http_responses", "http_requests"):
        found.update(import_module(name).SECTIONS)
    return found


def observations(root: str) -> dict[str, list[tuple[str, Any]]]:
    """The answers to all questions, by section, each with the question's label."""
    framework = Framework(root)
    real_time, time.time = time.time, lambda: NOW
    logging.disable(logging.CRITICAL)
    try:
        return {
            name: [
                (label, answer(framework, question))
                for label, question in ask(framework, random.Random(name))
            ]
            for name, ask in sections().items()
        }
    finally:
        time.time = real_time
        logging.disable(logging.NOTSET)


def main() -> None:
    import django
    from django.conf import settings

    settings.configure(**SETTINGS)
    django.setup()
    numbers: dict[str, int] = {}
    indexes: dict[str, list[int]] = {}
    for section, answers in observations("django").items():
        texts = [json.dumps(found, separators=(",", ":")) for _, found in answers]
        indexes[section] = [numbers.setdefault(text, len(numbers)) for text in texts]
        print(section, len(answers))  # noqa: T201
    record = {
        "python": list(sys.version_info[:2]),
        "answers": [json.loads(text) for text in numbers],
        "sections": indexes,
    }
    OUTPUT.write_text(json.dumps(record, separators=(",", ":")) + "\n")
    print(OUTPUT.stat().st_size, "bytes")  # noqa: T201


if __name__ == "__main__":
    main()
