"""What may be booked: one set of rules for the page and for the API."""

from __future__ import annotations

from collections.abc import Iterable

from jazzclub.models import LARGEST_PARTY, Gig, Seat

LONGEST_NAME = 80


class Refused(Exception):
    """A booking that cannot be made; the message is for whoever asked."""


def order(gig: Gig, house: Iterable[Seat], seats: list[str], name: str) -> tuple[list[Seat], str]:
    """The seats of `house` that are called `seats` (``B4``), and who they are for.

    Raises `Refused` if they cannot be booked. Whether they are free is not asked here.
    """
    if gig.is_over:
        raise Refused("That evening is over.")
    wanted = set(seats)
    found = [seat for seat in house if str(seat) in wanted]
    name = " ".join(name.split())
    if not wanted:
        raise Refused("Choose a seat.")
    if len(found) < len(wanted):
        raise Refused("There is no such seat.")
    if len(wanted) > LARGEST_PARTY:
        raise Refused(f"At most {LARGEST_PARTY} seats can be booked at once.")
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        raise Refused("Tell us your name.")
    return found, name
