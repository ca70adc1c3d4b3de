"""How the active language writes dates and numbers. Defined by topics/i18n/formatting.

A format is looked for in FORMAT_MODULE_PATH, then in ``vivace.conf.locale``, each with the locale
(``de_AT``) before its language (``de``), then among the settings. With USE_I18N off, the language is
LANGUAGE_CODE. ``use_l10n=False`` asks the settings only.
"""

import datetime
import decimal
import functools
import unicodedata
from collections.abc import Iterator
from importlib import import_module
from types import ModuleType
from typing import Any

from vivace.conf import settings
from vivace.conf.frozen import Frozen
from vivace.utils import dateformat, numberformat
from vivace.utils.functional import lazy
from vivace.utils.naming import say
from vivace.utils.translation import check_for_language, get_language, to_locale

__all__ = [
    "FORMAT_SETTINGS",
    "ISO_INPUT_FORMATS",
    "check_for_language",
    "date_format",
    "get_format",
    "get_format_lazy",
    "get_format_modules",
    "get_language",
    "iter_format_modules",
    "lazy",
    "localize",
    "localize_input",
    "number_format",
    "reset_format_cache",
    "sanitize_separators",
    "sanitize_strftime_format",
    "settings",
    "time_format",
    "to_locale",
]

FORMAT_SETTINGS = frozenset(
    [
        "DECIMAL_SEPARATOR",
        "THOUSAND_SEPARATOR",
        "NUMBER_GROUPING",
        "FIRST_DAY_OF_WEEK",
        "MONTH_DAY_FORMAT",
        "TIME_FORMAT",
        "DATE_FORMAT",
        "DATETIME_FORMAT",
        "SHORT_DATE_FORMAT",
        "SHORT_DATETIME_FORMAT",
        "YEAR_MONTH_FORMAT",
        "DATE_INPUT_FORMATS",
        "TIME_INPUT_FORMATS",
        "DATETIME_INPUT_FORMATS",
    ]
)

# Understood in every language, after its own.
ISO_INPUT_FORMATS = {
    "DATE_INPUT_FORMATS": ["%Y-%m-%d"],
    "TIME_INPUT_FORMATS": ["%H:%M:%S", "%H:%M:%S.%f", "%H:%M"],
    "DATETIME_INPUT_FORMATS": [
        "%Y-%m-%d %H:%M:%S",
        "%Y-%m-%d %H:%M:%S.%f",
        "%Y-%m-%d %H:%M",
        "%Y-%m-%d",
    ],
}

_format_cache: dict[tuple[str, str | None], Any] = {}
_format_modules_cache: dict[str, list[ModuleType]] = {}


def reset_format_cache() -> None:
    """Forget what was looked up, after formats have changed."""
    _format_cache.clear()
    _format_modules_cache.clear()


FORMATS: Frozen[None] = Frozen(
    "formats",
    lambda: None,
    reads=("USE_I18N", "FORMAT_MODULE_PATH", "LANGUAGES", "LANGUAGE_CODE", *FORMAT_SETTINGS),
    cleared=reset_format_cache,
)


def iter_format_modules(
    lang: str | None, format_module_path: str | list[str] | tuple[str, ...] | None = None
) -> Iterator[ModuleType]:
    """The modules with formats for the language `lang`, the strongest first.

    `format_module_path` stands in for the setting of that name.
    """
    if lang is None or not check_for_language(lang):
        return
    if format_module_path is None:
        format_module_path = settings.FORMAT_MODULE_PATH
    packages: list[str] = []
    if format_module_path:
        if isinstance(format_module_path, str):
            format_module_path = [format_module_path]
        packages.extend(f"{path}.{{}}" for path in format_module_path)
    packages.append(say("conf.locale.{}"))
    locale = to_locale(lang)
    locales = dict.fromkeys((locale, locale.split("_")[0]))
    for package in packages:
        for name in locales:
            try:
                yield import_module(".formats", package.format(name))
            except ImportError:
                continue


def get_format_modules(lang: str | None = None) -> list[ModuleType]:
    """The modules with formats for `lang`, or else for the active language."""
    if lang is None:
        lang = get_language()
    if lang is None:
        return []
    if lang not in _format_modules_cache:
        _format_modules_cache[lang] = list(iter_format_modules(lang))
    return _format_modules_cache[lang]


