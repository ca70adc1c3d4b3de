"""Catalogues for JavaScript, run by a JavaScript engine if there is one; more in test_golden_locale."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import golden_cases
from vivace.apps import apps
from vivace.http import HttpResponse
from vivace.test import RequestFactory, override_settings
from vivace.utils import translation
from vivace.views.i18n import JavaScriptCatalog, JSONCatalog, get_formats
from vivace.views.i18n_script import catalogue_script

locales = golden_cases.script("locales")


@pytest.fixture(autouse=True)
def catalogues() -> Iterator[None]:
    with locales.installed("vivace"):
        yield
    translation.deactivate()


def script(language: str, **options: Any) -> Any:
    with translation.override(language):
        return JavaScriptCatalog.as_view(**options)(RequestFactory().get("/jsi18n/"))


def as_json(language: str, **options: Any) -> Any:
    with translation.override(language):
        return JSONCatalog.as_view(**options)(RequestFactory().get("/jsi18n/")).content


def evaluated(language: str, *expressions: str) -> list[Any]:
    """What JavaScript `expressions` are worth after the script of `language`."""
    node = shutil.which("node")
    if node is None:
        pytest.skip("no JavaScript engine here")
    source = script(language).content.decode()
    source += f"\nconsole.log(JSON.stringify([{','.join(expressions)}]))"
    run = subprocess.run([node, "-e", source], capture_output=True, text=True, check=True)
    found: list[Any] = json.loads(run.stdout)
    return found


def test_response() -> None:
    response = script("de")
    assert isinstance(response, HttpResponse)
    assert response["Content-Type"] == 'text/javascript; charset="utf-8"'
    assert '"verb\\u0004May": "Darf"' in response.content.decode()


def test_public_functions() -> None:
    assert evaluated(
        "de",
        "gettext('Yes')",
        "gettext('nothing known')",
        "gettext('%s cat')",
        "ngettext('%s cat', '%s cats', 1)",
        "ngettext('%s cat', '%s cats', 0)",
        "ngettext('a mouse', 'mice', 1)",
        "ngettext('a mouse', 'mice', 2)",
        "pgettext('verb', 'May')",
        "pgettext('noun', 'May')",
        "npgettext('noun', 'May', 'Mays', 2)",
        "gettext_noop('Yes')",
        "interpolate('%s of %s', [1, 2])",
        "interpolate('%(a)s of %(b)s, %s', {a: 1, b: '$&'}, true)",
        "get_format('DATE_FORMAT')",
        "get_format('FIRST_DAY_OF_WEEK')",
        "get_format('toString')",
        "gettext('toString')",
        "pluralidx(1)",
        "django.gettext === gettext",
    ) == [
        "Ja",
        "nothing known",
        "%s Katze",
        "%s Katze",
        "%s Katzen",
        "a mouse",
        "mice",
        "Darf",
        "May",
        "Mays",
        "Yes",
        "1 of 2",
        "1 of $&, %s",
        "j. F Y",
        1,
        "toString",
        "toString",
        0,
        True,
    ]


def test_three_forms() -> None:
    forms = [f"ngettext('%s cat', '%s cats', {n})" for n in (1, 2, 5, 22)]
    context = "npgettext('n', 'a', 'b', 2)"
    assert evaluated("pl", *forms, context) == ["%s kot", "%s koty", "%s kotów", "%s koty", "2"]


def test_english_without_a_catalogue_counts_as_english() -> None:
    assert evaluated("ja", "pluralidx(1)", "pluralidx(0)", "pluralidx(2)") == [0, 1, 1]


def test_two_scripts_add_up() -> None:
    node = shutil.which("node")
    if node is None:
        pytest.skip("no JavaScript engine here")
    one, two = (script("de", packages=[name]).content.decode() for name in locales.CATALOGUES)
    source = f"{one}\n{two}\nconsole.log([gettext('Two'), pgettext('verb', 'May')].join())"
    run = subprocess.run([node, "-e", source], capture_output=True, text=True, check=True)
    assert run.stdout == "Zwei,Darf\n"


def test_text_cannot_end_the_script() -> None:
    source = script("fr").content.decode()
    assert "</script>" not in source
    assert "\u2028" not in source
    assert evaluated("fr", "gettext('No')") == ["Non </script> \u2028 & é"]


def test_script_of_an_empty_catalogue() -> None:
    source = catalogue_script({"catalog": {}, "formats": {}, "plural": None})
    assert "const newcatalog = {};" in source


def test_packages_that_are_not_installed() -> None:
    message = "Invalid package\\(s\\) provided to JavaScriptCatalog: nope,nada"
    with pytest.raises(ValueError, match=message):
        script("de", packages=["nope", "golden_js_one", "nada"])


def test_packages_do_not_shut_out_the_projects_own_catalogues(tmp_path: Path) -> None:
    first, second = locales.CATALOGUES
    installed = {config.name: config.path for config in apps.get_app_configs()}
    shutil.copytree(f"{installed[first]}/locale", tmp_path, dirs_exist_ok=True)
    own = json.loads(as_json("de", packages=[first]))["catalog"]
    other = json.loads(as_json("de", packages=[second]))["catalog"]
    with override_settings(LOCALE_PATHS=[str(tmp_path)]):
        found = json.loads(as_json("de", packages=[second]))["catalog"]
    assert own.keys() - other.keys()
    assert found == other | own


def test_formats_follow_the_language() -> None:
    with translation.override("de"):
        assert get_formats()["DECIMAL_SEPARATOR"] == ","
    with translation.override("en"):
        assert get_formats()["DECIMAL_SEPARATOR"] == "."
