"""What all formats have in common: the walk over an object's fields, and the object that is read.

A serializer of a format says what is written for an object, a field, a foreign key and a many-to-many
field. A deserializer gives a `DeserializedObject` for each object; related rows are found by key, or by
natural key.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from io import StringIO
from typing import Any

from vivace.core.exceptions import ObjectDoesNotExist
from vivace.db import models
from vivace.serializers.errors import (
    DeserializationError,
    M2MDeserializationError,
    SerializationError,
    SerializerDoesNotExist,
)
from vivace.serializers.progress import ProgressBar
from vivace.utils.naming import publish

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

# Stands for a value that is known once the rows it refers to are there.
DEFER_FIELD = object()


class Serializer:
    """Base of what writes objects; a subclass per format says how.

    https://docs.djangoproject.com/en/5.2/topics/serialization/#custom-serialization-formats
    """

    # Whether the format is for programs only, and no file has it.
    internal_use_only = False
    progress_class = ProgressBar
    stream_class: Callable[[], Any] = StringIO

    def serialize(
        self,
        queryset: Iterable[Any],
        *,
        stream: Any = None,
        fields: Iterable[str] | None = None,
        use_natural_foreign_keys: bool = False,
        use_natural_primary_keys: bool = False,
        progress_output: Any = None,
        object_count: int = 0,
        **options: Any,
    ) -> Any:
        """Write the objects of `queryset` and return what was written, if `stream` can tell.

        `fields` limits which fields are written. With `use_natural_foreign_keys` rows are referred to
        by their natural keys where they have some, and with `use_natural_primary_keys` objects that
        have one are written without their primary key. Other options are the format's.
        """
        self.options = options
        self.stream = stream if stream is not None else self.stream_class()
        self.selected_fields = fields
        self.use_natural_foreign_keys = use_natural_foreign_keys
        self.use_natural_primary_keys = use_natural_primary_keys
        progress_bar = self.progress_class(progress_output, object_count)
        self.start_serialization()
        self.first = True
        for count, obj in enumerate(queryset, start=1):
            self.start_object(obj)
            self._handle_fields(obj)
            self.end_object(obj)
            progress_bar.update(count)
            self.first = False
        self.end_serialization()
        return self.getvalue()

    def _handle_fields(self, obj: Any) -> None:
        # A proxy has no fields of its own, and a child's table has only the child's.
        opts = obj._meta.concrete_model._meta
        link = None
        if (
            self.use_natural_primary_keys
            and opts.pk.remote_field
            and opts.pk.remote_field.parent_link
        ):
            # Without its own key, the row of a child is found by its parent's.
            link = opts.pk
        for field in opts.local_fields:
            if not (field.serialize or field is link) or not self._selected(field):
                continue
            if field.remote_field is None:
                self.handle_field(obj, field)
            else:
                self.handle_fk_field(obj, field)
        for field in opts.local_many_to_many:
            if field.serialize and self._selected(field):
                self.handle_m2m_field(obj, field)

    def _selected(self, field: Any) -> bool:
        if self.selected_fields is None:
            return True
        name = field.attname if field.remote_field is None else field.name
        return name in self.selected_fields

    def start_serialization(self) -> None:
        """Called before the first object."""
        raise NotImplementedError(
            "subclasses of Serializer must provide a start_serialization() method"
        )

    def end_serialization(self) -> None:
        """Called after the last object."""

    def start_object(self, obj: Any) -> None:
        """Called before the fields of `obj`."""
        raise NotImplementedError("subclasses of Serializer must provide a start_object() method")

    def end_object(self, obj: Any) -> None:
        """Called after the fields of `obj`."""

    def handle_field(self, obj: Any, field: Any) -> None:
        """Called for each field that is no relation."""
        raise NotImplementedError("subclasses of Serializer must provide a handle_field() method")

    def handle_fk_field(self, obj: Any, field: Any) -> None:
        """Called for each foreign key."""
        raise NotImplementedError(
            "subclasses of Serializer must provide a handle_fk_field() method"
        )

    def handle_m2m_field(self, obj: Any, field: Any) -> None:
        """Called for each many-to-many field."""
        raise NotImplementedError(
            "subclasses of Serializer must provide a handle_m2m_field() method"
        )

    def getvalue(self) -> Any:
        """What was written, or None if the stream does not keep it."""
        getvalue = getattr(self.stream, "getvalue", None)
        return getvalue() if callable(getvalue) else None

    # What the formats ask about relations.

    def _natural_foreign_key(self, field: Any) -> bool:
        """Whether rows that `field` refers to are written as natural keys."""
        return self.use_natural_foreign_keys and hasattr(field.remote_field.model, "natural_key")

    def _keeps_pk(self, obj: Any) -> bool:
        return not (self.use_natural_primary_keys and hasattr(obj, "natural_key"))

    def _related(self, obj: Any, field: Any, *, whole: bool) -> Any:
        """The rows of a many-to-many field, prefetched or not; without `whole` their keys will do."""
        prefetched = getattr(obj, "_prefetched_objects_cache", {}).get(field.name)
        if prefetched is not None:
            return prefetched
        # Nothing that the manager joins for its users is wanted here.
        related = getattr(obj, field.name).select_related(None)
        return (related if whole else related.only("pk")).iterator(chunk_size=2000)


class Deserializer(Iterator[Any]):
    """Base of what reads objects: iterate over it for `DeserializedObject`s."""

    def __init__(self, stream_or_string: Any, **options: Any) -> None:
        self.options = options
        self.stream = (
            StringIO(stream_or_string) if isinstance(stream_or_string, str) else stream_or_string
        )

    def __next__(self) -> Any:
        """The next object."""
        raise NotImplementedError("subclasses of Deserializer must provide a __next__() method")


class DeserializedObject:
    """An instance as it was read, not saved yet, and the keys for its many-to-many fields.

    `deferred_fields` are values by field that refer to rows which were not there yet.
    """

    def __init__(
        self,
        obj: Any,
        m2m_data: dict[str, Any] | None = None,
        deferred_fields: dict[Any, Any] | None = None,
    ) -> None:
        self.object = obj
        self.m2m_data = m2m_data
        self.deferred_fields = deferred_fields

    def __repr__(self) -> str:
        return f"<DeserializedObject: {self.object._meta.label}(pk={self.object.pk})>"

    def save(self, save_m2m: bool = True, using: str | None = None, **kwargs: Any) -> None:
        """Save the row as it is, without the model's ``save()``, and its many-to-many relations."""
        models.Model.save_base(self.object, using=using, raw=True, **kwargs)
        if self.m2m_data and save_m2m:
            for accessor_name, object_list in self.m2m_data.items():
                getattr(self.object, accessor_name).set(object_list)
        # Only once: later changes of the relations are not undone by a second save.
        self.m2m_data = None

    def save_deferred_fields(self, using: str | None = None) -> None:
        """Find the rows that were not there yet, and save once more.

        `DeserializationError` if one is still missing.
        """
        self.m2m_data = {}
        for field, field_value in (self.deferred_fields or {}).items():
            opts = self.object._meta
            label = f"{opts.app_label}.{opts.model_name}"
            if isinstance(field.remote_field, models.ManyToManyRel):
                try:
                    values = deserialize_m2m_values(
                        field, field_value, using, handle_forward_references=False
                    )
                except M2MDeserializationError as e:
                    raise DeserializationError.WithData(
                        e.original_exc, label, self.object.pk, e.pk
                    ) from None
                self.m2m_data[field.name] = values
            elif isinstance(field.remote_field, models.ManyToOneRel):
                try:
                    value = deserialize_fk_value(
                        field, field_value, using, handle_forward_references=False
                    )
                except Exception as e:
                    raise DeserializationError.WithData(
                        e, label, self.object.pk, field_value
                    ) from None
                setattr(self.object, field.attname, value)
        self.save()


