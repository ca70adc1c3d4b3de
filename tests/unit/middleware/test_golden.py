"""Every built-in middleware answers each recorded case as Django did, sync and async."""

from __future__ import annotations

import secrets
from typing import Any

import pytest

import golden_cases

middleware = golden_cases.script("middleware")
RECORDED = golden_cases.recorded("middleware")
CLASSES = sorted({each["case"]["middleware"] for each in RECORDED})


@pytest.fixture(scope="module", autouse=True)
def urlconfs() -> None:
    middleware.urlconfs("vivace")


def test_the_record_holds_the_cases_of_the_script() -> None:
    cases = golden_cases.as_json(middleware.cases())
    assert [each["case"] for each in RECORDED] == cases


@pytest.mark.parametrize("asynchronous", [False, True], ids=["sync", "async"])
@pytest.mark.parametrize("name", CLASSES)
def test_answers_as_recorded(
    name: str, asynchronous: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Chance must not decide whether a short page gets longer by compressing it: no padding.
    monkeypatch.setattr(secrets, "randbelow", lambda bound: 0)
    differences: list[Any] = []
    for each in RECORDED:
        if each["case"]["middleware"] != name:
            continue
        found = golden_cases.as_json(middleware.observe("vivace", each["case"], asynchronous))
        if found != each["result"]:
            differences.append((each["case"], each["result"], found))
    assert differences == []
