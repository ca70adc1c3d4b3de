"""The address under which the functions for USE_I18N off are known: the public ones obey it."""

from vivace.utils.translation import (
    activate,
    check_for_language,
    deactivate,
    deactivate_all,
    get_language,
    get_language_bidi,
    get_language_from_path,
    get_language_from_request,
    get_supported_language_variant,
    gettext,
    gettext_lazy,
    gettext_noop,
    ngettext,
    ngettext_lazy,
    npgettext,
    pgettext,
)

__all__ = [
    "activate",
    "check_for_language",
    "deactivate",
    "deactivate_all",
    "get_language",
    "get_language_bidi",
    "get_language_from_path",
    "get_language_from_request",
    "get_supported_language_variant",
    "gettext",
    "gettext_lazy",
    "gettext_noop",
    "ngettext",
    "ngettext_lazy",
    "npgettext",
    "pgettext",
]
