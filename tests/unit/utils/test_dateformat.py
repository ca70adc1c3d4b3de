"""The format letters, compared with what was observed from Django."""

from __future__ import annotations

import datetime
import json
import os
import pathlib
import time
from collections.abc import Iterator
from typing import Any

import pytest

from settings_layer import changed
from vivace.apps import apps
from vivace.conf import settings
from vivace.utils import dateformat, timezone

GOLDEN = pathlib.Path(__file__).parents[2] / "golden/dateformat.json"
OBSERVED: list[tuple[str, dict[str, Any]]] = json.loads(GOLDEN.read_text())


@pytest.fixture(autouse=True)
def copenhagen() -> Iterator[None]:
    apps.populate(settings.INSTALLED_APPS)
    zone = os.environ.get("TZ")
    os.environ["TZ"] = "UTC"
    time.tzset()
    with changed(TIME_ZONE="Europe/Copenhagen"):
        timezone.get_default_timezone.cache_clear()
        yield
    timezone.get_default_timezone.cache_clear()
    os.environ.pop("TZ")
    if zone is not None:
        os.environ["TZ"] = zone
    time.tzset()


@pytest.mark.parametrize(("source", "answers"), OBSERVED)
def test_letters_give_what_django_gives(source: str, answers: dict[str, Any]) -> None:
    names = {"datetime": datetime, "CPH": timezone.get_default_timezone()}
    value = eval(source, names)
    ours: dict[str, Any] = {}
    for one in answers:
        try:
            ours[one] = dateformat.format(value, one)
        except Exception as error:
            ours[one] = ["raises", type(error).__name__, str(error)]
    assert ours == answers


def test_times_have_no_dates() -> None:
    noon = datetime.time(12, 5)
    assert dateformat.time_format(noon, "H:i P f") == "12:05 12:05 p.m. 12:05"
    with pytest.raises(AttributeError, match="'TimeFormat' object has no attribute 'Y'"):
        dateformat.time_format(noon, "Y")


def test_subclass_may_change_a_letter() -> None:
    class Roman(dateformat.DateFormat):
        def n(self) -> Any:
            return "III"

    assert Roman(datetime.date(2024, 3, 1)).format("j.n.Y") == "1.III.2024"