def build_instance(Model: Any, data: dict[str, Any], db: str | None) -> Any:
    """An instance of `Model` with the values of `data`, by attribute.

    If it has no key but a natural one, it gets the key of the row in the database `db` that has it.
    """
    manager = Model._default_manager
    pk = Model._meta.pk
    if (
        data.get(pk.attname) is None
        and hasattr(manager, "get_by_natural_key")
        and hasattr(Model, "natural_key")
    ):
        obj = Model(**data)
        # What the natural key is made of may have to be looked up itself.
        obj._state.db = db
        natural_key = obj.natural_key()
        try:
            found = manager.db_manager(db).get_by_natural_key(*natural_key)
        except Model.DoesNotExist:
            pass
        else:
            data[pk.attname] = pk.to_python(found.pk)
    return Model(**data)


def deserialize_m2m_values(
    field: Any, field_value: Any, using: str | None, handle_forward_references: bool
) -> Any:
    """The keys that `field_value`, a list of keys or natural keys, stands for.

    `DEFER_FIELD` if a row is not there and may come later; `M2MDeserializationError` for what is no key.
    """
    model = field.remote_field.model
    manager = model._default_manager
    by_natural_key = hasattr(manager, "get_by_natural_key")
    values: list[Any] = []
    try:
        pks = iter(field_value)
    except TypeError as e:
        raise M2MDeserializationError(e, field_value) from None
    for pk in pks:
        try:
            if by_natural_key and _is_natural_key(pk):
                values.append(manager.db_manager(using).get_by_natural_key(*pk).pk)
            else:
                values.append(model._meta.pk.to_python(pk))
        except Exception as e:
            if isinstance(e, ObjectDoesNotExist) and handle_forward_references:
                return DEFER_FIELD
            raise M2MDeserializationError(e, pk) from None
    return values


def deserialize_fk_value(
    field: Any, field_value: Any, using: str | None, handle_forward_references: bool
) -> Any:
    """The value of the foreign key `field` that `field_value`, a key or a natural key, stands for.

    `DEFER_FIELD` if the row is not there and may come later.
    """
    if field_value is None:
        return None
    model = field.remote_field.model
    manager = model._default_manager
    name = field.remote_field.field_name
    if not (hasattr(manager, "get_by_natural_key") and _is_natural_key(field_value)):
        return model._meta.get_field(name).to_python(field_value)
    try:
        found = manager.db_manager(using).get_by_natural_key(*field_value)
    except ObjectDoesNotExist:
        if handle_forward_references:
            return DEFER_FIELD
        raise
    value = getattr(found, name)
    # The key of the other model may be a foreign key itself.
    return value.pk if model._meta.pk.remote_field else value


def _is_natural_key(value: Any) -> bool:
    return hasattr(value, "__iter__") and not isinstance(value, str)


publish(__name__, "core.serializers.base")
