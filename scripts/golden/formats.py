"""Ask Django for the formats of its languages: run where Django 5.2 is installed.

Writes ``formats.py`` under src/vivace/conf/locale for each locale that has formats of its own, and
tests/golden/formats.json with all answers. What a locale leaves to the settings is told by giving
the settings values that no locale has.
"""

import json
import pathlib
import pprint

import django
from django.conf import settings
from django.utils.formats import FORMAT_SETTINGS, get_format, get_format_modules
from django.utils.translation import get_language_info, to_locale

NOTHING = "left to the settings"
ORDER = (
    "DATE_FORMAT",
    "TIME_FORMAT",
    "DATETIME_FORMAT",
    "YEAR_MONTH_FORMAT",
    "MONTH_DAY_FORMAT",
    "SHORT_DATE_FORMAT",
    "SHORT_DATETIME_FORMAT",
    "FIRST_DAY_OF_WEEK",
    "DATE_INPUT_FORMATS",
    "TIME_INPUT_FORMATS",
    "DATETIME_INPUT_FORMATS",
    "DECIMAL_SEPARATOR",
    "THOUSAND_SEPARATOR",
    "NUMBER_GROUPING",
)
ISO = {
    "DATE_INPUT_FORMATS": ["%Y-%m-%d"],
    "TIME_INPUT_FORMATS": ["%H:%M:%S", "%H:%M:%S.%f", "%H:%M"],
    "DATETIME_INPUT_FORMATS": [
        "%Y-%m-%d %H:%M:%S",
        "%Y-%m-%d %H:%M:%S.%f",
        "%Y-%m-%d %H:%M",
        "%Y-%m-%d",
    ],
}


def own(name: str, language: str) -> object:
    value = get_format(name, language)
    if not isinstance(value, list):
        return None if value == NOTHING else value
    # The ISO forms are appended for every language, unless it has them itself.
    if value[0] == NOTHING:
        return None
    for length in range(1, len(value)):
        start = value[:length]
        if [*start, *(iso for iso in ISO[name] if iso not in start)] == value:
            return start
    return value


def source(language: str) -> str:
    name = get_language_info(language)["name"]
    lines = [f'"""Formats for {name}."""', ""]
    for setting in ORDER:
        value = own(setting, language)
        if value is not None:
            lines.append(f"{setting} = {pprint.pformat(value, width=90)}")
    text = "\n".join(lines).replace("'", '"') + "\n"
    # Some alphabets have letters that look like Latin ones.
    return text if text.isascii() else text.replace('"""\n', '"""\n# ruff: noqa: RUF001\n', 1)


def main() -> None:
    values = {
        name: [NOTHING] if name.endswith("_INPUT_FORMATS") else NOTHING for name in FORMAT_SETTINGS
    }
    settings.configure(**values)
    django.setup()
    root = pathlib.Path(__file__).parents[2]
    target = root / "src/vivace/conf/locale"
    for language, _ in settings.LANGUAGES:
        locale = to_locale(language)
        modules = [module.__name__.split(".")[-2] for module in get_format_modules(language)]
        if locale not in modules:
            continue
        directory = target / locale
        directory.mkdir(exist_ok=True)
        (directory / "__init__.py").write_text("")
        (directory / "formats.py").write_text(source(language))
    answers = {
        language: {name: get_format(name, language) for name in ORDER}
        for language in (*dict(settings.LANGUAGES), "de-at", "xx", "en-us")
    }
    (root / "tests/golden/formats.json").write_text(json.dumps(answers, indent=1) + "\n")


if __name__ == "__main__":
    main()
