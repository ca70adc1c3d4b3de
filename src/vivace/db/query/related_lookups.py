"""Lookups of relations: with instances, primary keys and queries, over one column or several."""

from __future__ import annotations

from typing import Any

from vivace.db.query.columns import ColPairs
from vivace.db.query.lookups.comparison import (
    Exact,
    GreaterThan,
    GreaterThanOrEqual,
    In,
    IsNull,
    LessThan,
    LessThanOrEqual,
)
from vivace.db.query.q import Q
from vivace.db.query.tuple_lookups import tuple_lookups
from vivace.db.schema.fields.composite import CompositePrimaryKey
from vivace.db.schema.related.base import RelatedField
from vivace.db.schema.related.foreign_object import ForeignObject
from vivace.utils.naming import publish

__all__ = [
    "RelatedExact",
    "RelatedGreaterThan",
    "RelatedGreaterThanOrEqual",
    "RelatedIn",
    "RelatedIsNull",
    "RelatedLessThan",
    "RelatedLessThanOrEqual",
    "RelatedLookupMixin",
    "get_normalized_value",
]


def _is_instance(value: Any) -> bool:
    return hasattr(value, "_meta") and not isinstance(value, type)


def get_normalized_value(value: Any, lhs: Any) -> tuple[Any, ...]:
    """`value` as a tuple: of an instance, the values that the relation `lhs` points to.

    Raises `ValueError` for an instance that is not saved.
    """
    if not _is_instance(value):
        return value if isinstance(value, tuple) else (value,)
    if not value._is_pk_set():
        raise ValueError("Model instances passed to related filters must be saved.")
    values: list[Any] = []
    for source in lhs.output_field.path_infos[-1].target_fields:
        # The instance may be of the model at the end of a chain of relations that are primary keys.
        while not isinstance(value, source.model) and source.remote_field:
            source = source.remote_field.model._meta.get_field(source.remote_field.field_name)
        try:
            found = getattr(value, source.attname)
        except AttributeError:
            # The field belongs to another model: what it is filled with is the primary key.
            return (value.pk,)
        # A composite primary key is one field of several values.
        values.extend(found if isinstance(source, CompositePrimaryKey) else [found])
    return tuple(values)


def _target_field(lhs: Any) -> Any:
    return lhs.output_field.path_infos[-1].target_fields[-1]


@ForeignObject.register_lookup
class RelatedIn(In):
    """Pointing to one of several objects, or to a row of a query."""

    def get_prep_lookup(self) -> Any:
        if isinstance(self.lhs, ColPairs):
            return super().get_prep_lookup() if not self.rhs_is_direct_value() else self.rhs
        if self.rhs_is_direct_value():
            values = [get_normalized_value(each, self.lhs)[0] for each in self.rhs]
            if hasattr(self.lhs.output_field, "path_infos"):
                target = _target_field(self.lhs)
                values = [target.get_prep_value(each) for each in values]
            self.rhs = values
        elif not getattr(self.rhs, "has_select_fields", True) and not getattr(
            self.lhs.field.target_field, "primary_key", False
        ):
            # The relation points to another field than the primary key, which a query gives else.
            field = self.lhs.output_field
            primary = getattr(field, "primary_key", False) and field.model == self.rhs.model
            name = self.lhs.field.name if primary else self.lhs.field.target_field.name
            self.rhs.set_values([name])
        return super().get_prep_lookup()

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        if not isinstance(self.lhs, ColPairs):
            return super().as_sql(compiler, connection)
        rows = self.rhs
        if self.rhs_is_direct_value():
            rows = [get_normalized_value(each, self.lhs) for each in self.rhs]
        elif not getattr(rhs := self.rhs, "has_select_fields", True):
            rhs.set_values([field.name for field in self.lhs.sources])
        return compiler.compile(tuple_lookups["in"](self.lhs, rows))


class RelatedLookupMixin:
    """Takes instances for what they are pointed to by."""

    lhs: Any
    rhs: Any
    lookup_name: Any

    def get_prep_lookup(self) -> Any:
        """The value that the relation holds for the right side."""
        if not isinstance(self.lhs, ColPairs) and not hasattr(self.rhs, "resolve_expression"):
            self.rhs = get_normalized_value(self.rhs, self.lhs)[0]
            if self.prepare_rhs and hasattr(self.lhs.output_field, "path_infos"):  # type: ignore[attr-defined]
                self.rhs = _target_field(self.lhs).get_prep_value(self.rhs)
        if isinstance(self.lhs, ColPairs):
            return self.rhs
        return super().get_prep_lookup()  # type: ignore[misc]

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        """The comparison, of rows if the relation has several columns."""
        if not isinstance(self.lhs, ColPairs):
            return super().as_sql(compiler, connection)  # type: ignore[misc]
        if not self.rhs_is_direct_value():  # type: ignore[attr-defined]
            raise ValueError(f"{self.lookup_name!r} doesn't support multi-column subqueries.")
        rhs = self.rhs
        if self.lookup_name != "isnull":
            rhs = get_normalized_value(rhs, self.lhs)
        return compiler.compile(tuple_lookups[self.lookup_name](self.lhs, rhs))


@ForeignObject.register_lookup
class RelatedLessThan(RelatedLookupMixin, LessThan):
    """Pointing to what is less."""


@ForeignObject.register_lookup
class RelatedGreaterThan(RelatedLookupMixin, GreaterThan):
    """Pointing to what is greater."""


@ForeignObject.register_lookup
class RelatedGreaterThanOrEqual(RelatedLookupMixin, GreaterThanOrEqual):
    """Pointing to what is greater or equal."""


@ForeignObject.register_lookup
class RelatedLessThanOrEqual(RelatedLookupMixin, LessThanOrEqual):
    """Pointing to what is less or equal."""


@ForeignObject.register_lookup
class RelatedExact(RelatedLookupMixin, Exact):
    """Pointing to the object."""


@ForeignObject.register_lookup
class RelatedIsNull(RelatedLookupMixin, IsNull):
    """Pointing to nothing, if the right side is True."""


RelatedField.q_class = Q


publish(__name__, "db.models.fields.related_lookups")
