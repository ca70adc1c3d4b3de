"""Objects as XML: an ``<object>`` for each, in it a ``<field>`` for each value."""

from __future__ import annotations

import json
from typing import Any
from xml.dom import pulldom

from vivace.apps import apps
from vivace.conf import settings
from vivace.core.exceptions import ObjectDoesNotExist
from vivace.db import DEFAULT_DB_ALIAS, models
from vivace.serializers import base
from vivace.serializers.defused import (
    DefusedExpatParser,
    DefusedXmlException,
    DTDForbidden,
    EntitiesForbidden,
    ExternalReferenceForbidden,
)
from vivace.serializers.xmltree import elements, expand, getInnerText, getInnerTextList
from vivace.utils.naming import publish
from vivace.utils.xmlutils import SimplerXMLGenerator, UnserializableContentError

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


class Serializer(base.Serializer):
    """Writes XML; options are ``indent``, in blanks per level, and ``encoding``."""

    def indent(self, level: int) -> None:
        """Begin a line, if they are indented."""
        indent = self.options.get("indent")
        if indent is not None:
            self.xml.ignorableWhitespace("\n" + " " * indent * level)

    def start_serialization(self) -> None:
        encoding = self.options.get("encoding", settings.DEFAULT_CHARSET)
        self.xml = SimplerXMLGenerator(self.stream, encoding)
        self.xml.startDocument()
        self.xml.startElement("django-objects", {"version": "1.0"})

    def end_serialization(self) -> None:
        self.indent(0)
        self.xml.endElement("django-objects")
        self.xml.endDocument()

    def start_object(self, obj: Any) -> None:
        if not hasattr(obj, "_meta"):
            raise base.SerializationError(
                f"Non-model object ({type(obj)}) encountered during serialization"
            )
        self.indent(1)
        attrs = {"model": str(obj._meta)}
        if self._keeps_pk(obj) and obj.pk is not None:
            attrs["pk"] = obj._meta.pk.value_to_string(obj)
        self.xml.startElement("object", attrs)

    def end_object(self, obj: Any) -> None:
        self.indent(1)
        self.xml.endElement("object")

    def handle_field(self, obj: Any, field: Any) -> None:
        self.indent(2)
        self.xml.startElement("field", {"name": field.name, "type": field.get_internal_type()})
        if getattr(obj, field.name) is None:
            self.xml.addQuickElement("None")
        else:
            value = field.value_to_string(obj)
            if isinstance(field, models.JSONField):
                value = json.dumps(value, cls=field.encoder)
            try:
                self.xml.characters(value)
            except UnserializableContentError:
                raise ValueError(
                    f"{type(obj).__name__}.{field.name} (pk:{obj.pk}) contains unserializable "
                    "characters"
                ) from None
        self.xml.endElement("field")

    def handle_fk_field(self, obj: Any, field: Any) -> None:
        self._start_relational_field(field)
        value = getattr(obj, field.attname)
        if value is None:
            self.xml.addQuickElement("None")
        elif self._natural_foreign_key(field):
            self._natural(getattr(obj, field.name))
        else:
            self.xml.characters(str(value))
        self.xml.endElement("field")

    def handle_m2m_field(self, obj: Any, field: Any) -> None:
        # Rows of a model of their own are written as such.
        if not field.remote_field.through._meta.auto_created:
            return
        self._start_relational_field(field)
        natural = self._natural_foreign_key(field)
        for related in self._related(obj, field, whole=natural):
            if natural:
                self.xml.startElement("object", {})
                self._natural(related)
                self.xml.endElement("object")
            else:
                self.xml.addQuickElement("object", attrs={"pk": str(related.pk)})
        self.xml.endElement("field")

    def _natural(self, obj: Any) -> None:
        for part in obj.natural_key():
            self.xml.addQuickElement("natural", str(part))

    def _start_relational_field(self, field: Any) -> None:
        self.indent(2)
        relation = field.remote_field
        attrs = {
            "name": field.name,
            "rel": type(relation).__name__,
            "to": str(relation.model._meta),
        }
        self.xml.startElement("field", attrs)


