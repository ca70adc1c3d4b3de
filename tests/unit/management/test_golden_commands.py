"""Commands are written and called as Django's are, case by case: see scripts/golden/commands.py."""

from __future__ import annotations

import importlib.util
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from vivace.test.utils import override_settings
from wording import as_recorded

ROOT = Path(__file__).parents[3]
GOLDEN = json.loads((ROOT / "tests/golden/commands.json").read_text(encoding="utf-8"))


def questions() -> ModuleType:
    """The script that asked Django."""
    path = ROOT / "scripts/golden/commands.py"
    spec = importlib.util.spec_from_file_location("golden_commands_questions", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


ASK = questions()


@pytest.fixture(scope="module")
def world() -> Iterator[Any]:
    module = ModuleType("named_app")
    module.__path__ = [str(ROOT / "scripts/golden")]
    sys.modules["named_app"] = module
    with (
        pytest.MonkeyPatch.context() as patch,
        override_settings(INSTALLED_APPS=["named_app"]),
    ):
        patch.setenv("COLUMNS", "80")
        yield ASK.World("vivace")
    del sys.modules["named_app"]


def test_the_questions_are_those_that_were_asked() -> None:
    assert list(ASK.QUESTIONS) == list(GOLDEN)


@pytest.mark.parametrize("name", GOLDEN)
def test_answer(world: Any, name: str) -> None:
    assert as_recorded(ASK.answer(world, name)) == GOLDEN[name]
