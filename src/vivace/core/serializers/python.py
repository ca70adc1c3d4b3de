"""Door: objects as dictionaries live in `vivace.serializers.python`."""

from vivace.serializers.python import Deserializer, Serializer

__all__ = ["Deserializer", "Serializer"]
