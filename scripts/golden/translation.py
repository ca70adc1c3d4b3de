"""Ask Django about languages: run where Django 5.2 is installed.

Writes tests/golden/translation.json: ``{function: [[argument, answer], ...]}``, where an exception is
``["raises", class, text]``.
"""

import json
import pathlib
from types import SimpleNamespace

import django
from django.conf import settings
from django.utils import translation
from django.utils.translation.trans_real import parse_accept_lang_header

LANGUAGES = [(code, code) for code in ("en", "de", "fr", "pt-br", "zh-hans", "sr-latn", "es-ar")]
CODES = [
    "en",
    "en-us",
    "zh-hans",
    "sr-latn",
    "sr_latn",
    "pt-br",
    "en_US",
    "de-at-foo",
    "zh-Hant-TW",
    "ZH-HANS",
    "de-1996",
    "en-",
    "nb-no",
    "i-klingon",
    "x",
    "EN-US",
    "es_419",
    "es-419",
    "ca-ES-valencia",
    "no_NO_NY",
    "a.b",
    "abc",
    "de_latn_at",
    "xx",
    "xx-yy",
    "zh-cn",
    "no",
    "zh-hans-foo",
    "nb",
    "DE",
    "zh-hant",
    "pt",
    "nn-no",
    "../../de",
    "de/..",
    "zh-min-nan",
    "zh-hk",
    "es",
    "es-mx",
    "fr-ca",
    "ar-dz",
    "he",
    "de@euro",
]
CODES += ["", "x" * 501, "en-" + "a" * 600, "de-" + "x" * 496 + "-a-b", "de-" * 200, "de\0"]
PATHS = [f"/{code}/x" for code in CODES if len(code) < 20]
PATHS += ["/de", "de/", "/", "", "//de/", "/de@x/", "/de-foo-bar-baz/x", "/de.html", "/de-at"]
HEADERS = [
    *[
        "de",
        "de;q=0",
        "*",
        "de;q=1.5",
        "de-at,fr;q=0.1",
        "DE-AT",
        "de,",
        "de;q=0.1234",
        "pt;q=0.9,fr",
        "zh-cn",
        "zh-tw",
    ],
    *[
        "en-US,en;q=0.5",
        "x-y-z",
        "de;q=abc,fr",
        "12-345",
        "en-us-12",
        "fr;q=0.0",
        "de;q=.5",
        "de;q=1.000",
        "de;q=1.",
    ],
    *[
        "de;q=0.",
        "*-de",
        "de-*",
        "abcdefgh",
        "abcdefghi",
        "a",
        "de-abcdefghi",
        "de_AT",
        "fr;Q=0.5",
        "en-us,",
        "de,,fr",
        ",de",
    ],
    *("da, en-gb;q=0.25, en;q=0.5", "*;q=0.5, en", "; ,", "de ; q=0.5", "de; q=0.5;x=1", ""),
    *(" de ,  fr", "de\tfr", "de;q= 0.5", "de;q =0.5", "fr ; q=0.25", "de ,fr", "de,\tfr", "de "),
    *("a" * 501, ",".join(["de"] * 300), "de-AAAAA," + ",".join(f"fr-{n:05}" for n in range(80))),
    *("de,zh-tw,*,fr", "*, de", "fr;q=0.5,de;q=0.5", "sr@latin,de", "de;q=0.333,fr;q=0.334"),
]


def ask(function, argument, **kwargs):
    try:
        return function(argument, **kwargs)
    except Exception as error:
        return ["raises", type(error).__name__, str(error)]


def request(**values):
    values = {"META": {}, "COOKIES": {}, "path_info": "/", **values}
    return SimpleNamespace(**values)


def info(code):
    return {key: str(value) for key, value in translation.get_language_info(code).items()}


def strict(code):
    return translation.get_supported_language_variant(code, strict=True)


def by_header(header):
    return translation.get_language_from_request(request(META={"HTTP_ACCEPT_LANGUAGE": header}))


def by_cookie(cookie):
    cookies = {settings.LANGUAGE_COOKIE_NAME: cookie}
    return translation.get_language_from_request(request(COOKIES=cookies))


FUNCTIONS = [
    ("to_locale", translation.to_locale, CODES),
    ("to_language", translation.to_language, CODES),
    ("get_language_info", info, CODES),
    ("get_supported_language_variant", translation.get_supported_language_variant, CODES),
    ("strict", strict, CODES),
    ("check_for_language", translation.check_for_language, CODES),
    ("get_language_from_path", translation.get_language_from_path, PATHS),
    ("parse_accept_lang_header", parse_accept_lang_header, HEADERS),
    ("by_header", by_header, HEADERS),
    ("by_cookie", by_cookie, CODES),
    ("round_away_from_one", translation.round_away_from_one, [0, 0.1, 1, 1.1, 1.9, 2, -0.5, -1.5]),
    ("trim_whitespace", translation.trim_whitespace, ["  a \n  b\n\n\tc  d ", "", "\n", "a\r\nb"]),
]


def main() -> None:
    settings.configure(LANGUAGES=LANGUAGES)
    django.setup()
    answers = {
        name: [[argument, ask(function, argument)] for argument in arguments]
        for name, function, arguments in FUNCTIONS
    }
    path = pathlib.Path(__file__).parents[2] / "tests/golden/translation.json"
    path.write_text(json.dumps(answers, indent=1, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
