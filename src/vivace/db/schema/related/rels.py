"""The other ends of relations: what the model that is pointed to knows of the field.

They stand beside fields in ``_meta.get_fields()`` and answer the same questions. Documented at
ref/models/fields (field attribute reference) and ref/models/meta.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from typing import Any

from vivace.core.exceptions import FieldDoesNotExist, FieldError
from vivace.db.schema.fields.base import BLANK_CHOICE_DASH
from vivace.db.schema.fields.caching import FieldCacheMixin
from vivace.utils.deprecation import RemovedInDjango60Warning
from vivace.utils.functional import cached_property
from vivace.utils.hashable import make_hashable
from vivace.utils.naming import published

__all__ = ["ForeignObjectRel", "ManyToManyRel", "ManyToOneRel", "OneToOneRel"]


@published("db.models.fields.reverse_related.ForeignObjectRel")
class ForeignObjectRel(FieldCacheMixin):
    """The other end of a `ForeignObject`: `field` points to the model `model`."""

    auto_created = True
    concrete = False
    editable = False
    is_relation = True
    # There may be no row that points here.
    null = True
    empty_strings_allowed = False

    # Whether many rows may point to one; of models whose relation to themselves goes both ways.
    multiple = True
    symmetrical = False

    def __init__(
        self,
        field: Any,
        to: Any,
        related_name: str | None = None,
        related_query_name: str | None = None,
        limit_choices_to: Any = None,
        parent_link: bool = False,
        on_delete: Any = None,
    ) -> None:
        self.field = field
        self.model = to
        self.related_name = related_name
        self.related_query_name = related_query_name
        self.limit_choices_to = {} if limit_choices_to is None else limit_choices_to
        self.parent_link = parent_link
        self.on_delete = on_delete
        self.symmetrical = False
        self.multiple = True

    @cached_property
    def hidden(self) -> bool:
        """Whether the relation shall not be seen from here: its name ends with "+"."""
        return bool(self.related_name) and self.related_name[-1] == "+"  # type: ignore[index]

    @cached_property
    def name(self) -> str:
        """The name in queries."""
        return self.field.related_query_name()  # type: ignore[no-any-return]

    @property
    def remote_field(self) -> Any:
        """The field."""
        return self.field

    @property
    def target_field(self) -> Any:
        """The field that the relation ends at, seen from here."""
        target_fields = self.path_infos[-1].target_fields
        if len(target_fields) > 1:
            raise FieldError("Can't use target_field for multicolumn relations.")
        return target_fields[0]

    @cached_property
    def related_model(self) -> Any:
        """The model that the field is defined on."""
        if not self.field.model:
            raise AttributeError(
                "This property can't be accessed before self.field.contribute_to_class "
                "has been called."
            )
        return self.field.model

    @cached_property
    def many_to_many(self) -> Any:
        """Whether many may have many."""
        return self.field.many_to_many

    @cached_property
    def many_to_one(self) -> Any:
        """Whether many here may have one there."""
        return self.field.one_to_many

    @cached_property
    def one_to_many(self) -> Any:
        """Whether one here may have many there."""
        return self.field.many_to_one

    @cached_property
    def one_to_one(self) -> Any:
        """Whether each has at most one."""
        return self.field.one_to_one

    def get_lookup(self, lookup_name: str) -> Any:
        """The field's lookup of that name."""
        return self.field.get_lookup(lookup_name)

    def get_lookups(self) -> dict[str, Any]:
        """The field's lookups."""
        return self.field.get_lookups()  # type: ignore[no-any-return]

    def get_transform(self, name: str) -> Any:
        """The field's transform of that name."""
        return self.field.get_transform(name)

    def get_internal_type(self) -> str:
        """The field's type."""
        return self.field.get_internal_type()  # type: ignore[no-any-return]

    @property
    def db_type(self) -> Any:
        """The field's method."""
        return self.field.db_type

    def __repr__(self) -> str:
        meta = self.related_model._meta
        return f"<{type(self).__name__}: {meta.app_label}.{meta.model_name}>"

    @property
    def identity(self) -> tuple[Any, ...]:
        """What two ends must have in common to be equal."""
        return (
            self.field,
            self.model,
            self.related_name,
            self.related_query_name,
            make_hashable(self.limit_choices_to),
            self.parent_link,
            self.on_delete,
            self.symmetrical,
            self.multiple,
        )

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, self.__class__):
            return NotImplemented
        return self.identity == other.identity

    def __hash__(self) -> int:
        return hash(self.identity)

    def __getstate__(self) -> dict[str, Any]:
        # A model made on the way, of a migration's state, cannot be found again by its name.
        state = self.__dict__.copy()
        state.pop("related_model", None)
        # Worked out anew when asked for; they lead to every model there is.
        state.pop("path_infos", None)
        return state

    def get_choices(
        self,
        include_blank: bool = True,
        blank_choice: Any = BLANK_CHOICE_DASH,
        limit_choices_to: Any = None,
        ordering: Sequence[Any] = (),
    ) -> list[tuple[Any, str]]:
        """Pairs of key and text of the rows that may point here, after `blank_choice`."""
        rows = self.related_model._default_manager.complex_filter(
            limit_choices_to or self.limit_choices_to
        )
        if ordering:
            rows = rows.order_by(*ordering)
        first = blank_choice if include_blank else []
        return first + [(row.pk, str(row)) for row in rows]

    def get_joining_fields(self) -> tuple[tuple[Any, Any], ...]:
        """Pairs of fields that are equal in a join, the one of this side first."""
        return self.field.get_reverse_joining_fields()  # type: ignore[no-any-return]

    def get_joining_columns(self) -> tuple[tuple[str, str], ...]:
        """Pairs of columns that are equal in a join; `get_joining_fields` is its successor."""
        warnings.warn(
            "ForeignObjectRel.get_joining_columns() is deprecated. Use get_joining_fields() instead.",
            RemovedInDjango60Warning,
            stacklevel=2,
        )
        return self.field.get_reverse_joining_columns()  # type: ignore[no-any-return]

    def get_extra_restriction(self, alias: str, related_alias: str) -> Any:
        """What else must hold in a join."""
        return self.field.get_extra_restriction(related_alias, alias)

    def set_field_name(self) -> None:
        """Learn which field is pointed to; there may be several here, and so no one."""
        self.field_name: Any = None

    @cached_property
    def accessor_name(self) -> str | None:
        """The attribute of instances that leads to the rows that point here."""
        return self.get_accessor_name()

    def get_accessor_name(self, model: Any = None) -> str | None:
        """`accessor_name`, of the relation as it is defined on `model`."""
        model = model or self.related_model
        if self.multiple and self.symmetrical and model == self.model:
            # The relation back is the relation itself.
            return None
        if self.related_name:
            return self.related_name
        return model._meta.model_name + ("_set" if self.multiple else "")  # type: ignore[no-any-return]

    def get_path_info(self, filtered_relation: Any = None) -> Any:
        """The steps to the model that the field is defined on."""
        if filtered_relation:
            return self.field.get_reverse_path_info(filtered_relation)
        return self.field.reverse_path_infos

    @cached_property
    def path_infos(self) -> Any:
        """`get_path_info`, made once."""
        return self.get_path_info()

    @cached_property
    def cache_name(self) -> Any:
        """The key under which instances keep the object that points here."""
        return self.accessor_name


