"""Aggregates: one value of many rows."""

from __future__ import annotations

from typing import Any

from vivace.core.exceptions import FieldError, FullResultSet
from vivace.db.query.conditional import Case, When
from vivace.db.query.func import Func
from vivace.db.query.functions.comparison import Coalesce
from vivace.db.query.functions.mixins import FixDurationInputMixin, NumericOutputFieldMixin
from vivace.db.query.values import Star, Value
from vivace.db.schema.fields.numbers import IntegerField
from vivace.utils.naming import publish

__all__ = ["Aggregate", "Avg", "Count", "Max", "Min", "StdDev", "Sum", "Variance"]


class Aggregate(Func):
    """A function over all rows of a group, or of the whole result.

    `filter` is a condition on the rows it takes; `distinct` takes each value once; `default` is the
    result where there are no rows. Raises `TypeError` for the last two where they make no sense.
    Documented at ref/models/querysets, "Aggregation functions".
    """

    template = "%(function)s(%(distinct)s%(expressions)s)"
    contains_aggregate = True
    name: str | None = None
    filter_template = "%s FILTER (WHERE %%(filter)s)"
    window_compatible = True
    allow_distinct = False
    # Whether it computes with its source, which then cannot be a date that is kept as text.
    takes_numbers = False
    empty_result_set_value: Any = None

    def __init__(
        self,
        *expressions: Any,
        distinct: bool = False,
        filter: Any = None,
        default: Any = None,
        **extra: Any,
    ) -> None:
        if distinct and not self.allow_distinct:
            raise TypeError(f"{self.__class__.__name__} does not allow distinct.")
        if default is not None and self.empty_result_set_value is not None:
            raise TypeError(f"{self.__class__.__name__} does not allow default.")
        self.distinct = distinct
        self.filter = filter
        self.default = default
        super().__init__(*expressions, **extra)

    def get_source_fields(self) -> list[Any]:
        # The filter has no say in the type.
        return [each._output_field_or_none for each in self.source_expressions]

    def get_source_expressions(self) -> list[Any]:
        return [*self.source_expressions, self.filter]

    def set_source_expressions(self, exprs: Any) -> None:
        *self.source_expressions, self.filter = exprs

    def resolve_expression(
        self,
        query: Any = None,
        allow_joins: bool = True,
        reuse: Any = None,
        summarize: bool = False,
        for_save: bool = False,
    ) -> Any:
        """Resolve; with a default, it becomes the source of a `Coalesce`.

        Raises `FieldError` for an aggregate of an aggregate.
        """
        resolved = super().resolve_expression(query, allow_joins, reuse, summarize, for_save)
        if summarize:
            for name in sorted(resolved.get_refs()):
                if query.annotations[name].is_summary:
                    raise resolved._nested(name)
        elif not self.is_summary:
            for given, source in zip(
                self.source_expressions, resolved.source_expressions, strict=True
            ):
                if source.contains_aggregate:
                    raise resolved._nested(getattr(given, "name", None) or repr(given))
        if resolved.default is None:
            return resolved
        default = resolved.default
        field = resolved._output_field_or_none
        if hasattr(default, "resolve_expression"):
            default = default.resolve_expression(query, allow_joins, reuse, summarize)
            if default._output_field_or_none is None:
                default.output_field = field
        else:
            default = Value(default, field)
        resolved.default = None
        result = Coalesce(resolved, default, output_field=field)
        result.is_summary = resolved.is_summary
        return result

    def _nested(self, name: str) -> FieldError:
        return FieldError(f"Cannot compute {self.name}('{name}'): '{name}' is an aggregate")

    @property
    def default_alias(self) -> str:
        """The name it has if it is given none. Raises `TypeError` unless it is of one field."""
        given = [each for each in self.get_source_expressions() if each is not None]
        if len(given) == 1 and hasattr(given[0], "name"):
            # COMPAT: AttributeError without a name of its own, which annotate() expects too.
            return f"{given[0].name}__{self.name.lower()}"  # type: ignore[union-attr]
        raise TypeError("Complex expressions require an alias")

    def get_group_by_cols(self) -> list[Any]:
        return []

    def as_sql(self, compiler: Any, connection: Any, **extra_context: Any) -> Any:  # type: ignore[override]
        """The call with its filter, as a clause or, where there is none, as a CASE around the source."""
        extra_context["distinct"] = "DISTINCT " if self.distinct else ""
        if not self.filter:
            return super().as_sql(compiler, connection, **extra_context)
        if not connection.features.supports_aggregate_filter_clause:
            return self._with_case().as_sql(compiler, connection, **extra_context)
        try:
            filter_sql, filter_params = compiler.compile(self.filter)
        except FullResultSet:
            return super().as_sql(compiler, connection, **extra_context)
        template = self.filter_template % extra_context.get("template", self.template)
        extra_context.pop("template", None)
        sql, params = super().as_sql(
            compiler, connection, template=template, filter=filter_sql, **extra_context
        )
        return sql, (*params, *filter_params)

    def _with_case(self) -> Any:
        clone = self.copy()
        clone.filter = None
        first, *others = clone.source_expressions
        clone.source_expressions = [Case(When(self.filter, then=first)), *others]
        return clone

    def _get_repr_options(self) -> dict[str, Any]:
        options = super()._get_repr_options()
        if self.distinct:
            options["distinct"] = self.distinct
        if self.filter:
            options["filter"] = self.filter
        return options


