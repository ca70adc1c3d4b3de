"""Writing rows: INSERT, UPDATE and DELETE, as compilers and as flows that execute what they write."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from vivace.core.exceptions import EmptyResultSet, FieldError, FullResultSet
from vivace.db.contracts import Connection
from vivace.db.planner.compile import Sql, SQLCompiler
from vivace.db.planner.constants import NO_RESULTS, ROW_COUNT
from vivace.db.planner.query import Query
from vivace.db.planner.runtime import fetch_all, hook, perform, run
from vivace.db.planner.subqueries import InsertQuery
from vivace.flow import Flow
from vivace.utils.naming import publish

__all__ = [
    "SQLAggregateCompiler",
    "SQLDeleteCompiler",
    "SQLInsertCompiler",
    "SQLUpdateCompiler",
    "delete_flow",
    "insert_flow",
    "update_flow",
]


# --- INSERT


class SQLInsertCompiler(SQLCompiler):
    """Writes the INSERT statements of an `InsertQuery`."""

    returning_fields: Sequence[Any] | None = None
    returning_params: Sequence[Any] = ()

    def field_as_sql(self, field: Any, value: Any) -> Sql:
        """The SQL of one value, and its parameters."""
        if field is None:
            # Ready-made SQL: the default of the column.
            return value, []
        if hasattr(value, "as_sql"):
            return self.compile(value)
        if hasattr(field, "get_placeholder"):
            return field.get_placeholder(value, self, self.connection), [value]
        return "%s", [value]

    def prepare_value(self, field: Any, value: Any) -> Any:
        """`value` as it goes to the database; expressions are resolved."""
        if hasattr(value, "resolve_expression"):
            value = value.resolve_expression(self.query, allow_joins=False, for_save=True)
            if value.contains_column_references:
                raise ValueError(
                    f'Failed to insert expression "{value}" on {field}. F() expressions '
                    "can only be used to update, not to insert."
                )
            _refuse_groups(field, value)
        return field.get_db_prep_save(value, connection=self.connection)

    def pre_save_val(self, field: Any, obj: Any) -> Any:
        """What `obj` has for `field`, as the field wants it saved."""
        if self.query.raw:
            return getattr(obj, field.attname)
        return field.pre_save(obj, add=True)

    def rows(self) -> list[list[Any]]:
        """The values of all objects, prepared; this may call code of fields."""
        fields = self.query.fields
        if not fields:
            return [[self.connection.ops.pk_default_value()] for _ in self.query.objs]
        return [
            [self.prepare_value(field, self.pre_save_val(field, obj)) for field in fields]
            for obj in self.query.objs
        ]

    def as_sql(  # type: ignore[override]
        self, with_limits: bool = True, with_col_aliases: bool = False
    ) -> list[Sql]:
        """The statements, each with its parameters."""
        return self.statements(self.rows())

    def statements(self, rows: list[list[Any]]) -> list[Sql]:
        """The statements that insert `rows`."""
        query, connection = self.query, self.connection
        ops, features = connection.ops, connection.features
        opts = query.get_meta()
        fields = query.fields or [opts.pk]
        head = [
            f"{ops.insert_statement(on_conflict=query.on_conflict)} {ops.quote_name(opts.db_table)}",
            f"({', '.join(ops.quote_name(field.column) for field in fields)})",
        ]
        tail = ops.on_conflict_suffix_sql(
            fields,
            query.on_conflict,
            (field.column for field in query.update_fields),
            (field.column for field in query.unique_fields),
        )
        placed = query.fields or [None]
        written = [
            [self.field_as_sql(field, value) for field, value in zip(placed, row, strict=True)]
            for row in rows
        ]
        placeholders = [[sql for sql, _ in row] for row in written]
        params = [[param for _, values in row for param in values] for row in written]
        returns = self.returning_fields and features.can_return_columns_from_insert
        if (returns and features.can_return_rows_from_bulk_insert) or (
            features.has_bulk_insert and not returns
        ):
            parts = [*head, ops.bulk_insert_sql(fields, placeholders)]
            if tail:
                parts.append(tail)
            if returns:
                sql, self.returning_params = ops.return_insert_columns(self.returning_fields)
                if sql:
                    parts.append(sql)
            flat = [param for row in params for param in row]
            return [(" ".join(parts), (*flat, *self.returning_params))]
        return [self._single(head, tail, *row) for row in zip(placeholders, params, strict=True)]

    def _single(
        self, head: list[str], tail: str, placeholders: list[str], params: list[Any]
    ) -> Sql:
        parts = [*head, f"VALUES ({', '.join(placeholders)})"]
        if tail:
            parts.append(tail)
        if self.returning_fields and self.connection.features.can_return_columns_from_insert:
            sql, self.returning_params = self.connection.ops.return_insert_columns(
                self.returning_fields
            )
            parts.append(sql)
            params = [*params, *self.returning_params]
        return " ".join(parts), tuple(params)

    def insert(self, returning_fields: Sequence[Any] | None = None) -> Flow[list[Any]]:
        """Execute the statements; the rows of `returning_fields`."""
        self.returning_fields = returning_fields
        rows = yield from hook(self.rows)
        returned: list[Any] = []
        for sql, params in self.statements(rows):
            if not returning_fields:
                yield from run(self.connection, sql, params)
            elif self.connection.features.can_return_columns_from_insert:
                returned += yield from fetch_all(self.connection, sql, params)
            else:
                returned.append((yield from hook(self._last_id, sql, params)))
        if not returning_fields:
            return []
        opts = self.query.get_meta()
        columns = [field.get_col(opts.db_table) for field in returning_fields]
        converters = self.get_converters(columns)
        if converters:
            return list(map(tuple, self.apply_converters(returned, converters)))
        return returned

    def _last_id(self, sql: str, params: Any) -> tuple[Any]:
        opts = self.query.get_meta()
        with self.connection.cursor() as cursor:
            cursor.execute(sql, params)
            return (self.connection.ops.last_insert_id(cursor, opts.db_table, opts.pk.column),)

    def execute_sql(self, returning_fields: Sequence[Any] | None = None) -> list[Any]:  # type: ignore[override]
        """Execute the statements, here and now."""
        return perform(self.connection, self.insert(returning_fields))


def insert_flow(
    connection: Connection,
    model: Any,
    fields: Sequence[Any],
    objs: Sequence[Any],
    *,
    raw: bool = False,
    returning_fields: Sequence[Any] | None = None,
    on_conflict: Any = None,
    update_fields: Sequence[Any] = (),
    unique_fields: Sequence[Any] = (),
) -> Flow[list[Any]]:
    """Insert `objs`, with their values of `fields`; the rows of `returning_fields`."""
    query = InsertQuery(
        model,
        on_conflict=on_conflict,
        update_fields=update_fields or (),
        unique_fields=unique_fields or (),
    )
    query.insert_values(fields, objs, raw=raw)
    compiler = query.get_compiler(connection=connection)
    rows: list[Any] = yield from compiler.insert(returning_fields or None)
    return rows


# --- UPDATE


class SQLUpdateCompiler(SQLCompiler):
    """Writes the UPDATE statement of an `UpdateQuery`."""

    def as_sql(self, with_limits: bool = True, with_col_aliases: bool = False) -> Sql:
        """The statement; ("", ()) if there is nothing to set."""
        self.pre_sql_setup()
        return self.statement()

    def pre_sql_setup(self, with_col_aliases: bool = False) -> tuple[Any, Any, Any]:
        """Narrow the query to its own table, here and now."""
        perform(self.connection, self.narrowed())
        return [], [], []

    def narrowed(self) -> Flow[None]:
        """Turn conditions on other tables, or on rows that several tables share, into one on keys.

        An UPDATE has one table. The keys are a subquery, unless parents' tables are to be updated as
        well: then they are read first, for the first update may change who matches.
        """
        query = self.query
        refcounts = query.alias_refcount.copy()
        query.get_initial_alias()
        count = query.count_active_tables()
        if not query.related_updates and count == 1:
            return
        keys = query.chain(klass=Query)
        keys.clear_ordering(force=True)
        keys.extra = {}
        keys.select = ()
        meta = query.get_meta()
        names = [meta.pk.name]
        parents = [(model, meta.get_ancestor_link(model)) for model in query.related_updates]
        names += [link.name for _, link in parents if link.name not in names]
        keys.add_fields(names)
        query.clear_where()
        pre_select = count > 1 and not self.connection.features.update_can_self_select
        if query.related_updates or pre_select:
            rows = yield from _rows_of(self.connection, keys)
            positions = {name: position for position, name in enumerate(names)}
            idents = [row[0] for row in rows]
            query.related_ids = {
                model: [row[positions[link.name]] for row in rows] for model, link in parents
            }
            query.add_filter("pk__in", idents)
        else:
            query.add_filter("pk__in", keys)
        query.reset_refcounts(refcounts)

    def statement(self) -> Sql:
        """The statement for the query as it is, on its one table."""
        if not self.query.values:
            return "", ()
        assignments: list[str] = []
        params: list[Any] = []
        for field, model, value in self.query.values:
            sql, sql_params = self._assignment(field, model, value)
            assignments.append(sql)
            params += sql_params
        table = self.quote_name_unless_alias(self.query.base_table)
        parts = [f"UPDATE {table} SET", ", ".join(assignments)]
        try:
            where, where_params = self.compile(self.query.where)
        except FullResultSet:
            where, where_params = "", ()
        if where:
            parts.append(f"WHERE {where}")
            params += where_params
        return " ".join(parts), tuple(params)

    def _assignment(self, field: Any, model: Any, value: Any) -> Sql:
        if hasattr(value, "resolve_expression"):
            value = value.resolve_expression(self.query, allow_joins=False, for_save=True)
            _refuse_groups(field, value)
        elif hasattr(value, "prepare_database_save"):
            if not field.remote_field:
                raise TypeError(
                    f"Tried to update field {field} with a model instance, {value!r}. "
                    f"Use a value compatible with {field.__class__.__name__}."
                )
            value = value.prepare_database_save(field)
        value = field.get_db_prep_save(value, connection=self.connection)
        column = self.quote_name(field.column)
        placeholder = "%s"
        if hasattr(field, "get_placeholder"):
            placeholder = field.get_placeholder(value, self, self.connection)
        if hasattr(value, "as_sql"):
            sql, params = self.compile(value)
            return f"{column} = {placeholder % sql}", params
        if value is None:
            return f"{column} = NULL", ()
        return f"{column} = {placeholder}", (value,)

    def update(self) -> Flow[int]:
        """Execute the statement and those of the parents' tables; how many rows were met."""
        try:
            yield from self.narrowed()
            sql, params = self.statement()
        except EmptyResultSet:
            sql, params = "", ()
        count = 0
        found = bool(sql)
        if sql:
            count = max((yield from run(self.connection, sql, params)), 0)
        for query in self.query.get_related_updates():
            compiler = query.get_compiler(self.using, self.connection)
            others = yield from compiler.update()
            # The first statement that is executed says how many rows there were.
            if not found:
                count, found = others, True
        return count

    def execute_sql(self, result_type: str | None = ROW_COUNT) -> Any:  # type: ignore[override]
        """Execute the statement, here and now."""
        count = perform(self.connection, self.update())
        return None if result_type == NO_RESULTS else count


