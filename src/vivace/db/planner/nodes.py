"""What a query is made of: the tables it reads, how they are joined, and the tree of its conditions.

Tables and joins are values: promoting, demoting and relabelling answer new ones, so that clones of a
query may share them. Conditions are shared too: only the root of a query's tree is ever changed in
place (its list of children belongs to one query), anything below is replaced, never edited.
"""

from __future__ import annotations

import operator
from collections.abc import Iterator, Mapping, Sequence
from functools import reduce
from typing import Any, ClassVar, Final, NamedTuple, Self

from vivace.core.exceptions import EmptyResultSet, FullResultSet
from vivace.db.planner.constants import INNER, LOUTER
from vivace.db.query.expressions import Case, When
from vivace.db.query.functions.math import Mod
from vivace.db.query.lookups import Exact
from vivace.db.schema.fields import BooleanField
from vivace.utils import tree
from vivace.utils.functional import cached_property
from vivace.utils.naming import publish, published

_BOOLEAN: Final = BooleanField()

AND: Final = "AND"
OR: Final = "OR"
XOR: Final = "XOR"

Compiled = tuple[str, Sequence[Any]]


class JoinInfo(NamedTuple):
    """What `Query.setup_joins` found and joined on its way along a chain of names."""

    final_field: Any
    targets: tuple[Any, ...]
    opts: Any
    joins: list[str]
    path: list[Any]
    transform_function: Any


class ExplainInfo(NamedTuple):
    """What ``QuerySet.explain`` was asked for."""

    format: str | None
    options: dict[str, Any]


class MultiJoin(Exception):
    """A path crosses a relation to many objects where that is not allowed.

    `level` counts the names up to that relation; `names_with_path` has those names, each with the
    joins that it stands for.
    """

    def __init__(self, names_pos: int, path_with_names: list[tuple[str, list[Any]]]) -> None:
        super().__init__(names_pos, path_with_names)
        self.level = names_pos
        self.names_with_path = path_with_names


class Empty:
    """An object without anything, to be given a class and a state."""


def _quoted(compiler: Any, name: str) -> str:
    quoted: str = compiler.quote_name_unless_alias(name)
    return quoted


@published("db.models.sql.datastructures.BaseTable")
class BaseTable:
    """The table that a query's FROM begins with."""

    join_type: ClassVar[None] = None
    parent_alias: ClassVar[None] = None
    filtered_relation: ClassVar[None] = None
    nullable: ClassVar[bool] = False

    def __init__(self, table_name: str, alias: str) -> None:
        self.table_name = table_name
        self.table_alias = alias

    def as_sql(self, compiler: Any, connection: Any) -> Compiled:
        """The table's name, and its alias if it has one."""
        table = _quoted(compiler, self.table_name)
        if self.table_alias == self.table_name:
            return table, []
        return f"{table} {_quoted(compiler, self.table_alias)}", []

    def relabeled_clone(self, change_map: Mapping[str, str]) -> Self:
        """The same table under the alias that `change_map` gives it."""
        alias = change_map.get(self.table_alias, self.table_alias)
        return self.__class__(self.table_name, alias)

    @property
    def identity(self) -> tuple[Any, ...]:
        """What makes two tables equal."""
        return self.__class__, self.table_name, self.table_alias

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, BaseTable):
            return NotImplemented
        return self.identity == other.identity

    def __hash__(self) -> int:
        return hash(self.identity)


