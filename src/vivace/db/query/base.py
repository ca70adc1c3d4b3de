"""What every expression is: a node that resolves against a query and compiles to SQL.

Two stages. As the user wrote it, an expression names fields (`F`) and conditions (`Q`).
`resolve_expression` copies it with the names replaced by columns of a query, joining tables as needed.
Only a resolved expression has an output field, compiles, and answers what it contains.

What is worked out from the sources (whether there is an aggregate inside, how values are converted) is
kept in the instance's dict, and left behind by `copy`: a copy is made to get other sources.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any, Self, cast

from vivace.core.exceptions import FieldError
from vivace.db.query.combinable import Combinable, make
from vivace.db.query.identity import arguments, identified
from vivace.db.schema.fields.values import BooleanField
from vivace.utils.deconstruct import deconstructible
from vivace.utils.functional import cached_property
from vivace.utils.naming import object_repr, publish

__all__ = ["BaseExpression", "Expression", "OutputFieldIsNoneError", "parse_expression"]

# Types of arguments that stand for themselves when expressions are compared.
_PLAIN = frozenset([bool, int, str, type(None)])

_WORKED_OUT = (
    "contains_aggregate",
    "contains_over_clause",
    "contains_column_references",
    "contains_subquery",
    "convert_value",
)


class OutputFieldIsNoneError(FieldError):
    """Nothing tells what kind of value an expression gives."""


def parse_expression(expression: Any) -> Any:
    """`expression` itself if it is one; else the field a string names, or the value anything else is."""
    if hasattr(expression, "resolve_expression"):
        return expression
    return make.f(expression) if isinstance(expression, str) else make.value(expression)


def _number_converter(kind: type) -> Callable[[Any, Any, Any], Any]:
    return lambda value, expression, connection: None if value is None else kind(value)


_to_float = _number_converter(float)
_to_int = _number_converter(int)
_to_decimal = _number_converter(Decimal)


class BaseExpression:
    """The part of `Expression` that has no operators; for what is compiled but never combined.

    `output_field` is the model field whose rules the result follows; it is inferred from the sources if
    it is not given. Documented at ref/models/expressions, "Writing your own Query Expressions".
    """

    # The value that stands for the expression when its condition cannot match; NotImplemented: the whole
    # query then cannot match either.
    empty_result_set_value: Any = NotImplemented
    is_summary = False
    # May it stand in filter()?
    filterable = True
    # May it stand before OVER?
    window_compatible = False
    # May it be a field's db_default?
    allowed_default: Any = False
    # May it be evaluated to validate a constraint?
    constraint_validation_compatible = True
    # Does it give more than one row?
    set_returning = False
    # May a source be a composite primary key?
    allows_composite_expressions = False
    # Whether the expressions within learn that the whole is a value to be stored.
    tells_for_save = False
    # Set on copies: they may be something else than what their constructor was told.
    is_copy = False

    def __init__(self, output_field: Any = None) -> None:
        if output_field is not None:
            self.output_field = output_field

    __repr__ = object_repr

    def __getstate__(self) -> dict[str, Any]:
        state = self.__dict__.copy()
        # A function of a closure cannot be pickled, and is made again when asked for; texts have
        # another hash in another process.
        state.pop("convert_value", None)
        state.pop("_hash", None)
        return state

    def get_db_converters(self, connection: Any) -> list[Any]:
        """The functions ``(value, expression, connection)`` that a value of the database passes."""
        field_converters: list[Any] = self.output_field.get_db_converters(connection)
        if self.convert_value is self._convert_value_noop:
            return field_converters
        return [self.convert_value, *field_converters]

    def get_source_expressions(self) -> list[Any]:
        """The expressions that this one is made of."""
        return []

    def set_source_expressions(self, exprs: Any) -> None:
        """Replace what `get_source_expressions` answers, in the same order."""
        assert not exprs

    def _parse_expressions(self, *expressions: Any) -> list[Any]:
        return [parse_expression(each) for each in expressions]

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        """``(sql, params)`` of the expression; a subclass must say."""
        raise NotImplementedError("Subclasses must implement as_sql()")

    @cached_property
    def contains_aggregate(self) -> bool:
        """Whether there is an aggregate inside."""
        for each in self.get_source_expressions():  # noqa: SIM110
            if each and each.contains_aggregate:
                return True
        return False

    @cached_property
    def contains_over_clause(self) -> bool:
        """Whether there is a window function inside."""
        for each in self.get_source_expressions():  # noqa: SIM110
            if each and each.contains_over_clause:
                return True
        return False

    @cached_property
    def contains_column_references(self) -> bool:
        """Whether a column is used inside."""
        for each in self.get_source_expressions():  # noqa: SIM110
            if each and each.contains_column_references:
                return True
        return False

    @cached_property
    def contains_subquery(self) -> bool:
        """Whether there is a subquery inside."""
        return any(
            each and (getattr(each, "subquery", False) or each.contains_subquery)
            for each in self.get_source_expressions()
        )

    def resolve_expression(
        self,
        query: Any = None,
        allow_joins: bool = True,
        reuse: Any = None,
        summarize: bool = False,
        for_save: bool = False,
    ) -> Any:
        """A copy in which every name is a column of `query`.

        `allow_joins`: whether names may lead to other tables; `reuse`: the joins that may be used
        again; `summarize`: it is evaluated over the whole result, in ``aggregate()``; `for_save`: it is
        a value to be stored.
        """
        resolved = self.copy()
        resolved.is_summary = summarize
        stored = (for_save,) if self.tells_for_save else ()
        sources = [
            each and each.resolve_expression(query, allow_joins, reuse, summarize, *stored)
            for each in self.get_source_expressions()
        ]
        if not self.allows_composite_expressions:
            for each in sources:
                if getattr(each, "is_composite", False):
                    raise ValueError(
                        f"{self.__class__.__name__} expression does not support composite primary "
                        "keys."
                    )
        resolved.set_source_expressions(sources)
        return resolved

    @property
    def conditional(self) -> bool:
        """Whether it is true or false, and so may be a filter."""
        return isinstance(self.output_field, BooleanField)

    @property
    def field(self) -> Any:
        """The output field, under the name it has on columns."""
        return self.output_field

    @cached_property
    def output_field(self) -> Any:
        """The field whose type the result has. Raises `FieldError` if it cannot be inferred."""
        output_field = self._resolve_output_field()
        if output_field is None:
            raise OutputFieldIsNoneError("Cannot resolve expression type, unknown output_field")
        return output_field

    @property
    def _output_field_or_none(self) -> Any:
        try:
            return self.output_field
        except OutputFieldIsNoneError:
            return None

    def _resolve_output_field(self) -> Any:
        known = [field for field in self.get_source_fields() if field is not None]
        if not known:
            return None
        first = known[0]
        for other in known[1:]:
            if not isinstance(first, other.__class__):
                raise FieldError(
                    "Expression contains mixed types: "
                    f"{first.__class__.__name__}, {other.__class__.__name__}. "
                    "You must set output_field."
                )
        return first

    @staticmethod
    def _convert_value_noop(value: Any, expression: Any, connection: Any) -> Any:
        return value

    @cached_property
    def convert_value(self) -> Callable[[Any, Any, Any], Any]:
        """What makes a number from the database one of the output field's kind."""
        kind = self.output_field.get_internal_type()
        if kind == "FloatField":
            return _to_float
        if kind.endswith("IntegerField"):
            return _to_int
        if kind == "DecimalField":
            return _to_decimal
        return self._convert_value_noop

    def get_lookup(self, lookup: str) -> Any:
        """The lookup class that the output field has under this name."""
        return self.output_field.get_lookup(lookup)

    def get_transform(self, name: str) -> Any:
        """The transform that the output field has under this name."""
        return self.output_field.get_transform(name)

    def relabeled_clone(self, change_map: dict[str | None, str]) -> Any:
        """A copy in which the tables are known by the aliases that `change_map` gives them."""
        clone = self.copy()
        clone.set_source_expressions(
            [
                each.relabeled_clone(change_map) if each is not None else None
                for each in self.get_source_expressions()
            ]
        )
        return clone

    def replace_expressions(self, replacements: dict[Any, Any]) -> Any:
        """The expression with what is a key of `replacements` replaced by its value."""
        if not replacements:
            return self
        replacement = replacements.get(self)
        if replacement is not None:
            return replacement
        sources = self.get_source_expressions()
        if not sources:
            return self
        clone = self.copy()
        clone.set_source_expressions(
            [
                each.replace_expressions(replacements) if each is not None else None
                for each in sources
            ]
        )
        return clone

    def get_refs(self) -> set[str]:
        """The names of the annotations that are referred to."""
        refs: set[str] = set()
        for each in self.get_source_expressions():
            if each is not None:
                refs |= each.get_refs()
        return refs

    def copy(self) -> Self:
        """A shallow copy, without what was worked out from the sources."""
        # PERF: a quarter of the time of copy.copy, which goes through the protocol of pickle.
        clone = object.__new__(type(self))
        state = clone.__dict__
        state.update(self.__dict__)
        state["is_copy"] = True
        for name in _WORKED_OUT:
            if name in state:
                del state[name]
        return clone

    def prefix_references(self, prefix: str) -> Any:
        """A copy in which every field that is named starts with `prefix`: seen from another model."""
        clone = self.copy()
        clone.set_source_expressions(
            [
                make.f(f"{prefix}{each.name}")
                if isinstance(each, make.f)
                else each and each.prefix_references(prefix)
                for each in self.get_source_expressions()
            ]
        )
        return clone

    def get_group_by_cols(self) -> list[Any]:
        """What a query that aggregates must group by to select this."""
        if not self.contains_aggregate:
            return [self]
        columns: list[Any] = []
        for source in self.get_source_expressions():
            if source is not None:
                columns.extend(source.get_group_by_cols())
        return columns

    def get_source_fields(self) -> list[Any]:
        """The output fields of the sources, None for those that have none."""
        return [each._output_field_or_none for each in self.get_source_expressions()]

    def asc(self, **kwargs: Any) -> Any:
        """This, ascending, as an ordering; `nulls_first` and `nulls_last` as of `OrderBy`."""
        return make.order_by(self, **kwargs)

    def desc(self, **kwargs: Any) -> Any:
        """This, descending, as an ordering."""
        return make.order_by(self, descending=True, **kwargs)

    def reverse_ordering(self) -> Any:
        """Turn the order round, where there is one."""
        return self

    def flatten(self) -> Iterator[Any]:
        """The expression and all that it is made of, from the outside in."""
        yield self
        for each in self.get_source_expressions():
            if each:
                if hasattr(each, "flatten"):
                    yield from each.flatten()
                else:
                    yield each

    def select_format(self, compiler: Any, sql: str, params: Any) -> tuple[str, Any]:
        """The SQL as it is in a SELECT clause, where some types need more."""
        if hasattr(self.output_field, "select_format"):
            return cast("tuple[str, Any]", self.output_field.select_format(compiler, sql, params))
        return sql, params

    def get_expression_for_validation(self) -> Any:
        """What is compared when a constraint with this expression is validated."""
        if getattr(self, "constraint_validation_compatible", False):
            return self
        try:
            (expression,) = self.get_source_expressions()
        except ValueError as error:
            raise ValueError(
                "Expressions with constraint_validation_compatible set to False must have only one "
                "source expression."
            ) from error
        return expression


@deconstructible
class Expression(BaseExpression, Combinable):
    """An expression that can be combined with others.

    Two are equal if they are of the same class and were made with equal arguments.
    """

    @classmethod
    def _identity(cls, args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[Any, ...]:
        found: list[Any] = [cls]
        for name, value in arguments(cls, args, kwargs):
            found.append((name, value if value.__class__ in _PLAIN else identified(value)))
        return tuple(found)

    @cached_property
    def identity(self) -> tuple[Any, ...]:
        """The class and the arguments, in a form that can be hashed."""
        args, kwargs = self._constructor_args  # type: ignore[attr-defined]
        return self._identity(args, kwargs)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Expression):
            return NotImplemented
        return bool(other.identity == self.identity)

    def __hash__(self) -> int:
        state = self.__dict__
        found: int | None = state.get("_hash")
        if found is None:
            found = hash(self.identity)
            if "identity" in state:
                state["_hash"] = found
        return found


publish(__name__, "db.models.expressions", "BaseExpression Expression OutputFieldIsNoneError")
