"""An XML parser that knows no document types, no entities and no references to elsewhere.

SECURITY: entities that consist of entities make gigabytes of a kilobyte, and external ones read files
and addresses. Fixtures need none of them: what declares one is refused when the declaration is met.
"""

from __future__ import annotations

from typing import Any, NoReturn
from xml.sax import handler
from xml.sax.expatreader import ExpatParser

from vivace.utils.naming import publish


class DefusedXmlException(ValueError):
    """The document has something that is refused."""

    def __repr__(self) -> str:
        return str(self)


class DTDForbidden(DefusedXmlException):
    """The document has a document type."""

    def __init__(self, name: str, sysid: str | None, pubid: str | None) -> None:
        super().__init__()
        self.name = name
        self.sysid = sysid
        self.pubid = pubid

    def __str__(self) -> str:
        return (
            f"DTDForbidden(name={self.name!r}, system_id={self.sysid!r}, public_id={self.pubid!r})"
        )


class EntitiesForbidden(DefusedXmlException):
    """The document declares an entity."""

    def __init__(
        self,
        name: str,
        value: str | None,
        base: str | None,
        sysid: str | None,
        pubid: str | None,
        notation_name: str | None,
    ) -> None:
        super().__init__()
        self.name = name
        self.value = value
        self.base = base
        self.sysid = sysid
        self.pubid = pubid
        self.notation_name = notation_name

    def __str__(self) -> str:
        return (
            f"EntitiesForbidden(name={self.name!r}, system_id={self.sysid!r}, "
            f"public_id={self.pubid!r})"
        )


class ExternalReferenceForbidden(DefusedXmlException):
    """The document refers to another."""

    def __init__(
        self, context: str, base: str | None, sysid: str | None, pubid: str | None
    ) -> None:
        super().__init__()
        self.context = context
        self.base = base
        self.sysid = sysid
        self.pubid = pubid

    def __str__(self) -> str:
        return f"ExternalReferenceForbidden(system_id={self.sysid!r}, public_id={self.pubid})"


class DefusedExpatParser(ExpatParser):
    """Expat, with handlers that refuse what is dangerous."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.setFeature(handler.feature_external_ges, False)
        self.setFeature(handler.feature_external_pes, False)

    def start_doctype_decl(
        self, name: str, sysid: str | None, pubid: str | None, has_internal_subset: bool
    ) -> NoReturn:
        """Refuse a document type."""
        raise DTDForbidden(name, sysid, pubid)

    def entity_decl(
        self,
        name: str,
        is_parameter_entity: bool,
        value: str | None,
        base: str | None,
        sysid: str | None,
        pubid: str | None,
        notation_name: str | None,
    ) -> NoReturn:
        """Refuse an entity."""
        raise EntitiesForbidden(name, value, base, sysid, pubid, notation_name)

    def unparsed_entity_decl(
        self,
        name: str,
        base: str | None,
        sysid: str | None,
        pubid: str | None,
        notation_name: str | None,
    ) -> NoReturn:
        """Refuse an entity that is no text."""
        # Expat tells of no value.
        raise EntitiesForbidden(name, None, base, sysid, pubid, notation_name)

    def external_entity_ref_handler(
        self, context: str, base: str | None, sysid: str | None, pubid: str | None
    ) -> NoReturn:
        """Refuse a reference to another document."""
        raise ExternalReferenceForbidden(context, base, sysid, pubid)

    def reset(self) -> None:
        """Make a parser; it gets the handlers above."""
        super().reset()
        parser: Any = vars(self)["_parser"]
        parser.StartDoctypeDeclHandler = self.start_doctype_decl
        parser.EntityDeclHandler = self.entity_decl
        parser.UnparsedEntityDeclHandler = self.unparsed_entity_decl
        parser.ExternalEntityRefHandler = self.external_entity_ref_handler


publish(__name__, "core.serializers.xml_serializer")
