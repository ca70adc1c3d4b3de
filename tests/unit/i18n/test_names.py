"""What Vivace says in other languages: names of days, months and units, and its own messages."""

from __future__ import annotations

import datetime
import gettext as gettext_module
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import vivace
from vivace import forms
from vivace.conf.locale import LANG_INFO
from vivace.core.exceptions import ValidationError
from vivace.core.validators import MaxLengthValidator
from vivace.db import models
from vivace.utils import dates, translation
from vivace.utils.formats import date_format
from vivace.utils.translation import gettext, ngettext, pgettext, to_language

LOCALES = Path(vivace.__path__[0]) / "conf" / "locale"
CATALOGUES = sorted(LOCALES.glob("*/LC_MESSAGES/django.mo"))
DAY = datetime.date(2024, 3, 5)
UNITS = ("year", "month", "week", "day", "hour", "minute")


@pytest.fixture(autouse=True)
def language() -> Iterator[None]:
    yield
    translation.deactivate()


@pytest.mark.parametrize(
    ("code", "format", "shown"),
    [
        ("de", "F", "März"),
        ("de", "l, j. F Y", "Dienstag, 5. März 2024"),
        ("de", "D M N", "Di Mär März"),
        ("fr", "l j F Y", "mardi 5 mars 2024"),
        ("es", "j \\d\\e F \\d\\e Y", "5 de marzo de 2024"),
        ("it", "l j F", "Martedì 5 Marzo"),
        ("nl", "l j F", "dinsdag 5 maart"),
        ("pt", "j F", "5 Março"),
        ("pl", "F", "Marzec"),
        ("pl", "j E", "5 marca"),
        ("ru", "j E Y", "5 марта 2024"),
        ("uk", "j E", "5 березня"),
        ("cs", "j. E", "5. března"),
        ("ja", "Y年F", "2024年3月"),
        ("ar", "F", "مارس"),
        ("sr-latn", "F", "mart"),
        ("de-at", "F", "März"),
        ("en", "F", "March"),
    ],
)
def test_dates(code: str, format: str, shown: str) -> None:
    with translation.override(code):
        assert date_format(DAY, format) == shown


@pytest.mark.parametrize(
    ("code", "number", "shown"),
    [
        ("de", 1, "1 Woche"),
        ("de", 3, "3 Wochen"),
        ("fr", 0, "0 semaine"),
        ("pl", 2, "2 tygodnie"),
        ("pl", 5, "5 tygodni"),
        ("pl", 22, "22 tygodnie"),
        ("ru", 21, "21 неделя"),
        ("ru", 11, "11 недель"),
    ],
)
def test_units_by_number(code: str, number: int, shown: str) -> None:
    with translation.override(code):
        assert ngettext("%(num)d week", "%(num)d weeks", number) % {"num": number} == shown


def test_own_messages() -> None:
    with translation.override("de"), pytest.raises(ValidationError) as caught:
        MaxLengthValidator(3)("abcd")
    with translation.override("de"):
        assert caught.value.messages == ["Dieser Wert darf höchstens 3 Zeichen haben (er hat 4)."]
    with translation.override("nl"):
        assert gettext("This field is required.") == "Dit veld is verplicht."


def test_names_of_languages() -> None:
    with translation.override("de"):
        assert str(translation.get_language_info("fr")["name_translated"]) == "Französisch"
        assert gettext("Serbian Latin") == "Serbisch (Lateinisch)"


def test_every_language_has_a_catalogue() -> None:
    named = {code for code, info in LANG_INFO.items() if "name" in info}
    named = {code for code in named if not code.startswith("en")} - {"no", "udm"}
    have = {path.parts[-3] for path in CATALOGUES}
    assert {translation.to_locale(code) for code in named} == have


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.parts[-3])
def test_catalogue_is_sound(path: Path) -> None:
    with path.open("rb") as file:
        found: dict[Any, str] = vars(gettext_module.GNUTranslations(file))["_catalog"]
    for key, text in found.items():
        message = key[0] if isinstance(key, tuple) else key
        if message:
            wanted = set(re.findall(r"%\(\w+\)[sd]|%[sd]", message))
            # A language may have a word for one or two of something.
            left_out = {"%(num)d", "%(size)d"} if isinstance(key, tuple) else set()
            assert set(re.findall(r"%\(\w+\)[sd]|%[sd]", text)) | left_out >= wanted, message
    with translation.override(path.parts[-3].replace("_", "-").lower()):
        for table in (dates.WEEKDAYS, dates.MONTHS, dates.MONTHS_ALT):
            assert len({str(name) for name in table.values()}) == len(table)


def test_months_have_a_context_of_their_own() -> None:
    with translation.override("de"):
        assert pgettext("abbrev. month", "Sept.") == "Sept."
        assert pgettext("alt. month", "May") == "Mai"


# Languages in which more than names is translated by hand.
BY_HAND = sorted(
    to_language(path.parents[1].name)
    for path in LOCALES.glob("*/LC_MESSAGES/django.po")
    if "This field is required." in path.read_text(encoding="utf-8")
)


def messages_of(*classes: Any) -> set[Any]:
    return {
        message
        for cls in classes
        for base in cls.__mro__
        for message in vars(base).get("default_error_messages", {}).values()
    }


class Fives(dict[str, int]):
    def __missing__(self, key: str) -> int:
        return 5


@pytest.mark.parametrize("language", BY_HAND)
def test_what_is_said_of_data_is_said_in_each_language_translated_by_hand(language: str) -> None:
    messages = messages_of(
        *(getattr(forms, name) for name in forms.fields.__all__),
        forms.BaseFormSet,
        forms.ModelMultipleChoiceField,
        models.ForeignKey,
        models.IntegerField,
        models.UUIDField,
    )
    messages.add(models.UniqueConstraint.default_violation_error_message)
    assert len(messages) > 30
    with translation.override("en"):
        english = {message: message % Fives() for message in messages}
    with translation.override(language):
        assert not [said for message, said in english.items() if message % Fives() == said]
