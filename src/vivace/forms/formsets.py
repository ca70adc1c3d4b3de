"""Several forms of one kind on one page, documented at topics/forms/formsets.

What the browser sends says by itself how many forms there are (`ManagementForm`). SECURITY: it is
believed up to `absolute_max` only (CVE-2013-0306), and what it says of forms that were there before
never reaches what a model formset may change.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, ClassVar

from vivace.core.exceptions import ValidationError
from vivace.forms.fields import BooleanField, IntegerField
from vivace.forms.forms import Form
from vivace.forms.renderers import get_default_renderer
from vivace.forms.utils import ErrorList, RenderableFormMixin
from vivace.forms.widgets import CheckboxInput, HiddenInput, Media, NumberInput
from vivace.utils.functional import cached_property
from vivace.utils.translation import gettext_lazy as _
from vivace.utils.translation import ngettext_lazy

__all__ = ["BaseFormSet", "all_valid", "formset_factory"]

# Names of fields that formsets add of themselves.
TOTAL_FORM_COUNT = "TOTAL_FORMS"
INITIAL_FORM_COUNT = "INITIAL_FORMS"
MIN_NUM_FORM_COUNT = "MIN_NUM_FORMS"
MAX_NUM_FORM_COUNT = "MAX_NUM_FORMS"
ORDERING_FIELD_NAME = "ORDER"
DELETION_FIELD_NAME = "DELETE"

DEFAULT_MIN_NUM = 0
DEFAULT_MAX_NUM = 1000


class ManagementForm(Form):
    """The hidden fields that say how many forms are sent, and how many of them were there before."""

    TOTAL_FORMS = IntegerField(widget=HiddenInput)
    INITIAL_FORMS = IntegerField(widget=HiddenInput)
    # Not used here; for scripts in the page.
    MIN_NUM_FORMS = IntegerField(required=False, widget=HiddenInput)
    MAX_NUM_FORMS = IntegerField(required=False, widget=HiddenInput)

    def clean(self) -> dict[str, Any]:
        """The numbers; 0 for one that is missing, so that the formset can still be shown."""
        cleaned: dict[str, Any] = super().clean()
        cleaned.setdefault(TOTAL_FORM_COUNT, 0)
        cleaned.setdefault(INITIAL_FORM_COUNT, 0)
        return cleaned


class BaseFormSet(RenderableFormMixin):
    """Base class of formsets; `formset_factory` makes one for a class of forms.

    `initial` has a mapping for each form, `form_kwargs` goes to the constructor of every form.
    """

    deletion_widget: Any = CheckboxInput
    ordering_widget: Any = NumberInput
    default_error_messages: ClassVar[dict[str, Any]] = {
        "missing_management_form": _(
            "ManagementForm data is missing or has been tampered with. Missing fields: "
            "%(field_names)s. You may need to file a bug report if the issue persists."
        ),
        "too_many_forms": ngettext_lazy(
            "Please submit at most %(num)d form.", "Please submit at most %(num)d forms.", "num"
        ),
        "too_few_forms": ngettext_lazy(
            "Please submit at least %(num)d form.", "Please submit at least %(num)d forms.", "num"
        ),
    }

    template_name_div = "django/forms/formsets/div.html"
    template_name_p = "django/forms/formsets/p.html"
    template_name_table = "django/forms/formsets/table.html"
    template_name_ul = "django/forms/formsets/ul.html"

    # Set by `formset_factory`.
    form: Any
    extra: int
    can_order: bool
    can_delete: bool
    can_delete_extra: bool
    max_num: int
    min_num: int
    absolute_max: int
    validate_max: bool
    validate_min: bool
    renderer: Any

    def __init__(
        self,
        data: Any = None,
        files: Any = None,
        auto_id: Any = "id_%s",
        prefix: str | None = None,
        initial: Sequence[Mapping[str, Any]] | None = None,
        error_class: type[ErrorList] = ErrorList,
        form_kwargs: Mapping[str, Any] | None = None,
        error_messages: Mapping[str, Any] | None = None,
    ) -> None:
        self.is_bound = data is not None or files is not None
        self.prefix = prefix or self.get_default_prefix()
        self.auto_id = auto_id
        self.data = data or {}
        self.files = files or {}
        self.initial = initial
        self.form_kwargs = form_kwargs or {}
        self.error_class = error_class
        self._errors: list[Any] | None = None
        self._non_form_errors: Any = None
        # Forms without a renderer of the formset choose their own.
        self.form_renderer = self.renderer
        self.renderer = self.renderer or get_default_renderer()
        messages: dict[str, Any] = {}
        for cls in reversed(type(self).__mro__):
            messages.update(getattr(cls, "default_error_messages", {}))
        messages.update(error_messages or {})
        self.error_messages = messages

    def __iter__(self) -> Iterator[Any]:
        return iter(self.forms)

    def __getitem__(self, index: Any) -> Any:
        return self.forms[index]

    def __len__(self) -> int:
        return len(self.forms)

    def __bool__(self) -> bool:
        # There is always the management form.
        return True

    def __repr__(self) -> str:
        valid: Any = "Unknown"
        if self._errors is not None:
            valid = self.is_bound and not self._non_form_errors and not any(self._errors)
        return (
            f"<{type(self).__qualname__}: bound={self.is_bound} valid={valid} "
            f"total_forms={self.total_form_count()}>"
        )

    # --- how many forms

    @cached_property
    def management_form(self) -> Any:
        """The form with the numbers: as they were sent, or as they will be shown."""
        common = {"auto_id": self.auto_id, "prefix": self.prefix, "renderer": self.renderer}
        if self.is_bound:
            form = ManagementForm(self.data, self.files, **common)
            form.full_clean()
            return form
        counts = {
            TOTAL_FORM_COUNT: self.total_form_count(),
            INITIAL_FORM_COUNT: self.initial_form_count(),
            MIN_NUM_FORM_COUNT: self.min_num,
            MAX_NUM_FORM_COUNT: self.max_num,
        }
        return ManagementForm(initial=counts, **common)

    def total_form_count(self) -> int:
        """The number of forms, those for more included."""
        if self.is_bound:
            # SECURITY: no more than the absolute maximum, whatever was sent (CVE-2013-0306).
            sent: int = self.management_form.cleaned_data[TOTAL_FORM_COUNT]
            return min(sent, self.absolute_max)
        there = self.initial_form_count()
        total = max(there, self.min_num) + self.extra
        if self.max_num >= 0:
            # What is there already is shown, even if it is too much.
            total = max(there, min(total, self.max_num))
        return total

    def initial_form_count(self) -> int:
        """The number of forms for what is there already."""
        if self.is_bound:
            sent: int = self.management_form.cleaned_data[INITIAL_FORM_COUNT]
            return sent
        return len(self.initial) if self.initial else 0

    # --- the forms

    @cached_property
    def forms(self) -> list[Any]:
        """All forms."""
        return [
            self._construct_form(index, **self.get_form_kwargs(index))
            for index in range(self.total_form_count())
        ]

    def get_form_kwargs(self, index: int | None) -> dict[str, Any]:
        """What the constructor of form `index` is given besides; None is for `empty_form`."""
        return dict(self.form_kwargs)

    def _construct_form(self, i: int, **kwargs: Any) -> Any:
        arguments: dict[str, Any] = {
            "auto_id": self.auto_id,
            "prefix": self.add_prefix(i),
            "error_class": self.error_class,
            # A browser would insist on forms that may stay empty.
            "use_required_attribute": False,
            "renderer": self.form_renderer,
        }
        if self.is_bound:
            arguments["data"] = self.data
            arguments["files"] = self.files
        if self.initial and "initial" not in kwargs:
            try:
                arguments["initial"] = self.initial[i]
            except IndexError:
                pass
        if i >= self.initial_form_count() and i >= self.min_num:
            arguments["empty_permitted"] = True
        form = self.form(**{**arguments, **kwargs})
        self.add_fields(form, i)
        return form

    @property
    def initial_forms(self) -> list[Any]:
        """The forms for what is there already."""
        return self.forms[: self.initial_form_count()]

    @property
    def extra_forms(self) -> list[Any]:
        """The forms for more."""
        return self.forms[self.initial_form_count() :]

    @property
    def empty_form(self) -> Any:
        """A form with ``__prefix__`` for its number, which scripts in the page copy."""
        arguments = {
            "auto_id": self.auto_id,
            "prefix": self.add_prefix("__prefix__"),
            "empty_permitted": True,
            "use_required_attribute": False,
            "renderer": self.form_renderer,
        }
        form = self.form(**{**self.get_form_kwargs(None), **arguments})
        self.add_fields(form, None)
        return form

    def add_fields(self, form: Any, index: int | None) -> None:
        """Add what the formset needs to a form: its order, the box that deletes it."""
        there = self.initial_form_count()
        is_there = index is not None and index < there
        if self.can_order:
            form.fields[ORDERING_FIELD_NAME] = IntegerField(
                label=_("Order"),
                initial=index + 1 if is_there and index is not None else None,
                required=False,
                widget=self.get_ordering_widget(),
            )
        if self.can_delete and (self.can_delete_extra or is_there):
            form.fields[DELETION_FIELD_NAME] = BooleanField(
                label=_("Delete"), required=False, widget=self.get_deletion_widget()
            )

    def add_prefix(self, index: Any) -> str:
        """The prefix of form `index`."""
        return f"{self.prefix}-{index}"

    @classmethod
    def get_default_prefix(cls) -> str:
        """The prefix of a formset that is given none."""
        return "form"

    @classmethod
    def get_deletion_widget(cls) -> Any:
        """The widget of the field that deletes."""
        return cls.deletion_widget

    @classmethod
    def get_ordering_widget(cls) -> Any:
        """The widget of the field that orders."""
        return cls.ordering_widget

    # --- what was sent

    def _if_valid(self, name: str, condition: bool = True) -> None:
        if not (self.is_valid() and condition):
            raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")

    @property
    def cleaned_data(self) -> list[Any]:
        """The cleaned data of every form; `AttributeError` if not all are valid."""
        self._if_valid("cleaned_data")
        return [form.cleaned_data for form in self.forms]

    def _is_blank(self, index: int, form: Any) -> bool:
        """Whether it is a form for more that was left as it was."""
        return index >= self.initial_form_count() and not form.has_changed()

    @property
    def deleted_forms(self) -> list[Any]:
        """The forms to delete; none while the formset is not valid."""
        if not self.is_valid() or not self.can_delete:
            return []
        if not hasattr(self, "_deleted_form_indexes"):
            self._deleted_form_indexes = [
                index
                for index, form in enumerate(self.forms)
                if not self._is_blank(index, form) and self._should_delete_form(form)
            ]
        return [self.forms[index] for index in self._deleted_form_indexes]

    @property
    def ordered_forms(self) -> list[Any]:
        """The forms in the order that was chosen; those without a place are last."""
        self._if_valid("ordered_forms", self.can_order)
        if not hasattr(self, "_ordering"):
            places = [
                (form.cleaned_data[ORDERING_FIELD_NAME], index)
                for index, form in enumerate(self.forms)
                if not self._is_blank(index, form)
                and not (self.can_delete and self._should_delete_form(form))
            ]
            self._ordering = sorted(places, key=lambda each: (each[0] is None, each[0] or 0))
        return [self.forms[index] for _place, index in self._ordering]

    def non_form_errors(self) -> Any:
        """The errors that belong to no form."""
        if self._non_form_errors is None:
            self.full_clean()
        return self._non_form_errors

    @property
    def errors(self) -> Any:
        """The errors of every form that is not deleted."""
        if self._errors is None:
            self.full_clean()
        return self._errors

    def total_error_count(self) -> int:
        """The number of all errors."""
        return len(self.non_form_errors()) + sum(len(errors) for errors in self.errors)

    def _should_delete_form(self, form: Any) -> Any:
        return form.cleaned_data.get(DELETION_FIELD_NAME, False)

    def is_valid(self) -> bool:
        """Whether something was sent and all is well; every form is asked."""
        if not self.is_bound:
            return False
        # Cleans.
        self.errors  # noqa: B018
        valid = [
            form.is_valid()
            for form in self.forms
            if not (self.can_delete and self._should_delete_form(form))
        ]
        return all(valid) and not self.non_form_errors()

    def full_clean(self) -> None:
        """Clean every form, then the whole."""
        self._errors = []
        self._non_form_errors = self._error_list()
        if not self.is_bound:
            return
        if not self.management_form.is_valid():
            self._non_form_errors.append(self._tampered())
        blank = 0
        for index, form in enumerate(self.forms):
            if self._is_blank(index, form):
                blank += 1
            # Cleans, so that what asks to be deleted is known.
            errors = form.errors
            if self.can_delete and self._should_delete_form(form):
                continue
            self._errors.append(errors)
        try:
            self._check_numbers(blank)
            self.clean()
        except ValidationError as error:
            self._non_form_errors = self._error_list(error.error_list)

    def _error_list(self, errors: Any = None) -> Any:
        return self.error_class(errors, error_class="nonform", renderer=self.renderer)

    def _tampered(self) -> ValidationError:
        missing = [self.management_form.add_prefix(name) for name in self.management_form.errors]
        return ValidationError(
            self.error_messages["missing_management_form"],
            code="missing_management_form",
            params={"field_names": ", ".join(missing)},
        )

    def _check_numbers(self, blank: int) -> None:
        """Raise `ValidationError` if there are too many forms, or too few; `blank` were left."""
        deleted = len(self.deleted_forms)
        total = self.total_form_count()
        sent = self.management_form.cleaned_data[TOTAL_FORM_COUNT]
        if (self.validate_max and total - deleted > self.max_num) or sent > self.absolute_max:
            message = self.error_messages["too_many_forms"] % {"num": self.max_num}
            raise ValidationError(message, code="too_many_forms")
        if self.validate_min and total - deleted - blank < self.min_num:
            message = self.error_messages["too_few_forms"] % {"num": self.min_num}
            raise ValidationError(message, code="too_few_forms")

    def clean(self) -> None:
        """For subclasses: check what concerns several forms; `ValidationError` for all of them."""

    def has_changed(self) -> bool:
        """Whether any form has changed."""
        return any(form.has_changed() for form in self)

    # --- in the page

    def is_multipart(self) -> bool:
        """Whether a form has a file to upload."""
        form = self.forms[0] if self.forms else self.empty_form
        return bool(form.is_multipart())

    @property
    def media(self) -> Media:
        """The scripts and styles of a form."""
        found: Media = (self.forms[0] if self.forms else self.empty_form).media
        return found

    @property
    def template_name(self) -> str:
        """The template of `render`."""
        return str(self.renderer.formset_template_name)

    def get_context(self) -> dict[str, Any]:
        """What the template is rendered with."""
        return {"formset": self}


def formset_factory(
    form: Any,
    formset: type[BaseFormSet] = BaseFormSet,
    extra: int = 1,
    can_order: bool = False,
    can_delete: bool = False,
    max_num: int | None = None,
    validate_max: bool = False,
    min_num: int | None = None,
    validate_min: bool = False,
    absolute_max: int | None = None,
    can_delete_extra: bool = True,
    renderer: Any = None,
) -> Any:
    """A class of formsets for the class of forms `form`; documented at ref/forms/formsets.

    Raises `ValueError` if `absolute_max` is below `max_num`.
    """
    if max_num is None:
        max_num = DEFAULT_MAX_NUM
    if absolute_max is None:
        absolute_max = max_num + DEFAULT_MAX_NUM
    if max_num > absolute_max:
        raise ValueError("'absolute_max' must be greater or equal to 'max_num'.")
    attributes = {
        "form": form,
        "extra": extra,
        "can_order": can_order,
        "can_delete": can_delete,
        "can_delete_extra": can_delete_extra,
        "min_num": DEFAULT_MIN_NUM if min_num is None else min_num,
        "max_num": max_num,
        "absolute_max": absolute_max,
        "validate_min": validate_min,
        "validate_max": validate_max,
        "renderer": renderer,
    }
    # AuthorForm makes AuthorFormSet.
    return type(form.__name__.removesuffix("Form") + "FormSet", (formset,), attributes)


def all_valid(formsets: Any) -> bool:
    """Whether all of `formsets` are valid; every one is asked, so that each has its errors."""
    valid = [formset.is_valid() for formset in formsets]
    return all(valid)
