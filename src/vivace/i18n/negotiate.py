"""Which of the project's languages suits a visitor best.

SECURITY: everything here comes from outside. Headers and codes are cut or refused by length before
they are parsed or kept (CVE-2023-23969, CVE-2024-39614, CVE-2026-15337, CVE-2026-77050).
"""

import re
from functools import lru_cache
from typing import Any

from vivace.conf import settings
from vivace.conf.frozen import Frozen
from vivace.conf.locale import LANG_INFO
from vivace.i18n.catalog import LANGUAGES, check_for_language, get_languages
from vivace.i18n.codes import LANGUAGE_CODE_MAX_LENGTH
from vivace.utils.lazily import late_pattern

ACCEPT_LANGUAGE_HEADER_MAX_LENGTH = 500

# One entry of Accept-Language, as in RFC 9110 (12.5.4), without what surrounds it.
accept_language_re = late_pattern(
    r"(?P<tag>[a-z]{1,8}(?:-[a-z0-9]{1,8})*|\*)"
    r"(?:\s*;\s*q=(?P<quality>0(?:\.[0-9]{0,3})?|1(?:\.0{0,3})?))?\Z",
    re.IGNORECASE,
)

# The language at the start of a path: one optional part may follow the language itself.
language_code_prefix_re = late_pattern(r"/(\w+(?:[-_@]\w+){0,2})(?:/|\Z)", re.ASCII)


def parse_accept_lang_header(lang_string: str) -> tuple[tuple[str, float], ...]:
    """The languages of an Accept-Language header with their weights, the most wanted first.

    A malformed header is empty. Of an overlong one only the start counts, up to a comma.
    """
    if len(lang_string) > ACCEPT_LANGUAGE_HEADER_MAX_LENGTH:
        end = lang_string.rfind(",", 0, ACCEPT_LANGUAGE_HEADER_MAX_LENGTH)
        if end <= 0:
            return ()
        lang_string = lang_string[:end]
    return _parse_accept_lang_header(lang_string.lower())


@lru_cache(maxsize=1000)
def _parse_accept_lang_header(lang_string: str) -> tuple[tuple[str, float], ...]:
    entries = lang_string.split(",")
    if len(entries) > 1 and not entries[-1]:
        entries.pop()
    # White space belongs to the commas: there is none before the first entry or after the last.
    entries[1:] = [entry.lstrip() for entry in entries[1:]]
    entries[:-1] = [entry.rstrip() for entry in entries[:-1]]
    found = []
    for entry in entries:
        match = accept_language_re.match(entry)
        if match is None:
            return ()
        found.append((match["tag"], float(match["quality"] or 1)))
    return tuple(sorted(found, key=lambda pair: pair[1], reverse=True))


def get_supported_language_variant(lang_code: str | None, strict: bool = False) -> str:
    """The language of LANGUAGES that comes nearest to `lang_code`, as it is or less specific.

    ``de-at`` gives ``de`` and, unless `strict`, ``es`` may give ``es-ar``. Raises `LookupError`
    where there is none.
    """
    if lang_code is not None and len(lang_code) > LANGUAGE_CODE_MAX_LENGTH:
        end = -1 if strict else lang_code.rfind("-", 0, LANGUAGE_CODE_MAX_LENGTH)
        if end < 0:
            raise LookupError(lang_code)
        lang_code = lang_code[:end]
    if not lang_code:
        raise LookupError(lang_code)
    found = _variant(lang_code, strict)
    if found is None:
        raise LookupError(lang_code)
    return found


@lru_cache(maxsize=1000)
def _variant(lang_code: str, strict: bool) -> str | None:
    candidates: list[str] = [lang_code, *LANG_INFO.get(lang_code, {}).get("fallback", ())]
    shorter = lang_code
    while "-" in shorter:
        shorter = shorter.rpartition("-")[0]
        candidates.append(shorter)
    supported = get_languages()
    for candidate in candidates:
        if candidate.lower() in supported and check_for_language(candidate):
            return candidate
    if not strict:
        # No fewer specifics to give up: another variety of the language is better than none.
        sibling = candidates[-1] + "-"
        for code in supported:
            if code.startswith(sibling):
                return code
    return None


VARIANTS: Frozen[None] = Frozen(
    "i18n.variants", lambda: None, after=(LANGUAGES,), cleared=_variant.cache_clear
)


def get_language_from_path(path: str, strict: bool = False) -> str | None:
    """The language with which `path` begins, or None."""
    match = language_code_prefix_re.match(path)
    if match is None:
        return None
    try:
        return get_supported_language_variant(match[1], strict=strict)
    except LookupError:
        return None


def get_language_from_request(request: Any, check_path: bool = False) -> str:
    """The language for `request`: by path if `check_path`, by cookie, by header, the default."""
    if check_path:
        language = get_language_from_path(request.path_info)
        if language is not None:
            return language

    cookie = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME)
    if cookie is not None and cookie in get_languages() and check_for_language(cookie):
        return str(cookie)
    for candidate in (cookie, *_accepted(request)):
        try:
            return get_supported_language_variant(candidate)
        except LookupError:
            continue
    try:
        return get_supported_language_variant(settings.LANGUAGE_CODE)
    except LookupError:
        default: str = settings.LANGUAGE_CODE
        return default


def _accepted(request: Any) -> list[str]:
    accepted = []
    for tag, _ in parse_accept_lang_header(request.META.get("HTTP_ACCEPT_LANGUAGE", "")):
        if tag == "*":
            break
        accepted.append(tag)
    return accepted