@published("db.models.fields.reverse_related.ManyToOneRel")
class ManyToOneRel(ForeignObjectRel):
    """The other end of a `ForeignKey`, which points to the field `field_name`."""

    def __init__(
        self,
        field: Any,
        to: Any,
        field_name: str | None,
        related_name: str | None = None,
        related_query_name: str | None = None,
        limit_choices_to: Any = None,
        parent_link: bool = False,
        on_delete: Any = None,
    ) -> None:
        super().__init__(
            field,
            to,
            related_name=related_name,
            related_query_name=related_query_name,
            limit_choices_to=limit_choices_to,
            parent_link=parent_link,
            on_delete=on_delete,
        )
        self.field_name = field_name

    @property
    def identity(self) -> tuple[Any, ...]:
        """As of `ForeignObjectRel`, with the field that is pointed to."""
        return (*super().identity, self.field_name)

    def get_related_field(self) -> Any:
        """The field that is pointed to."""
        field = self.model._meta.get_field(self.field_name)
        if not field.concrete:
            raise FieldDoesNotExist(f"No related field named '{self.field_name}'")
        return field

    def set_field_name(self) -> None:
        """Learn which field is pointed to: the primary key unless another was named."""
        self.field_name = self.field_name or self.model._meta.pk.name


@published("db.models.fields.reverse_related.OneToOneRel")
class OneToOneRel(ManyToOneRel):
    """The other end of a `OneToOneField`."""

    def __init__(
        self,
        field: Any,
        to: Any,
        field_name: str | None,
        related_name: str | None = None,
        related_query_name: str | None = None,
        limit_choices_to: Any = None,
        parent_link: bool = False,
        on_delete: Any = None,
    ) -> None:
        super().__init__(
            field,
            to,
            field_name,
            related_name=related_name,
            related_query_name=related_query_name,
            limit_choices_to=limit_choices_to,
            parent_link=parent_link,
            on_delete=on_delete,
        )
        self.multiple = False


@published("db.models.fields.reverse_related.ManyToManyRel")
class ManyToManyRel(ForeignObjectRel):
    """The other end of a `ManyToManyField`, and the model `through` in between."""

    def __init__(
        self,
        field: Any,
        to: Any,
        related_name: str | None = None,
        related_query_name: str | None = None,
        limit_choices_to: Any = None,
        symmetrical: bool = True,
        through: Any = None,
        through_fields: Any = None,
        db_constraint: bool = True,
    ) -> None:
        super().__init__(
            field,
            to,
            related_name=related_name,
            related_query_name=related_query_name,
            limit_choices_to=limit_choices_to,
        )
        if through and not db_constraint:
            raise ValueError("Can't supply a through model and db_constraint=False")
        self.through = through
        if through_fields and not through:
            raise ValueError("Cannot specify through_fields without a through model")
        self.through_fields = through_fields
        self.symmetrical = symmetrical
        self.db_constraint = db_constraint

    @property
    def identity(self) -> tuple[Any, ...]:
        """As of `ForeignObjectRel`, with the model in between."""
        return (
            *super().identity,
            self.through,
            make_hashable(self.through_fields),
            self.db_constraint,
        )

    def get_related_field(self) -> Any:
        """The field of the target that the model in between points to."""
        if self.through_fields:
            field = self.through._meta.get_field(self.through_fields[0])
        else:
            for field in self.through._meta.fields:
                rel = getattr(field, "remote_field", None)
                if rel and rel.model == self.model:
                    break
        return field.foreign_related_fields[0]
