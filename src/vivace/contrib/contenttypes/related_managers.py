"""The manager of the objects that refer to an instance by a generic foreign key: ``book.tags``."""

from collections.abc import Iterable, Sequence
from functools import partial
from itertools import groupby
from typing import Any

from vivace.contrib.contenttypes.models import ContentType
from vivace.db import router
from vivace.db.models import Q
from vivace.db.orm.managers.related import ReferringMethods, RemovingMethods
from vivace.db.orm.managers.reverse import ReverseManyToOneDescriptor
from vivace.db.orm.querysets.queryset import flow_of
from vivace.db.orm.relations.descriptors import only_queryset
from vivace.db.planner.runtime import hook, in_transaction
from vivace.db.schema.alters_data import AltersData
from vivace.flow import Flow
from vivace.utils.functional import cached_property
from vivace.utils.naming import publish

__all__ = ["ReverseGenericManyToOneDescriptor", "create_generic_related_manager"]


class ReverseGenericManyToOneDescriptor(ReverseManyToOneDescriptor):
    """The attribute of a model that gives the manager of a `GenericRelation`."""

    @cached_property
    def related_manager_cls(self) -> type[Any]:
        """The class of the managers."""
        return create_generic_related_manager(type(self.rel.model._default_manager), self.rel)


class GenericRelatedMethods(RemovingMethods, ReferringMethods):
    """The methods of a manager of the objects that refer to `instance`."""

    rel: Any
    # Content types may have to be read to prepare the query.
    prefetches_purely = False

    def __init__(self, instance: Any = None) -> None:
        super().__init__()
        field = self.rel.field
        self.instance = instance
        self.model = self.rel.model
        self.get_content_type = partial(
            ContentType.objects.db_manager(instance._state.db).get_for_model,
            for_concrete_model=field.for_concrete_model,
        )
        self.content_type = self.get_content_type(instance)
        self.content_type_field_name = field.content_type_field_name
        self.object_id_field_name = field.object_id_field_name
        self.prefetch_cache_name = field.attname
        self.pk_val = instance.pk
        self.core_filters = {
            f"{self.content_type_field_name}__pk": self.content_type.id,
            self.object_id_field_name: self.pk_val,
        }

    def __str__(self) -> str:
        return repr(self)

    # --- rows

    def _apply_rel_filters(self, queryset: Any) -> Any:
        using = self._db or router.db_for_read(self.model, instance=self.instance)
        return queryset.using(using).filter(**self.core_filters)

    def get_queryset(self) -> Any:
        """The rows, those that prefetch_related left if it did."""
        prefetched = self._prefetched(self.prefetch_cache_name)
        if prefetched is not None:
            return prefetched
        return self._apply_rel_filters(self._rows_of_model())

    def get_prefetch_querysets(
        self, instances: Sequence[Any], querysets: Sequence[Any] | None = None
    ) -> tuple[Any, ...]:
        """The objects that refer to any of `instances`, which may be of several models."""
        queryset = only_queryset(querysets)
        if queryset is None:
            queryset = self._rows_of_model()
        queryset._add_hints(instance=instances[0])
        queryset = queryset.using(queryset._db or self._db)

        def type_of(instance: Any) -> Any:
            return self.get_content_type(instance).pk

        key_name = self.object_id_field_name
        conditions = [
            Q(
                (f"{self.content_type_field_name}__pk", content_type_id),
                (f"{key_name}__in", {each.pk for each in some}),
            )
            for content_type_id, some in groupby(sorted(instances, key=type_of), type_of)
        ]
        # The keys may be stored as text.
        to_key = instances[0]._meta.pk.to_python
        type_attname = f"{self.content_type_field_name}_id"
        return (
            queryset.filter(Q(*conditions, _connector=Q.OR)),
            lambda related: (to_key(getattr(related, key_name)), getattr(related, type_attname)),
            lambda instance: (instance.pk, type_of(instance)),
            False,
            self.prefetch_cache_name,
            False,
        )

    def _remove_prefetched_objects(self) -> None:
        self._forget_prefetched(self.prefetch_cache_name)

    def _reference(self) -> dict[str, Any]:
        return {
            self.content_type_field_name: self.content_type,
            self.object_id_field_name: self.pk_val,
        }

    # --- add and set

    def _add_flow(self, *objs: Any, bulk: bool = True) -> Flow[None]:
        self._remove_prefetched_objects()
        using = self._written_to()
        if not bulk:
            yield from in_transaction(using, self._save_each_flow(objs), savepoint=False)
            return
        keys = set()
        for each in objs:
            if each._state.adding or each._state.db != using:
                raise ValueError(
                    f"{each!r} instance isn't saved. Use bulk=False or save the object first."
                )
            self._point(each)
            keys.add(each.pk)
        rows = self.model._base_manager.using(using).filter(pk__in=keys)
        yield from flow_of(rows, "update", **self._reference())

    def _set_flow(self, objs: Iterable[Any], *, bulk: bool, clear: bool) -> Flow[None]:
        using = self._written_to()
        flow = self._replace_flow(tuple(objs), using, bulk=bulk, clear=clear)
        yield from in_transaction(using, flow, savepoint=False)

    def _replace_flow(
        self, wanted: tuple[Any, ...], using: str, *, bulk: bool, clear: bool
    ) -> Flow[None]:
        new = list(wanted)
        if clear:
            yield from self._clear_flow(bulk=bulk)
        else:
            rows = yield from self.using(using).all()._rows_flow()  # type: ignore[attr-defined]
            old = set(rows)
            new = [each for each in wanted if each not in old]
            gone = old.difference(wanted)
            if gone:
                yield from self._remove_flow(*gone, bulk=bulk)
        yield from self._add_flow(*new, bulk=bulk)

    # --- remove

    def _remove_flow(self, *objs: Any, bulk: bool = True) -> Flow[None]:
        if objs:
            rows = self.filter(pk__in=[each.pk for each in objs])  # type: ignore[attr-defined]
            yield from self._delete_flow(rows, bulk)

    def _clear_flow(self, *, bulk: bool = True) -> Flow[None]:
        yield from self._delete_flow(self, bulk)

    def _delete_flow(self, rows: Any, bulk: bool) -> Flow[None]:
        self._remove_prefetched_objects()
        using = self._written_to()
        rows = rows.using(using)
        if bulk:
            yield from flow_of(rows, "delete")
        else:
            yield from in_transaction(using, self._delete_each_flow(rows), savepoint=False)

    def _delete_each_flow(self, queryset: Any) -> Flow[None]:
        for each in (yield from queryset._rows_flow()):
            yield from hook(each.delete)


def create_generic_related_manager(superclass: type[Any], rel: Any) -> type[Any]:
    """The class of managers for the objects whose generic foreign key points to an instance."""
    # Another name than the class's own, which the body of the class would look up.
    relation = rel

    class GenericRelatedObjectManager(GenericRelatedMethods, superclass, AltersData):  # type: ignore[misc]
        rel = relation
        _published_at_ = (
            "contrib.contenttypes.fields."
            "create_generic_related_manager.<locals>.GenericRelatedObjectManager"
        )

        def __call__(self, *, manager: str) -> Any:
            """The same objects through the manager of their model that has this name."""
            other = type(getattr(self.model, manager))
            return create_generic_related_manager(other, relation)(self.instance)

    return GenericRelatedObjectManager


publish(__name__, "contrib.contenttypes.fields")
