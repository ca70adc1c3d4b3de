"""Querysets, managers and related objects answer what Django answers (scripts/golden/querysets.py)."""

from __future__ import annotations

from typing import Any

import pytest

from golden_cases import recorded, script

querysets = script("querysets")
RECORDED = recorded("querysets")


def test_all_cases_are_recorded() -> None:
    assert [case for case, *_ in RECORDED] == querysets.CASES


@pytest.mark.parametrize(
    ("case", "wanted", "queries"),
    RECORDED,
    ids=[f"{n}-{row[0][:40]}" for n, row in enumerate(RECORDED)],
)
def test_answers_as_recorded(shelf: dict[str, Any], case: str, wanted: str, queries: int) -> None:
    found, asked = querysets.ask_one("vivace", shelf, case)
    assert found == wanted
    assert asked <= queries
