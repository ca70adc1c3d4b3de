"""The rows that every case begins with, written by one of the frameworks and read by both."""

from __future__ import annotations

import datetime
import decimal
import random
import uuid
from typing import Any

WORDS = ("Ash", "birch", "Cedar", "dogwood", "Elm", "fir", "Ginkgo", "hazel", "Ilex", "100%", "a_b", "O'Hara",
         "Ünder", "Straße", "tab\there", "", "Kauri", "larch", "Maple", "x" * 30)  # fmt: skip
JSON = (None, {"a": 1, "b": {"c": [1, 2, {"d": None}]}, "t": "x'y"}, [1, 2, {"d": 2}], "text", 5, True, {},
        {"a": None, "n": 1.5}, {"a": "1", "key with space": 0, "0": "zero"}, [], {"a": [1, 2], "b": "B"})  # fmt: skip
UTC = datetime.UTC


def fill(m: Any, use_tz: bool) -> None:
    """Make the rows."""
    rnd = random.Random(5)
    day = datetime.date(2019, 12, 28)

    def some(value: Any, part: float = 0.75) -> Any:
        return value if rnd.random() < part else None

    def date() -> datetime.date:
        return day + datetime.timedelta(days=rnd.choice((0, 1, 3, 4, 35, 64, 300, 366, 800)))

    def moment() -> datetime.datetime:
        time = datetime.time(
            rnd.randrange(24), rnd.choice((0, 30, 59)), rnd.randrange(60), rnd.choice((0, 5000))
        )
        return datetime.datetime.combine(date(), time, UTC if use_tz else None)

    def amount(top: int, places: int) -> decimal.Decimal:
        return decimal.Decimal(rnd.randrange(top * 10**places)).scaleb(-places)

    countries = [
        m.Country.objects.create(name=name, code=code, people=people)
        for name, code, people in (
            ("Norway", "no", 5),
            ("Chile", "cl", 2**40),
            ("Mali", "ml", None),
            ("Oman", "om", 4),
        )
    ]
    publishers = [
        m.Publisher.objects.create(
            name=WORDS[n],
            country=some(rnd.choice(countries)),
            founded=some(date()),
            active=n % 3 > 0,
        )
        for n in range(5)
    ]

    def person(model: Any, n: int, **more: Any) -> Any:
        return model.objects.create(
            name=WORDS[n], email=some(f"p{n}@example.com"), born=some(date()), score=rnd.randrange(-3, 9),
            height=some(rnd.choice((1.5, 1.75, 2.0, 0.0))), home=some(rnd.choice(countries)), **more
        )  # fmt: skip

    people = [person(m.Person, n) for n in range(7)]
    authors = [
        person(
            m.Author,
            n,
            pen_name=rnd.choice(WORDS),
            royalty=some(amount(100, 3)),
            agent=some(rnd.choice(people)),
        )
        for n in range(7, 13)
    ]
    everyone = people + authors
    for one in everyone:
        one.mentor_id = some(rnd.choice(everyone).pk, 0.6)
        one.save()
        one.friends.add(*[other.pk for other in rnd.sample(everyone, 2) if other.pk != one.pk])
        one.follows.add(*[other.pk for other in rnd.sample(everyone, 2)])
    for one in rnd.sample(everyone, 7):
        m.Profile.objects.create(
            person_id=one.pk, bio=rnd.choice(WORDS) * 3, prefs=some(rnd.choice(JSON))
        )
    genres: list[Any] = []
    for n in range(7):
        genres.append(
            m.Genre.objects.create(
                name=WORDS[n * 2], parent=some(rnd.choice(genres)) if genres else None
            )
        )
    books: list[Any] = []
    for n in range(24):
        book = m.Book.objects.create(
            title=WORDS[n % 16], subtitle=some(rnd.choice(WORDS)), pages=rnd.choice((0, 1, 100, 250, 300, 999)),
            price=some(amount(40, 2)), rating=some(rnd.choice((0.0, 1.5, 7.25, 10.0, -2.5))), published=some(date()),
            released=some(moment()), opens=some(moment().time()), isbn=some(uuid.UUID(int=n * 7)),
            length=some(datetime.timedelta(days=rnd.randrange(-1, 3), seconds=rnd.randrange(9999), microseconds=n)),
            in_print=rnd.random() < 0.7, available=rnd.choice((None, True, False)), data=some(JSON[n % len(JSON)], 0.9),
            kind=rnd.choice(("novel", "essay", "atlas")), size=rnd.choice((1, 2)), big=rnd.choice((0, 2**62, -5)),
            cover=some(bytes([n, 0, 255])), publisher=some(rnd.choice(publishers)), author=authors[(n + n // 16) % 6],
            editor=some(rnd.choice(everyone[:9]), 0.5), sequel_of=some(rnd.choice(books), 0.3) if n > 20 else None,
        )  # fmt: skip
        books.append(book)
        book.genres.add(*rnd.sample(genres, rnd.randrange(4)))
        for one in rnd.sample(everyone, rnd.randrange(3)):
            m.Contribution.objects.create(
                book=book,
                person_id=one.pk,
                role=rnd.choice(("text", "art")),
                share=amount(100, 2),
                since=some(date()),
            )
        for _ in range(rnd.randrange(3)):
            m.Review.objects.create(
                book=book,
                reviewer_id=some(rnd.choice(everyone).pk),
                stars=rnd.randrange(1, 6),
                text=rnd.choice(WORDS),
            )
    for n, review in enumerate(m.Review.objects.order_by("pk")):
        m.Review.objects.filter(pk=review.pk).update(
            created=moment(), changed=moment(), stars=n % 6
        )
    for n in range(8):
        thing = rnd.choice((*books[:8], *people[:2], None))
        m.Tag.objects.create(id=uuid.UUID(int=n), slug=f"tag-{n}", thing=thing)
    bosses = rnd.sample(everyone, 2)
    for n, key in enumerate(("a", "b", "c")):
        shop = m.Shop.objects.create(
            key=key, name=WORDS[n], boss_id=bosses[n].pk if n < 2 else None
        )
        shop.stock.add(*rnd.sample(books, 6))
        for number in range(1, 5):
            m.Sale.objects.create(
                shop=shop,
                number=number,
                book=some(rnd.choice(books)),
                amount=amount(100, 2),
                at=some(moment()),
            )
