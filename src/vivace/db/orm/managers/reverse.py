"""The manager of the objects whose foreign key points to an instance: `author.books`.

`create_reverse_many_to_one_manager` makes its class on the class of the model's default manager.
`remove` and `clear` exist only where the key may be null. Documented in ref/models/relations.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from vivace.core.exceptions import FieldError
from vivace.db import connections, router
from vivace.db.orm.managers.related import ReferringMethods, RemovingMethods, filter_prefetched
from vivace.db.orm.relations.descriptors import (
    PrefetchAnswer,
    only_queryset,
)
from vivace.db.schema.alters_data import AltersData
from vivace.utils.functional import cached_property
from vivace.utils.lazily import Later
from vivace.utils.naming import publish, published

if TYPE_CHECKING:
    from vivace.db.orm.querysets import queryset as querysets
    from vivace.db.planner import runtime
    from vivace.flow import Flow
else:
    querysets = Later("vivace.db.orm.querysets.queryset")
    runtime = Later("vivace.db.planner.runtime")

__all__ = ["ReverseManyToOneDescriptor", "create_reverse_many_to_one_manager"]


def _reader_of_local(field: Any) -> Callable[[Any], tuple[Any, ...]]:
    """What reads the values of the relation `field` from an object that has it."""
    locals_ = field.local_related_fields
    if len(locals_) != 1 or locals_[0].primary_key:
        reader: Callable[[Any], tuple[Any, ...]] = field.get_local_related_value
        return reader
    # PERF: asked of every object that is prefetched.
    value_of = attrgetter(locals_[0].attname)
    return lambda each: (value_of(each),)


class ReverseManyToOneMethods(ReferringMethods):
    """The methods of a manager of the objects that point to `instance`."""

    rel: Any

    def __init__(self, instance: Any) -> None:
        super().__init__()
        self.instance = instance
        self.model = self.rel.related_model
        self.field = self.rel.field
        self.core_filters = {self.field.name: instance}

    # --- rows

    def _check_fk_val(self) -> None:
        """Raise ValueError if the instance has no value that a key could have."""
        for field in self.field.foreign_related_fields:
            if getattr(self.instance, field.attname) is None:
                raise ValueError(
                    f'"{self.instance!r}" needs to have a value for field '
                    f'"{field.attname}" before this relationship can be used.'
                )

    def _apply_rel_filters(self, queryset: Any) -> Any:
        """The rows of `queryset` that point to the instance, and know that they do."""
        instance = self.instance
        queryset._add_hints(instance=instance)
        if self._db:
            queryset = queryset.using(self._db)
        queryset._defer_next_filter = True
        queryset = queryset.filter(**self.core_filters)
        values = [getattr(instance, field.attname) for field in self.field.foreign_related_fields]
        if None in values or ("" in values and self._empty_is_null()):
            return queryset.none()
        if self.field.many_to_one:
            queryset._known_related_objects = {self.field: {self._key_of(instance): instance}}
        return queryset

    def _empty_is_null(self) -> bool:
        using = self._db or router.db_for_read(self.model, instance=self.instance)
        return bool(connections[using].features.interprets_empty_strings_as_nulls)

    def _key_of(self, instance: Any) -> Any:
        """The value by which the rows know `instance`."""
        try:
            return getattr(instance, self.field.target_field.attname)
        except FieldError:
            targets = self.field.path_infos[-1].target_fields
            return tuple(getattr(instance, target.attname) for target in targets)

    def get_queryset(self) -> Any:
        """The rows, those that prefetch_related left if it did."""
        if not self.instance._is_pk_set():
            raise ValueError(
                f"{type(self.instance).__name__!r} instance needs to have a primary "
                "key value before this relationship can be used."
            )
        prefetched = self._prefetched(self.field.remote_field.cache_name)
        if prefetched is not None:
            return prefetched
        return self._apply_rel_filters(self._rows_of_model())

    def get_prefetch_querysets(
        self, instances: Sequence[Any], querysets: Sequence[Any] | None = None
    ) -> PrefetchAnswer:
        """The objects that point to any of `instances`, and how the two belong together."""
        queryset = only_queryset(querysets)
        if queryset is None:
            queryset = self._rows_of_model()
        queryset._add_hints(instance=instances[0])
        queryset = queryset.using(queryset._db or self._db)
        field = self.field
        return (
            filter_prefetched(queryset, field.name, instances),
            _reader_of_local(field),
            field.get_foreign_related_value,
            False,
            field.remote_field.cache_name,
            False,
        )

    def link_prefetched(self, related: Sequence[Any], instances: Sequence[Any]) -> None:
        """Let prefetched objects know the instances to which they point."""
        field = self.field
        by_key = {field.get_foreign_related_value(each): each for each in instances}
        key_of = _reader_of_local(field)
        # No assignment, which a router might refuse, and a descriptor would see.
        for each in related:
            if not field.is_cached(each):
                field.set_cached_value(each, by_key[key_of(each)])

    def _remove_prefetched_objects(self) -> None:
        self._forget_prefetched(self.field.remote_field.cache_name)

    def _reference(self) -> dict[str, Any]:
        return {self.field.name: self.instance}

    # --- add

    def _add_flow(self, *objs: Any, bulk: bool = True) -> Flow[None]:
        self._check_fk_val()
        self._remove_prefetched_objects()
        using = self._written_to()
        if not bulk:
            yield from runtime.in_transaction(using, self._save_each_flow(objs), savepoint=False)
            return
        # A list: composite keys may not be looked for in a set.
        keys = []
        for each in objs:
            self._point(each)
            if each._state.adding or each._state.db != using:
                raise ValueError(
                    f"{each!r} instance isn't saved. Use bulk=False or save the object first."
                )
            keys.append(each.pk)
        rows = self.model._base_manager.using(using).filter(pk__in=keys)
        yield from querysets.flow_of(rows, "update", **self._reference())

    # --- set

    def _set_flow(self, objs: Iterable[Any], *, bulk: bool, clear: bool) -> Flow[None]:
        self._check_fk_val()
        wanted = tuple(objs)
        if not self.field.null:
            yield from self._step("add", *wanted, bulk=bulk)
            return
        using = self._written_to()
        flow = self._replace_flow(wanted, using, bulk=bulk, clear=clear)
        yield from runtime.in_transaction(using, flow, savepoint=False)

    def _replace_flow(
        self, wanted: tuple[Any, ...], using: str, *, bulk: bool, clear: bool
    ) -> Flow[None]:
        if clear:
            yield from self._step("clear", bulk=bulk)
            yield from self._step("add", *wanted, bulk=bulk)
            return
        rows = yield from self.using(using).all()._rows_flow()  # type: ignore[attr-defined]
        old, new = set(rows), []
        for each in wanted:
            if each in old:
                old.remove(each)
            else:
                new.append(each)
        if old:
            yield from self._step("remove", *old, bulk=bulk)
        # COMPAT: an update of nothing asks no database, and still checks.
        yield from self._step("add", *new, bulk=bulk)

    # --- remove; the façades are there where the key may be null

    def _remove_flow(self, *objs: Any, bulk: bool = True) -> Flow[None]:
        if not objs:
            return
        self._check_fk_val()
        value = self.field.get_foreign_related_value(self.instance)
        keys = []
        for each in objs:
            self._check_type(each)
            if self.field.get_local_related_value(each) != value:
                missing = self.field.remote_field.model.DoesNotExist
                raise missing(f"{each!r} is not related to {self.instance!r}.")
            keys.append(each.pk)
        rows = self.filter(pk__in=keys)  # type: ignore[attr-defined]
        yield from self._unpoint_flow(rows, bulk)

    def _clear_flow(self, *, bulk: bool = True) -> Flow[None]:
        self._check_fk_val()
        yield from self._unpoint_flow(self, bulk)

    def _unpoint_flow(self, rows: Any, bulk: bool) -> Flow[None]:
        self._remove_prefetched_objects()
        using = self._written_to()
        rows = rows.using(using)
        if bulk:
            yield from querysets.flow_of(rows, "update", **{self.field.name: None})
        else:
            yield from runtime.in_transaction(using, self._unpoint_each_flow(rows), savepoint=False)

    def _unpoint_each_flow(self, queryset: Any) -> Flow[None]:
        for each in (yield from queryset._rows_flow()):
            setattr(each, self.field.name, None)
            yield from runtime.hook(each.save, update_fields=[self.field.name])


def create_reverse_many_to_one_manager(superclass: type[Any], rel: Any) -> type[Any]:
    """The class of managers for the objects whose foreign key, of `rel`, points to an instance."""
    # Another name than the class's own, which the body of the class would look up.
    relation = rel
    optional: tuple[type[Any], ...] = (RemovingMethods,) if rel.field.null else ()

    class RelatedManager(*optional, ReverseManyToOneMethods, superclass, AltersData):  # type: ignore[misc]
        rel = relation
        _published_at_ = (
            "db.models.fields.related_descriptors."
            "create_reverse_many_to_one_manager.<locals>.RelatedManager"
        )

        def __call__(self, *, manager: str) -> Any:
            """The same objects through the manager of their model that has this name."""
            other = type(getattr(self.model, manager))
            return create_reverse_many_to_one_manager(other, relation)(self.instance)

    return RelatedManager


@published("db.models.fields.related_descriptors.ReverseManyToOneDescriptor")
class ReverseManyToOneDescriptor:
    """The attribute of a model that gives the manager of the objects pointing to an instance."""

    def __init__(self, rel: Any) -> None:
        self.rel = rel
        self.field = rel.field

    @cached_property
    def related_manager_cls(self) -> type[Any]:
        """The class of the managers."""
        manager = type(self.rel.related_model._default_manager)
        return create_reverse_many_to_one_manager(manager, self.rel)

    def __get__(self, instance: Any, cls: Any = None) -> Any:
        if instance is None:
            return self
        return self.related_manager_cls(instance)

    def _get_set_deprecation_msg_params(self) -> tuple[str, str]:
        return "reverse side of a related set", self.rel.get_accessor_name()

    def __set__(self, instance: Any, value: Any) -> None:
        side, name = self._get_set_deprecation_msg_params()
        raise TypeError(f"Direct assignment to the {side} is prohibited. Use {name}.set() instead.")


publish(__name__, "db.models.fields.related_descriptors")
