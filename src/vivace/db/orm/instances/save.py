"""Saving an instance: one row per concrete table, parents first, by UPDATE or INSERT.

The flow is long and stays in one file, for each part hands its decisions to the next.

Rules that hold here:

* Everything is a flow; the methods of `Model` of the same names are its synchronous doors. Where a
  class overrides one of them (``save_base``, ``_save_table``, ``_do_update`` ...), the flow calls the
  method instead of going on by itself: packages rely on being asked.
* An UPDATE is tried first if a primary key is set, and an INSERT follows if it met no row, unless
  the caller or a default of the primary key says that the row is new.
* Connections are looked up inside flows, for an asynchronous caller's flow runs in another thread.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from vivace.db import connections, router, transaction
from vivace.db.completion import complete
from vivace.db.orm.signals import post_save, pre_save
from vivace.db.planner.nodes import AND
from vivace.db.planner.runtime import hook, in_transaction
from vivace.db.planner.subqueries import UpdateQuery
from vivace.db.planner.writes import update_flow
from vivace.db.query.aggregates import Max
from vivace.db.query.expressions import ExpressionWrapper, Value
from vivace.db.query.functions.comparison import Coalesce
from vivace.db.schema.fields import NOT_PROVIDED, Field, IntegerField
from vivace.db.schema.fields.composite import CompositePrimaryKey
from vivace.flow import Flow

__all__ = [
    "built_in",
    "do_insert_flow",
    "do_update_flow",
    "instance_save_flow",
    "prepare_related_fields",
    "prepare_related_flow",
    "save_base_flow",
    "save_flow",
    "save_parents_flow",
    "save_table_flow",
]

#: The methods of `Model` that a flow skips unless a class overrides them.
built_in: dict[str, Any] = {}


def _overridden(instance: Any, name: str) -> bool:
    if not built_in:
        complete()
    return getattr(type(instance), name) is not built_in[name]


def save_flow(
    instance: Any,
    force_insert: Any = False,
    force_update: bool = False,
    using: str | None = None,
    update_fields: Iterable[str] | None = None,
) -> Flow[None]:
    """Save `instance`, as `Model.save` says."""
    yield from prepare_related_flow(instance, "save")
    using = using or router.db_for_write(type(instance), instance=instance)
    if force_insert and (force_update or update_fields):
        raise ValueError("Cannot force both insert and updating in model saving.")
    if update_fields is not None:
        chosen: frozenset[str] | None = frozenset(update_fields)
        # An empty list skips the save, signals and all.
        if not chosen:
            return
        _refuse_fields(instance._meta, chosen)
    else:
        chosen = None if force_insert else _loaded_fields(instance, using)
    if _overridden(instance, "save_base"):
        yield from hook(
            instance.save_base,
            using=using,
            force_insert=force_insert,
            force_update=force_update,
            update_fields=chosen,
        )
    else:
        yield from save_base_flow(instance, False, force_insert, force_update, using, chosen)


def instance_save_flow(instance: Any, **arguments: Any) -> Flow[None]:
    """Save `instance` as somebody who calls ``save`` with the keyword `arguments` would."""
    if _overridden(instance, "save"):
        yield from hook(instance.save, **arguments)
    else:
        yield from save_flow(instance, **arguments)


def _refuse_fields(meta: Any, names: frozenset[str]) -> None:
    wrong = names - meta._non_pk_concrete_field_names
    if wrong:
        raise ValueError(
            "The following fields do not exist in this model, are m2m fields, primary keys, or are "
            f"non-concrete fields: {', '.join(wrong)}"
        )


def _loaded_fields(instance: Any, using: str) -> frozenset[str] | None:
    """The names of the fields that were loaded, if some of them were not and need no saving."""
    loaded = instance.__dict__
    deferred = {
        field.attname
        for field in instance._meta.concrete_fields
        if field.attname not in loaded and not field.generated
    }
    if not deferred or using != instance._state.db:
        return None
    key = instance._meta.pk_fields
    names = {
        field.attname
        for field in instance._meta.concrete_fields
        if field not in key and not hasattr(field, "through")
    }
    return frozenset(names - deferred) or None


def prepare_related_flow(
    instance: Any, operation_name: str, fields: Iterable[Any] | None = None
) -> Flow[None]:
    """`prepare_related_fields`, or what the class has in its place."""
    if _overridden(instance, "_prepare_related_fields_for_save"):
        yield from hook(
            instance._prepare_related_fields_for_save, operation_name=operation_name, fields=fields
        )
    elif instance._state.__dict__.get("fields_cache"):
        prepare_related_fields(instance, operation_name, fields)


def prepare_related_fields(
    instance: Any, operation_name: str, fields: Iterable[Any] | None = None
) -> None:
    """Refuse unsaved related objects, and take over primary keys that they got since assignment.

    Raises `ValueError` that names the field.
    """
    for field in instance._meta.concrete_fields:
        if fields and field not in fields:
            continue
        # A relation that was not loaded has nothing that could have changed.
        if not (field.is_relation and field.is_cached(instance)):
            continue
        related = getattr(instance, field.name, None)
        if not related:
            continue
        if not related._is_pk_set():
            # The reverse side of a one-to-one field must not keep what is refused.
            if not field.remote_field.multiple:
                field.remote_field.delete_cached_value(related)
            raise _unsaved(operation_name, field)
        if getattr(instance, field.attname) in field.empty_values:
            # The object was saved after it was assigned.
            setattr(instance, field.name, related)
        if getattr(related, field.target_field.attname) != getattr(instance, field.attname):
            field.delete_cached_value(instance)
    for field in instance._meta.private_fields:
        if field.is_relation and field.is_cached(instance):
            related = field.get_cached_value(instance, default=None)
            if related and not related._is_pk_set():
                raise _unsaved(operation_name, field)


def _unsaved(operation_name: str, field: Any) -> ValueError:
    return ValueError(
        f"{operation_name}() prohibited to prevent data loss due to unsaved related object "
        f"'{field.name}'."
    )


def save_base_flow(
    instance: Any,
    raw: bool = False,
    force_insert: Any = False,
    force_update: bool = False,
    using: str | None = None,
    update_fields: frozenset[str] | None = None,
) -> Flow[None]:
    """Save `instance` with its signals, whatever ``save`` would have prepared or refused."""
    origin = type(instance)
    using = using or router.db_for_write(origin, instance=instance)
    assert not (force_insert and (force_update or update_fields))
    assert update_fields is None or update_fields
    cls = origin._meta.concrete_model if origin._meta.proxy else origin
    meta = cls._meta
    if pre_save.receivers and not meta.auto_created:
        yield from hook(
            pre_save.send,
            sender=origin,
            instance=instance,
            raw=raw,
            using=using,
            update_fields=update_fields,
        )
    tables = _save_tables(instance, cls, raw, force_insert, force_update, using, update_fields)
    if meta.parents:
        created = yield from in_transaction(using, tables, savepoint=False)
    else:
        with transaction.mark_for_rollback_on_error(using=using):
            created = yield from tables
    instance._state.db = using
    instance._state.adding = False
    if post_save.receivers and not meta.auto_created:
        yield from hook(
            post_save.send,
            sender=origin,
            instance=instance,
            created=created,
            update_fields=update_fields,
            raw=raw,
            using=using,
        )


def _save_tables(
    instance: Any,
    cls: Any,
    raw: bool,
    force_insert: Any,
    force_update: bool,
    using: str,
    update_fields: frozenset[str] | None,
) -> Flow[bool]:
    """Save the rows of all tables; tell whether that of `cls` is new."""
    parent_inserted = False
    if not raw:
        # A fixture brings a row of its own for each parent.
        forced = instance._validate_force_insert(force_insert)
        if _overridden(instance, "_save_parents"):
            parent_inserted = yield from hook(
                instance._save_parents, cls, using, update_fields, forced
            )
        elif cls._meta.parents:
            parent_inserted = yield from save_parents_flow(
                instance, cls, using, update_fields, forced
            )
    insert = bool(force_insert) or parent_inserted
    updated = yield from _table(instance, raw, cls, insert, force_update, using, update_fields)
    return not updated


def _table(
    instance: Any,
    raw: bool,
    cls: Any,
    force_insert: bool,
    force_update: bool,
    using: str,
    update_fields: frozenset[str] | None,
) -> Flow[bool]:
    arguments = (raw, cls, force_insert, force_update, using, update_fields)
    if _overridden(instance, "_save_table"):
        return bool((yield from hook(instance._save_table, *arguments)))
    return (yield from save_table_flow(instance, *arguments))


def save_parents_flow(
    instance: Any,
    cls: Any,
    using: str,
    update_fields: frozenset[str] | None,
    force_insert: tuple[type, ...],
    updated_parents: dict[Any, bool] | None = None,
) -> Flow[bool]:
    """Save the rows of the parents of `cls`; tell whether one of them is new."""
    updated = {} if updated_parents is None else updated_parents
    inserted = False
    for parent, link in cls._meta.parents.items():
        primary_key = parent._meta.pk.attname
        if link and getattr(instance, primary_key) is None:
            linked = getattr(instance, link.attname)
            if linked is not None:
                setattr(instance, primary_key, linked)
        # Two ways may lead to one ancestor, whose row is saved once.
        if parent not in updated:
            insert = yield from save_parents_flow(
                instance, parent, using, update_fields, force_insert, updated
            )
            insert = insert or issubclass(parent, force_insert)
            updated[parent] = yield from _table(
                instance, False, parent, insert, False, using, update_fields
            )
        inserted = inserted or not updated[parent]
        if link:
            setattr(instance, link.attname, instance._get_pk_val(parent._meta))
            # What is cached is of the parent as it was.
            if link.is_cached(instance):
                link.delete_cached_value(instance)
    return inserted


def save_table_flow(
    instance: Any,
    raw: bool = False,
    cls: Any = None,
    force_insert: bool = False,
    force_update: bool = False,
    using: str | None = None,
    update_fields: frozenset[str] | None = None,
) -> Flow[bool]:
    """Save the row of one table; tell whether that was an UPDATE."""
    meta = cls._meta
    pk_set = _prepare_pk(instance, meta)
    if not pk_set and (force_update or update_fields):
        raise ValueError("Cannot force an update in save() with no primary key.")
    if not (raw or force_insert or force_update) and _is_surely_new(instance, meta):
        force_insert = True
    if pk_set and not force_insert:
        updated = yield from _update_row(instance, raw, cls, force_update, using, update_fields)
        if updated:
            return True
        if force_update:
            raise instance.NotUpdated("Forced update did not affect any rows.")
        if update_fields:
            raise instance.NotUpdated("Save with update_fields did not affect any rows.")
    yield from _insert_row(instance, raw, cls, using, pk_set)
    return False


def _prepare_pk(instance: Any, meta: Any) -> bool:
    if not instance._is_pk_set(meta):
        value = meta.pk.get_pk_value_on_save(instance)
        setattr(instance, meta.pk.attname, value)
    return bool(instance._is_pk_set(meta))


def _is_surely_new(instance: Any, meta: Any) -> bool:
    # A primary key that comes from a default is fresh: no row can have it.
    return instance._state.adding and (
        meta.pk.default is not NOT_PROVIDED or meta.pk.db_default is not NOT_PROVIDED
    )


def _update_row(
    instance: Any,
    raw: bool,
    cls: Any,
    force_update: bool,
    using: str | None,
    update_fields: frozenset[str] | None,
) -> Flow[bool]:
    meta = cls._meta
    values = []
    for field in meta.local_concrete_fields:
        if field.generated or field in meta.pk_fields:
            continue
        if update_fields and field.name not in update_fields and field.attname not in update_fields:
            continue
        if raw:
            value = getattr(instance, field.attname)
        elif type(field).pre_save is Field.pre_save and field.attname in instance.__dict__:
            # Nothing that could block.
            value = field.pre_save(instance, False)
        else:
            value = yield from hook(field.pre_save, instance, False)
        values.append((field, None, value))
    arguments = (
        cls._base_manager.using(using),
        using,
        instance._get_pk_val(meta),
        values,
        update_fields,
        update_fields or force_update,
    )
    if _overridden(instance, "_do_update"):
        return bool((yield from hook(instance._do_update, *arguments)))
    return (yield from do_update_flow(instance, *arguments))


def do_update_flow(
    instance: Any,
    base_qs: Any,
    using: str | None,
    pk_val: Any,
    values: Sequence[tuple[Any, Any, Any]],
    update_fields: frozenset[str] | None,
    forced_update: Any,
) -> Flow[bool]:
    """Update the row with the primary key `pk_val`; tell whether there was one."""
    plain = _plain_update(base_qs, pk_val) if values else None
    if plain is not None and (forced_update or not instance._meta.select_on_save):
        plain.add_update_fields(values)
        return (yield from update_flow(connections[base_qs.db], plain)) > 0
    filtered = base_qs.filter(pk=pk_val)
    if not values:
        # Nothing to set: the row is updated if it is there. With given fields, none of them is of
        # this table, and all is well.
        return update_fields is not None or bool((yield from filtered._exists_flow()))
    if instance._meta.select_on_save and not forced_update:
        if not (yield from filtered._exists_flow()):
            return False
        count: int = yield from filtered._update_flow(values)
        # A trigger of the database may keep the count of rows at zero.
        return count > 0 or bool((yield from filtered._exists_flow()))
    count = yield from filtered._update_flow(values)
    return count > 0


def _plain_update(base_qs: Any, pk_val: Any) -> UpdateQuery | None:
    """What ``base_qs.filter(pk=pk_val)`` would update by, if that is nothing but the primary key."""
    shape = getattr(base_qs, "_shape", None)
    # PERF: a queryset that describes nothing yet says so without its query being written.
    if shape is None or shape.trail or shape.limits or hasattr(pk_val, "resolve_expression"):
        return None
    pk = base_qs.model._meta.pk
    if isinstance(pk, CompositePrimaryKey):
        return None
    query = UpdateQuery(base_qs.model)
    column = pk.get_col(query.get_initial_alias(), pk)
    query.where.add(pk.get_lookup("exact")(column, pk_val), AND)
    return query


def _insert_row(instance: Any, raw: bool, cls: Any, using: str | None, pk_set: bool) -> Flow[None]:
    meta = cls._meta
    if meta.order_with_respect_to:
        instance._order = yield from _next_place(instance, cls, using)
    fields = [
        field
        for field in meta.local_concrete_fields
        if not field.generated and (pk_set or field is not meta.auto_field)
    ]
    returning = meta.db_returning_fields
    arguments = (cls._base_manager, using, fields, returning, raw)
    if _overridden(instance, "_do_insert"):
        rows = yield from hook(instance._do_insert, *arguments)
    else:
        rows = yield from do_insert_flow(instance, *arguments)
    if rows:
        for value, field in zip(rows[0], returning, strict=False):
            setattr(instance, field.attname, value)


def do_insert_flow(
    instance: Any,
    manager: Any,
    using: str | None,
    fields: Sequence[Any],
    returning_fields: Sequence[Any],
    raw: bool,
) -> Flow[Any]:
    """Insert `instance`'s row; the rows of values that the database gives back."""
    return (
        yield from manager.get_queryset()._insert_flow(
            [instance],
            fields=fields,
            returning_fields=returning_fields,
            using=using,
            raw=raw,
        )
    )


def _next_place(instance: Any, cls: Any, using: str | None) -> Flow[int]:
    field = cls._meta.order_with_respect_to
    siblings = cls._base_manager.using(using).filter(**field.get_filter_kwargs_for_object(instance))
    following = ExpressionWrapper(Max("_order") + Value(1), output_field=IntegerField())
    found = yield from siblings._aggregate_flow(_order__max=Coalesce(following, Value(0)))
    place: int = found["_order__max"]
    return place
