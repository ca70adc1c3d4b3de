"""`Lookup`, a comparison, and `Transform`, what may stand between a field and its lookup."""

from __future__ import annotations

from typing import Any

from vivace.db.query.base import Expression
from vivace.db.query.func import Func
from vivace.db.query.values import Value
from vivace.db.schema.fields.values import BooleanField
from vivace.db.schema.registry import RegisterLookupMixin
from vivace.utils.functional import cached_property
from vivace.utils.hashable import make_hashable
from vivace.utils.naming import publish

__all__ = ["Lookup", "PostgresOperatorLookup", "Transform"]

# PERF: what every condition gives; making a field takes as long as compiling a condition.
_BOOLEAN = BooleanField()


class Lookup(Expression):
    """A condition that compares `lhs`, an expression, with `rhs`, an expression or a plain value.

    A plain value is prepared by the output field of `lhs` when the lookup is made, and becomes a
    parameter when it is compiled. Documented at ref/models/lookups.
    """

    lookup_name: str | None = None
    # Whether the field of the left side prepares the right one.
    prepare_rhs = True
    # Whether None is a value to compare with, rather than a mistake.
    can_use_none_as_rhs = False

    def __init__(self, lhs: Any, rhs: Any) -> None:
        self.lhs, self.rhs = lhs, rhs
        self.rhs = self.get_prep_lookup()
        self.lhs = self.get_prep_lhs()
        bilateral: list[Any] = []
        if hasattr(self.lhs, "get_bilateral_transforms"):
            bilateral = self.lhs.get_bilateral_transforms()
            if bilateral and hasattr(rhs, "has_limit_one"):
                raise NotImplementedError(
                    "Bilateral transformations on nested querysets are not implemented."
                )
        self.bilateral_transforms = bilateral

    def __repr__(self) -> str:
        return f"{self.__class__.__name__}({self.lhs!r}, {self.rhs!r})"

    def apply_bilateral_transforms(self, value: Any) -> Any:
        """`value` under the transforms that the left side says to apply to both."""
        for transform in self.bilateral_transforms:
            value = transform(value)
        return value

    def batch_process_rhs(self, compiler: Any, connection: Any, rhs: Any = None) -> Any:
        """``(list of SQL, list of parameters)`` for each of several values."""
        if rhs is None:
            rhs = self.rhs
        if not self.bilateral_transforms:
            _, params = self.get_db_prep_lookup(rhs, connection)
            return ["%s"] * len(params), params
        sqls = []
        params = []
        for item in rhs:
            value = self.apply_bilateral_transforms(Value(item, output_field=self.lhs.output_field))
            sql, item_params = compiler.compile(value.resolve_expression(compiler.query))
            sqls.append(sql)
            params.extend(item_params)
        return sqls, params

    def get_source_expressions(self) -> list[Any]:
        if self.rhs_is_direct_value():
            return [self.lhs]
        return [self.lhs, self.rhs]

    def set_source_expressions(self, new_exprs: Any) -> None:
        if len(new_exprs) == 1:
            self.lhs = new_exprs[0]
        else:
            self.lhs, self.rhs = new_exprs

    def get_prep_lookup(self) -> Any:
        """The right side, prepared by the field of the left one if that is known."""
        if not self.prepare_rhs or hasattr(self.rhs, "resolve_expression"):
            return self.rhs
        if hasattr(self.lhs, "output_field"):
            if hasattr(self.lhs.output_field, "get_prep_value"):
                return self.lhs.output_field.get_prep_value(self.rhs)
        elif self.rhs_is_direct_value():
            return Value(self.rhs)
        return self.rhs

    def get_prep_lhs(self) -> Any:
        """The left side as an expression."""
        return self.lhs if hasattr(self.lhs, "resolve_expression") else Value(self.lhs)

    def get_db_prep_lookup(self, value: Any, connection: Any) -> Any:
        """``(SQL, parameters)`` for a plain value on the right."""
        return "%s", [value]

    def process_lhs(self, compiler: Any, connection: Any, lhs: Any = None) -> Any:
        """``(SQL, parameters)`` of the left side, or of `lhs` in its place."""
        lhs = lhs or self.lhs
        if not hasattr(lhs, "as_sql"):
            lhs = lhs.resolve_expression(compiler.query)
        sql, params = compiler.compile(lhs)
        if isinstance(lhs, Lookup):
            # "a = b = c" would mean something else.
            sql = f"({sql})"
        return sql, params

    def process_rhs(self, compiler: Any, connection: Any) -> Any:
        """``(SQL, parameters)`` of the right side."""
        value = self.rhs
        if self.bilateral_transforms:
            if self.rhs_is_direct_value():
                value = Value(value, output_field=self.lhs.output_field)
            value = self.apply_bilateral_transforms(value)
            value = value.resolve_expression(compiler.query)
        if not hasattr(value, "as_sql"):
            return self.get_db_prep_lookup(value, connection)
        sql, params = compiler.compile(value)
        if not isinstance(value, Value) and sql and sql[0] != "(":
            sql = f"({sql})"
        return sql, params

    def rhs_is_direct_value(self) -> bool:
        """Whether the right side is a plain value."""
        return not hasattr(self.rhs, "as_sql")

    def get_group_by_cols(self) -> list[Any]:
        columns: list[Any] = list(self.lhs.get_group_by_cols())
        if hasattr(self.rhs, "get_group_by_cols"):
            columns.extend(self.rhs.get_group_by_cols())
        return columns

    @cached_property
    def output_field(self) -> Any:
        return _BOOLEAN

    @property
    def identity(self) -> Any:
        return self.__class__, self.lhs, self.rhs

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Lookup):
            return NotImplemented
        return bool(self.identity == other.identity)

    def __hash__(self) -> int:
        return hash(make_hashable(self.identity))

    def resolve_expression(
        self,
        query: Any = None,
        allow_joins: bool = True,
        reuse: Any = None,
        summarize: bool = False,
        for_save: bool = False,
    ) -> Any:
        """Resolve both sides."""
        resolved = self.copy()
        resolved.is_summary = summarize
        resolved.lhs = self.lhs.resolve_expression(query, allow_joins, reuse, summarize)
        if hasattr(self.rhs, "resolve_expression"):
            resolved.rhs = self.rhs.resolve_expression(query, allow_joins, reuse, summarize)
        return resolved

    def select_format(self, compiler: Any, sql: str, params: Any) -> tuple[str, Any]:
        # Some databases select no conditions.
        if not compiler.connection.features.supports_boolean_expr_in_select_clause:
            sql = f"CASE WHEN {sql} THEN 1 ELSE 0 END"
        return sql, params

    @cached_property
    def allowed_default(self) -> bool:
        return bool(self.lhs.allowed_default and self.rhs.allowed_default)


