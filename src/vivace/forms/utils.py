"""Lists of errors, and what forms, fields and errors have in common. Documented in ref/forms/api."""

from __future__ import annotations

import json
from collections import UserList
from datetime import datetime, timedelta
from typing import Any

from vivace.conf import settings
from vivace.core.exceptions import ValidationError
from vivace.forms.renderers import get_default_renderer
from vivace.utils import timezone
from vivace.utils.html import escape, format_html_join
from vivace.utils.safestring import SafeString, mark_safe
from vivace.utils.translation import gettext_lazy as _

__all__ = [
    "ErrorDict",
    "ErrorList",
    "RenderableErrorMixin",
    "RenderableFieldMixin",
    "RenderableFormMixin",
    "RenderableMixin",
    "ValidationError",
    "flatatt",
    "from_current_timezone",
    "pretty_name",
    "to_current_timezone",
]


def pretty_name(name: str) -> str:
    """``first_name`` as ``First name``."""
    return name.replace("_", " ").capitalize() if name else ""


def flatatt(attrs: dict[str, Any]) -> SafeString:
    """`attrs` as HTML attributes, each with a blank before it, sorted.

    True stands for an attribute without a value, and these come last; False and None leave it out.
    """
    valued: list[tuple[str, Any]] = []
    bare: list[tuple[str]] = []
    for name, value in attrs.items():
        if isinstance(value, bool):
            if value:
                bare.append((name,))
        elif value is not None:
            valued.append((name, value))
    return format_html_join("", ' {}="{}"', sorted(valued)) + format_html_join(
        "", " {}", sorted(bare)
    )


class RenderableMixin:
    """What has a `renderer` and a `template_name`, and so becomes HTML."""

    renderer: Any
    template_name: Any

    def get_context(self) -> dict[str, Any]:
        """What the template gets."""
        raise NotImplementedError(
            "Subclasses of RenderableMixin must provide a get_context() method."
        )

    def render(self, template_name: Any = None, context: Any = None, renderer: Any = None) -> Any:
        """The HTML; each argument stands in for what the object has itself."""
        renderer = renderer or self.renderer
        template = template_name or self.template_name
        context = context or self.get_context()
        return mark_safe(renderer.render(template, context))

    # COMPAT: these do not ask for the `render` or `__str__` of a subclass, nor do they in Django.
    def __str__(self) -> str:
        text: str = RenderableMixin.render(self)
        return text

    def __html__(self) -> str:
        return RenderableMixin.__str__(self)


class RenderableFieldMixin(RenderableMixin):
    """What stands for a `field`."""

    field: Any

    def as_field_group(self) -> Any:
        """The field with its label, help text and errors."""
        return self.render()

    def as_hidden(self, *args: Any, **kwargs: Any) -> Any:
        """The field as a hidden input."""
        raise NotImplementedError(
            "Subclasses of RenderableFieldMixin must provide an as_hidden() method."
        )

    def as_widget(self, *args: Any, **kwargs: Any) -> Any:
        """The field's widget."""
        raise NotImplementedError(
            "Subclasses of RenderableFieldMixin must provide an as_widget() method."
        )

    def __str__(self) -> str:
        # The initial value goes along, hidden, where the field asks for it.
        text: str = self.as_widget()
        if self.field.show_hidden_initial:
            text += self.as_hidden(only_initial=True)
        return text

    def __html__(self) -> str:
        return RenderableFieldMixin.__str__(self)


class RenderableFormMixin(RenderableMixin):
    """What stands for a form or for several."""

    template_name_p: Any
    template_name_table: Any
    template_name_ul: Any
    template_name_div: Any

    def as_p(self) -> Any:
        """The form's fields as ``<p>``."""
        return self.render(self.template_name_p)

    def as_table(self) -> Any:
        """The form's fields as ``<tr>``, without the ``<table>``."""
        return self.render(self.template_name_table)

    def as_ul(self) -> Any:
        """The form's fields as ``<li>``, without the ``<ul>``."""
        return self.render(self.template_name_ul)

    def as_div(self) -> Any:
        """The form's fields as ``<div>``."""
        return self.render(self.template_name_div)


class RenderableErrorMixin(RenderableMixin):
    """What stands for errors."""

    template_name_text: Any
    template_name_ul: Any

    def get_json_data(self, escape_html: bool = False) -> Any:
        """Messages and codes as dictionaries and lists."""
        raise NotImplementedError("Subclasses must provide a get_json_data() method.")

    def as_json(self, escape_html: bool = False) -> str:
        """`get_json_data` as JSON; without `escape_html`, unfit to be put into a page as it is."""
        return json.dumps(self.get_json_data(escape_html))

    def as_text(self) -> Any:
        """The errors as text, with an asterisk before each."""
        return self.render(self.template_name_text)

    def as_ul(self) -> Any:
        """The errors as a ``<ul>``."""
        return self.render(self.template_name_ul)


