"""Names in expressions: fields and annotations of a query, or of the query around it."""

from __future__ import annotations

from typing import Any, NoReturn, Self

from vivace.db.query.combinable import Combinable, make
from vivace.db.schema.constants import LOOKUP_SEP
from vivace.db.utils import NotSupportedError
from vivace.utils.deconstruct import deconstructible
from vivace.utils.naming import publish, published

__all__ = ["F", "OuterRef", "ResolvedOuterRef", "Sliced"]


@published("db.models.F")
@deconstructible
class F(Combinable):
    """The value of the field or annotation called `name`, across relations with ``__``.

    ``F("title")[:3]`` is part of a text. Documented at ref/models/expressions.
    """

    allowed_default = False

    def __init__(self, name: Any) -> None:
        self.name = name

    def __repr__(self) -> str:
        return f"{self.__class__.__name__}({self.name})"

    def __getitem__(self, subscript: Any) -> Sliced:
        return Sliced(self, subscript)

    def __contains__(self, other: object) -> bool:
        # COMPAT: without this, __getitem__ would make "in" a loop without end.
        raise TypeError(f"argument of type '{self.__class__.__name__}' is not iterable")

    def resolve_expression(
        self,
        query: Any = None,
        allow_joins: bool = True,
        reuse: Any = None,
        summarize: bool = False,
        for_save: bool = False,
    ) -> Any:
        """What the name means in `query`. Raises `FieldError` if it means nothing."""
        return query.resolve_ref(self.name, allow_joins, reuse, summarize)

    def replace_expressions(self, replacements: dict[Any, Any]) -> Any:
        """What `replacements` has for this name, else the reference itself."""
        return replacements.get(self, self)

    def asc(self, **kwargs: Any) -> Any:
        """The field, ascending, as an ordering."""
        return make.order_by(self, **kwargs)

    def desc(self, **kwargs: Any) -> Any:
        """The field, descending, as an ordering."""
        return make.order_by(self, descending=True, **kwargs)

    def __eq__(self, other: object) -> bool:
        return self.__class__ == other.__class__ and self.name == other.name

    def __hash__(self) -> int:
        return hash(self.name)

    def copy(self) -> Self:
        """A shallow copy."""
        clone = object.__new__(type(self))
        clone.__dict__.update(self.__dict__)
        return clone


class ResolvedOuterRef(F):
    """A reference to the outer query within a subquery that does not know that query yet.

    It resolves once more, then against the query that the subquery is put into.
    """

    contains_aggregate = False
    contains_over_clause = False

    def as_sql(self, *args: Any, **kwargs: Any) -> NoReturn:
        """There is no SQL without the outer query: raises `ValueError`."""
        raise ValueError(
            "This queryset contains a reference to an outer query and may only be used in a subquery."
        )

    def resolve_expression(self, *args: Any, **kwargs: Any) -> Any:
        """The column of the outer query. Raises `NotSupportedError` for a window function's."""
        column = super().resolve_expression(*args, **kwargs)
        if column.contains_over_clause:
            raise NotSupportedError(
                f"Referencing outer query window expression is not supported: {self.name}."
            )
        # The rows of the subquery differ within one row of the outer query if the name leads to many.
        column.possibly_multivalued = LOOKUP_SEP in self.name
        return column

    def relabeled_clone(self, relabels: Any) -> Any:
        """Itself: the aliases of the inner query do not concern it."""
        return self

    def get_group_by_cols(self) -> list[Any]:
        """Nothing: within the subquery the value is constant."""
        return []


class OuterRef(F):
    """A field of the query around a `Subquery` or `Exists`.

    ``OuterRef(OuterRef("name"))`` is a field of the query around that.
    """

    contains_aggregate = False
    contains_over_clause = False

    def resolve_expression(self, *args: Any, **kwargs: Any) -> Any:
        """A reference that waits for the outer query."""
        if isinstance(self.name, self.__class__):
            return self.name
        return ResolvedOuterRef(self.name)

    def relabeled_clone(self, relabels: Any) -> Any:
        """Itself: the aliases of the inner query do not concern it."""
        return self


class Sliced(F):
    """Part of a text: `subscript` is an index or a slice, counted from 0.

    Raises `ValueError` for negative indexes, steps and a stop before the start, `TypeError` for what is
    neither an int nor a slice.
    """

    def __init__(self, obj: F, subscript: Any) -> None:
        super().__init__(obj.name)
        self.obj = obj
        if isinstance(subscript, int):
            first, stop, step = subscript, subscript + 1, None
        elif isinstance(subscript, slice):
            first, stop, step = subscript.start or 0, subscript.stop, subscript.step
        else:
            raise TypeError("Argument to slice must be either int or slice instance.")
        if first < 0 or (isinstance(subscript, slice) and stop is not None and stop < 0):
            raise ValueError("Negative indexing is not supported.")
        if step is not None:
            raise ValueError("Step argument is not supported.")
        if stop is not None and stop < first:
            raise ValueError("Slice stop must be greater than slice start.")
        # Databases count from 1.
        self.start = first + 1
        self.length = None if stop is None else stop - first
        self.slice = slice(first, stop)

    def __repr__(self) -> str:
        return f"{self.__class__.__name__}({self.obj!r}, {self.slice!r})"

    def resolve_expression(
        self,
        query: Any = None,
        allow_joins: bool = True,
        reuse: Any = None,
        summarize: bool = False,
        for_save: bool = False,
    ) -> Any:
        """The part of the resolved field. Raises `NotSupportedError` if the field has no parts."""
        resolved = query.resolve_ref(self.name, allow_joins, reuse, summarize)
        if isinstance(self.obj, (OuterRef, self.__class__)):
            whole = self.obj.resolve_expression(query, allow_joins, reuse, summarize, for_save)
        else:
            whole = resolved
        return resolved.output_field.slice_expression(whole, self.start, self.length)


make.f = F


publish(__name__, "db.models.expressions")