class Transform(RegisterLookupMixin, Func):
    """A function of one value that lookups can name: ``name__lower="x"`` after registering `Lower`.

    A `bilateral` one is applied to both sides of the lookup. Documented at ref/models/lookups.
    """

    bilateral = False
    arity = 1

    @property
    def lhs(self) -> Any:
        """What is transformed."""
        return self.get_source_expressions()[0]

    def get_bilateral_transforms(self) -> list[Any]:
        """The bilateral transforms among this one and those inside it, from the inside out."""
        inner: list[Any] = []
        if hasattr(self.lhs, "get_bilateral_transforms"):
            inner = self.lhs.get_bilateral_transforms()
        return [*inner, self.__class__] if self.bilateral else inner


class PostgresOperatorLookup(Lookup):
    """A lookup that PostgreSQL has an operator of its own for."""

    postgres_operator: str | None = None

    def as_postgresql(self, compiler: Any, connection: Any) -> Any:
        """Both sides with the operator between them."""
        lhs, lhs_params = self.process_lhs(compiler, connection)
        rhs, rhs_params = self.process_rhs(compiler, connection)
        return f"{lhs} {self.postgres_operator} {rhs}", (*lhs_params, *rhs_params)


RegisterLookupMixin.lookup_base = Lookup
RegisterLookupMixin.transform_base = Transform


publish(__name__, "db.models.lookups")
