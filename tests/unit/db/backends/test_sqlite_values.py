"""Names, placeholders and values on their way to SQLite and back."""

from __future__ import annotations

import datetime
import decimal
from functools import cache
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vivace.db import utils
from vivace.db.backends.sqlite3.literals import literal
from vivace.db.backends.sqlite3.operations import DatabaseOperations
from vivace.db.backends.sqlite3.placeholders import to_format, to_qmark

ops = DatabaseOperations(None)


@given(st.text(min_size=1, max_size=20).filter(lambda name: "\x00" not in name))
def test_a_quoted_name_is_that_name_and_nothing_else(name: str) -> None:
    quoted = ops.quote_name(name)
    if not (name.startswith('"') and name.endswith('"') and len(name) > 1):
        assert quoted == '"' + name.replace('"', '""') + '"'
    # Inside of the outer quotes every quote is doubled, or closes one name before a dot.
    inner = quoted[1:-1].replace('"."', "").replace('""', "")
    assert '"' not in inner


@pytest.mark.parametrize("name", ['"a"; DROP TABLE b; --"', '"a" "b"', '"a"b"', '"'])
def test_what_only_looks_quoted_is_quoted_again(name: str) -> None:
    assert ops.quote_name(name) == '"' + name.replace('"', '""') + '"'


@pytest.mark.parametrize("name", ['"a"', '"a""b"', '"schema"."table"'])
def test_what_is_quoted_stays(name: str) -> None:
    assert ops.quote_name(name) == name


@pytest.mark.parametrize(
    ("sql", "native"),
    [
        ("SELECT %s, '%%s', %s", "SELECT ?, '%s', ?"),
        ("SELECT '100%%' || %s", "SELECT '100%' || ?"),
        ("SELECT '%%%s'", "SELECT '%?'"),
    ],
)
def test_placeholders(sql: str, native: str) -> None:
    assert to_qmark(sql) == native


@given(
    st.lists(st.sampled_from(["%s", "'a?b'", '"c?d"', "x = ", "'%%'", " -- ?\n", "/* ? */", ", "]))
)
def test_placeholders_there_and_back(parts: list[str]) -> None:
    sql = " ".join(parts)
    # Text in quotes keeps its question marks.
    assert to_format(to_qmark(sql)) == sql


@pytest.mark.parametrize(
    ("value", "wanted"),
    [
        (True, "1"),
        (5, "5"),
        (1.5, "1.5"),
        ("it's", "'it''s'"),
        ("100%", "'100%'"),
        (None, "NULL"),
        (b"ab", "X'6162'"),
        (decimal.Decimal("1.10"), "'1.10'"),
        (datetime.date(2020, 1, 2), "'2020-01-02'"),
        (datetime.datetime(2020, 1, 2, 3), "'2020-01-02 03:00:00'"),
    ],
)
def test_literals(value: Any, wanted: str) -> None:
    assert literal(value) == wanted


@given(st.text(alphabet=st.characters(exclude_characters="\x00", exclude_categories=["Cs"])))
def test_a_literal_is_read_as_the_text_it_was(text: str) -> None:
    connection = connections_in_memory()
    assert connection.execute(f"SELECT {literal(text)}", ()).fetchone() == (text,)


@cache
def connections_in_memory() -> Any:
    default = {"ENGINE": "vivace.db.backends.sqlite3", "NAME": ":memory:"}
    return utils.ConnectionHandler({"default": default})["default"]


def test_literals_of_other_values_are_refused() -> None:
    with pytest.raises(ValueError, match="Cannot quote parameter value"):
        literal([1])
    with pytest.raises(ValueError, match="NUL"):
        literal("a\x00b")


@pytest.mark.parametrize(
    ("declared", "stored", "wanted"),
    [
        ("bool", 1, True),
        ("bool", 0, False),
        ("datetime", "2020-01-02 03:04:05", datetime.datetime(2020, 1, 2, 3, 4, 5)),
        ("datetime", "2020-01-02 03:04:05.000006", datetime.datetime(2020, 1, 2, 3, 4, 5, 6)),
        (
            "datetime",
            "2020-01-02T03:04:05Z",
            datetime.datetime(2020, 1, 2, 3, 4, 5, tzinfo=datetime.UTC),
        ),
        ("datetime", "2020-13-02 03:04:05", None),
        ("timestamp", "2020-01-02 03:04:05", datetime.datetime(2020, 1, 2, 3, 4, 5)),
        ("date", "2020-01-02", datetime.date(2020, 1, 2)),
        ("time", "03:04:05", datetime.time(3, 4, 5)),
        ("decimal", 1.5, 1.5),
        ("date", None, None),
    ],
)
def test_columns_of_a_type_give_its_values(
    database: Any, declared: str, stored: Any, wanted: Any
) -> None:
    with database.cursor() as cursor:
        cursor.execute(f"CREATE TABLE t (c {declared})")
        cursor.execute("INSERT INTO t VALUES (%s)", [stored])
        assert cursor.execute("SELECT c FROM t").fetchone() == (wanted,)


def test_parameters_by_name_and_by_place(database: Any) -> None:
    with database.cursor() as cursor:
        assert cursor.execute("SELECT %(a)s, '%%', %(b)s", {"a": 1, "b": "x"}).fetchone() == (
            1,
            "%",
            "x",
        )
        with pytest.raises(KeyError):
            cursor.execute("SELECT %(c)s", {"a": 1})
        cursor.executemany("INSERT INTO a VALUES (%(x)s)", ({"x": n} for n in (1, 2)))
        cursor.executemany("INSERT INTO a VALUES (%s)", iter([(3,), (4,)]))
        cursor.executemany("INSERT INTO a VALUES (%s)", [])
        assert cursor.execute("SELECT COUNT(*) FROM a").fetchone() == (4,)
        # Without parameters percent signs are themselves.
        assert cursor.execute("SELECT '100%'").fetchone() == ("100%",)


def test_regular_expressions_and_defaults_of_the_connection(connect: Any) -> None:
    connection = connect()
    with connection.cursor() as cursor:
        assert cursor.execute("PRAGMA foreign_keys").fetchone() == (1,)
        assert cursor.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        assert cursor.execute("PRAGMA busy_timeout").fetchone() == (5000,)
        assert cursor.execute("SELECT %s REGEXP %s", ["abc", "^A"]).fetchone() == (0,)
