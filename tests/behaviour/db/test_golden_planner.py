"""Filters, joins, groupings and subqueries find what they find in Django (scripts/golden/planner.py)."""

from __future__ import annotations

from typing import Any

import pytest

from golden_cases import recorded, script

planner = script("planner")
RECORDED = recorded("planner")


def test_all_cases_are_recorded() -> None:
    assert [case for case, *_ in RECORDED] == planner.CASES


@pytest.mark.parametrize(
    ("case", "wanted", "queries"),
    RECORDED,
    ids=[f"{n}-{row[0][:40]}" for n, row in enumerate(RECORDED)],
)
def test_answers_as_recorded(library: dict[str, Any], case: str, wanted: str, queries: int) -> None:
    found, asked = planner.ask_one("vivace", library, case)
    assert found == wanted
    assert asked <= queries
