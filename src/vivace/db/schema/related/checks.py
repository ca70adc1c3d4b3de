"""What the system checks say of relations: ``fields.E3xx`` and ``fields.W3xx`` of ref/checks."""

from __future__ import annotations

from keyword import iskeyword
from typing import Any

from vivace import checks
from vivace.core.exceptions import FieldDoesNotExist
from vivace.db.schema.constants import LOOKUP_SEP

__all__ = ["ForeignObjectChecks", "RelationChecks", "composite_error"]


class RelationChecks:
    """The checks that all fields with a target have."""

    def check(self: Any, **kwargs: Any) -> list[Any]:
        """The messages of the field, of its names on the other side, and of clashes there."""
        return [
            *super().check(**kwargs),  # type: ignore[misc]
            *self._check_related_name_is_valid(),
            *self._check_related_query_name_is_valid(),
            *self._check_relation_model_exists(),
            *self._check_referencing_to_swapped_model(),
            *self._check_clashes(),
        ]

    def _check_related_name_is_valid(self: Any) -> list[Any]:
        name = self.remote_field.related_name
        if name is None or name.endswith("+") or (name.isidentifier() and not iskeyword(name)):
            return []
        return [
            checks.Error(
                f"The name '{name}' is invalid related_name for field "
                f"{self.model._meta.object_name}.{self.name}",
                hint="Related name must be a valid Python identifier or end with a '+'",
                obj=self,
                id="fields.E306",
            )
        ]

    def _check_related_query_name_is_valid(self: Any) -> list[Any]:
        if self.remote_field.hidden:
            return []
        name = self.related_query_name()
        hint = "Add or change a related_name or related_query_name argument for this field."
        errors = []
        if name.endswith("_"):
            errors.append(
                checks.Error(
                    f"Reverse query name '{name}' must not end with an underscore.",
                    hint=hint,
                    obj=self,
                    id="fields.E308",
                )
            )
        if LOOKUP_SEP in name:
            errors.append(
                checks.Error(
                    f"Reverse query name '{name}' must not contain '{LOOKUP_SEP}'.",
                    hint=hint,
                    obj=self,
                    id="fields.E309",
                )
            )
        return errors

    def _check_relation_model_exists(self: Any) -> list[Any]:
        target = self.remote_field.model
        name = target if isinstance(target, str) else target.__name__
        missing = not self.opts.apps.knows(target, include_auto_created=True)
        if missing and (isinstance(target, str) or not target._meta.swapped):
            return [
                checks.Error(
                    f"Field defines a relation with model '{name}', which is either "
                    "not installed, or is abstract.",
                    obj=self,
                    id="fields.E300",
                )
            ]
        return []

    def _check_referencing_to_swapped_model(self: Any) -> list[Any]:
        target = self.remote_field.model
        if self.opts.apps.knows(target) or isinstance(target, str) or not target._meta.swapped:
            return []
        return [
            checks.Error(
                f"Field defines a relation with the model '{target._meta.label}', which has been "
                "swapped out.",
                hint=f"Update the relation to point at 'settings.{target._meta.swappable}'.",
                obj=self,
                id="fields.E301",
            )
        ]

    def _check_clashes(self: Any) -> list[Any]:
        """Names that the field gives to the other model, and that mean something else there."""
        # What is not resolved was told of by other checks.
        if isinstance(self.remote_field.model, str):
            return []
        target = self.remote_field.model._meta
        # A relation that is not seen from there has no accessor that could clash.
        accessor = None if self.remote_field.hidden else self.remote_field.accessor_name
        query_name = self.related_query_name()
        clashes: list[tuple[bool, str, Any, Any]] = []
        for field in (*target.fields, *target.many_to_many):
            if accessor is not None and field.name == accessor:
                clashes.append((True, "E302", target, field))
            if field.name == query_name:
                clashes.append((False, "E303", target, field))
        for rel in target.related_objects:
            if rel.field is self:
                continue
            if accessor is not None and rel.accessor_name == accessor:
                clashes.append((True, "E304", rel.related_model._meta, rel.field))
            # An accessor of that name could not be told from it in queries.
            if rel.accessor_name == query_name:
                clashes.append((False, "E305", rel.related_model._meta, rel.field))
        return [
            _clash(
                self,
                f"{target.object_name}.{accessor}" if named else None,
                id,
                f"{meta.label}.{other.name}",
            )
            for named, id, meta, other in clashes
        ]


