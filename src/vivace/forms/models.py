"""Forms, fields and formsets for models, at Django's address; each kind has a module of its own."""

from vivace.core.exceptions import NON_FIELD_ERRORS
from vivace.forms.modelfields import (
    InlineForeignKeyField,
    ModelChoiceField,
    ModelChoiceIterator,
    ModelChoiceIteratorValue,
    ModelMultipleChoiceField,
)
from vivace.forms.modelforms import (
    ALL_FIELDS,
    BaseModelForm,
    ModelForm,
    ModelFormMetaclass,
    ModelFormOptions,
    apply_limit_choices_to_to_formfield,
    construct_instance,
    fields_for_model,
    model_to_dict,
    modelform_defines_fields,
    modelform_factory,
)
from vivace.forms.modelformsets import (
    BaseInlineFormSet,
    BaseModelFormSet,
    _get_foreign_key,
    inlineformset_factory,
    modelformset_factory,
)

__all__ = [
    "ALL_FIELDS",
    "NON_FIELD_ERRORS",
    "BaseInlineFormSet",
    "BaseModelForm",
    "BaseModelFormSet",
    "InlineForeignKeyField",
    "ModelChoiceField",
    "ModelChoiceIterator",
    "ModelChoiceIteratorValue",
    "ModelForm",
    "ModelFormMetaclass",
    "ModelFormOptions",
    "ModelMultipleChoiceField",
    "_get_foreign_key",
    "apply_limit_choices_to_to_formfield",
    "construct_instance",
    "fields_for_model",
    "inlineformset_factory",
    "model_to_dict",
    "modelform_defines_fields",
    "modelform_factory",
    "modelformset_factory",
]
