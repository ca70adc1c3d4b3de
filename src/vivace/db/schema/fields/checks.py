"""What the system checks say of a field: the ids, texts and hints of ref/checks (``fields.*``)."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import chain
from typing import Any

from vivace import checks
from vivace.db import connections, router
from vivace.db.schema.constants import LOOKUP_SEP
from vivace.utils.functional import Promise
from vivace.utils.naming import publish

__all__ = ["CheckFieldDefaultMixin", "FieldChecks", "databases_of"]


def databases_of(model: Any, databases: Iterable[str] | None) -> list[Any]:
    """The connections, of those that `databases` names, whose database has a table of `model`."""
    return [
        connections[alias] for alias in databases or () if router.allow_migrate_model(alias, model)
    ]


class FieldChecks:
    """`check` of a field, in parts that subclasses override."""

    # ``{"msg": ..., "hint": ..., "id": ...}`` of a field that will go, or that is gone.
    system_check_deprecated_details: dict[str, Any] | None = None
    system_check_removed_details: dict[str, Any] | None = None

    def check(self, **kwargs: Any) -> list[Any]:
        """Messages about how the field is declared, and whether ``databases`` can store it."""
        return [
            *self._check_field_name(),
            *self._check_choices(),
            *self._check_db_default(**kwargs),
            *self._check_db_index(),
            *self._check_db_comment(**kwargs),
            *self._check_null_allowed_for_primary_keys(),
            *self._check_backend_specific_checks(**kwargs),
            *self._check_validators(),
            *self._check_deprecation_details(),
        ]

    def _check_field_name(self: Any) -> list[Any]:
        name = self.name
        if name is None:
            return []
        if name.endswith("_"):
            return [
                checks.Error(
                    "Field names must not end with an underscore.", obj=self, id="fields.E001"
                )
            ]
        if LOOKUP_SEP in name:
            return [
                checks.Error(
                    f'Field names must not contain "{LOOKUP_SEP}".', obj=self, id="fields.E002"
                )
            ]
        if name == "pk":
            return [
                checks.Error(
                    "'pk' is a reserved word that cannot be used as a field name.",
                    obj=self,
                    id="fields.E003",
                )
            ]
        return []

    @classmethod
    def _choices_is_value(cls, value: Any) -> bool:
        return isinstance(value, (str, Promise)) or not isinstance(value, Iterable)

    def _check_choices(self: Any) -> list[Any]:
        choices = self.choices
        if not choices and not isinstance(choices, (Promise, str)):
            return []
        if self._choices_is_value(choices):
            return [
                checks.Error(
                    "'choices' must be a mapping (e.g. a dictionary) or an iterable "
                    "(e.g. a list or tuple).",
                    obj=self,
                    id="fields.E004",
                )
            ]
        longest = _longest_choice(self)
        if longest is None:
            return [
                checks.Error(
                    "'choices' must be a mapping of actual values to human readable names "
                    "or an iterable containing (actual value, human readable name) tuples.",
                    obj=self,
                    id="fields.E005",
                )
            ]
        if self.max_length is not None and longest > self.max_length:
            return [
                checks.Error(
                    "'max_length' is too small to fit the longest value in "
                    f"'choices' ({longest} characters).",
                    obj=self,
                    id="fields.E009",
                )
            ]
        return []

    def _check_db_default(
        self: Any, databases: Iterable[str] | None = None, **kwargs: Any
    ) -> list[Any]:
        if not self.has_db_default():
            return []
        default = self._db_default_expression
        # A plain value is fine everywhere.
        if isinstance(default, self.value_class):
            return []
        errors = []
        required = self.model._meta.required_db_features
        for connection in databases_of(self.model, databases):
            supported = connection.features.supports_expression_defaults
            if supported and not getattr(default, "allowed_default", False):
                errors.append(
                    checks.Error(
                        f"{self.db_default} cannot be used in db_default.",
                        obj=self,
                        id="fields.E012",
                    )
                )
            elif not supported and "supports_expression_defaults" not in required:
                errors.append(
                    checks.Error(
                        f"{connection.display_name} does not support default database values "
                        "with expressions (db_default).",
                        obj=self,
                        id="fields.E011",
                    )
                )
        return errors

    def _check_db_index(self: Any) -> list[Any]:
        if self.db_index in (None, True, False):
            return []
        return [checks.Error("'db_index' must be None, True or False.", obj=self, id="fields.E006")]

    def _check_db_comment(
        self: Any, databases: Iterable[str] | None = None, **kwargs: Any
    ) -> list[Any]:
        if not self.db_comment:
            return []
        if "supports_comments" in self.model._meta.required_db_features:
            return []
        return [
            checks.Warning(
                f"{connection.display_name} does not support comments on columns (db_comment).",
                obj=self,
                id="fields.W163",
            )
            for connection in databases_of(self.model, databases)
            if not connection.features.supports_comments
        ]

    def _check_null_allowed_for_primary_keys(self: Any) -> list[Any]:
        if not (self.primary_key and self.null):
            return []
        # Where an empty text is NULL, a key of text must allow it.
        if connections["default"].features.interprets_empty_strings_as_nulls:
            return []
        return [
            checks.Error(
                "Primary keys must not have null=True.",
                hint="Set null=False on the field, or remove primary_key=True argument.",
                obj=self,
                id="fields.E007",
            )
        ]

    def _check_backend_specific_checks(
        self: Any, databases: Iterable[str] | None = None, **kwargs: Any
    ) -> list[Any]:
        if not databases:
            return []
        return list(
            chain.from_iterable(
                connection.validation.check_field(self, **kwargs)
                for connection in databases_of(self.model, databases)
            )
        )

    def _check_validators(self: Any) -> list[Any]:
        return [
            checks.Error(
                "All 'validators' must be callable.",
                hint=(
                    f"validators[{i}] ({validator!r}) isn't a function or "
                    "instance of a validator class."
                ),
                obj=self,
                id="fields.E008",
            )
            for i, validator in enumerate(self._validators_to_check())
            if not callable(validator)
        ]

    def _validators_to_check(self: Any) -> Iterable[Any]:
        return self.validators  # type: ignore[no-any-return]

    def _check_deprecation_details(self: Any) -> list[Any]:
        name = type(self).__name__
        if self.system_check_removed_details is not None:
            details = self.system_check_removed_details
            text = f"{name} has been removed except for support in historical migrations."
            return [
                checks.Error(
                    details.get("msg", text),
                    hint=details.get("hint"),
                    obj=self,
                    id=details.get("id", "fields.EXXX"),
                )
            ]
        if self.system_check_deprecated_details is not None:
            details = self.system_check_deprecated_details
            return [
                checks.Warning(
                    details.get("msg", f"{name} has been deprecated."),
                    hint=details.get("hint"),
                    obj=self,
                    id=details.get("id", "fields.WXXX"),
                )
            ]
        return []


def _longest_choice(field: Any) -> int | None:
    """The length of the longest text among the values, 0 if none is text; None for no choices."""
    longest = 0
    for member in field.choices:
        pair = _pair(member)
        if pair is None:
            return None
        pairs: list[tuple[Any, Any] | None] = [pair]
        if not field._choices_is_value(pair[1]):
            pairs = [_pair(inner) for inner in pair[1]]
        for each in pairs:
            if each is None or not all(map(field._choices_is_value, each)):
                return None
            if isinstance(each[0], str):
                longest = max(longest, len(each[0]))
    return longest


def _pair(member: Any) -> tuple[Any, Any] | None:
    # Text of two letters could be taken apart, and is no pair.
    if isinstance(member, str):
        return None
    try:
        value, label = member
    except (TypeError, ValueError):
        return None
    return value, label


class CheckFieldDefaultMixin:
    """Warns of a default that all instances would share: a list or dict instead of a callable."""

    _default_hint = ("<valid default>", "<invalid default>")

    def _check_default(self: Any) -> list[Any]:
        if self.has_default() and self.default is not None and not callable(self.default):
            valid, invalid = self._default_hint
            return [
                checks.Warning(
                    f"{self.__class__.__name__} default should be a callable instead of an "
                    "instance so that it's not shared between all field instances.",
                    hint=f"Use a callable instead, e.g., use `{valid}` instead of `{invalid}`.",
                    obj=self,
                    id="fields.E010",
                )
            ]
        return []

    def check(self, **kwargs: Any) -> list[Any]:
        """The messages of the field, and of its default."""
        errors: list[Any] = super().check(**kwargs)  # type: ignore[misc]
        errors.extend(self._check_default())
        return errors


publish(__name__, "db.models.fields.mixins", "CheckFieldDefaultMixin")
