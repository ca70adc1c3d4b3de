"""Observe how Django reads and writes dates, times and durations, for ``tests/golden/dates.json``.

Run it in an environment with Django, with the path of that file as its argument.
"""

from __future__ import annotations

import datetime
import itertools
import json
import random
import sys
from typing import Any

DATES = [
    *(
        "2012-04-09",
        "2012-4-9",
        "2012-04-56",
        "20120409",
        "2012-04-9x",
        " 2012-04-09",
        "2012-04-09\n",
    ),
    *(
        "٢٠١٢-04-09",
        "2012-W10-1",
        "2012-W10",
        "0000-01-01",
        "2012-02-30",
        "12-04-09",
        "",
        "2012/04/09",
    ),
]
TIMES = [
    *(
        "09:15",
        "09:15:00",
        "4:8:16",
        "10:20:30.400",
        "10:20:30,400",
        "00:05:23.283+00:00",
        "00:05:23+0100",
    ),
    *(
        "091500",
        "25:00",
        "T10:10",
        "10:20:30.1234567",
        "10:20Z",
        "10:60",
        "10",
        "1",
        "",
        "10:20:",
        "10:20:30.",
    ),
]
OFFSETS = [
    "",
    "Z",
    "z",
    " Z",
    "+02",
    "-0320",
    "+02:30",
    " +0100",
    "+25:00",
    "+00:00:01",
    "-08:00",
    "+2",
]
DURATIONS = [
    *(
        "30",
        "15:30",
        "10:15:30",
        "1 10:15:30",
        "1 day, 10:15:30",
        "-4 15:30",
        "-1:15:30",
        "15:30.1",
    ),
    *("15:30,0001", "P4Y", "P4D", "PT5H", "-P4DT5M", "PT0.5S", "P1W", "3 days", "3 days 04:05:06"),
    *(
        "1 day -0:00:01",
        "-30",
        "+30",
        "-15:30",
        "4 days -15:30",
        "P3,5D",
        "PT",
        "P",
        "",
        "x",
        "1 day",
    ),
    *(
        "-1 days, 0:00:01",
        "PT1H30M0.000005S",
        "+P1D",
        "- P1D",
        "-PT-5S",
        "30.1234567",
        "1 00:00:61",
    ),
    *(
        "1 day, ",
        "1 days",
        "-2 days -04:05:06",
        "-30.5",
        "4 -15:30",
        "1:2:3:4",
        "30\n",
        "٣٠",
        "0:0:0.000001",
    ),
]
LENGTHS = [
    *((0, 0, 0), (1, 10800, 5), (0, -3600, 0), (-1, -7200, -1), (0, 61, 0), (999999999, 0, 0)),
    *((-999999999, 0, 0), (0, 0, 1), (0, 0, -1), (400, 86399, 999999), (0, 3600, 0)),
]


def texts() -> dict[str, list[str]]:
    """The texts for each function."""
    chance = random.Random(11)
    moments = [f"{d}{sep}{t}{o}" for d in DATES[:6] for sep in "T " for t in TIMES for o in OFFSETS]
    tokens = [
        "1",
        "02",
        "30",
        ":",
        ".",
        ",",
        "-",
        "+",
        "P",
        "T",
        "D",
        "H",
        "M",
        "S",
        " ",
        "day",
        "days",
    ]
    mixed = [
        "".join(chance.choice(tokens) for _ in range(chance.randint(1, 9))) for _ in range(900)
    ]
    return {
        "parse_date": DATES,
        "parse_time": TIMES + [t + o for t, o in itertools.product(TIMES[:4], OFFSETS)],
        "parse_datetime": [*dict.fromkeys(chance.sample(moments, 500) + DATES)],
        "parse_duration": [*dict.fromkeys(DURATIONS + mixed)],
    }


def shown(value: Any) -> str | None:
    """A result as text."""
    if isinstance(value, datetime.timedelta):
        return f"{value.days}d {value.seconds}s {value.microseconds}us"
    return None if value is None else f"{type(value).__name__} {value.isoformat()}"


def answers(dateparse: Any, duration: Any) -> dict[str, Any]:
    """What these two modules say."""
    found: dict[str, Any] = {}
    for name, inputs in texts().items():
        found[name] = results = {}
        for text in inputs:
            try:
                results[text] = shown(getattr(dateparse, name)(text))
            except (ValueError, OverflowError) as error:
                results[text] = f"! {type(error).__name__}"
    lengths = [datetime.timedelta(*length) for length in LENGTHS]
    for name in ("duration_string", "duration_iso_string", "duration_microseconds"):
        found[name] = [getattr(duration, name)(length) for length in lengths]
    return found


def main(path: str) -> None:
    """Ask Django and write the answers to `path`."""
    from django.conf import settings

    settings.configure()
    from django.utils import dateparse, duration

    with open(path, "w", encoding="utf-8") as file:
        json.dump(answers(dateparse, duration), file, ensure_ascii=True, indent=0)
        file.write("\n")


if __name__ == "__main__":
    main(sys.argv[1])
