"""The attributes of a model that give the one object on the other side of a foreign key.

`book.author` and `restaurant.place` are forward, `place.restaurant` is the reverse of a one-to-one
field. Each keeps what it fetched in the instance's cache of fields, on both sides where both are
single, and fetches as the instance's fetch mode says. The three descriptors mirror each other, and are
kept in one file for that.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from vivace.db import router
from vivace.db.orm.fetch_modes import FETCH_ONE
from vivace.db.schema.deferred import DeferredAttribute
from vivace.db.schema.related.foreign_object import ForeignObject
from vivace.utils.deprecation import RemovedInDjango60Warning
from vivace.utils.functional import cached_property
from vivace.utils.lazily import Later
from vivace.utils.naming import published

if TYPE_CHECKING:
    from vivace.db.orm.relations import prefetch
    from vivace.db.query import q
else:
    prefetch = Later("vivace.db.orm.relations.prefetch")
    q = Later("vivace.db.query.q")

__all__ = [
    "ForeignKeyDeferredAttribute",
    "ForwardManyToOneDescriptor",
    "ForwardOneToOneDescriptor",
    "ReverseOneToOneDescriptor",
    "base_queryset",
    "only_queryset",
    "warn_of_old_prefetch",
]

Value = Callable[[Any], Any]
PrefetchAnswer = tuple[Any, Value, Value, bool, str, bool]


def only_queryset(querysets: Sequence[Any] | None) -> Any:
    """The queryset that a prefetcher of one relation is given; None for the relation's own."""
    if not querysets:
        return None
    if len(querysets) != 1:
        raise ValueError(
            "querysets argument of get_prefetch_querysets() should have a length of 1."
        )
    return querysets[0]


def warn_of_old_prefetch() -> None:
    """Warn the caller's caller that it used the old name of `get_prefetch_querysets`."""
    warnings.warn(
        "get_prefetch_queryset() is deprecated. Use get_prefetch_querysets() instead.",
        RemovedInDjango60Warning,
        stacklevel=3,
    )


def base_queryset(model: Any, hints: dict[str, Any]) -> Any:
    """All rows of `model`, fetched in the way of the instance among the hints."""
    queryset = model._base_manager.db_manager(hints=hints).all()
    instance = hints.get("instance")
    if instance is not None and instance._state.fetch_mode is not FETCH_ONE:
        queryset._fetch_mode = instance._state.fetch_mode
    return queryset


def _check_databases(instance: Any, value: Any) -> None:
    """Let new objects go to the database of the other; raise ValueError if a router objects."""
    if instance._state.db is None:
        instance._state.db = router.db_for_write(type(instance), instance=value)
    if value._state.db is None:
        value._state.db = router.db_for_write(type(value), instance=instance)
    if not router.allow_relation(value, instance):
        raise ValueError(
            f'Cannot assign "{value!r}": the current database router prevents this relation.'
        )


def _refusal(value: Any, instance: Any, name: str, model: Any) -> ValueError:
    return ValueError(
        f'Cannot assign "{value!r}": "{instance._meta.object_name}.{name}" must be a '
        f'"{model._meta.object_name}" instance.'
    )


def _missing_class(model: Any, owner: Any, name: str) -> type[Exception]:
    """The exception for an object of `model` that is not there; it pickles by its place."""
    return type(
        "RelatedObjectDoesNotExist",
        (model.DoesNotExist, AttributeError),
        {
            "__module__": owner.__module__,
            "__qualname__": f"{owner.__qualname__}.{name}.RelatedObjectDoesNotExist",
        },
    )


@published("db.models.fields.related_descriptors.ForeignKeyDeferredAttribute")
class ForeignKeyDeferredAttribute(DeferredAttribute):
    """The column of a foreign key: setting another value forgets the object of the old one."""

    def __set__(self, instance: Any, value: Any) -> None:
        field = self.field
        if instance.__dict__.get(field.attname) != value and field.is_cached(instance):
            field.delete_cached_value(instance)
        instance.__dict__[field.attname] = value


