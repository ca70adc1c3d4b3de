"""A part of what ``scripts/differential`` asks, with every run of the tests."""

from __future__ import annotations

import sys

import pytest

from differential.asking import DJANGO, HERE, need_django

sys.path.insert(0, str(HERE))

import compare
import generate

REQUESTS = 130


@pytest.mark.parametrize("variant", compare.VARIANTS)
def test_answers_as_django_does(variant: str) -> None:
    need_django()
    outcome = compare.compare(str(DJANGO), variant, generate.cases(variant, REQUESTS))
    assert outcome.asked == REQUESTS * len(compare.PROTOCOLS)
    told = ["\n".join(compare.shown(*difference)) for difference in outcome.differences[:5]]
    assert not outcome.differences, "\n\n".join(told)


def test_requests_are_the_same_each_time() -> None:
    assert generate.cases("plain", 60) == generate.cases("plain", 60)
    assert generate.cases("plain", 60) != generate.cases("plain", 60, seed="1")


def test_a_difference_is_seen() -> None:
    same = {"status": 200, "reason": "OK", "headers": [["A", "b"]], "body": "x", "log": []}
    case = {"variant": "plain", "protocol": "wsgi", "headers": [], "target": "/"}
    for change in ({"status": 201}, {"headers": [["A", "c"]]}, {"body": "y"}, {"log": [["l"]]}):
        outcome = compare.Outcome()
        compare.judge(case, compare.normal(same), compare.normal({**same, **change}), outcome)
        assert len(outcome.differences) == 1
    outcome = compare.Outcome()
    other = {**same, "headers": [["a", " b"]]}
    compare.judge(case, compare.normal(same), compare.normal(other), outcome)
    assert not outcome.differences
