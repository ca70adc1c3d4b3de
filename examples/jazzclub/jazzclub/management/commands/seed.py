"""``seed``: the demo's houses, artists and gigs; gigs that are over come back with new dates."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, NamedTuple

from jazzclub.models import Artist, Booking, Club, Gig, Seat, first_night, midnight
from vivace.core.management.base import BaseCommand
from vivace.db import transaction
from vivace.utils import timezone


class House(NamedTuple):
    slug: str
    name: str
    address: str
    rows: str
    chairs: int


class Evening(NamedTuple):
    slug: str
    artist: str
    style: str
    house: str
    # Days after the coming Thursday.
    days: int
    price: int
    # How many seats are sold already.
    sold: int
    line_up: tuple[str, ...]
    text: str


HOUSES = (
    House("cellar-door", "Cellar Door", "12 Harbour Lane, downstairs", "ABCDEFGH", 10),
    House("the-barge", "The Barge", "Quay 4, behind the crane", "ABCD", 8),
)

EVENINGS = (
    Evening(
        "marta-okafor-trio", "Marta Okafor Trio", "Piano trio", "cellar-door", 0, 18, 31,
        ("Marta Okafor, piano", "Jonas Weil, bass", "Ada Brandt, drums"),
        "Three people who listen. Marta Okafor writes tunes that begin as lullabies and end somewhere "
        "else; the trio plays its second record from front to back, then whatever the room asks for.",
    ),
    Evening(
        "rosewood-quartet", "Rosewood Quartet", "Hard bop", "cellar-door", 1, 22, 0,
        ("Tilda Amsel, tenor saxophone", "Ray Dorn, trumpet", "Min-Jae Seo, piano", "Luc Pérec, bass"),
        "Tight arrangements, loose evenings. Two horns out front and no amplifier in sight.",
    ),
    Evening(
        "noor-and-the-tides", "Noor & the Tides", "Vocal", "the-barge", 2, 24, 32,
        ("Noor Haddad, voice", "Ben Castell, guitar", "Ines Marín, double bass"),
        "Standards you know in keys you do not. Noor Haddad sings in four languages and tells the truth "
        "in all of them.",
    ),
    Evening(
        "late-session", "The Late Session", "Jam session", "cellar-door", 2, 0, 12,
        ("Whoever brings an instrument",),
        "After the last set the stage is open. A rhythm section is there; the rest is up to you. Sign up "
        "at the bar, keep it to two choruses.",
    ),
    Evening(
        "okapi-brass", "Okapi Brass", "Brass band", "the-barge", 7, 16, 29,
        ("Nine people, one sousaphone",),
        "A brass band that started on a tram. Dancing is likely; ear plugs are at the door.",
    ),
    Evening(
        "helen-strand-solo", "Helen Strand, solo", "Solo piano", "cellar-door", 8, 20, 7,
        ("Helen Strand, piano",),
        "One piano, one lamp, ninety minutes. Phones stay in pockets.",
    ),
    Evening(
        "paper-lanterns", "Paper Lanterns", "Electric", "cellar-door", 9, 18, 44,
        ("Kofi Mensah, Rhodes", "Dana Lind, electric bass", "Aro Sato, drums"),
        "Long grooves, small melodies, and a Rhodes that has been repaired more often than the roof.",
    ),
)  # fmt: skip


class Command(BaseCommand):
    help = "Fills the database with the demo's gigs, and moves those that are over to coming dates."

    def handle(self, **options: Any) -> None:
        with transaction.atomic():
            for house in HOUSES:
                build(house)
            moved = sum(announce(evening, first_night()) for evening in EVENINGS)
        if options["verbosity"]:
            self.stdout.write(
                f"{Gig.objects.coming().count()} gigs are coming, {moved} of them new."
            )


def build(house: House) -> None:
    """Make a house and its chairs, unless it stands."""
    place = {"name": house.name, "address": house.address}
    club, is_new = Club.objects.update_or_create(slug=house.slug, defaults=place)
    if is_new:
        chairs = range(1, house.chairs + 1)
        Seat.objects.bulk_create(
            Seat(club=club, row=row, number=number) for row in house.rows for number in chairs
        )


def announce(evening: Evening, first: datetime) -> bool:
    """Put an evening on the programme, unless it is still to come; whether that was done."""
    if Gig.objects.filter(slug=evening.slug, starts__gte=midnight()).exists():
        return False
    about = {
        "name": evening.artist, "style": evening.style, "line_up": list(evening.line_up),
        "text": evening.text,
    }  # fmt: skip
    artist, _ = Artist.objects.update_or_create(slug=evening.slug, defaults=about)
    night = (first + timedelta(evening.days)).replace(tzinfo=None)
    facts = {
        "artist": artist, "club": Club.objects.get(slug=evening.house),
        "starts": timezone.make_aware(night), "price": evening.price,
    }  # fmt: skip
    gig, _ = Gig.objects.update_or_create(slug=evening.slug, defaults=facts)
    gig.bookings.all().delete()
    sell(gig, evening.sold)
    return True


def sell(gig: Gig, number: int) -> None:
    """Book that many seats, scattered over the house but always the same ones."""
    seats = sorted(
        gig.club.seats.all(), key=lambda seat: (seat.number * 7 + ord(seat.row) * 5) % 23
    )
    Booking.objects.bulk_create(
        Booking(gig=gig, seat=seat, name="A regular", reference=f"seed-{gig.pk}-{seat.pk}")
        for seat in seats[:number]
    )