@published("db.models.fields.related_descriptors.ForwardManyToOneDescriptor")
class ForwardManyToOneDescriptor:
    """The object that a foreign key points to."""

    #: Preparing the query asks no database; only loading it does.
    prefetches_purely = True

    def __init__(self, field_with_rel: Any) -> None:
        self.field = field_with_rel

    @cached_property
    def RelatedObjectDoesNotExist(self) -> type[Exception]:
        """What is raised where a field that may not be null is."""
        field = self.field
        return _missing_class(field.remote_field.model, field.model, field.name)

    def is_cached(self, instance: Any) -> bool:
        """Whether the object is known without asking the database."""
        return bool(self.field.is_cached(instance))

    def get_queryset(self, **hints: Any) -> Any:
        """The rows among which the object is."""
        return base_queryset(self.field.remote_field.model, hints)

    def get_prefetch_queryset(self, instances: Sequence[Any], queryset: Any = None) -> Any:
        """`get_prefetch_querysets` for one queryset. Deprecated."""
        warn_of_old_prefetch()
        return self.get_prefetch_querysets(instances, None if queryset is None else [queryset])

    def get_prefetch_querysets(
        self, instances: Sequence[Any], querysets: Sequence[Any] | None = None
    ) -> PrefetchAnswer:
        """The objects of all `instances`, and how the two belong together."""
        queryset = only_queryset(querysets)
        if queryset is None:
            queryset = self.get_queryset(instance=instances[0])
        queryset._add_hints(instance=instances[0])
        field = self.field
        keys = {
            key: None
            for each in instances
            if None not in (key := field.get_local_related_value(each))
        }
        names = [related.name for related in field.foreign_related_fields]
        if len(names) == 1:
            condition = q.Q((f"{names[0]}__in", [key[0] for key in keys]))
        else:
            condition = q.Q(_connector=q.Q.OR)
            for key in keys:
                condition |= q.Q(*zip(names, key, strict=True))
            if not keys:
                condition = q.Q(pk__in=[])
        return (
            queryset.filter(condition),
            field.get_foreign_related_value,
            field.get_local_related_value,
            True,
            field.cache_name,
            False,
        )

    def link_prefetched(self, related: Sequence[Any], instances: Sequence[Any]) -> None:
        """Let prefetched objects of a one-to-one field know the instances that they are of."""
        remote = self.field.remote_field
        if remote.multiple:
            return
        by_key = {self.field.get_local_related_value(each): each for each in instances}
        for each in related:
            remote.set_cached_value(each, by_key[self.field.get_foreign_related_value(each)])

    def get_object(self, instance: Any) -> Any:
        """Fetch the object; raises its model's DoesNotExist if there is none."""
        queryset = self.get_queryset(instance=instance)
        field = self.field
        kind = type(field)
        if (
            kind.get_extra_descriptor_filter is not ForeignObject.get_extra_descriptor_filter
            or kind.get_reverse_related_filter is not ForeignObject.get_reverse_related_filter
        ):
            return queryset.get(field.get_reverse_related_filter(instance))
        # PERF: conditions by name are the fast road's; what a field adds of its own may be a Q.
        return queryset.get(
            **{
                others.attname: getattr(instance, own.attname)
                for own, others in field.related_fields
            }
        )

    def fetch_one(self, instance: Any) -> None:
        """Fetch the object of `instance` into its cache."""
        related = self.get_object(instance)
        remote = self.field.remote_field
        if not remote.multiple:
            remote.set_cached_value(related, instance)
        self.field.set_cached_value(instance, related)

    def fetch_many(self, instances: Sequence[Any]) -> None:
        """Fetch the objects of all `instances` with one query."""
        missing = [each for each in instances if not self.is_cached(each)]
        prefetch.prefetch_related_objects(missing, self.field.name)

    def __get__(self, instance: Any, cls: Any = None) -> Any:
        if instance is None:
            return self
        field = self.field
        try:
            related = field.get_cached_value(instance)
        except KeyError:
            related = self._found(instance)
        if related is None and not field.null:
            raise self.RelatedObjectDoesNotExist(f"{field.model.__name__} has no {field.name}.")
        return related

    def _found(self, instance: Any) -> Any:
        """The object, fetched unless there is none or a parent's instance knows it."""
        field = self.field
        if None in field.get_local_related_value(instance):
            field.set_cached_value(instance, None)
            return None
        link = instance._meta.get_ancestor_link(field.model)
        if link and link.is_cached(instance):
            # A field that was inherited over tables: the parent may have been loaded with it.
            related = field.get_cached_value(link.get_cached_value(instance), default=None)
            if related is not None:
                field.set_cached_value(instance, related)
                return related
        instance._state.fetch_mode.fetch(self, instance)
        return field.get_cached_value(instance)

    def __set__(self, instance: Any, value: Any) -> None:
        field = self.field
        remote = field.remote_field
        if value is None:
            if not remote.multiple:
                old = field.get_cached_value(instance, default=None)
                if old is not None:
                    remote.set_cached_value(old, None)
        else:
            if not isinstance(value, remote.model._meta.concrete_model):
                raise _refusal(value, instance, field.name, remote.model)
            _check_databases(instance, value)
        for own, others in field.related_fields:
            setattr(
                instance, own.attname, None if value is None else getattr(value, others.attname)
            )
        field.set_cached_value(instance, value)
        if value is not None and not remote.multiple:
            remote.set_cached_value(value, instance)

    def __reduce__(self) -> tuple[Any, ...]:
        # A descriptor is found again where it is: the exceptions it makes pickle by its name.
        return getattr, (self.field.model, self.field.name)


