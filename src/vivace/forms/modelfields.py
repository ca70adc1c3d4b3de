"""Fields of forms whose choices are rows: of a queryset, or the one parent of an inline formset.

Documented at ref/forms/fields. What was sent is looked up in the queryset, never elsewhere.
SECURITY: several keys are looked up by one query, however many were sent (CVE-2015-0222).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from vivace.core.exceptions import ValidationError
from vivace.core.validators import ProhibitNullCharactersValidator
from vivace.forms.fields import ChoiceField, Field
from vivace.forms.widgets import HiddenInput, MultipleHiddenInput, RadioSelect, SelectMultiple
from vivace.utils.choices import BaseChoiceIterator, normalize_choices
from vivace.utils.naming import object_repr, published
from vivace.utils.translation import gettext_lazy as _

__all__ = [
    "InlineForeignKeyField",
    "ModelChoiceField",
    "ModelChoiceIterator",
    "ModelChoiceIteratorValue",
    "ModelMultipleChoiceField",
]


@published("forms.models.ModelChoiceIteratorValue")
class ModelChoiceIteratorValue:
    """The value of a choice that is a row; it is as its key, and knows the row as `instance`."""

    def __init__(self, value: Any, instance: Any) -> None:
        self.value = value
        self.instance = instance

    def __str__(self) -> str:
        return str(self.value)

    __repr__ = object_repr

    def __hash__(self) -> int:
        return hash(self.value)

    def __eq__(self, other: object) -> bool:
        if isinstance(other, ModelChoiceIteratorValue):
            other = other.value
        return bool(self.value == other)


@published("forms.models.ModelChoiceIterator")
class ModelChoiceIterator(BaseChoiceIterator):
    """The choices of a field, read from the database whenever they are gone through."""

    def __init__(self, field: Any) -> None:
        self.field = field
        self.queryset = field.queryset

    def __iter__(self) -> Iterator[Any]:
        if self.field.empty_label is not None:
            yield "", self.field.empty_label
        rows = self.queryset
        # What is prefetched is needed for all rows at once.
        if not rows._prefetch_related_lookups:
            rows = rows.iterator()
        for row in rows:
            yield self.choice(row)

    def __len__(self) -> int:
        # Without reading the rows.
        count: int = self.queryset.count()
        return count + (self.field.empty_label is not None)

    def __bool__(self) -> bool:
        return self.field.empty_label is not None or bool(self.queryset.exists())

    def choice(self, obj: Any) -> tuple[Any, Any]:
        """Value and label of a row."""
        value = ModelChoiceIteratorValue(self.field.prepare_value(obj), obj)
        return value, self.field.label_from_instance(obj)


@published("forms.models.ModelChoiceField")
class ModelChoiceField(ChoiceField):
    """A row of `queryset`, known by its key or the field `to_field_name`.

    Raises `ValidationError` for what is not in the queryset.
    """

    default_error_messages = {
        "invalid_choice": _(
            "Select a valid choice. That choice is not one of the available choices."
        ),
    }
    iterator: Any = ModelChoiceIterator

    def __init__(
        self,
        queryset: Any,
        *,
        empty_label: Any = "---------",
        required: bool = True,
        widget: Any = None,
        label: Any = None,
        initial: Any = None,
        help_text: Any = "",
        to_field_name: str | None = None,
        limit_choices_to: Any = None,
        blank: bool = False,
        **kwargs: Any,
    ) -> None:
        # Not by way of `ChoiceField`, which would ask for choices.
        Field.__init__(
            self,
            required=required,
            widget=widget,
            label=label,
            initial=initial,
            help_text=help_text,
            **kwargs,
        )
        chosen = required and initial is not None
        # Of radio buttons none needs to be pressed.
        buttons = isinstance(self.widget, RadioSelect) and not blank
        self.empty_label = None if chosen or buttons else empty_label
        self.queryset = queryset
        self.limit_choices_to = limit_choices_to
        self.to_field_name = to_field_name

    def validate_no_null_characters(self, value: Any) -> None:
        """Raise `ValidationError` if `value` holds U+0000, which databases refuse."""
        ProhibitNullCharactersValidator()(value)

    def get_limit_choices_to(self) -> Any:
        """What limits the rows; a callable is called."""
        limit = self.limit_choices_to
        return limit() if callable(limit) else limit

    def __deepcopy__(self, memo: dict[int, Any]) -> Any:
        result = Field.__deepcopy__(self, memo)
        # Each form asks the database anew.
        if self.queryset is not None:
            result.queryset = self.queryset.all()
        return result

    def _get_queryset(self) -> Any:
        return self._queryset

    def _set_queryset(self, queryset: Any) -> None:
        self._queryset = None if queryset is None else queryset.all()
        self.widget.choices = self.choices

    queryset: Any = property(_get_queryset, _set_queryset)

    def label_from_instance(self, obj: Any) -> str:
        """The label of a row; for subclasses to change."""
        return str(obj)

    def _get_choices(self) -> Any:
        # A list that was set takes the place of the rows. Otherwise the queryset of now is meant.
        return self._choices if hasattr(self, "_choices") else self.iterator(self)

    def _set_choices(self, value: Any) -> None:
        self._choices = self.widget.choices = normalize_choices(value)

    choices: Any = property(_get_choices, _set_choices)

    def prepare_value(self, value: Any) -> Any:
        """The key of a row; anything else as it is."""
        if hasattr(value, "_meta"):
            if self.to_field_name:
                return value.serializable_value(self.to_field_name)
            return value.pk
        return super().prepare_value(value)

    @property
    def _key(self) -> str:
        return self.to_field_name or "pk"

    def to_python(self, value: Any) -> Any:
        """The row with the key `value`; None for nothing."""
        if value in self.empty_values:
            return None
        self.validate_no_null_characters(value)
        model = self.queryset.model
        try:
            if isinstance(value, model):
                value = getattr(value, self._key)
            return self.queryset.get(**{self._key: value})
        except (ValueError, TypeError, model.DoesNotExist):
            raise ValidationError(
                self.error_messages["invalid_choice"],
                code="invalid_choice",
                params={"value": value},
            ) from None

    def validate(self, value: Any) -> None:
        """Whether it is required; that it is a choice is known by now."""
        Field.validate(self, value)

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Whether another key was sent than was shown."""
        if self.disabled:
            return False
        shown = self.prepare_value("" if initial is None else initial)
        return str(shown) != str("" if data is None else data)


