"""Inserting and updating many objects with few statements.

Each statement names as many rows as the database takes parameters; all of an operation is one
transaction. Defined by ref/models/querysets, "bulk_create" and "bulk_update".
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from vivace.db import connections
from vivace.db.orm.instances.save import prepare_related_flow
from vivace.db.planner.runtime import in_transaction
from vivace.db.query.expressions import Case, DatabaseDefault, Value, When
from vivace.db.query.functions.comparison import Cast
from vivace.db.schema.constants import OnConflict
from vivace.db.schema.fields import AutoField
from vivace.db.utils import NotSupportedError
from vivace.flow import Flow

__all__ = ["bulk_create_flow", "bulk_update_flow"]


def _check_batch_size(batch_size: int | None) -> None:
    if batch_size is not None and batch_size <= 0:
        raise ValueError("Batch size must be a positive integer.")


def _batches(
    connection: Any, fields: Sequence[Any], objs: Sequence[Any], batch_size: int | None
) -> Iterator[Sequence[Any]]:
    most = max(connection.ops.bulk_batch_size(fields, objs), 1)
    size = min(batch_size, most) if batch_size else most
    for start in range(0, len(objs), size):
        yield objs[start : start + size]


# --- INSERT


def bulk_create_flow(
    queryset: Any,
    objs: Iterable[Any],
    batch_size: int | None = None,
    ignore_conflicts: bool = False,
    update_conflicts: bool = False,
    update_fields: Sequence[str] | None = None,
    unique_fields: Sequence[str] | None = None,
) -> Flow[Any]:
    """Insert `objs`; they are returned, with what the database has given them."""
    _check_batch_size(batch_size)
    meta = queryset.model._meta
    if any(parent._meta.concrete_model is not meta.concrete_model for parent in meta.all_parents):
        raise ValueError("Can't bulk create a multi-table inherited model")
    if not objs:
        return objs
    unique = [
        meta.get_field(meta.pk.name if name == "pk" else name) for name in unique_fields or ()
    ]
    updated = [meta.get_field(name) for name in update_fields or ()]
    queryset._for_write = True
    on_conflict = check_conflict_options(
        meta, connections[queryset.db], ignore_conflicts, update_conflicts, updated, unique
    )
    objs = list(objs)
    with_pk, without_pk = yield from _prepare(queryset, objs)
    options = {
        "on_conflict": on_conflict,
        "update_fields": updated,
        "unique_fields": unique,
    }
    steps = _insert_both(queryset, with_pk, without_pk, batch_size, options)
    yield from in_transaction(queryset.db, steps, savepoint=False)
    return objs


def check_conflict_options(
    meta: Any,
    connection: Any,
    ignore_conflicts: bool,
    update_conflicts: bool,
    update_fields: Sequence[Any],
    unique_fields: Sequence[Any],
) -> OnConflict | None:
    """What is to be done with conflicts; `ValueError` or `NotSupportedError` if it cannot be."""
    features = connection.features
    if ignore_conflicts and update_conflicts:
        raise ValueError("ignore_conflicts and update_conflicts are mutually exclusive.")
    if ignore_conflicts:
        if not features.supports_ignore_conflicts:
            raise NotSupportedError("This database backend does not support ignoring conflicts.")
        return OnConflict.IGNORE
    if not update_conflicts:
        return None
    if not update_fields:
        raise ValueError(
            "Fields that will be updated when a row insertion fails on conflicts must be provided."
        )
    if unique_fields and not features.supports_update_conflicts_with_target:
        raise NotSupportedError(
            "This database backend does not support updating conflicts with specifying unique "
            "fields that can trigger the upsert."
        )
    if not features.supports_update_conflicts:
        raise NotSupportedError("This database backend does not support updating conflicts.")
    if not unique_fields and features.supports_update_conflicts_with_target:
        raise ValueError("Unique fields that can trigger the upsert must be provided.")
    if any(not field.concrete or field.many_to_many for field in update_fields):
        raise ValueError("bulk_create() can only be used with concrete fields in update_fields.")
    if any(field in meta.pk_fields for field in update_fields):
        raise ValueError("bulk_create() cannot be used with primary keys in update_fields.")
    if any(not field.concrete or field.many_to_many for field in unique_fields):
        raise ValueError("bulk_create() can only be used with concrete fields in unique_fields.")
    return OnConflict.UPDATE


def _prepare(queryset: Any, objs: list[Any]) -> Flow[tuple[list[Any], list[Any]]]:
    """Those with and those without a primary key, after defaults have given one to some."""
    features = connections[queryset.db].features
    meta = queryset.model._meta
    with_default = [f for f in meta.concrete_fields if f.has_db_default() and not f.generated]
    with_pk: list[Any] = []
    without_pk: list[Any] = []
    for obj in objs:
        if not obj._is_pk_set():
            obj.pk = meta.pk.get_pk_value_on_save(obj)
        if not features.supports_default_keyword_in_bulk_insert:
            for field in with_default:
                if isinstance(getattr(obj, field.attname, None), DatabaseDefault):
                    setattr(obj, field.attname, field.db_default)
        yield from prepare_related_flow(obj, "bulk_create")
        is_set = obj._is_pk_set() and not isinstance(obj.pk, DatabaseDefault)
        (with_pk if is_set else without_pk).append(obj)
    return with_pk, without_pk


def _insert_both(
    queryset: Any,
    with_pk: list[Any],
    without_pk: list[Any],
    batch_size: int | None,
    options: dict[str, Any],
) -> Flow[None]:
    meta = queryset.model._meta
    fields = [field for field in meta.concrete_fields if not field.generated]
    returning = meta.db_returning_fields
    if with_pk:
        rows = yield from _insert(queryset, with_pk, fields, batch_size, options)
        _take_over(with_pk, rows, [(i, f) for i, f in enumerate(returning) if f != meta.pk])
        _mark_saved(with_pk, queryset.db)
    if without_pk:
        fields = [field for field in fields if not isinstance(field, AutoField)]
        rows = yield from _insert(queryset, without_pk, fields, batch_size, options)
        _take_over(without_pk, rows, list(enumerate(returning)))
        # What the database ignored is nowhere.
        if options["on_conflict"] is not OnConflict.IGNORE:
            _mark_saved(without_pk, queryset.db)


def _insert(
    queryset: Any,
    objs: list[Any],
    fields: list[Any],
    batch_size: int | None,
    options: dict[str, Any],
) -> Flow[list[Any]]:
    connection = connections[queryset.db]
    rows: list[Any] = []
    returning: Sequence[Any] = ()
    if (
        connection.features.can_return_rows_from_bulk_insert
        and options["on_conflict"] is not OnConflict.IGNORE
    ):
        returning = queryset.model._meta.db_returning_fields
    for batch in _batches(connection, fields, objs, batch_size):
        rows += yield from queryset._insert_flow(
            batch, fields, returning_fields=returning, using=queryset.db, **options
        )
    return rows


def _take_over(objs: list[Any], rows: list[Any], fields: list[tuple[int, Any]]) -> None:
    for obj, row in zip(objs, rows, strict=False):
        for position, field in fields:
            setattr(obj, field.attname, row[position])


def _mark_saved(objs: list[Any], using: str) -> None:
    for obj in objs:
        obj._state.adding = False
        obj._state.db = using


# --- UPDATE


def bulk_update_flow(
    queryset: Any, objs: Iterable[Any], fields: Iterable[str], batch_size: int | None = None
) -> Flow[int]:
    """Update `fields` of `objs`; how many rows there were."""
    _check_batch_size(batch_size)
    names = list(fields)
    if not names:
        raise ValueError("Field names must be given to bulk_update().")
    if hasattr(objs, "_rows_flow"):
        objs = yield from objs._rows_flow()
    objs = tuple(objs)
    if not all(obj._is_pk_set() for obj in objs):
        raise ValueError("All bulk_update() objects must have a primary key set.")
    chosen = _fields_to_update(queryset.model._meta, names)
    if not objs:
        return 0
    for obj in objs:
        yield from prepare_related_flow(obj, "bulk_update", chosen)
    queryset._for_write = True
    connection = connections[queryset.db]
    # A row's key is a parameter of each WHEN and of the condition.
    updates = [
        ([obj.pk for obj in batch], _cases(connection, batch, chosen))
        for batch in _batches(connection, ["pk", "pk", *chosen], objs, batch_size)
    ]
    steps = _update_batches(queryset.using(queryset.db), updates)
    return (yield from in_transaction(queryset.db, steps, savepoint=False))


def _fields_to_update(meta: Any, names: list[str]) -> list[Any]:
    fields = [meta.get_field(name) for name in names]
    if any(not field.concrete or field.many_to_many for field in fields):
        raise ValueError("bulk_update() can only be used with concrete fields.")
    keys = set(meta.pk_fields)
    for parent in meta.all_parents:
        keys.update(parent._meta.pk_fields)
    if any(field in keys for field in fields):
        raise ValueError("bulk_update() cannot be used with primary key fields.")
    return fields


def _cases(connection: Any, objs: Sequence[Any], fields: list[Any]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for field in fields:
        whens = []
        for obj in objs:
            value = getattr(obj, field.attname)
            if not hasattr(value, "resolve_expression"):
                value = Value(value, output_field=field)
            whens.append(When(pk=obj.pk, then=value))
        case: Any = Case(*whens, output_field=field)
        if connection.features.requires_casted_case_in_updates:
            case = Cast(case, output_field=field)
        values[field.attname] = case
    return values


def _update_batches(queryset: Any, updates: list[tuple[list[Any], dict[str, Any]]]) -> Flow[int]:
    rows = 0
    for keys, values in updates:
        rows += yield from queryset.filter(pk__in=keys)._update_step(**values)
    return rows
