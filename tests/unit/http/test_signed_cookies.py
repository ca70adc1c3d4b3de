"""Signed cookies: bytes, time, and what an attacker may try."""

from __future__ import annotations

import datetime
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vivace.core import signing
from vivace.http import HttpRequest, HttpResponse
from vivace.http.signed_cookies import sign_cookie, unsign_cookie
from vivace.test.utils import override_settings
from vivace.urls import path

KEYS = st.text(alphabet="abc", min_size=1, max_size=4)
SALTS = st.text(alphabet="abc:1", max_size=4)


@given(KEYS, SALTS, st.text(max_size=20))
def test_what_was_signed_is_read(key: str, salt: str, value: str) -> None:
    assert unsign_cookie(key, sign_cookie(key, value, salt), salt, None) == value


@given(KEYS, SALTS, KEYS, SALTS)
def test_cve_2026_6873_no_two_pairs_of_name_and_salt_sign_alike(
    key: str, salt: str, other: str, other_salt: str
) -> None:
    signed = sign_cookie(key, "v", salt)
    if (key, salt) == (other, other_salt):
        assert sign_cookie(other, "v", other_salt).split(":")[0] == signed.split(":")[0]
        return
    with pytest.raises(signing.BadSignature):
        unsign_cookie(other, signed, other_salt, None)


@pytest.mark.parametrize("text", ["abcd", "a1:b", "111:"])
def test_cve_2026_6873_name_and_salt_are_not_just_joined(text: str) -> None:
    """All pairs of which the letters are the same, one after the other, in either order."""
    halves = [(text[:at], text[at:]) for at in range(1, len(text))]
    pairs = {*halves, *((second, first) for first, second in halves)}
    for key, salt in pairs:
        signed = sign_cookie(key, "v", salt)
        assert unsign_cookie(key, signed, salt, None) == "v"
        for other, other_salt in pairs - {(key, salt)}:
            with pytest.raises(signing.BadSignature):
                unsign_cookie(other, signed, other_salt, None)


@given(st.data())
def test_any_change_is_noticed(data: st.DataObject) -> None:
    signed = sign_cookie("a", "value", "")
    place = data.draw(st.integers(0, len(signed) - 1))
    char = data.draw(st.characters(codec="ascii"))
    changed = signed[:place] + char + signed[place + 1 :]
    if changed != signed:
        with pytest.raises(signing.BadSignature):
            unsign_cookie("a", changed, "", None)


def test_cookies_signed_the_old_way() -> None:
    old = signing.get_cookie_signer(salt="as").sign("v")
    with override_settings(SIGNED_COOKIE_LEGACY_SALT_FALLBACK=True):
        assert unsign_cookie("a", old, "s", None) == "v"
    with (
        override_settings(SIGNED_COOKIE_LEGACY_SALT_FALLBACK=False),
        pytest.raises(signing.BadSignature),
    ):
        unsign_cookie("a", old, "s", None)


@pytest.mark.parametrize("age", [10, datetime.timedelta(seconds=10)])
def test_age(monkeypatch: pytest.MonkeyPatch, age: Any) -> None:
    start = time.time()
    signed = sign_cookie("a", "v", "")
    monkeypatch.setattr(time, "time", lambda: start + 8)
    assert unsign_cookie("a", signed, "", age) == "v"
    monkeypatch.setattr(time, "time", lambda: start + 12)
    with pytest.raises(signing.SignatureExpired):
        unsign_cookie("a", signed, "", age)
    # Too old for the new salt means too old, not "try the old salt".
    with override_settings(SIGNED_COOKIE_LEGACY_SALT_FALLBACK=True):
        with pytest.raises(signing.SignatureExpired):
            unsign_cookie("a", signed, "", age)


def test_other_secrets() -> None:
    signed = sign_cookie("a", "v", "")
    with override_settings(SECRET_KEY="another key"):
        with pytest.raises(signing.BadSignature):
            unsign_cookie("a", signed, "", None)
        with override_settings(
            SECRET_KEY_FALLBACKS=[
                "a key for tests, long enough to be taken for a good one: 0123456789abcdef"
            ]
        ):
            assert unsign_cookie("a", signed, "", None) == "v"


def test_over_the_wire(site: Any) -> None:
    def view(request: HttpRequest) -> HttpResponse:
        response = HttpResponse(request.get_signed_cookie("n", default="none", salt="s"))
        response.set_signed_cookie("n", "vä lue", salt="s", httponly=True)
        return response

    web = site([path("", view)])
    first = web.ask()
    assert first.body == b"none"
    cookie = first.get("Set-Cookie").partition(";")[0]
    assert web.ask(headers=[("Cookie", cookie)]).body == "vä lue".encode()
    assert web.ask(headers=[("Cookie", cookie.replace("n=", "m="))]).body == b"none"
    assert web.ask(headers=[("Cookie", cookie[:-2])]).body == b"none"
