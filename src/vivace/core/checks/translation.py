"""Django's address for `vivace.checks.translation`."""

from vivace.checks.translation import (
    E001,
    E002,
    E003,
    E004,
    check_language_settings_consistent,
    check_setting_language_code,
    check_setting_languages,
    check_setting_languages_bidi,
)

__all__ = [
    "E001",
    "E002",
    "E003",
    "E004",
    "check_language_settings_consistent",
    "check_setting_language_code",
    "check_setting_languages",
    "check_setting_languages_bidi",
]
