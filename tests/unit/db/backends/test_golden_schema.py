"""Tables are made, changed and looked at as in Django (scripts/golden/schema.py)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from databases import sqlite
from golden_cases import as_json, recorded, script
from vivace.db import NotSupportedError, transaction

golden = script("schema")
RECORDED = recorded("schema")


@pytest.fixture(scope="module")
def rooms() -> Any:
    return golden.Rooms("vivace")


@pytest.mark.parametrize("model", RECORDED["create"])
def test_models_are_created_as_recorded(database: Any, rooms: Any, model: str) -> None:
    said = golden.create(database, rooms)[model]
    # Django does not double the quotes in a name.
    assert [sql.replace('""ird', '"ird') for sql in said] == RECORDED["create"][model]


@pytest.mark.parametrize("case", RECORDED["change"])
def test_tables_are_changed_as_recorded(tmp_path: Path, rooms: Any, case: str) -> None:
    with sqlite(tmp_path) as connection:
        found = as_json(golden.change(connection, rooms, case))
    assert found == RECORDED["change"][case]


@pytest.mark.parametrize("table", RECORDED["found"])
def test_what_is_there_is_found_as_recorded(tmp_path: Path, table: str) -> None:
    with sqlite(tmp_path) as connection:
        assert as_json(golden.found(connection))[table] == RECORDED["found"][table]


def test_percent_signs_and_quotes_in_defaults_stay(tmp_path: Path, rooms: Any) -> None:
    models = rooms.models
    with sqlite(tmp_path) as connection:
        _, before, _ = rooms.world()
        _, after, _ = rooms.world(z=lambda tag: models.CharField(max_length=9, default="i't%s"))
        with connection.schema_editor() as editor:
            editor.create_model(before._meta.get_field("t").related_model)
            editor.create_model(before)
        connection.cursor().execute(f"INSERT INTO {golden.APP}_p (code) VALUES ('a')")
        with connection.schema_editor() as editor:
            editor.add_field(before, after._meta.get_field("z"))
        with connection.cursor() as cursor:
            rows = cursor.execute(f"SELECT z FROM {golden.APP}_p").fetchall()
    assert rows == [("i't%s",)]


def test_a_table_that_breaks_a_foreign_key_is_not_left(tmp_path: Path, rooms: Any) -> None:
    models = rooms.models

    def key(tag: Any) -> Any:
        return models.ForeignKey(tag, models.CASCADE, null=True, db_column="n", related_name="+")

    with sqlite(tmp_path) as connection:
        tag, before, _ = rooms.world()
        _, after, _ = rooms.world(n=key)
        with connection.schema_editor() as editor:
            editor.create_model(tag)
            editor.create_model(before)
        connection.cursor().execute(f"INSERT INTO {golden.APP}_p (code, n) VALUES ('a', 5)")
        held = golden.held(connection)

        def change() -> None:
            with connection.schema_editor() as editor:
                editor.alter_field(before, before._meta.get_field("n"), after._meta.get_field("n"))

        with pytest.raises(Exception, match="has an invalid foreign key"):
            change()
        assert golden.held(connection) == held
        assert connection.in_atomic_block is False
        assert connection.cursor().execute("PRAGMA foreign_keys").fetchone() == (1,)


def test_within_a_transaction_tables_cannot_be_changed(database: Any) -> None:
    with (
        transaction.atomic(),
        pytest.raises(NotSupportedError, match="while foreign key constraint"),
    ):
        database.schema_editor().__enter__()
