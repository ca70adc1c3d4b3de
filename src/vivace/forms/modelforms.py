"""Forms made from models: which fields they have, what becomes of an instance, and `ModelForm`.

Documented at topics/forms/modelforms and ref/forms/models. A form's cleaning sets the instance's
attributes and then has the instance validate itself, without the fields that the form does not have.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from itertools import chain
from typing import Any

from vivace.core.exceptions import (
    NON_FIELD_ERRORS,
    FieldError,
    ImproperlyConfigured,
    ValidationError,
)
from vivace.db.models import AutoField, Exists, OuterRef, Q
from vivace.db.models.utils import AltersData
from vivace.forms.fields import Field
from vivace.forms.forms import BaseForm, DeclarativeFieldsMetaclass
from vivace.forms.modelfields import InlineForeignKeyField
from vivace.forms.utils import ErrorList
from vivace.utils.naming import publish, published

__all__ = [
    "ALL_FIELDS",
    "BaseModelForm",
    "ModelForm",
    "ModelFormMetaclass",
    "ModelFormOptions",
    "apply_limit_choices_to_to_formfield",
    "construct_instance",
    "fields_for_model",
    "model_to_dict",
    "modelform_defines_fields",
    "modelform_factory",
]

ALL_FIELDS = "__all__"

Names = Collection[str] | None


def _is_meant(name: str, fields: Names, exclude: Names) -> bool:
    return (fields is None or name in fields) and not (exclude and name in exclude)


def construct_instance(
    form: Any, instance: Any, fields: Names = None, exclude: Names = None
) -> Any:
    """Set the attributes of `instance` from what `form` cleaned; it is not saved. Answers it."""
    cleaned = form.cleaned_data
    files = []
    for field in instance._meta.fields:
        name = field.name
        if not field.editable or isinstance(field, AutoField) or name not in cleaned:
            continue
        if not _is_meant(name, fields, exclude) or _keeps_default(form, field):
            continue
        # Where a file goes may depend on other fields.
        if hasattr(field, "upload_to"):
            files.append(field)
        else:
            field.save_form_data(instance, cleaned[name])
    for field in files:
        field.save_form_data(instance, cleaned[field.name])
    return instance


def _keeps_default(form: Any, field: Any) -> bool:
    """Whether nothing was sent for a field that has a default."""
    if not field.has_default():
        return False
    bound = form[field.name].field
    omitted = bound.widget.value_omitted_from_data(
        form.data, form.files, form.add_prefix(field.name)
    )
    return omitted and form.cleaned_data.get(field.name) in bound.empty_values


def model_to_dict(instance: Any, fields: Names = None, exclude: Names = None) -> dict[str, Any]:
    """The values of the editable fields of `instance`, as `initial` of a form takes them."""
    meta = instance._meta
    return {
        field.name: field.value_from_object(instance)
        for field in chain(meta.concrete_fields, meta.private_fields, meta.many_to_many)
        if getattr(field, "editable", False) and _is_meant(field.name, fields, exclude)
    }


def apply_limit_choices_to_to_formfield(formfield: Any) -> None:
    """Leave in the field's queryset what its `limit_choices_to` leaves."""
    if getattr(formfield, "queryset", None) is None:
        return
    if not hasattr(formfield, "get_limit_choices_to"):
        return
    limit = formfield.get_limit_choices_to()
    if not limit:
        return
    condition = limit if isinstance(limit, Q) else Q(**limit)
    # A subquery, for a join would repeat rows.
    same = formfield.queryset.model._base_manager.filter(condition, pk=OuterRef("pk"))
    formfield.queryset = formfield.queryset.filter(Exists(same))


