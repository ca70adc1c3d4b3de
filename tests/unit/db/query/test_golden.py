"""Expressions, lookups and constraints say what Django's say (scripts/golden/expressions.py)."""

from __future__ import annotations

from typing import Any

import pytest

from golden_cases import recorded, script

expressions = script("expressions")
RECORDED = recorded("expressions")


def test_all_cases_are_recorded() -> None:
    assert [(kind, case) for kind, case, _ in RECORDED] == expressions.CASES


@pytest.mark.parametrize(
    ("kind", "case", "wanted"),
    RECORDED,
    ids=[f"{n}-{kind}" for n, (kind, *_) in enumerate(RECORDED)],
)
def test_says_what_was_recorded(names: dict[str, Any], kind: str, case: str, wanted: str) -> None:
    assert expressions.answer("vivace", kind, case, names) == wanted, case
