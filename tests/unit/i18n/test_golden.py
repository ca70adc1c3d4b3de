"""Languages and their codes, compared with what was observed from Django."""

from __future__ import annotations

import json
import pathlib
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import pytest

from settings_layer import changed
from vivace.apps import apps
from vivace.conf import settings
from vivace.utils import translation
from vivace.utils.translation.trans_real import parse_accept_lang_header

GOLDEN = pathlib.Path(__file__).parents[2] / "golden/translation.json"
OBSERVED: dict[str, list[list[Any]]] = json.loads(GOLDEN.read_text())
LANGUAGES = [(code, code) for code in ("en", "de", "fr", "pt-br", "zh-hans", "sr-latn", "es-ar")]


@pytest.fixture(autouse=True)
def languages() -> Iterator[None]:
    apps.populate(settings.INSTALLED_APPS)
    with changed(LANGUAGES=LANGUAGES, LANGUAGE_CODE="en-us"):
        yield


def request(**values: Any) -> Any:
    return SimpleNamespace(**{"META": {}, "COOKIES": {}, "path_info": "/", **values})


def info(code: str) -> dict[str, str]:
    return {key: str(value) for key, value in translation.get_language_info(code).items()}


def strict(code: str) -> str:
    return translation.get_supported_language_variant(code, strict=True)


def by_header(header: str) -> str:
    return translation.get_language_from_request(request(META={"HTTP_ACCEPT_LANGUAGE": header}))


def by_cookie(cookie: str) -> str:
    cookies = {settings.LANGUAGE_COOKIE_NAME: cookie}
    return translation.get_language_from_request(request(COOKIES=cookies))


FUNCTIONS: dict[str, Callable[[Any], Any]] = {
    "to_locale": translation.to_locale,
    "to_language": translation.to_language,
    "get_language_info": info,
    "get_supported_language_variant": translation.get_supported_language_variant,
    "strict": strict,
    "check_for_language": translation.check_for_language,
    "get_language_from_path": translation.get_language_from_path,
    "parse_accept_lang_header": parse_accept_lang_header,
    "by_header": by_header,
    "by_cookie": by_cookie,
    "round_away_from_one": translation.round_away_from_one,
    "trim_whitespace": translation.trim_whitespace,
}


def ask(function: Callable[[Any], Any], argument: Any) -> Any:
    try:
        return json.loads(json.dumps(function(argument)))
    except Exception as error:
        return ["raises", type(error).__name__, str(error)]


@pytest.mark.parametrize(
    ("name", "argument", "answer"),
    [(name, *pair) for name, pairs in OBSERVED.items() for pair in pairs],
)
def test_agrees_with_django(name: str, argument: Any, answer: Any) -> None:
    assert ask(FUNCTIONS[name], argument) == answer
