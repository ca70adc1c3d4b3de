"""Ask Django what its format letters give: run where Django 5.2 is installed.

Writes tests/golden/dateformat.json: ``[[value, {letter: answer}], ...]``, where a value is the source
of a `datetime` call (``CPH`` is the default time zone) and an exception is ``["raises", class, text]``.
"""

import datetime
import json
import os
import pathlib
import time

import django
from django.conf import settings
from django.utils import dateformat, timezone

VALUES = [
    "datetime.datetime(2024, 3, 5, 14, 7, 9, 123456)",
    "datetime.datetime(2024, 7, 1, tzinfo=CPH)",
    "datetime.datetime(2024, 1, 31, 12, tzinfo=datetime.timezone.utc)",
    "datetime.datetime(2023, 12, 31, 23, 59, 59, 5, datetime.timezone(datetime.timedelta(hours=-3.5)))",
    "datetime.datetime(2024, 10, 27, 2, 30, tzinfo=CPH)",
    "datetime.datetime(2024, 3, 31, 2, 30)",
    "datetime.datetime(999, 1, 1, 0, 30)",
    *(f"datetime.date(2024, 1, {day})" for day in (1, 2, 3, 4, 11, 12, 13, 21, 22, 23, 31)),
    *(f"datetime.date(2023, {month}, 1)" for month in range(1, 13)),
    "datetime.date(2024, 2, 29)",
    "datetime.time(0, 5)",
    "datetime.time(13, tzinfo=datetime.timezone.utc)",
]
FORMATS = [
    *"aAbBcdDeEfFgGhHiIjklLmMnNoOpPqrsStTuUvwWxXyYzZ0 -",
    *(r"\a\d\Y Y", r"jS \o\f F", "", "Y\\", r"\\Y", "P\n", "D, d M Y", r"jS \of", "H:i:s.u"),
]


def ask(function, *arguments):
    try:
        return function(*arguments)
    except Exception as error:
        return ["raises", type(error).__name__, str(error)]


def main() -> None:
    os.environ["TZ"] = "UTC"
    time.tzset()
    settings.configure(TIME_ZONE="Europe/Copenhagen")
    django.setup()
    names = {"datetime": datetime, "CPH": timezone.get_default_timezone()}
    answers = [
        [value, {one: ask(dateformat.format, eval(value, names), one) for one in FORMATS}]
        for value in VALUES
    ]
    path = pathlib.Path(__file__).parents[2] / "tests/golden/dateformat.json"
    path.write_text(json.dumps(answers, indent=1) + "\n")


if __name__ == "__main__":
    main()
