"""Forms. Documented in ref/forms/api and topics/forms."""

from __future__ import annotations

import copy
import datetime
from collections.abc import Iterator
from typing import Any

from vivace.core.exceptions import NON_FIELD_ERRORS, ValidationError
from vivace.forms.fields import Field
from vivace.forms.renderers import get_default_renderer
from vivace.forms.utils import ErrorDict, ErrorList, RenderableFormMixin
from vivace.forms.widgets import Media, MediaDefiningClass
from vivace.utils.datastructures import MultiValueDict
from vivace.utils.functional import cached_property
from vivace.utils.translation import gettext as _

__all__ = ("BaseForm", "Form")


class DeclarativeFieldsMetaclass(MediaDefiningClass):
    """Gathers the fields that a class and its bases declare.

    A subclass that sets a field's name to None has it no more.
    """

    def __new__(
        mcs, name: str, bases: tuple[type, ...], attrs: dict[str, Any], **kwargs: Any
    ) -> DeclarativeFieldsMetaclass:
        own = {key: attrs.pop(key) for key in [*attrs] if isinstance(attrs[key], Field)}
        attrs["declared_fields"] = own
        cls: Any = super().__new__(mcs, name, bases, attrs, **kwargs)
        declared: dict[str, Field] = {}
        for base in reversed(cls.__mro__):
            if hasattr(base, "declared_fields"):
                declared.update(base.declared_fields)
            for key, value in base.__dict__.items():
                if value is None and key in declared:
                    declared.pop(key)
        cls.base_fields = declared
        cls.declared_fields = declared
        made: DeclarativeFieldsMetaclass = cls
        return made


