"""Lookups that compare one value with another, with a list of values, or with NULL."""

from __future__ import annotations

from typing import Any

from vivace.core.exceptions import EmptyResultSet, FullResultSet
from vivace.db.query.func import ExpressionList
from vivace.db.query.lookups.base import Lookup
from vivace.db.query.values import Value
from vivace.db.schema.fields.base import Field
from vivace.utils.datastructures import OrderedSet
from vivace.utils.naming import publish

__all__ = [
    "BuiltinLookup",
    "Exact",
    "FieldGetDbPrepValueIterableMixin",
    "FieldGetDbPrepValueMixin",
    "GreaterThan",
    "GreaterThanOrEqual",
    "IExact",
    "In",
    "IsNull",
    "LessThan",
    "LessThanOrEqual",
    "Range",
]


def select_for_lookup(query: Any, lhs: Any, name: str) -> None:
    """Have `query` give as many columns as `lhs` has: the primary key if it was not said which.

    Raises `ValueError` if other columns were asked for. `name` is that of the lookup, for the message.
    """
    if not query.has_select_fields:
        query.clear_select_clause()
        query.add_fields(["pk"])
    wanted = len(lhs) if hasattr(lhs, "__len__") else 1
    received = len(query.annotation_select) + len(query.extra_select)
    received += sum(len(each) if hasattr(each, "__len__") else 1 for each in query.select)
    if received != wanted:
        raise ValueError(
            f"The QuerySet value for the {name} lookup must have {wanted} selected fields "
            f"(received {received})"
        )


class BuiltinLookup(Lookup):
    """A lookup whose operator the connection knows: ``connection.operators[lookup_name]``."""

    def process_lhs(self, compiler: Any, connection: Any, lhs: Any = None) -> Any:
        sql, params = super().process_lhs(compiler, connection, lhs)
        internal_type = self.lhs.output_field.get_internal_type()
        return connection.ops.lookup_cast(self.lookup_name, internal_type) % sql, list(params)

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        lhs, params = self.process_lhs(compiler, connection)
        rhs, rhs_params = self.process_rhs(compiler, connection)
        return f"{lhs} {self.get_rhs_op(connection, rhs)}", [*params, *rhs_params]

    def get_rhs_op(self, connection: Any, rhs: Any) -> str:
        """The operator with the right side."""
        op: str = connection.operators[self.lookup_name] % rhs
        return op


class FieldGetDbPrepValueMixin:
    """Has the field of the left side convert values for the database."""

    get_db_prep_lookup_value_is_iterable = False

    def get_db_prep_lookup(self, value: Any, connection: Any) -> Any:
        """``("%s", parameters)``, one parameter for each value."""
        own = self.lhs.output_field  # type: ignore[attr-defined]
        # Of a relation it is the field it points to that knows.
        target = getattr(own, "target_field", None)
        prepare = getattr(target, "get_db_prep_value", None) or own.get_db_prep_value
        values = value if self.get_db_prep_lookup_value_is_iterable else [value]
        return "%s", [prepare(each, connection, prepared=True) for each in values]


