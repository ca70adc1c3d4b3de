"""Constraints: what instances violate, what is asked of the database, and the SQL that makes them."""

from __future__ import annotations

import warnings
from types import SimpleNamespace
from typing import Any

import pytest

from vivace.core.exceptions import ValidationError
from vivace.db import connection
from vivace.db.models import (
    CheckConstraint,
    Deferrable,
    F,
    Index,
    Q,
    UniqueConstraint,
)
from vivace.db.models.functions import Collate, Lower
from vivace.db.models.lookups import GreaterThan
from vivace.test.capturing import CaptureQueriesContext
from vivace.utils.deprecation import RemovedInDjango60Warning


@pytest.fixture
def books(names: dict[str, Any]) -> SimpleNamespace:
    book, author = names["Book"], names["Author"].objects.get()
    return SimpleNamespace(
        model=book,
        saved=book.objects.get(),
        same=book(title="Abc", author=author, pages=10, price=1, ok=True, data={"a": 1}),
        empty=book(author=author),
    )


def violated(constraint: Any, books: SimpleNamespace, instance: Any, **kwargs: Any) -> Any:
    """The error as ``(messages, code)``, or None."""
    try:
        constraint.validate(books.model, instance, **kwargs)
    except ValidationError as error:
        return error.messages, error.code
    return None


VIOLATED = (["Constraint “n” is violated."], None)


@pytest.mark.parametrize(
    ("condition", "wanted"),
    [
        (Q(pages__gt=1), None),
        (Q(pages__lt=1), VIOLATED),
        (Q(title__startswith="x"), VIOLATED),
        (Q(data__a=2), VIOLATED),
        (Q(data__a=1), None),
        (GreaterThan(F("pages"), 100), VIOLATED),
        (Q(author=1), None),
        # What cannot be said of the instance alone, the database will say.
        (Q(author__name="y"), None),
        (Q(nope=1), None),
        (~Q(pages=10), VIOLATED),
        # Unknown is not violated.
        (Q(small__gt=3), None),
    ],
)
def test_check_of_an_instance(books: SimpleNamespace, condition: Any, wanted: Any) -> None:
    assert violated(CheckConstraint(condition=condition, name="n"), books, books.same) == wanted


def test_check_passes_over_fields_left_out(books: SimpleNamespace) -> None:
    constraint = CheckConstraint(condition=Q(pages__lt=1), name="n")
    assert violated(constraint, books, books.same, exclude={"pages"}) is None
    assert violated(constraint, books, books.same, exclude={"title"}) == VIOLATED


def test_violation_has_its_own_message_and_code(books: SimpleNamespace) -> None:
    constraint = CheckConstraint(
        condition=Q(pages__lt=1),
        name="n",
        violation_error_message="%(name)s says no",
        violation_error_code="no",
    )
    assert violated(constraint, books, books.same) == (["n says no"], "no")


@pytest.mark.parametrize(
    ("constraint", "wanted"),
    [
        (UniqueConstraint(fields=["title"], name="n"), "unique"),
        (UniqueConstraint(fields=["title", "author"], name="n"), "unique_together"),
        (UniqueConstraint(fields=["title"], name="n", violation_error_code="x"), "unique"),
        (UniqueConstraint(Lower("title"), name="n"), None),
        (UniqueConstraint(F("title").desc(), name="n"), None),
        (UniqueConstraint(F("pages") + 1, name="n"), None),
        (UniqueConstraint(fields=["title"], condition=Q(pages__gt=1), name="n"), None),
        (UniqueConstraint(fields=["text"], nulls_distinct=False, name="n"), "free"),
        (UniqueConstraint(fields=["small"], nulls_distinct=False, name="n"), "unique"),
        (UniqueConstraint(Lower("ip"), nulls_distinct=False, name="n"), None),
        (UniqueConstraint(fields=["small"], name="n"), "free"),
        (UniqueConstraint(Lower("ip"), name="n"), "free"),
        (UniqueConstraint(fields=["title"], condition=Q(pages__gt=99), name="n"), "free"),
    ],
)
def test_unique_of_an_instance(books: SimpleNamespace, constraint: Any, wanted: Any) -> None:
    found = violated(constraint, books, books.same)
    assert (found[1] if found else "free") == wanted
    assert violated(constraint, books, books.saved) is None


def test_unique_message_names_the_fields(books: SimpleNamespace) -> None:
    constraint = UniqueConstraint(fields=["title", "author"], name="n")
    assert violated(constraint, books, books.same)[0] == [
        "Book with this Title and Author already exists."
    ]


def test_unique_asks_nothing_where_null_makes_it_distinct(books: SimpleNamespace) -> None:
    with CaptureQueriesContext(connection) as queries:
        assert violated(UniqueConstraint(fields=["title"], name="n"), books, books.empty) is None
    assert len(queries) == 0


