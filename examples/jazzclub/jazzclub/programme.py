"""The gigs: a list stands in for a database, and dates are always the coming ones."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from vivace.utils import timezone

DOORS = time(20, 0)


@dataclass(frozen=True)
class Gig:
    """One evening."""

    slug: str
    artist: str
    style: str
    # Days after the coming Thursday.
    days: int
    price: int
    line_up: tuple[str, ...]
    text: str

    @property
    def starts(self) -> datetime:
        """When the doors open."""
        return timezone.make_aware(datetime.combine(first_night() + timedelta(self.days), DOORS))


def first_night(today: date | None = None) -> date:
    """The Thursday that comes next, or today if it is one."""
    today = today or timezone.localdate()
    return today + timedelta((3 - today.weekday()) % 7)


GIGS = (
    Gig(
        "marta-okafor-trio", "Marta Okafor Trio", "Piano trio", 0, 18,
        ("Marta Okafor, piano", "Jonas Weil, bass", "Ada Brandt, drums"),
        "Three people who listen. Marta Okafor writes tunes that begin as lullabies and end somewhere "
        "else; the trio plays its second record from front to back, then whatever the room asks for.",
    ),
    Gig(
        "rosewood-quartet", "Rosewood Quartet", "Hard bop", 1, 22,
        ("Tilda Amsel, tenor saxophone", "Ray Dorn, trumpet", "Min-Jae Seo, piano", "Luc Pérec, bass"),
        "Tight arrangements, loose evenings. Two horns out front and no amplifier in sight.",
    ),
    Gig(
        "noor-and-the-tides", "Noor & the Tides", "Vocal", 2, 24,
        ("Noor Haddad, voice", "Ben Castell, guitar", "Ines Marín, double bass"),
        "Standards you know in keys you do not. Noor Haddad sings in four languages and tells the truth "
        "in all of them.",
    ),
    Gig(
        "late-session", "The Late Session", "Jam session", 2, 0,
        ("Whoever brings an instrument",),
        "After the last set the stage is open. A rhythm section is there; the rest is up to you. Sign up "
        "at the bar, keep it to two choruses.",
    ),
    Gig(
        "okapi-brass", "Okapi Brass", "Brass band", 7, 16,
        ("Nine people, one sousaphone",),
        "A brass band that started on a tram. Dancing is likely; ear plugs are at the door.",
    ),
    Gig(
        "helen-strand-solo", "Helen Strand, solo", "Solo piano", 8, 20,
        ("Helen Strand, piano",),
        "One piano, one lamp, ninety minutes. Phones stay in pockets.",
    ),
    Gig(
        "paper-lanterns", "Paper Lanterns", "Electric", 9, 18,
        ("Kofi Mensah, Rhodes", "Dana Lind, electric bass", "Aro Sato, drums"),
        "Long grooves, small melodies, and a Rhodes that has been repaired more often than the roof.",
    ),
)  # fmt: skip

TUNES = (
    ("Blue Lamp", "Marta Okafor Trio"),
    ("Second Breakfast", "Rosewood Quartet"),
    ("Low Tide", "Noor & the Tides"),
    ("Line 4 to the Harbour", "Okapi Brass"),
    ("A Room with No Clock", "Helen Strand"),
    ("Folded Twice", "Paper Lanterns"),
)
# How long each tune lasts on the club's radio, in seconds.
TUNE_LENGTH = 20


def coming(style: str = "") -> list[Gig]:
    """The gigs in order, of one style if one is given."""
    return sorted(
        (gig for gig in GIGS if style in ("", gig.style)), key=lambda gig: (gig.starts, gig.slug)
    )


def find(slug: str) -> Gig | None:
    """The gig of that name in addresses."""
    return next((gig for gig in GIGS if gig.slug == slug), None)


def playing(now: float) -> tuple[str, str, int]:
    """Title, artist, and the seconds that are left, at the POSIX time `now`."""
    number, into = divmod(int(now), TUNE_LENGTH)
    title, artist = TUNES[number % len(TUNES)]
    return title, artist, TUNE_LENGTH - into
