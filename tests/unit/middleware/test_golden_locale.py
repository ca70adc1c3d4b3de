"""Languages of requests: Vivace answers each recorded case as Django did, sync and async."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

import golden_cases

locales = golden_cases.script("locales")
RECORDED = golden_cases.recorded("locales")


@pytest.fixture(scope="module", autouse=True)
def world() -> Iterator[None]:
    locales.urlconfs("vivace")
    with locales.installed("vivace"):
        yield


def differences(kind: str, asynchronous: bool) -> list[Any]:
    found = []
    for each in RECORDED:
        case = each["case"]
        if case["kind"] != kind or (asynchronous and "script" in case):
            continue
        result = golden_cases.as_json(locales.observe("vivace", case, asynchronous))
        if result != each["result"]:
            found.append((case, each["result"], result))
    return found


def test_the_record_holds_the_cases_of_the_script() -> None:
    assert [each["case"] for each in RECORDED] == golden_cases.as_json(locales.cases())


@pytest.mark.parametrize("asynchronous", [False, True], ids=["sync", "async"])
def test_middleware(asynchronous: bool) -> None:
    assert differences("middleware", asynchronous) == []


@pytest.mark.parametrize("kind", ["view", "catalogue"])
def test_views(kind: str) -> None:
    assert differences(kind, asynchronous=False) == []
