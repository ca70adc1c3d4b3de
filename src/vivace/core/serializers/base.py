"""Door: what all formats have in common lives in `vivace.serializers.base`."""

from vivace.serializers.base import (
    DEFER_FIELD,
    DeserializationError,
    DeserializedObject,
    Deserializer,
    M2MDeserializationError,
    ProgressBar,
    SerializationError,
    Serializer,
    SerializerDoesNotExist,
    build_instance,
    deserialize_fk_value,
    deserialize_m2m_values,
)

__all__ = [
    "DEFER_FIELD",
    "DeserializationError",
    "DeserializedObject",
    "Deserializer",
    "M2MDeserializationError",
    "ProgressBar",
    "SerializationError",
    "Serializer",
    "SerializerDoesNotExist",
    "build_instance",
    "deserialize_fk_value",
    "deserialize_m2m_values",
]
