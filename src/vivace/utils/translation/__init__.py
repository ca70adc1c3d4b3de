"""Translation: the language that is active, and the functions that translate into it.

Defined by topics/i18n/translation and ref/utils of the documentation. While USE_I18N is off,
messages stay as they are and the language is always LANGUAGE_CODE.

The active language belongs to the running task or thread: a `ContextVar` holds its code.
"""

from collections.abc import Callable
from contextlib import ContextDecorator
from contextvars import ContextVar
from types import TracebackType
from typing import TYPE_CHECKING, Any, Final

from vivace.conf import settings
from vivace.conf.frozen import Frozen
from vivace.i18n.codes import language_facts, to_language, to_locale
from vivace.i18n.lazy import _lazy_number_unpickle as _lazy_number_unpickle
from vivace.i18n.lazy import lazy_number
from vivace.utils.functional import lazy
from vivace.utils.lazily import Later, late_pattern, lazily
from vivace.utils.safestring import SafeData, SafeString

if TYPE_CHECKING:
    import decimal
    import gettext as gettext_module

    from vivace.i18n import catalog as catalogs
    from vivace.i18n import negotiate
    from vivace.i18n.templatize import TranslatorCommentWarning, templatize
else:
    decimal = Later("decimal")
    gettext_module = Later("gettext")
    catalogs = Later("vivace.i18n.catalog")
    negotiate = Later("vivace.i18n.negotiate")

__all__ = [
    "TranslatorCommentWarning",
    "activate",
    "check_for_language",
    "deactivate",
    "deactivate_all",
    "get_language",
    "get_language_bidi",
    "get_language_from_path",
    "get_language_from_request",
    "get_language_info",
    "get_supported_language_variant",
    "gettext",
    "gettext_lazy",
    "gettext_noop",
    "ngettext",
    "ngettext_lazy",
    "npgettext",
    "npgettext_lazy",
    "override",
    "pgettext",
    "pgettext_lazy",
    "round_away_from_one",
    "templatize",
    "to_language",
    "to_locale",
    "trim_whitespace",
]

__getattr__, __dir__ = lazily(
    __name__, {"vivace.i18n.templatize": "TranslatorCommentWarning templatize"}
)


class _Unset:
    """Nothing was activated: the default language holds."""


_UNSET: Final = _Unset()
Active = str | None | _Unset
_active: ContextVar[Active] = ContextVar("active_language", default=_UNSET)

USE_I18N: Frozen[bool] = Frozen("i18n.use", lambda: bool(settings.USE_I18N), reads=("USE_I18N",))


def _forget_active() -> None:
    # A new default language holds everywhere at once, so what was activated before is void.
    global _active
    _active = ContextVar("active_language", default=_UNSET)


DEFAULT: Frozen[str] = Frozen(
    "i18n.default",
    lambda: str(settings.LANGUAGE_CODE),
    reads=("LANGUAGE_CODE", "LANGUAGES", "LOCALE_PATHS"),
    cleared=_forget_active,
)


def _current() -> str | None:
    """The code of the language into which messages are translated; None for not at all."""
    active = _active.get()
    return DEFAULT.value if isinstance(active, _Unset) else active


def catalog() -> Any:
    """The catalogue of the active language; one without messages if there is none."""
    language = _current()
    return gettext_module.NullTranslations() if language is None else catalogs.catalogue(language)


def gettext_noop(message: str) -> str:
    """Mark `message` for translation and return it as it is."""
    return message


def gettext(message: str) -> str:
    """Translate `message` into the active language."""
    if not USE_I18N.value:
        return message
    text = message.replace("\r\n", "\n").replace("\r", "\n")
    # gettext keeps a catalogue's header under the empty message, which nobody asked for.
    language = _current() if text else None
    if language is not None:
        text = catalogs.catalogue(language).gettext(text)
    return SafeString(text) if isinstance(message, SafeData) else text


def pgettext(context: str, message: str) -> str:
    """Translate `message` as it is meant in `context`, a note for translators."""
    if not USE_I18N.value:
        return message
    language = _current()
    text = None
    if language is not None:
        wanted = message.replace("\r\n", "\n").replace("\r", "\n")
        text = catalogs.catalogue(language).lookup(f"{context}{catalogs.CONTEXT_SEPARATOR}{wanted}")
    if text is None:
        return message
    return SafeString(text) if isinstance(message, SafeData) else text


def ngettext(singular: str, plural: str, number: Any) -> str:
    """Translate `singular` for the count `number`; `plural` is the English form for many."""
    if not USE_I18N.value:
        return singular if number == 1 else plural
    language = _current()
    if language is None:
        return singular if number == 1 else plural
    return catalogs.catalogue(language).ngettext(singular, plural, number)


