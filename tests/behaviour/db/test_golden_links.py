"""Relations of every kind answer what Django answers (scripts/golden/links.py)."""

from __future__ import annotations

from typing import Any

import pytest

from golden_cases import recorded, script

links = script("links")
RECORDED = recorded("links")


def test_all_cases_are_recorded() -> None:
    assert [case for case, *_ in RECORDED] == links.CASES


@pytest.mark.parametrize(
    ("case", "wanted", "queries"),
    RECORDED,
    ids=[f"{n}-{row[0][:40]}" for n, row in enumerate(RECORDED)],
)
def test_answers_as_recorded(linked: dict[str, Any], case: str, wanted: str, queries: int) -> None:
    found, asked = links.ask_one("vivace", linked, case)
    assert found == wanted
    assert asked <= queries
