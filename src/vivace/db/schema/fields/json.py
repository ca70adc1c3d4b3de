"""`JSONField`: what JSON can say, in a column."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, ClassVar

from vivace import checks
from vivace.core import exceptions
from vivace.db.completion import Installed
from vivace.db.schema.fields.base import Field
from vivace.db.schema.fields.checks import CheckFieldDefaultMixin, databases_of
from vivace.db.schema.fields.formfields import forms
from vivace.utils.naming import published
from vivace.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from typing_extensions import TypeVar

    J = TypeVar("J", default=Any)
else:
    from typing import TypeVar

    J = TypeVar("J")

__all__ = ["JSONField"]

_scan: Any = json.JSONDecoder().scan_once  # type: ignore[attr-defined]


@published("db.models.fields.json.JSONField")
class JSONField(CheckFieldDefaultMixin, Field[J]):
    """A value of JSON; `encoder` and `decoder` are classes for what JSON has no types for.

    None is stored as NULL; JSON's own null is ``Value(None, JSONField())``. Documented at
    ref/models/fields and topics/db/queries (querying JSONField).
    """

    empty_strings_allowed = False
    description = _("A JSON object")
    default_error_messages = {
        "invalid": _("Value must be valid JSON."),
    }
    _default_hint = ("dict", "{}")

    # Set by the room of queries: makes the transform for a key.
    key_transform_factory: ClassVar[Any] = Installed()

    def __init__(
        self,
        verbose_name: Any = None,
        name: Any = None,
        encoder: Any = None,
        decoder: Any = None,
        **kwargs: Any,
    ) -> None:
        if encoder and not callable(encoder):
            raise ValueError("The encoder parameter must be a callable object.")
        if decoder and not callable(decoder):
            raise ValueError("The decoder parameter must be a callable object.")
        self.encoder = encoder
        self.decoder = decoder
        super().__init__(verbose_name, name, **kwargs)

    def check(self, **kwargs: Any) -> list[Any]:
        """The messages of the field, and of databases that have no JSON."""
        errors = super().check(**kwargs)
        errors.extend(self._check_supported(kwargs.get("databases") or []))
        return errors

    def _check_supported(self, databases: Iterable[str]) -> list[Any]:
        meta = self.model._meta
        return [
            checks.Error(
                f"{connection.display_name} does not support JSONFields.",
                obj=self.model,
                id="fields.E180",
            )
            for connection in databases_of(self.model, databases)
            if not (meta.required_db_vendor and meta.required_db_vendor != connection.vendor)
            and "supports_json_field" not in meta.required_db_features
            and not connection.features.supports_json_field
        ]

    def deconstruct(self) -> tuple[Any, str, list[Any], dict[str, Any]]:
        """As of `Field`, with the encoder and decoder."""
        name, path, args, kwargs = super().deconstruct()
        if self.encoder is not None:
            kwargs["encoder"] = self.encoder
        if self.decoder is not None:
            kwargs["decoder"] = self.decoder
        return name, path, args, kwargs

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Any:
        """What the database answers, read as JSON."""
        # A key's value may come as a number or bool; text that is no JSON is the text itself.
        if value is None or not isinstance(value, (str, bytes, bytearray)):
            return value
        try:
            return json.loads(value, cls=self.decoder)
        except json.JSONDecodeError:
            return value

    @property
    def short_from_db_value(self) -> Any:
        """`from_db_value` for generated loaders, of a value that is not None; None if overridden."""
        if self.decoder or type(self).from_db_value is not JSONField.from_db_value:
            return None
        return self._read

    def _read(self, value: Any) -> Any:
        # PERF: past the decoder's search for white space around the text, of which there is none
        # in what was stored through this field.
        if type(value) is str:
            try:
                found, end = _scan(value, 0)
            except (StopIteration, ValueError):
                pass
            else:
                if end == len(value):
                    return found
        return self.from_db_value(value, None, None)

    def get_internal_type(self) -> str:
        """Stored alike in all subclasses."""
        return "JSONField"

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        """`value` as the driver takes JSON."""
        if not prepared:
            value = self.get_prep_value(value)
        if isinstance(value, self.value_class) and isinstance(value.output_field, JSONField):
            value = value.value
        elif hasattr(value, "as_sql"):
            return value
        return connection.ops.adapt_json_value(value, self.encoder)

    def get_db_prep_save(self, value: Any, connection: Any) -> Any:
        """`value` as it is stored; None is NULL."""
        if value is None:
            return value
        return self.get_db_prep_value(value, connection)

    def get_transform(self, lookup_name: str) -> Any:
        """The transform of that name; any other name is a key."""
        return super().get_transform(lookup_name) or self.key_transform_factory(lookup_name)

    def validate(self, value: Any, model_instance: Any) -> None:
        """As of `Field`; raises `ValidationError` also for what the encoder cannot say."""
        super().validate(value, model_instance)
        try:
            json.dumps(value, cls=self.encoder)
        except TypeError:
            raise exceptions.ValidationError(
                self.error_messages["invalid"], code="invalid", params={"value": value}
            )

    def value_to_string(self, obj: Any) -> Any:
        """The value itself: serializers write JSON."""
        return self.value_from_object(obj)

    def formfield(self, **kwargs: Any) -> Any:
        """A field for JSON as text."""
        return super().formfield(
            **{
                "form_class": forms.JSONField,
                "encoder": self.encoder,
                "decoder": self.decoder,
                **kwargs,
            }
        )
