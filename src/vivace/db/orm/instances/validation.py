"""Validation of instances: fields, uniqueness, constraints, and the errors in words.

Defined by ref/models/instances of the documentation, "Validating objects". Fields that have failed
are left out of what is checked next.
"""

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING, Any

from vivace.core.exceptions import NON_FIELD_ERRORS, ValidationError
from vivace.db import connections, router
from vivace.utils.lazily import Later
from vivace.utils.translation import gettext as _

if TYPE_CHECKING:
    from vivace.db.query import expressions, f
    from vivace.db.schema.fields import composite
    from vivace.utils import text
else:
    expressions = Later("vivace.db.query.expressions")
    f = Later("vivace.db.query.f")
    composite = Later("vivace.db.schema.fields.composite")
    text = Later("vivace.utils.text")

__all__ = ["ModelValidation"]

Errors = dict[str, list[ValidationError]]
UniqueChecks = list[tuple[Any, tuple[str, ...]]]
DateChecks = list[tuple[Any, str, str, str]]


class ModelValidation:
    """The methods of `Model` that validate."""

    _meta: Any
    _state: Any

    def full_clean(
        self,
        exclude: Collection[str] | None = None,
        validate_unique: bool = True,
        validate_constraints: bool = True,
    ) -> None:
        """Clean all fields and the whole, then check uniqueness and constraints.

        Raises one `ValidationError` with the errors of all fields but those in `exclude`.
        """
        errors: Errors = {}
        left_out = set(exclude or ())
        steps = [(self.clean_fields, {"exclude": left_out}), (self.clean, {})]
        if validate_unique:
            steps.append((self.validate_unique, {"exclude": left_out}))
        if validate_constraints:
            steps.append((self.validate_constraints, {"exclude": left_out}))
        for step, arguments in steps:
            # What has failed by now tells nothing about uniqueness.
            if step not in (self.clean_fields, self.clean):
                left_out.update(name for name in errors if name != NON_FIELD_ERRORS)
            try:
                step(**arguments)
            except ValidationError as error:
                errors = error.update_error_dict(errors)
        if errors:
            raise ValidationError(errors)

    def clean(self) -> None:
        """For subclasses: check what concerns several fields, and set what follows from them."""

    def clean_fields(self, exclude: Collection[str] | None = None) -> None:
        """Convert and validate the value of each field but those in `exclude`."""
        errors: Errors = {}
        for field in self._meta.fields:
            if (exclude and field.name in exclude) or field.generated:
                continue
            value = getattr(self, field.attname)
            if field.blank and value in field.empty_values:
                continue
            # The database will set it.
            if isinstance(value, expressions.DatabaseDefault):
                continue
            try:
                setattr(self, field.attname, field.clean(value, self))
            except ValidationError as error:
                errors[field.name] = error.error_list
        if errors:
            raise ValidationError(errors)

    # --- uniqueness

    def validate_unique(self, exclude: Collection[str] | None = None) -> None:
        """Check that no other row has the values that must be unique."""
        unique_checks, date_checks = self._get_unique_checks(exclude=exclude)
        errors = self._perform_unique_checks(unique_checks)
        for name, found in self._perform_date_checks(date_checks).items():
            errors.setdefault(name, []).extend(found)
        if errors:
            raise ValidationError(errors)

    def _get_unique_checks(
        self, exclude: Collection[str] | None = None, include_meta_constraints: bool = False
    ) -> tuple[UniqueChecks, DateChecks]:
        """What must be unique: ``(model, names)``, and ``(model, period, name, date's name)``."""
        left_out = set(exclude or ())
        models = [type(self), *self._meta.all_parents]
        together = [(model, names) for model in models for names in model._meta.unique_together]
        if include_meta_constraints:
            together += [
                (model, constraint.fields)
                for model in models
                for constraint in model._meta.total_unique_constraints
            ]
        unique_checks = [
            (model, tuple(names)) for model, names in together if left_out.isdisjoint(names)
        ]
        date_checks: DateChecks = []
        for model in models:
            for field in model._meta.local_fields:
                name = field.name
                if name in left_out:
                    continue
                if isinstance(field, composite.CompositePrimaryKey):
                    if left_out.isdisjoint(field.field_names):
                        unique_checks.append((model, field.field_names))
                elif field.unique:
                    unique_checks.append((model, (name,)))
                for period in ("date", "year", "month"):
                    date_name = getattr(field, f"unique_for_{period}")
                    if date_name and date_name not in left_out:
                        date_checks.append((model, period, name, date_name))
        return unique_checks, date_checks

    def _perform_unique_checks(self, unique_checks: UniqueChecks) -> Errors:
        errors: Errors = {}
        for model, names in unique_checks:
            lookups = self._unique_lookups(names)
            if len(lookups) != len(names):
                continue
            if self._others(model, lookups).exists():
                key = names[0] if len(names) == 1 else NON_FIELD_ERRORS
                errors.setdefault(key, []).append(self.unique_error_message(model, names))
        return errors

    def _unique_lookups(self, names: Sequence[str]) -> dict[str, Any]:
        """The values to look for, without those that no other row can have."""
        lookups = {}
        for name in names:
            field = self._meta.get_field(name)
            value = getattr(self, field.attname)
            # Nulls are all different from each other.
            if value is None or (isinstance(value, tuple) and None in value):
                continue
            if value == "" and self._empty_strings_are_nulls():
                continue
            # The primary key of a saved row is its own, and so is each part of one.
            if not self._state.adding and (field.primary_key or field in self._meta.pk_fields):
                continue
            lookups[str(name)] = value
        return lookups

    def _empty_strings_are_nulls(self) -> bool:
        alias = router.db_for_read(type(self), instance=self)
        return bool(connections[alias].features.interprets_empty_strings_as_nulls)

    def _others(self, model: Any, lookups: dict[str, Any]) -> Any:
        found = model._default_manager.filter(**lookups)
        if not self._state.adding and self._is_pk_set(model._meta):  # type: ignore[attr-defined]
            found = found.exclude(pk=self._get_pk_val(model._meta))  # type: ignore[attr-defined]
        return found

    def _perform_date_checks(self, date_checks: DateChecks) -> Errors:
        errors: Errors = {}
        for model, period, name, date_name in date_checks:
            date = getattr(self, date_name)
            if date is None:
                continue
            parts = ("day", "month", "year") if period == "date" else (period,)
            lookups = {f"{date_name}__{part}": getattr(date, part) for part in parts}
            lookups[name] = getattr(self, name)
            if self._others(model, lookups).exists():
                message = self.date_error_message(period, name, date_name)
                errors.setdefault(name, []).append(message)
        return errors

    def date_error_message(
        self, lookup_type: str, field_name: str, unique_for: str
    ) -> ValidationError:
        """The error of a value that exists already for the same day, month or year."""
        meta = self._meta
        field = meta.get_field(field_name)
        return ValidationError(
            message=field.error_messages["unique_for_date"],
            code="unique_for_date",
            params={
                "model": self,
                "model_name": text.capfirst(meta.verbose_name),
                "lookup_type": lookup_type,
                "field": field_name,
                "field_label": text.capfirst(field.verbose_name),
                "date_field": unique_for,
                "date_field_label": text.capfirst(meta.get_field(unique_for).verbose_name),
            },
        )

    def unique_error_message(
        self, model_class: Any, unique_check: Sequence[str]
    ) -> ValidationError:
        """The error of values of `model_class` that exist already."""
        meta = model_class._meta
        params = {
            "model": self,
            "model_class": model_class,
            "model_name": text.capfirst(meta.verbose_name),
            "unique_check": unique_check,
        }
        if len(unique_check) == 1:
            field = meta.get_field(unique_check[0])
            params["field_label"] = text.capfirst(field.verbose_name)
            return ValidationError(field.error_messages["unique"], code="unique", params=params)
        labels = [text.capfirst(meta.get_field(name).verbose_name) for name in unique_check]
        params["field_labels"] = text.get_text_list(labels, _("and"))
        return ValidationError(
            message=_("%(model_name)s with this %(field_labels)s already exists."),
            code="unique_together",
            params=params,
        )

    # --- constraints

    def get_constraints(self) -> list[tuple[Any, list[Any]]]:
        """The constraints of this model and of its parents, by model."""
        own = [(type(self), self._meta.constraints)]
        return own + [
            (parent, parent._meta.constraints)
            for parent in self._meta.all_parents
            if parent._meta.constraints
        ]

    def validate_constraints(self, exclude: Collection[str] | None = None) -> None:
        """Check the constraints that concern no field in `exclude`."""
        using = router.db_for_write(type(self), instance=self)
        errors: Errors = {}
        for model, constraints in self.get_constraints():
            for constraint in constraints:
                try:
                    constraint.validate(model, self, exclude=exclude, using=using)
                except ValidationError as error:
                    fields: Sequence[str] = getattr(constraint, "fields", ())
                    if getattr(error, "code", None) == "unique" and len(fields) == 1:
                        errors.setdefault(fields[0], []).append(error)
                    else:
                        errors = error.update_error_dict(errors)
        if errors:
            raise ValidationError(errors)

    def _get_field_expression_map(
        self, meta: Any, exclude: Collection[str] | None = None
    ) -> dict[str, Any]:
        """The values of this instance as expressions, by field, for constraints to check."""
        left_out = set(exclude or ())
        values: dict[str, Any] = {}
        generated = []
        for field in meta.local_concrete_fields:
            if field.name in left_out:
                continue
            if field.generated:
                references = self._get_expr_references(field.expression)  # type: ignore[attr-defined]
                if all(reference[0] not in left_out for reference in references):
                    generated.append(field)
                continue
            value = getattr(self, field.attname)
            if not value or not hasattr(value, "resolve_expression"):
                value = expressions.Value(value, field)
            values[field.name] = value
        if "pk" not in left_out:
            values["pk"] = expressions.Value(self.pk, meta.pk)  # type: ignore[attr-defined]
        replacements = {f.F(name): value for name, value in values.items()}
        for field in generated:
            values[field.name] = field.expression.replace_expressions(replacements)
        return values
