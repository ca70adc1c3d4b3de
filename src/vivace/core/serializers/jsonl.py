"""Door: lines of JSON live in `vivace.serializers.jsonl`."""

from vivace.serializers.jsonl import Deserializer, PythonDeserializer, PythonSerializer, Serializer

__all__ = ["Deserializer", "PythonDeserializer", "PythonSerializer", "Serializer"]