def test_unique_passes_over_fields_left_out(books: SimpleNamespace) -> None:
    for constraint in (
        UniqueConstraint(fields=["title", "pages"], name="n"),
        UniqueConstraint(Lower("title"), name="n"),
        UniqueConstraint(fields=["author"], condition=Q(title="Abc"), name="n"),
    ):
        assert violated(constraint, books, books.same, exclude={"title"}) is None


SQL = [
    (
        CheckConstraint(condition=Q(pages__gt=1) | Q(title="a%b\"'c"), name="n"),
        'CONSTRAINT "n" CHECK ("pages" > 1 OR "title" = \'a%b"\'\'c\')',
    ),
    (
        CheckConstraint(condition=~Q(title=None), name="n"),
        'CONSTRAINT "n" CHECK (NOT ("title" IS NULL))',
    ),
    (
        UniqueConstraint(fields=["title", "author"], name="n"),
        'CONSTRAINT "n" UNIQUE ("title", "author_id")',
    ),
]


@pytest.mark.parametrize(("constraint", "wanted"), SQL)
def test_sql_within_a_table(books: SimpleNamespace, constraint: Any, wanted: str) -> None:
    with connection.schema_editor(collect_sql=True) as editor:
        found = str(constraint.constraint_sql(books.model, editor))
    assert found.replace("((", "(").replace("))", ")") == wanted.replace("))", ")")


@pytest.mark.parametrize(
    ("made", "wanted"),
    [
        (
            UniqueConstraint(Lower("title"), F("pages").desc(), name="n"),
            '((LOWER("title")), "pages" DESC)',
        ),
        (UniqueConstraint(F("title"), name="n"), '("title")'),
        (UniqueConstraint(F("title")[:3], name="n"), '((SUBSTR("title", 1, 3)))'),
        (
            UniqueConstraint(fields=["title"], condition=Q(pages__gt=1), name="n"),
            '("title") WHERE "pages" > 1',
        ),
        (Index(fields=["title", "-pages"], name="n"), '("title", "pages" DESC)'),
        (Index(Lower("title").desc(), "pages", name="n"), '((LOWER("title")) DESC, "pages")'),
        (Index(F("pages") + 1, name="n"), '((("pages" + 1)))'),
        (
            Index(Collate(Lower("title"), "nocase").desc(), name="n"),
            '((LOWER("title")) COLLATE "nocase" DESC)',
        ),
        (Index(Collate("title", "nocase"), name="n"), '("title" COLLATE "nocase")'),
        (Index(F("title").asc(nulls_last=True), name="n"), '("title" ASC NULLS LAST)'),
    ],
)
def test_sql_of_indexes(books: SimpleNamespace, made: Any, wanted: str) -> None:
    with connection.schema_editor(collect_sql=True) as editor:
        sql = str(made.create_sql(books.model, editor))
        again = str(made.create_sql(books.model, editor))
    kind = "UNIQUE INDEX" if isinstance(made, UniqueConstraint) else "INDEX"
    assert sql == again == f'CREATE {kind} "n" ON "t_book" {wanted}'


def test_what_sqlite_has_not_is_not_made(books: SimpleNamespace) -> None:
    with connection.schema_editor(collect_sql=True) as editor:
        for constraint in (
            UniqueConstraint(fields=["title"], name="n", include=["pages"]),
            UniqueConstraint(fields=["title"], name="n", deferrable=Deferrable.DEFERRED),
            UniqueConstraint(fields=["title"], name="n", nulls_distinct=False),
        ):
            assert constraint.constraint_sql(books.model, editor) is None
            assert constraint.create_sql(books.model, editor) is None


def test_an_index_has_a_collation_once_and_outside(books: SimpleNamespace) -> None:
    twice = Index(Collate(Collate("title", "nocase"), "rtrim"), name="n")
    inside = Index(Lower(Collate("title", "nocase")), name="n")
    with connection.schema_editor(collect_sql=True) as editor:
        with pytest.raises(ValueError, match="Multiple references to OrderBy, Collate can't be"):
            twice.create_sql(books.model, editor)
        with pytest.raises(ValueError, match="OrderBy, Collate must be topmost expressions"):
            inside.create_sql(books.model, editor)


def test_names_of_indexes_are_made_of_table_columns_and_order(books: SimpleNamespace) -> None:
    def name(*fields: str) -> str:
        index = Index(fields=fields)
        index.set_name_with_model(books.model)
        return index.name

    assert name("title") == "t_book_title_2c43c4_idx"
    assert name("-title", "pages") == "t_book_title_c25802_idx"
    assert name("title", "pages", "author") == "t_book_title_76447c_idx"


def test_old_names_of_conditions_are_deprecated() -> None:
    with pytest.warns(RemovedInDjango60Warning, match="deprecated in favor of `.condition`"):
        constraint = CheckConstraint(check=Q(a=1), name="n")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        assert constraint.condition == constraint.check == Q(a=1)
