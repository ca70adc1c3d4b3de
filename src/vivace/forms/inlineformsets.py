"""Formsets for the rows that point to one parent, as the lines of an order do.

What is believed of what a browser sends is said in `modelformsets`. Documented at
topics/forms/modelforms, "Inline formsets".
"""

from __future__ import annotations

from typing import Any

from vivace.db.models import ForeignKey
from vivace.forms.modelfields import InlineForeignKeyField
from vivace.forms.modelforms import ModelForm
from vivace.forms.modelformsets import BaseModelFormSet, modelformset_factory
from vivace.utils.naming import publish, published
from vivace.utils.text import capfirst

__all__ = ["BaseInlineFormSet", "inlineformset_factory"]


@published("forms.models.BaseInlineFormSet")
class BaseInlineFormSet(BaseModelFormSet):
    """A formset for the rows that point to `instance`; `fk` is the field that does.

    With `save_as_new` the rows that were sent are stored as new ones.
    """

    fk: Any

    def __init__(
        self,
        data: Any = None,
        files: Any = None,
        instance: Any = None,
        save_as_new: bool = False,
        prefix: str | None = None,
        queryset: Any = None,
        **kwargs: Any,
    ) -> None:
        self.instance = self.fk.remote_field.model() if instance is None else instance
        self.save_as_new = save_as_new
        if queryset is None:
            queryset = self.model._default_manager
        if self.instance._is_pk_set():
            rows = queryset.filter(**{self.fk.name: self.instance})
        else:
            rows = queryset.none()
        self.unique_fields = {self.fk.name}
        super().__init__(data, files, prefix=prefix, queryset=rows, **kwargs)
        # Uniqueness together with the parent is validated too.
        fields = self.form._meta.fields
        if fields and self.fk.name not in fields:
            self.form._meta.fields = [*fields, self.fk.name]

    def initial_form_count(self) -> int:
        """The number of rows; none if all are to be new."""
        return 0 if self.save_as_new else super().initial_form_count()

    def _construct_form(self, i: int, **kwargs: Any) -> Any:
        form = super()._construct_form(i, **kwargs)
        if self.save_as_new:
            self._forget_keys(form)
        # Validation compares with what the parent has already.
        rel = self.fk.remote_field
        value = self.instance.pk
        if rel.field_name != rel.model._meta.pk.name:
            value = getattr(self.instance, rel.field_name)
        setattr(form.instance, self.fk.attname, getattr(value, "pk", value))
        return form

    def _forget_keys(self, form: Any) -> None:
        """Take the keys of row and parent out of what was sent; it may be a QueryDict."""
        was_mutable = getattr(form.data, "_mutable", None)
        if was_mutable is not None:
            form.data._mutable = True
        for field in (self._pk_field, self.fk):
            form.data[form.add_prefix(field.name)] = None
        if was_mutable is not None:
            form.data._mutable = was_mutable

    @classmethod
    def get_default_prefix(cls) -> str:
        """The name of the attribute by which the parent has the rows."""
        name: str = cls.fk.remote_field.get_accessor_name(model=cls.model)
        return name.replace("+", "")

    def save_new(self, form: Any, commit: bool = True) -> Any:
        """Save the new row, which points to the parent."""
        # The parent may have been saved since.
        setattr(form.instance, self.fk.name, self.instance)
        return super().save_new(form, commit=commit)

    def add_fields(self, form: Any, index: int | None) -> None:
        """Add the hidden field with the parent's key."""
        super().add_fields(form, index)
        fk, rel = self.fk, self.fk.remote_field
        arguments: dict[str, Any]
        if self._pk_field == fk:
            arguments = {"pk_field": True}
        else:
            shown = form.fields.get(fk.name)
            arguments = {"label": getattr(shown, "label", capfirst(fk.verbose_name))}
        if rel.field_name != rel.model._meta.pk.name:
            arguments["to_field"] = rel.field_name
        if self.instance._state.adding:
            self._forget_made_key(arguments.get("to_field"))
        form.fields[fk.name] = InlineForeignKeyField(self.instance, **arguments)

    def _forget_made_key(self, to_field: str | None) -> None:
        """A key that a new parent has as its default is made anew when it is saved."""
        meta = self.instance._meta
        field = meta.pk if to_field is None else meta.get_field(to_field)
        if field.has_default():
            setattr(self.instance, field.attname, None)

    def get_unique_error_message(self, unique_check: Any) -> str:
        """As for every formset; that it is about this parent goes without saying."""
        return super().get_unique_error_message([n for n in unique_check if n != self.fk.name])


def _points_to(field: Any, parents: Any) -> bool:
    """Whether `field` is a foreign key to one of the models, or to a proxy of one."""
    if not isinstance(field, ForeignKey):
        return False
    return field.remote_field.model._meta.concrete_model in parents


def _get_foreign_key(
    parent_model: Any, model: Any, fk_name: str | None = None, can_fail: bool = False
) -> Any:
    """The one foreign key of `model` to `parent_model`, or the one called `fk_name`.

    Raises `ValueError` if there is none, or more than one; with `can_fail` none is None.
    """
    models = [parent_model, *parent_model._meta.all_parents]
    parents = {each._meta.concrete_model for each in models}
    parent, child = parent_model._meta.label, model._meta.label
    if fk_name:
        named = [field for field in model._meta.fields if field.name == fk_name]
        if not named:
            raise ValueError(f"'{child}' has no field named '{fk_name}'.")
        if not _points_to(named[0], parents):
            raise ValueError(f"fk_name '{fk_name}' is not a ForeignKey to '{parent}'.")
        return named[0]
    found = [field for field in model._meta.fields if _points_to(field, parents)]
    if len(found) > 1:
        raise ValueError(
            f"'{child}' has more than one ForeignKey to '{parent}'. You must specify a 'fk_name' "
            "attribute."
        )
    if not found and not can_fail:
        raise ValueError(f"'{child}' has no ForeignKey to '{parent}'.")
    return found[0] if found else None


def inlineformset_factory(
    parent_model: Any,
    model: Any,
    form: Any = ModelForm,
    formset: type[BaseInlineFormSet] = BaseInlineFormSet,
    fk_name: str | None = None,
    fields: Any = None,
    exclude: Any = None,
    extra: int = 3,
    can_order: bool = False,
    can_delete: bool = True,
    max_num: int | None = None,
    formfield_callback: Any = None,
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
    """A class of formsets for the rows of `model` that point to one of `parent_model`.

    Documented at ref/forms/models. Raises `ValueError` if it is not clear by which field, and
    what `modelformset_factory` raises.
    """
    fk = _get_foreign_key(parent_model, model, fk_name=fk_name)
    made = modelformset_factory(
        model,
        form=form,
        formfield_callback=formfield_callback,
        formset=formset,
        extra=extra,
        can_delete=can_delete,
        can_order=can_order,
        fields=fields,
        exclude=exclude,
        min_num=min_num,
        # There can be no second one.
        max_num=1 if fk.unique else max_num,
        widgets=widgets,
        validate_min=validate_min,
        validate_max=validate_max,
        localized_fields=localized_fields,
        labels=labels,
        help_texts=help_texts,
        error_messages=error_messages,
        field_classes=field_classes,
        absolute_max=absolute_max,
        can_delete_extra=can_delete_extra,
        renderer=renderer,
        edit_only=edit_only,
    )
    made.fk = fk
    return made


publish(__name__, "forms.models", "_get_foreign_key inlineformset_factory")
