"""Values observed from Django 6.1."""

from __future__ import annotations

from typing import Any

import pytest

from vivace.utils.csp import CSP, LazyNonce, build_policy, generate_nonce


@pytest.mark.parametrize(
    ("config", "without", "with_nonce"),
    [
        ({}, "", ""),
        ({"a": None}, "", ""),
        ({"a": False}, "", ""),
        ({"a": 0}, "", ""),
        ({"a": True}, "a", "a"),
        ({"a": ""}, "a", "a"),
        ({"a": []}, "", ""),
        ({"a": set()}, "", ""),
        ({"a": "x"}, "a x", "a x"),
        ({"a": {"z", "b", "c"}}, "a b c z", "a b c z"),
        ({"a": ("y", "x")}, "a y x", "a y x"),
        ({"a": [CSP.SELF, CSP.NONCE]}, "a 'self'", "a 'self' 'nonce-N'"),
        ({"a": [CSP.NONCE]}, "", "a 'nonce-N'"),
        ({"a": CSP.NONCE}, "", "a 'nonce-N'"),
        ({"a": {CSP.NONCE, "b"}}, "a b", "a 'nonce-N' b"),
        ({"a": [CSP.NONCE, CSP.NONCE]}, "", "a 'nonce-N' 'nonce-N'"),
        ({"a": ["", "b"]}, "a  b", "a  b"),
        (
            {"a": ["x"], "b": True, "c": False, "d": [CSP.NONE]},
            "a x; b; d 'none'",
            "a x; b; d 'none'",
        ),
        ({"report-uri": "/x/"}, "report-uri /x/", "report-uri /x/"),
    ],
)
def test_build_policy(config: dict[str, Any], without: str, with_nonce: str) -> None:
    assert build_policy(config) == without
    assert build_policy(config, "N") == with_nonce


@pytest.mark.parametrize("sources", [frozenset("x"), 1, [None], b"x", {"k": "v"}])
def test_sources_must_be_text(sources: Any) -> None:
    with pytest.raises(TypeError, match=r"expected str instance"):
        build_policy({"a": sources})


def test_lazy_nonce_is_false_until_it_is_read() -> None:
    nonce = LazyNonce()
    assert not nonce
    assert build_policy({"a": [CSP.NONCE, "x"]}, nonce) == "a x"
    text = str(nonce)
    assert nonce
    assert str(nonce) == text
    assert build_policy({"a": [CSP.NONCE]}, nonce) == f"a 'nonce-{text}'"


def test_nonces_are_long_and_differ() -> None:
    nonces = {generate_nonce() for _ in range(50)}
    assert len(nonces) == 50
    assert {len(nonce) for nonce in nonces} == {22}
