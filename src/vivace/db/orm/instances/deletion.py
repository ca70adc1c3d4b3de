"""Deleting: what goes with an object is collected first, and then deleted in one transaction.

The file is one class, whose interface packages extend.

Rules that hold here:

* Rows that nothing refers to, that have no parents and that no signal tells of are deleted by one
  statement without being read ("fast deletes").
* The order of tables follows the foreign keys, so that each statement leaves the database valid; what
  has null where it might refer needs no order.
* Everything that reaches the database is a flow; methods without ``_flow`` are synchronous doors, which
  packages call with the arguments that Django has.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import reduce
from itertools import chain
from operator import attrgetter, or_
from typing import Any

from vivace.db import connections, transaction
from vivace.db.orm.signals import post_delete, pre_delete
from vivace.db.planner.runtime import hook, in_transaction, perform
from vivace.db.planner.subqueries import DeleteQuery, UpdateQuery
from vivace.db.planner.writes import delete_flow, update_flow
from vivace.db.query.q import Q
from vivace.db.schema.on_delete import (
    CASCADE,
    DO_NOTHING,
    PROTECT,
    RESTRICT,
    SET,
    SET_DEFAULT,
    SET_NULL,
    ProtectedError,
    RestrictedError,
    cascade_flow,
)
from vivace.flow import Flow
from vivace.utils.naming import publish

__all__ = [
    "CASCADE",
    "DO_NOTHING",
    "PROTECT",
    "RESTRICT",
    "SET",
    "SET_DEFAULT",
    "SET_NULL",
    "Collector",
    "ProtectedError",
    "RestrictedError",
    "get_candidate_relations_to_delete",
]

Deleted = tuple[int, dict[str, int]]


def get_candidate_relations_to_delete(opts: Any) -> Iterator[Any]:
    """The relations by which rows of other tables refer to the model of `opts`."""
    return (
        field
        for field in opts.get_fields(include_hidden=True)
        if field.auto_created and not field.concrete and (field.one_to_one or field.one_to_many)
    )


class Collector:
    """The objects that a deletion concerns, by model.

    `origin` is the instance or queryset that `delete` was called on; signals tell of it.
    """

    def __init__(self, using: str, origin: Any = None) -> None:
        self.using = using
        self.origin = origin
        # Sets until delete() sorts them.
        self.data: Any = defaultdict(set)
        # {(field, value): [objects or querysets that are not evaluated]}
        self.field_updates: Any = defaultdict(list)
        # {model: {field: {objects}}}
        self.restricted_objects: Any = defaultdict(lambda: defaultdict(set))
        # Querysets that one statement deletes.
        self.fast_deletes: list[Any] = []
        # {concrete model: {concrete models whose rows go first}}
        self.dependencies: Any = defaultdict(set)

    # --- what is collected

    def add(
        self,
        objs: Any,
        source: Any = None,
        nullable: bool = False,
        reverse_dependency: bool = False,
    ) -> list[Any]:
        """Take `objs`, all of one model, to what is deleted; those that are new.

        `source` is the model by whose deletion they are met; `nullable` says that they may stay
        behind it for a while.
        """
        if not objs:
            return []
        model = type(objs[0])
        instances = self.data[model]
        new_objs = [obj for obj in objs if obj not in instances]
        instances.update(new_objs)
        if source is not None and not nullable:
            self.add_dependency(source, model, reverse_dependency=reverse_dependency)
        return new_objs

    def add_dependency(self, model: Any, dependency: Any, reverse_dependency: bool = False) -> None:
        """Let the rows of `dependency` be deleted before those of `model`, or after them."""
        if reverse_dependency:
            model, dependency = dependency, model
        self.dependencies[model._meta.concrete_model].add(dependency._meta.concrete_model)
        self.data.setdefault(dependency, set())

    def add_field_update(self, field: Any, value: Any, objs: Any) -> None:
        """Set `field` of `objs` to `value` before anything is deleted."""
        self.field_updates[field, value].append(objs)

    def add_restricted_objects(self, field: Any, objs: Iterable[Any]) -> None:
        """Remember that `objs` forbid the deletion, unless they are deleted as well."""
        if objs:
            model = type(objs[0])  # type: ignore[index]
            self.restricted_objects[model][field].update(objs)

    def clear_restricted_objects_from_set(self, model: Any, objs: Iterable[Any]) -> None:
        """Forget that `objs` forbid the deletion."""
        if model in self.restricted_objects:
            gone = set(objs)
            self.restricted_objects[model] = {
                field: items - gone for field, items in self.restricted_objects[model].items()
            }

    def clear_restricted_objects_from_queryset(self, model: Any, qs: Any) -> None:
        """Forget those that `qs` holds."""
        perform(None, self._clear_restricted_flow(model, qs))

    def _clear_restricted_flow(self, model: Any, qs: Any) -> Flow[None]:
        if model not in self.restricted_objects:
            return
        keys = [obj.pk for objs in self.restricted_objects[model].values() for obj in objs]
        gone = yield from qs.filter(pk__in=keys)._rows_flow()
        self.clear_restricted_objects_from_set(model, gone)

    # --- collecting

    def _has_signal_listeners(self, model: Any) -> bool:
        return pre_delete.has_listeners(model) or post_delete.has_listeners(model)

    def can_fast_delete(self, objs: Any, from_field: Any = None) -> bool:
        """Whether `objs` (a model, an instance, a queryset) can be deleted without being read.

        `from_field` is the foreign key by which they are met.
        """
        if from_field and from_field.remote_field.on_delete is not CASCADE:
            return False
        if hasattr(objs, "_meta"):
            model = objs._meta.model
        elif hasattr(objs, "model") and hasattr(objs, "_raw_delete"):
            model = objs.model
        else:
            return False
        if self._has_signal_listeners(model):
            return False
        meta = model._meta
        return (
            all(link == from_field for link in meta.concrete_model._meta.parents.values())
            and all(
                related.field.remote_field.on_delete is DO_NOTHING
                for related in get_candidate_relations_to_delete(meta)
            )
            and not any(hasattr(field, "bulk_related_objects") for field in meta.private_fields)
        )

    def get_del_batches(self, objs: Sequence[Any], fields: Sequence[Any]) -> list[Any]:
        """`objs` in parts that one query can name."""
        names = [field.name for field in fields]
        size = max(connections[self.using].ops.bulk_batch_size(names, objs), 1)
        if len(objs) <= size:
            return [objs]
        return [objs[start : start + size] for start in range(0, len(objs), size)]

    def related_objects(self, related_model: Any, related_fields: Any, objs: Any) -> Any:
        """A queryset of what refers to `objs` through one of `related_fields`."""
        condition = Q.create(
            [(f"{field.name}__in", objs) for field in related_fields], connector=Q.OR
        )
        return related_model._base_manager.using(self.using).filter(condition)

    def collect(
        self,
        objs: Any,
        source: Any = None,
        nullable: bool = False,
        collect_related: bool = True,
        source_attr: str | None = None,
        reverse_dependency: bool = False,
        keep_parents: bool = False,
        fail_on_restricted: bool = True,
    ) -> None:
        """Take `objs` and all that depends on them.

        `objs` are instances of one model or a queryset. `collect_related` False takes nothing but
        their parents; `keep_parents` leaves those. Raises `ProtectedError`, and `RestrictedError`
        unless `fail_on_restricted` is False.
        """
        flow = self.collect_flow(
            objs,
            source=source,
            nullable=nullable,
            collect_related=collect_related,
            source_attr=source_attr,
            reverse_dependency=reverse_dependency,
            keep_parents=keep_parents,
            fail_on_restricted=fail_on_restricted,
        )
        perform(None, flow)

    def collect_flow(
        self,
        objs: Any,
        source: Any = None,
        nullable: bool = False,
        collect_related: bool = True,
        source_attr: str | None = None,
        reverse_dependency: bool = False,
        keep_parents: bool = False,
        fail_on_restricted: bool = True,
    ) -> Flow[None]:
        """`collect` as a flow."""
        if self.can_fast_delete(objs):
            self.fast_deletes.append(objs)
            return
        if hasattr(objs, "_rows_flow"):
            objs = yield from objs._rows_flow()
        new_objs = self.add(objs, source, nullable, reverse_dependency=reverse_dependency)
        if not new_objs:
            return
        model = type(new_objs[0])
        if not keep_parents:
            yield from self._collect_parents(model, new_objs)
        if not collect_related:
            return
        yield from self._collect_related(model, new_objs, keep_parents)
        for field in model._meta.private_fields:
            if hasattr(field, "bulk_related_objects"):
                sub_objs = yield from hook(field.bulk_related_objects, new_objs, self.using)
                yield from self.collect_flow(
                    sub_objs, source=model, nullable=True, fail_on_restricted=False
                )
        if fail_on_restricted:
            yield from self._refuse_restricted(model)

    def _collect_parents(self, model: Any, objs: list[Any]) -> Flow[None]:
        # What refers to the parents has been found as relations of the child.
        for link in model._meta.concrete_model._meta.parents.values():
            if link:
                parents: list[Any] = yield from hook(list, map(attrgetter(link.name), objs))
                yield from self.collect_flow(
                    parents,
                    source=model,
                    source_attr=link.remote_field.related_name,
                    collect_related=False,
                    reverse_dependency=True,
                    fail_on_restricted=False,
                )

    def _collect_related(self, model: Any, objs: list[Any], keep_parents: bool) -> Flow[None]:
        fast: dict[Any, list[Any]] = defaultdict(list)
        protected: dict[str, list[Any]] = defaultdict(list)
        parents: set[Any] = set(model._meta.all_parents) if keep_parents else set()
        for related in get_candidate_relations_to_delete(model._meta):
            # The row of the parent stays, and so does what refers to it.
            if related.model._meta.concrete_model in parents:
                continue
            field = related.field
            if field.remote_field.on_delete is DO_NOTHING:
                continue
            related_model = related.related_model
            if self.can_fast_delete(related_model, from_field=field):
                fast[related_model].append(field)
                continue
            for batch in self.get_del_batches(objs, [field]):
                sub_objs = self.related_objects(related_model, [field], batch)
                sub_objs = self._only_referenced(related_model, sub_objs)
                try:
                    yield from self._on_delete(field, sub_objs)
                except ProtectedError as error:
                    protected[f"'{field.model.__name__}.{field.name}'"] += error.protected_objects
        if protected:
            raise ProtectedError(
                f"Cannot delete some instances of model {model.__name__!r} because they are "
                f"referenced through protected foreign keys: {', '.join(protected)}.",
                set(chain.from_iterable(protected.values())),
            )
        for related_model, fields in fast.items():
            for batch in self.get_del_batches(objs, fields):
                self.fast_deletes.append(self.related_objects(related_model, fields, batch))

    def _only_referenced(self, related_model: Any, sub_objs: Any) -> Any:
        """Let no more be read than what other tables refer to, if nobody can see the objects."""
        if sub_objs.query.select_related or self._has_signal_listeners(related_model):
            return sub_objs
        referenced = {
            target.attname
            for relation in get_candidate_relations_to_delete(related_model._meta)
            for target in relation.field.foreign_related_fields
        }
        return sub_objs.only(*referenced)

    def _on_delete(self, field: Any, sub_objs: Any) -> Flow[None]:
        on_delete = field.remote_field.on_delete
        if not getattr(on_delete, "lazy_sub_objs", False):
            rows = yield from sub_objs._rows_flow()
            if not rows:
                return
        if on_delete is CASCADE:
            yield from cascade_flow(self, field, sub_objs, self.using)
        else:
            yield from hook(on_delete, self, field, sub_objs, self.using)

    def _refuse_restricted(self, model: Any) -> Flow[None]:
        for deleted, instances in self.data.items():
            self.clear_restricted_objects_from_set(deleted, instances)
        for qs in self.fast_deletes:
            yield from self._clear_restricted_flow(qs.model, qs)
        restricted: dict[str, list[Any]] = defaultdict(list)
        for related_model, fields in self.restricted_objects.items():
            for field, objs in fields.items():
                if objs:
                    restricted[f"'{related_model.__name__}.{field.name}'"] += objs
        if restricted:
            raise RestrictedError(
                f"Cannot delete some instances of model {model.__name__!r} because they are "
                f"referenced through restricted foreign keys: {', '.join(restricted)}.",
                set(chain.from_iterable(restricted.values())),
            )

    # --- deleting

    def instances_with_model(self) -> Iterator[tuple[Any, Any]]:
        """All objects, each with its model."""
        for model, instances in self.data.items():
            for obj in instances:
                yield model, obj

    def sort(self) -> None:
        """Order the models so that each comes after those that must go first, if that can be."""
        ordered: list[Any] = []
        done: set[Any] = set()
        waiting = list(self.data)
        while waiting:
            free = []
            for model in waiting:
                concrete = model._meta.concrete_model
                if not self.dependencies.get(concrete, set()) - done:
                    free.append(model)
                    done.add(concrete)
            # A cycle: the database must defer its checks.
            if not free:
                return
            ordered += free
            waiting = [model for model in waiting if model not in free]
        self.data = {model: self.data[model] for model in ordered}

    def delete(self) -> Deleted:
        """Delete what was collected; how many rows that were, in all and by model."""
        return perform(None, self.delete_flow())

    def delete_flow(self) -> Flow[Deleted]:
        """`delete` as a flow."""
        for model, instances in self.data.items():
            self.data[model] = sorted(instances, key=attrgetter("pk"))
        self.sort()
        if len(self.data) == 1:
            [(model, instances)] = self.data.items()
            if len(instances) == 1 and self.can_fast_delete(instances[0]):
                return (yield from self._delete_one(model, instances[0]))
        if not self.data and not self.field_updates and len(self.fast_deletes) == 1:
            return (yield from self._delete_at_once(self.fast_deletes[0]))
        counter: Counter[str] = yield from in_transaction(
            self.using, self._delete_all(), savepoint=False
        )
        for model, obj in self.instances_with_model():
            setattr(obj, model._meta.pk.attname, None)
        return sum(counter.values()), dict(counter)

    def _delete_one(self, model: Any, instance: Any) -> Flow[Deleted]:
        with transaction.mark_for_rollback_on_error(self.using):
            count = yield from self._delete_batch(model, [instance.pk])
        setattr(instance, model._meta.pk.attname, None)
        return count, {model._meta.label: count}

    def _delete_at_once(self, queryset: Any) -> Flow[Deleted]:
        # One statement is a transaction of its own.
        with transaction.mark_for_rollback_on_error(self.using):
            count = yield from queryset._raw_delete_flow(self.using)
        return count, ({queryset.model._meta.label: count} if count else {})

    def _delete_all(self) -> Flow["Counter[str]"]:
        counter: Counter[str] = Counter()
        if pre_delete.receivers:
            yield from self._tell(pre_delete, self.instances_with_model())
        for qs in self.fast_deletes:
            count = yield from qs._raw_delete_flow(self.using)
            if count:
                counter[qs.model._meta.label] += count
        for (field, value), collected in self.field_updates.items():
            yield from self._update_field(field, value, collected)
        for instances in self.data.values():
            instances.reverse()
        for model, instances in self.data.items():
            count = yield from self._delete_batch(model, [obj.pk for obj in instances])
            if count:
                counter[model._meta.label] += count
            if post_delete.receivers:
                yield from self._tell(post_delete, ((model, obj) for obj in instances))
        return counter

    def _tell(self, signal: Any, pairs: Iterable[tuple[Any, Any]]) -> Flow[None]:
        for model, obj in pairs:
            if not model._meta.auto_created:
                yield from hook(
                    signal.send, sender=model, instance=obj, using=self.using, origin=self.origin
                )

    def _update_field(self, field: Any, value: Any, collected: list[Any]) -> Flow[None]:
        querysets, objs = [], []
        for instances in collected:
            if hasattr(instances, "_rows_flow") and instances._result_cache is None:
                querysets.append(instances)
            else:
                objs += instances
        if querysets:
            yield from reduce(or_, querysets)._update_step(**{field.name: value})
        if objs:
            model = type(objs[0])
            for keys in self._batches_of_keys(model, list({obj.pk for obj in objs})):
                query = UpdateQuery(model)
                query.add_filter("pk__in", keys)
                query.add_update_values({field.name: value})
                yield from update_flow(connections[self.using], query)

    def _delete_batch(self, model: Any, keys: list[Any]) -> Flow[int]:
        count = 0
        for some in self._batches_of_keys(model, keys):
            query = DeleteQuery(model)
            query.add_filter(f"{model._meta.pk.attname}__in", some)
            count += yield from delete_flow(connections[self.using], query)
        return count

    def _batches_of_keys(self, model: Any, keys: list[Any]) -> list[Any]:
        return self.get_del_batches(keys, [model._meta.pk])


publish(__name__, "db.models.deletion")
