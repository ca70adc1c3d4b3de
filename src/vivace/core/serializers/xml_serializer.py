"""Door: XML lives in `vivace.serializers.xml_serializer`."""

from vivace.serializers.xml_serializer import (
    DefusedExpatParser,
    DefusedXmlException,
    Deserializer,
    DTDForbidden,
    EntitiesForbidden,
    ExternalReferenceForbidden,
    Serializer,
    getInnerText,
    getInnerTextList,
)

__all__ = [
    "DTDForbidden",
    "DefusedExpatParser",
    "DefusedXmlException",
    "Deserializer",
    "EntitiesForbidden",
    "ExternalReferenceForbidden",
    "Serializer",
    "getInnerText",
    "getInnerTextList",
]
