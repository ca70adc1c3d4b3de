"""The defaults, compared with those observed from Django."""

from __future__ import annotations

import json
import pathlib
from typing import Any

import pytest

from vivace.conf import global_settings

GOLDEN = pathlib.Path(__file__).parents[2] / "golden/settings.json"
OBSERVED: dict[str, Any] = json.loads(GOLDEN.read_text())
NEWER = {"SECURE_CSP", "SECURE_CSP_REPORT_ONLY"}


def with_home(value: Any) -> Any:
    """`value` with dotted paths below ``django`` moved to ``vivace``."""
    if isinstance(value, str) and value.startswith("django."):
        return "vivace" + value[len("django") :]
    if isinstance(value, list):
        return [with_home(one) for one in value]
    if isinstance(value, dict):
        return {key: with_home(one) for key, one in value.items()}
    return value


@pytest.mark.parametrize("name", sorted(OBSERVED))
def test_default_is_that_of_django(name: str) -> None:
    ours = json.loads(json.dumps(getattr(global_settings, name)))
    assert ours == with_home(OBSERVED[name])


def test_no_setting_is_invented() -> None:
    ours = {name for name in dir(global_settings) if name.isupper()}
    assert ours - set(OBSERVED) == NEWER


def test_managers_are_the_admins_by_default() -> None:
    assert global_settings.MANAGERS is global_settings.ADMINS
