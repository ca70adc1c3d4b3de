"""Formsets for the rows that point to one object of any model, by a generic foreign key.

Documented at ref/contrib/contenttypes, "Generic relations in forms and admin".
"""

from __future__ import annotations

from typing import Any

from vivace.contrib.contenttypes.models import ContentType
from vivace.db.models import ForeignKey
from vivace.forms.models import BaseModelFormSet, ModelForm, modelformset_factory

__all__ = ["BaseGenericInlineFormSet", "generic_inlineformset_factory"]


class BaseGenericInlineFormSet(BaseModelFormSet):
    """A formset for the rows that point to `instance` by type and key."""

    # Set by the factory.
    ct_field: Any
    ct_fk_field: Any
    for_concrete_model: bool

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
        self.instance = instance
        self.rel_name = self.get_default_prefix()
        self.save_as_new = save_as_new
        if instance is None or not instance._is_pk_set():
            rows = self.model._default_manager.none()
        else:
            if queryset is None:
                queryset = self.model._default_manager
            rows = queryset.filter(
                **{self.ct_field.name: self._content_type(), self.ct_fk_field.name: instance.pk}
            )
        super().__init__(queryset=rows, data=data, files=files, prefix=prefix, **kwargs)

    def _content_type(self) -> ContentType:
        return ContentType.objects.get_for_model(
            self.instance, for_concrete_model=self.for_concrete_model
        )

    def initial_form_count(self) -> int:
        """The number of rows; none if all are to be new."""
        return 0 if self.save_as_new else super().initial_form_count()

    @classmethod
    def get_default_prefix(cls) -> str:
        """The names of the model and of the two fields."""
        meta = cls.model._meta
        names = (meta.app_label, meta.model_name, cls.ct_field.name, cls.ct_fk_field.name)
        return "-".join(names)

    def save_new(self, form: Any, commit: bool = True) -> Any:
        """Save the new row, which points to the object."""
        setattr(form.instance, self.ct_field.get_attname(), self._content_type().pk)
        setattr(form.instance, self.ct_fk_field.get_attname(), self.instance.pk)
        return form.save(commit=commit)


def generic_inlineformset_factory(
    model: Any,
    form: Any = ModelForm,
    formset: type[BaseGenericInlineFormSet] = BaseGenericInlineFormSet,
    ct_field: str = "content_type",
    fk_field: str = "object_id",
    fields: Any = None,
    exclude: Any = None,
    extra: int = 3,
    can_order: bool = False,
    can_delete: bool = True,
    max_num: int | None = None,
    formfield_callback: Any = None,
    validate_max: bool = False,
    for_concrete_model: bool = True,
    min_num: int | None = None,
    validate_min: bool = False,
    absolute_max: int | None = None,
    can_delete_extra: bool = True,
) -> Any:
    """A class of formsets for the rows of `model` that point to one object.

    `ct_field` and `fk_field` name the fields of the generic foreign key. Raises `Exception` if the
    former does not point to `ContentType`.
    """
    content_type = model._meta.get_field(ct_field)
    if not isinstance(content_type, ForeignKey) or (
        content_type.remote_field.model is not ContentType
    ):
        raise Exception(f"fk_name '{content_type}' is not a ForeignKey to ContentType")
    key = model._meta.get_field(fk_field)
    made = modelformset_factory(
        model,
        form=form,
        formfield_callback=formfield_callback,
        formset=formset,
        extra=extra,
        can_delete=can_delete,
        can_order=can_order,
        fields=fields,
        # What the formset sets by itself.
        exclude=[*(exclude or []), content_type.name, key.name],
        max_num=max_num,
        validate_max=validate_max,
        min_num=min_num,
        validate_min=validate_min,
        absolute_max=absolute_max,
        can_delete_extra=can_delete_extra,
    )
    made.ct_field = content_type
    made.ct_fk_field = key
    made.for_concrete_model = for_concrete_model
    return made
