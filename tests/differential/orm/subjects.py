"""What the models have, for those who write cases: fields with their kinds, and where relations lead."""

from __future__ import annotations

from typing import NamedTuple

__all__ = ["MODELS", "POINTING", "Subject"]


class Subject(NamedTuple):
    """A model: kinds of its fields, models of its relations to one, to many (with their accessors)."""

    fields: dict[str, str]
    one: dict[str, str]
    many: dict[str, str]
    # Accessors of the relations to many, where they are not the names for queries.
    accessors: dict[str, str]
    # How many rows there are.
    rows: int


_PERSON = {
    "id": "int", "name": "str", "email": "str", "born": "date", "score": "int", "height": "float",
}  # fmt: skip
_PERSON_ONE = {"mentor": "Person", "home": "Country", "profile": "Profile", "runs": "Shop"}
_PERSON_MANY = {
    "pupils": "Person", "friends": "Person", "follows": "Person", "followers": "Person", "clients": "Author",
    "edited": "Book", "contributed": "Book", "contributions": "Contribution",
}  # fmt: skip
_BOOK = {
    "id": "int", "title": "str", "subtitle": "str", "pages": "int", "price": "dec", "rating": "float",
    "published": "date", "released": "dt", "opens": "time", "length": "dur", "isbn": "uuid",
    "in_print": "bool", "available": "bool", "data": "json", "kind": "str", "size": "int", "big": "int",
    "cover": "bin", "double": "int", "lower": "str",
}  # fmt: skip
_BOOK_ONE = {
    "publisher": "Publisher",
    "author": "Author",
    "editor": "Person",
    "sequel_of": "Book",
    "sequel": "Book",
}
_BOOK_MANY = {
    "genres": "Genre", "contributors": "Person", "contributions": "Contribution", "review": "Review",
    "tags": "Tag", "shops": "Shop", "sales": "Sale",
}  # fmt: skip

MODELS: dict[str, Subject] = {
    "Country": Subject(
        {"id": "int", "name": "str", "code": "str", "people": "int"},
        {},
        {"publishers": "Publisher", "people_of": "Person"},
        {},
        4,
    ),
    "Publisher": Subject(
        {"id": "int", "name": "str", "founded": "date", "active": "bool"},
        {"country": "Country"},
        {"books": "Book"},
        {},
        5,
    ),
    "Person": Subject(_PERSON, {**_PERSON_ONE, "author": "Author"}, _PERSON_MANY, {}, 13),
    "Author": Subject(
        {**_PERSON, "pen_name": "str", "royalty": "dec"},
        {**_PERSON_ONE, "agent": "Person", "person_ptr": "Person"},
        {**_PERSON_MANY, "books": "Book"},
        {},
        6,
    ),
    "Profile": Subject({"bio": "str", "prefs": "json"}, {"person": "Person"}, {}, {}, 7),
    "Genre": Subject(
        {"id": "int", "name": "str"},
        {"parent": "Genre"},
        {"children": "Genre", "books": "Book"},
        {},
        7,
    ),
    "Tag": Subject({"id": "uuid", "slug": "str", "number": "int"}, {"book": "Book"}, {}, {}, 8),
    "Book": Subject(_BOOK, _BOOK_ONE, _BOOK_MANY, {"review": "reviews"}, 24),
    "ShortBook": Subject(_BOOK, _BOOK_ONE, _BOOK_MANY, {"review": "reviews"}, 24),
    "Contribution": Subject(
        {"id": "int", "role": "str", "share": "dec", "since": "date"},
        {"book": "Book", "person": "Person"},
        {},
        {},
        20,
    ),
    "Review": Subject(
        {"id": "int", "stars": "int", "text": "str", "created": "dt", "changed": "dt"},
        {"book": "Book", "reviewer": "Person"},
        {},
        {},
        25,
    ),
    "Shop": Subject(
        {"key": "str", "name": "str"}, {"boss": "Person"}, {"stock": "Book", "sales": "Sale"}, {}, 3
    ),
    "Sale": Subject(
        {"number": "int", "amount": "dec", "at": "dt", "shop_id": "str"},
        {"shop": "Shop", "book": "Book"},
        {},
        {},
        12,
    ),
}

# Models that point at the given one, with the names of their keys, for correlated subqueries.
POINTING: dict[str, list[tuple[str, str]]] = {
    "Country": [("Person", "home")],
    "Publisher": [("Book", "publisher")],
    "Person": [
        ("Person", "mentor"),
        ("Book", "editor"),
        ("Contribution", "person"),
        ("Review", "reviewer"),
    ],
    "Author": [("Book", "author"), ("Person", "mentor"), ("Contribution", "person")],
    "Profile": [("Person", "profile")],
    "Genre": [("Genre", "parent"), ("Book", "genres")],
    "Tag": [("Book", "tags")],
    "Book": [
        ("Review", "book"),
        ("Contribution", "book"),
        ("Sale", "book"),
        ("Book", "sequel_of"),
        ("Genre", "books"),
    ],
    "ShortBook": [("Review", "book"), ("Contribution", "book")],
    "Shop": [("Sale", "shop"), ("Book", "shops")],
    "Contribution": [("Review", "book__contributions")],
    "Review": [("Book", "review")],
    "Sale": [("Shop", "sales")],
}
