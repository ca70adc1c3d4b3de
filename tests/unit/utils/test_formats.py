"""Formats of languages, and what they are used for."""

from __future__ import annotations

import datetime
import json
import pathlib
import sys
import types
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest

from settings_layer import changed
from vivace.apps import apps
from vivace.conf import settings
from vivace.utils import formats, translation
from vivace.utils.formats import (
    date_format,
    get_format,
    get_format_lazy,
    localize,
    localize_input,
    number_format,
    sanitize_separators,
    time_format,
)
from vivace.utils.safestring import SafeString, mark_safe

GOLDEN = pathlib.Path(__file__).parents[2] / "golden/formats.json"
OBSERVED: dict[str, dict[str, Any]] = json.loads(GOLDEN.read_text())
MOMENT = datetime.datetime(2024, 3, 5, 14, 7, 9, 123456)


@pytest.fixture(autouse=True)
def ready() -> Iterator[None]:
    apps.populate(settings.INSTALLED_APPS)
    yield
    translation.deactivate()


@pytest.mark.parametrize("language", sorted(OBSERVED))
def test_every_language_has_the_formats_of_django(language: str) -> None:
    # Observed where the settings hold values that no locale has, to see what comes from there.
    nothing = "left to the settings"
    values = {
        name: [nothing] if name.endswith("_INPUT_FORMATS") else nothing
        for name in formats.FORMAT_SETTINGS
    }
    with changed(**values):
        ours = {name: get_format(name, language) for name in OBSERVED[language]}
    assert ours == OBSERVED[language]


class TestGetFormat:
    def test_name_or_format(self) -> None:
        assert get_format("NOPE") == "NOPE"
        assert get_format("D d M") == "D d M"

    def test_active_language(self) -> None:
        lazy = get_format_lazy("DATE_FORMAT")
        with translation.override("de"):
            assert get_format("DATE_FORMAT") == str(lazy) == "j. F Y"
        with translation.override(None):
            assert get_format("DATE_FORMAT") == settings.DATE_FORMAT

    def test_settings_only(self) -> None:
        with changed(DATE_FORMAT="X"), translation.override("de"):
            assert get_format("DATE_FORMAT", use_l10n=False) == "X"
            assert get_format("DATE_FORMAT", "de", use_l10n=False) == "X"
            assert get_format("DATE_FORMAT", "de") == "j. F Y"

    def test_changed_setting_is_seen(self) -> None:
        assert get_format("DATE_FORMAT", "ast") == settings.DATE_FORMAT
        with changed(DATE_FORMAT="X"):
            assert get_format("DATE_FORMAT", "ast") == "X"
        assert get_format("DATE_FORMAT", "ast") == settings.DATE_FORMAT

    @pytest.mark.parametrize("path", ["own_formats", ["no_such_package", "own_formats"]])
    def test_own_modules_come_first(
        self, monkeypatch: pytest.MonkeyPatch, path: str | list[str]
    ) -> None:
        for name in ("own_formats", "own_formats.de", "own_formats.de.formats"):
            module: Any = types.ModuleType(name)
            module.__path__ = []
            monkeypatch.setitem(sys.modules, name, module)
        module.DATE_FORMAT, module.OWN = "Y", "own"
        with changed(FORMAT_MODULE_PATH=path):
            assert get_format("DATE_FORMAT", "de") == "Y"
            assert get_format("OWN", "de") == "own"
            assert get_format("TIME_FORMAT", "de") == "H:i"
            assert module in formats.iter_format_modules("de")
            assert module not in formats.iter_format_modules("de", ())
        assert get_format("DATE_FORMAT", "de") == "j. F Y"

    def test_without_translation_the_default_language_holds(self) -> None:
        with changed(USE_I18N=False, LANGUAGE_CODE="de"):
            assert get_format("DATE_FORMAT") == "j. F Y"


class TestNumbers:
    @pytest.mark.parametrize(
        ("language", "separators", "shown"),
        [
            ("en", False, ["1234", "1234.5", "1234.50", "-1234567"]),
            ("en", True, ["1,234", "1,234.5", "1,234.50", "-1,234,567"]),
            ("de", False, ["1234", "1234,5", "1234,50", "-1234567"]),
            ("de", True, ["1.234", "1.234,5", "1.234,50", "-1.234.567"]),
            ("fr", True, ["1\xa0234", "1\xa0234,5", "1\xa0234,50", "-1\xa0234\xa0567"]),
        ],
    )
    def test_localize(self, language: str, separators: bool, shown: list[str]) -> None:
        with changed(USE_THOUSAND_SEPARATOR=separators), translation.override(language):
            values = [1234, 1234.5, Decimal("1234.50"), -1234567]
            assert [localize(value) for value in values] == shown
            assert [localize_input(value) for value in values] == shown

    def test_number_format(self) -> None:
        with translation.override("de"):
            assert number_format(1234.567, 2) == "1234,56"
            assert number_format(1234, 2, force_grouping=True) == "1.234,00"
            assert number_format("1234.5", use_l10n=False) == "1234.5"

    @pytest.mark.parametrize(
        ("typed", "meant"),
        [
            ("1.234,5", "1234.5"),
            ("12,34", "12.34"),
            ("12.34", "12.34"),
            ("1.234", "1234"),
            ("1.234.567", "1234567"),
            ("-1.5", "-1.5"),
            ("1,2,3", "1.2,3"),
            ("abc", "abc"),
            (5, 5),
            (None, None),
        ],
    )
    def test_sanitize_separators(self, typed: Any, meant: Any) -> None:
        with changed(USE_THOUSAND_SEPARATOR=True), translation.override("de"):
            assert sanitize_separators(typed) == meant

    def test_space_for_a_hard_space(self) -> None:
        with changed(USE_THOUSAND_SEPARATOR=True), translation.override("fr"):
            assert sanitize_separators("1 234,5") == "1234.5"
            assert sanitize_separators("1\xa0234,5") == "1234.5"

    def test_no_thousands_unless_wanted(self) -> None:
        with translation.override("de"):
            assert sanitize_separators("1.234,5") == "1.234.5"


class TestDates:
    def test_localize(self) -> None:
        with translation.override("de"):
            assert localize(MOMENT) == "5. März 2024 14:07"
            assert localize(MOMENT.date()) == "5. März 2024"
            assert localize(MOMENT.time()) == "14:07"
            assert localize(MOMENT.date(), use_l10n=False) == "März 5, 2024"

    def test_localize_input(self) -> None:
        with translation.override("de"):
            assert localize_input(MOMENT) == "05.03.2024 14:07:09"
            assert localize_input(MOMENT.date()) == "05.03.2024"
            assert localize_input(MOMENT.time()) == "14:07:09"
            assert localize_input(MOMENT.date(), "%d/%Y") == "05/2024"
            assert localize_input(datetime.date(7, 1, 2), "%Y") == "0007"

    def test_by_name_or_format(self) -> None:
        assert date_format(MOMENT) == "March 5, 2024"
        assert date_format(MOMENT, "SHORT_DATE_FORMAT") == "03/05/2024"
        assert date_format(MOMENT, "Y-m") == "2024-03"
        assert time_format(MOMENT.time()) == "2:07 p.m."


@pytest.mark.parametrize("value", ["abc", None, [1], b"x"])
def test_other_values_stay(value: Any) -> None:
    assert localize(value) is value
    assert localize_input(value) is value


def test_truth_is_written_out_and_safety_kept() -> None:
    assert (localize(True), localize_input(False)) == ("True", "False")
    assert type(localize(mark_safe("x"))) is SafeString
