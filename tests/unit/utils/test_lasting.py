"""The collector of garbage leaves alone what stays."""

from __future__ import annotations

import gc
import subprocess
import sys
import weakref
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from vivace.utils.lasting import lasting, uncollected


class Thing:
    """An object that refers to itself, so that only the collector frees it."""

    def __init__(self) -> None:
        self.own = self


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    collecting = gc.isenabled()
    yield
    gc.unfreeze()
    (gc.enable if collecting else gc.disable)()


@pytest.mark.parametrize("pause", [uncollected, lasting])
def test_nothing_is_collected_meanwhile(pause: Callable[[], AbstractContextManager[None]]) -> None:
    gc.enable()
    with pause():
        assert not gc.isenabled()
    assert gc.isenabled()


@pytest.mark.parametrize("pause", [uncollected, lasting])
def test_a_collector_that_was_off_stays_off(
    pause: Callable[[], AbstractContextManager[None]],
) -> None:
    gc.disable()
    with pause():
        pass
    assert not gc.isenabled()


@pytest.mark.parametrize("pause", [uncollected, lasting])
def test_errors_pass_and_the_collector_is_on_again(
    pause: Callable[[], AbstractContextManager[None]],
) -> None:
    gc.enable()
    frozen = gc.get_freeze_count()
    with pytest.raises(LookupError), pause():
        raise LookupError
    assert gc.isenabled()
    assert gc.get_freeze_count() == frozen


def test_what_lasts_is_not_looked_at_again() -> None:
    with lasting():
        kept = weakref.ref(Thing())
    gc.collect()
    assert kept() is not None
    gc.unfreeze()
    gc.collect()
    assert kept() is None


def test_what_is_only_uncollected_is_found_later() -> None:
    with uncollected():
        left = weakref.ref(Thing())
    gc.collect()
    assert left() is None


# A class is only freed by the collector, and so is what it holds.
ENDING = """
from vivace.utils.lasting import end_at_once, lasting
with lasting():
    class Log:
        file = open("log", "w")
        file.write("written")
"""


@pytest.mark.parametrize(
    ("ending", "found"),
    [
        ("", "written"),
        ("end_at_once(True)", ""),
        ("end_at_once(True)\nend_at_once(False)", "written"),
    ],
)
def test_what_lasts_is_closed_at_the_end(tmp_path: Path, ending: str, found: str) -> None:
    subprocess.run([sys.executable, "-c", ENDING + ending], cwd=tmp_path, check=True)
    assert (tmp_path / "log").read_text() == found


# What a project makes of a command of ours may hold what has to be written.
EXTENDING = """
import vivace
from vivace.conf import settings
settings.configure()
vivace.setup()
from vivace.management.commands.check import Command
class Own(Command):
    file = open("log", "w")
    def handle(self, *args, **options):
        self.file.write("written")
Own().run_from_argv(["manage.py", "own"])
"""


def test_a_command_that_extends_one_of_ours_is_closed_at_the_end(tmp_path: Path) -> None:
    subprocess.run([sys.executable, "-c", EXTENDING], cwd=tmp_path, check=True)
    assert (tmp_path / "log").read_text() == "written"