@published("db.models.sql.datastructures.Join")
class Join:
    """A table joined to another one, its parent, along `join_field`.

    `nullable` says that a row of the parent may have no partner, so that the join may have to be an
    outer one. Two joins are equal if they mean the same, whatever their own aliases are.
    """

    def __init__(
        self,
        table_name: str,
        parent_alias: str,
        table_alias: str | None,
        join_type: str,
        join_field: Any,
        nullable: bool,
        filtered_relation: Any = None,
    ) -> None:
        self.table_name = table_name
        self.parent_alias = parent_alias
        self.table_alias: Any = table_alias
        self.join_type = join_type
        self.join_fields: tuple[tuple[Any, Any], ...] = tuple(join_field.get_joining_fields())
        self.join_field = join_field
        self.nullable = nullable
        self.filtered_relation = filtered_relation

    def __getstate__(self) -> dict[str, Any]:
        # COMPAT: a join of Django keeps them.
        return {**self.__dict__, "join_cols": self.join_cols}

    @property
    def join_cols(self) -> tuple[tuple[str, str], ...]:
        """Pairs of column names: the parent's and this table's."""
        return tuple((left.column, right.column) for left, right in self.join_fields)

    def as_sql(self, compiler: Any, connection: Any) -> Compiled:
        """``INNER JOIN "table" alias ON (...)`` with all that the relation demands."""
        params: list[Any] = []
        parent = _quoted(compiler, self.parent_alias)
        own = _quoted(compiler, self.table_alias)
        conditions = []
        for left, right in self.join_fields:
            left_column = connection.ops.quote_name(left.column)
            right_column = connection.ops.quote_name(right.column)
            conditions.append(f"{parent}.{left_column} = {own}.{right_column}")
        extra = self.join_field.get_extra_restriction(self.table_alias, self.parent_alias)
        for condition in (extra, self.filtered_relation):
            if condition:
                try:
                    sql, values = compiler.compile(condition)
                except FullResultSet:
                    continue
                if sql:
                    conditions.append(f"({sql})")
                    params.extend(values)
        if not conditions:
            raise ValueError(
                f"Join generated an empty ON clause. {self.join_field.__class__} did not yield "
                "either joining columns or extra restrictions."
            )
        table = _quoted(compiler, self.table_name)
        label = "" if self.table_alias == self.table_name else f" {own}"
        return f"{self.join_type} {table}{label} ON ({' AND '.join(conditions)})", params

    def relabeled_clone(self, change_map: Mapping[str, str]) -> Self:
        """The same join between the aliases that `change_map` gives."""
        filtered = self.filtered_relation
        if filtered is not None:
            filtered = filtered.relabeled_clone(change_map)
        return self._with(
            parent_alias=change_map.get(self.parent_alias, self.parent_alias),
            table_alias=change_map.get(self.table_alias, self.table_alias),
            filtered_relation=filtered,
        )

    def _with(self, **changes: Any) -> Self:
        obj = Empty()
        obj.__class__ = self.__class__  # type: ignore[assignment]
        obj.__dict__.update(self.__dict__, **changes)
        return obj  # type: ignore[return-value]

    @property
    def identity(self) -> tuple[Any, ...]:
        """What makes two joins equal; neither their own alias nor their kind counts."""
        return (
            self.__class__,
            self.table_name,
            self.parent_alias,
            self.join_field,
            self.filtered_relation,
        )

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Join):
            return NotImplemented
        return self.identity == other.identity

    def __hash__(self) -> int:
        return hash(self.identity[:-1])

    def demote(self) -> Self:
        """This join as an inner one."""
        return self._with(join_type=INNER)

    def promote(self) -> Self:
        """This join as a left outer one."""
        return self._with(join_type=LOUTER)


class NothingNode:
    """A condition that nothing meets."""

    contains_aggregate = False
    contains_over_clause = False
    contains_subquery = False
    contains_column_references = False
    is_summary = False

    def as_sql(self, compiler: Any = None, connection: Any = None) -> Compiled:
        """Raise `EmptyResultSet`."""
        raise EmptyResultSet


class ExtraWhere:
    """Conditions that a user wrote in SQL, all of which must be met."""

    contains_aggregate = False
    contains_over_clause = False
    contains_subquery = False
    contains_column_references = False
    is_summary = False

    def __init__(self, sqls: Sequence[str], params: Sequence[Any] | None) -> None:
        self.sqls = sqls
        self.params = params

    def as_sql(self, compiler: Any = None, connection: Any = None) -> Compiled:
        """The conditions, each in parentheses."""
        return " AND ".join(f"({sql})" for sql in self.sqls), list(self.params or ())


def _relabeled(child: Any, change_map: Mapping[str, str]) -> Any:
    """`child`, a condition, with other aliases; trees share their children, so it is a copy."""
    if hasattr(child, "relabeled_clone"):
        return child.relabeled_clone(change_map)
    if hasattr(child, "relabel_aliases"):
        # COMPAT: what relations of packages restrict a join by may know this alone.
        child = child.clone()
        child.relabel_aliases(change_map)
    return child