def fields_for_model(
    model: Any,
    fields: Any = None,
    exclude: Names = None,
    widgets: Any = None,
    formfield_callback: Any = None,
    localized_fields: Any = None,
    labels: Any = None,
    help_texts: Any = None,
    error_messages: Any = None,
    field_classes: Any = None,
    *,
    apply_limit_choices_to: bool = True,
    form_declared_fields: Any = None,
) -> dict[str, Any]:
    """The fields of a form for `model`, by name.

    With `fields` in its order, and None for a name that the model does not have. Raises `FieldError`
    for a field of `fields` that cannot be edited.
    """
    found: dict[str, Any] = {}
    left: set[str] = set()
    options = {
        "widget": widgets,
        "label": labels,
        "help_text": help_texts,
        "error_messages": error_messages,
        "form_class": field_classes,
    }
    for field in _editable_fields(model, fields, exclude):
        name = field.name
        if form_declared_fields and name in form_declared_fields:
            found[name] = form_declared_fields[name]
            continue
        arguments = {key: given[name] for key, given in options.items() if given and name in given}
        if localized_fields == ALL_FIELDS or (localized_fields and name in localized_fields):
            arguments["localize"] = True
        formfield = _formfield(field, formfield_callback, arguments)
        if not formfield:
            left.add(name)
            continue
        if apply_limit_choices_to:
            apply_limit_choices_to_to_formfield(formfield)
        found[name] = formfield
    if fields:
        found = {
            name: found.get(name)
            for name in fields
            if not (exclude and name in exclude) and name not in left
        }
    return found


def _editable_fields(model: Any, fields: Names, exclude: Names) -> Iterator[Any]:
    meta = model._meta
    # Private fields that are of models, unlike GenericForeignKey, have a place among the others.
    private = [field for field in meta.private_fields if hasattr(field, "creation_counter")]
    private = [field for field in private if hasattr(field, "formfield")]
    for field in sorted(chain(meta.concrete_fields, private, meta.many_to_many)):
        meant = _is_meant(field.name, fields, exclude)
        if getattr(field, "editable", False):
            if meant:
                yield field
        elif meant and fields is not None:
            raise FieldError(
                f"'{field.name}' cannot be specified for {model.__name__} model form as it is a "
                "non-editable field"
            )


def _formfield(field: Any, callback: Any, arguments: dict[str, Any]) -> Any:
    if callback is None:
        return field.formfield(**arguments)
    if not callable(callback):
        raise TypeError("formfield_callback must be a function or callable")
    return callback(field, **arguments)


@published("forms.models.ModelFormOptions")
class ModelFormOptions:
    """What the class ``Meta`` of a form says."""

    def __init__(self, options: Any = None) -> None:
        self.model = getattr(options, "model", None)
        self.fields = getattr(options, "fields", None)
        self.exclude = getattr(options, "exclude", None)
        self.widgets = getattr(options, "widgets", None)
        self.localized_fields = getattr(options, "localized_fields", None)
        self.labels = getattr(options, "labels", None)
        self.help_texts = getattr(options, "help_texts", None)
        self.error_messages = getattr(options, "error_messages", None)
        self.field_classes = getattr(options, "field_classes", None)
        self.formfield_callback = getattr(options, "formfield_callback", None)


@published("forms.models.ModelFormMetaclass")
class ModelFormMetaclass(DeclarativeFieldsMetaclass):
    """Gives a class of forms the fields of its model, under those that it declares."""

    def __new__(
        mcs, name: str, bases: tuple[type, ...], attrs: dict[str, Any], **kwargs: Any
    ) -> Any:
        cls: Any = super().__new__(mcs, name, bases, attrs, **kwargs)
        if bases == (BaseModelForm,):
            return cls
        options = cls._meta = ModelFormOptions(getattr(cls, "Meta", None))
        for option in ("fields", "exclude", "localized_fields"):
            _refuse_text(name, option, getattr(options, option))
        if not options.model:
            cls.base_fields = cls.declared_fields
            return cls
        if options.fields is None and options.exclude is None:
            raise ImproperlyConfigured(
                "Creating a ModelForm without either the 'fields' attribute or the 'exclude' "
                f"attribute is prohibited; form {name} needs updating."
            )
        if options.fields == ALL_FIELDS:
            options.fields = None
        fields = _fields_of(options, cls.declared_fields)
        missing = [key for key, field in fields.items() if not field]
        missing = [key for key in missing if key not in cls.declared_fields]
        if missing:
            raise FieldError(
                f"Unknown field(s) ({', '.join(missing)}) specified for {options.model.__name__}"
            )
        # What the class declares has the last word.
        fields.update(cls.declared_fields)
        cls.base_fields = fields
        return cls


