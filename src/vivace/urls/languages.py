"""Routes with the language's code in front.

Defined by topics/i18n/translation, "Internationalization: in URL patterns".
"""

from __future__ import annotations

import functools
from typing import Any

from vivace.conf import settings
from vivace.urls.patterns import LocalePrefixPattern
from vivace.urls.resolvers import URLResolver, get_resolver
from vivace.utils.naming import publish

__all__ = ["i18n_patterns", "is_language_prefix_patterns_used"]


def i18n_patterns(*urls: Any, prefix_default_language: bool = True) -> list[Any]:
    """`urls` below the language's code; as they are if USE_I18N is off. For root URLconfs only."""
    if not settings.USE_I18N:
        return list(urls)
    pattern = LocalePrefixPattern(prefix_default_language=prefix_default_language)
    return [URLResolver(pattern, list(urls))]


@functools.cache
def is_language_prefix_patterns_used(urlconf: Any) -> tuple[bool, bool]:
    """Whether `urlconf` itself has `i18n_patterns`, and whether the default language is prefixed."""
    for entry in get_resolver(urlconf).url_patterns:
        if isinstance(entry.pattern, LocalePrefixPattern):
            return True, entry.pattern.prefix_default_language
    return False, False


publish(__name__, "conf.urls.i18n")