def update_flow(connection: Connection, query: Any) -> Flow[int]:
    """Execute an `UpdateQuery`; how many rows it met."""
    count: int = yield from query.get_compiler(connection=connection).update()
    return count


# --- DELETE


class SQLDeleteCompiler(SQLCompiler):
    """Writes the DELETE statement of a `DeleteQuery`."""

    def as_sql(self, with_limits: bool = True, with_col_aliases: bool = False) -> Sql:
        """The statement; raises `EmptyResultSet` where nothing can match."""
        query = self.query
        query.get_initial_alias()
        if query.count_active_tables() == 1:
            return self._delete_from(query)
        keys = query.clone()
        keys.__class__ = Query
        keys.clear_ordering(force=True)
        pk = query.get_meta().pk
        keys.select = (pk.get_col(query.get_initial_alias()),)
        keys.default_cols = False
        outer = query.__class__(query.model)
        outer.add_filter("pk__in", keys)
        return self._delete_from(outer)

    def _delete_from(self, query: Any) -> Sql:
        delete = f"DELETE FROM {self.quote_name(query.get_meta().db_table)}"
        try:
            where, params = self.compile(query.where)
        except FullResultSet:
            return delete, ()
        return (f"{delete} WHERE {where}", tuple(params)) if where else (delete, ())

    def execute_sql(self, result_type: str | None = ROW_COUNT) -> Any:  # type: ignore[override]
        """Execute the statement, here and now."""
        return perform(self.connection, delete_flow(self.connection, self.query))


