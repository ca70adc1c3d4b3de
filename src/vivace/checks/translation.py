"""Checks of the settings about languages."""

from typing import TYPE_CHECKING, Any

from vivace.checks.messages import CheckMessage, Error
from vivace.checks.registry import Tags, register
from vivace.conf import global_settings, settings
from vivace.i18n.codes import language_code_re
from vivace.utils.lazily import Later

if TYPE_CHECKING:
    from vivace.i18n import negotiate
else:
    negotiate = Later("vivace.i18n.negotiate")

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


def _as_shipped(name: str) -> bool:
    # PERF: of what Vivace ships, nothing need be looked at.
    return getattr(settings, name) == getattr(global_settings, name)  # type: ignore[no-any-return]


def _wrong(template: CheckMessage, tags: Any) -> list[CheckMessage]:
    return [
        Error(template.msg.format(tag), id=template.id)
        for tag in tags
        if not isinstance(tag, str) or not language_code_re.match(tag)
    ]


@register(Tags.translation)
def check_setting_language_code(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """LANGUAGE_CODE must be written as a language code."""
    return [] if _as_shipped("LANGUAGE_CODE") else _wrong(E001, [settings.LANGUAGE_CODE])


@register(Tags.translation)
def check_setting_languages(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """LANGUAGES must hold language codes."""
    return (
        [] if _as_shipped("LANGUAGES") else _wrong(E002, [code for code, _ in settings.LANGUAGES])
    )


@register(Tags.translation)
def check_setting_languages_bidi(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """LANGUAGES_BIDI must hold language codes."""
    return [] if _as_shipped("LANGUAGES_BIDI") else _wrong(E003, settings.LANGUAGES_BIDI)


@register(Tags.translation)
def check_language_settings_consistent(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """LANGUAGE_CODE must be one of LANGUAGES, or a variety of one."""
    if _as_shipped("LANGUAGE_CODE") and _as_shipped("LANGUAGES"):
        return []
    try:
        negotiate.get_supported_language_variant(settings.LANGUAGE_CODE)
    except LookupError:
        return [E004]
    return []
