"""What is in a SQLite database."""

from __future__ import annotations

import re
from collections import namedtuple
from typing import Any

from vivace.db.backends.base.introspection import (
    BaseDatabaseIntrospection,
    TableInfo,
)
from vivace.db.backends.sqlite3 import definitions
from vivace.db.utils import DatabaseError

FieldInfo = namedtuple(
    "FieldInfo",
    [
        "name",
        "type_code",
        "display_size",
        "internal_size",
        "precision",
        "scale",
        "null_ok",
        "default",
        "collation",
        "pk",
        "has_json_constraint",
    ],
)

_SIZE = re.compile(r"^\s*(?:var)?char\s*\(\s*(\d+)\s*\)\s*$")


def get_field_size(name: str) -> int | None:
    """The length in a type such as ``varchar(20)``; None if there is none."""
    match = _SIZE.search(name)
    return int(match[1]) if match else None


class FlexibleFieldLookupDict:
    """The type of field for a column's type, whatever its case and its length."""

    base_data_types_reverse = {
        "bool": "BooleanField",
        "boolean": "BooleanField",
        "smallint": "SmallIntegerField",
        "smallint unsigned": "PositiveSmallIntegerField",
        "smallinteger": "SmallIntegerField",
        "int": "IntegerField",
        "integer": "IntegerField",
        "bigint": "BigIntegerField",
        "integer unsigned": "PositiveIntegerField",
        "bigint unsigned": "PositiveBigIntegerField",
        "decimal": "DecimalField",
        "real": "FloatField",
        "text": "TextField",
        "char": "CharField",
        "varchar": "CharField",
        "blob": "BinaryField",
        "date": "DateField",
        "datetime": "DateTimeField",
        "time": "TimeField",
    }

    def __getitem__(self, key: str) -> str:
        name = key.lower().split("(", 1)[0].strip()
        return self.base_data_types_reverse[name]


class DatabaseIntrospection(BaseDatabaseIntrospection):
    """Asks SQLite's pragmas and the statements it keeps."""

    data_types_reverse = FlexibleFieldLookupDict()

    def get_field_type(self, data_type: Any, description: Any) -> Any:
        field_type = super().get_field_type(data_type, description)
        if description.pk and field_type in (
            "BigIntegerField",
            "IntegerField",
            "SmallIntegerField",
        ):
            # An integer primary key counts by itself, whatever its declared type.
            return "AutoField"
        return "JSONField" if description.has_json_constraint else field_type

    def get_table_list(self, cursor: Any) -> list[Any]:
        cursor.execute(
            "SELECT name, type FROM sqlite_master WHERE type IN ('table', 'view') "
            "AND NOT name = 'sqlite_sequence' ORDER BY name"
        )
        return [TableInfo(name, kind[0]) for name, kind in cursor.fetchall()]

    def _quote(self, name: str) -> str:
        return str(self.connection.ops.quote_name(name))

    def _columns(self, cursor: Any, table_name: str) -> list[Any]:
        # With generated columns; those of virtual tables that are hidden are not ours to know.
        cursor.execute(f"PRAGMA table_xinfo({self._quote(table_name)})")
        return [row for row in cursor.fetchall() if row[6] != 1]

    def _sql(self, cursor: Any, name: str, kind: str = "table") -> str:
        cursor.execute(
            "SELECT sql FROM sqlite_master WHERE type = %s AND name = %s COLLATE NOCASE",
            [kind, name],
        )
        row = cursor.fetchone()
        return (row and row[0]) or ""

    def get_table_description(self, cursor: Any, table_name: str) -> list[Any]:
        columns = self._columns(cursor, table_name)
        if not columns:
            raise DatabaseError(f"Table {table_name} does not exist (empty pragma).")
        sql = self._sql(cursor, table_name)
        collations = definitions.table(sql, [column[1] for column in columns]).collations
        composite = sum(column[5] > 0 for column in columns) > 1
        lowered = sql.lower()
        return [
            FieldInfo(
                name,
                data_type,
                get_field_size(data_type),
                None,
                None,
                None,
                not notnull,
                default,
                collations.get(name),
                pk == 1 and not composite,
                f"json_valid({self._quote(name).lower()})" in lowered,
            )
            for _, name, data_type, notnull, default, pk, _ in columns
        ]

    def get_sequences(self, cursor: Any, table_name: str, table_fields: Any = ()) -> list[Any]:
        return [{"table": table_name, "column": self.get_primary_key_column(cursor, table_name)}]

    def get_relations(self, cursor: Any, table_name: str) -> dict[str, tuple[str, str]]:
        cursor.execute(f"PRAGMA foreign_key_list({self._quote(table_name)})")
        return {
            column: (referred_column, referred_table)
            for _, _, referred_table, column, referred_column, *_ in cursor.fetchall()
        }

    def get_primary_key_columns(self, cursor: Any, table_name: str) -> list[str] | None:
        cursor.execute(f"PRAGMA table_info({self._quote(table_name)})")
        keys = sorted((row[5], row[1]) for row in cursor.fetchall() if row[5] > 0)
        return [name for _, name in keys]

    def get_constraints(self, cursor: Any, table_name: str) -> dict[str, dict[str, Any]]:
        columns = [column[1] for column in self._columns(cursor, table_name)]
        constraints = self._declared(cursor, table_name, columns)
        self._add_indexes(constraints, cursor, table_name)
        primary_key = self.get_primary_key_columns(cursor, table_name)
        if primary_key:
            constraints["__primary__"] = _constraint(primary_key, primary_key=True)
        relations = self.get_relations(cursor, table_name).items()
        for index, (column, (referred_column, referred_table)) in enumerate(relations):
            constraints[f"fk_{index}"] = _constraint(
                [column], foreign_key=(referred_table, referred_column)
            )
        return constraints

    def _declared(
        self, cursor: Any, table_name: str, columns: list[str]
    ) -> dict[str, dict[str, Any]]:
        """The constraints that the table's statement declares."""
        found: dict[str, dict[str, Any]] = {}
        unnamed = 0
        for each in definitions.table(self._sql(cursor, table_name), columns).constraints:
            name = each.name
            if name is None:
                unnamed += 1
                name = f"__unnamed_constraint_{unnamed}__"
            found[name] = _constraint(each.columns, unique=each.unique, check=each.check)
        return found

    def _add_indexes(self, constraints: dict[str, Any], cursor: Any, table_name: str) -> None:
        cursor.execute(f"PRAGMA index_list({self._quote(table_name)})")
        for row in cursor.fetchall():
            _, name, unique = row[:3]
            sql = self._sql(cursor, name, "index")
            # Those of constraints have no statement.
            if not sql:
                continue
            cursor.execute(f"PRAGMA index_info({self._quote(name)})")
            columns = [column for _, _, column in cursor.fetchall()]
            constraints[name] = {
                **_constraint(columns, unique=bool(unique), index=True),
                "type": "idx",
            }
            # An expression has an order too, but no column.
            if None not in columns:
                constraints[name]["orders"] = definitions.index_orders(sql)


def _constraint(columns: list[Any], **kinds: Any) -> dict[str, Any]:
    return {
        "columns": columns,
        "primary_key": False,
        "unique": False,
        "foreign_key": None,
        "check": False,
        "index": False,
        **kinds,
    }
