"""Fields that are one or several of given choices. Documented in ref/forms/fields."""

from __future__ import annotations

import copy
import os
import re
from typing import Any, Self

from vivace.core.exceptions import ValidationError
from vivace.forms.fields.base import Field
from vivace.forms.widgets import MultipleHiddenInput, Select, SelectMultiple
from vivace.utils.choices import normalize_choices
from vivace.utils.naming import publish
from vivace.utils.translation import gettext_lazy as _

_INVALID_CHOICE = _("Select a valid choice. %(value)s is not one of the available choices.")


def _same(value: Any) -> Any:
    return value


class ChoiceField(Field):
    """One of `choices`, as text: pairs, groups of pairs, a dictionary, an enumeration or a function."""

    widget: Any = Select
    default_error_messages = {"invalid_choice": _INVALID_CHOICE}

    def __init__(self, *, choices: Any = (), **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.choices = choices

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        twin = super().__deepcopy__(memo)
        twin._choices = copy.deepcopy(self._choices, memo)
        return twin

    def _get_choices(self) -> Any:
        return self._choices

    def _set_choices(self, value: Any) -> None:
        self._choices = self.widget.choices = normalize_choices(value)

    #: The choices, which the widget has as well; a function is asked on each use.
    choices: Any = property(_get_choices, _set_choices)

    def to_python(self, value: Any) -> Any:
        return "" if value in self.empty_values else str(value)

    def _refuse(self, value: Any) -> None:
        raise ValidationError(
            self.error_messages["invalid_choice"], code="invalid_choice", params={"value": value}
        )

    def validate(self, value: Any) -> None:
        super().validate(value)
        if value and not self.valid_value(value):
            self._refuse(value)

    def valid_value(self, value: Any) -> bool:
        """Whether `value` is one of the choices, or looks like one."""
        text = str(value)
        for key, label in self.choices:
            if isinstance(label, (list, tuple)):
                keys = [inner for inner, _label in label]
            else:
                keys = [key]
            if any(value == known or text == str(known) for known in keys):
                return True
        return False


class TypedChoiceField(ChoiceField):
    """A choice that `coerce` makes a value; no choice is `empty_value`, which is not coerced."""

    def __init__(self, *, coerce: Any = _same, empty_value: Any = "", **kwargs: Any) -> None:
        self.coerce = coerce
        self.empty_value = empty_value
        super().__init__(**kwargs)

    def _coerce(self, value: Any) -> Any:
        if value == self.empty_value or value in self.empty_values:
            return self.empty_value
        try:
            return self.coerce(value)
        except (ValueError, TypeError, ValidationError):
            self._refuse(value)

    def clean(self, value: Any) -> Any:
        return self._coerce(super().clean(value))


class MultipleChoiceField(ChoiceField):
    """A list of choices."""

    hidden_widget = MultipleHiddenInput
    widget = SelectMultiple
    default_error_messages = {
        "invalid_choice": _INVALID_CHOICE,
        "invalid_list": _("Enter a list of values."),
    }

    def to_python(self, value: Any) -> Any:
        if not value:
            return []
        if not isinstance(value, (list, tuple)):
            raise ValidationError(self.error_messages["invalid_list"], code="invalid_list")
        return [str(item) for item in value]

    def validate(self, value: Any) -> None:
        if self.required and not value:
            raise ValidationError(self.error_messages["required"], code="required")
        for item in value:
            if not self.valid_value(item):
                self._refuse(item)

    def has_changed(self, initial: Any, data: Any) -> bool:
        if self.disabled:
            return False
        initial = [] if initial is None else initial
        data = [] if data is None else data
        if len(initial) != len(data):
            return True
        return {str(item) for item in initial} != {str(item) for item in data}


class TypedMultipleChoiceField(MultipleChoiceField):
    """A list of choices, each of which `coerce` makes a value; no choice is `empty_value`."""

    def __init__(self, *, coerce: Any = _same, **kwargs: Any) -> None:
        self.coerce = coerce
        self.empty_value = kwargs.pop("empty_value", [])
        super().__init__(**kwargs)

    def _coerce(self, value: Any) -> Any:
        if value == self.empty_value or value in self.empty_values:
            return self.empty_value
        coerced = []
        for item in value:
            try:
                coerced.append(self.coerce(item))
            except (ValueError, TypeError, ValidationError):
                self._refuse(item)
        return coerced

    def clean(self, value: Any) -> Any:
        return self._coerce(super().clean(value))

    def validate(self, value: Any) -> None:
        if value != self.empty_value:
            super().validate(value)
        elif self.required:
            raise ValidationError(self.error_messages["required"], code="required")


class FilePathField(ChoiceField):
    """The path of a file in the directory `path`, whose name matches `match`."""

    def __init__(
        self,
        path: Any,
        *,
        match: str | None = None,
        recursive: bool = False,
        allow_files: bool = True,
        allow_folders: bool = False,
        **kwargs: Any,
    ) -> None:
        self.path, self.match, self.recursive = path, match, recursive
        self.allow_files, self.allow_folders = allow_files, allow_folders
        super().__init__(choices=(), **kwargs)
        self.match_re = None if self.match is None else re.compile(self.match)
        found = self._walk() if recursive else self._scan()
        self.choices = [*([] if self.required else [("", "---------")]), *found]
        self.widget.choices = self.choices

    def _fits(self, name: str) -> bool:
        return self.match_re is None or self.match_re.search(name) is not None

    def _walk(self) -> list[tuple[str, str]]:
        found = []
        for root, folders, files in sorted(os.walk(self.path)):
            names = files if self.allow_files else []
            paths = [os.path.join(root, name) for name in sorted(names) if self._fits(name)]
            if self.allow_folders:
                paths += [
                    os.path.join(root, name)
                    for name in sorted(folders)
                    if name != "__pycache__" and self._fits(name)
                ]
            found += [(path, path.replace(self.path, "", 1)) for path in paths]
        return found

    def _scan(self) -> list[tuple[str, str]]:
        found = []
        with os.scandir(self.path) as entries:
            for entry in entries:
                if entry.name == "__pycache__" or not self._fits(entry.name):
                    continue
                if (self.allow_files and entry.is_file()) or (
                    self.allow_folders and entry.is_dir()
                ):
                    found.append((entry.path, entry.name))
        return sorted(found, key=lambda choice: choice[1])


publish(__name__, "forms.fields")
