"""Formsets for the rows of a model.

Documented at topics/forms/modelforms. SECURITY: a form says by its key which row it is for. Only rows
of the formset's queryset are changed or deleted; a key of another row leaves it alone, and makes no
new row either (CVE-2026-87975).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

from vivace.core.exceptions import NON_FIELD_ERRORS, ImproperlyConfigured, ValidationError
from vivace.db.models import AutoField, ForeignKey
from vivace.db.models.utils import AltersData
from vivace.forms.formsets import BaseFormSet, formset_factory
from vivace.forms.modelfields import ModelChoiceField
from vivace.forms.modelforms import ModelForm, modelform_factory
from vivace.forms.widgets import HiddenInput
from vivace.utils.functional import cached_property
from vivace.utils.hashable import make_hashable
from vivace.utils.naming import publish, published
from vivace.utils.text import get_text_list
from vivace.utils.translation import gettext as _

__all__ = ["BaseModelFormSet", "modelformset_factory"]


def _is_chosen_by_database(pk: Any) -> bool:
    """Whether a key is not for the user to enter, be it the parent's."""
    if not pk.editable or pk.auto_created or isinstance(pk, AutoField):
        return True
    rel = pk.remote_field
    return bool(rel and rel.parent_link and _is_chosen_by_database(rel.model._meta.pk))


