"""What the system checks say of many-to-many relations and the models in between."""

from __future__ import annotations

from typing import Any

from vivace import checks
from vivace.conf import settings
from vivace.core.exceptions import FieldDoesNotExist
from vivace.db.schema.related.checks import composite_error
from vivace.db.schema.related.lazy import resolve_relation

__all__ = ["ManyToManyChecks"]


class ManyToManyChecks:
    """The checks of `ManyToManyField`."""

    def check(self: Any, **kwargs: Any) -> list[Any]:
        """The messages of the relation, its table, its model in between, and options that do nothing."""
        return [
            *super().check(**kwargs),  # type: ignore[misc]
            *self._check_unique(**kwargs),
            *self._check_relationship_model(**kwargs),
            *self._check_ignored_options(**kwargs),
            *self._check_table_uniqueness(**kwargs),
        ]

    def _check_unique(self: Any, **kwargs: Any) -> list[Any]:
        if not self.unique:
            return []
        return [checks.Error("ManyToManyFields cannot be unique.", obj=self, id="fields.E330")]

    def _check_ignored_options(self: Any, **kwargs: Any) -> list[Any]:
        ignored = []
        if self.has_null_arg:
            ignored.append(("null has no effect on ManyToManyField.", "fields.W340"))
        if self._validators:
            ignored.append(("ManyToManyField does not support validators.", "fields.W341"))
        if self.remote_field.symmetrical and self._related_name:
            text = (
                "related_name has no effect on ManyToManyField with a symmetrical relationship, "
                'e.g. to "self".'
            )
            ignored.append((text, "fields.W345"))
        if self.db_comment:
            ignored.append(("db_comment has no effect on ManyToManyField.", "fields.W346"))
        return [checks.Warning(text, obj=self, id=id) for text, id in ignored]

    def _check_relationship_model(self: Any, from_model: Any = None, **kwargs: Any) -> list[Any]:
        """The model in between: whether it is there, and which of its keys lead to the two ends."""
        through = self.remote_field.through
        if not self.opts.apps.knows(through, include_auto_created=True):
            return [
                checks.Error(
                    "Field specifies a many-to-many relation through model "
                    f"'{_label(through)}', which has not been installed.",
                    obj=self,
                    id="fields.E331",
                ),
                *_of_link_names(self, through),
            ]
        # The field may be inherited: from_model is the model that was asked about.
        source = from_model or self.model
        target = resolve_relation(source, self.remote_field.model)
        errors = [
            *(composite_error(self, end) for end in (source, target)),
            *_of_keys(self, source, target, through),
        ]
        return [error for error in errors if error is not None] + _of_through_fields(
            self, source, through
        )

    def _check_table_uniqueness(self: Any, **kwargs: Any) -> list[Any]:
        through = self.remote_field.through
        if isinstance(through, str) or not through._meta.managed:
            return []
        table = self.m2m_db_table()
        other = None
        for model in self.opts.apps.get_models(include_auto_created=True):
            # The last that has the table is the one that a mapping by table would have kept.
            if model != through and model._meta.managed and model._meta.db_table == table:
                other = model
        if other is None or other._meta.concrete_model == self.model._meta.concrete_model:
            return []
        text = (
            f"The field's intermediary table '{table}' clashes with the table name of "
            f"'{_named(other)}'."
        )
        if settings.DATABASE_ROUTERS:
            return [
                checks.Warning(
                    text,
                    obj=self,
                    hint=(
                        "You have configured settings.DATABASE_ROUTERS. Verify that the table of "
                        f"{_named(other)!r} is correctly routed to a separate database."
                    ),
                    id="fields.W344",
                )
            ]
        return [checks.Error(text, obj=self, id="fields.E340")]


def _named(model: Any) -> str:
    """A model by its label; one in between by the field that it was made for."""
    owner = model._meta.auto_created
    if not owner:
        return model._meta.label  # type: ignore[no-any-return]
    field = next(field for field in owner._meta.many_to_many if field.remote_field.through is model)
    return f"{owner._meta.label}.{field.name}"