class Deserializer(base.Deserializer):
    """Reads objects from a text or a stream.

    With `ignorenonexistent` fields that are not there are left out. With the option
    ``handle_forward_references`` rows that are referred to may come later.
    """

    def __init__(
        self,
        stream_or_string: Any,
        *,
        using: str = DEFAULT_DB_ALIAS,
        ignorenonexistent: bool = False,
        **options: Any,
    ) -> None:
        super().__init__(stream_or_string, **options)
        self.handle_forward_references = options.get("handle_forward_references", False)
        self.event_stream = pulldom.parse(self.stream, self._make_parser())
        self.db = using
        self.ignore = ignorenonexistent

    def _make_parser(self) -> DefusedExpatParser:
        """The parser, which refuses what is dangerous."""
        return DefusedExpatParser()

    def __next__(self) -> base.DeserializedObject:
        for event, node in self.event_stream:
            if event == "START_ELEMENT" and node.nodeName == "object":
                expand(self.event_stream, node)
                return self._handle_object(node)
        raise StopIteration

    def _handle_object(self, node: Any) -> base.DeserializedObject:
        Model = self._get_model_from_node(node, "model")
        data: dict[str, Any] = {}
        if node.hasAttribute("pk"):
            data[Model._meta.pk.attname] = Model._meta.pk.to_python(node.getAttribute("pk"))
        m2m_data: dict[str, Any] = {}
        deferred_fields: dict[Any, Any] = {}
        field_names = {each.name for each in Model._meta.get_fields()}
        for field_node in elements(node, "field"):
            field_name = field_node.getAttribute("name")
            if not field_name:
                raise base.DeserializationError("<field> node is missing the 'name' attribute")
            if self.ignore and field_name not in field_names:
                continue
            field = Model._meta.get_field(field_name)
            if isinstance(field.remote_field, models.ManyToManyRel):
                value = self._handle_m2m_field_node(field_node, field)
                target, key = m2m_data, field.name
            elif isinstance(field.remote_field, models.ManyToOneRel):
                value = self._handle_fk_field_node(field_node, field)
                target, key = data, field.attname
            else:
                value = self._value(field_node, field)
                target, key = data, field.name
            if value is base.DEFER_FIELD:
                deferred_fields[field] = self._natural_keys(field_node, field)
            else:
                target[key] = value
        obj = base.build_instance(Model, data, self.db)
        return base.DeserializedObject(obj, m2m_data, deferred_fields)

    def _value(self, node: Any, field: Any) -> Any:
        if elements(node, "None"):
            return None
        text = getInnerText(node).strip()
        if isinstance(field, models.JSONField):
            return json.loads(text, cls=field.decoder)
        return field.to_python(text)

    def _handle_fk_field_node(self, node: Any, field: Any) -> Any:
        """The value of a foreign key; `DEFER_FIELD` if the row may come later."""
        if elements(node, "None"):
            return None
        value = _natural_key(node) or getInnerText(node).strip()
        if isinstance(value, list) and not _found_by_natural_key(field):
            # What has no natural keys any more may still have keys of one part.
            value = getInnerText(node).strip()
        return base.deserialize_fk_value(field, value, self.db, self.handle_forward_references)

    def _handle_m2m_field_node(self, node: Any, field: Any) -> Any:
        """The keys of a many-to-many field; `DEFER_FIELD` if a row may come later."""
        model = field.remote_field.model
        values = []
        for each in self._keys(node):
            value = (_natural_key(each) if _found_by_natural_key(field) else None) or (
                each.getAttribute("pk")
            )
            try:
                if isinstance(value, list):
                    manager = model._default_manager.db_manager(self.db)
                    values.append(manager.get_by_natural_key(*value).pk)
                else:
                    values.append(model._meta.pk.to_python(value))
            except Exception as e:
                if isinstance(e, ObjectDoesNotExist) and self.handle_forward_references:
                    return base.DEFER_FIELD
                raise base.M2MDeserializationError(e, each) from None
        return values

    @staticmethod
    def _keys(node: Any) -> list[Any]:
        return elements(node, "object")

    def _natural_keys(self, node: Any, field: Any) -> Any:
        """What a relation that is deferred refers to."""
        if isinstance(field.remote_field, models.ManyToManyRel):
            return [_natural_key(each) or each.getAttribute("pk") for each in self._keys(node)]
        return _natural_key(node)

    def _get_model_from_node(self, node: Any, attr: str) -> Any:
        """The model that the attribute names; `DeserializationError` if there is none."""
        identifier = node.getAttribute(attr)
        if not identifier:
            raise base.DeserializationError(
                f"<{node.nodeName}> node is missing the required '{attr}' attribute"
            )
        try:
            return apps.get_model(identifier)
        except (LookupError, TypeError):
            raise base.DeserializationError(
                f"<{node.nodeName}> node has invalid model identifier: '{identifier}'"
            ) from None


def _natural_key(node: Any) -> list[str]:
    return [getInnerText(each).strip() for each in elements(node, "natural")]


def _found_by_natural_key(field: Any) -> bool:
    return hasattr(field.remote_field.model._default_manager, "get_by_natural_key")


publish(__name__, "core.serializers.xml_serializer")
