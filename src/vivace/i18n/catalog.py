"""Message catalogues: what the ``.mo`` files of a project say in one language.

Where a message is looked for, first to last:

1. ``LOCALE_PATHS``, in order,
2. the ``locale`` directories of the installed applications, in order,
3. the messages that ship with Vivace,
4. the same for ``LANGUAGE_CODE``, unless that is this language or this is a variety of English,
   whose messages are the ones in the source.

In each directory the locale itself (``de_AT``) comes before its language (``de``).
"""

import os
import warnings
from collections.abc import Callable, Iterator
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any, cast

from vivace.apps import apps
from vivace.conf import settings
from vivace.conf.frozen import Frozen
from vivace.conf.locale import LANG_INFO
from vivace.core.exceptions import AppRegistryNotReady
from vivace.i18n.codes import (
    LANGUAGE_CODE_MAX_LENGTH,
    language_code_re,
    to_language,
    to_locale,
)
from vivace.utils.lazily import Later

if TYPE_CHECKING:
    import gettext as gettext_module
else:
    gettext_module = Later("gettext")

CONTEXT_SEPARATOR = "\x04"

Key = str | tuple[str, int]
Plural = Callable[[Any], int]


def _own_directory() -> str:
    return os.path.join(os.path.dirname(os.path.dirname(__file__)), "conf", "locale")


def all_locale_paths() -> list[str]:
    """The directories in which translations are looked for, the weakest first."""
    paths = [_own_directory()]
    for app_config in apps.get_app_configs():
        path = os.path.join(app_config.path, "locale")
        if os.path.exists(path):
            paths.append(path)
    return [*settings.LOCALE_PATHS, *paths]


class _Layer:
    """Messages that share one rule for plurals."""

    def __init__(self, rule: str, plural: Plural) -> None:
        self.rule = rule
        self.plural = plural
        self.messages: dict[Key, str] = {}


class Catalogue:
    """All translations of `domain` into `language`, merged at once; cheap to ask.

    `localedirs` replaces the directories of the applications, except for the domain "django"; those of
    LOCALE_PATHS always belong to it.
    Raises `AppRegistryNotReady` before the applications are loaded, and `OSError` if there is
    nothing at all for LANGUAGE_CODE.
    """

    def __init__(
        self, language: str, domain: str = "django", localedirs: list[str] | None = None
    ) -> None:
        self.domain = domain
        self._language = language
        self._to_language = to_language(language)
        self._locale = to_locale(language)
        self._layers: list[_Layer] = []
        # COMPAT: packages put translations of gettext's kind in here, with what was here as theirs.
        self._fallback: Catalogue | gettext_module.NullTranslations | None = None

        if domain == "django" and localedirs is not None:
            warnings.warn(
                "localedirs is ignored when domain is 'django'.", RuntimeWarning, stacklevel=2
            )
            localedirs = None
        for directory in self._directories(localedirs):
            for translations in self._read(directory):
                self._merge(translations)
        default = settings.LANGUAGE_CODE
        if (
            not self._layers
            and localedirs is None
            and domain == "django"
            and language == default
            and not is_builtin_locale(self._locale)
        ):
            raise OSError(f"No translation files found for default language {default}.")
        if language != default and not language.startswith("en"):
            self._fallback = (
                catalogue(default) if domain == "django" else Catalogue(default, domain, localedirs)
            )

    def __repr__(self) -> str:
        return f"<{type(self).__name__} lang:{self._language}>"

    def _directories(self, localedirs: list[str] | None) -> Iterator[str]:
        # The strongest first: of two translations of a message the one merged earlier stays.
        yield from settings.LOCALE_PATHS
        if localedirs is not None:
            # COMPAT: of directories that the caller names, the last is the strongest.
            yield from reversed(localedirs)
            return
        try:
            app_configs = list(apps.get_app_configs())
        except AppRegistryNotReady:
            raise AppRegistryNotReady(
                "The translation infrastructure cannot be initialized before the apps registry is "
                "ready. Check that you don't make non-lazy gettext calls at import time."
            )
        for app_config in app_configs:
            yield os.path.join(app_config.path, "locale")
        yield _own_directory()

    def _read(self, directory: str) -> "Iterator[gettext_module.GNUTranslations]":
        # SECURITY: the code may come from a cookie or a path; it must not lead out of `directory`.
        if os.sep in self._locale or "\0" in self._locale:
            return
        for path in gettext_module.find(self.domain, directory, [self._locale], all=True):
            with open(path, "rb") as file:
                yield gettext_module.GNUTranslations(file)

    def _merge(self, translations: "gettext_module.GNUTranslations") -> None:
        rule = translations.info().get("plural-forms", "")
        # A new layer only where the rule changes: messages must be counted by the rule of the file
        # they come from, and an earlier layer must stay the stronger one.
        if not self._layers or self._layers[-1].rule != rule:
            self._layers.append(_Layer(rule, cast("Any", translations).plural))
        messages = self._layers[-1].messages
        for key, text in vars(translations)["_catalog"].items():
            messages.setdefault(key, text)

    def language(self) -> str:
        """The language code, as given."""
        return self._language

    def to_language(self) -> str:
        """The language code in lower case with a hyphen."""
        return self._to_language

    def plural_forms(self) -> str:
        """The value of the header ``Plural-Forms`` that holds for the strongest messages."""
        return self._layers[0].rule if self._layers else ""

    def messages(self) -> dict[Key, str]:
        """All that can be looked up, what comes first stronger; forms by count as ``(key, index)``."""
        merged: dict[Key, str] = {}
        for layer in self._layers:
            for key, text in layer.messages.items():
                merged.setdefault(key, text)
        fallback: Any = self._fallback
        while fallback is not None and not isinstance(fallback, Catalogue):
            fallback = vars(fallback).get("_fallback")
        if fallback is not None:
            for key, text in fallback.messages().items():
                merged.setdefault(key, text)
        return merged

    def lookup(self, key: str) -> str | None:
        """The translation of `key`, or None."""
        for layer in self._layers:
            text = layer.messages.get(key)
            if text is None:
                text = layer.messages.get((key, layer.plural(1)))
            if text is not None:
                return text
        fallback = self._fallback
        if fallback is None or isinstance(fallback, Catalogue):
            return None if fallback is None else fallback.lookup(key)
        text = fallback.gettext(key)
        return None if text == key else text

    def lookup_plural(self, key: str, number: Any) -> str | None:
        """The translation of `key` for the count `number`, or None."""
        for layer in self._layers:
            text = layer.messages.get((key, layer.plural(number)))
            if text is not None:
                return text
        fallback = self._fallback
        if fallback is None or isinstance(fallback, Catalogue):
            return None if fallback is None else fallback.lookup_plural(key, number)
        text = fallback.ngettext(key, key, number)
        return None if text == key else text

    def gettext(self, message: str) -> str:
        """The translation of `message`, or `message`."""
        text = self.lookup(message)
        return message if text is None else text

    def ngettext(self, msgid1: str, msgid2: str, n: Any) -> str:
        """The translation of `msgid1` for the count `n`; without one, English grammar decides."""
        text = self.lookup_plural(msgid1, n)
        if text is not None:
            return text
        return msgid1 if _is_one(n) else msgid2