@published("forms.models.BaseModelFormSet")
class BaseModelFormSet(BaseFormSet, AltersData):
    """A formset whose first forms edit the rows of `queryset`; `initial` is for the others."""

    model: Any = None
    # No forms for more.
    edit_only = False
    # Names of fields that have one value in all forms.
    unique_fields: Any = set()

    new_objects: list[Any]
    changed_objects: list[tuple[Any, list[str]]]
    deleted_objects: list[Any]
    saved_forms: list[Any]

    def __init__(
        self,
        data: Any = None,
        files: Any = None,
        auto_id: Any = "id_%s",
        prefix: str | None = None,
        queryset: Any = None,
        *,
        initial: Any = None,
        **kwargs: Any,
    ) -> None:
        self.queryset = queryset
        self.initial_extra = initial
        super().__init__(data=data, files=files, auto_id=auto_id, prefix=prefix, **kwargs)

    def initial_form_count(self) -> int:
        """The number of rows; or of those that were sent."""
        return super().initial_form_count() if self.is_bound else len(self.get_queryset())

    def get_queryset(self) -> Any:
        """The rows, in an order that is the same when the forms come back."""
        # COMPAT: subclasses keep what they answer under this name too.
        if not hasattr(self, "_queryset"):
            rows = self.queryset
            if rows is None:
                rows = self.model._default_manager.get_queryset()
            self._queryset = rows if rows.ordered else rows.order_by(self.model._meta.pk.name)
        return self._queryset

    @cached_property
    def _rows_by_key(self) -> dict[Any, Any]:
        return {row.pk: row for row in self.get_queryset()}

    def _existing_object(self, pk: Any) -> Any:
        """The row with this key, or None if the formset has none."""
        return self._rows_by_key.get(pk)

    def _get_to_python(self, field: Any) -> Any:
        """What makes a key of text; of a relation it is that of the field at its end."""
        while field.remote_field is not None:
            field = field.remote_field.get_related_field()
        return field.to_python

    def _construct_form(self, i: int, **kwargs: Any) -> Any:
        is_there = i < self.initial_form_count()
        if is_there:
            instance = self._sent_object(i) if self.is_bound else self.get_queryset()[i]
            if instance is not None:
                kwargs["instance"] = instance
        elif self.initial_extra:
            try:
                kwargs["initial"] = self.initial_extra[i - self.initial_form_count()]
            except IndexError:
                pass
        form = super()._construct_form(i, **kwargs)
        if is_there:
            form.fields[self.model._meta.pk.name].required = True
        return form

    def _sent_object(self, index: int) -> Any:
        """The row whose key was sent with form `index`."""
        pk = self.model._meta.pk
        try:
            sent = self.data[f"{self.add_prefix(index)}-{pk.name}"]
            key = self._get_to_python(pk)(sent)
            return self._existing_object(key)
        except (KeyError, ValidationError, TypeError):
            # Missing, or no key; the field says so.
            return None

    def add_fields(self, form: Any, index: int | None) -> None:
        """Add the hidden field with the row's key, and what every formset adds."""
        pk = self._pk_field = self.model._meta.pk
        if _is_chosen_by_database(pk) or pk.name not in form.fields:
            target = pk.remote_field.model if isinstance(pk, ForeignKey) else self.model
            rows = target._default_manager.get_queryset().using(form.instance._state.db)
            widgets = form._meta.widgets or {}
            form.fields[pk.name] = ModelChoiceField(
                rows,
                initial=self._shown_key(form, index),
                required=False,
                widget=widgets.get(pk.name, HiddenInput),
            )
        super().add_fields(form, index)

    def _shown_key(self, form: Any, index: int | None) -> Any:
        if form.is_bound:
            # A key that a new instance has as its default is not the row's.
            return None if form.instance._state.adding else form.instance.pk
        try:
            return None if index is None else self.get_queryset()[index].pk
        except IndexError:
            return None

    # --- saving

    def save_new(self, form: Any, commit: bool = True) -> Any:
        """Save the new row of `form`."""
        return form.save(commit=commit)

    def save_existing(self, form: Any, obj: Any, commit: bool = True) -> Any:
        """Save the changed row of `form`."""
        return form.save(commit=commit)

    def delete_existing(self, obj: Any, commit: bool = True) -> None:
        """Delete the row."""
        if commit:
            obj.delete()

    def save(self, commit: bool = True) -> list[Any]:
        """Save what has changed and is new, delete what shall go; answers the former.

        `new_objects`, `changed_objects` and `deleted_objects` tell them apart. With
        ``commit=False`` nothing is saved nor deleted, and there is `save_m2m` to call afterwards.
        """
        if not commit:
            self.saved_forms = []
            self.save_m2m = self._save_m2m_of_forms
        saved = self.save_existing_objects(commit)
        return saved if self.edit_only else saved + self.save_new_objects(commit)

    save.alters_data = True  # type: ignore[attr-defined]

    def _save_m2m_of_forms(self) -> None:
        for form in self.saved_forms:
            form.save_m2m()

    def save_existing_objects(self, commit: bool = True) -> list[Any]:
        """Save the rows that have changed, delete those that shall go."""
        self.changed_objects = []
        self.deleted_objects = []
        saved: list[Any] = []
        if not self.initial_forms:
            return saved
        deleted = self.deleted_forms
        for form in self.initial_forms:
            obj = form.instance
            # SECURITY: not a row of the queryset, or deleted already (CVE-2026-87975).
            if obj.pk is None or obj._state.adding:
                continue
            if form in deleted:
                self.deleted_objects.append(obj)
                self.delete_existing(obj, commit=commit)
            elif form.has_changed():
                self.changed_objects.append((obj, form.changed_data))
                saved.append(self.save_existing(form, obj, commit=commit))
                if not commit:
                    self.saved_forms.append(form)
        return saved

    def save_new_objects(self, commit: bool = True) -> list[Any]:
        """Save the rows of the forms for more that were filled in."""
        self.new_objects = []
        for form in self.extra_forms:
            if not form.has_changed():
                continue
            if self.can_delete and self._should_delete_form(form):
                continue
            self.new_objects.append(self.save_new(form, commit=commit))
            if not commit:
                self.saved_forms.append(form)
        return self.new_objects

    # --- uniqueness among the forms

    def clean(self) -> None:
        """For subclasses, which call it to have uniqueness validated."""
        self.validate_unique()

    def validate_unique(self) -> None:
        """Raise `ValidationError` if two forms have the same values where they must differ."""
        deleted = self.deleted_forms
        valid = [form for form in self.forms if form.is_valid() and form not in deleted]
        # By what is checked; a dict keeps the order.
        unique: dict[Any, None] = {}
        dates: dict[Any, None] = {}
        for form in valid:
            found = form.instance._get_unique_checks(
                exclude=form._get_validation_exclusions(), include_meta_constraints=True
            )
            unique.update(dict.fromkeys(found[0]))
            dates.update(dict.fromkeys(found[1]))
        errors: list[str] = []
        for _model, names in unique:
            row = partial(self._unique_row, names)
            errors += self._repeats(valid, row, names) * [self.get_unique_error_message(names)]
        for check in dates:
            row = partial(_dated_row, check)
            errors += self._repeats(valid, row, check[2:3]) * [self.get_date_error_message(check)]
        if errors:
            raise ValidationError(errors)

    def _unique_row(self, names: Any, form: Any) -> Any:
        """The values of `form` that must be unique together, or None if one is missing."""
        cleaned = form.cleaned_data
        values = [
            name if name in self.unique_fields else cleaned[name]
            for name in names
            if name in cleaned
        ]
        if not values or None in values:
            return None
        return tuple(
            value.pk if hasattr(value, "_meta") else make_hashable(value) for value in values
        )

    def _repeats(self, forms: Iterable[Any], row: Callable[[Any], Any], names: Any) -> int:
        """The number of forms that have the row of one before; they get an error for it."""
        seen = set()
        count = 0
        for form in forms:
            values = row(form)
            if values is None:
                continue
            if values in seen:
                count += 1
                form._errors[NON_FIELD_ERRORS] = form.error_class(
                    [self.get_form_error()], renderer=form.renderer
                )
                # What is wrong is not cleaned data, nor told of twice.
                for name in names:
                    form.cleaned_data.pop(name, None)
            seen.add(values)
        return count

    def get_unique_error_message(self, unique_check: Any) -> str:
        """The message for two forms with the same values of these fields."""
        names = get_text_list(unique_check, _("and"))
        if len(unique_check) == 1:
            return _("Please correct the duplicate data for %(field)s.") % {"field": names}
        return _("Please correct the duplicate data for %(field)s, which must be unique.") % {
            "field": names
        }

    def get_date_error_message(self, date_check: Any) -> str:
        """The message for two forms with the same value in one period."""
        return _(
            "Please correct the duplicate data for %(field_name)s which must be unique for the "
            "%(lookup)s in %(date_field)s."
        ) % {"field_name": date_check[2], "date_field": date_check[3], "lookup": str(date_check[1])}

    def get_form_error(self) -> str:
        """The message in the form that repeats another."""
        return _("Please correct the duplicate values below.")