_CLASHES_WITH = {
    "E302": "field name",
    "E303": "field name",
    "E304": "reverse accessor for",
    "E305": "reverse query name for",
}


def _clash(field: Any, accessor: str | None, id: str, where: str) -> Any:
    """The error that what leads back by `field`, or its name in queries, means `where` already."""
    mine = f"{field.model._meta.label}.{field.name}"
    what = f"Reverse accessor '{accessor}'" if accessor else "Reverse query name"
    other = _CLASHES_WITH[id]
    if other == "field name":
        hint = (
            f"Rename field '{where}', or add/change a related_name argument to the definition for "
            f"field '{mine}'."
        )
    else:
        hint = f"Add or change a related_name argument to the definition for '{mine}' or '{where}'."
    return checks.Error(
        f"{what} for '{mine}' clashes with {other} '{where}'.",
        hint=hint,
        obj=field,
        id=f"fields.{id}",
    )


class ForeignObjectChecks:
    """The checks of what is pointed to."""

    def check(self: Any, **kwargs: Any) -> list[Any]:
        """The messages of the relation, and of the fields that it points to."""
        return [
            *super().check(**kwargs),  # type: ignore[misc]
            *self._check_to_fields_exist(),
            *self._check_to_fields_composite_pk(),
            *self._check_unique_target(),
        ]

    def _check_to_fields_exist(self: Any) -> list[Any]:
        target = self.remote_field.model
        if isinstance(target, str):
            return []
        return [
            checks.Error(
                f"The to_field '{name}' doesn't exist on the related model '{target._meta.label}'.",
                obj=self,
                id="fields.E312",
            )
            for name in self.to_fields
            if name and not _has_field(target, name)
        ]

    def _check_to_fields_composite_pk(self: Any) -> list[Any]:
        target = self.remote_field.model
        if isinstance(target, str):
            return []
        # Its parts may be pointed to, one by one.
        if all(name not in (None, "pk") for name in self.to_fields):
            return []
        error = composite_error(self, target)
        return [] if error is None else [error]

    def _check_unique_target(self: Any) -> list[Any]:
        target = self.remote_field.model
        if isinstance(target, str) or not self.requires_unique_target:
            return []
        try:
            pointed_to = self.foreign_related_fields
        except FieldDoesNotExist:
            return []
        if not pointed_to or any(field.unique for field in pointed_to):
            return []
        meta = target._meta
        unique = [*meta.unique_together, *(each.fields for each in meta.total_unique_constraints)]
        if meta.is_composite_pk:
            unique.append(meta.pk.field_names)
        names = {field.name for field in pointed_to}
        if any(names.issuperset(each) for each in unique):
            return []
        return [_not_unique(self, pointed_to, meta)]


def _has_field(model: Any, name: str) -> bool:
    try:
        model._meta.get_field(name)
    except FieldDoesNotExist:
        return False
    return True


def composite_error(field: Any, model: Any) -> Any:
    """The error that `model`, an end of the relation, has a key of several fields; else None."""
    if isinstance(model, str) or not model._meta.is_composite_pk:
        return None
    return checks.Error(
        f"Field defines a relation involving model {model._meta.object_name!r} which has a "
        "CompositePrimaryKey and such relations are not supported.",
        obj=field,
        id="fields.E347",
    )


def _not_unique(field: Any, pointed_to: Any, meta: Any) -> Any:
    if len(pointed_to) > 1:
        names = ", ".join(f"'{each.name}'" for each in pointed_to)
        return checks.Error(
            f"No subset of the fields {names} on model '{meta.object_name}' is unique.",
            hint=(
                "Mark a single field as unique=True or add a set of fields to a unique "
                "constraint (via unique_together or a UniqueConstraint (without condition) in "
                "the model Meta.constraints)."
            ),
            obj=field,
            id="fields.E310",
        )
    return checks.Error(
        f"'{meta.object_name}.{pointed_to[0].name}' must be unique because it is referenced by a "
        "foreign key.",
        hint=(
            "Add unique=True to this field or add a UniqueConstraint (without condition) in the "
            "model Meta.constraints."
        ),
        obj=field,
        id="fields.E311",
    )
