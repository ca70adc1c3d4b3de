"""How SQLite says things, and what it is given and gives for values.

Dates, times, decimals, UUIDs and durations are text or numbers to it; the converters are here.
Functions with ``django_`` in their names are those of `_functions`, under the names by which both
frameworks know them.
"""

from __future__ import annotations

import datetime
import re
import uuid
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from itertools import chain
from typing import Any

from vivace.conf import settings
from vivace.core.exceptions import FieldError
from vivace.db.backends.base.operations import BaseDatabaseOperations, Sql
from vivace.db.backends.sqlite3 import reading
from vivace.db.backends.sqlite3.placeholders import to_format, to_qmark
from vivace.db.utils import DatabaseError, NotSupportedError
from vivace.utils import timezone
from vivace.utils.dateparse import parse_date, parse_datetime, parse_time
from vivace.utils.functional import cached_property
from vivace.utils.module_loading import cached_import

# Quoted already: one quoted name, or several with dots between. Quotes within are doubled.
_QUOTED = re.compile(r'"(?:[^"]|"")*"(?:\."(?:[^"]|"")*")*')


class DatabaseOperations(BaseDatabaseOperations):
    """The SQL of SQLite."""

    cast_char_field_without_max_length = "text"
    cast_data_types = {"DateField": "TEXT", "DateTimeField": "TEXT"}
    explain_prefix = "EXPLAIN QUERY PLAN"
    # What JSON_TYPE tells of values that are not text in quotes.
    jsonfield_datatype_values = frozenset(["null", "false", "true"])

    # --- for plans and names

    def native_sql(self, sql: str) -> str:
        return to_qmark(sql)

    def portable_sql(self, sql: str) -> str:
        return to_format(sql)

    def quote_name(self, name: str) -> str:
        # SECURITY: the one place where a name becomes an identifier. A quote in it is doubled, so that
        # it cannot end the identifier.
        if name.startswith('"') and _QUOTED.fullmatch(name):
            return name
        return '"' + name.replace('"', '""') + '"'

    def check_expression_support(self, expression: Any) -> None:
        """NotSupportedError for an aggregate that SQLite would make of dates taken as numbers."""
        if getattr(expression, "takes_numbers", False):
            for source in expression.get_source_expressions():
                try:
                    output = source.output_field
                except (AttributeError, FieldError):
                    # A part without a type, such as a star, is not one of these.
                    continue
                if output.get_internal_type() in ("DateField", "DateTimeField", "TimeField"):
                    raise NotSupportedError(
                        "You cannot use Sum, Avg, StdDev, and Variance "
                        "aggregations on date/time fields in sqlite3 "
                        "since date/time is saved as text."
                    )
        if getattr(expression, "distinct", False) and len(expression.source_expressions) > 1:
            raise NotSupportedError(
                "SQLite doesn't support DISTINCT on aggregate functions "
                "accepting multiple arguments."
            )

    # --- inserting

    def bulk_batch_size(self, fields: Sequence[Any], objs: Sequence[Any]) -> int:
        if not fields:
            return len(objs)
        columns = sum(len(getattr(field, "fields", None) or (field,)) for field in fields)
        if columns == 1:
            # SELECT ... UNION ALL has at most 500 parts.
            return 500
        return self.connection.features.max_query_params // columns  # type: ignore[no-any-return]

    def pk_default_value(self) -> str:
        return "NULL"

    def insert_statement(self, on_conflict: Any = None) -> str:
        if getattr(on_conflict, "name", None) == "IGNORE":
            return "INSERT OR IGNORE INTO"
        return super().insert_statement(on_conflict=on_conflict)

    def on_conflict_suffix_sql(
        self, fields: Any, on_conflict: Any, update_fields: Any, unique_fields: Any
    ) -> str:
        if getattr(on_conflict, "name", None) == "UPDATE" and update_fields and unique_fields:
            target = ", ".join(map(self.quote_name, unique_fields))
            changes = ", ".join(
                f"{name} = EXCLUDED.{name}" for name in map(self.quote_name, update_fields)
            )
            return f"ON CONFLICT({target}) DO UPDATE SET {changes}"
        return super().on_conflict_suffix_sql(fields, on_conflict, update_fields, unique_fields)

    def return_insert_columns(self, fields: Any) -> Any:
        if not fields:
            return "", ()
        columns = [
            f"{self.quote_name(field.model._meta.db_table)}.{self.quote_name(field.column)}"
            for field in fields
        ]
        return f"RETURNING {', '.join(columns)}", ()

    def fetch_returned_insert_rows(self, cursor: Any) -> Any:
        """The columns that `return_insert_columns` asked for, of all rows."""
        return cursor.fetchall()

    # --- times

    def date_extract_sql(self, lookup_type: str, sql: str, params: Any) -> Sql:
        return f"django_date_extract(%s, {sql})", (lookup_type.lower(), *params)

    def date_trunc_sql(
        self, lookup_type: str, sql: str, params: Any, tzname: str | None = None
    ) -> Sql:
        return f"django_date_trunc(%s, {sql}, %s, %s)", (
            lookup_type.lower(),
            *params,
            *self._zones(tzname),
        )

    def time_trunc_sql(
        self, lookup_type: str, sql: str, params: Any, tzname: str | None = None
    ) -> Sql:
        return f"django_time_trunc(%s, {sql}, %s, %s)", (
            lookup_type.lower(),
            *params,
            *self._zones(tzname),
        )

    def _zones(self, tzname: str | None) -> tuple[str | None, str | None]:
        """The zone asked for and the one the database keeps; neither where times are naive."""
        if tzname and settings.USE_TZ:
            return tzname, self.connection.timezone_name
        return None, None

    def datetime_cast_date_sql(self, sql: str, params: Any, tzname: str | None) -> Sql:
        return f"django_datetime_cast_date({sql}, %s, %s)", (*params, *self._zones(tzname))

    def datetime_cast_time_sql(self, sql: str, params: Any, tzname: str | None) -> Sql:
        return f"django_datetime_cast_time({sql}, %s, %s)", (*params, *self._zones(tzname))

    def datetime_extract_sql(
        self, lookup_type: str, sql: str, params: Any, tzname: str | None
    ) -> Sql:
        return f"django_datetime_extract(%s, {sql}, %s, %s)", (
            lookup_type.lower(),
            *params,
            *self._zones(tzname),
        )

    def datetime_trunc_sql(
        self, lookup_type: str, sql: str, params: Any, tzname: str | None
    ) -> Sql:
        return f"django_datetime_trunc(%s, {sql}, %s, %s)", (
            lookup_type.lower(),
            *params,
            *self._zones(tzname),
        )

    def time_extract_sql(self, lookup_type: str, sql: str, params: Any) -> Sql:
        return f"django_time_extract(%s, {sql})", (lookup_type.lower(), *params)

    def format_for_duration_arithmetic(self, sql: str) -> str:
        # The function does the arithmetic.
        return sql

    def subtract_temporals(self, internal_type: str, lhs: Any, rhs: Any) -> Sql:
        lhs_sql, lhs_params = lhs
        rhs_sql, rhs_params = rhs
        function = "django_time_diff" if internal_type == "TimeField" else "django_timestamp_diff"
        return f"{function}({lhs_sql}, {rhs_sql})", (*lhs_params, *rhs_params)

    # --- expressions

    def combine_expression(self, connector: str, sub_expressions: Sequence[str]) -> str:
        if connector == "^":
            return f"POWER({','.join(sub_expressions)})"
        if connector == "#":
            return f"BITXOR({','.join(sub_expressions)})"
        return super().combine_expression(connector, sub_expressions)

    def combine_duration_expression(self, connector: str, sub_expressions: Sequence[str]) -> str:
        if connector not in ["+", "-", "*", "/"]:
            raise DatabaseError(f"Invalid connector for timedelta: {connector}.")
        arguments = ", ".join([f"'{connector}'", *sub_expressions])
        return f"django_format_dtdelta({arguments})"

    def integer_field_range(self, internal_type: str) -> tuple[int | None, int | None]:
        # Integers have 64 bits, whatever the column says.
        if internal_type in (
            "PositiveBigIntegerField",
            "PositiveIntegerField",
            "PositiveSmallIntegerField",
        ):
            return 0, 9223372036854775807
        return -9223372036854775808, 9223372036854775807

    # --- queries

    def no_limit_value(self) -> int | None:
        return -1

    def force_group_by(self) -> list[str]:
        # HAVING without GROUP BY is an error before 3.39.
        if self.connection.Database.sqlite_version_info < (3, 39):
            return ["GROUP BY TRUE"]
        return []

    def last_executed_query(self, cursor: Any, sql: Any, params: Any) -> Any:
        if not params:
            # Percent signs of a query without parameters were not doubled.
            return sql
        try:
            if hasattr(params, "keys"):
                return sql % dict(zip(params, self._quoted(params.values()), strict=True))
            return sql % tuple(self._quoted(params))
        except (self.connection.Database.Error, TypeError, ValueError):
            # What cannot be quoted could not be executed either, and that error is told.
            return sql

    def _quoted(self, params: Iterable[Any]) -> Iterable[Any]:
        """`params` as literals, by the database itself."""
        values = tuple(params)
        size = self.connection.features.max_query_params
        cursor = self.connection.connection.cursor()
        try:
            rows = []
            for start in range(0, len(values), size):
                chunk = values[start : start + size]
                sql = f"SELECT {', '.join(['QUOTE(?)'] * len(chunk))}"
                # The driver's own method: ours would log.
                rows.append(self.connection.Database.Cursor.execute(cursor, sql, chunk).fetchone())
        finally:
            cursor.close()
        return chain.from_iterable(rows)

    # --- flushing

    @cached_property
    def _references_graph(self) -> Callable[[str], tuple[str, ...]]:
        return lru_cache(maxsize=512)(self._tables_with)

    def _tables_with(self, table_name: str) -> tuple[str, ...]:
        """`table_name` and all tables that refer to it, directly or through others."""
        query = """
        WITH tables AS (
            SELECT %s name
            UNION
            SELECT sqlite_master.name
            FROM sqlite_master
            JOIN tables ON (sql REGEXP %s || tables.name || %s)
        ) SELECT name FROM tables;
        """
        params = (table_name, r'(?i)\s+references\s+("|\')?', r'("|\')?\s*\(')
        with self.connection.cursor() as cursor:
            return tuple(row[0] for row in cursor.execute(query, params).fetchall())

    def sql_flush(
        self,
        style: Any,
        tables: Iterable[str],
        *,
        reset_sequences: bool = False,
        allow_cascade: bool = False,
    ) -> list[str]:
        names = list(tables)
        if names and allow_cascade:
            # A table may be reached by several.
            names = list(dict.fromkeys(chain.from_iterable(map(self._references_graph, names))))
        sql = [
            f"{style.SQL_KEYWORD('DELETE')} {style.SQL_KEYWORD('FROM')} "
            f"{style.SQL_FIELD(self.quote_name(table))};"
            for table in names
        ]
        if reset_sequences:
            sequences = [{"table": table} for table in names]
            sql.extend(self.sequence_reset_by_name_sql(style, sequences))
        return sql

    def sequence_reset_by_name_sql(self, style: Any, sequences: Any) -> list[str]:
        if not sequences:
            return []
        names = ", ".join(
            "'" + sequence["table"].replace("'", "''") + "'" for sequence in sequences
        )
        return [
            f"{style.SQL_KEYWORD('UPDATE')} "
            f"{style.SQL_TABLE(self.quote_name('sqlite_sequence'))} "
            f"{style.SQL_KEYWORD('SET')} {style.SQL_FIELD(self.quote_name('seq'))} = 0 "
            f"{style.SQL_KEYWORD('WHERE')} {style.SQL_FIELD(self.quote_name('name'))} "
            f"{style.SQL_KEYWORD('IN')} ({names});"
        ]

    # --- values

    def adapt_datetimefield_value(self, value: Any) -> Any:
        if value is None:
            return None
        if timezone.is_aware(value):
            if not settings.USE_TZ:
                raise ValueError(
                    "SQLite backend does not support timezone-aware datetimes when USE_TZ is False."
                )
            value = timezone.make_naive(value, self.connection.timezone)
        return str(value)

    def adapt_timefield_value(self, value: Any) -> Any:
        if value is None:
            return None
        if timezone.is_aware(value):
            raise ValueError("SQLite backend does not support timezone-aware times.")
        return str(value)

    def get_db_converters(self, expression: Any) -> list[Any]:
        converters = super().get_db_converters(expression)
        internal_type = expression.output_field.get_internal_type()
        if internal_type == "DecimalField":
            converters.append(self.get_decimalfield_converter(expression))
        else:
            name = _CONVERTERS.get(internal_type)
            if name is not None:
                converters.append(getattr(self, name))
        return converters

    def convert_datetimefield_value(self, value: Any, expression: Any, connection: Any) -> Any:
        if value is not None:
            if not isinstance(value, datetime.datetime):
                value = parse_datetime(value)
            if settings.USE_TZ and not timezone.is_aware(value):
                value = timezone.make_aware(value, self.connection.timezone)
        return value

    def convert_datefield_value(self, value: Any, expression: Any, connection: Any) -> Any:
        if value is not None and not isinstance(value, datetime.date):
            value = parse_date(value)
        return value

    def convert_timefield_value(self, value: Any, expression: Any, connection: Any) -> Any:
        if value is not None and not isinstance(value, datetime.time):
            value = parse_time(value)
        return value

    def get_decimalfield_converter(self, expression: Any) -> Callable[..., Any]:
        """A converter to decimals; a column's has as many places as its field says."""
        column = cached_import("vivace.db.models.expressions", "Col")
        if isinstance(expression, column):
            field = expression.output_field
            return reading.decimal_column(field.decimal_places, field.max_digits)
        return reading.any_decimal

    def short_converters(self) -> dict[str, Callable[[Any], Any]]:
        zone = self.connection.timezone if settings.USE_TZ else None
        return reading.short_converters(self, zone)

    def reading_key(self) -> Any:
        return settings.USE_TZ, self.connection.timezone_name

    def convert_uuidfield_value(self, value: Any, expression: Any, connection: Any) -> Any:
        return None if value is None else uuid.UUID(value)

    def convert_booleanfield_value(self, value: Any, expression: Any, connection: Any) -> Any:
        return bool(value) if value in (1, 0) else value


_CONVERTERS = {
    "DateTimeField": "convert_datetimefield_value",
    "DateField": "convert_datefield_value",
    "TimeField": "convert_timefield_value",
    "UUIDField": "convert_uuidfield_value",
    "BooleanField": "convert_booleanfield_value",
}
