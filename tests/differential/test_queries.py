"""A part of what ``scripts/differential queries`` asks, with every run of the tests."""

from __future__ import annotations

from differential.asking import compared, generated

CASES = 1500


def test_querysets_find_what_they_find_in_django() -> None:
    told = compared("queries", "--cases", str(CASES))
    assert "     0  differences that are not meant" in told


def _generated(seed: int) -> str:
    return generated("queries", f"import generate; print('\\n'.join(generate.cases({seed}, 300)))")


def test_querysets_are_the_same_each_time() -> None:
    assert _generated(0) == _generated(0)
    assert _generated(0) != _generated(1)


def test_every_kind_of_step_is_generated() -> None:
    text = _generated(2) + _generated(3)
    for part in (".exclude(", ".annotate(", "Window(", "FilteredRelation(", "Exists(", ".union("):
        assert part in text
