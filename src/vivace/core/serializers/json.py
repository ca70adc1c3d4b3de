"""Door: JSON is in `vivace.serializers.json`; its encoder is in `vivace.utils.json`."""

from typing import TYPE_CHECKING

from vivace.utils.json import DjangoJSONEncoder
from vivace.utils.lazily import lazily

if TYPE_CHECKING:
    from vivace.serializers.json import (
        DeserializationError,
        Deserializer,
        PythonDeserializer,
        PythonSerializer,
        Serializer,
    )

# PERF: most who ask for something here want the encoder.
__getattr__, __dir__ = lazily(
    __name__,
    {
        "vivace.serializers.json": "DeserializationError Deserializer PythonDeserializer "
        "PythonSerializer Serializer"
    },
)

__all__ = [
    "DeserializationError",
    "Deserializer",
    "DjangoJSONEncoder",
    "PythonDeserializer",
    "PythonSerializer",
    "Serializer",
]
