"""The built-in checks, compared with what Django's say of the same settings."""

from __future__ import annotations

import json
import pathlib
import sys
import types
from typing import Any

import pytest

from settings_layer import changed
from vivace.apps import apps
from vivace.conf import settings
from vivace.utils.module_loading import import_string

GOLDEN = pathlib.Path(__file__).parents[2] / "golden/checks.json"
CASES: list[tuple[str, dict[str, Any], list[Any]]] = json.loads(GOLDEN.read_text())


def moved(value: Any) -> Any:
    """`value` with the dotted paths that are below ``django`` moved to ``vivace``."""
    text = json.dumps(value)
    for room in ("middleware", "contrib", "core", "views"):
        text = text.replace(f"django.{room}.", f"vivace.{room}.")
    return json.loads(text)


@pytest.fixture(autouse=True)
def views(monkeypatch: pytest.MonkeyPatch) -> None:
    apps.populate(settings.INSTALLED_APPS)
    module: Any = types.ModuleType("golden_views")
    module.wrong = lambda: None
    module.right = lambda request, reason="": None
    monkeypatch.setitem(sys.modules, "golden_views", module)


@pytest.mark.parametrize(("name", "values", "found"), CASES)
def test_says_what_django_says(
    name: str, values: dict[str, Any], found: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    check = import_string(f"vivace.core.checks.{name}")
    values = moved(values)
    if "INSTALLED_APPS" in values:
        installed = values.pop("INSTALLED_APPS")
        monkeypatch.setattr(apps, "is_installed", installed.__contains__)
    if found and found[0][0] == "raises":
        # Django lets the error of a view that its module lacks escape from the check.
        path = values["CSRF_FAILURE_VIEW"]
        message = f"The CSRF failure view '{path}' could not be imported."
        found = [["Error", 40, "security.E102", message, None]]
    with changed(**values):
        ours = [[type(m).__name__, m.level, m.id, str(m.msg), m.hint] for m in check(None)]
    assert ours == moved(found)
