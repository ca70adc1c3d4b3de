"""What Django signs is signed the same here, and each reads the other's."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from golden_cases import recorded, script
from settings_layer import changed
from vivace.core import signing

SCRIPT = script("signing")
RECORDED: list[dict[str, Any]] = recorded("signing")


@pytest.fixture(autouse=True)
def secret() -> Iterator[None]:
    with changed(SECRET_KEY=SCRIPT.SECRET):
        signing._COOKIE.clear()
        yield
    signing._COOKIE.clear()


def test_every_value_is_signed_byte_for_byte_as_django_does() -> None:
    assert SCRIPT.cases(signing) == RECORDED


def read(case: dict[str, Any]) -> Any:
    signed = case["signed"]
    if case["how"] == "sign":
        return signing.Signer(**case["options"]).unsign(signed)
    if case["how"] == "timestamp":
        return signing.TimestampSigner(**case["options"]).unsign(signed, max_age=10)
    if case["how"] == "object":
        return signing.Signer().unsign_object(signed)
    if case["how"] == "dumps":
        return signing.loads(signed, salt=case["salt"], max_age=10)
    return signing.get_cookie_signer(salt=case["salt"]).unsign(signed, max_age=10)


def test_what_django_signed_is_read() -> None:
    for case in RECORDED:
        assert SCRIPT.at(case.get("at", 0) + 9, lambda case=case: read(case)) == case["value"]


def test_old_values_of_django_are_refused_by_age() -> None:
    for case in RECORDED:
        if "at" in case:
            with pytest.raises(signing.SignatureExpired, match=r"Signature age 11 > 10 seconds"):
                SCRIPT.at(case["at"] + 11, lambda case=case: read(case))