def _dated_row(check: Any, form: Any) -> Any:
    """The value and the period that must be unique together, or None if one is missing."""
    _model, period, name, date_name = check
    value, date = form.cleaned_data.get(name), form.cleaned_data.get(date_name)
    if value is None or date is None:
        return None
    if period == "date":
        return value, date.year, date.month, date.day
    return value, getattr(date, period)


def modelformset_factory(
    model: Any,
    form: Any = ModelForm,
    formfield_callback: Any = None,
    formset: type[BaseModelFormSet] = BaseModelFormSet,
    extra: int = 1,
    can_delete: bool = False,
    can_order: bool = False,
    max_num: int | None = None,
    fields: Any = None,
    exclude: Any = None,
    widgets: Any = None,
    validate_max: bool = False,
    localized_fields: Any = None,
    labels: Any = None,
    help_texts: Any = None,
    error_messages: Any = None,
    min_num: int | None = None,
    validate_min: bool = False,
    field_classes: Any = None,
    absolute_max: int | None = None,
    can_delete_extra: bool = True,
    renderer: Any = None,
    edit_only: bool = False,
) -> Any:
    """A class of formsets for `model`; documented at ref/forms/models.

    Raises `ImproperlyConfigured` if neither here nor in `form` it is said which fields it has.
    """
    meta = getattr(form, "Meta", None)
    if getattr(meta, "fields", fields) is None and getattr(meta, "exclude", exclude) is None:
        raise ImproperlyConfigured(
            "Calling modelformset_factory without defining 'fields' or 'exclude' explicitly is "
            "prohibited."
        )
    form = modelform_factory(
        model,
        form=form,
        fields=fields,
        exclude=exclude,
        formfield_callback=formfield_callback,
        widgets=widgets,
        localized_fields=localized_fields,
        labels=labels,
        help_texts=help_texts,
        error_messages=error_messages,
        field_classes=field_classes,
    )
    made = formset_factory(
        form,
        formset,
        extra=extra,
        can_order=can_order,
        can_delete=can_delete,
        max_num=max_num,
        validate_max=validate_max,
        min_num=min_num,
        validate_min=validate_min,
        absolute_max=absolute_max,
        can_delete_extra=can_delete_extra,
        renderer=renderer,
    )
    made.model = model
    made.edit_only = edit_only
    return made


publish(__name__, "forms.models")
