"""Requests and responses answer eleven thousand questions as Django did.

The questions are in scripts/golden/http_requests.py and http_responses.py. Where the answer differs on
purpose, `INTENDED` says why.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Any

import pytest

import golden_cases
from vivace.test.utils import override_settings

cases = golden_cases.script("http_cases")
RECORDED: dict[str, Any] = golden_cases.recorded("http")
SECTIONS: dict[str, list[int]] = RECORDED["sections"]

# Python's own words for an error change from one release to the next; what kind of error it is does not.
SAME_PYTHON = list(sys.version_info[:2]) == RECORDED["python"]

# Reasons for answers that are not Django's, by section and a part of the label.
INTENDED: dict[tuple[str, str], str] = {
    ("constructors", "too many"): "Python counts the constructor's own parameters in its message",
    ("paths", "asgi {'root_path'"): (
        "a prefix is taken off the path only where a segment ends, whether or not it ends with a slash"
    ),
    ("paths", "forced /"): "the same prefix, from the setting FORCE_SCRIPT_NAME",
    (
        "paths",
        "/ÿ",
    ): "a script name that is not UTF-8 gets replacements, not an error in the server",
    ("requests", "functions "): "the same, asked of get_script_name()",
    ("paths", "(b'cookie', b'b=2')"): "cookies in several headers are joined as RFC 9113 says",
    ("paths", "(b'content-type', b'text/plain; charset=latin-1')"): (
        "the declared charset decodes the query over ASGI too, as it does over WSGI"
    ),
    ("types", "asgi {'headers': [(b'content-type'"): "the same",
    ("types", "charset=\\x00"): "such a charset is unknown like any other, and no error",
    ("types", "n*=nope''x"): "a header that cannot be read is no error of the server",
    ("accepts", "n*=nope''x"): "the same, in an Accept header",
    (
        "bodies",
        "'CONTENT_LENGTH': 'abc'",
    ): "a length that is no number counts as none, and is no error",
    ("bodies", "'CONTENT_LENGTH': '1e3'"): "the same",
    ("bodies", "'CONTENT_LENGTH': '5,5'"): "the same",
    (
        "bodies",
        "['close', 'mark error', 'body', 'body']",
    ): "the stream counts as read once a read failed",
}


def intended(section: str, label: str) -> bool:
    return any(section == where and part in label for where, part in INTENDED)


def expected(section: str) -> list[Any]:
    return [RECORDED["answers"][index] for index in SECTIONS[section]]


def agree(answer: Any, recorded: Any) -> bool:
    if answer == recorded or SAME_PYTHON:
        return bool(answer == recorded)
    is_error = [isinstance(each, list) and each[:1] == ["!"] for each in (answer, recorded)]
    return all(is_error) and answer[1] == recorded[1]


@pytest.fixture(scope="module")
def observed() -> Iterator[dict[str, Any]]:
    with override_settings(**cases.SETTINGS):
        yield cases.observations("vivace")


def test_the_record_holds_the_questions_of_the_scripts(observed: dict[str, Any]) -> None:
    assert {name: len(found) for name, found in observed.items()} == {
        name: len(indexes) for name, indexes in SECTIONS.items()
    }


@pytest.mark.parametrize("section", SECTIONS)
def test_answers_as_recorded(observed: dict[str, Any], section: str) -> None:
    differences = [
        (label, recorded, golden_cases.as_json(answer))
        for (label, answer), recorded in zip(observed[section], expected(section), strict=True)
        if not agree(golden_cases.as_json(answer), recorded) and not intended(section, label)
    ]
    assert differences == []
