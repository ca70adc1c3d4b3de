"""What the club keeps: houses and their seats, artists, gigs, and who has booked what."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Self

from vivace.db import IntegrityError, models
from vivace.utils import timezone

# How many seats are booked at once, at most.
LARGEST_PARTY = 6


class SeatTaken(Exception):
    """One of the seats was sold a moment ago."""


class Club(models.Model):
    """A house in which there is music."""

    slug = models.SlugField(unique=True)
    name = models.CharField(max_length=80)
    address = models.CharField(max_length=120)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Seat(models.Model):
    """A chair in a club."""

    club = models.ForeignKey(Club, models.CASCADE, related_name="seats")
    row = models.CharField(max_length=1)
    number = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["row", "number"]
        constraints = [
            models.UniqueConstraint(fields=["club", "row", "number"], name="a_chair_is_there_once")
        ]

    def __str__(self) -> str:
        return f"{self.row}{self.number}"


class Artist(models.Model):
    """Who plays: a musician or a band."""

    slug = models.SlugField(unique=True)
    name = models.CharField(max_length=80)
    style = models.CharField(max_length=40)
    line_up = models.JSONField(default=list)
    text = models.TextField()

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class GigQuerySet(models.QuerySet["Gig"]):
    """Gigs, in the words of the club."""

    def coming(self) -> Self:
        """From today on, with artist and club, the next one first."""
        found = self.filter(starts__gte=midnight()).order_by("starts", "slug")
        return found.select_related("artist", "club")

    def narrowed(self, wishes: Mapping[str, str]) -> Self:
        """Those that meet the wishes ``style`` (its name) and ``club`` (its slug), if there are any."""
        found = self
        if style := wishes.get("style"):
            found = found.filter(artist__style=style)
        if club := wishes.get("club"):
            found = found.filter(club__slug=club)
        return found

    def with_seats_left(self) -> Self:
        """Each gig with `left`: how many of the house's seats are still to be had."""
        here = Seat.objects.filter(club=models.OuterRef("club")).order_by()
        sold = Booking.objects.filter(gig=models.OuterRef("pk")).order_by()
        return self.annotate(left=_count(here, "club") - _count(sold, "gig"))


def _count(rows: models.QuerySet, by: str) -> models.Expression:
    """How many `rows` belong to the row around the subquery."""
    counted = rows.values(by).annotate(number=models.Count("pk")).values("number")
    return models.functions.Coalesce(models.Subquery(counted), 0)


def midnight() -> datetime:
    """When today began, at the club."""
    return timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)


class Gig(models.Model):
    """One evening in one club."""

    slug = models.SlugField(unique=True)
    artist = models.ForeignKey(Artist, models.PROTECT, related_name="gigs")
    club = models.ForeignKey(Club, models.PROTECT, related_name="gigs")
    starts = models.DateTimeField(db_index=True)
    price = models.PositiveSmallIntegerField(help_text="In euros.")

    objects = GigQuerySet.as_manager()

    class Meta:
        ordering = ["starts", "slug"]

    def __str__(self) -> str:
        return f"{self.artist}, {timezone.localtime(self.starts):%d %b}"

    @property
    def is_over(self) -> bool:
        """Whether it was on a day before today."""
        return self.starts < midnight()

    def seats(self) -> models.QuerySet[Seat]:
        """The seats of the house, each with `taken`."""
        taken = Booking.objects.filter(gig=self, seat=models.OuterRef("pk"))
        return self.club.seats.annotate(taken=models.Exists(taken))

    # Nobody looks first whether the seats are free, for then somebody else could be as quick. The
    # database keeps one booking for each seat of each gig, and takes all of these or none.

    def book(self, seats: Sequence[Seat], name: str) -> str:
        """Book `seats` for `name`; the reference of the bookings. Raises `SeatTaken`."""
        bookings = self._bookings(seats, name)
        try:
            Booking.objects.bulk_create(bookings)
        except IntegrityError as error:
            raise SeatTaken from error
        return bookings[0].reference

    async def abook(self, seats: Sequence[Seat], name: str) -> str:
        """`book` for asynchronous callers."""
        bookings = self._bookings(seats, name)
        try:
            await Booking.objects.abulk_create(bookings)
        except IntegrityError as error:
            raise SeatTaken from error
        return bookings[0].reference

    def _bookings(self, seats: Sequence[Seat], name: str) -> list[Booking]:
        if any(seat.club_id != self.club_id for seat in seats):
            raise ValueError("a seat of another house")
        reference = secrets.token_urlsafe(12)
        return [Booking(gig=self, seat=seat, name=name, reference=reference) for seat in seats]


class Booking(models.Model):
    """A seat that is sold for a gig; those that were booked together have the same reference."""

    gig = models.ForeignKey(Gig, models.PROTECT, related_name="bookings")
    seat = models.ForeignKey(Seat, models.PROTECT, related_name="bookings")
    name = models.CharField(max_length=80)
    reference = models.CharField(max_length=32, db_index=True)
    made = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["seat__row", "seat__number"]
        constraints = [models.UniqueConstraint(fields=["gig", "seat"], name="a_seat_is_sold_once")]

    def __str__(self) -> str:
        return f"{self.seat} for {self.name}"


def first_night() -> datetime:
    """The Thursday that comes next, or today if it is one, when the doors open."""
    today = midnight()
    evening = today + timedelta((3 - today.weekday()) % 7)
    return timezone.make_aware(evening.replace(tzinfo=None, hour=20))
