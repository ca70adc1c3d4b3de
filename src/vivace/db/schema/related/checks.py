"""What the system checks say of relations: ``fields.E3xx`` and ``fields.W3xx`` of ref/checks."""

from __future__ import annotations

from typing import Any

from vivace import checks
from vivace.db.schema.constants import LOOKUP_SEP

__all__ = ["ForeignObjectChecks", "RelationChecks"]


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
        if name is None or _is_identifier(name) or name.endswith("+"):
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
        missing = target not in self.opts.apps.get_models(include_auto_created=True)
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
        if (
            target in self.opts.apps.get_models()
            or isinstance(target, str)
            or not target._meta.swapped
        ):
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
        clash = _Clashes(self, target)
        # A relation that is not seen from there has no accessor that could clash.
        accessor = None if self.remote_field.hidden else self.remote_field.accessor_name
        query_name = self.related_query_name()
        for field in (*target.fields, *target.many_to_many):
            where = f"{target.label}.{field.name}"
            if accessor is not None and field.name == accessor:
                clash.add("accessor", accessor, f"field name '{where}'", where, "E302")
            if field.name == query_name:
                clash.add("query name", query_name, f"field name '{where}'", where, "E303")
        for rel in target.related_objects:
            if rel.field is self:
                continue
            where = f"{rel.related_model._meta.label}.{rel.field.name}"
            if accessor is not None and rel.accessor_name == accessor:
                clash.add("accessor", accessor, f"reverse accessor for '{where}'", where, "E304")
            if rel.name == query_name:
                clash.add(
                    "query name", query_name, f"reverse query name for '{where}'", where, "E305"
                )
        return clash.errors


class _Clashes:
    def __init__(self, field: Any, target: Any) -> None:
        self.field = field
        self.errors: list[Any] = []
        self.mine = f"{field.model._meta.label}.{field.name}"
        self.target = target

    def add(self, kind: str, name: str, other: str, where: str, id: str) -> None:
        shown = name if kind == "query name" else f"{self.target.object_name}.{name}"
        hint = (
            f"Add or change a related_name argument to the definition for '{self.mine}' or '{where}'."
            if "reverse" in other
            else f"Rename field '{where}', or add/change a related_name argument to the "
            f"definition for field '{self.mine}'."
        )
        self.errors.append(
            checks.Error(
                f"Reverse {kind} '{shown}' for '{self.mine}' clashes with {other}.",
                hint=hint,
                obj=self.field,
                id=f"fields.{id}",
            )
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
        known = {field.name for field in target._meta.get_fields()} | set(
            target._meta._forward_fields_map
        )
        return [
            checks.Error(
                f"The to_field '{name}' doesn't exist on the related model '{target._meta.label}'.",
                obj=self,
                id="fields.E312",
            )
            for name in self.to_fields
            if name and name not in known
        ]

    def _check_to_fields_composite_pk(self: Any) -> list[Any]:
        return _composite_errors(self, self.remote_field.model, [self.model])

    def _check_unique_target(self: Any) -> list[Any]:
        target = self.remote_field.model
        if isinstance(target, str) or not self.requires_unique_target:
            return []
        try:
            pointed_to = self.foreign_related_fields
        except checks_missing:
            return []
        if not pointed_to or any(field.unique for field in pointed_to):
            return []
        names = frozenset(field.name for field in pointed_to)
        meta = target._meta
        unique_sets = [frozenset(each) for each in meta.unique_together]
        unique_sets += [frozenset(each.fields) for each in meta.total_unique_constraints]
        if any(each <= names for each in unique_sets):
            return []
        return [_not_unique(self, pointed_to, meta)]


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


def _composite_errors(field: Any, target: Any, others: list[Any]) -> list[Any]:
    return []


def _is_identifier(name: str) -> bool:
    return name.isidentifier()
