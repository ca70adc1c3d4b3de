"""From a `Query` to SQL: the statement that reads rows.

`SQLCompiler` is what foreign expressions are handed as ``compiler`` (ref/models/expressions): it
compiles nodes, quotes names and knows the columns. Its statement is put together here; the columns
are chosen in `columns`, ORDER BY and GROUP BY in `ordering`, UNION and its kin in `compound`.

Rules that hold for every statement:

* Values are always parameters; what is not a value is a name, and each name goes through the one
  quoting function of the connection.
* A node that can match nothing raises `EmptyResultSet`, one that always matches `FullResultSet`; each
  is caught where its meaning is known.
* Compiling leaves the query as it was, but for joins that ordering needs: those are released again.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from vivace.core.exceptions import EmptyResultSet, FullResultSet
from vivace.db.contracts import Connection
from vivace.db.planner import columns, compound, ordering
from vivace.db.planner.executing import Executes
from vivace.db.planner.locking import for_update_sql
from vivace.db.transaction import TransactionManagementError
from vivace.db.utils import NotSupportedError
from vivace.utils.naming import publish

__all__ = ["SQLCompiler", "SelectColumn", "Sql"]

Sql = tuple[str, Sequence[Any]]
# An expression, its SQL, and the alias it is selected under.
SelectColumn = tuple[Any, Sql, str | None]


class SQLCompiler(Executes):
    """Writes the SQL that reads what `query` describes, for one connection."""

    def __init__(
        self, query: Any, connection: Connection, using: str | None, elide_empty: bool = True
    ) -> None:
        self.query = query
        self.connection = connection
        self.using = using
        self.elide_empty = elide_empty
        self._vendor_method = "as_" + connection.vendor
        self.quote_cache: dict[str, str] = {"*": "*"}
        # What `pre_sql_setup` finds out.
        self.select: list[SelectColumn] | None = None
        self.annotation_col_map: dict[str, int] | None = None
        self.klass_info: columns.Loaded | None = None
        self.col_count: int | None = None
        self.has_extra_select = False
        # Expressions that the parts of a compound statement select for the sake of its order.
        self.order_columns: list[Any] = []
        self.where: Any = None
        self.having: Any = None
        self.qualify: Any = None
        # Set when the order is the model's own: grouping must not be widened by it.
        self.meta_ordering: Sequence[Any] | None = None

    def __repr__(self) -> str:
        return (
            f"<{type(self).__qualname__} model={self.query.model.__qualname__} "
            f"connection={self.connection!r} using={self.using!r}>"
        )

    # Names and nodes

    def quote_name(self, name: str) -> str:
        """`name` as an identifier of the database."""
        quoted: str = self.connection.ops.quote_name(name)
        return quoted

    def quote_name_unless_alias(self, name: str) -> str:
        """`name` quoted, unless it is an alias that Vivace itself made up (T3, U0)."""
        quoted = self.quote_cache.get(name)
        if quoted is None:
            query = self.query
            own = (name in query.alias_map and name not in query.table_map) or (
                # Names of annotations and the like are quoted, whatever they look like.
                query.external_aliases.get(name) and name not in query.table_map
            )
            # SECURITY: a filtered relation's alias is a user's choice (CVE-2025-13372).
            quoted = name if own and name.isidentifier() else self.quote_name(name)
            self.quote_cache[name] = quoted
        return quoted

    def compile(self, node: Any) -> Sql:
        """The SQL of a node, by its ``as_<vendor>`` method if it has one, else ``as_sql``."""
        vendor = getattr(node, self._vendor_method, None)
        result: Sql = (
            vendor(self, self.connection) if vendor else node.as_sql(self, self.connection)
        )
        return result

    # The statement

    def setup_query(self, with_col_aliases: bool = False) -> None:
        """Choose the columns."""
        query = self.query
        if all(query.alias_refcount[alias] == 0 for alias in query.alias_map):
            query.get_initial_alias()
        chosen = columns.choose(self, with_col_aliases)
        self.select = chosen.select
        self.klass_info = chosen.loaded
        self.annotation_col_map = chosen.annotation_positions
        self.col_count = len(chosen.select)

    def pre_sql_setup(self, with_col_aliases: bool = False) -> tuple[Any, Any, Any]:
        """Prepare all clauses whose joins must be known before FROM is written.

        Returns what is selected for the sake of ORDER BY alone, ORDER BY and GROUP BY.
        """
        self.setup_query(with_col_aliases)
        self.order_columns.clear()
        order_by = ordering.order_by(self)
        query = self.query
        self.where, self.having, self.qualify = query.where.split_having_qualify(
            must_group_by=query.group_by is not None
        )
        extra_select = ordering.extra_columns(self, order_by)
        self.has_extra_select = bool(extra_select or self.order_columns)
        assert self.select is not None
        group_by = ordering.group_by(self, [*self.select, *extra_select], order_by)
        return extra_select, order_by, group_by

    def as_sql(self, with_limits: bool = True, with_col_aliases: bool = False) -> Sql:
        """The statement and its parameters; raises `EmptyResultSet` where nothing can match."""
        query = self.query
        refcounts = query.alias_refcount.copy()
        try:
            combinator = query.combinator
            extra_select, order_by, group_by = self.pre_sql_setup(
                with_col_aliases=with_col_aliases or bool(combinator)
            )
            limited = with_limits and query.is_sliced
            if combinator:
                parts, params = self._combined(combinator)
            elif self.qualify:
                parts, params = self._qualified(order_by)
            else:
                parts, params = self._plain(
                    extra_select, order_by, group_by, limited, with_col_aliases
                )
            self._append_order(parts, params, order_by)
            self._append_tail(parts, params, limited)
            return " ".join(parts), tuple(params)
        finally:
            query.reset_refcounts(refcounts)

    def _plain(
        self,
        extra_select: list[SelectColumn],
        order_by: Any,
        group_by: Any,
        limited: bool,
        with_col_aliases: bool,
    ) -> tuple[list[str], list[Any]]:
        query = self.query
        distinct_fields, distinct_params = self.get_distinct()
        # FROM comes before WHERE is compiled: what is compiled may not add joins any more.
        from_, from_params = self.get_from_clause()
        where, where_params = self._condition(self.where, self.elide_empty, limited)
        having, having_params = self._condition(self.having)

        parts, params = ["SELECT"], list[Any]()
        if query.distinct:
            clause, clause_params = self.connection.ops.distinct_sql(
                distinct_fields, distinct_params
            )
            parts += clause
            params += clause_params
        params += self._append_columns(parts, extra_select, with_col_aliases)
        if from_:
            parts += ["FROM", *from_]
            params += from_params
        if query.select_for_update and self.connection.features.has_select_for_update:
            self._check_lock(limited)
        if query.select_for_update and self.connection.features.for_update_after_from:
            parts.append(for_update_sql(self))
        if where:
            parts += ["WHERE", where]
            params += where_params
        if group_by:
            if distinct_fields:
                raise NotImplementedError("annotate() + distinct(fields) is not implemented.")
            if self.meta_ordering:
                order_by.clear()
            if not order_by:
                order_by.extend(self.connection.ops.force_no_ordering())
            parts.append("GROUP BY " + ", ".join(sql for sql, _ in group_by))
            for _, group_params in group_by:
                params += group_params
        if having:
            parts += ["HAVING", having]
            params += having_params
        return parts, params

    def _append_columns(
        self, parts: list[str], extra_select: list[SelectColumn], with_col_aliases: bool
    ) -> list[Any]:
        assert self.select is not None
        written, params = [], list[Any]()
        columns = [*self.select, *extra_select]
        # Rows of a subquery that are ordered by more than they have are read by the names of columns.
        named = with_col_aliases or (self.query.subquery and bool(extra_select))
        names = compound.names(columns)
        for expression, (sql, sql_params), alias in columns:
            if named and hasattr(expression, "get_cols"):
                parts_of_key = [self.compile(column)[0] for column in expression.get_cols()]
                sql = ", ".join(
                    f"{part} AS {self.quote_name(next(names))}" for part in parts_of_key
                )
            elif named or alias:
                sql = f"{sql} AS {self.quote_name(next(names) if named else str(alias))}"
            params += sql_params
            written.append(sql)
        parts.append(", ".join(written))
        return params

    def _combined(self, combinator: str) -> tuple[list[str], list[Any]]:
        features = self.connection.features
        if not getattr(features, f"supports_select_{combinator}"):
            raise NotSupportedError(f"{combinator} is not supported on this database backend.")
        return compound.combined(self, combinator, self.query.combinator_all)

    def _qualified(self, order_by: list[Any]) -> tuple[list[str], list[Any]]:
        terms = [(term, is_ref) for term, (_, _, is_ref) in order_by]
        parts, params = compound.qualified(self, terms)
        order_by[:] = [(term, (*self.compile(term), is_ref)) for term, is_ref in terms]
        return parts, params

    def get_order_by(self) -> list[Any]:
        """The terms of ORDER BY, with their SQL and whether each refers to a selected column."""
        return ordering.order_by(self)

    def _condition(
        self, node: Any, elide_empty: bool = True, limited: bool = False
    ) -> tuple[str, Sequence[Any]]:
        """A condition's SQL; "" where it always holds."""
        empty = limited and self.query.low_mark == self.query.high_mark
        if node is None and not empty:
            return "", ()
        try:
            # What is wrong with a condition is told even where no row is wanted.
            written = self.compile(node) if node is not None else ("", ())
            if empty:
                raise EmptyResultSet
            return written
        except FullResultSet:
            if empty:
                raise EmptyResultSet
            return "", ()
        except EmptyResultSet:
            if elide_empty:
                raise
            # COALESCE over an aggregate still wants its one row.
            return "0 = 1", ()

    def _append_order(self, parts: list[str], params: list[Any], order_by: Any) -> None:
        if not order_by:
            return
        written = []
        for _, (sql, sql_params, _) in order_by:
            written.append(sql)
            params += sql_params
        parts.append("ORDER BY " + ", ".join(written))

    def _append_tail(self, parts: list[str], params: list[Any], limited: bool) -> None:
        query, connection = self.query, self.connection
        if limited:
            parts.append(connection.ops.limit_offset_sql(query.low_mark, query.high_mark))
        features = connection.features
        locks = query.select_for_update and features.has_select_for_update
        if locks and not features.for_update_after_from:
            parts.append(for_update_sql(self))
        if query.subquery and self.has_extra_select:
            # What ORDER BY alone needed must not be seen by whoever reads the subquery.
            alias = self.connection.ops.quote_name("subquery")
            names = [f"{alias}.{self.quote_name(name)}" for name in compound.names(self.select)]
            parts[:] = ["SELECT", ", ".join(names), "FROM (", *parts, ")", alias]
        if query.explain_info:
            info = query.explain_info
            prefix = connection.ops.explain_query_prefix(info.format, **info.options)
            parts.insert(0, prefix)

    def _check_lock(self, limited: bool) -> None:
        query, features = self.query, self.connection.features
        if self.connection.get_autocommit() and not getattr(
            self.connection, "_testing_for_update_sql", False
        ):
            raise TransactionManagementError(
                "select_for_update cannot be used outside of a transaction."
            )
        if limited and not features.supports_select_for_update_with_limit:
            raise NotSupportedError(
                "LIMIT/OFFSET is not supported with select_for_update on this database backend."
            )
        for wanted, feature, words in (
            (query.select_for_update_nowait, "has_select_for_update_nowait", "NOWAIT"),
            (
                query.select_for_update_skip_locked,
                "has_select_for_update_skip_locked",
                "SKIP LOCKED",
            ),
            (query.select_for_update_of, "has_select_for_update_of", "FOR UPDATE OF"),
            (query.select_for_no_key_update, "has_select_for_no_key_update", "FOR NO KEY UPDATE"),
        ):
            if wanted and not getattr(features, feature):
                raise NotSupportedError(f"{words} is not supported on this database backend.")

    def get_distinct(self) -> tuple[list[str], list[Any]]:
        """The columns of DISTINCT ON, with their parameters."""
        query = self.query
        result: list[str] = []
        params: list[Any] = []
        opts = query.get_meta()
        for name in query.distinct_fields:
            path = name.split("__")
            _, targets, alias, joins, path, _, transform = ordering.joins_of(self, path, opts, None)
            targets, alias, _ = query.trim_joins(targets, joins, path)
            for target in targets:
                if name in query.annotation_select:
                    result.append(self.quote_name(name))
                else:
                    sql, sql_params = self.compile(transform(target, alias))
                    result.append(sql)
                    params += sql_params
        return result, params

    def get_from_clause(self) -> tuple[list[str], list[Any]]:
        """The tables and joins that are referred to, in the order they were joined in."""
        query = self.query
        result: list[str] = []
        params: list[Any] = []
        for alias in tuple(query.alias_map):
            if not query.alias_refcount[alias]:
                continue
            table = query.alias_map.get(alias)
            if table is None:
                continue
            sql, sql_params = self.compile(table)
            result.append(sql)
            params += sql_params
        for name in query.extra_tables:
            alias, _ = query.table_alias(name)
            # Extra tables are joined only where no other part of the query joined them.
            if alias not in query.alias_map or query.alias_refcount[alias] == 1:
                result.append(f", {self.quote_name_unless_alias(alias)}")
        return result, params


publish(__name__, "db.models.sql.compiler")
