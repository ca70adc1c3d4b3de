"""Cells are built once, and again only when a setting that they read changes."""

from __future__ import annotations

import pytest

from vivace.conf import frozen
from vivace.conf.frozen import Frozen, settings_changed


@pytest.fixture(autouse=True)
def own_cells(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(frozen, "_cells", [])


def counter(name: str, *reads: str, after: tuple[Frozen[int], ...] = ()) -> Frozen[int]:
    count = iter(range(1, 100))
    return Frozen(name, lambda: next(count), reads=reads, after=after)


def test_a_value_is_built_when_first_read_and_kept() -> None:
    cell = counter("a", "X")
    assert not cell.built
    assert (cell.value, cell.value) == (1, 1)
    assert cell.built


def test_only_the_cells_that_read_a_changed_setting_are_cleared() -> None:
    first, second = counter("first", "X", "Y"), counter("second", "Z")
    assert (first.value, second.value) == (1, 1)
    settings_changed(["Y", "OTHER"])
    assert (first.value, second.value) == (2, 1)
    settings_changed(None)
    assert (first.value, second.value) == (3, 2)


def test_cells_that_come_after_a_cleared_one_are_cleared_with_it() -> None:
    base = counter("base", "X")
    follower = counter("follower", after=(base,))
    last = counter("last", after=(follower,))
    assert (base.value, follower.value, last.value) == (1, 1, 1)
    settings_changed(["X"])
    assert (base.value, follower.value, last.value) == (2, 2, 2)


def test_clearing_tells_who_asked_to_be_told() -> None:
    told: list[str] = []
    cell = Frozen("a", lambda: 1, reads=("X",), cleared=lambda: told.append("a"))
    assert cell.value == 1
    settings_changed(["X"])
    assert told == ["a"]


def test_an_error_while_building_leaves_the_cell_unbuilt() -> None:
    answers = iter([ValueError("bad"), 5])

    def build() -> int:
        answer = next(answers)
        if isinstance(answer, Exception):
            raise answer
        return answer

    cell = Frozen("a", build)
    with pytest.raises(ValueError, match="bad"):
        cell.value  # noqa: B018
    assert cell.value == 5


def test_other_attributes_are_missing_as_usual() -> None:
    with pytest.raises(AttributeError, match="no attribute 'valeu'"):
        counter("a").valeu  # type: ignore[attr-defined]  # noqa: B018


def test_a_cell_with_a_value_has_no_fallback_for_attributes() -> None:
    # Python reads attributes of instances the short way only without one.
    cell = counter("a", "X")
    for _ in range(2):
        assert cell.value
        assert not hasattr(type(cell), "__getattr__")
        assert isinstance(cell, Frozen)
        with pytest.raises(AttributeError, match="'Frozen' object has no attribute 'valeu'"):
            cell.valeu  # type: ignore[attr-defined]  # noqa: B018
        settings_changed(["X"])
        assert not cell.built
