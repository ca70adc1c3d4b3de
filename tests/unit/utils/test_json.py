"""What DjangoJSONEncoder writes for which type."""

from __future__ import annotations

import datetime
import json
import uuid
from decimal import Decimal
from typing import Any

import pytest

from vivace.core.serializers.json import DjangoJSONEncoder
from vivace.utils.functional import lazystr
from vivace.utils.naming import address
from vivace.utils.timezone import get_fixed_timezone

MOMENT = datetime.datetime(2020, 1, 2, 3, 4, 5, 678901)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (MOMENT, "2020-01-02T03:04:05.678"),
        (MOMENT.replace(microsecond=0, tzinfo=datetime.UTC), "2020-01-02T03:04:05Z"),
        (MOMENT.replace(tzinfo=get_fixed_timezone(90)), "2020-01-02T03:04:05.678+01:30"),
        (MOMENT.date(), "2020-01-02"),
        (MOMENT.time(), "03:04:05.678"),
        (datetime.time(3), "03:00:00"),
        (datetime.timedelta(days=1, hours=2), "P1DT02H00M00S"),
        (Decimal("1.10"), "1.10"),
        (uuid.UUID(int=1), "00000000-0000-0000-0000-000000000001"),
        (lazystr("x"), "x"),
    ],
)
def test_types(value: Any, text: str) -> None:
    assert json.dumps({"a": value}, cls=DjangoJSONEncoder) == json.dumps({"a": text})


def test_aware_times_are_refused() -> None:
    with pytest.raises(ValueError, match=r"JSON can't represent timezone-aware times\."):
        json.dumps(datetime.time(tzinfo=datetime.UTC), cls=DjangoJSONEncoder)


def test_unknown_types_are_refused() -> None:
    with pytest.raises(TypeError, match="not JSON serializable"):
        json.dumps(object(), cls=DjangoJSONEncoder)


def test_published_address() -> None:
    assert address(DjangoJSONEncoder) == "vivace.core.serializers.json.DjangoJSONEncoder"
