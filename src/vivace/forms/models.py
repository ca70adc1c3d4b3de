"""Forms, fields and formsets for models, at Django's address; each kind has a module of its own.

What forms without a model have is found here too: packages take it from this address.
"""

from vivace.core.exceptions import NON_FIELD_ERRORS, ValidationError
from vivace.forms.fields import ChoiceField, Field
from vivace.forms.forms import BaseForm, DeclarativeFieldsMetaclass
from vivace.forms.formsets import BaseFormSet, formset_factory
from vivace.forms.inlineformsets import (
    BaseInlineFormSet,
    _get_foreign_key,
    inlineformset_factory,
)
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
from vivace.forms.modelformsets import BaseModelFormSet, modelformset_factory
from vivace.forms.utils import ErrorList
from vivace.forms.widgets import HiddenInput, MultipleHiddenInput, RadioSelect, SelectMultiple

__all__ = [
    "ALL_FIELDS",
    "NON_FIELD_ERRORS",
    "BaseForm",
    "BaseFormSet",
    "BaseInlineFormSet",
    "BaseModelForm",
    "BaseModelFormSet",
    "ChoiceField",
    "DeclarativeFieldsMetaclass",
    "ErrorList",
    "Field",
    "HiddenInput",
    "InlineForeignKeyField",
    "ModelChoiceField",
    "ModelChoiceIterator",
    "ModelChoiceIteratorValue",
    "ModelForm",
    "ModelFormMetaclass",
    "ModelFormOptions",
    "ModelMultipleChoiceField",
    "MultipleHiddenInput",
    "RadioSelect",
    "SelectMultiple",
    "ValidationError",
    "_get_foreign_key",
    "apply_limit_choices_to_to_formfield",
    "construct_instance",
    "fields_for_model",
    "formset_factory",
    "inlineformset_factory",
    "model_to_dict",
    "modelform_defines_fields",
    "modelform_factory",
    "modelformset_factory",
]
