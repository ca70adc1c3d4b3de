"""The address under which translation's inner parts are known; they live in `vivace.i18n`."""

from vivace.i18n.catalog import (
    CONTEXT_SEPARATOR,
    all_locale_paths,
    catalogue,
    check_for_language,
    get_languages,
    reset_cache,
)
from vivace.i18n.catalog import Catalogue as DjangoTranslation
from vivace.i18n.codes import LANGUAGE_CODE_MAX_LENGTH, language_code_re, to_language, to_locale
from vivace.i18n.negotiate import (
    accept_language_re,
    get_language_from_path,
    get_language_from_request,
    get_supported_language_variant,
    language_code_prefix_re,
    parse_accept_lang_header,
)
from vivace.utils.translation import (
    activate,
    catalog,
    deactivate,
    deactivate_all,
    get_language,
    get_language_bidi,
    gettext,
    gettext_noop,
    ngettext,
    npgettext,
    pgettext,
)

translation = catalogue

__all__ = [
    "CONTEXT_SEPARATOR",
    "LANGUAGE_CODE_MAX_LENGTH",
    "DjangoTranslation",
    "accept_language_re",
    "activate",
    "all_locale_paths",
    "catalog",
    "check_for_language",
    "deactivate",
    "deactivate_all",
    "get_language",
    "get_language_bidi",
    "get_language_from_path",
    "get_language_from_request",
    "get_languages",
    "get_supported_language_variant",
    "gettext",
    "gettext_noop",
    "language_code_prefix_re",
    "language_code_re",
    "ngettext",
    "npgettext",
    "parse_accept_lang_header",
    "pgettext",
    "reset_cache",
    "to_language",
    "to_locale",
    "translation",
]
