"""Tampered, expired and re-keyed values."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from settings_layer import changed
from vivace.core import signing
from vivace.core.signing import BadSignature, SignatureExpired, Signer, TimestampSigner


@given(st.text(), st.sampled_from([":", "/", ".", "ab/", " "]))
def test_round_trip(value: str, sep: str) -> None:
    signer = Signer(key="k", sep=sep)
    assert signer.unsign(signer.sign(value)) == value


@given(st.integers())
def test_base62(number: int) -> None:
    assert signing.b62_decode(signing.b62_encode(number)) == number


@pytest.mark.parametrize("sep", ["a", "-", "_", "=", "", "aa", "[", "\\"])
def test_unsafe_separators(sep: str) -> None:
    with pytest.raises(ValueError) as caught:
        Signer(sep=sep)
    assert str(caught.value) == (
        f"Unsafe Signer separator: {sep!r} (cannot be empty or consist of only A-z0-9-_=)"
    )


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("hello", 'No ":" found in value'),
        ("hello:", 'Signature "" does not match'),
        ("hello:abc", 'Signature "abc" does not match'),
    ],
)
def test_refused(value: str, message: str) -> None:
    with pytest.raises(BadSignature) as caught:
        Signer(key="k").unsign(value)
    assert str(caught.value) == message


def test_every_changed_character_is_noticed() -> None:
    signed = Signer(key="k").sign("value")
    for place in range(len(signed)):
        changed_value = (
            signed[:place] + ("x" if signed[place] != "x" else "y") + signed[place + 1 :]
        )
        with pytest.raises(BadSignature):
            Signer(key="k").unsign(changed_value)


def test_salt_separates_uses() -> None:
    with pytest.raises(BadSignature):
        signing.loads(signing.dumps([1], salt="a"), salt="b")


def test_default_salt_names_the_class_as_django_does() -> None:
    class Own(Signer):
        pass

    assert Signer(key="k").salt == "django.core.signing.Signer"
    assert TimestampSigner(key="k").salt == "django.core.signing.TimestampSigner"
    assert Own(key="k").salt == f"{__name__}.Own"


def test_fallback_keys() -> None:
    signed = signing.dumps({"a": 1}, key="old")
    assert signing.loads(signed, key="new", fallback_keys=["older", "old"]) == {"a": 1}
    with pytest.raises(BadSignature):
        signing.loads(signed, key="new")
    with changed(SECRET_KEY="new", SECRET_KEY_FALLBACKS=["old"]):
        assert signing.loads(signed) == {"a": 1}


def test_age(monkeypatch: pytest.MonkeyPatch) -> None:
    signer = TimestampSigner(key="k")
    monkeypatch.setattr("time.time", lambda: 1000.0)
    signed = signer.sign("v")
    monkeypatch.setattr("time.time", lambda: 1010.0)
    assert signer.unsign(signed) == "v"
    assert signer.unsign(signed, max_age=10) == "v"
    assert signer.unsign(signed, max_age=datetime.timedelta(seconds=11)) == "v"
    with pytest.raises(SignatureExpired) as caught:
        signer.unsign(signed, max_age=datetime.timedelta(seconds=3))
    assert str(caught.value) == "Signature age 10.0 > 3.0 seconds"


def test_own_serializer() -> None:
    class Reversed:
        def dumps(self, obj: Any) -> bytes:
            return str(obj).encode()[::-1]

        def loads(self, data: bytes) -> Any:
            return data[::-1].decode()

    signed = signing.dumps("abc", serializer=Reversed)
    assert signing.loads(signed, serializer=Reversed) == "abc"


def test_compression_only_where_it_is_shorter() -> None:
    assert signing.dumps("x" * 500, compress=True).startswith(".")
    assert not signing.dumps("abc", compress=True).startswith(".")


def test_cookie_signer_follows_the_settings() -> None:
    before = signing.get_cookie_signer(salt="s").sign("v")
    with changed(SECRET_KEY="another", SECRET_KEY_FALLBACKS=[]):
        signing._COOKIE.clear()
        with pytest.raises(BadSignature):
            signing.get_cookie_signer(salt="s").unsign(before)
    signing._COOKIE.clear()
    assert signing.get_cookie_signer(salt="s").unsign(before) == "v"