def _refuse_text(form: str, option: str, value: Any) -> None:
    if isinstance(value, str) and value != ALL_FIELDS:
        raise TypeError(
            f"{form}.Meta.{option} cannot be a string. Did you mean to type: ('{value}',)?"
        )


def _fields_of(options: ModelFormOptions, declared: dict[str, Field]) -> dict[str, Any]:
    return fields_for_model(
        options.model,
        options.fields,
        options.exclude,
        options.widgets,
        options.formfield_callback,
        options.localized_fields,
        options.labels,
        options.help_texts,
        options.error_messages,
        options.field_classes,
        # Each form limits them when it is made.
        apply_limit_choices_to=False,
        form_declared_fields=declared,
    )


@published("forms.models.BaseModelForm")
class BaseModelForm(BaseForm, AltersData):
    """What model forms do; `instance` is edited, or a new one is made.

    Raises `ValueError` if the class has no model.
    """

    _meta: ModelFormOptions

    def __init__(
        self,
        data: Any = None,
        files: Any = None,
        auto_id: Any = "id_%s",
        prefix: str | None = None,
        initial: Any = None,
        error_class: Any = ErrorList,
        label_suffix: Any = None,
        empty_permitted: bool = False,
        instance: Any = None,
        use_required_attribute: bool | None = None,
        renderer: Any = None,
    ) -> None:
        options = self._meta
        if options.model is None:
            raise ValueError("ModelForm has no model class specified.")
        shown: dict[str, Any] = {}
        if instance is None:
            self.instance = options.model()
        else:
            self.instance = instance
            shown = model_to_dict(instance, options.fields, options.exclude)
        if initial is not None:
            shown.update(initial)
        # Set by `clean`, so that a subclass that does not call it goes without.
        self._validate_unique = False
        super().__init__(
            data,
            files,
            auto_id,
            prefix,
            shown,
            error_class,
            label_suffix,
            empty_permitted,
            use_required_attribute=use_required_attribute,
            renderer=renderer,
        )
        for formfield in self.fields.values():
            apply_limit_choices_to_to_formfield(formfield)

    def _get_validation_exclusions(self) -> set[str]:
        """The names of fields that the instance shall not validate."""
        options = self._meta
        excluded = set()
        for field in self.instance._meta.fields:
            name = field.name
            if (
                name not in self.fields
                or (options.fields and name not in options.fields)
                or (options.exclude and name in options.exclude)
                # One message is enough.
                or name in self._errors
            ):
                excluded.add(name)
                continue
            formfield = self.fields[name]
            # The form may allow what the model does not; what is missing is then filled in later.
            open_here = not field.blank and not formfield.required
            if open_here and self.cleaned_data.get(name) in formfield.empty_values:
                excluded.add(name)
        return excluded

    def clean(self) -> Any:
        """For subclasses, which call it to have uniqueness validated."""
        self._validate_unique = True
        return self.cleaned_data

    def _update_errors(self, errors: ValidationError) -> None:
        """Add the instance's errors, with the messages of the form's fields if they have them."""
        own = self._meta.error_messages or {}
        by_field: dict[str, Any] = getattr(errors, "error_dict", {NON_FIELD_ERRORS: errors})
        for name, messages in by_field.items():
            if name == NON_FIELD_ERRORS and NON_FIELD_ERRORS in own:
                texts = own[NON_FIELD_ERRORS]
            elif name in self.fields:
                texts = self.fields[name].error_messages
            else:
                continue
            for message in messages:
                if isinstance(message, ValidationError) and message.code in texts:
                    message.message = texts[message.code]
        self.add_error(None, errors)

    def _post_clean(self) -> None:
        options = self._meta
        exclude = self._get_validation_exclusions()
        # The parent may not be saved yet, and is not for the form to judge.
        for name, field in self.fields.items():
            if isinstance(field, InlineForeignKeyField):
                exclude.add(name)
        try:
            self.instance = construct_instance(self, self.instance, options.fields, options.exclude)
        except ValidationError as error:
            self._update_errors(error)
        try:
            self.instance.full_clean(exclude=exclude, validate_unique=False)
        except ValidationError as error:
            self._update_errors(error)
        if self._validate_unique:
            self.validate_unique()

    def validate_unique(self) -> None:
        """Have the instance look for rows with the same unique values."""
        try:
            self.instance.validate_unique(exclude=self._get_validation_exclusions())
        except ValidationError as error:
            self._update_errors(error)

    def _save_m2m(self) -> None:
        """Set the many-to-many relations, now that the instance has a key."""
        options, meta = self._meta, self.instance._meta
        for field in chain(meta.many_to_many, meta.private_fields):
            if not hasattr(field, "save_form_data") or field.name not in self.cleaned_data:
                continue
            if options.fields and field.name not in options.fields:
                continue
            if not (options.exclude and field.name in options.exclude):
                field.save_form_data(self.instance, self.cleaned_data[field.name])

    def save(self, commit: bool = True) -> Any:
        """Save the instance and answer it.

        With ``commit=False`` nothing is saved, and the form has `save_m2m` to call afterwards.
        Raises `ValueError` if the form is not valid.
        """
        if self.errors:
            done = "created" if self.instance._state.adding else "changed"
            raise ValueError(
                f"The {self.instance._meta.object_name} could not be {done} because the data "
                "didn't validate."
            )
        if commit:
            self.instance.save()
            self._save_m2m()
        else:
            self.save_m2m = self._save_m2m
        return self.instance

    save.alters_data = True  # type: ignore[attr-defined]


