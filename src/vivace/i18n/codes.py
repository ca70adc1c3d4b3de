"""How languages are written: ``pt-br`` in settings and HTTP, ``pt_BR`` as a directory's name."""

import re
from typing import TYPE_CHECKING, Any

from vivace.utils.lazily import Later, late_pattern

if TYPE_CHECKING:
    from vivace.conf import locale as locales
else:
    locales = Later("vivace.conf.locale")

# SECURITY: every function that looks a code up or keeps it in a cache refuses longer ones first.
LANGUAGE_CODE_MAX_LENGTH = 500

# Language tags as in RFC 1766 with digits allowed in what follows the language, and an "@modifier".
language_code_re = late_pattern(
    r"[a-z]{1,8}(?:-[a-z0-9]{1,8})*(?:@[a-z0-9]{1,20})?\Z", re.IGNORECASE
)


def to_locale(language: str) -> str:
    """The name of the locale for the language code `language`: ``pt_BR`` for ``pt-br``."""
    base, dash, rest = language.lower().partition("-")
    if not rest:
        # It may be a locale already: only the language is normalized, not the country.
        return language[:3].lower() + language[3:]
    country, dash, tail = rest.partition("-")
    # A script has four letters ("Hans"), a country two, a region three digits.
    country = country.title() if len(country) > 2 else country.upper()
    return f"{base}_{country}{dash}{tail}"


def to_language(locale: str) -> str:
    """The language code for the name of the locale `locale`: ``pt-br`` for ``pt_BR``."""
    language, underscore, rest = locale.partition("_")
    if underscore:
        return f"{language.lower()}-{rest.lower()}"
    return locale.lower()


def language_facts(lang_code: str) -> dict[str, Any]:
    """The entry of `LANG_INFO` for `lang_code`, else for the language without country or script.

    Raises `KeyError` for an unknown code.
    """
    try:
        info = locales.LANG_INFO[lang_code]
    except KeyError:
        if "-" not in lang_code:
            raise KeyError(f"Unknown language code {lang_code}.")
        generic = lang_code.split("-")[0]
        try:
            info = locales.LANG_INFO[generic]
        except KeyError:
            raise KeyError(f"Unknown language code {lang_code} and {generic}.")
    if "name" not in info:
        return language_facts(info["fallback"][0])
    return info