@published("db.models.fields.related_descriptors.ForwardOneToOneDescriptor")
class ForwardOneToOneDescriptor(ForwardManyToOneDescriptor):
    """The object that a one-to-one field points to; also the parent of an inherited row."""

    def get_object(self, instance: Any) -> Any:
        """Fetch the object, or make it: a child has all of its parent's values."""
        if self.field.remote_field.parent_link:
            model = self.field.remote_field.model
            names = [field.attname for field in model._meta.concrete_fields]
            if instance.get_deferred_fields().isdisjoint(names):
                parent = model(**{name: getattr(instance, name) for name in names})
                parent._state.adding = instance._state.adding
                parent._state.db = instance._state.db
                return parent
        return super().get_object(instance)

    def __set__(self, instance: Any, value: Any) -> None:
        super().__set__(instance, value)
        if not (self.field.primary_key and self.field.remote_field.parent_link):
            return
        # The child's primary keys, all the way up, are those of the parent that was assigned.
        for field in instance._meta.concrete_fields:
            if field.primary_key and field.remote_field:
                name = field.remote_field.model._meta.pk.attname
                setattr(instance, name, None if value is None else getattr(value, name))


@published("db.models.fields.related_descriptors.ReverseOneToOneDescriptor")
class ReverseOneToOneDescriptor:
    """The object whose one-to-one field points here."""

    prefetches_purely = True

    def __init__(self, related: Any) -> None:
        self.related = related

    @property
    def field(self) -> Any:
        """What a fetch mode names where it refuses to fetch."""
        return self.related

    @cached_property
    def RelatedObjectDoesNotExist(self) -> type[Exception]:
        """What is raised where no object points here."""
        related = self.related
        return _missing_class(related.related_model, related.model, related.name)

    def is_cached(self, instance: Any) -> bool:
        """Whether the object is known without asking the database."""
        return bool(self.related.is_cached(instance))

    def get_queryset(self, **hints: Any) -> Any:
        """The rows among which the object is."""
        return base_queryset(self.related.related_model, hints)

    def get_prefetch_queryset(self, instances: Sequence[Any], queryset: Any = None) -> Any:
        """`get_prefetch_querysets` for one queryset. Deprecated."""
        warn_of_old_prefetch()
        return self.get_prefetch_querysets(instances, None if queryset is None else [queryset])

    def get_prefetch_querysets(
        self, instances: Sequence[Any], querysets: Sequence[Any] | None = None
    ) -> PrefetchAnswer:
        """The objects of all `instances`, and how the two belong together."""
        queryset = only_queryset(querysets)
        if queryset is None:
            queryset = self.get_queryset(instance=instances[0])
        queryset._add_hints(instance=instances[0])
        field = self.related.field
        return (
            queryset.filter(**{f"{field.name}__in": instances}),
            field.get_local_related_value,
            field.get_foreign_related_value,
            True,
            self.related.cache_name,
            False,
        )

    def link_prefetched(self, related: Sequence[Any], instances: Sequence[Any]) -> None:
        """Let prefetched objects know the instances that they are of."""
        field = self.related.field
        by_key = {field.get_foreign_related_value(each): each for each in instances}
        for each in related:
            field.set_cached_value(each, by_key[field.get_local_related_value(each)])

    def fetch_one(self, instance: Any) -> None:
        """Fetch the object of `instance` into its cache."""
        related = self.related
        condition = related.field.get_forward_related_filter(instance)
        try:
            found = self.get_queryset(instance=instance).get(**condition)
        except related.related_model.DoesNotExist:
            found = None
        else:
            related.field.set_cached_value(found, instance)
        related.set_cached_value(instance, found)

    def fetch_many(self, instances: Sequence[Any]) -> None:
        """Fetch the objects of all `instances` with one query."""
        missing = [each for each in instances if not self.is_cached(each)]
        prefetch.prefetch_related_objects(missing, self.related.get_accessor_name())

    def __get__(self, instance: Any, cls: Any = None) -> Any:
        if instance is None:
            return self
        related = self.related
        try:
            found = related.get_cached_value(instance)
        except KeyError:
            # Nothing points to a row that is not there.
            values = related.field.get_foreign_related_value(instance)
            if not instance._is_pk_set() or None in values:
                found = None
                related.set_cached_value(instance, None)
            else:
                instance._state.fetch_mode.fetch(self, instance)
                found = related.get_cached_value(instance)
        if found is None:
            name = related.get_accessor_name()
            raise self.RelatedObjectDoesNotExist(f"{type(instance).__name__} has no {name}.")
        return found

    def __set__(self, instance: Any, value: Any) -> None:
        related = self.related
        if value is None:
            old = related.get_cached_value(instance, default=None)
            if old is not None:
                # The object that pointed here points nowhere now; to find another costs a query.
                related.delete_cached_value(instance)
                setattr(old, related.field.name, None)
            return
        if not isinstance(value, related.related_model):
            name = related.get_accessor_name()
            raise _refusal(value, instance, name, related.related_model)
        _check_databases(instance, value)
        for own, others in related.field.related_fields:
            setattr(value, own.attname, getattr(instance, others.attname))
        related.set_cached_value(instance, value)
        related.field.set_cached_value(value, instance)

    def __reduce__(self) -> tuple[Any, ...]:
        return getattr, (self.related.model, self.related.name)