class FieldGetDbPrepValueIterableMixin(FieldGetDbPrepValueMixin):
    """The same for a lookup that compares with several values, among which there may be expressions."""

    get_db_prep_lookup_value_is_iterable = True

    lhs: Any
    rhs: Any

    def get_prep_lookup(self) -> Any:
        """The values, prepared; an `ExpressionList` if there are expressions among them."""
        if hasattr(self.rhs, "resolve_expression"):
            return self.rhs
        prepare = None
        if self.prepare_rhs and hasattr(self.lhs, "output_field"):  # type: ignore[attr-defined]
            prepare = getattr(self.lhs.output_field, "get_prep_value", None)
        prepared = []
        has_expressions = False
        for value in self.rhs:
            if hasattr(value, "resolve_expression"):
                has_expressions = True
            elif prepare:
                value = prepare(value)
            prepared.append(value)
        if not has_expressions:
            return prepared
        return ExpressionList(
            *(value if hasattr(value, "resolve_expression") else Value(value) for value in prepared)
        )

    def process_rhs(self, compiler: Any, connection: Any) -> Any:
        """``(list of SQL, parameters)`` for the values; the SQL of a query."""
        if self.rhs_is_direct_value():  # type: ignore[attr-defined]
            return self.batch_process_rhs(compiler, connection)
        if isinstance(self.rhs, ExpressionList):
            return self.batch_process_rhs(compiler, connection, self.rhs.get_source_expressions())
        return super().process_rhs(compiler, connection)  # type: ignore[misc]

    def resolve_expression_parameter(
        self, compiler: Any, connection: Any, sql: str, param: Any
    ) -> Any:
        """``(SQL, parameters)`` of one of the values, which may be an expression."""
        params: Any = [param]
        if hasattr(param, "resolve_expression") and not hasattr(param, "as_sql"):
            param = param.resolve_expression(compiler.query)
        if hasattr(param, "as_sql"):
            sql, params = compiler.compile(param)
        return sql, params

    def batch_process_rhs(self, compiler: Any, connection: Any, rhs: Any = None) -> Any:
        """``(list of SQL, parameters)`` for each of the values."""
        if rhs is not None and any(hasattr(each, "resolve_expression") for each in rhs):
            sqls, given = ["%s"] * len(rhs), rhs
            if self.bilateral_transforms:  # type: ignore[attr-defined]
                given = [self.apply_bilateral_transforms(each) for each in rhs]  # type: ignore[attr-defined]
        else:
            sqls, given = super().batch_process_rhs(compiler, connection, rhs)  # type: ignore[misc]
            if self.bilateral_transforms:  # type: ignore[attr-defined]
                return sqls, given
        parts: list[str] = []
        params: list[Any] = []
        for sql, param in zip(sqls, given, strict=True):
            sql, param_params = self.resolve_expression_parameter(compiler, connection, sql, param)
            parts.append(sql)
            params.extend(param_params)
        return parts, params


@Field.register_lookup
class Exact(FieldGetDbPrepValueMixin, BuiltinLookup):
    """Equal; None is NULL."""

    lookup_name = "exact"

    def get_prep_lookup(self) -> Any:
        """As of every lookup; a query must give one row at most."""
        if hasattr(self.rhs, "has_limit_one"):
            if not self.rhs.has_limit_one():
                raise ValueError(
                    "The QuerySet value for an exact lookup must be limited to one result using slicing."
                )
            select_for_lookup(self.rhs, self.lhs, "exact")
        return super().get_prep_lookup()

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        """The comparison; of a condition with True or False, the condition or its negation."""
        if (
            isinstance(self.rhs, bool)
            and getattr(self.lhs, "conditional", False)
            and connection.ops.conditional_expression_supported_in_where_clause(self.lhs)
        ):
            sql, params = self.process_lhs(compiler, connection)
            return (sql if self.rhs else f"NOT {sql}"), params
        return super().as_sql(compiler, connection)


@Field.register_lookup
class IExact(BuiltinLookup):
    """Equal, in any case."""

    lookup_name = "iexact"
    prepare_rhs = False

    def process_rhs(self, qn: Any, connection: Any) -> Any:
        rhs, params = super().process_rhs(qn, connection)
        if params:
            params = [connection.ops.prep_for_iexact_query(params[0]), *params[1:]]
        return rhs, params


@Field.register_lookup
class GreaterThan(FieldGetDbPrepValueMixin, BuiltinLookup):
    """``pages__gt=300``: greater."""

    lookup_name = "gt"


@Field.register_lookup
class GreaterThanOrEqual(FieldGetDbPrepValueMixin, BuiltinLookup):
    """``pages__gte=300``: greater or equal."""

    lookup_name = "gte"


@Field.register_lookup
class LessThan(FieldGetDbPrepValueMixin, BuiltinLookup):
    """``pages__lt=300``: less."""

    lookup_name = "lt"


