"""What can be wrong with formats, with objects to be written, and with text that is read."""

from __future__ import annotations

from typing import Any

from vivace.utils.naming import publish


class SerializerDoesNotExist(KeyError):
    """There is no serializer for the format."""


class SerializationError(Exception):
    """An object cannot be written."""


class DeserializationError(Exception):
    """Text, or an object in it, cannot be read."""

    @classmethod
    def WithData(
        cls, original_exc: BaseException, model: str, fk: Any, field_value: Any
    ) -> DeserializationError:
        """The error that says where: the model's label, the object's key `fk`, the field's value."""
        return cls(f"{original_exc}: ({model}:pk={fk}) field_value was '{field_value}'")


class M2MDeserializationError(Exception):
    """A key in a many-to-many field cannot be read: `pk`, because of `original_exc`."""

    def __init__(self, original_exc: BaseException, pk: Any) -> None:
        self.original_exc = original_exc
        self.pk = pk


publish(__name__, "core.serializers.base")