@published("forms.models.ModelForm")
class ModelForm(BaseModelForm, metaclass=ModelFormMetaclass):
    """A form whose class ``Meta`` names a model and its fields."""


def modelform_factory(
    model: Any,
    form: Any = ModelForm,
    fields: Any = None,
    exclude: Any = None,
    formfield_callback: Any = None,
    widgets: Any = None,
    localized_fields: Any = None,
    labels: Any = None,
    help_texts: Any = None,
    error_messages: Any = None,
    field_classes: Any = None,
) -> Any:
    """A class of forms for `model`; the arguments are the options of its ``Meta``.

    Raises `ImproperlyConfigured` if neither here nor in `form` it is said which fields it has.
    """
    given = {
        "fields": fields,
        "exclude": exclude,
        "widgets": widgets,
        "localized_fields": localized_fields,
        "labels": labels,
        "help_texts": help_texts,
        "error_messages": error_messages,
        "field_classes": field_classes,
    }
    attributes = {"model": model, **{k: value for k, value in given.items() if value is not None}}
    if formfield_callback is not None:
        attributes["formfield_callback"] = staticmethod(formfield_callback)
    bases = (form.Meta,) if hasattr(form, "Meta") else ()
    meta = type("Meta", bases, attributes)
    if getattr(meta, "fields", None) is None and getattr(meta, "exclude", None) is None:
        raise ImproperlyConfigured(
            "Calling modelform_factory without defining 'fields' or 'exclude' explicitly is "
            "prohibited."
        )
    return type(form)(f"{model.__name__}Form", (form,), {"Meta": meta})


def modelform_defines_fields(form_class: Any) -> bool:
    """Whether a class of forms says which fields of its model it has."""
    meta = getattr(form_class, "_meta", None)
    return meta is not None and (meta.fields is not None or meta.exclude is not None)


publish(__name__, "forms.models")
