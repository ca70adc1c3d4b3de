"""A part of what ``scripts/differential templates`` asks, with every run of the tests."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from vivace.template import defaultfilters, defaulttags, loader_tags
from vivace.templatetags import cache, i18n, l10n, static, tz

HERE = Path(__file__).resolve().parent
DJANGO = HERE.parents[1] / ".envs" / "django" / "bin" / "python"
# Modules there go by the names of modules here, so that it is asked from outside.
COMPARE = [sys.executable, str(HERE / "templates" / "compare.py"), "--django", str(DJANGO)]
PARTS, CASES = 3, 1000


@pytest.mark.parametrize("part", range(PARTS))
def test_templates_render_as_in_django(part: int) -> None:
    if not DJANGO.exists():
        assert not os.environ.get("CI"), "scripts/test makes .envs/django; it is not there"
        pytest.skip("there is no .envs/django: scripts/test makes it")
    first = ["--first", str(part * CASES), "--cases", str(CASES), "--show", "3"]
    done = subprocess.run([*COMPARE, *first], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"{CASES} templates rendered by both, 0 differences." in done.stdout


def _generated(code: str) -> str:
    command = [sys.executable, "-c", code]
    folder = HERE / "templates"
    return subprocess.run(command, capture_output=True, text=True, check=True, cwd=folder).stdout


def test_cases_are_the_same_each_time() -> None:
    code = "import grammar, json; print(json.dumps([grammar.make_case(s) for s in range({}, 50)]))"
    assert _generated(code.format(0)) == _generated(code.format(0))
    assert _generated(code.format(0)) != _generated(code.format(1))


def test_all_tags_and_filters_are_generated() -> None:
    code = (
        "import grammar, re; t = ' '.join(grammar.source(n) for s in range(3000)"
        " for n in grammar.make_case(s)['templates'].values());"
        "print(' '.join({a or '|' + b for a, b in re.findall(r'{% (\\w+)|\\|(\\w+)', t)}))"
    )
    found = set(_generated(code).split())
    assert sorted(_registered() - NOT_GENERATED - found) == []


# Random, of a later Django, or only at the end of another.
NOT_GENERATED = {"|random", "partial", "partialdef"}


def _registered() -> set[str]:
    modules = (defaultfilters, defaulttags, loader_tags, cache, i18n, l10n, static, tz)
    libraries = [module.register for module in modules]
    tags = {name for library in libraries for name in library.tags}
    return tags | {f"|{name}" for library in libraries for name in library.filters}
