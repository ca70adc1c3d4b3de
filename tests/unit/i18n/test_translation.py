"""Translating: catalogues written here, the active language, lazy texts."""

from __future__ import annotations

import contextvars
import gettext as gettext_module
import pickle
import struct
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from settings_layer import changed
from vivace.apps import apps
from vivace.apps.registry import Apps
from vivace.conf import settings
from vivace.core.exceptions import AppRegistryNotReady
from vivace.i18n import catalog, negotiate
from vivace.utils import translation
from vivace.utils.safestring import SafeString, mark_safe
from vivace.utils.translation import (
    activate,
    deactivate,
    deactivate_all,
    get_language,
    get_language_bidi,
    gettext,
    gettext_lazy,
    ngettext,
    ngettext_lazy,
    npgettext,
    npgettext_lazy,
    override,
    pgettext,
    pgettext_lazy,
    trans_real,
)

GERMAN = "nplurals=2; plural=(n != 1);"
POLISH = "nplurals=3; plural=(n==1 ? 0 : n%10>=2 && n%10<=4 ? 1 : 2);"


def compiled(messages: dict[str, str], plural_forms: str) -> bytes:
    """The bytes of a .mo file, as the manual of GNU gettext lays them out."""
    header = f"Content-Type: text/plain; charset=utf-8\nPlural-Forms: {plural_forms}\n"
    pairs = sorted((k.encode(), v.encode()) for k, v in {"": header, **messages}.items())
    count, offset = len(pairs), 28 + 16 * len(pairs)
    tables, data = ([], []), b""
    for side in (0, 1):
        for pair in pairs:
            tables[side].append(struct.pack("<II", len(pair[side]), offset + len(data)))
            data += pair[side] + b"\0"
    start = struct.pack("<7I", 0x950412DE, 0, count, 28, 28 + 8 * count, 0, 0)
    return start + b"".join(tables[0] + tables[1]) + data