class Avg(FixDurationInputMixin, NumericOutputFieldMixin, Aggregate):
    """The mean."""

    function = "AVG"
    name = "Avg"
    takes_numbers = True
    allow_distinct = True
    arity = 1


class Count(Aggregate):
    """The number of rows in which the expression is not NULL; of all rows for ``"*"``.

    Raises `ValueError` for a filter on ``"*"``.
    """

    function = "COUNT"
    name = "Count"
    output_field = IntegerField()
    allow_distinct = True
    empty_result_set_value = 0
    arity = 1
    allows_composite_expressions = True

    def __init__(self, expression: Any, filter: Any = None, **extra: Any) -> None:
        if expression == "*":
            expression = Star()
        if isinstance(expression, Star) and filter is not None:
            raise ValueError("Star cannot be used with filter. Please specify a field.")
        super().__init__(expression, filter=filter, **extra)

    def resolve_expression(self, *args: Any, **kwargs: Any) -> Any:
        """Resolve; of a composite primary key its first column is counted, as none of them is NULL."""
        resolved = super().resolve_expression(*args, **kwargs)
        source = resolved.source_expressions[0]
        if getattr(source, "is_composite", False):
            if resolved.distinct:
                raise ValueError("COUNT(DISTINCT) doesn't support composite primary keys")
            resolved.source_expressions = [source.get_cols()[0]]
        return resolved


class Max(Aggregate):
    """The greatest value."""

    function = "MAX"
    name = "Max"
    arity = 1


class Min(Aggregate):
    """The least value."""

    function = "MIN"
    name = "Min"
    arity = 1


class _Spread(NumericOutputFieldMixin, Aggregate):
    arity = 1
    takes_numbers = True

    functions: tuple[str, str]

    def __init__(self, expression: Any, sample: bool = False, **extra: Any) -> None:
        self.function = self.functions[bool(sample)]
        super().__init__(expression, **extra)

    def _get_repr_options(self) -> dict[str, Any]:
        return {**super()._get_repr_options(), "sample": self.function == self.functions[1]}


class StdDev(_Spread):
    """The standard deviation: of the whole population, or of a `sample` of it."""

    name = "StdDev"
    functions = ("STDDEV_POP", "STDDEV_SAMP")


class Sum(FixDurationInputMixin, Aggregate):
    """The sum."""

    function = "SUM"
    name = "Sum"
    takes_numbers = True
    allow_distinct = True
    arity = 1


class Variance(_Spread):
    """The variance: of the whole population, or of a `sample` of it."""

    name = "Variance"
    functions = ("VAR_POP", "VAR_SAMP")


publish(__name__, "db.models.aggregates")
