"""Objects as YAML, by PyYAML, which a project may lack.

Importing this module without it fails as any import does, and the format says so when it is used.
"""

from __future__ import annotations

import collections
import datetime
import decimal
from typing import Any

import yaml

from vivace.db import models
from vivace.serializers.errors import DeserializationError
from vivace.serializers.python import Deserializer as PythonDeserializer
from vivace.serializers.python import Serializer as PythonSerializer
from vivace.serializers.python import TextDeserializer
from vivace.utils.naming import publish

__all__ = [
    "Deserializer",
    "DjangoSafeDumper",
    "PythonDeserializer",
    "PythonSerializer",
    "SafeDumper",
    "SafeLoader",
    "Serializer",
]

# PERF: those in C, where there are some, are several times as fast.
SafeDumper: Any = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
SafeLoader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class DjangoSafeDumper(SafeDumper):  # type: ignore[misc]
    """PyYAML's dumper of plain values, which also writes decimals, and dictionaries in their order."""

    def represent_decimal(self, data: decimal.Decimal) -> Any:
        """A decimal, as a text: as a number it would lose digits."""
        return self.represent_scalar("tag:yaml.org,2002:str", str(data))

    def represent_ordered_dict(self, data: dict[Any, Any]) -> Any:
        """A dictionary, its keys in their order."""
        return self.represent_mapping("tag:yaml.org,2002:map", data.items())


DjangoSafeDumper.add_representer(decimal.Decimal, DjangoSafeDumper.represent_decimal)
for _kind in (collections.OrderedDict, dict):
    DjangoSafeDumper.add_representer(_kind, DjangoSafeDumper.represent_ordered_dict)


class Serializer(PythonSerializer):
    """Writes YAML; options are those of ``yaml.dump``, as ``indent``."""

    internal_use_only = False

    def _value_from_field(self, obj: Any, field: Any) -> Any:
        # YAML has no time of day: 12:30 is a number to the base of 60.
        if isinstance(field, models.TimeField):
            value = getattr(obj, field.name)
            if isinstance(value, datetime.time):
                return str(value)
        return super()._value_from_field(obj, field)

    def end_serialization(self) -> None:
        self.options.setdefault("allow_unicode", True)
        yaml.dump(self.objects, self.stream, Dumper=DjangoSafeDumper, **self.options)

    def getvalue(self) -> Any:
        """The text, if the stream keeps it."""
        # Not the list of dictionaries.
        return super(PythonSerializer, self).getvalue()


class Deserializer(TextDeserializer):
    """Reads a list of objects from a text, from bytes or from a stream of either.

    SECURITY: the loader makes plain values only, never objects of classes that the text names.
    """

    def __init__(self, stream_or_string: Any, **options: Any) -> None:
        stream = stream_or_string
        if isinstance(stream_or_string, bytes):
            stream = stream_or_string.decode()
        try:
            objects = yaml.load(stream, Loader=SafeLoader)
        except Exception as exc:
            raise DeserializationError() from exc
        super().__init__(objects, **options)


publish(__name__, "core.serializers.pyyaml")
