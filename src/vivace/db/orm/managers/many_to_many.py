"""The manager of the objects at the other end of a many-to-many relation: `book.authors`.

Adding and removing are about rows of the table between (`through`). Both send `m2m_changed`, if
anybody listens, and a symmetrical relation has its rows in both directions. Documented in
ref/models/relations and ref/signals.

Longer than other files because each operation has two façades and a flow, which are read together.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from vivace.db import connections, router
from vivace.db.orm import signals
from vivace.db.orm.managers.base import BaseManager
from vivace.db.orm.managers.related import RelatedManagerBase, alters, filter_prefetched
from vivace.db.orm.managers.reverse import ReverseManyToOneDescriptor
from vivace.db.orm.relations.descriptors import PrefetchAnswer, only_queryset
from vivace.db.schema.alters_data import AltersData
from vivace.flow import Flow
from vivace.utils.functional import cached_property
from vivace.utils.lazily import Later
from vivace.utils.naming import publish, published

if TYPE_CHECKING:
    from vivace.db.orm.querysets import callables
    from vivace.db.orm.querysets import queryset as querysets
    from vivace.db.planner import runtime
    from vivace.db.query import q
else:
    querysets = Later("vivace.db.orm.querysets.queryset")
    runtime = Later("vivace.db.planner.runtime")
    q = Later("vivace.db.query.q")
    callables = Later("vivace.db.orm.querysets.callables")

__all__ = ["ManyToManyDescriptor", "create_forward_many_to_many_manager"]

Defaults = Mapping[str, Any] | None


# What a manager has of its relation alone.
_OF_RELATION = (
    "model", "query_field_name", "prefetch_cache_name", "source_field_name", "target_field_name",
    "symmetrical", "through", "source_field", "target_field", "pk_field_names", "_paths",
)  # fmt: skip


class ManyToManyMethods(RelatedManagerBase):
    """The methods of a manager of the objects that are many-to-many related to `instance`."""

    rel: Any
    reverse: bool
    # What the managers of a class have in common, once there was one.
    _relation: ClassVar[dict[str, Any]]

    def __init__(self, instance: Any = None) -> None:
        super().__init__()
        self.instance = instance
        cls = type(self)
        relation = cls.__dict__.get("_relation")
        if relation is None or relation["through"] is not self.rel.through:
            # PERF: every instance has a manager of its own, of one relation.
            self._read_relation()
            own = vars(self)
            # What a project's manager has as a property is read and set for each.
            if all(name in own for name in _OF_RELATION):
                cls._relation = {name: own[name] for name in _OF_RELATION}
        else:
            vars(self).update(relation)
        self.core_filters: dict[str, Any] = {
            path: getattr(instance, attname) for path, attname in self._paths
        }
        self.related_val = self.source_field.get_foreign_related_value(instance)
        self._check_instance()

    def _read_relation(self) -> None:
        """Learn what all managers of the relation know."""
        self._read_names()
        self.through = self.rel.through
        self.source_field = self.through._meta.get_field(self.source_field_name)
        self.target_field = self.through._meta.get_field(self.target_field_name)
        self.pk_field_names: dict[str, str] = {}
        self._paths: list[tuple[str, str]] = []
        for own, others in self.source_field.related_fields:
            self._paths.append((f"{self.query_field_name}__{others.name}", others.attname))
            self.pk_field_names[own.name] = others.name

    def _read_names(self) -> None:
        """Learn the relation's names, seen from the instance's side."""
        rel, field = self.rel, self.rel.field
        if self.reverse:
            self.model = rel.related_model
            self.query_field_name = field.name
            self.prefetch_cache_name = rel.cache_name
            self.source_field_name = field.m2m_reverse_field_name()
            self.target_field_name = field.m2m_field_name()
            self.symmetrical = False
        else:
            self.model = rel.model
            self.query_field_name = field.related_query_name()
            self.prefetch_cache_name = field.name
            self.source_field_name = field.m2m_field_name()
            self.target_field_name = field.m2m_reverse_field_name()
            self.symmetrical = rel.symmetrical

    def _check_instance(self) -> None:
        if None in self.related_val:
            name = self.pk_field_names[self.source_field_name]
            raise ValueError(
                f'"{self.instance!r}" needs to have a value for field "{name}" before '
                "this many-to-many relationship can be used."
            )
        # A relation may be about another field than the primary key, which must be there too.
        if not self.instance._is_pk_set():
            raise ValueError(
                f"{type(self.instance).__name__!r} instance needs to have a primary key value "
                "before a many-to-many relationship can be used."
            )

    # --- rows

    def _apply_rel_filters(self, queryset: Any) -> Any:
        """The rows of `queryset` that are related to the instance."""
        queryset._add_hints(instance=self.instance)
        if self._db:
            queryset = queryset.using(self._db)
        queryset._defer_next_filter = True
        return queryset._next_is_sticky().filter(**self.core_filters)

    def get_prefetch_cache(self) -> Any:
        """The queryset that prefetch_related left, or None."""
        return self._prefetched(self.prefetch_cache_name)

    def get_queryset(self) -> Any:
        """The rows, those that prefetch_related left if it did."""
        prefetched = self.get_prefetch_cache()
        if prefetched is not None:
            return prefetched
        return self._apply_rel_filters(self._rows_of_model())

    def get_prefetch_querysets(
        self, instances: Sequence[Any], querysets: Sequence[Any] | None = None
    ) -> PrefetchAnswer:
        """The objects related to any of `instances`, and how the two belong together.

        The rows come with the columns of the table between that say whose they are.
        """
        queryset = only_queryset(querysets)
        if queryset is None:
            queryset = self._rows_of_model()
        queryset._add_hints(instance=instances[0])
        queryset = queryset.using(queryset._db or self._db)
        queryset = filter_prefetched(queryset._next_is_sticky(), self.query_field_name, instances)
        connection = connections[queryset.db]
        quote = connection.ops.quote_name
        table = quote(self.through._meta.db_table)
        key = self.source_field
        columns = {
            f"_prefetch_related_val_{field.attname}": f"{table}.{quote(field.column)}"
            for field in key.local_related_fields
        }
        return (
            queryset.extra(select=columns),
            _prepared(key.local_related_fields, connection, "_prefetch_related_val_"),
            _prepared(key.foreign_related_fields, connection),
            False,
            self.prefetch_cache_name,
            False,
        )

    @property
    def constrained_target(self) -> Any:
        """The rows of the table between, if they alone say how many related objects there are."""
        # Without the constraint, or with rows that the default manager hides, the join is needed.
        if not self.target_field.db_constraint or not self._shows_all_rows():
            return None
        using = router.db_for_read(self.through, instance=self.instance)
        if not connections[using].features.supports_foreign_keys:
            return None
        rows = self.through._base_manager.db_manager(using, hints={"instance": self.instance})
        conditions: dict[str, Any] = {self.source_field_name: self.related_val[0]}
        if self.target_field.null:
            conditions[f"{self.target_field_name}__isnull"] = False
        return rows.filter(**conditions)

    def _shows_all_rows(self) -> bool:
        inherited = super(RelatedManagerBase, type(self)).get_queryset
        queryset_class = self._queryset_class
        return inherited is BaseManager.get_queryset and (
            queryset_class is querysets.QuerySet
            or (queryset_class.count, queryset_class.exists)
            == (querysets.QuerySet.count, querysets.QuerySet.exists)
        )

    def count(self) -> int:
        """How many related objects there are."""
        return int(self._perform(self._number_flow("count")))

    def exists(self) -> bool:
        """Whether there is a related object."""
        return bool(self._perform(self._number_flow("exists")))

    async def acount(self) -> int:
        """`count` without blocking the event loop."""
        return int(await self._aperform(self._number_flow("count")))

    async def aexists(self) -> bool:
        """`exists` without blocking the event loop."""
        return bool(await self._aperform(self._number_flow("exists")))

    def _number_flow(self, name: str) -> Flow[Any]:
        rows = None if self.get_prefetch_cache() is not None else self.constrained_target
        if rows is None:
            rows = self.get_queryset()
        return querysets.flow_of(rows, name)

    def _remove_prefetched_objects(self) -> None:
        self._forget_prefetched(self.prefetch_cache_name)

    def _written_to(self) -> str:
        """The alias of the database that the table between is changed in."""
        return router.db_for_write(self.through, instance=self.instance)

    # --- add

    @alters
    def add(self, *objs: Any, through_defaults: Defaults = None) -> None:
        """Relate `objs`, or the objects with these keys; those that are related already stay so.

        `through_defaults` are values for new rows of the table between; they may be callables.
        """
        self._perform(self._add_flow(*objs, through_defaults=through_defaults))

    @alters
    async def aadd(self, *objs: Any, through_defaults: Defaults = None) -> None:
        """`add` without blocking the event loop."""
        await self._aperform(self._step("add", *objs, through_defaults=through_defaults))

    def _add_flow(self, *objs: Any, through_defaults: Defaults = None) -> Flow[None]:
        self._remove_prefetched_objects()
        if objs:
            flow = self._add_both_ways_flow(objs, through_defaults)
            yield from runtime.in_transaction(self._written_to(), flow, savepoint=False)

    def _add_both_ways_flow(self, objs: tuple[Any, ...], through_defaults: Defaults) -> Flow[None]:
        names = self.source_field_name, self.target_field_name
        yield from self._step("_add_items", *names, *objs, through_defaults=through_defaults)
        if self.symmetrical:
            names = names[::-1]
            yield from self._step("_add_items", *names, *objs, through_defaults=through_defaults)

    # COMPAT: not documented; packages override it to add in an order of their own.
    @alters
    def _add_items(
        self,
        source_field_name: str,
        target_field_name: str,
        *objs: Any,
        through_defaults: Defaults = None,
    ) -> None:
        """Relate `objs` in one direction."""
        names = source_field_name, target_field_name
        self._perform(self._add_items_flow(*names, *objs, through_defaults=through_defaults))

    def _add_items_flow(
        self,
        source_field_name: str,
        target_field_name: str,
        *objs: Any,
        through_defaults: Defaults = None,
    ) -> Flow[None]:
        if not objs:
            return
        source = self.through._meta.get_field(source_field_name)
        target = self.through._meta.get_field(target_field_name)
        defaults = dict(callables.resolve_callables(through_defaults or {}))
        keys = self._keys_of(target, objs)
        using = self._written_to()
        ignores = (
            connections[using].features.supports_ignore_conflicts
            and self.through._meta.auto_created is not False
        )
        tells = (self.reverse or source is self.source_field) and signals.m2m_changed.has_listeners(
            self.through
        )
        if tells or not ignores:
            keys -= yield from self._related_keys_flow(source, target, using, keys)
        if tells:
            yield from self._send_flow("pre_add", keys, using)
        key = self.related_val[0]
        rows = [
            self.through(**defaults, **{source.attname: key, target.attname: other})
            for other in keys
        ]
        manager = self.through._default_manager.using(using)
        yield from querysets.flow_of(manager, "bulk_create", rows, ignore_conflicts=ignores)
        if tells:
            yield from self._send_flow("post_add", keys, using)

    def _keys_of(self, target: Any, objs: Iterable[Any]) -> set[Any]:
        """What the table between has in the field `target` for `objs`."""
        keys = set()
        for each in objs:
            if isinstance(each, self.model):
                if not router.allow_relation(each, self.instance):
                    raise ValueError(
                        f'Cannot add "{each!r}": instance is on database '
                        f'"{self.instance._state.db}", value is on database "{each._state.db}"'
                    )
                key = target.get_foreign_related_value(each)[0]
                if key is None:
                    raise ValueError(
                        f'Cannot add "{each!r}": the value for field "{target.name}" is None'
                    )
                keys.add(key)
            elif hasattr(each, "_meta"):
                name = self.model._meta.object_name
                raise TypeError(f"'{name}' instance expected, got {each!r}")
            else:
                keys.add(target.get_prep_value(each))
        return keys

    def _related_keys_flow(
        self, source: Any, target: Any, using: str, keys: set[Any]
    ) -> Flow[set[Any]]:
        """Which of `keys` are related to the instance."""
        rows = self.through._default_manager.using(using).values_list(target.name, flat=True)
        conditions = {source.name: self.related_val[0], f"{target.name}__in": keys}
        return set((yield from rows.filter(**conditions)._rows_flow()))

    def _send_flow(self, action: str, keys: set[Any] | None, using: str) -> Flow[None]:
        yield from runtime.hook(
            signals.m2m_changed.send,
            sender=self.through,
            action=action,
            instance=self.instance,
            reverse=self.reverse,
            model=self.model,
            pk_set=keys,
            using=using,
        )

    # --- remove

    @alters
    def remove(self, *objs: Any) -> None:
        """Relate `objs`, or the objects with these keys, no longer."""
        self._perform(self._remove_flow(*objs))

    @alters
    async def aremove(self, *objs: Any) -> None:
        """`remove` without blocking the event loop."""
        await self._aperform(self._step("remove", *objs))

    def _remove_flow(self, *objs: Any) -> Flow[None]:
        self._remove_prefetched_objects()
        if not objs:
            return
        keys = {
            self.target_field.get_foreign_related_value(each)[0]
            if isinstance(each, self.model)
            else each
            for each in objs
        }
        using = self._written_to()
        shown = self._rows_of_model()
        targets: Any = keys
        if shown._has_filters():
            # Rows that the default manager hides are not removed through it.
            name = self.target_field.target_field.attname
            targets = shown.using(using).filter(**{f"{name}__in": keys})
        flow = self._delete_flow("remove", targets, keys, using)
        yield from runtime.in_transaction(using, flow, savepoint=False)

    @alters
    def clear(self) -> None:
        """Relate no objects any longer."""
        self._perform(self._clear_flow())

    @alters
    async def aclear(self) -> None:
        """`clear` without blocking the event loop."""
        await self._aperform(self._step("clear"))

    def _clear_flow(self) -> Flow[None]:
        using = self._written_to()
        shown = self._rows_of_model().using(using)
        targets = shown if shown._has_filters() else None
        flow = self._delete_flow("clear", targets, None, using)
        yield from runtime.in_transaction(using, flow, savepoint=False)

    def _delete_flow(
        self, action: str, targets: Any, keys: set[Any] | None, using: str
    ) -> Flow[None]:
        """Delete the rows between the instance and `targets` (None: all); tell it `keys`."""
        yield from self._send_flow(f"pre_{action}", keys, using)
        self._remove_prefetched_objects()
        rows = self.through._default_manager.using(using).filter(self._rows_between(targets))
        yield from querysets.flow_of(rows, "delete")
        yield from self._send_flow(f"post_{action}", keys, using)

    def _rows_between(self, targets: Any) -> q.Q:
        """The condition for the rows of the table between the instance and `targets`."""
        source, target = self.source_field_name, self.target_field_name
        condition = q.Q.create([(source, self.related_val[0])])
        if targets is not None:
            condition &= q.Q((f"{target}__in", targets))
        if self.symmetrical:
            backwards = q.Q.create([(target, self.related_val[0])])
            if targets is not None:
                backwards &= q.Q((f"{source}__in", targets))
            condition |= backwards
        return condition

    # --- set

    @alters
    def set(
        self, objs: Iterable[Any], *, clear: bool = False, through_defaults: Defaults = None
    ) -> None:
        """Relate `objs` and no others; `clear` removes all others and adds them anew."""
        self._perform(self._set_flow(objs, clear=clear, through_defaults=through_defaults))

    @alters
    async def aset(
        self, objs: Iterable[Any], *, clear: bool = False, through_defaults: Defaults = None
    ) -> None:
        """`set` without blocking the event loop."""
        step = self._step("set", objs, clear=clear, through_defaults=through_defaults)
        await self._aperform(step)

    def _set_flow(
        self, objs: Iterable[Any], *, clear: bool, through_defaults: Defaults
    ) -> Flow[None]:
        using = self._written_to()
        flow = self._replace_flow(tuple(objs), using, clear, through_defaults)
        yield from runtime.in_transaction(using, flow, savepoint=False)

    def _replace_flow(
        self, wanted: tuple[Any, ...], using: str, clear: bool, through_defaults: Defaults
    ) -> Flow[None]:
        new: Iterable[Any] = wanted
        if clear:
            yield from self._step("clear")
        else:
            name = self.target_field.target_field.attname
            rows = self.using(using).values_list(name, flat=True)  # type: ignore[attr-defined]
            old = set((yield from rows._rows_flow()))
            new = []
            for each in wanted:
                if isinstance(each, self.model):
                    key = self.target_field.get_foreign_related_value(each)[0]
                else:
                    key = self.target_field.get_prep_value(each)
                if key in old:
                    old.remove(key)
                else:
                    new.append(each)
            yield from self._step("remove", *old)
        yield from self._step("add", *new, through_defaults=through_defaults)

    # --- create

    @alters
    def create(self, *, through_defaults: Defaults = None, **kwargs: Any) -> Any:
        """A new, saved object that is related to the instance."""
        return self._perform(self._create_flow(through_defaults, kwargs))

    @alters
    async def acreate(self, *, through_defaults: Defaults = None, **kwargs: Any) -> Any:
        """`create` without blocking the event loop."""
        return await self._aperform(self._create_flow(through_defaults, kwargs))

    @alters
    def get_or_create(
        self, *, through_defaults: Defaults = None, **kwargs: Any
    ) -> tuple[Any, bool]:
        """The related object that meets the conditions, and whether it is new."""
        flow = self._make_flow("get_or_create", through_defaults, kwargs)
        made: tuple[Any, bool] = self._perform(flow)
        return made

    @alters
    async def aget_or_create(
        self, *, through_defaults: Defaults = None, **kwargs: Any
    ) -> tuple[Any, bool]:
        """`get_or_create` without blocking the event loop."""
        flow = self._make_flow("get_or_create", through_defaults, kwargs)
        made: tuple[Any, bool] = await self._aperform(flow)
        return made

    @alters
    def update_or_create(
        self, *, through_defaults: Defaults = None, **kwargs: Any
    ) -> tuple[Any, bool]:
        """The changed related object, and whether it is new."""
        flow = self._make_flow("update_or_create", through_defaults, kwargs)
        made: tuple[Any, bool] = self._perform(flow)
        return made

    @alters
    async def aupdate_or_create(
        self, *, through_defaults: Defaults = None, **kwargs: Any
    ) -> tuple[Any, bool]:
        """`update_or_create` without blocking the event loop."""
        flow = self._make_flow("update_or_create", through_defaults, kwargs)
        made: tuple[Any, bool] = await self._aperform(flow)
        return made

    def _create_flow(self, through_defaults: Defaults, kwargs: dict[str, Any]) -> Flow[Any]:
        made = yield from self._inherited(self._created_in(), "create", kwargs)
        yield from self._add_flow(made, through_defaults=through_defaults)
        return made

    def _make_flow(
        self, name: str, through_defaults: Defaults, kwargs: dict[str, Any]
    ) -> Flow[tuple[Any, bool]]:
        made, created = yield from self._inherited(self._created_in(), name, kwargs)
        # One that was there is found through the relation: it is related already.
        if created:
            yield from self._add_flow(made, through_defaults=through_defaults)
        return made, created

    def _created_in(self) -> str:
        """The alias of the database that new objects go to."""
        return router.db_for_write(type(self.instance), instance=self.instance)


def _prepared(
    fields: Iterable[Any], connection: Any, prefix: str = ""
) -> Callable[[Any], tuple[Any, ...]]:
    """What reads the values of `fields` from an object as the database has them."""
    pairs = [(field.get_db_prep_value, prefix + field.attname) for field in fields]
    if len(pairs) == 1:
        ((only, attname),) = pairs
        return lambda each: (only(getattr(each, attname), connection),)

    def values(each: Any) -> tuple[Any, ...]:
        return tuple(prepare(getattr(each, name), connection) for prepare, name in pairs)

    return values


def create_forward_many_to_many_manager(
    superclass: type[Any], rel: Any, reverse: bool
) -> type[Any]:
    """The class of managers for one side of the many-to-many relation `rel`."""
    relation, backwards = rel, reverse

    class ManyRelatedManager(ManyToManyMethods, superclass, AltersData):  # type: ignore[misc]
        rel = relation
        reverse = backwards
        _published_at_ = (
            "db.models.fields.related_descriptors."
            "create_forward_many_to_many_manager.<locals>.ManyRelatedManager"
        )

        def __call__(self, *, manager: str) -> Any:
            """The same objects through the manager of their model that has this name."""
            other = type(getattr(self.model, manager))
            made = create_forward_many_to_many_manager(other, relation, backwards)
            return made(instance=self.instance)

    return ManyRelatedManager


@published("db.models.fields.related_descriptors.ManyToManyDescriptor")
class ManyToManyDescriptor(ReverseManyToOneDescriptor):
    """The attribute of a model that gives the manager of one side of a many-to-many relation."""

    def __init__(self, rel: Any, reverse: bool = False) -> None:
        super().__init__(rel)
        self.reverse = reverse

    @property
    def through(self) -> Any:
        """The model of the table between."""
        return self.rel.through

    @cached_property
    def related_manager_cls(self) -> type[Any]:
        """The class of the managers."""
        model = self.rel.related_model if self.reverse else self.rel.model
        manager = type(model._default_manager)
        return create_forward_many_to_many_manager(manager, self.rel, self.reverse)

    def _get_set_deprecation_msg_params(self) -> tuple[str, str]:
        if self.reverse:
            return "reverse side of a many-to-many set", self.rel.get_accessor_name()
        return "forward side of a many-to-many set", self.field.name


publish(__name__, "db.models.fields.related_descriptors")
