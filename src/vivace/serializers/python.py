"""Objects as dictionaries of plain values: what JSON, YAML and the like make text of.

A dictionary has the model's label as "model", the key as "pk" and the values as "fields".
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from vivace.apps import apps
from vivace.db import DEFAULT_DB_ALIAS, models
from vivace.db.models import CompositePrimaryKey
from vivace.serializers import base
from vivace.utils.encoding import is_protected_type
from vivace.utils.naming import publish

__all__ = ["Deserializer", "Serializer"]


class Serializer(base.Serializer):
    """Makes a list of dictionaries, in ``objects``."""

    internal_use_only = True

    def start_serialization(self) -> None:
        self._current: Any = None
        self.objects: list[dict[str, Any]] = []

    def end_serialization(self) -> None:
        """Nothing more to do."""

    def start_object(self, obj: Any) -> None:
        self._current = {}

    def end_object(self, obj: Any) -> None:
        self.objects.append(self.get_dump_object(obj))
        self._current = None

    def get_dump_object(self, obj: Any) -> dict[str, Any]:
        """The dictionary of `obj`, whose fields were handled; for subclasses to add to."""
        data = {"model": str(obj._meta)}
        if self._keeps_pk(obj):
            data["pk"] = self._value_from_field(obj, obj._meta.pk)
        data["fields"] = self._current
        return data

    def _value_from_field(self, obj: Any, field: Any) -> Any:
        if isinstance(field, CompositePrimaryKey):
            return [self._value_from_field(obj, part) for part in field]
        value = field.value_from_object(obj)
        # Of these types every format knows more than their text.
        return value if is_protected_type(value) else field.value_to_string(obj)

    def handle_field(self, obj: Any, field: Any) -> None:
        self._current[field.name] = self._value_from_field(obj, field)

    def handle_fk_field(self, obj: Any, field: Any) -> None:
        if self._natural_foreign_key(field):
            related = getattr(obj, field.name)
            value = related.natural_key() if related else None
        else:
            value = self._value_from_field(obj, field)
        self._current[field.name] = value

    def handle_m2m_field(self, obj: Any, field: Any) -> None:
        # Rows of a model of their own are written as such.
        if not field.remote_field.through._meta.auto_created:
            return
        natural = self._natural_foreign_key(field)
        self._current[field.name] = [
            each.natural_key() if natural else self._value_from_field(each, each._meta.pk)
            for each in self._related(obj, field, whole=natural)
        ]

    def getvalue(self) -> Any:
        """The list of dictionaries."""
        return self.objects


class Deserializer(base.Deserializer):
    """Reads dictionaries as `Serializer` makes them.

    With `ignorenonexistent` models and fields that are not there are left out. With the option
    ``handle_forward_references`` rows that are referred to may come later.
    """

    def __init__(
        self,
        object_list: Any,
        *,
        using: str = DEFAULT_DB_ALIAS,
        ignorenonexistent: bool = False,
        **options: Any,
    ) -> None:
        super().__init__(object_list, **options)
        self.handle_forward_references = options.get("handle_forward_references", False)
        self.using = using
        self.ignorenonexistent = ignorenonexistent
        self.field_names_cache: dict[Any, set[str]] = {}
        self._iterator: Iterator[Any] | None = None

    def __iter__(self) -> Iterator[Any]:
        for obj in self.stream:
            yield from self._handle_object(obj)

    def __next__(self) -> Any:
        if self._iterator is None:
            self._iterator = iter(self)
        return next(self._iterator)

    def _handle_object(self, obj: Any) -> Iterator[base.DeserializedObject]:
        try:
            Model = self._get_model_from_node(obj["model"])
        except base.DeserializationError:
            if self.ignorenonexistent:
                return
            raise
        data: dict[str, Any] = {}
        if "pk" in obj:
            try:
                data[Model._meta.pk.attname] = Model._meta.pk.to_python(obj.get("pk"))
            except Exception as e:
                raise base.DeserializationError.WithData(
                    e, obj["model"], obj.get("pk"), None
                ) from None
        if Model not in self.field_names_cache:
            self.field_names_cache[Model] = {each.name for each in Model._meta.get_fields()}
        m2m_data: dict[str, Any] = {}
        deferred_fields: dict[Any, Any] = {}
        for name, value in obj["fields"].items():
            if self.ignorenonexistent and name not in self.field_names_cache[Model]:
                continue
            field = Model._meta.get_field(name)
            try:
                target, key, read = self._read(field, value, data, m2m_data)
            except base.M2MDeserializationError as e:
                raise base.DeserializationError.WithData(
                    e.original_exc, obj["model"], obj.get("pk"), e.pk
                ) from None
            except Exception as e:
                raise base.DeserializationError.WithData(
                    e, obj["model"], obj.get("pk"), value
                ) from None
            if read is base.DEFER_FIELD:
                deferred_fields[field] = value
            else:
                target[key] = read
        instance = base.build_instance(Model, data, self.using)
        yield base.DeserializedObject(instance, m2m_data, deferred_fields)

    def _read(
        self, field: Any, value: Any, data: dict[str, Any], m2m_data: dict[str, Any]
    ) -> tuple[dict[str, Any], str, Any]:
        """What `value` is for `field`, and where it belongs: which dictionary, by which key."""
        if isinstance(field.remote_field, models.ManyToManyRel):
            return m2m_data, field.name, self._handle_m2m_field_node(field, value)
        if isinstance(field.remote_field, models.ManyToOneRel):
            return data, field.attname, self._handle_fk_field_node(field, value)
        return data, field.name, field.to_python(value)

    def _handle_m2m_field_node(self, field: Any, field_value: Any) -> Any:
        return base.deserialize_m2m_values(
            field, field_value, self.using, self.handle_forward_references
        )

    def _handle_fk_field_node(self, field: Any, field_value: Any) -> Any:
        return base.deserialize_fk_value(
            field, field_value, self.using, self.handle_forward_references
        )

    @staticmethod
    def _get_model_from_node(model_identifier: str) -> Any:
        """The model with this label; `DeserializationError` if there is none."""
        try:
            return apps.get_model(model_identifier)
        except (LookupError, TypeError):
            raise base.DeserializationError(
                f"Invalid model identifier: {model_identifier}"
            ) from None


class TextDeserializer(Deserializer):
    """Of a text format: whatever is wrong with an object is a `DeserializationError`."""

    def _handle_object(self, obj: Any) -> Iterator[base.DeserializedObject]:
        try:
            yield from super()._handle_object(obj)
        except (GeneratorExit, base.DeserializationError):
            raise
        except Exception as exc:
            raise base.DeserializationError(f"Error deserializing object: {exc}") from exc


publish(__name__, "core.serializers.python")
