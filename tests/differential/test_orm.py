"""A part of what ``scripts/differential orm`` asks, with every run of the tests."""

from __future__ import annotations

import pytest

from differential.asking import compared, generated

PARTS, CASES = 2, 1000


@pytest.mark.parametrize("part", range(PARTS))
def test_models_and_querysets_do_what_they_do_in_django(part: int) -> None:
    first = str(part * CASES)
    told = compared("orm", "--first", first, "--cases", str(CASES), "--show", "3")
    assert f"{CASES} cases asked of both, 0 differences." in told


def test_cases_are_the_same_each_time() -> None:
    code = "import cases, json; print(json.dumps([cases.make_case(s) for s in range({}, 50)]))"
    assert generated("orm", code.format(0)) == generated("orm", code.format(0))
    assert generated("orm", code.format(0)) != generated("orm", code.format(1))


def test_cases_can_be_read() -> None:
    code = (
        "import ast, cases\n"
        "for seed in range(500):\n"
        "    for step in cases.make_case(seed)['steps']:\n"
        "        ast.parse(step.removeprefix('exec ').split(' := ')[-1])"
    )
    assert generated("orm", code) == ""


PARTS_OF_CASES = (
    ".exclude(", ".annotate(", ".alias(", "Window(", "FilteredRelation(", "Exists(", ".union(",
    "Case(", "Subquery(", ".values_list(", "flat=True", "named=True", ".only(", ".defer(",
    ".select_related(", "Prefetch(", ".dates(", ".in_bulk(", ".earliest(", ".aggregate(",
    "distinct=True", ".bulk_create(", ".bulk_update(", ".update_or_create(",
    ".refresh_from_db(", "transaction.savepoint(", ".set([", ".full_clean(", "absent",
    "update_conflicts=True", "nulls_last=True", "data__", ".extra(", ".delete(",
    "keep_parents=True",
)  # fmt: skip


def test_everything_is_generated() -> None:
    code = "import cases; print([cases.make_case(seed)['steps'] for seed in range(2000)])"
    text = generated("orm", code)
    assert [part for part in PARTS_OF_CASES if part not in text] == []