@Field.register_lookup
class LessThanOrEqual(FieldGetDbPrepValueMixin, BuiltinLookup):
    """``pages__lte=300``: less or equal."""

    lookup_name = "lte"


@Field.register_lookup
class In(FieldGetDbPrepValueIterableMixin, BuiltinLookup):
    """Equal to one of several values, or to a row of a query. None never matches."""

    lookup_name = "in"

    def get_prep_lookup(self) -> Any:
        if hasattr(self.rhs, "has_select_fields"):
            self.rhs.clear_ordering(clear_default=True)
            select_for_lookup(self.rhs, self.lhs, "'in'")
        return super().get_prep_lookup()

    def process_rhs(self, compiler: Any, connection: Any) -> Any:
        """The values in parentheses, each once. Raises `EmptyResultSet` if there are none."""
        alias = getattr(self.rhs, "_db", None)
        if alias is not None and alias != connection.alias:
            raise ValueError(
                "Subqueries aren't allowed across different databases. Force the inner query to be "
                "evaluated using `list(inner_query)`."
            )
        values = self._values()
        if values is None:
            return super().process_rhs(compiler, connection)
        if not values:
            raise EmptyResultSet
        sqls, params = self.batch_process_rhs(compiler, connection, values)
        return f"({', '.join(sqls)})", params

    def _values(self) -> list[Any] | None:
        """The values to compare with; None if a query or another expression gives them."""
        if isinstance(self.rhs, ExpressionList):
            given = OrderedSet(self.rhs.get_source_expressions())
            return [each for each in given if not (isinstance(each, Value) and each.value is None)]
        if not self.rhs_is_direct_value():
            return None
        try:
            distinct: Any = OrderedSet(self.rhs)
        except TypeError:
            # Not hashable: as they are.
            distinct = self.rhs
        return [each for each in distinct if each is not None]

    def get_rhs_op(self, connection: Any, rhs: Any) -> str:
        return f"IN {rhs}"

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        limit = connection.ops.max_in_list_size()
        if limit and self.rhs_is_direct_value() and len(self.rhs) > limit:
            return self.split_parameter_list_as_sql(compiler, connection)
        return super().as_sql(compiler, connection)

    def split_parameter_list_as_sql(self, compiler: Any, connection: Any) -> Any:
        """Several lists, joined by OR, for a database that limits the length of one."""
        limit = connection.ops.max_in_list_size()
        lhs, lhs_params = self.process_lhs(compiler, connection)
        values = self._values()
        if not values:
            raise EmptyResultSet
        sqls, values_params = self.batch_process_rhs(compiler, connection, values)
        parts = []
        params: list[Any] = []
        for start in range(0, len(sqls), limit):
            parts.append(f"{lhs} IN ({', '.join(sqls[start : start + limit])})")
            params.extend([*lhs_params, *values_params[start : start + limit]])
        return f"({' OR '.join(parts)})", params


@Field.register_lookup
class Range(FieldGetDbPrepValueIterableMixin, BuiltinLookup):
    """Between two values, which are within."""

    lookup_name = "range"

    def get_rhs_op(self, connection: Any, rhs: Any) -> str:
        return f"BETWEEN {rhs[0]} AND {rhs[1]}"


@Field.register_lookup
class IsNull(BuiltinLookup):
    """NULL, if the right side is True; not NULL, if it is False."""

    lookup_name = "isnull"
    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        """Raises `ValueError` unless the right side is a bool."""
        if not isinstance(self.rhs, bool):
            raise ValueError("The QuerySet value for an isnull lookup must be True or False.")
        if isinstance(self.lhs, Value):
            is_null = self.lhs.value is None or (
                self.lhs.value == "" and connection.features.interprets_empty_strings_as_nulls
            )
            raise FullResultSet if is_null is self.rhs else EmptyResultSet
        sql, params = self.process_lhs(compiler, connection)
        return f"{sql} IS {'' if self.rhs else 'NOT '}NULL", params


publish(__name__, "db.models.lookups")
