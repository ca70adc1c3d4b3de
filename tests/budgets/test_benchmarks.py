"""The benchmarks' way to compare: rounds, ratios, bars. What they measure is no matter for tests."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from benchmarks import measure


def test_ratios_are_taken_within_rounds() -> None:
    # The machine was four times slower in the second round.
    times = measure.Times({"a": [10.0, 40.0, 10.0], "b": [20.0, 80.0, 20.0]})
    assert times.ratio("b", "a") == 2
    assert times.added("b", over="a", unit="a") == 1
    assert times.median("a") == 10


def test_every_contender_has_as_many_turns() -> None:
    done: dict[str, int] = {"a": 0, "b": 0}

    def turn(name: str) -> measure.Turn:
        def take(times: int) -> int:
            done[name] += times
            return times * 1000

        return take

    times = measure.by_turns({name: turn(name) for name in done}, rounds=5, turn_ms=0.1)
    assert {name: len(each) for name, each in times.of.items()} == {"a": 5, "b": 5}
    assert done["a"] == done["b"]
    assert times.ratio("a", "b") == 1


def test_bars() -> None:
    assert measure.Bar("text", 1.2, 1.3).reached
    assert not measure.Bar("text", 1.4, 1.3).reached
    assert measure.Bar("text", 3, 2.8, at_least=True).reached
    assert not measure.Bar("text", 2.7, 2.8, at_least=True).reached


def test_disagreements_are_named() -> None:
    assert measure.agree([("a", 1), ("b", 1)]) == []
    (told,) = measure.agree([("a", 1), ("b", 2), ("c", 1)])
    assert "b answers 2" in told


@pytest.mark.parametrize("strict", [False, True])
def test_a_missed_bar_is_an_error_only_when_strict(
    strict: bool, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "argv", ["bench", *(["--strict"] if strict else [])])
    options = measure.arguments("")
    report = measure.Report("name", {})
    report.bar("fast enough", 5, at_most=1)
    assert measure.finish(report, options) == (1 if strict else 0)
    assert "MISSED" in capsys.readouterr().out
    report.disagreements.append("a answers 1, b answers 2")
    assert measure.finish(report, options) == 1
