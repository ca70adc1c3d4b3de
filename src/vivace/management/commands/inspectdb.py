"""``inspectdb``: models for the tables that are there."""

from __future__ import annotations

import keyword
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from vivace.db import DEFAULT_DB_ALIAS, connections
from vivace.db.schema.constants import LOOKUP_SEP
from vivace.management.base import BaseCommand
from vivace.management.exceptions import CommandError
from vivace.utils.naming import root


@dataclass
class Column:
    """What is found of a column, and the field that is written for it."""

    row: Any
    name: str
    notes: list[str]
    params: dict[str, Any] = field(default_factory=dict)


class Command(BaseCommand):
    """Write models for the tables of a database, as a start: they are not complete."""

    help = (
        "Introspects the database tables in the given database and outputs a Django model module."
    )
    requires_system_checks = []
    stealth_options = ("table_name_filter",)
    db_module = "vivace.db"

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument(
            "table", nargs="*", type=str, help="The tables or views to look at; all if none."
        )
        parser.add_argument(
            "--database",
            default=DEFAULT_DB_ALIAS,
            choices=tuple(connections),
            help='The database to look at; "default" if not given.',
        )
        parser.add_argument(
            "--include-partitions", action="store_true", help="Write models for partitions too."
        )
        parser.add_argument(
            "--include-views", action="store_true", help="Write models for views too."
        )

    def handle(self, **options: Any) -> None:
        try:
            for line in self.handle_inspection(options):
                self.stdout.write(line)
        except NotImplementedError:
            raise CommandError(
                "Database inspection isn't supported for the currently selected database backend."
            )

    def handle_inspection(self, options: dict[str, Any]) -> Iterator[str]:
        """The lines of the module."""
        connection = connections[options["database"]]
        table_name_filter = options.get("table_name_filter")
        name = root().capitalize()
        yield f"# This is an auto-generated {name} model module."
        yield "# You'll have to do the following manually to clean this up:"
        yield "#   * Rearrange models' order"
        yield "#   * Make sure each model has one field with primary_key=True"
        yield (
            "#   * Make sure each ForeignKey and OneToOneField has `on_delete` set to the desired "
            "behavior"
        )
        yield (
            f"#   * Remove `managed = False` lines if you wish to allow {name} to create, modify, "
            "and delete the table"
        )
        yield "# Feel free to rename the models, but don't rename db_table values or field names."
        yield f"from {self.db_module.replace('vivace', root(), 1)} import models"
        with connection.cursor() as cursor:
            tables = connection.introspection.get_table_list(cursor)
            kinds = {"t"}
            if options["include_partitions"]:
                kinds.add("p")
            if options["include_views"]:
                kinds.add("v")
            known: list[str] = []
            found = {info.name: info.type for info in tables}
            names = options["table"] or sorted(info.name for info in tables if info.type in kinds)
            for table_name in names:
                if table_name_filter is not None and not table_name_filter(table_name):
                    continue
                try:
                    lines = list(self._model(connection, cursor, table_name, found, kinds, known))
                except Exception as error:
                    yield f"# Unable to inspect table '{table_name}'"
                    yield f"# The error was: {error}"
                    continue
                known.append(self.normalize_table_name(table_name))
                yield from lines

    def _model(
        self,
        connection: Any,
        cursor: Any,
        table_name: str,
        found: dict[str, str],
        kinds: set[str],
        known: list[str],
    ) -> Iterator[str]:
        """The lines of one model."""
        introspection = connection.introspection
        try:
            relations = introspection.get_relations(cursor, table_name)
        except NotImplementedError:
            relations = {}
        try:
            constraints = introspection.get_constraints(cursor, table_name)
        except NotImplementedError:
            constraints = {}
        primary_key_columns = introspection.get_primary_key_columns(cursor, table_name) or []
        unique_columns = {
            each["columns"][0]
            for each in constraints.values()
            if each["unique"] and len(each["columns"]) == 1
        }
        description = introspection.get_table_description(cursor, table_name)
        model_name = self.normalize_table_name(table_name)
        yield ""
        yield ""
        yield f"class {model_name}(models.Model):"
        column_to_field: dict[str, str] = {}
        used: list[str] = []
        targets: set[str] = set()
        lines = []
        for row in description:
            name, params, notes = self.normalize_col_name(row.name, used, row.name in relations)
            column = Column(row, name, notes, params)
            used.append(name)
            column_to_field[row.name] = name
            if row.name in unique_columns and row.name not in primary_key_columns:
                column.params["unique"] = True
            elif [row.name] == primary_key_columns:
                column.params["primary_key"] = True
            line = self._field(
                connection, cursor, table_name, model_name, column, relations, targets, known
            )
            if line is not None:
                lines.append(line)
        if len(primary_key_columns) > 1:
            keys = ", ".join(repr(column_to_field[name]) for name in primary_key_columns)
            yield f"    pk = models.CompositePrimaryKey({keys})"
        yield from lines
        comment = getattr(
            next(
                (each for each in introspection.get_table_list(cursor) if each.name == table_name),
                None,
            ),
            "comment",
            None,
        )
        yield from self.get_meta(
            table_name,
            constraints,
            column_to_field,
            "v" in kinds and found.get(table_name) == "v",
            "p" in kinds and found.get(table_name) == "p",
            comment,
        )

    def _field(
        self,
        connection: Any,
        cursor: Any,
        table_name: str,
        model_name: str,
        column: Column,
        relations: dict[str, Any],
        targets: set[str],
        known: list[str],
    ) -> str | None:
        """The line of one field; None for a key that the model has without being told."""
        row, params, notes = column.row, column.params, column.notes
        if row.name in relations:
            referred = relations[row.name][1]
            target = "self" if referred == table_name else self.normalize_table_name(referred)
            kind = "OneToOneField" if params.pop("unique", False) else "ForeignKey"
            if params.get("primary_key"):
                kind = "OneToOneField"
            if target in targets:
                params["related_name"] = f"{model_name.lower()}_{column.name}_set"
            targets.add(target)
            arguments = [target if target in known else repr(target), "models.DO_NOTHING"]
        else:
            kind, type_params, type_notes = self.get_field_type(connection, table_name, row)
            params.update(type_params)
            notes.extend(type_notes)
            arguments = []
        if column.name == "id" and kind == "AutoField" and params == {"primary_key": True}:
            return None
        if row.null_ok:
            params["blank"] = True
            params["null"] = True
        arguments.extend(f"{key}={value!r}" for key, value in params.items())
        prefix = "" if "." in kind else "models."
        line = f"    {column.name} = {prefix}{kind}({', '.join(arguments)})"
        if notes:
            line += "  # " + " ".join(notes)
        return line

    def normalize_col_name(
        self, col_name: str, used_column_names: Iterable[str], is_relation: bool
    ) -> tuple[str, dict[str, Any], list[str]]:
        """A field's name for a column, the arguments that follow from it, and what to say of it."""
        params: dict[str, Any] = {}
        notes: list[str] = []
        name = col_name.lower()
        if name != col_name:
            notes.append("Field name made lowercase.")
        if is_relation:
            if name.endswith("_id"):
                name = name[:-3]
            else:
                params["db_column"] = col_name
        name, replaced = re.subn(r"\W", "_", name)
        if replaced:
            notes.append("Field renamed to remove unsuitable characters.")
        if LOOKUP_SEP in name:
            while LOOKUP_SEP in name:
                name = name.replace(LOOKUP_SEP, "_")
            if LOOKUP_SEP in col_name.lower():
                notes.append("Field renamed because it contained more than one '_' in a row.")
        if name.startswith("_"):
            name = f"field{name}"
            notes.append("Field renamed because it started with '_'.")
        if name.endswith("_"):
            name = f"{name}field"
            notes.append("Field renamed because it ended with '_'.")
        if keyword.iskeyword(name):
            name += "_field"
            notes.append("Field renamed because it was a Python reserved word.")
        if name[0].isdigit():
            name = f"number_{name}"
            notes.append("Field renamed because it wasn't a valid Python identifier.")
        used = list(used_column_names)
        if name in used:
            number = 0
            while f"{name}_{number}" in used:
                number += 1
            name = f"{name}_{number}"
            notes.append("Field renamed because of name conflict.")
        if col_name != name and notes:
            params["db_column"] = col_name
        return name, params, notes

    def normalize_table_name(self, table_name: str) -> str:
        """A model's name for a table."""
        return re.sub(r"[^a-zA-Z0-9]", "", table_name.title())

    def get_field_type(
        self, connection: Any, table_name: str, row: Any
    ) -> tuple[str, dict[str, Any], list[str]]:
        """The class of field for a column, its arguments, and what to say of it."""
        params: dict[str, Any] = {}
        notes: list[str] = []
        try:
            field_type = connection.introspection.get_field_type(row.type_code, row)
        except KeyError:
            field_type = "TextField"
            notes.append("This field type is a guess.")
        if isinstance(field_type, tuple):
            # Some backends add arguments.
            field_type, new_params = field_type
            params.update(new_params)
        if field_type in ("CharField", "TextField") and row.collation:
            params["db_collation"] = row.collation
        if getattr(row, "comment", None):
            params["db_comment"] = row.comment
        if field_type == "CharField" and row.display_size:
            size = int(row.display_size)
            if size > 0:
                params["max_length"] = size
        if field_type == "DecimalField":
            if row.precision is None or row.scale is None:
                notes.append(
                    "max_digits and decimal_places have been guessed, as this "
                    "database handles decimal fields as float"
                )
                params["max_digits"] = row.precision if row.precision is not None else 10
                params["decimal_places"] = row.scale if row.scale is not None else 5
            else:
                params["max_digits"] = row.precision
                params["decimal_places"] = row.scale
        return field_type, params, notes

    def get_meta(
        self,
        table_name: str,
        constraints: dict[str, Any],
        column_to_field_name: dict[str, str],
        is_view: bool,
        is_partition: bool,
        comment: str | None,
    ) -> list[str]:
        """The lines of ``class Meta``."""
        unique_together: list[str] = []
        expressions = False
        for params in constraints.values():
            columns = params["columns"]
            if not params["unique"] or len(columns) < 2:
                continue
            if None in columns:
                expressions = True
            names = [column_to_field_name[name] for name in columns if name is not None]
            if len(names) > 1:
                unique_together.append(f"({', '.join(map(repr, names))})")
        if is_view:
            managed = "  # Created from a view. Don't remove."
        elif is_partition:
            managed = "  # Created from a partition. Don't remove."
        else:
            managed = ""
        meta = [""]
        if expressions:
            meta.append("    # A unique constraint could not be introspected.")
        meta += [
            "    class Meta:",
            f"        managed = False{managed}",
            f"        db_table = {table_name!r}",
        ]
        if unique_together:
            meta.append(f"        unique_together = ({', '.join(unique_together)},)")
        if comment:
            meta.append(f"        db_table_comment = {comment!r}")
        return meta
