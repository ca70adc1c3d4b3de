"""The default and the current time zone, aware and naive values."""

from __future__ import annotations

import asyncio
import datetime
import zoneinfo
from typing import Any

import pytest

from settings_layer import changed
from vivace.conf.frozen import settings_changed
from vivace.utils import timezone

PARIS = zoneinfo.ZoneInfo("Europe/Paris")
NAIVE = datetime.datetime(2020, 1, 1)
AWARE = NAIVE.replace(tzinfo=datetime.UTC)


@pytest.mark.parametrize(
    ("offset", "name"),
    [
        (90, "+0130"),
        (-90, "-0130"),
        (-1, "-0001"),
        (0, "+0000"),
        (datetime.timedelta(hours=5, minutes=30), "+0530"),
    ],
)
def test_fixed(offset: Any, name: str) -> None:
    assert timezone.get_fixed_timezone(offset).tzname(None) == name


def test_default_follows_the_setting() -> None:
    with changed(TIME_ZONE="Asia/Tokyo"):
        settings_changed({"TIME_ZONE"})
        assert timezone.get_default_timezone_name() == "Asia/Tokyo"
        assert timezone.get_current_timezone() == zoneinfo.ZoneInfo("Asia/Tokyo")
    settings_changed({"TIME_ZONE"})
    assert timezone.get_default_timezone_name() != "Asia/Tokyo"


def test_override_nests_and_ends() -> None:
    before = timezone.get_current_timezone_name()
    with timezone.override("Europe/Paris"):
        assert timezone.get_current_timezone_name() == "Europe/Paris"
        with timezone.override(None):
            assert timezone.get_current_timezone_name() == before
        with timezone.override(timezone.get_fixed_timezone(60)):
            assert timezone.get_current_timezone_name() == "+0100"
        assert timezone.get_current_timezone() == PARIS
    assert timezone.get_current_timezone_name() == before


def test_override_as_decorator() -> None:
    @timezone.override("Europe/Paris")
    def name() -> str:
        return timezone.get_current_timezone_name()

    assert name() == "Europe/Paris"


def test_tasks_do_not_share_the_active_zone() -> None:
    async def name(zone: str) -> str:
        timezone.activate(zone)
        await asyncio.sleep(0)
        return timezone.get_current_timezone_name()

    async def both() -> list[str]:
        return await asyncio.gather(name("Europe/Paris"), name("Asia/Tokyo"))

    assert asyncio.run(both()) == ["Europe/Paris", "Asia/Tokyo"]


def test_activate_refuses_what_is_no_zone() -> None:
    with pytest.raises(ValueError, match="Invalid timezone: 3"):
        timezone.activate(3)  # type: ignore[arg-type]


def test_conversions() -> None:
    with timezone.override(PARIS):
        assert timezone.localtime(AWARE).hour == 1
        assert timezone.localdate(AWARE) == datetime.date(2020, 1, 1)
        assert timezone.make_aware(NAIVE).tzinfo == PARIS
        assert timezone.make_naive(AWARE) == datetime.datetime(2020, 1, 1, 1)
    assert timezone.make_aware(NAIVE, PARIS).tzinfo == PARIS
    assert timezone.is_naive(NAIVE)
    assert timezone.is_aware(AWARE)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda: timezone.localtime(NAIVE),
            "localtime() cannot be applied to a naive datetime",
        ),
        (
            lambda: timezone.make_aware(AWARE),
            "make_aware expects a naive datetime, got 2020-01-01 00:00:00+00:00",
        ),
        (
            lambda: timezone.make_naive(NAIVE),
            "make_naive() cannot be applied to a naive datetime",
        ),
    ],
)
def test_wrong_kind(call: Any, message: str) -> None:
    with pytest.raises(ValueError) as caught:
        call()
    assert str(caught.value) == message


def test_now() -> None:
    with changed(USE_TZ=True):
        assert timezone.now().tzinfo is datetime.UTC
    with changed(USE_TZ=False):
        assert timezone.now().tzinfo is None


def test_template_localtime() -> None:
    with timezone.override(PARIS):
        assert timezone.template_localtime(AWARE, use_tz=True).tzinfo == PARIS
        assert timezone.template_localtime(AWARE, use_tz=False) is AWARE
        assert timezone.template_localtime(NAIVE, use_tz=True) is NAIVE
        assert timezone.template_localtime("x") == "x"
