"""`formfield`: the field of a form that a field of a model is edited with.

The classes of forms are reached through `forms`, which imports them when the first form is made:
PERF: a program without forms, and every command, starts without them. Each class of fields merges
its own arguments below those that were given, so that subclasses and callers have the last word.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vivace.utils.lazily import Later
from vivace.utils.text import capfirst

__all__ = ["FieldForms", "forms"]

#: The package of forms.
forms: Any = Later("vivace.forms")

# What a field of choices takes; other arguments are meant for the class it stands in for.
_CHOICE_ARGUMENTS = frozenset(
    [
        "coerce",
        "empty_value",
        "choices",
        "required",
        "widget",
        "label",
        "initial",
        "help_text",
        "error_messages",
        "show_hidden_initial",
        "disabled",
    ]
)


class FieldForms:
    """The part of `Field` that speaks of forms."""

    if TYPE_CHECKING:
        # Subclasses take what they like.
        def formfield(self, *args: Any, **kwargs: Any) -> Any: ...

    else:

        def formfield(self, form_class=None, choices_form_class=None, **kwargs):
            """The form's field, or None if there is nothing to edit.

            `form_class` is its class, `choices_form_class` its class if the field has choices; further
            arguments are handed to it. Documented at howto/custom-model-fields.
            """
            arguments: dict[str, Any] = {
                "required": not self.blank,
                "label": capfirst(self.verbose_name),
                "help_text": self.help_text,
            }
            if self.has_default():
                if callable(self.default):
                    arguments["initial"] = self.default
                    arguments["show_hidden_initial"] = True
                else:
                    arguments["initial"] = self.get_default()
            if self.choices is not None:
                has_first = self.has_default() or "initial" in kwargs
                arguments["choices"] = self.get_choices(include_blank=self.blank or not has_first)
                arguments["coerce"] = self.to_python
                if self.null:
                    arguments["empty_value"] = None
                form_class = choices_form_class or forms.TypedChoiceField
                kwargs = {key: value for key, value in kwargs.items() if key in _CHOICE_ARGUMENTS}
            arguments.update(kwargs)
            return (form_class or forms.CharField)(**arguments)

    def save_form_data(self: Any, instance: Any, data: Any) -> None:
        """Set what a form's field cleaned."""
        setattr(instance, self.name, data)
