"""Keyed hashes and random strings; the values are Django's."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest

from settings_layer import changed
from vivace.utils.crypto import (
    RANDOM_STRING_CHARS,
    InvalidAlgorithm,
    constant_time_compare,
    get_random_string,
    pbkdf2,
    salted_hmac,
)


@pytest.mark.parametrize(
    ("value", "algorithm", "digest"),
    [
        ("b", "sha256", "97938180e3d2f324b74db98c7b7a453e4a71399fa18259dc071a0972b4df7f3f"),
        (12, "sha1", "6cd03be51af2f8fb51b680480240ce96c1c9788f"),
    ],
)
def test_salted_hmac(value: Any, algorithm: str, digest: str) -> None:
    assert salted_hmac("a", value, secret="k", algorithm=algorithm).hexdigest() == digest


def test_salted_hmac_uses_the_secret_key() -> None:
    with changed(SECRET_KEY="k"):
        assert salted_hmac("a", 12).hexdigest() == salted_hmac("a", 12, "k").hexdigest()


def test_unknown_algorithm() -> None:
    message = "'nope' is not an algorithm accepted by the hashlib module."
    with pytest.raises(InvalidAlgorithm, match=message):
        salted_hmac("a", "b", secret="k", algorithm="nope")


def test_pbkdf2() -> None:
    expected = "3c671234e386cb307220d70ee15c4985160b8a8dba62f247001b07974ad52ed1"
    assert pbkdf2("pw", "salt", 3).hex() == expected
    assert pbkdf2("pw", "salt", 3, dklen=10, digest=hashlib.sha1).hex() == "b095208e7496b1a485a5"


def test_constant_time_compare() -> None:
    assert constant_time_compare("é", "é".encode())
    assert not constant_time_compare("x", "y")


def test_random_strings() -> None:
    assert get_random_string(0) == ""
    assert get_random_string(5, "a") == "aaaaa"
    text = get_random_string(200)
    assert len(text) == 200
    assert set(text) <= set(RANDOM_STRING_CHARS)
    assert text != get_random_string(200)