class BaseForm(RenderableFormMixin):
    """All that a form does, except for the declaration of fields.

    With `data` (or `files`) a form is bound: it validates, and shows what was submitted. `auto_id` is
    the pattern of IDs; `prefix` goes before all names; `empty_permitted` lets a form be left as it was.
    """

    default_renderer: Any = None
    field_order: Any = None
    prefix: Any = None
    use_required_attribute = True

    template_name_div = "django/forms/div.html"
    template_name_p = "django/forms/p.html"
    template_name_table = "django/forms/table.html"
    template_name_ul = "django/forms/ul.html"
    template_name_label = "django/forms/label.html"

    bound_field_class: Any = None

    base_fields: dict[str, Any]
    cleaned_data: Any

    def __init__(
        self,
        data: Any = None,
        files: Any = None,
        auto_id: Any = "id_%s",
        prefix: Any = None,
        initial: Any = None,
        error_class: Any = ErrorList,
        label_suffix: Any = None,
        empty_permitted: bool = False,
        field_order: Any = None,
        use_required_attribute: bool | None = None,
        renderer: Any = None,
        bound_field_class: Any = None,
    ) -> None:
        self.is_bound = data is not None or files is not None
        self.data: Any = MultiValueDict() if data is None else data
        self.files: Any = MultiValueDict() if files is None else files
        self.auto_id = auto_id
        if prefix is not None:
            self.prefix = prefix
        self.initial: Any = initial or {}
        self.error_class = error_class
        # Translators: what follows the label of a field.
        self.label_suffix = label_suffix if label_suffix is not None else _(":")
        self.empty_permitted = empty_permitted
        self._errors: Any = None
        # Each form has fields of its own: changing them must not change the class.
        self.fields: Any = copy.deepcopy(self.base_fields)
        self._bound_fields_cache: dict[str, Any] = {}
        self.order_fields(self.field_order if field_order is None else field_order)

        if use_required_attribute is not None:
            self.use_required_attribute = use_required_attribute
        if self.empty_permitted and self.use_required_attribute:
            raise ValueError(
                "The empty_permitted and use_required_attribute arguments may not both be True."
            )

        if renderer is None:
            renderer = self.default_renderer
            if renderer is None:
                renderer = get_default_renderer()
            elif isinstance(renderer, type):
                renderer = renderer()
        self.renderer = renderer
        self.bound_field_class = (
            bound_field_class
            or self.bound_field_class
            or getattr(self.renderer, "bound_field_class", None)
        )

    def order_fields(self, field_order: Any) -> None:
        """Put the fields that `field_order` names first, in its order; unknown names are passed over."""
        if field_order is None:
            return
        ordered = {name: self.fields[name] for name in field_order if name in self.fields}
        ordered.update({n: field for n, field in self.fields.items() if n not in ordered})
        self.fields = ordered

    def __repr__(self) -> str:
        if self._errors is None:
            is_valid: Any = "Unknown"
        else:
            is_valid = self.is_bound and not self._errors
        return (
            f"<{type(self).__name__} bound={self.is_bound}, valid={is_valid}, "
            f"fields=({';'.join(self.fields)})>"
        )

    def _bound_items(self) -> Iterator[tuple[str, Any]]:
        for name in self.fields:
            yield name, self[name]

    def __iter__(self) -> Iterator[Any]:
        for name in self.fields:
            yield self[name]

    def __getitem__(self, name: str) -> Any:
        try:
            field = self.fields[name]
        except KeyError:
            raise KeyError(
                f"Key '{name}' not found in '{type(self).__name__}'. "
                f"Choices are: {', '.join(sorted(self.fields))}."
            )
        bound = self._bound_fields_cache.get(name)
        if bound is None:
            bound = self._bound_fields_cache[name] = field.get_bound_field(self, name)
        return bound

    @property
    def errors(self) -> Any:
        """The errors by field; asking for them validates."""
        if self._errors is None:
            self.full_clean()
        return self._errors

    def is_valid(self) -> bool:
        """Whether the form is bound and has no errors."""
        return self.is_bound and not self.errors

    def add_prefix(self, field_name: Any) -> Any:
        """The name of a field's input."""
        return f"{self.prefix}-{field_name}" if self.prefix else field_name

    def add_initial_prefix(self, field_name: Any) -> str:
        """The name of the hidden input with a field's initial value."""
        return f"initial-{self.add_prefix(field_name)}"

    def _widget_data_value(self, widget: Any, html_name: str) -> Any:
        return widget.value_from_datadict(self.data, self.files, html_name)

    @property
    def template_name(self) -> Any:
        """The template of the form, unless another layout is asked for."""
        return self.renderer.form_template_name

    def get_context(self) -> dict[str, Any]:
        fields = []
        hidden_fields = []
        top_errors = self.non_field_errors().copy()
        for name, bound in self._bound_items():
            if not bound.is_hidden:
                fields.append((bound, bound.errors))
                continue
            if bound.errors:
                top_errors += [
                    _("(Hidden field %(name)s) %(error)s") % {"name": name, "error": str(error)}
                    for error in bound.errors
                ]
            hidden_fields.append(bound)
        return {
            "form": self,
            "fields": fields,
            "hidden_fields": hidden_fields,
            "errors": top_errors,
        }

    def non_field_errors(self) -> Any:
        """The errors that belong to no field."""
        return self.errors.get(
            NON_FIELD_ERRORS,
            self.error_class(error_class="nonfield", renderer=self.renderer),
        )

    def add_error(self, field: Any, error: Any) -> None:
        """Add errors of a field, of the form (None), or of several fields (a dict of errors).

        What has errors is taken out of `cleaned_data`. Raises ValueError for a field that is not there.
        """
        if not isinstance(error, ValidationError):
            error = ValidationError(error)
        if hasattr(error, "error_dict"):
            if field is not None:
                raise TypeError(
                    "The argument `field` must be `None` when the `error` "
                    "argument contains errors for multiple fields."
                )
            found = error.error_dict
        else:
            found = {field or NON_FIELD_ERRORS: error.error_list}
        for name, errors in found.items():
            if name not in self.errors:
                self._errors[name] = self._new_error_list(name)
            self._errors[name].extend(errors)
            if name in self.cleaned_data:
                del self.cleaned_data[name]

    def _new_error_list(self, name: str) -> Any:
        if name == NON_FIELD_ERRORS:
            return self.error_class(error_class="nonfield", renderer=self.renderer)
        if name not in self.fields:
            raise ValueError(f"'{type(self).__name__}' has no field named '{name}'.")
        return self.error_class(renderer=self.renderer, field_id=self[name].auto_id)

    def has_error(self, field: Any, code: Any = None) -> bool:
        """Whether `field` has errors, or one with `code`; None is for errors of the form."""
        name = NON_FIELD_ERRORS if field is None else field
        if name not in self.errors:
            return False
        return code is None or any(error.code == code for error in self.errors.as_data()[name])

    def full_clean(self) -> None:
        """Validate everything anew, into `errors` and `cleaned_data`."""
        self._errors = ErrorDict(renderer=self.renderer)
        if not self.is_bound:
            return
        self.cleaned_data = {}
        if self.empty_permitted and not self.has_changed():
            return
        self._clean_fields()
        self._clean_form()
        self._post_clean()

    def _clean_fields(self) -> None:
        for name, bound in self._bound_items():
            try:
                self.cleaned_data[name] = bound.field._clean_bound_field(bound)
                if hasattr(self, f"clean_{name}"):
                    self.cleaned_data[name] = getattr(self, f"clean_{name}")()
            except ValidationError as error:
                self.add_error(name, error)

    def _clean_form(self) -> None:
        try:
            cleaned_data = self.clean()
        except ValidationError as error:
            self.add_error(None, error)
        else:
            if cleaned_data is not None:
                self.cleaned_data = cleaned_data

    def _post_clean(self) -> None:
        """A hook for what comes after `clean`; model forms validate their instance here."""

    def clean(self) -> Any:
        """A hook for what concerns several fields; what it returns becomes `cleaned_data`."""
        return self.cleaned_data

    def has_changed(self) -> bool:
        """Whether what was submitted differs from the initial values."""
        return bool(self.changed_data)

    @cached_property
    def changed_data(self) -> list[str]:
        """The names of the fields that differ from their initial values."""
        return [name for name, bound in self._bound_items() if bound._has_changed()]

    @property
    def media(self) -> Any:
        """The media of all widgets."""
        media = Media()
        for field in self.fields.values():
            media = media + field.widget.media
        return media

    def is_multipart(self) -> bool:
        """Whether the form must be sent as ``multipart/form-data``."""
        return any(field.widget.needs_multipart_form for field in self.fields.values())

    def hidden_fields(self) -> list[Any]:
        """The fields whose widgets are hidden."""
        return [field for field in self if field.is_hidden]

    def visible_fields(self) -> list[Any]:
        """The fields whose widgets are not hidden."""
        return [field for field in self if not field.is_hidden]

    def get_initial_for_field(self, field: Any, field_name: str) -> Any:
        """The form's initial value of a field, else the field's; what can be called is called."""
        value = self.initial.get(field_name, field.initial)
        if callable(value):
            value = value()
        # What the widget cannot send back would look like a change.
        if (
            isinstance(value, (datetime.datetime, datetime.time))
            and not field.widget.supports_microseconds
        ):
            value = value.replace(microsecond=0)
        return value


class Form(BaseForm, metaclass=DeclarativeFieldsMetaclass):
    """Fields, declared as attributes of the class."""
