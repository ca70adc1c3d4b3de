"""How a database says things: what every backend has in common, and what each must give.

The interface is that of Django's backends, which expressions and packages call by these names:
fragments of SQL with ``%s`` placeholders, often as ``(sql, params)``.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable, Iterable, Sequence
from importlib import import_module
from typing import Any

from vivace.db.backends.base.values import ValueOperations
from vivace.db.utils import NotSupportedError
from vivace.utils.deprecation import RemovedInDjango60Warning
from vivace.utils.encoding import force_str
from vivace.utils.module_loading import cached_import

Sql = tuple[str, Sequence[Any]]


def _missing(method: str, stop: str = "") -> NotImplementedError:
    return NotImplementedError(
        f"subclasses of BaseDatabaseOperations may require a {method}() method{stop}"
    )


class BaseDatabaseOperations(ValueOperations):
    """The SQL of a database; `connection` is whose it is."""

    # The module whose classes `compiler` finds.
    compiler_module = "vivace.db.models.sql.compiler"
    # The smallest and largest value by type of field.
    integer_field_ranges: Any = {
        "SmallIntegerField": (-32768, 32767),
        "IntegerField": (-2147483648, 2147483647),
        "BigIntegerField": (-9223372036854775808, 9223372036854775807),
        "PositiveBigIntegerField": (0, 9223372036854775807),
        "PositiveSmallIntegerField": (0, 32767),
        "PositiveIntegerField": (0, 2147483647),
        "SmallAutoField": (-32768, 32767),
        "AutoField": (-2147483648, 2147483647),
        "BigAutoField": (-9223372036854775808, 9223372036854775807),
    }
    set_operators: Any = {"union": "UNION", "intersection": "INTERSECT", "difference": "EXCEPT"}
    # Types for Cast() where they are not those of columns.
    cast_data_types: Any = {}
    cast_char_field_without_max_length: str | None = None
    PRECEDING = "PRECEDING"
    FOLLOWING = "FOLLOWING"
    UNBOUNDED_PRECEDING = f"UNBOUNDED {PRECEDING}"
    UNBOUNDED_FOLLOWING = f"UNBOUNDED {FOLLOWING}"
    CURRENT_ROW = "CURRENT ROW"
    explain_prefix: str | None = None

    def __init__(self, connection: Any) -> None:
        self.connection = connection
        self._cache: dict[str, Any] | None = None

    # --- for plans

    def native_sql(self, sql: str) -> str:
        """`sql` with ``%s`` placeholders in the driver's style; here that is the same style."""
        return sql

    def portable_sql(self, sql: str) -> str:
        """The inverse of `native_sql`: with ``%s`` placeholders again."""
        return sql

    def short_converters(self) -> dict[str, Callable[[Any], Any]]:
        """Converters of one argument, for values that are not None, by the name of the long one.

        Generated loaders use them; each gives what the method of that name gives.
        """
        return {}

    def reading_key(self) -> Any:
        """What the short converters depend on besides the backend."""
        return None

    def compiler(self, compiler_name: str) -> Any:
        """The compiler class of that name."""
        if self._cache is None:
            self._cache = {}
        if compiler_name not in self._cache:
            module = import_module(self.compiler_module)
            self._cache[compiler_name] = getattr(module, compiler_name)
        return self._cache[compiler_name]

    # --- names

    def quote_name(self, name: str) -> str:
        """`name` as a quoted identifier; one that is quoted already stays as it is."""
        raise _missing("quote_name")

    def max_name_length(self) -> int | None:
        """The length of the longest identifier; None: any."""
        return None

    # --- inserting

    def autoinc_sql(self, table: str, column: str) -> Any:
        """Statements that make a column count by itself; None where its type says so."""
        return None

    def bulk_batch_size(self, fields: Sequence[Any], objs: Sequence[Any]) -> int:
        """How many of `objs`, with values for `fields`, one statement can take."""
        return len(objs)

    def insert_statement(self, on_conflict: Any = None) -> str:
        return "INSERT INTO"

    def bulk_insert_sql(self, fields: Any, placeholder_rows: Iterable[Iterable[str]]) -> str:
        """The VALUES clause for several rows."""
        return "VALUES " + ", ".join(f"({', '.join(row)})" for row in placeholder_rows)

    def on_conflict_suffix_sql(
        self, fields: Any, on_conflict: Any, update_fields: Any, unique_fields: Any
    ) -> str:
        return ""

    def modify_insert_params(self, placeholder: str, params: Any) -> Any:
        return params

    def binary_placeholder_sql(self, value: Any) -> str:
        return "%s"

    def pk_default_value(self) -> str:
        """What INSERT says for a primary key that the database makes."""
        return "DEFAULT"

    def return_insert_columns(self, fields: Any) -> Any:
        """The clause that returns columns of the inserted rows, with its parameters."""

    def fetch_returned_insert_columns(self, cursor: Any, returning_params: Any) -> Any:
        """The columns that `return_insert_columns` asked for, of one row."""
        return cursor.fetchone()

    def last_insert_id(self, cursor: Any, table_name: str, pk_name: str) -> Any:
        """The primary key of the row that `cursor` inserted."""
        return cursor.lastrowid

    # Times. `lookup_type` is what is asked for ("year"), `sql` and `params` what is asked.

    def date_extract_sql(self, lookup_type: str, sql: str, params: Any) -> Sql:
        raise _missing("date_extract_sql")

    def date_trunc_sql(
        self, lookup_type: str, sql: str, params: Any, tzname: str | None = None
    ) -> Sql:
        raise _missing("date_trunc_sql", ".")

    def datetime_cast_date_sql(self, sql: str, params: Any, tzname: str | None) -> Sql:
        raise _missing("datetime_cast_date_sql", ".")

    def datetime_cast_time_sql(self, sql: str, params: Any, tzname: str | None) -> Sql:
        raise _missing("datetime_cast_time_sql")

    def datetime_extract_sql(
        self, lookup_type: str, sql: str, params: Any, tzname: str | None
    ) -> Sql:
        raise _missing("datetime_extract_sql")

    def datetime_trunc_sql(
        self, lookup_type: str, sql: str, params: Any, tzname: str | None
    ) -> Sql:
        raise _missing("datetime_trunc_sql")

    def time_trunc_sql(
        self, lookup_type: str, sql: str, params: Any, tzname: str | None = None
    ) -> Sql:
        raise _missing("time_trunc_sql")

    def time_extract_sql(self, lookup_type: str, sql: str, params: Any) -> Sql:
        # To most databases a time is a date of which less is asked.
        return self.date_extract_sql(lookup_type, sql, params)

    def set_time_zone_sql(self) -> str:
        """The statement that sets the session's zone; its parameter is the zone's name."""
        return ""

    def format_for_duration_arithmetic(self, sql: str) -> str:
        raise _missing("format_for_duration_arithmetic", ".")

    def subtract_temporals(self, internal_type: str, lhs: Any, rhs: Any) -> Sql:
        """The difference of two times, each ``(sql, params)``, as a duration."""
        if self.connection.features.supports_temporal_subtraction:
            lhs_sql, lhs_params = lhs
            rhs_sql, rhs_params = rhs
            return f"({lhs_sql} - {rhs_sql})", (*lhs_params, *rhs_params)
        raise NotSupportedError(f"This backend does not support {internal_type} subtraction.")

    # --- expressions and lookups

    def field_cast_sql(self, db_type: str | None, internal_type: str) -> str:
        warnings.warn(
            "DatabaseOperations.field_cast_sql() is deprecated use "
            "DatabaseOperations.lookup_cast() instead.",
            RemovedInDjango60Warning,
            stacklevel=2,
        )
        return "%s"

    def lookup_cast(self, lookup_type: str, internal_type: str | None = None) -> str:
        """What surrounds the left side of a lookup; ``%s`` stands for it."""
        return "%s"

    def unification_cast_sql(self, output_field: Any) -> str:
        """What surrounds an expression, so that UNION and COALESCE know its type."""
        return "%s"

    def regex_lookup(self, lookup_type: str) -> str:
        """The operator for ``regex`` or ``iregex``, with ``%s`` for each side."""
        raise _missing("regex_lookup")

    def prep_for_like_query(self, x: Any) -> str:
        """`x` as text in which the wildcards of LIKE stand for themselves."""
        return str(x).replace("\\", "\\\\").replace("%", r"\%").replace("_", r"\_")

    prep_for_iexact_query = prep_for_like_query

    def combine_expression(self, connector: str, sub_expressions: Sequence[str]) -> str:
        """Two expressions combined by an operator (``+``, ``^``, ``&``, ...)."""
        return f" {connector} ".join(sub_expressions)

    def combine_duration_expression(self, connector: str, sub_expressions: Sequence[str]) -> str:
        """The same where one is a duration."""
        return self.combine_expression(connector, sub_expressions)

    def check_expression_support(self, expression: Any) -> None:
        """NotSupportedError for an expression that this database cannot work with."""

    def conditional_expression_supported_in_where_clause(self, expression: Any) -> bool:
        """Whether a boolean expression may stand alone in WHERE."""
        return True

    def integer_field_range(self, internal_type: str) -> tuple[int | None, int | None]:
        """The smallest and largest value of a column of that type."""
        return self.integer_field_ranges[internal_type]  # type: ignore[no-any-return]

    def process_clob(self, value: Any) -> Any:
        """`value`, of a large text object, as text."""
        return value

    def prepare_join_on_clause(
        self, lhs_table: str, lhs_field: Any, rhs_table: str, rhs_field: Any
    ) -> tuple[Any, Any]:
        """The two columns of a join, as expressions."""
        column = cached_import("vivace.db.models.expressions", "Col")
        return column(lhs_table, lhs_field), column(rhs_table, rhs_field)

    # --- windows

    def window_frame_value(self, value: int | None) -> str | None:
        if isinstance(value, int):
            if value == 0:
                return self.CURRENT_ROW
            direction = self.PRECEDING if value < 0 else self.FOLLOWING
            return f"{abs(value)} {direction}"
        return None

    def window_frame_rows_start_end(self, start: Any = None, end: Any = None) -> tuple[str, str]:
        """The bounds of a frame in rows: a number, negative for before; 0: the current; None: all."""
        if isinstance(start, int) and isinstance(end, int) and start > end:
            raise ValueError("start cannot be greater than end.")
        if start is not None and not isinstance(start, int):
            raise ValueError(
                f"start argument must be an integer, zero, or None, but got '{start}'."
            )
        if end is not None and not isinstance(end, int):
            raise ValueError(f"end argument must be an integer, zero, or None, but got '{end}'.")
        return (
            self.window_frame_value(start) or self.UNBOUNDED_PRECEDING,
            self.window_frame_value(end) or self.UNBOUNDED_FOLLOWING,
        )

    def window_frame_range_start_end(self, start: Any = None, end: Any = None) -> tuple[str, str]:
        """The bounds of a frame in values: `start` negative, 0 or None, `end` positive, 0 or None."""
        if start is not None and not (isinstance(start, int) and start <= 0):
            raise ValueError(
                f"start argument must be a negative integer, zero, or None, but got '{start}'."
            )
        if end is not None and not (isinstance(end, int) and end >= 0):
            raise ValueError(
                f"end argument must be a positive integer, zero, or None, but got '{end}'."
            )
        bounds = self.window_frame_rows_start_end(start, end)
        features = self.connection.features
        if features.only_supports_unbounded_with_preceding_and_following and (
            (start and start < 0) or (end and end > 0)
        ):
            raise NotSupportedError(
                f"{self.connection.display_name} only supports UNBOUNDED together with "
                "PRECEDING and FOLLOWING."
            )
        return bounds

    # --- queries

    def deferrable_sql(self) -> str:
        """What makes a constraint one that is checked at the end of the transaction."""
        return ""

    def distinct_sql(self, fields: Sequence[str], params: Any) -> tuple[list[str], list[Any]]:
        """The DISTINCT clause, in parts, with its parameters."""
        if fields:
            raise NotSupportedError("DISTINCT ON fields is not supported by this database backend")
        return ["DISTINCT"], []

    def force_group_by(self) -> list[str]:
        """What GROUP BY needs when there is nothing to group by."""
        return []

    def force_no_ordering(self) -> list[Any]:
        """What ORDER BY needs to give no order."""
        return []

    def for_update_sql(
        self,
        nowait: bool = False,
        skip_locked: bool = False,
        of: Sequence[str] = (),
        no_key: bool = False,
    ) -> str:
        """The clause that locks the selected rows."""
        return "".join(
            [
                "FOR NO KEY UPDATE" if no_key else "FOR UPDATE",
                f" OF {', '.join(of)}" if of else "",
                " NOWAIT" if nowait else "",
                " SKIP LOCKED" if skip_locked else "",
            ]
        )

    def no_limit_value(self) -> int | None:
        """What LIMIT says for no limit; None where it may be left out."""
        raise _missing("no_limit_value")

    def _get_limit_offset_params(
        self, low_mark: int | None, high_mark: int | None
    ) -> tuple[int | None, int]:
        offset = low_mark or 0
        if high_mark is not None:
            return high_mark - offset, offset
        if offset:
            return self.no_limit_value(), offset
        return None, offset

    def limit_offset_sql(self, low_mark: int | None, high_mark: int | None) -> str:
        """The LIMIT and OFFSET clauses for the rows from `low_mark` to before `high_mark`."""
        limit, offset = self._get_limit_offset_params(low_mark, high_mark)
        parts = [f"LIMIT {limit}" if limit else "", f"OFFSET {offset}" if offset else ""]
        return " ".join(part for part in parts if part)

    def max_in_list_size(self) -> int | None:
        """How many values an IN list may have; None: any number."""
        return None

    def explain_query_prefix(self, format: str | None = None, **options: Any) -> str | None:
        """What goes before a query to have it explained; ValueError for what is not known."""
        if format:
            supported = self.connection.features.supported_explain_formats
            if format.upper() not in supported:
                message = f"{format.upper()} is not a recognized format."
                if supported:
                    message += f" Allowed formats: {', '.join(sorted(supported))}"
                else:
                    message += f" {self.connection.display_name} does not support any formats."
                raise ValueError(message)
        if options:
            raise ValueError(f"Unknown options: {', '.join(sorted(options.keys()))}")
        return self.explain_prefix

    def last_executed_query(self, cursor: Any, sql: Any, params: Any) -> Any:
        """The query with its parameters put in: for people, as it is not exactly what ran."""
        if isinstance(params, (list, tuple)):
            values: Any = tuple(force_str(param, strings_only=True) for param in params)
        elif params is None:
            values = ()
        else:
            values = {
                force_str(name, strings_only=True): force_str(value, strings_only=True)
                for name, value in params.items()
            }
        return f"QUERY = {sql!r} - PARAMS = {values!r}"

    def cache_key_culling_sql(self) -> str:
        """The query that finds the key up to which the table of a cache is culled."""
        column = self.quote_name("cache_key")
        return f"SELECT {column} FROM %s ORDER BY {column} LIMIT 1 OFFSET %%s"

    # --- transactions

    def savepoint_create_sql(self, sid: str) -> str:
        return f"SAVEPOINT {self.quote_name(sid)}"

    def savepoint_commit_sql(self, sid: str) -> str:
        return f"RELEASE SAVEPOINT {self.quote_name(sid)}"

    def savepoint_rollback_sql(self, sid: str) -> str:
        return f"ROLLBACK TO SAVEPOINT {self.quote_name(sid)}"

    def start_transaction_sql(self) -> str:
        return "BEGIN;"

    def end_transaction_sql(self, success: bool = True) -> str:
        return "COMMIT;" if success else "ROLLBACK;"

    # Scripts and whole tables. `style` colours words for the terminal.

    def prepare_sql_script(self, sql: str) -> list[str]:
        """The statements of a script; comments are left out."""
        return _statements(sql)

    def sql_flush(
        self,
        style: Any,
        tables: Iterable[str],
        *,
        reset_sequences: bool = False,
        allow_cascade: bool = False,
    ) -> list[str]:
        """The statements that empty tables; with `allow_cascade` those that refer to them, too."""
        raise NotImplementedError(
            "subclasses of BaseDatabaseOperations must provide an sql_flush() method"
        )

    def execute_sql_flush(self, sql_list: Iterable[str]) -> None:
        """Execute statements as one transaction."""
        atomic = cached_import("vivace.db.transaction", "atomic")
        features = self.connection.features
        with atomic(using=self.connection.alias, savepoint=features.can_rollback_ddl):
            with self.connection.cursor() as cursor:
                for sql in sql_list:
                    cursor.execute(sql)

    def sequence_reset_by_name_sql(self, style: Any, sequences: Any) -> list[str]:
        """The statements that let sequences start again."""
        return []

    def sequence_reset_sql(self, style: Any, model_list: Any) -> list[str]:
        """The statements that let sequences go on after the largest key of each model's table."""
        return []

    def tablespace_sql(self, tablespace: str, inline: bool = False) -> str:
        """The clause that puts a table or index into a tablespace."""
        return ""


_PARTS = re.compile(
    r"""(?P<text>'(?:[^']|'')*'|"(?:[^"]|"")*")|(?P<comment>--[^\n]*|/\*.*?\*/)|(?P<end>;)""",
    re.DOTALL,
)


def _statements(script: str) -> list[str]:
    found: list[str] = []
    current: list[str] = []
    position = 0
    for part in _PARTS.finditer(script):
        current.append(script[position : part.start()])
        position = part.end()
        if part["comment"] is None:
            current.append(part[0])
        if part["end"] is not None:
            found.append("".join(current).strip())
            current = []
    current.append(script[position:])
    found.append("".join(current).strip())
    return [statement for statement in found if statement and statement != ";"]