@cache
def _count_in_source() -> Plural:
    # gettext's own counting, which refuses what is no number at all.
    counting: Plural = cast("Any", gettext_module).c2py("n != 1")
    return counting


def _is_one(number: Any) -> bool:
    return not _count_in_source()(number)


def plural_forms(locale: str) -> str:
    """The header ``Plural-Forms`` that Vivace's own messages in `locale` have; "" for none."""
    for path in gettext_module.find("django", _own_directory(), [locale], all=True):
        with open(path, "rb") as file:
            rule = gettext_module.GNUTranslations(file).info().get("plural-forms", "")
            return rule if rule.endswith(";") else f"{rule};"
    return ""


def is_builtin_locale(locale: str) -> bool:
    """Whether Vivace knows the language of the locale name `locale`."""
    locale = locale.partition("@")[0]
    return bool(_builtin_locales().intersection((locale, locale.partition("_")[0])))


@lru_cache(maxsize=1)
def _builtin_locales() -> frozenset[str]:
    # "no" is known by name only: its text is that of "nb".
    return frozenset(
        to_locale(code) for code, info in LANG_INFO.items() if "name" in info and code != "no"
    )


# Every language that was used. `catalogue` bounds it: codes can come from outside.
_MAX_CATALOGUES = 200
_catalogues: dict[str, Catalogue] = {}


def catalogue(language: str) -> Catalogue:
    """The `Catalogue` for `language`, read once."""
    found = _catalogues.get(language)
    if found is None:
        found = Catalogue(language)
        if len(_catalogues) >= _MAX_CATALOGUES:
            _catalogues.clear()
        _catalogues[language] = found
    return found


def get_languages() -> dict[str, Any]:
    """The languages of the setting LANGUAGES, ``{code: name}``."""
    return LANGUAGES.value


def _languages() -> dict[str, Any]:
    return dict(settings.LANGUAGES)


def check_for_language(lang_code: str | None) -> bool:
    """Whether there is a translation for `lang_code`, anywhere."""
    # SECURITY: the limit comes before anything is kept (CVE-2026-15337, CVE-2026-77050).
    if lang_code is None or len(lang_code) > LANGUAGE_CODE_MAX_LENGTH:
        return False
    if not language_code_re.match(lang_code):
        return False
    return _has_catalogue(lang_code)


@lru_cache(maxsize=1000)
def _has_catalogue(lang_code: str) -> bool:
    locale = to_locale(lang_code)
    return is_builtin_locale(locale) or any(
        gettext_module.find("django", path, [locale]) is not None for path in all_locale_paths()
    )


def reset_cache() -> None:
    """Forget everything that was read."""
    _catalogues.clear()
    _has_catalogue.cache_clear()


LANGUAGES: Frozen[dict[str, Any]] = Frozen(
    "i18n.languages",
    _languages,
    reads=("LANGUAGES", "LANGUAGE_CODE", "LOCALE_PATHS", "INSTALLED_APPS"),
    cleared=reset_cache,
)
