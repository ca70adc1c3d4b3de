"""Requests that may be forged are answered as Django did, by WSGI and ASGI, fused and not.

Decision, reason, status, cookies, session, ``META`` and what is logged of each recorded case.
"""

from __future__ import annotations

from typing import Any

import pytest

import golden_cases
from vivace.middleware.csrf import CsrfViewMiddleware

csrf = golden_cases.script("csrf")
RECORDED: dict[str, Any] = golden_cases.recorded("csrf")
ASK = {"wsgi": csrf.ask_wsgi, "asgi": csrf.ask_asgi}


@pytest.fixture(scope="module", autouse=True)
def urlconf() -> None:
    csrf.urlconf("vivace")


def test_the_record_holds_the_cases_of_the_script() -> None:
    cases = golden_cases.as_json(csrf.cases())
    assert [each["case"] for each in RECORDED["cases"]] == cases


def test_the_wire_is_the_same() -> None:
    assert csrf.wire("vivace") == RECORDED["wire"]


def differences(colour: str) -> list[Any]:
    found = []
    for each in RECORDED["cases"]:
        # How a connection breaks is the server's business under ASGI.
        if colour == "asgi" and each["case"].get("broken"):
            continue
        answer = golden_cases.as_json(csrf.observe("vivace", each["case"], ASK[colour]))
        if answer != each["result"]:
            found.append((each["case"], each["result"], answer))
    return found


def test_answers_as_recorded(colour: str) -> None:
    assert differences(colour) == []


def test_a_class_that_is_not_known_by_heart_answers_as_recorded(
    colour: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def patched(self: Any, request: Any) -> None:
        return process_request(self, request)

    process_request = CsrfViewMiddleware.process_request
    monkeypatch.setattr(CsrfViewMiddleware, "process_request", patched)
    assert differences(colour) == []
