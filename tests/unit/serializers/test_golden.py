"""Rows become text, and text rows, as with Django (scripts/golden/serializers.py).

The recorded texts are Django's, and Vivace reads what it writes as Django reads its own: fixtures of one
are fixtures of the other.
"""

from __future__ import annotations

from typing import Any

import pytest

from golden_cases import recorded, script

golden = script("serializers")
RECORDED = recorded("serializers")


def test_all_cases_are_recorded() -> None:
    assert [case for case, _ in RECORDED] == golden.cases()


@pytest.mark.parametrize(
    ("case", "wanted"), RECORDED, ids=[str(n) for n in range(1, len(RECORDED) + 1)]
)
def test_answers_as_recorded(world: Any, case: str, wanted: str) -> None:
    assert golden.ask(case, world) == wanted