def npgettext(context: str, singular: str, plural: str, number: Any) -> str:
    """`ngettext` as it is meant in `context`."""
    language = _current() if USE_I18N.value else None
    if language is not None:
        key = f"{context}{catalogs.CONTEXT_SEPARATOR}{singular}"
        text = catalogs.catalogue(language).lookup_plural(key, number)
        if text is not None:
            return text
    return ngettext(singular, plural, number)


gettext_lazy: Callable[[str], Any] = lazy(gettext, str)
pgettext_lazy: Callable[[str, str], Any] = lazy(pgettext, str)


def ngettext_lazy(singular: str, plural: str, number: Any = None) -> Any:
    """`ngettext` at each use; `number` may be the key of the number in what is formatted later."""
    return lazy_number(ngettext, str, singular=singular, plural=plural, number=number)


def npgettext_lazy(context: str, singular: str, plural: str, number: Any = None) -> Any:
    """`npgettext` at each use; `number` as for `ngettext_lazy`."""
    return lazy_number(
        npgettext, str, context=context, singular=singular, plural=plural, number=number
    )


def activate(language: str | None) -> None:
    """Make `language` the active one for what runs in this task or thread."""
    if language and USE_I18N.value:
        # Read now: a mistake is better reported here than with the first message.
        catalogs.catalogue(language)
        _active.set(language)


def deactivate() -> None:
    """Let the default language hold again."""
    if USE_I18N.value:
        _active.set(_UNSET)


def deactivate_all() -> None:
    """Leave messages as they are, until another language is activated."""
    if USE_I18N.value:
        _active.set(None)


class override(ContextDecorator):
    """Make `language` active for a ``with`` block or a decorated function.

    None for `language` is `deactivate_all`. `deactivate` True lets the default language hold
    afterwards, instead of the one before.
    """

    def __init__(self, language: str | None, deactivate: bool = False) -> None:
        self.language = language
        self.deactivate = deactivate

    def __enter__(self) -> None:
        self.old_language = get_language()
        if self.language is not None:
            activate(self.language)
        else:
            deactivate_all()

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc_value: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self.old_language is None:
            deactivate_all()
        elif self.deactivate:
            deactivate()
        else:
            activate(self.old_language)


def get_language() -> str | None:
    """The code of the active language; None after `deactivate_all`."""
    if not USE_I18N.value:
        return DEFAULT.value
    active = _active.get()
    if active is None:
        return None
    return DEFAULT.value if isinstance(active, _Unset) else to_language(active)


def get_language_bidi() -> bool:
    """Whether the active language is written from right to left."""
    language = get_language()
    if language is None:
        return False
    if USE_I18N.value:
        language = language.split("-")[0]
    return language in settings.LANGUAGES_BIDI


def get_language_info(lang_code: str) -> dict[str, Any]:
    """What is known of `lang_code`: bidi, code, name, name_local and, translated, name_translated.

    Raises `KeyError` for an unknown code.
    """
    info = language_facts(lang_code)
    return {**info, "name_translated": gettext_lazy(info["name"])}


def check_for_language(lang_code: str | None) -> bool:
    """Whether there is a translation for `lang_code`, anywhere; True while USE_I18N is off."""
    return not USE_I18N.value or catalogs.check_for_language(lang_code)


def get_supported_language_variant(lang_code: str | None, *, strict: bool = False) -> str:
    """The language of LANGUAGES that comes nearest to `lang_code`.

    `strict` refuses another variety of the same language. Raises `LookupError` if there is none.
    """
    if USE_I18N.value:
        return negotiate.get_supported_language_variant(lang_code, strict=strict)
    if lang_code is None or lang_code.lower() != DEFAULT.value.lower():
        raise LookupError(lang_code)
    return lang_code


def get_language_from_path(path: str) -> str | None:
    """The language with which `path` begins, or None."""
    return negotiate.get_language_from_path(path) if USE_I18N.value else None


def get_language_from_request(request: Any, check_path: bool = False) -> str:
    """The language for `request`: by its cookie, its header, else the default.

    `check_path` asks the path first.
    """
    if not USE_I18N.value:
        return DEFAULT.value
    return negotiate.get_language_from_request(request, check_path)


_around_newlines = late_pattern(r"\s*\n\s*")


def trim_whitespace(s: str) -> str:
    """`s` on one line, without white space around it or its line breaks."""
    return _around_newlines.sub(" ", s.strip())


def round_away_from_one(value: Any) -> int:
    """`value` rounded to an integer that is no nearer to one."""
    exact = decimal.Decimal(value - 1)
    return int(exact.quantize(decimal.Decimal("0"), rounding=decimal.ROUND_UP)) + 1
