"""Objects as lines of JSON: https://jsonlines.org/."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from vivace.serializers.base import DeserializedObject
from vivace.serializers.errors import DeserializationError
from vivace.serializers.python import Deserializer as PythonDeserializer
from vivace.serializers.python import Serializer as PythonSerializer
from vivace.serializers.python import TextDeserializer
from vivace.utils.json import DjangoJSONEncoder
from vivace.utils.naming import publish

__all__ = ["Deserializer", "PythonDeserializer", "PythonSerializer", "Serializer"]


class Serializer(PythonSerializer):
    """Writes a line per object; options are those of ``json.dump``, except for ``indent``."""

    internal_use_only = False

    def _init_options(self) -> None:
        self._current = None
        self.json_kwargs = self.options.copy()
        for name in ("stream", "fields", "indent"):
            self.json_kwargs.pop(name, None)
        self.json_kwargs["separators"] = (",", ": ")
        self.json_kwargs.setdefault("cls", DjangoJSONEncoder)
        self.json_kwargs.setdefault("ensure_ascii", False)

    def start_serialization(self) -> None:
        self._init_options()

    def end_object(self, obj: Any) -> None:
        json.dump(self.get_dump_object(obj), self.stream, **self.json_kwargs)
        self.stream.write("\n")
        self._current = None

    def getvalue(self) -> Any:
        """The text, if the stream keeps it."""
        # Not the list of dictionaries.
        return super(PythonSerializer, self).getvalue()


class Deserializer(TextDeserializer):
    """Reads an object from each line that is not empty: of a text, of bytes, of a stream of either."""

    def __init__(self, stream_or_string: Any, **options: Any) -> None:
        if isinstance(stream_or_string, bytes):
            stream_or_string = stream_or_string.decode()
        if isinstance(stream_or_string, str):
            stream_or_string = stream_or_string.splitlines()
        super().__init__(self._get_lines(stream_or_string), **options)

    @staticmethod
    def _get_lines(stream: Any) -> Iterator[Any]:
        for line in stream:
            if not line.strip():
                continue
            if isinstance(line, bytes):
                line = line.decode()
            yield line

    def _handle_object(self, obj: Any) -> Iterator[DeserializedObject]:
        try:
            read = json.loads(obj)
        except Exception as exc:
            raise DeserializationError() from exc
        yield from super()._handle_object(read)


publish(__name__, "core.serializers.jsonl")