def delete_flow(connection: Connection, query: Any) -> Flow[int]:
    """Execute a `DeleteQuery`; how many rows it deleted."""
    try:
        sql, params = query.get_compiler(connection=connection).as_sql()
    except EmptyResultSet:
        return 0
    return (yield from run(connection, sql, params))


class SQLAggregateCompiler(SQLCompiler):
    """Writes aggregates over a subquery: ``SELECT SUM(...) FROM (SELECT ...) subquery``."""

    def as_sql(self, with_limits: bool = True, with_col_aliases: bool = False) -> Sql:
        """The statement and its parameters."""
        columns, params = [], list[Any]()
        for annotation in self.query.annotation_select.values():
            sql, sql_params = self.compile(annotation)
            sql, sql_params = annotation.select_format(self, sql, sql_params)
            columns.append(sql)
            params += sql_params
        self.col_count = len(self.query.annotation_select)
        inner, inner_params = self.query.inner_query.get_compiler(
            self.using, self.connection, elide_empty=self.elide_empty
        ).as_sql(with_col_aliases=True)
        sql = f"SELECT {', '.join(columns)} FROM ({inner}) subquery"
        return sql, (*params, *inner_params)


def _refuse_groups(field: Any, value: Any) -> None:
    if value.contains_aggregate:
        raise FieldError(
            f"Aggregate functions are not allowed in this query ({field.name}={value!r})."
        )
    if value.contains_over_clause:
        raise FieldError(
            f"Window expressions are not allowed in this query ({field.name}={value!r})."
        )


def _rows_of(connection: Connection, query: Any) -> Flow[list[Any]]:
    compiler = query.get_compiler(connection=connection)
    try:
        sql, params = compiler.as_sql()
    except EmptyResultSet:
        return []
    rows = yield from fetch_all(connection, sql, params)
    converters = compiler.get_converters(column[0] for column in compiler.select)
    return list(compiler.apply_converters(rows, converters)) if converters else rows


publish(
    __name__,
    "db.models.sql.compiler",
    "SQLAggregateCompiler SQLDeleteCompiler SQLInsertCompiler SQLUpdateCompiler",
)
