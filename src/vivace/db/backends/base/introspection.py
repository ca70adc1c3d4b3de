"""What is in a database: tables, columns, constraints."""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Iterator
from typing import Any

from vivace.apps import apps
from vivace.utils.module_loading import cached_import

# `type` is "t" for a table, "v" for a view, "p" for a partition.
TableInfo = namedtuple("TableInfo", ["name", "type"])

# What a driver tells of a column (PEP 249), and its default and collation.
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
    ],
)


def _missing(method: str, stop: str = "") -> NotImplementedError:
    return NotImplementedError(
        f"subclasses of BaseDatabaseIntrospection may require a {method}() method{stop}"
    )


class BaseDatabaseIntrospection:
    """Asks a database what it has; `connection` is whose it is."""

    # The type of field for each type of column.
    data_types_reverse: Any = {}

    def __init__(self, connection: Any) -> None:
        self.connection = connection

    def get_field_type(self, data_type: Any, description: Any) -> Any:
        """The type of field for a column; `description` is its row of `get_table_description`."""
        return self.data_types_reverse[data_type]

    def identifier_converter(self, name: str) -> str:
        """`name` as the database writes it where letters' cases do not matter."""
        return name

    def table_names(self, cursor: Any = None, include_views: bool = False) -> list[str]:
        """The names of all tables, sorted."""
        if cursor is None:
            with self.connection.cursor() as own:
                return self.table_names(own, include_views)
        return sorted(
            table.name
            for table in self.get_table_list(cursor)
            if include_views or table.type == "t"
        )

    def get_table_list(self, cursor: Any) -> list[Any]:
        """A `TableInfo` for each table and view."""
        raise _missing("get_table_list")

    def get_table_description(self, cursor: Any, table_name: str) -> list[Any]:
        """A `FieldInfo` for each column of a table."""
        raise _missing("get_table_description", ".")

    def get_migratable_models(self) -> Iterator[Any]:
        """The models that may have a table in this database."""
        router = cached_import("vivace.db", "router")
        return (
            model
            for app_config in apps.get_app_configs()
            for model in router.get_migratable_models(app_config, self.connection.alias)
            if model._meta.can_migrate(self.connection)
        )

    def django_table_names(
        self, only_existing: bool = False, include_views: bool = True
    ) -> list[str]:
        """The names of the tables of all managed models, with those of many-to-many relations."""
        tables = set()
        for model in self.get_migratable_models():
            if not model._meta.managed:
                continue
            tables.add(model._meta.db_table)
            tables.update(
                field.m2m_db_table()
                for field in model._meta.local_many_to_many
                if field.remote_field.through._meta.managed
            )
        names = list(tables)
        if only_existing:
            existing = set(self.table_names(include_views=include_views))
            names = [name for name in names if self.identifier_converter(name) in existing]
        return names

    def installed_models(self, tables: Any) -> set[Any]:
        """The models whose table is among `tables`."""
        wanted = set(map(self.identifier_converter, tables))
        return {
            model
            for model in self.get_migratable_models()
            if self.identifier_converter(model._meta.db_table) in wanted
        }

    def sequence_list(self) -> list[Any]:
        """The sequences of all managed models: dicts with ``table`` and ``column``."""
        sequences: list[Any] = []
        with self.connection.cursor() as cursor:
            for model in self.get_migratable_models():
                if not model._meta.managed or model._meta.swapped:
                    continue
                sequences.extend(
                    self.get_sequences(cursor, model._meta.db_table, model._meta.local_fields)
                )
                for field in model._meta.local_many_to_many:
                    # A model in between that was declared has its own turn.
                    if field.remote_field.through._meta.auto_created:
                        sequences.extend(self.get_sequences(cursor, field.m2m_db_table()))
        return sequences

    def get_sequences(self, cursor: Any, table_name: str, table_fields: Any = ()) -> list[Any]:
        """The sequences of a table: dicts with ``table`` and ``column``."""
        raise _missing("get_sequences")

    def get_relations(self, cursor: Any, table_name: str) -> dict[str, tuple[str, str]]:
        """The foreign keys of a table: ``{column: (column there, table there)}``."""
        raise _missing("get_relations", ".")

    def get_primary_key_column(self, cursor: Any, table_name: str) -> str | None:
        """The column of the primary key, the first if there are several."""
        columns = self.get_primary_key_columns(cursor, table_name)
        return columns[0] if columns else None

    def get_primary_key_columns(self, cursor: Any, table_name: str) -> list[str] | None:
        """The columns of the primary key; None if there is none."""
        for constraint in self.get_constraints(cursor, table_name).values():
            if constraint["primary_key"]:
                return constraint["columns"]  # type: ignore[no-any-return]
        return None

    def get_constraints(self, cursor: Any, table_name: str) -> dict[str, dict[str, Any]]:
        """The constraints and indexes of a table, by name.

        Each is a dict: ``columns``, ``primary_key``, ``unique``, ``foreign_key`` ((table, column)
        or None), ``check``, ``index``; of an index also ``orders`` and ``type``.
        """
        raise _missing("get_constraints")
