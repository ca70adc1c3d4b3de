"""Saving on the fast road: by functions that `writing` generates, one of a kind for each model.

They exist for models that are one table, whose fields are ours, and whose saving nobody overrides or
listens to. A function gives up, before it did anything, where a value is not of a kind that it was made
for: `Model.save` then goes the compatible way.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from vivace.db import connections, router, transaction
from vivace.db.orm import signals
from vivace.db.orm.road.construct import CAPACITY
from vivace.db.orm.road.failing import failed
from vivace.db.orm.road.plain import is_created_plainly, is_filled_plainly, is_plain, own_methods
from vivace.db.orm.road.shapes import EPOCH, Epoch
from vivace.db.orm.road.writing import STAMPED, BulkPlan, Writer
from vivace.db.schema import fields
from vivace.db.schema.fields import Field
from vivace.db.schema.options import Options
from vivace.db.utils import DEFAULT_DB_ALIAS
from vivace.utils import asyncio as loops

__all__ = ["SavePlans", "create_on_road", "insert_many_on_road", "save_on_road"]

Options.FORWARD_PROPERTIES.add("save_plans")

# Methods that must be ours, besides those that make instances.
_SAVING = (
    "save_base", "_save_parents", "_save_table", "_do_insert", "_do_update",
    "_prepare_related_fields_for_save", "_is_pk_set", "_get_pk_val",
)  # fmt: skip


class SavePlans:
    """The generated functions of a model on the default database, for one epoch.

    `writer` is None for a model that is not saved here.
    """

    __slots__ = ("_creators", "_model", "bulk", "epoch", "insert", "update")

    def __init__(self, epoch: Epoch, writer: Writer | None) -> None:
        self.epoch = epoch
        self.insert = writer.insert() if writer else None
        self.update = writer.update() if writer else None
        self.bulk = writer.bulk() if writer else None
        self._model: Any = writer.model if writer else None
        # By keywords; True: seen once, False: there is none.
        self._creators: dict[tuple[str, ...], Any] = {}

    def creator(self, names: tuple[str, ...]) -> Callable[[Any, Any], Any] | None:
        """What makes and inserts an instance from the keywords `names`, made at the second time."""
        found = self._creators.get(names)
        if found is None or found is True:
            found = self._model is not None and self._learn(names)
        return found or None

    def _learn(self, names: tuple[str, ...]) -> Any:
        if names in self._creators:
            writer = Writer(self._model, connections[DEFAULT_DB_ALIAS])
            plain = is_plain(self._model) and is_created_plainly(self._model)
            self._creators[names] = plain and (writer.create(names) or False)
            return self._creators[names]
        known = self._model._meta._forward_fields_map.keys() >= set(names)
        if known and len(self._creators) < CAPACITY:
            self._creators[names] = True
        return None


def save_on_road(instance: Any, *, insert: bool = False) -> bool:
    """Save `instance` on the default database; whether it was done.

    `insert` forces an INSERT. Raises what the database says of the statement.
    """
    if router.routers or loops._get_running_loop() is not None:
        return False
    plans = instance._meta.save_plans
    if plans is None or plans.epoch is not EPOCH.value:
        plans = plans_of(type(instance))
    if plans.insert is None:
        return False
    state = instance._state
    if state.db != DEFAULT_DB_ALIAS and state.db is not None:
        return False
    try:
        connection = connections._connections.default
    except AttributeError:
        connection = connections[DEFAULT_DB_ALIAS]
    save = plans.insert if insert or state.adding else plans.update
    return save(instance, state, connection)  # type: ignore[no-any-return]


def create_on_road(model: Any, values: dict[str, Any]) -> Any:
    """A new instance of `model` with `values`, saved if they are plain; None if it is not made here.

    Raises what the database says of the statement.
    """
    plans = model._meta.save_plans
    if plans is None or plans.epoch is not EPOCH.value:
        plans = plans_of(model)
    create = plans.creator((*values,))
    if create is None or loops._get_running_loop() is not None:
        return None
    try:
        connection = connections._connections.default
    except AttributeError:
        connection = connections[DEFAULT_DB_ALIAS]
    return create(connection, values)


def insert_many_on_road(
    model: Any, instances: Sequence[Any], alias: str, batch_size: int | None
) -> bool:
    """Insert new `instances` of `model`, within a transaction; whether it was done."""
    plans = model._meta.save_plans
    if plans is None or plans.epoch is not EPOCH.value:
        plans = plans_of(model)
    plan: BulkPlan | None = plans.bulk
    if plan is None or alias != DEFAULT_DB_ALIAS:
        return False
    connection = connections[alias]
    flat = plan.flatten(instances, connection)
    if flat is None:
        return False
    size = max(connection.ops.bulk_batch_size(plan.fields, instances), 1)
    if batch_size:
        size = min(size, batch_size)
    width = len(plan.fields)
    rows: list[Any] = []
    with transaction.atomic(using=alias, savepoint=False):
        for start in range(0, len(instances), size):
            part = flat[start * width : (start + size) * width]
            marks = ", ".join([plan.row] * (len(part) // width))
            try:
                rows += connection.execute(plan.head + marks + plan.tail, part).fetchall()
            except Exception as exc:
                error = failed(connection, exc)
                raise error from error.__cause__
    plan.finish(instances, rows, alias)
    return True


def plans_of(model: Any) -> SavePlans:
    """The plans of `model` on the default database, made and kept."""
    epoch = EPOCH.value
    connection = connections[DEFAULT_DB_ALIAS]
    if connection.features.last_row_id_is_key and _is_saved_plainly(model):
        plans = SavePlans(epoch, Writer(model, connection))
    else:
        plans = SavePlans(epoch, None)
    model._meta.save_plans = plans
    return plans


def _is_saved_plainly(model: Any) -> bool:
    meta = model._meta
    return (
        not meta.abstract
        and not meta.swapped
        and not meta.proxy
        and not meta.parents
        and not meta.select_on_save
        and not meta.order_with_respect_to
        and not any(field.is_relation for field in meta.private_fields)
        and len(meta.pk_fields) == 1
        and type(meta.pk) in (fields.AutoField, fields.BigAutoField, fields.SmallAutoField)
        and meta.db_returning_fields == [meta.pk]
        and not any(field.generated or field.has_db_default() for field in meta.concrete_fields)
        and all(_is_plain_field(field) for field in meta.concrete_fields)
        # Another base manager may hide the row, which is then inserted.
        and type(meta.base_manager) is Options.manager_class
        and is_filled_plainly(model)
        and own_methods(model, _SAVING)
        and not any(signal.has_listeners(model) for signal in (signals.pre_save, signals.post_save))
    )


def _is_plain_field(field: Any) -> bool:
    """Whether a field's value is saved as a parameter, and getting it ready changes nothing else."""
    if hasattr(field, "get_placeholder"):
        return False
    return type(field).pre_save is Field.pre_save or type(field) in STAMPED
