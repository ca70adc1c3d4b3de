"""The description of a query: what `QuerySet` methods write down and what compilers read.

A `Query` touches no database by itself; the questions at its end (`get_count` ...) are flows. It is a
table of contents here: what its methods do is in the `build_*` modules, split by nature:

* `build_names`: from names to fields, relations, transforms;
* `build_joins`: tables, aliases, inner and outer joins;
* `build_filters`, `build_exclude`: conditions;
* `build_annotations`: expressions with names, grouping, references, filtered relations;
* `build_values`, `build_loading`: what is selected, and what is loaded along with it;
* `build_ordering`: order, limits, emptiness;
* `build_aggregation`: aggregates, counting, existence, explain;
* `build_combine`: ``&`` and ``|``;
* `build_clones`: clones, aliases of nested queries, subqueries.

Clones share whatever is not changed in place; see `build_clones.clone` before adding an attribute.
"""

from __future__ import annotations

from typing import Any, ClassVar

from vivace.db import connections
from vivace.db.completion import Installed
from vivace.db.planner import (
    build_aggregation,
    build_annotations,
    build_clones,
    build_combine,
    build_exclude,
    build_filters,
    build_joins,
    build_loading,
    build_names,
    build_ordering,
    build_values,
)
from vivace.db.planner.nodes import BaseTable, ExplainInfo, Join, WhereNode
from vivace.db.query.combinable import make
from vivace.db.query.expressions import BaseExpression
from vivace.db.utils import DEFAULT_DB_ALIAS
from vivace.utils.naming import published


