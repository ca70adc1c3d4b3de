"""Checks of the settings about languages."""

from typing import Any

from vivace.checks.messages import CheckMessage, Error
from vivace.checks.registry import Tags, register
from vivace.conf import global_settings, settings
from vivace.conf.locale import LANG_INFO
from vivace.i18n.codes import language_code_re
from vivace.i18n.negotiate import get_supported_language_variant

E001 = Error(
    "You have provided an invalid value for the LANGUAGE_CODE setting: {!r}.",
    id="translation.E001",
)
E002 = Error(
    "You have provided an invalid language code in the LANGUAGES setting: {!r}.",
    id="translation.E002",
)
E003 = Error(
    "You have provided an invalid language code in the LANGUAGES_BIDI setting: {!r}.",
    id="translation.E003",
)
E004 = Error(
    "You have provided a value for the LANGUAGE_CODE setting that is not in the LANGUAGES setting.",
    id="translation.E004",
)


def _is_code(tag: Any) -> bool:
    if not isinstance(tag, str):
        return False
    # PERF: what Vivace knows, as all defaults, need not be matched.
    known = tag in LANG_INFO or tag == global_settings.LANGUAGE_CODE
    return known or language_code_re.match(tag) is not None


def _wrong(template: CheckMessage, tags: Any) -> list[CheckMessage]:
    return [Error(template.msg.format(tag), id=template.id) for tag in tags if not _is_code(tag)]


@register(Tags.translation)
def check_setting_language_code(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """LANGUAGE_CODE must be written as a language code."""
    return _wrong(E001, [settings.LANGUAGE_CODE])


@register(Tags.translation)
def check_setting_languages(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """LANGUAGES must hold language codes."""
    return _wrong(E002, [code for code, _ in settings.LANGUAGES])


@register(Tags.translation)
def check_setting_languages_bidi(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """LANGUAGES_BIDI must hold language codes."""
    return _wrong(E003, settings.LANGUAGES_BIDI)


@register(Tags.translation)
def check_language_settings_consistent(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """LANGUAGE_CODE must be one of LANGUAGES, or a variety of one."""
    try:
        get_supported_language_variant(settings.LANGUAGE_CODE)
    except LookupError:
        return [E004]
    return []
