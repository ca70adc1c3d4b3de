"""Objects as JSON: a list, one object after the other, so that none has to wait for all."""

from __future__ import annotations

import json
from typing import Any

from vivace.serializers.errors import DeserializationError
from vivace.serializers.python import Deserializer as PythonDeserializer
from vivace.serializers.python import Serializer as PythonSerializer
from vivace.serializers.python import TextDeserializer
from vivace.utils.json import DjangoJSONEncoder
from vivace.utils.naming import publish

__all__ = [
    "DeserializationError",
    "Deserializer",
    "PythonDeserializer",
    "PythonSerializer",
    "Serializer",
]


class Serializer(PythonSerializer):
    """Writes JSON; options are those of ``json.dump``, as ``indent`` and ``cls``."""

    internal_use_only = False

    def _init_options(self) -> None:
        self._current = None
        self.json_kwargs = self.options.copy()
        # Those of other formats.
        self.json_kwargs.pop("stream", None)
        self.json_kwargs.pop("fields", None)
        if self.options.get("indent"):
            # No blank at the ends of lines.
            self.json_kwargs["separators"] = (",", ": ")
        self.json_kwargs.setdefault("cls", DjangoJSONEncoder)
        self.json_kwargs.setdefault("ensure_ascii", False)

    def start_serialization(self) -> None:
        self._init_options()
        self.stream.write("[")

    def end_serialization(self) -> None:
        if self.options.get("indent"):
            self.stream.write("\n")
        self.stream.write("]")
        if self.options.get("indent"):
            self.stream.write("\n")

    def end_object(self, obj: Any) -> None:
        indent = self.options.get("indent")
        if not self.first:
            self.stream.write(",")
            if not indent:
                self.stream.write(" ")
        if indent:
            self.stream.write("\n")
        json.dump(self.get_dump_object(obj), self.stream, **self.json_kwargs)
        self._current = None

    def getvalue(self) -> Any:
        """The text, if the stream keeps it."""
        # Not the list of dictionaries.
        return super(PythonSerializer, self).getvalue()


class Deserializer(TextDeserializer):
    """Reads a list of objects from a text, from bytes or from a stream of either."""

    def __init__(self, stream_or_string: Any, **options: Any) -> None:
        if not isinstance(stream_or_string, (bytes, str)):
            stream_or_string = stream_or_string.read()
        if isinstance(stream_or_string, bytes):
            stream_or_string = stream_or_string.decode()
        try:
            objects = json.loads(stream_or_string)
        except Exception as exc:
            raise DeserializationError() from exc
        super().__init__(objects, **options)


publish(__name__, "core.serializers.json")