@published("db.models.sql.query.Query")
class Query(BaseExpression):
    """One SELECT on `model`, possibly combined with others by UNION and its kin."""

    alias_prefix = "T"
    empty_result_set_value = None
    subq_aliases: frozenset[str] = frozenset(["T"])
    #: The name of the compiler's class in the backend's module of compilers.
    compiler = "SQLCompiler"
    base_table_class: ClassVar[Any] = BaseTable
    join_class: ClassVar[Any] = Join
    #: What `aggregation_flow` puts around a query; set by `subqueries`.
    aggregate_class: ClassVar[Any] = Installed()

    default_cols = True
    default_ordering = True
    standard_ordering = True
    filter_is_sticky = False
    subquery = False

    select: tuple[Any, ...] = ()
    #: None: no grouping; True: by all fields of the model; a tuple: by these expressions.
    group_by: Any = None
    order_by: tuple[Any, ...] = ()
    low_mark = 0
    high_mark: int | None = None
    distinct = False
    distinct_fields: tuple[str, ...] = ()
    select_for_update = False
    select_for_update_nowait = False
    select_for_update_skip_locked = False
    select_for_update_of: tuple[str, ...] = ()
    select_for_no_key_update = False
    #: False, True (all that are not null) or a tree of names.
    select_related: Any = False
    max_depth = 5
    values_select: tuple[str, ...] = ()
    #: In the order of values(): a position in `select`, an annotation's name, or an expression.
    selected: dict[str, Any] | None = None
    annotation_select_mask: set[str] | None = None
    _annotation_select_cache: dict[str, Any] | None = None
    combinator: str | None = None
    combinator_all = False
    combined_queries: tuple[Any, ...] = ()
    extra_select_mask: set[str] | None = None
    _extra_select_cache: dict[str, Any] | None = None
    extra_tables: tuple[str, ...] = ()
    extra_order_by: tuple[str, ...] = ()
    #: Names, and whether they are deferred (or the only ones to be loaded).
    deferred_loading: tuple[frozenset[str], bool] = (frozenset(), True)
    explain_info: ExplainInfo | None = None
    _filtered_relations: dict[str, Any] = {}
    _lookup_joins: list[str] = []

    def __init__(self, model: Any, alias_cols: bool = True) -> None:
        self.model = model
        self.alias_refcount: dict[str, int] = {}
        #: Tables and joins by alias, in the order of FROM.
        self.alias_map: dict[str, Any] = {}
        #: Whether columns are written with their table.
        self.alias_cols = alias_cols
        #: Aliases of the queries around this one, and whether they are not the names of tables.
        self.external_aliases: dict[str, bool] = {}
        self.table_map: dict[str, list[str]] = {}
        self.used_aliases: set[str] = set()
        self.where = WhereNode()
        self.annotations: dict[str, Any] = {}
        self.extra: dict[str, Any] = {}

    # --- as an object

    def __str__(self) -> str:
        """The SQL with its parameters put in: for reading, not for executing."""
        sql, params = self.sql_with_params()
        return sql % tuple(params)

    def sql_with_params(self) -> tuple[str, Any]:
        """The SQL and its parameters, for the default database."""
        sql: tuple[str, Any] = self.get_compiler(DEFAULT_DB_ALIAS).as_sql()
        return sql

    def __deepcopy__(self, memo: dict[int, Any]) -> Any:
        result = self.clone()
        memo[id(self)] = result
        return result

    def __getstate__(self) -> dict[str, Any]:
        state = self.__dict__.copy()
        state["_annotation_select_cache"] = None
        state["_extra_select_cache"] = None
        # COMPAT: a query of Django has one of its own.
        state.setdefault("_filtered_relations", {})
        return state

    def get_compiler(
        self, using: str | None = None, connection: Any = None, elide_empty: bool = True
    ) -> Any:
        """The compiler of this query for one database."""
        if using is None and connection is None:
            raise ValueError("Need either using or connection")
        if using:
            connection = connections[using]
        return connection.ops.compiler(self.compiler)(self, connection, using, elide_empty)

    def get_meta(self) -> Any:
        """The options of the model, or None."""
        return self.model._meta if self.model else None

    @property
    def base_table(self) -> str | None:
        """The alias that FROM begins with, or None if there is no table yet."""
        return next(iter(self.alias_map), None)

    # --- clones, and as a part of other queries

    clone = build_clones.clone
    chain = build_clones.chained
    relabeled_clone = build_clones.relabeled_clone  # type: ignore[assignment]
    change_aliases = build_clones.change_aliases
    bump_prefix = build_clones.bump_prefix
    resolve_expression = build_clones.resolve_expression  # type: ignore[assignment]
    as_sql = build_clones.as_sql
    get_external_cols = build_clones.get_external_cols
    get_group_by_cols = build_clones.get_group_by_cols
    combine = build_combine.combine

    @property
    def output_field(self) -> Any:
        """The field of the one column that is selected, if it is one."""
        if len(self.select) == 1:
            select = self.select[0]
            return getattr(select, "target", None) or select.field
        if len(self.annotation_select) == 1:
            return next(iter(self.annotation_select.values())).output_field
        return None

    # --- tables and joins

    table_alias = build_joins.table_alias
    ref_alias = build_joins.ref_alias
    unref_alias = build_joins.unref_alias
    reset_refcounts = build_joins.reset_refcounts
    get_initial_alias = build_joins.get_initial_alias
    count_active_tables = build_joins.count_active_tables
    join = build_joins.join
    join_parent_model = build_joins.join_parent_model
    setup_joins = build_joins.setup_joins
    trim_joins = build_joins.trim_joins
    promote_joins = build_joins.promote_joins
    demote_joins = build_joins.demote_joins
    is_nullable = build_joins.is_nullable

    # --- names

    check_alias = build_names.check_alias
    solve_lookup_type = build_names.solve_lookup_type
    names_to_path = build_names.names_to_path
    try_transform = build_names.try_transform

    # --- conditions

    add_filter = build_filters.add_filter
    add_q = build_filters.add_q
    _add_q = build_filters.add_q_node
    build_where = build_filters.build_where
    clear_where = build_filters.clear_where
    build_filter = build_filters.build_filter
    build_lookup = build_filters.build_lookup
    resolve_lookup_value = build_filters.resolve_lookup_value
    check_filterable = build_filters.check_filterable
    check_query_object_type = build_filters.check_query_object_type
    check_related_objects = build_filters.check_related_objects
    split_exclude = build_exclude.split_exclude
    trim_start = build_exclude.trim_start

    def has_filters(self) -> WhereNode:
        """The conditions: true if there are any."""
        return self.where

    # --- annotations and grouping

    add_annotation = build_annotations.add_annotation
    add_filtered_relation = build_annotations.add_filtered_relation
    set_group_by = build_annotations.set_group_by
    resolve_ref = build_annotations.resolve_ref
    _get_col = build_annotations.get_col
    _gen_cols = staticmethod(build_annotations.gen_cols)
    _gen_col_aliases = staticmethod(build_annotations.gen_col_aliases)

    # --- what is selected

    clear_select_clause = build_values.clear_select_clause
    clear_select_fields = build_values.clear_select_fields
    add_select_col = build_values.add_select_col
    set_select = build_values.set_select
    add_fields = build_values.add_fields
    add_distinct_fields = build_values.add_distinct_fields
    set_values = build_values.set_values
    set_annotation_mask = build_values.set_annotation_mask
    append_annotation_mask = build_values.append_annotation_mask
    set_extra_mask = build_values.set_extra_mask
    add_extra = build_values.add_extra
    has_select_fields = property(build_values.has_select_fields)
    annotation_select = property(build_values.annotation_select)
    extra_select = property(build_values.extra_select)
    add_select_related = build_loading.add_select_related
    clear_deferred_loading = build_loading.clear_deferred_loading
    add_deferred_loading = build_loading.add_deferred_loading
    add_immediate_loading = build_loading.add_immediate_loading
    get_select_mask = build_loading.get_select_mask
    _get_defer_select_mask = build_loading.get_defer_select_mask
    _get_only_select_mask = build_loading.get_only_select_mask

    # --- order and limits

    add_ordering = build_ordering.add_ordering
    clear_ordering = build_ordering.clear_ordering
    set_limits = build_ordering.set_limits
    clear_limits = build_ordering.clear_limits
    is_sliced = property(build_ordering.is_sliced)
    has_limit_one = build_ordering.has_limit_one
    can_filter = build_ordering.can_filter
    set_empty = build_ordering.set_empty
    is_empty = build_ordering.is_empty

    # --- questions to the database

    get_aggregation = build_aggregation.get_aggregation
    aggregation = build_aggregation.aggregation
    aggregation_flow = build_aggregation.aggregation_flow
    get_count = build_aggregation.get_count
    count_flow = build_aggregation.count_flow
    exists = build_aggregation.exists
    has_results = build_aggregation.has_results
    exists_flow = build_aggregation.exists_flow
    explain = build_aggregation.explain
    explain_flow = build_aggregation.explain_flow


make.query = Query
