"""A part of what ``scripts/differential templates`` asks, with every run of the tests."""

from __future__ import annotations

import pytest

from differential.asking import compared, generated
from vivace.template import defaultfilters, defaulttags, loader_tags
from vivace.templatetags import cache, i18n, l10n, static, tz

PARTS, CASES = 3, 1000


@pytest.mark.parametrize("part", range(PARTS))
def test_templates_render_as_in_django(part: int) -> None:
    first = str(part * CASES)
    told = compared("templates", "--first", first, "--cases", str(CASES), "--show", "3")
    assert f"{CASES} templates rendered by both, 0 differences." in told


def test_cases_are_the_same_each_time() -> None:
    code = "import grammar, json; print(json.dumps([grammar.make_case(s) for s in range({}, 50)]))"
    assert generated("templates", code.format(0)) == generated("templates", code.format(0))
    assert generated("templates", code.format(0)) != generated("templates", code.format(1))


def test_all_tags_and_filters_are_generated() -> None:
    code = (
        "import grammar, re; t = ' '.join(grammar.source(n) for s in range(3000)"
        " for n in grammar.make_case(s)['templates'].values());"
        "print(' '.join({a or '|' + b for a, b in re.findall(r'{% (\\w+)|\\|(\\w+)', t)}))"
    )
    found = set(generated("templates", code).split())
    assert sorted(_registered() - NOT_GENERATED - found) == []


# Random, of a later Django, or only at the end of another.
NOT_GENERATED = {"|random", "partial", "partialdef"}


def _registered() -> set[str]:
    modules = (defaultfilters, defaulttags, loader_tags, cache, i18n, l10n, static, tz)
    libraries = [module.register for module in modules]
    tags = {name for library in libraries for name in library.tags}
    return tags | {f"|{name}" for library in libraries for name in library.filters}
