"""`GenericForeignKey`: an attribute that refers to an object of any model.

It has no column: it joins two fields that do, the content type and the primary key. Defined by
ref/contrib/contenttypes, "Generic relations".
"""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from vivace import checks
from vivace.contrib.contenttypes.models import ContentType
from vivace.core.exceptions import FieldDoesNotExist, ObjectDoesNotExist
from vivace.db.models import Field, ForeignKey
from vivace.db.orm.relations.descriptors import warn_of_old_prefetch
from vivace.db.schema.fields.caching import FieldCacheMixin
from vivace.utils.functional import cached_property
from vivace.utils.naming import published

__all__ = ["GenericForeignKey"]

FK_HINT = (
    "GenericForeignKeys must use a ForeignKey to 'contenttypes.ContentType' as the 'content_type' "
    "field."
)


@published("contrib.contenttypes.fields.GenericForeignKey")
class GenericForeignKey(FieldCacheMixin, Field):
    """Refers to an object of any model by the fields `ct_field` and `fk_field`."""

    many_to_many = False
    many_to_one = True
    one_to_many = False
    one_to_one = False

    def __init__(
        self,
        ct_field: str = "content_type",
        fk_field: str = "object_id",
        for_concrete_model: bool = True,
    ) -> None:
        super().__init__(editable=False)
        self.ct_field = ct_field
        self.fk_field = fk_field
        self.for_concrete_model = for_concrete_model
        self.is_relation = True

    def contribute_to_class(
        self, cls: Any, name: str, private_only: bool = True, **kwargs: Any
    ) -> None:
        """Become the attribute of the model, which stays without a column."""
        super().contribute_to_class(cls, name, private_only=True, **kwargs)
        # It is its own descriptor.
        setattr(cls, self.attname, self)

    def get_attname_column(self) -> tuple[str, None]:
        """The attribute's name; there is no column."""
        attname, _column = super().get_attname_column()
        return attname, None

    @cached_property
    def cache_name(self) -> str:
        """The key under which the object is kept."""
        return str(self.name)

    def get_filter_kwargs_for_object(self, obj: Any) -> dict[str, Any]:
        """The conditions that find what refers to the same object as `obj` does."""
        return {
            self.fk_field: getattr(obj, self.fk_field),
            self.ct_field: getattr(obj, self.ct_field),
        }

    def get_forward_related_filter(self, obj: Any) -> dict[str, Any]:
        """The conditions that find what refers to `obj`."""
        return {
            self.fk_field: obj.pk,
            self.ct_field: ContentType.objects.get_for_model(obj).pk,
        }

    # --- checks

    def check(self, **kwargs: Any) -> list[Any]:
        """The name and the two fields."""
        return [
            *self._check_field_name(),
            *self._check_object_id_field(),
            *self._check_content_type_field(),
        ]

    def _check_object_id_field(self) -> list[Any]:
        try:
            self.model._meta.get_field(self.fk_field)
        except FieldDoesNotExist:
            return [
                checks.Error(
                    "The GenericForeignKey object ID references the nonexistent field "
                    f"'{self.fk_field}'.",
                    obj=self,
                    id="contenttypes.E001",
                )
            ]
        return []

    def _check_content_type_field(self) -> list[Any]:
        name = f"{self.model._meta.object_name}.{self.ct_field}"
        try:
            field = self.model._meta.get_field(self.ct_field)
        except FieldDoesNotExist:
            return [
                checks.Error(
                    "The GenericForeignKey content type references the nonexistent field "
                    f"'{name}'.",
                    obj=self,
                    id="contenttypes.E002",
                )
            ]
        if not isinstance(field, ForeignKey):
            return [
                checks.Error(
                    f"'{name}' is not a ForeignKey.",
                    hint=FK_HINT,
                    obj=self,
                    id="contenttypes.E003",
                )
            ]
        if field.remote_field.model != ContentType:
            return [
                checks.Error(
                    f"'{name}' is not a ForeignKey to 'contenttypes.ContentType'.",
                    hint=FK_HINT,
                    obj=self,
                    id="contenttypes.E004",
                )
            ]
        return []

    # --- content types

    def get_content_type(
        self, obj: Any = None, id: Any = None, using: str | None = None, model: Any = None
    ) -> ContentType:
        """The content type of an object, with a primary key, or of a model."""
        if obj is not None:
            manager = ContentType.objects.db_manager(obj._state.db)
            return manager.get_for_model(obj, for_concrete_model=self.for_concrete_model)
        manager = ContentType.objects.db_manager(using)
        if id is not None:
            return manager.get_for_id(id)
        if model is not None:
            return manager.get_for_model(model, for_concrete_model=self.for_concrete_model)
        raise Exception("Impossible arguments to GFK.get_content_type!")

    def _ct_attname(self) -> str:
        # The column: the related content type itself is in the manager's cache.
        return str(self.model._meta.get_field(self.ct_field).attname)

    # --- prefetching

    def get_prefetch_queryset(self, instances: Sequence[Any], queryset: Any = None) -> Any:
        """`get_prefetch_querysets` for one queryset. Deprecated."""
        warn_of_old_prefetch()
        return self.get_prefetch_querysets(instances, None if queryset is None else [queryset])

    def get_prefetch_querysets(
        self, instances: Sequence[Any], querysets: Sequence[Any] | None = None
    ) -> tuple[Any, ...]:
        """The objects that `instances` refer to, one query for each model."""
        ct_attname = self._ct_attname()
        custom = self._by_content_type(querysets or ())
        keys: dict[Any, set[Any]] = defaultdict(set)
        databases = {}
        for instance in instances:
            ct_id, key = getattr(instance, ct_attname), getattr(instance, self.fk_field)
            if ct_id is not None and key is not None:
                keys[ct_id].add(key)
                databases[ct_id] = instance._state.db
        objects: list[Any] = []
        for ct_id, wanted in keys.items():
            if ct_id in custom:
                found = custom[ct_id].filter(pk__in=wanted)
            else:
                content_type = self.get_content_type(id=ct_id, using=databases[ct_id])
                found = content_type.get_all_objects_for_this_type(pk__in=wanted)
            objects.extend(found)

        def key_of_instance(instance: Any) -> Any:
            ct_id = getattr(instance, ct_attname)
            if ct_id is None:
                return None
            model = self.get_content_type(id=ct_id, using=instance._state.db).model_class()
            return str(model._meta.pk.get_prep_value(getattr(instance, self.fk_field))), model

        def key_of_object(obj: Any) -> Any:
            return obj._meta.pk.value_to_string(obj), type(obj)

        return objects, key_of_object, key_of_instance, True, self.name, False

    def _by_content_type(self, querysets: Sequence[Any]) -> dict[Any, Any]:
        custom: dict[Any, Any] = {}
        for queryset in querysets:
            ct_id = self.get_content_type(model=queryset.query.model, using=queryset.db).pk
            if ct_id in custom:
                raise ValueError("Only one queryset is allowed for each content type.")
            custom[ct_id] = queryset
        return custom

    # --- the attribute

    def __get__(self, instance: Any, cls: Any = None) -> Any:
        if instance is None:
            return self
        if self.is_cached(instance):
            cached = self.get_cached_value(instance)
            if cached is None or self._is_meant(instance, cached):
                return cached
        if getattr(instance, self._ct_attname(), None) is None:
            self.set_cached_value(instance, None)
        else:
            instance._state.fetch_mode.fetch(self, instance)
        return self.get_cached_value(instance, default=None)

    @property
    def field(self) -> Any:
        """What fetch modes name."""
        return self

    def _is_meant(self, instance: Any, cached: Any) -> bool:
        """Whether the two fields still refer to the object `cached`."""
        content_type = self.get_content_type(obj=cached)
        if getattr(instance, self._ct_attname(), None) != content_type.id:
            return False
        key = cached._meta.pk.to_python(getattr(instance, self.fk_field))
        return bool(key == cached.pk)

    def fetch_one(self, instance: Any) -> None:
        """Fetch the object that `instance` refers to, or None if it is gone."""
        using = instance._state.db
        content_type = self.get_content_type(id=getattr(instance, self._ct_attname()), using=using)
        try:
            found = content_type.get_object_for_this_type(
                using=using, pk=getattr(instance, self.fk_field)
            )
        except (ObjectDoesNotExist, LookupError):
            found = None
        self.set_cached_value(instance, found)

    def fetch_many(self, instances: Sequence[Any]) -> None:
        """Fetch the objects of several instances, with one query for each model."""
        missing = [each for each in instances if not self.is_cached(each)]
        objects, key_of_object, key_of_instance, *_rest = self.get_prefetch_querysets(missing)
        found = {key_of_object(obj): obj for obj in objects}
        for instance in missing:
            self.set_cached_value(instance, found.get(key_of_instance(instance)))

    def __set__(self, instance: Any, value: Any) -> None:
        content_type = key = None
        if value is not None:
            content_type = self.get_content_type(obj=value)
            key = value.pk
        setattr(instance, self.ct_field, content_type)
        setattr(instance, self.fk_field, key)
        self.set_cached_value(instance, value)