class WhereNode(tree.Node):
    """Conditions joined by AND, OR or XOR, perhaps negated."""

    default = AND
    # Set on a tree that was resolved as an expression: its SQL is always in parentheses.
    resolved = False
    conditional = True

    # --- SQL

    def as_sql(self, compiler: Any, connection: Any) -> Compiled:
        """The tree as a condition.

        Raises `EmptyResultSet` if nothing can meet it and `FullResultSet` if everything does, as a
        tree without children.
        """
        if not self.children:
            raise FullResultSet
        if self.connector == XOR:
            if not connection.features.supports_logical_xor:
                return self._as_parity().as_sql(compiler, connection)
            return self._xor_sql(compiler)
        parts: list[str] = []
        params: list[Any] = []
        every = self.connector == AND
        for child in self.children:
            try:
                sql, values = compiler.compile(child)
            except EmptyResultSet:
                if every:
                    self._decided(False)
            except FullResultSet:
                if not every:
                    self._decided(True)
            else:
                if sql:
                    parts.append(sql)
                    params.extend(values)
                elif not every:
                    self._decided(True)
        if not parts:
            self._decided(every)
        return self._joined(parts, self.negated), params

    def _decided(self, outcome: bool) -> None:
        """The tree, but for its negation, is `outcome` for every row."""
        raise FullResultSet if outcome is not self.negated else EmptyResultSet

    def _joined(self, parts: list[str], negated: bool) -> str:
        if not parts:
            return ""
        sql = f" {self.connector} ".join(parts)
        if negated:
            return f"NOT ({sql})"
        return f"({sql})" if len(parts) > 1 or self.resolved else sql

    def _xor_sql(self, compiler: Any) -> Compiled:
        parts: list[str] = []
        params: list[Any] = []
        flipped = False
        for child in self.children:
            try:
                sql, values = compiler.compile(child)
            except EmptyResultSet:
                continue
            except FullResultSet:
                sql, values = "", ()
            if sql:
                parts.append(sql)
                params.extend(values)
            else:
                flipped = not flipped
        if not parts:
            self._decided(flipped)
        return self._joined(parts, self.negated is not flipped), params

    def _as_parity(self) -> WhereNode:
        """``a XOR b XOR c`` in words that every database knows: an odd number of them is true."""
        either = self.__class__(self.children, OR)
        count: Any = reduce(operator.add, (Case(When(c, then=1), default=0) for c in self.children))
        if len(self.children) > 2:
            count = Mod(count, 2)
        return self.__class__([either, Exact(1, count)], AND, self.negated)

    # --- splitting by clause

    def split_having_qualify(
        self, negated: bool = False, must_group_by: bool = False
    ) -> tuple[WhereNode | None, WhereNode | None, WhereNode | None]:
        """The parts that belong into WHERE, into HAVING and around the query (for windows).

        `negated` says that the tree is within a negated one, `must_group_by` that the query groups
        rows for another reason than this tree.
        """
        if not self.contains_aggregate and not self.contains_over_clause:
            return self, None, None
        effective = self.connector
        if negated is not self.negated and effective in (AND, OR):
            effective = OR if effective == AND else AND
        inseparable = effective != AND
        if inseparable and self.contains_aggregate and not self.contains_over_clause:
            # In HAVING a condition on a plain column is right too, in WHERE one on an aggregate is not.
            return None, self, None
        where: list[Any] = []
        having: list[Any] = []
        qualify: list[Any] = []
        for child in self.children:
            if hasattr(child, "split_having_qualify"):
                parts = child.split_having_qualify(negated is not self.negated, must_group_by)
                for part, found in zip((where, having, qualify), parts, strict=True):
                    if found is not None:
                        part.append(found)
            elif child.contains_over_clause:
                qualify.append(child)
            elif child.contains_aggregate:
                having.append(child)
            else:
                where.append(child)
        if inseparable and qualify:
            if not where or not must_group_by:
                return None, None, self
            raise NotImplementedError(
                "Heterogeneous disjunctive predicates against window functions are not "
                "implemented when performing conditional aggregation."
            )
        return self._part(where), self._part(having), self._part(qualify)

    def _part(self, children: list[Any]) -> WhereNode | None:
        return self.create(children, self.connector, self.negated) if children else None

    # --- as an expression

    def get_group_by_cols(self) -> list[Any]:
        """The columns of all conditions."""
        return [col for child in self.children for col in child.get_group_by_cols()]

    def get_source_expressions(self) -> list[Any]:
        """The children."""
        return self.children[:]

    def set_source_expressions(self, children: Sequence[Any]) -> None:
        """Replace the children."""
        assert len(children) == len(self.children)
        self.children = list(children)

    def get_refs(self) -> set[str]:
        """The names of the annotations that the conditions refer to."""
        refs: set[str] = set()
        for child in self.children:
            if hasattr(child, "get_refs"):
                refs |= child.get_refs()
        return refs

    def relabel_aliases(self, change_map: Mapping[str, str]) -> None:
        """Name tables by the aliases of `change_map` from now on."""
        if not change_map:
            return
        self.children = [_relabeled(child, change_map) for child in self.children]
        self._forget()

    def _forget(self) -> None:
        state = self.__dict__
        if "contains_aggregate" in state:
            del state["contains_aggregate"]
        if "contains_over_clause" in state:
            del state["contains_over_clause"]

    def clone(self) -> Self:
        """A tree with a list of children of its own; the children themselves are shared."""
        # PERF: whoever chains a query clones this; see the rule at the top of the file.
        obj = object.__new__(self.__class__)
        obj.children = self.children[:]
        obj.connector = self.connector
        obj.negated = self.negated
        if self.resolved:
            obj.resolved = True
        return obj

    def relabeled_clone(self, change_map: Mapping[str, str]) -> Self:
        """A clone that names tables by the aliases of `change_map`."""
        clone = self.clone()
        clone.relabel_aliases(change_map)
        return clone

    def replace_expressions(self, replacements: Mapping[Any, Any]) -> Any:
        """A clone in which the expressions that are keys of `replacements` are its values."""
        if not replacements:
            return self
        if (replacement := replacements.get(self)) is not None:
            return replacement
        clone = self.clone()
        clone.children = [
            child.replace_expressions(replacements)
            if hasattr(child, "replace_expressions")
            else child
            for child in self.children
        ]
        return clone

    @cached_property
    def contains_aggregate(self) -> bool:
        """Whether a condition is about an aggregate."""
        # PERF: asked of every tree of every statement; a loop costs half of any().
        for child in self.children:  # noqa: SIM110
            if getattr(child, "contains_aggregate", False):
                return True
        return False

    @cached_property
    def contains_over_clause(self) -> bool:
        """Whether a condition is about a window function."""
        for child in self.children:  # noqa: SIM110
            if getattr(child, "contains_over_clause", False):
                return True
        return False

    @property
    def contains_subquery(self) -> bool:
        """Whether a condition has a query of its own."""
        return any(
            getattr(child, "subquery", False) or getattr(child, "contains_subquery", False)
            for child in self.children
        )

    @property
    def contains_column_references(self) -> bool:
        """Whether a condition is about a column."""
        return any(getattr(child, "contains_column_references", False) for child in self.children)

    @property
    def is_summary(self) -> bool:
        """Whether a condition belongs to the query that summarizes another one."""
        return any(child.is_summary for child in self.children)

    def resolve_expression(self, *args: Any, **kwargs: Any) -> Self:
        """A clone whose conditions are resolved against a query."""
        clone = self.clone()
        clone.children = [_resolved(child, *args, **kwargs) for child in self.children]
        clone.resolved = True
        return clone

    @cached_property
    def output_field(self) -> Any:
        """A `BooleanField`."""
        return _BOOLEAN

    @property
    def _output_field_or_none(self) -> Any:
        return self.output_field

    def select_format(self, compiler: Any, sql: str, params: Sequence[Any]) -> Compiled:
        """The condition as something that can be selected."""
        if not compiler.connection.features.supports_boolean_expr_in_select_clause:
            sql = f"CASE WHEN {sql} THEN 1 ELSE 0 END"
        return sql, params

    def get_db_converters(self, connection: Any) -> list[Any]:
        """The converters of a boolean."""
        converters: list[Any] = self.output_field.get_db_converters(connection)
        return converters

    def get_lookup(self, lookup: str) -> Any:
        """A lookup of booleans."""
        return self.output_field.get_lookup(lookup)

    def leaves(self) -> Iterator[Any]:
        """All conditions, at whatever depth."""
        for child in self.children:
            if isinstance(child, WhereNode):
                yield from child.leaves()
            else:
                yield child

    def add(self, data: Any, conn_type: str) -> Any:
        """Join `data` to this tree by `conn_type`; see `tree.Node.add`."""
        self._forget()
        return super().add(data, conn_type)


def _resolved(expression: Any, query: Any, *args: Any, **kwargs: Any) -> Any:
    """A condition resolved against `query`: both sides of a lookup, or all parts of a tree."""
    if isinstance(expression, WhereNode) or not hasattr(expression, "lhs"):
        if hasattr(expression, "resolve_expression"):
            return expression.resolve_expression(query, *args, **kwargs)
        return expression
    resolved = expression.copy() if hasattr(expression, "copy") else expression
    for side in ("lhs", "rhs"):
        value: Any = getattr(resolved, side, None)
        if hasattr(value, "resolve_expression"):
            setattr(resolved, side, value.resolve_expression(query, *args, **kwargs))
    return resolved


publish(__name__, "db.models.sql.where", "ExtraWhere NothingNode WhereNode")
publish(__name__, "db.models.sql.datastructures", "Empty MultiJoin")
publish(__name__, "db.models.sql.query", "ExplainInfo JoinInfo")