@published("forms.models.ModelMultipleChoiceField")
class ModelMultipleChoiceField(ModelChoiceField):
    """Any number of rows of a queryset; the value is a queryset."""

    widget: Any = SelectMultiple
    hidden_widget: Any = MultipleHiddenInput
    default_error_messages = {
        "invalid_list": _("Enter a list of values."),
        "invalid_choice": _(
            "Select a valid choice. %(value)s is not one of the available choices."
        ),
        "invalid_pk_value": _("“%(pk)s” is not a valid value."),
    }

    def __init__(self, queryset: Any, **kwargs: Any) -> None:
        super().__init__(queryset, empty_label=None, **kwargs)

    def to_python(self, value: Any) -> Any:
        """The rows as a list."""
        return list(self._check_values(value)) if value else []

    def clean(self, value: Any) -> Any:
        """The queryset of the rows that were sent; `ValidationError` if one is not there."""
        value = self.prepare_value(value)
        if not value:
            if self.required:
                raise ValidationError(self.error_messages["required"], code="required")
            return self.queryset.none()
        if not isinstance(value, (list, tuple)):
            raise self._no_list()
        found = self._check_values(value)
        # As `Field.clean` does, with the keys.
        self.run_validators(value)
        return found

    def _no_list(self) -> ValidationError:
        return ValidationError(self.error_messages["invalid_list"], code="invalid_list")

    def _check_values(self, value: Iterable[Any]) -> Any:
        """The queryset of the rows with these keys."""
        key = self._key
        try:
            # What is no key at all cannot be hashed.
            keys = list(dict.fromkeys(value))
        except TypeError:
            raise self._no_list() from None
        for each in keys:
            self.validate_no_null_characters(each)
            try:
                # Asks nothing, and finds what is of the wrong type.
                self.queryset.filter(**{key: each})
            except (ValueError, TypeError):
                raise ValidationError(
                    self.error_messages["invalid_pk_value"],
                    code="invalid_pk_value",
                    params={"pk": each},
                ) from None
        found = self.queryset.filter(**{f"{key}__in": keys})
        known = {str(getattr(row, key)) for row in found}
        for each in keys:
            if str(each) not in known:
                raise ValidationError(
                    self.error_messages["invalid_choice"],
                    code="invalid_choice",
                    params={"value": each},
                )
        return found

    def prepare_value(self, value: Any) -> Any:
        """The keys of rows."""
        several = hasattr(value, "__iter__") and not isinstance(value, str)
        if several and not hasattr(value, "_meta"):
            prepare = super().prepare_value
            return [prepare(each) for each in value]
        return super().prepare_value(value)

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Whether other keys were sent than were shown, in whatever order."""
        if self.disabled:
            return False
        shown = [] if initial is None else list(initial)
        sent = [] if data is None else data
        if len(shown) != len(sent):
            return True
        return {str(each) for each in self.prepare_value(shown)} != {str(each) for each in sent}


@published("forms.models.InlineForeignKeyField")
class InlineForeignKeyField(Field):
    """The hidden field of an inline formset's form for the parent; no other value is taken."""

    widget: Any = HiddenInput
    default_error_messages = {
        "invalid_choice": _("The inline value did not match the parent instance."),
    }

    def __init__(
        self,
        parent_instance: Any,
        *args: Any,
        pk_field: bool = False,
        to_field: str | None = None,
        **kwargs: Any,
    ) -> None:
        self.parent_instance = parent_instance
        self.pk_field = pk_field
        self.to_field = to_field
        if parent_instance is not None:
            kwargs["initial"] = self._parent_key()
        kwargs["required"] = False
        super().__init__(*args, **kwargs)

    def _parent_key(self) -> Any:
        return getattr(self.parent_instance, self.to_field or "pk")

    def clean(self, value: Any) -> Any:
        """The parent, if `value` is its key, or nothing."""
        if value in self.empty_values:
            # A new row without a key of its own is the parent's once it is saved.
            return None if self.pk_field else self.parent_instance
        if str(value) != str(self._parent_key()):
            raise ValidationError(self.error_messages["invalid_choice"], code="invalid_choice")
        return self.parent_instance

    def has_changed(self, initial: Any, data: Any) -> bool:
        """False: it is not for the user."""
        return False