Write = Callable[..., str]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Write a catalogue and return the directory for LOCALE_PATHS."""

    def write(
        locale: str, messages: dict[str, str], plural_forms: str = GERMAN, directory: str = "locale"
    ) -> str:
        target = tmp_path / directory / locale / "LC_MESSAGES"
        target.mkdir(parents=True)
        (target / "django.mo").write_bytes(compiled(messages, plural_forms))
        return str(tmp_path / directory)

    return write


@pytest.fixture(autouse=True)
def ready() -> Iterator[None]:
    apps.populate(settings.INSTALLED_APPS)
    yield
    deactivate()


@pytest.fixture
def german(write: Write) -> Iterator[None]:
    path = write(
        "de",
        {
            "Yes": "Ja",
            "two\nlines": "zwei\nZeilen",
            "month\x04May": "Mai",
            "%(n)d band\0%(n)d bands": "%(n)d Kapelle\0%(n)d Kapellen",
            "%d seat\0%d seats": "%d Platz\0%d Plätze",
            "verb\x04play\0plays": "spiele\0spielen",
        },
    )
    with changed(LOCALE_PATHS=[path]):
        activate("de")
        yield


@pytest.mark.usefixtures("german")
class TestMessages:
    def test_known_and_unknown(self) -> None:
        assert gettext("Yes") == "Ja"
        assert gettext("Nobody") == "Nobody"

    def test_empty_message_is_not_the_header(self) -> None:
        assert gettext("") == ""

    def test_line_ends_are_those_of_catalogues(self) -> None:
        assert gettext("two\r\nlines") == "zwei\nZeilen"
        assert gettext("two\rlines") == "zwei\nZeilen"

    def test_context_makes_another_message(self) -> None:
        assert pgettext("month", "May") == "Mai"
        assert pgettext("verb", "May") == "May"
        assert pgettext("month", "Yes") == "Yes"

    def test_plural_forms(self) -> None:
        assert ngettext("%d seat", "%d seats", 1) == "%d Platz"
        assert ngettext("%d seat", "%d seats", 2) == "%d Plätze"
        assert ngettext("a", "b", 1) == "a"
        assert ngettext("a", "b", 2) == "b"
        assert npgettext("verb", "play", "plays", 2) == "spielen"
        assert npgettext("noun", "play", "plays", 2) == "plays"

    def test_no_number_is_refused(self) -> None:
        with pytest.raises(TypeError, match="Plural value must be an integer, got str"):
            ngettext("a", "b", "1")

    def test_safe_text_stays_safe(self) -> None:
        for text in (
            gettext(mark_safe("Yes")),
            gettext(mark_safe("Nobody")),
            pgettext("month", mark_safe("May")),
        ):
            assert type(text) is SafeString
        assert type(gettext("Yes")) is str

    def test_variety_falls_back_to_its_language(self) -> None:
        activate("de-at")
        assert gettext("Yes") == "Ja"
        assert get_language() == "de-at"

    def test_null_translation(self) -> None:
        with changed(USE_I18N=False):
            assert gettext("Yes") == "Yes"
            assert pgettext("month", "May") == "May"
            assert ngettext("a", "b", 1) == "a"
            assert npgettext("c", "a", "b", 0) == "b"
            assert get_language() == settings.LANGUAGE_CODE
            activate("fr")
            assert get_language() == settings.LANGUAGE_CODE
            assert translation.check_for_language("no-such") is True
        assert gettext("Yes") == "Ja"


class TestCatalogues:
    def test_earlier_paths_are_stronger(self, write: Write) -> None:
        first = write("de", {"a": "first"}, directory="one")
        second = write("de", {"a": "second", "b": "second"}, directory="two")
        with changed(LOCALE_PATHS=[first, second]), override("de"):
            assert (gettext("a"), gettext("b")) == ("first", "second")
        with changed(LOCALE_PATHS=[second, first]), override("de"):
            assert gettext("a") == "second"

    def test_each_file_counts_by_its_own_rule(self, write: Write) -> None:
        own = write("pl", {"a\0as": "1\0few\0many"}, POLISH, directory="one")
        odd = write("pl", {"b\0bs": "one\0other"}, GERMAN, directory="two")
        with changed(LOCALE_PATHS=[own, odd]), override("pl"):
            assert [ngettext("a", "as", n) for n in (1, 3, 5)] == ["1", "few", "many"]
            assert [ngettext("b", "bs", n) for n in (1, 3, 5)] == ["one", "other", "other"]

    def test_default_language_is_the_last_resort(self, write: Write) -> None:
        path = write("de", {"a": "deutsch"})
        write("fr", {"b": "français"})
        with changed(LOCALE_PATHS=[path], LANGUAGE_CODE="de"):
            with override("fr"):
                assert (gettext("a"), gettext("b")) == ("deutsch", "français")
            with override("en-gb"):
                assert gettext("a") == "a"

    def test_application_has_a_locale_directory(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, write: Write
    ) -> None:
        write("de", {"a": "app"}, directory="app_with_locale/locale")
        (tmp_path / "app_with_locale/__init__.py").write_text("")
        monkeypatch.syspath_prepend(str(tmp_path))
        monkeypatch.setattr(catalog, "apps", Apps(["app_with_locale"]))
        catalog.reset_cache()
        with override("de"):
            assert gettext("a") == "app"
        catalog.reset_cache()

    def test_before_applications_are_loaded_it_says_why(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        registry = Apps()
        registry.apps_ready = False
        monkeypatch.setattr(catalog, "apps", registry)
        catalog.reset_cache()
        with pytest.raises(AppRegistryNotReady) as caught:
            gettext("a")
        assert str(caught.value) == (
            "The translation infrastructure cannot be initialized before the apps registry is "
            "ready. Check that you don't make non-lazy gettext calls at import time."
        )
        assert get_language() == "en-us"

    def test_default_language_without_any_catalogue(self) -> None:
        with changed(LANGUAGE_CODE="xx"), pytest.raises(OSError) as caught:
            gettext("a")
        assert str(caught.value) == "No translation files found for default language xx."

    def test_code_cannot_lead_out_of_the_directory(self, write: Write, tmp_path: Path) -> None:
        write("de", {"a": "secret"}, directory="elsewhere")
        (tmp_path / "locale").mkdir()
        with changed(LOCALE_PATHS=[str(tmp_path / "locale")]), override("../elsewhere/de"):
            assert gettext("a") == "a"


@pytest.mark.usefixtures("german")
class TestActiveLanguage:
    def test_override_restores(self) -> None:
        with override("fr") as nothing:
            assert nothing is None
            assert get_language() == "fr"
        assert get_language() == "de"
        with override("fr", deactivate=True):
            pass
        assert get_language() == "en-us"

    def test_override_none_and_back(self) -> None:
        with override(None):
            assert get_language() is None
            assert get_language_bidi() is False
            assert gettext("Yes") == "Yes"
        assert get_language() == "de"
        deactivate_all()
        with override("fr"):
            pass
        assert get_language() is None

    def test_override_decorates(self) -> None:
        @override("fr")
        def language() -> str | None:
            return get_language()

        assert [language(), get_language(), language()] == ["fr", "de", "fr"]

    def test_other_threads_have_their_own(self) -> None:
        seen: list[str | None] = []
        thread = threading.Thread(target=lambda: seen.append(get_language()))
        thread.start()
        thread.join()
        assert seen == ["en-us"]

    def test_contexts_have_their_own(self) -> None:
        context = contextvars.copy_context()
        context.run(activate, "fr")
        assert get_language() == "de"
        assert context.run(get_language) == "fr"

    def test_new_default_voids_what_was_active(self) -> None:
        with changed(LANGUAGE_CODE="fr"):
            assert get_language() == "fr"

    def test_activate_nothing_changes_nothing(self) -> None:
        activate(None)
        activate("")
        assert get_language() == "de"

    @pytest.mark.parametrize(("code", "bidi"), [("ar-dz", True), ("he", True), ("de", False)])
    def test_direction(self, code: str, bidi: bool) -> None:
        with override(code):
            assert get_language_bidi() is bidi


@pytest.mark.usefixtures("german")
class TestLazy:
    def test_is_translated_when_shown(self) -> None:
        text = gettext_lazy("Yes")
        assert text == "Ja"
        with override("fr"):
            assert str(text) == "Oui"
        assert f"{text}!" == "Ja!"
        assert str(pgettext_lazy("month", "May")) == "Mai"

    def test_number_under_a_key(self) -> None:
        text = ngettext_lazy("%(n)d band", "%(n)d bands", "n")
        assert text % {"n": 1} == "1 Kapelle"
        assert text % {"n": 3} == "3 Kapellen"
        with pytest.raises(KeyError, match="Your dictionary lacks key 'n'"):
            _ = text % {}

    def test_number_itself(self) -> None:
        text = ngettext_lazy("%d seat", "%d seats")
        assert (text % 1, text % 2) == ("1 Platz", "2 Plätze")
        assert ngettext_lazy("%d seat", "%d seats", 4) % 4 == "4 Plätze"

    def test_text_need_not_show_its_number(self) -> None:
        text = ngettext_lazy("one thing", "some things", "n")
        assert (text % {"n": 1}, text % {"n": 3}) == ("one thing", "some things")

    def test_format(self) -> None:
        text = ngettext_lazy("{n} thing", "{n} things", "n")
        assert (text.format(n=1), text.format(n=2)) == ("1 thing", "2 things")
        assert ngettext_lazy("{} thing", "{} things").format(2) == "2 things"

    def test_context(self) -> None:
        assert npgettext_lazy("verb", "play", "plays") % 2 == "spielen"

    def test_survives_pickling(self) -> None:
        for text in (
            ngettext_lazy("%(n)d band", "%(n)d bands", "n"),
            pickle.loads(pickle.dumps(ngettext_lazy("%(n)d band", "%(n)d bands", "n"))),
        ):
            assert pickle.loads(pickle.dumps(text)) % {"n": 2} == "2 Kapellen"
        assert str(pickle.loads(pickle.dumps(gettext_lazy("Yes")))) == "Ja"

    def test_is_true(self) -> None:
        assert bool(ngettext_lazy("a", "b", "n")) is True


class TestBounds:
    """Codes and headers come from visitors."""

    def sizes(self) -> tuple[int, ...]:
        return (
            negotiate._variant.cache_info().currsize,
            negotiate._parse_accept_lang_header.cache_info().currsize,
            catalog._has_catalogue.cache_info().currsize,
            len(catalog._catalogues),
        )

    def test_cve_2023_23969_long_header_is_cut_before_it_is_parsed(self) -> None:
        header = ",".join(["de"] * 100_000)
        assert len(negotiate.parse_accept_lang_header(header)) == 166
        before = self.sizes()
        for n in range(20):
            assert negotiate.parse_accept_lang_header(f"{n:0501}" + "x" * 10_000) == ()
        assert self.sizes() == before

    @pytest.mark.parametrize("code", ["x" * 501, "x" * 100_000, "/" * 501, "\0" * 501])
    def test_cve_2024_39614_long_code_is_refused(self, code: str) -> None:
        with pytest.raises(LookupError):
            translation.get_supported_language_variant(code)
        assert translation.check_for_language(code) is False

    def test_cve_2024_39614_long_code_is_cut_at_a_hyphen(self) -> None:
        assert translation.get_supported_language_variant("de-" + "x" * 100_000) == "de"
        with pytest.raises(LookupError):
            translation.get_supported_language_variant("de-" + "x" * 100_000, strict=True)

    def test_cve_2026_15337_long_codes_fill_no_cache(self) -> None:
        translation.check_for_language("de")
        before = self.sizes()
        for n in range(50):
            code = f"de-{n:08}" + "-abcdefgh" * 60
            assert translation.check_for_language(code) is False
            with pytest.raises(LookupError):
                translation.get_supported_language_variant(code, strict=True)
        assert self.sizes() == before

    def test_cve_2026_77050_keys_of_the_cache_are_short(self) -> None:
        negotiate._variant.cache_clear()
        tail = "-abcdefgh" * 55
        assert translation.get_supported_language_variant("de" + tail + "-a1" + "x" * 300) == "de"
        assert translation.get_supported_language_variant("de" + tail + "-b2" + "x" * 900) == "de"
        assert negotiate._variant.cache_info().currsize == 1

    def test_catalogues_are_bounded(self) -> None:
        for n in range(catalog._MAX_CATALOGUES + 5):
            catalog.catalogue(f"x-{n}")
        assert len(catalog._catalogues) <= catalog._MAX_CATALOGUES
        catalog.reset_cache()


def test_settings_name_the_languages() -> None:
    with changed(LANGUAGES=[("de", "German")]):
        assert catalog.get_languages() == {"de": "German"}
    assert "fr" in catalog.get_languages()


class WithoutSources(gettext_module.NullTranslations):
    """What a package puts behind a catalogue to learn what is not translated."""

    def gettext(self, message: str) -> str:
        return "" if asking else super().gettext(message)


asking: list[bool] = []


def test_packages_put_translations_of_their_own_behind_a_catalogue(write: Write) -> None:
    place = write("de", {"cup": "Tasse", "kettle": "Kessel", "a cup\0cups": "eine Tasse\0Tassen"})
    write("fr", {"cup": "coupe"})
    with changed(LOCALE_PATHS=[place], LANGUAGE_CODE="de"), override("fr"):
        active = trans_real.catalog()
        assert active.gettext("cup") == "coupe"
        own = WithoutSources()
        own._fallback, active._fallback = active._fallback, own  # type: ignore[attr-defined]
        assert gettext("kettle") == "Kessel"
        assert gettext("spoon") == "spoon"
        assert pgettext("kitchen", "spoon") == "spoon"
        assert ngettext("a cup", "cups", 2) == "Tassen"
        assert ngettext("a fork", "forks", 2) == "forks"
        assert active.messages()["kettle"] == "Kessel"
        asking.append(True)
        try:
            assert gettext("cup") == "coupe"
            assert gettext("kettle") == gettext("spoon") == ""
        finally:
            asking.clear()


def test_the_catalogue_of_the_active_language() -> None:
    with override("de"):
        assert trans_real.catalog().to_language() == "de"
    with override(None):
        assert trans_real.catalog().gettext("cup") == "cup"


def test_strictness_is_the_second_argument_of_the_working_module() -> None:
    with changed(LANGUAGES=[("es-ar", "Argentinian Spanish")]):
        assert negotiate.get_supported_language_variant("es", False) == "es-ar"
        with pytest.raises(LookupError, match="es"):
            negotiate.get_supported_language_variant("es", True)
