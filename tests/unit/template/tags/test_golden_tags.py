"""The built-in tags do what Django 5.2 was seen to do (``scripts/golden/tags.py``).

Nodes render themselves, and the compiler renders what they say; it does so once more when a template
is hot, and links templates into each other when their loader keeps them.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

import golden_cases
from vivace.core.cache import caches
from vivace.template.compiled.program import HOT_AFTER
from vivace.template.language.template import Template
from vivace.test.utils import override_settings

tags = golden_cases.script("tags")
RECORDED: dict[str, dict[str, str]] = golden_cases.recorded("tags")


class Linked(tags.Framework):  # type: ignore[misc,name-defined]
    """Finds templates by a loader that keeps them, and renders each until it is hot."""

    def loaders(self) -> Any:
        return [(f"{self.root}.template.loaders.cached.Loader", super().loaders())]

    def rendered(self, template: Any, make_context: Any) -> Any:
        for _ in range(HOT_AFTER + 2):
            caches["default"].clear()
            super().rendered(template, make_context)
        caches["default"].clear()
        return super().rendered(template, make_context)


@pytest.fixture(scope="module", params=["interpreted", "compiled", "linked"])
def observed(request: pytest.FixtureRequest) -> Iterator[dict[str, dict[str, str]]]:
    with pytest.MonkeyPatch.context() as patch:
        if request.param == "interpreted":
            patch.setattr(Template, "_compiler", None)
        with override_settings(**tags.SETTINGS):
            framework = Linked if request.param == "linked" else tags.Framework
            yield tags.observations("vivace", framework("vivace"))


def test_the_record_is_large_enough() -> None:
    assert sum(map(len, RECORDED.values())) > 1000


@pytest.mark.parametrize("group", sorted(RECORDED))
def test_templates_render_as_recorded(observed: dict[str, dict[str, str]], group: str) -> None:
    differences = [
        (source, expected, observed[group].get(source))
        for source, expected in RECORDED[group].items()
        if observed[group].get(source) != expected
    ]
    assert differences == []
    assert observed[group].keys() == RECORDED[group].keys()
