"""Door: YAML lives in `vivace.serializers.pyyaml`."""

from vivace.serializers.pyyaml import (
    Deserializer,
    DjangoSafeDumper,
    PythonDeserializer,
    PythonSerializer,
    SafeDumper,
    SafeLoader,
    Serializer,
)

__all__ = [
    "Deserializer",
    "DjangoSafeDumper",
    "PythonDeserializer",
    "PythonSerializer",
    "SafeDumper",
    "SafeLoader",
    "Serializer",
]