def get_format(format_type: str, lang: str | None = None, use_l10n: bool | None = None) -> Any:
    """The format named `format_type`, such as "DATE_FORMAT", in `lang` or the active language.

    `use_l10n` False takes it from the settings. What is no name of a format is returned as it is:
    it may be a format itself.
    """
    # The name may be lazy or safe text, and must be a plain string to be a key.
    format_type = str(format_type)
    if use_l10n is None:
        use_l10n = True
    if use_l10n and lang is None:
        lang = get_language()
    # `use_l10n` False with a language given must not be mixed up with the language's own format.
    key = (format_type, lang if use_l10n else None)
    try:
        return _format_cache[key]
    except KeyError:
        pass
    value = None
    if use_l10n:
        for module in get_format_modules(lang):
            value = getattr(module, format_type, None)
            if value is not None:
                break
    if value is None:
        if format_type not in FORMAT_SETTINGS:
            return format_type
        value = getattr(settings, format_type)
    elif format_type in ISO_INPUT_FORMATS:
        value = list(value)
        value += [iso for iso in ISO_INPUT_FORMATS[format_type] if iso not in value]
    _format_cache[key] = value
    return value


get_format_lazy = lazy(get_format, str, list, tuple)


def date_format(value: Any, format: str | None = None, use_l10n: bool | None = None) -> str:
    """`value`, a date or datetime, in `format`: a name or a format string; DATE_FORMAT by default."""
    return str(dateformat.format(value, get_format(format or "DATE_FORMAT", use_l10n=use_l10n)))


def time_format(value: Any, format: str | None = None, use_l10n: bool | None = None) -> str:
    """`value`, a time or datetime, in `format`; TIME_FORMAT by default."""
    return str(
        dateformat.time_format(value, get_format(format or "TIME_FORMAT", use_l10n=use_l10n))
    )


def number_format(
    value: Any,
    decimal_pos: int | None = None,
    use_l10n: bool | None = None,
    force_grouping: bool = False,
) -> str:
    """`value` with the separators of the active language and `decimal_pos` decimal places.

    Thousands are separated where USE_THOUSAND_SEPARATOR or `force_grouping` says so.
    """
    if use_l10n is None:
        use_l10n = True
    lang = get_language() if use_l10n else None
    return numberformat.format(
        value,
        get_format("DECIMAL_SEPARATOR", lang, use_l10n=use_l10n),
        decimal_pos,
        get_format("NUMBER_GROUPING", lang, use_l10n=use_l10n),
        get_format("THOUSAND_SEPARATOR", lang, use_l10n=use_l10n),
        force_grouping=force_grouping,
        use_l10n=use_l10n,
    )


def localize(value: Any, use_l10n: bool | None = None) -> Any:
    """`value` as the active language writes it, if it is a number or a date; else as it is."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return str(value)
    if isinstance(value, decimal.Decimal | float | int):
        return str(value) if use_l10n is False else number_format(value, use_l10n=use_l10n)
    if isinstance(value, datetime.datetime):
        return date_format(value, "DATETIME_FORMAT", use_l10n=use_l10n)
    if isinstance(value, datetime.date):
        return date_format(value, use_l10n=use_l10n)
    if isinstance(value, datetime.time):
        return time_format(value, use_l10n=use_l10n)
    return value


def localize_input(value: Any, default: str | None = None) -> Any:
    """`value` as a form shows it for editing: a number or date that can be read back.

    `default` is the format, as for strftime, instead of the first of the language's input formats.
    """
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return str(value)
    if isinstance(value, decimal.Decimal | float | int):
        return number_format(value)
    for kind, name in (
        (datetime.datetime, "DATETIME_INPUT_FORMATS"),
        (datetime.date, "DATE_INPUT_FORMATS"),
        (datetime.time, "TIME_INPUT_FORMATS"),
    ):
        if isinstance(value, kind):
            return value.strftime(sanitize_strftime_format(default or get_format(name)[0]))
    return value


@functools.lru_cache(maxsize=1)
def _pads_years() -> bool:
    return datetime.date(1, 1, 1).strftime("%Y") == "0001"


_YEARS = {"%C": "%02C", "%F": "%04Y-%m-%d", "%G": "%04G", "%Y": "%04Y"}


@functools.lru_cache(maxsize=256)
def sanitize_strftime_format(fmt: str) -> str:
    """`fmt` such that years before 1000 have four digits, which not every C library does."""
    if _pads_years():
        return fmt
    pieces = fmt.split("%%")
    for short, full in _YEARS.items():
        pieces = [piece.replace(short, full) for piece in pieces]
    return "%%".join(pieces)


def sanitize_separators(value: Any) -> Any:
    """`value`, a number as the active language writes it, with a point and no other separators."""
    if not isinstance(value, str):
        return value
    decimals = None
    decimal_separator = get_format("DECIMAL_SEPARATOR")
    if decimal_separator in value:
        value, decimals = value.split(decimal_separator, 1)
    if settings.USE_THOUSAND_SEPARATOR:
        thousand = get_format("THOUSAND_SEPARATOR")
        # One point not before three digits was rather meant as a decimal point.
        if not (thousand == "." and value.count(".") == 1 and len(value.split(".")[-1]) != 3):
            for separator in {thousand, unicodedata.normalize("NFKD", thousand)}:
                value = value.replace(separator, "")
    return value if decimals is None else f"{value}.{decimals}"