def _keys_to(through: Any, target: Any) -> list[str]:
    """The names of the fields of `through` that point to the model `target`."""
    return [
        field.name
        for field in through._meta.fields
        if getattr(getattr(field, "remote_field", None), "model", None) == target
    ]


def _of_keys(field: Any, source: Any, target: Any, through: Any) -> list[Any]:
    used = f"The model is used as an intermediate model by '{field}'"
    chosen = field.remote_field.through_fields
    here = source._meta.object_name
    there = target if isinstance(target, str) else target._meta.object_name
    to_source, to_target = len(_keys_to(through, source)), len(_keys_to(through, target))
    if source == target:
        if to_source <= 2 or chosen:
            return []
        return [
            checks.Error(
                f"{used}, but it has more than two foreign keys to '{here}', which is ambiguous. "
                "You must specify which two foreign keys Django should use via the "
                "through_fields keyword argument.",
                hint="Use through_fields to specify which two foreign keys Django should use.",
                obj=through,
                id="fields.E333",
            )
        ]
    errors = []
    ends = ((to_source, "from", here, "E334"), (to_target, "to", there, "E335"))
    for count, direction, name, id in ends:
        if count > 1 and not chosen:
            errors.append(
                checks.Error(
                    f"{used}, but it has more than one foreign key {direction} '{name}', which is "
                    "ambiguous. You must specify which foreign key Django should use via the "
                    "through_fields keyword argument.",
                    hint=(
                        "If you want to create a recursive relationship, use "
                        f'ManyToManyField("self", through="{through._meta.object_name}").'
                    ),
                    obj=field,
                    id=f"fields.{id}",
                )
            )
    if not (to_source and to_target):
        errors.append(
            checks.Error(
                f"{used}, but it does not have a foreign key to '{here}' or '{there}'.",
                obj=through,
                id="fields.E336",
            )
        )
    return errors


def _label(through: Any) -> str:
    return through if isinstance(through, str) else through._meta.label


def _of_link_names(field: Any, through: Any) -> list[Any]:
    names = field.remote_field.through_fields
    if names is None or (len(names) >= 2 and names[0] and names[1]):
        return []
    return [
        checks.Error(
            "Field specifies 'through_fields' but does not provide the names of the two link "
            "fields that should be used for the relation through model "
            f"'{_label(through)}'.",
            hint="Make sure you specify 'through_fields' as through_fields=('field1', 'field2')",
            obj=field,
            id="fields.E337",
        )
    ]


def _of_through_fields(field: Any, source: Any, through: Any) -> list[Any]:
    errors = _of_link_names(field, through)
    names = field.remote_field.through_fields
    if names is None or errors:
        return errors
    for name, end in zip(names, (source, field.remote_field.model), strict=False):
        error = _of_link(field, through, name, end)
        if error is not None:
            errors.append(error)
    return errors


def _of_link(field: Any, through: Any, name: str, end: Any) -> Any:
    """What is wrong with the field `name` of `through` as the key to the model `end`; or None."""
    fitting = _keys_to(through, end)
    label = end._meta.object_name
    hint = None
    if fitting:
        hint = f"Did you mean one of the following foreign keys to '{label}': {', '.join(fitting)}?"
    try:
        link = through._meta.get_field(name)
    except FieldDoesNotExist:
        return checks.Error(
            f"The intermediary model '{through._meta.label}' has no field '{name}'.",
            hint=hint,
            obj=field,
            id="fields.E338",
        )
    if getattr(getattr(link, "remote_field", None), "model", None) == end:
        return None
    return checks.Error(
        f"'{through._meta.object_name}.{name}' is not a foreign key to '{label}'.",
        hint=hint,
        obj=field,
        id="fields.E339",
    )