class ErrorDict(dict[str, Any], RenderableErrorMixin):
    """`ErrorList` by the names of fields."""

    template_name = "django/forms/errors/dict/default.html"
    template_name_text = "django/forms/errors/dict/text.txt"
    template_name_ul = "django/forms/errors/dict/ul.html"

    def __init__(self, *args: Any, renderer: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.renderer = renderer or get_default_renderer()

    __str__ = RenderableMixin.__str__

    def as_data(self) -> dict[str, list[ValidationError]]:
        """The errors themselves, by field."""
        return {field: errors.as_data() for field, errors in self.items()}

    def get_json_data(self, escape_html: bool = False) -> dict[str, Any]:
        return {field: errors.get_json_data(escape_html) for field, errors in self.items()}

    def get_context(self) -> dict[str, Any]:
        return {"errors": self.items(), "error_class": "errorlist"}


class ErrorList(UserList[Any], list[Any], RenderableErrorMixin):  # type: ignore[misc]
    """Errors of one field, or of the form; a member is a message or a `ValidationError`.

    Reading a member gives its message. `field_id` is the ID of the field's input.
    """

    template_name = "django/forms/errors/list/default.html"
    template_name_text = "django/forms/errors/list/text.txt"
    template_name_ul = "django/forms/errors/list/ul.html"

    def __init__(
        self,
        initlist: Any = None,
        error_class: str | None = None,
        renderer: Any = None,
        field_id: str | None = None,
    ) -> None:
        super().__init__(initlist)
        self.error_class = "errorlist" if error_class is None else f"errorlist {error_class}"
        self.renderer = renderer or get_default_renderer()
        self.field_id = field_id

    __str__ = RenderableMixin.__str__

    def as_data(self) -> list[ValidationError]:
        """The errors themselves."""
        return ValidationError(self.data).error_list

    def copy(self) -> ErrorList:
        """Another list of the same errors, that looks the same."""
        twin: ErrorList = super().copy()
        twin.error_class = self.error_class
        twin.renderer = self.renderer
        return twin

    def get_json_data(self, escape_html: bool = False) -> list[dict[str, Any]]:
        found = []
        for error in self.as_data():
            message = error.messages[0]
            found.append(
                {
                    "message": escape(message) if escape_html else message,
                    "code": error.code or "",
                }
            )
        return found

    def get_context(self) -> dict[str, Any]:
        return {"errors": self, "error_class": self.error_class}

    def __repr__(self) -> str:
        return repr(list(self))

    def __contains__(self, item: object) -> bool:
        return item in list(self)

    def __eq__(self, other: object) -> bool:
        return list(self) == other

    def __getitem__(self, i: Any) -> Any:
        error = self.data[i]
        if isinstance(error, ValidationError):
            return error.messages[0]
        return error

    def __reduce_ex__(self, *args: Any, **kwargs: Any) -> Any:
        # A list's own way would append the members a second time.
        info = super().__reduce_ex__(*args, **kwargs)
        return (*info[:3], None, None)


def from_current_timezone(value: Any) -> Any:
    """A naive `value` that a user gave, in the current time zone; `ValidationError` if it cannot be."""
    if not settings.USE_TZ or value is None or not timezone.is_naive(value):
        return value
    current = timezone.get_current_timezone()
    try:
        if _ambiguous_or_imaginary(value, current):
            raise ValueError("Ambiguous or non-existent time.")
        return timezone.make_aware(value, current)
    except Exception as error:
        raise ValidationError(
            _(
                "%(datetime)s couldn\u2019t be interpreted "
                "in time zone %(current_timezone)s; it "
                "may be ambiguous or it may not exist."
            ),
            code="ambiguous_timezone",
            params={"datetime": value, "current_timezone": current},
        ) from error


def _ambiguous_or_imaginary(value: datetime, zone: Any) -> bool:
    """Whether a clock on the wall shows `value` twice or never."""
    offsets: set[timedelta | None] = {zone.utcoffset(value.replace(fold=fold)) for fold in (0, 1)}
    return len(offsets) > 1


def to_current_timezone(value: Any) -> Any:
    """An aware `value` as a naive one in the current time zone, to be shown to users."""
    if settings.USE_TZ and value is not None and timezone.is_aware(value):
        return timezone.make_naive(value)
    return value
