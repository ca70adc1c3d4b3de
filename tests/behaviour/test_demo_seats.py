"""A seat of the demo is never sold twice: not by threads, not by tasks, not past the models."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

DEMO = Path(__file__).resolve().parents[2] / "examples" / "jazzclub"

# Each buyer wants three seats in a row, of ten: who gets them is up to chance, but nobody gets less.
BUYERS = """
import asyncio
import json
import os
import threading
from concurrent.futures import ThreadPoolExecutor

import vivace

vivace.setup()

from jazzclub.models import Booking, Gig, SeatTaken
from vivace.db import connection

gig = Gig.objects.select_related("club").get(slug="rosewood-quartet")
seats = list(gig.seats().filter(row="A"))
start = threading.Barrier(12)


def wanted(buyer):
    return [seats[(buyer * 7 + n) % len(seats)] for n in range(3)]


def buy(buyer):
    try:
        start.wait()
        gig.book(wanted(buyer), f"Buyer {buyer}")
    except SeatTaken:
        return False
    finally:
        connection.close()
    return True


async def abuy(buyer):
    try:
        await gig.abook(wanted(buyer), f"Buyer {buyer}")
    except SeatTaken:
        return False
    return True


async def all_of_them():
    return await asyncio.gather(*(abuy(buyer) for buyer in range(12)))


if os.environ["WAY"] == "threads":
    with ThreadPoolExecutor(12) as pool:
        served = list(pool.map(buy, range(12)))
else:
    served = asyncio.run(all_of_them())
sold = [[str(one.seat), one.name] for one in Booking.objects.filter(gig=gig).select_related("seat")]
print(json.dumps({"served": served, "sold": sold}))
"""


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    found = {name: value for name, value in os.environ.items() if "SETTINGS_MODULE" not in name}
    found["VIVACE_SETTINGS_MODULE"] = "jazzclub.settings"
    found["JAZZCLUB_DATABASE"] = str(tmp_path / "jazzclub.sqlite3")
    for words in (["migrate", "--run-syncdb"], ["seed"]):
        run(["manage.py", *words, "--verbosity", "0"], found)
    return found


def run(words: list[str], environment: dict[str, str]) -> str:
    done = subprocess.run(
        [sys.executable, *words],
        cwd=DEMO,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize("way", ["threads", "tasks"])
def test_whole_parties_are_served_and_each_seat_once(environment: dict[str, str], way: str) -> None:
    told: dict[str, Any] = json.loads(run(["-c", BUYERS], {**environment, "WAY": way}))
    seats = [seat for seat, _ in told["sold"]]
    assert len(seats) == len(set(seats))
    served = {f"Buyer {number}" for number, got in enumerate(told["served"]) if got}
    assert served
    assert {name for _, name in told["sold"]} == served
    # Nobody got a part of what they wanted; and as long as three in a row are free, somebody does.
    assert len(seats) == 3 * len(served)
    assert len(served) in (2, 3)


def test_the_database_itself_refuses(environment: dict[str, str]) -> None:
    with sqlite3.connect(environment["JAZZCLUB_DATABASE"]) as connection:
        again = (
            "INSERT INTO jazzclub_booking (gig_id, seat_id, name, reference, made) "
            "SELECT gig_id, seat_id, 'Eve', 'x', made FROM jazzclub_booking LIMIT 1"
        )
        with pytest.raises(sqlite3.IntegrityError, match="UNIQUE constraint failed"):
            connection.execute(again)
    connection.close()
