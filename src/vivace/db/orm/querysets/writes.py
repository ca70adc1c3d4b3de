"""The part of a queryset that changes rows: one by one, or all that it describes.

Operations are flows under two façades, as in `reads`; those on many objects at once are in
`bulk`. Half of the lines are the façades of the two colours. Where a class overrides ``get``,
``create``, ``save`` and the like, they are called instead.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from vivace.core.exceptions import FieldDoesNotExist, FieldError
from vivace.db import connections, transaction
from vivace.db.orm.instances.deletion import Collector
from vivace.db.orm.instances.save import instance_save_flow
from vivace.db.orm.querysets.bulk import bulk_create_flow, bulk_update_flow
from vivace.db.orm.querysets.callables import resolve_callables
from vivace.db.orm.querysets.state import M, QuerySetState, Row
from vivace.db.planner.runtime import hook, in_transaction, perform
from vivace.db.planner.subqueries import DeleteQuery, UpdateQuery
from vivace.db.planner.writes import delete_flow, insert_flow, update_flow
from vivace.db.schema.constants import LOOKUP_SEP, OnConflict
from vivace.db.schema.fields import Field
from vivace.db.utils import IntegrityError
from vivace.flow import Flow

__all__ = ["QuerySetWrites"]

Defaults = Mapping[str, Any] | None


class QuerySetWrites(QuerySetState[M, Row]):
    """Insert, update, delete."""

    # --- one object

    def create(self, **kwargs: Any) -> M:
        """A new object with the values `kwargs`, saved."""
        return perform(None, self._create_flow(**kwargs))

    create.alters_data = True  # type: ignore[attr-defined]

    async def acreate(self, **kwargs: Any) -> M:
        """`create` without blocking the event loop."""
        return await self._twin(QuerySetWrites.create, self._create_flow, **kwargs)

    acreate.alters_data = True  # type: ignore[attr-defined]

    def _create_flow(self, **kwargs: Any) -> Flow[M]:
        model: Any = self.model
        reverse = model._meta._reverse_one_to_one_field_names
        if reverse:
            wrong = [name for name in kwargs if name in reverse]
            if wrong:
                raise ValueError(
                    f"The following fields do not exist in this model: {', '.join(wrong)}"
                )
        obj = model(**kwargs)
        self._for_write = True
        yield from instance_save_flow(obj, force_insert=True, using=self.db)
        if self._fetch_mode is not obj._state.fetch_mode:
            obj._state.fetch_mode = self._fetch_mode
        result: M = obj
        return result

    def get_or_create(self, defaults: Defaults = None, **kwargs: Any) -> tuple[M, bool]:
        """The object that `kwargs` describe, and whether it had to be created.

        A new one gets the values of `kwargs` without lookups, and of `defaults`, where callables
        are called. If somebody else creates it meanwhile, theirs is returned.
        """
        return perform(None, self._get_or_create_flow(defaults, **kwargs))

    get_or_create.alters_data = True  # type: ignore[attr-defined]

    async def aget_or_create(self, defaults: Defaults = None, **kwargs: Any) -> tuple[M, bool]:
        """`get_or_create` without blocking the event loop."""
        return await self._twin(
            QuerySetWrites.get_or_create, self._get_or_create_flow, defaults, **kwargs
        )

    aget_or_create.alters_data = True  # type: ignore[attr-defined]

    def _get_or_create_flow(self, defaults: Defaults = None, **kwargs: Any) -> Flow[tuple[M, bool]]:
        # The object must be found where it would be created.
        self._for_write = True
        model: Any = self.model
        try:
            return (yield from self._get_step(kwargs)), False  # type: ignore[attr-defined]
        except model.DoesNotExist:
            params = self._extract_model_params(defaults, **kwargs)
        try:
            created = yield from in_transaction(self.db, self._create_step(params))
        except IntegrityError:
            try:
                return (yield from self._get_step(kwargs)), False  # type: ignore[attr-defined]
            except model.DoesNotExist:
                pass
            raise
        return created, True

    def _create_step(self, params: dict[str, Any]) -> Flow[M]:
        params = dict((yield from hook(lambda: list(resolve_callables(params)))))
        if self._is_overridden(QuerySetWrites.create):
            return (yield from hook(self.create, **params))
        return (yield from self._create_flow(**params))

    def update_or_create(
        self, defaults: Defaults = None, create_defaults: Defaults = None, **kwargs: Any
    ) -> tuple[M, bool]:
        """The object that `kwargs` describe, updated with `defaults`, and whether it is new.

        A new one gets `create_defaults` instead, if they are given.
        """
        return perform(None, self._update_or_create_flow(defaults, create_defaults, **kwargs))

    update_or_create.alters_data = True  # type: ignore[attr-defined]

    async def aupdate_or_create(
        self, defaults: Defaults = None, create_defaults: Defaults = None, **kwargs: Any
    ) -> tuple[M, bool]:
        """`update_or_create` without blocking the event loop."""
        return await self._twin(
            QuerySetWrites.update_or_create,
            self._update_or_create_flow,
            defaults,
            create_defaults,
            **kwargs,
        )

    aupdate_or_create.alters_data = True  # type: ignore[attr-defined]

    def _update_or_create_flow(
        self, defaults: Defaults = None, create_defaults: Defaults = None, **kwargs: Any
    ) -> Flow[tuple[M, bool]]:
        updates = defaults or {}
        creates = updates if create_defaults is None else create_defaults
        self._for_write = True
        steps = self._update_or_create_steps(updates, creates, kwargs)
        return (yield from in_transaction(self.db, steps))

    def _update_or_create_steps(
        self, updates: Mapping[str, Any], creates: Mapping[str, Any], kwargs: dict[str, Any]
    ) -> Flow[tuple[M, bool]]:
        locked: Any = self.select_for_update()  # type: ignore[attr-defined]
        if self._is_overridden(QuerySetWrites.get_or_create):
            obj, created = yield from hook(locked.get_or_create, creates, **kwargs)
        else:
            obj, created = yield from locked._get_or_create_flow(creates, **kwargs)
        if created:
            return obj, True
        for name, value in (yield from hook(lambda: list(resolve_callables(updates)))):
            setattr(obj, name, value)
        meta = self.model._meta
        arguments: dict[str, Any] = {"using": self.db}
        if meta._non_pk_concrete_field_names.issuperset(updates):
            arguments["update_fields"] = {*updates, *_set_by_themselves(meta)}
        yield from instance_save_flow(obj, **arguments)
        return obj, False

    def _extract_model_params(self, defaults: Defaults, **kwargs: Any) -> dict[str, Any]:
        """The values for a new object; `FieldError` for names that the model does not have."""
        params = {name: value for name, value in kwargs.items() if LOOKUP_SEP not in name}
        params.update(defaults or {})
        meta = self.model._meta
        wrong = []
        for name in params:
            try:
                meta.get_field(name)
            except FieldDoesNotExist:
                # A property that can be set will do.
                if name == "pk" or (
                    name in meta._property_names and getattr(self.model, name).fset
                ):
                    continue
                wrong.append(name)
        if wrong:
            names = "', '".join(sorted(wrong))
            raise FieldError(f"Invalid field name(s) for model {meta.object_name}: '{names}'.")
        return params

    # --- many objects

    def bulk_create(
        self,
        objs: Iterable[M],
        batch_size: int | None = None,
        ignore_conflicts: bool = False,
        update_conflicts: bool = False,
        update_fields: Sequence[str] | None = None,
        unique_fields: Sequence[str] | None = None,
    ) -> list[M]:
        """Insert `objs` with as few statements as possible; no ``save``, no signals.

        `ignore_conflicts` drops rows that break a constraint. `update_conflicts` updates the
        `update_fields` of rows that have the same `unique_fields`.
        """
        flow = self._bulk_create_flow(
            objs, batch_size, ignore_conflicts, update_conflicts, update_fields, unique_fields
        )
        return perform(None, flow)

    bulk_create.alters_data = True  # type: ignore[attr-defined]

    async def abulk_create(
        self,
        objs: Iterable[M],
        batch_size: int | None = None,
        ignore_conflicts: bool = False,
        update_conflicts: bool = False,
        update_fields: Sequence[str] | None = None,
        unique_fields: Sequence[str] | None = None,
    ) -> list[M]:
        """`bulk_create` without blocking the event loop."""
        return await self._twin(
            QuerySetWrites.bulk_create,
            self._bulk_create_flow,
            objs=objs,
            batch_size=batch_size,
            ignore_conflicts=ignore_conflicts,
            update_conflicts=update_conflicts,
            update_fields=update_fields,
            unique_fields=unique_fields,
        )

    abulk_create.alters_data = True  # type: ignore[attr-defined]

    def _bulk_create_flow(
        self,
        objs: Iterable[M],
        batch_size: int | None = None,
        ignore_conflicts: bool = False,
        update_conflicts: bool = False,
        update_fields: Sequence[str] | None = None,
        unique_fields: Sequence[str] | None = None,
    ) -> Flow[list[M]]:
        created: list[M] = yield from bulk_create_flow(
            self,
            objs,
            batch_size,
            ignore_conflicts,
            update_conflicts,
            update_fields,
            unique_fields,
        )
        return created

    def bulk_update(
        self, objs: Iterable[M], fields: Iterable[str], batch_size: int | None = None
    ) -> int:
        """Update `fields` of `objs` with as few statements as possible; how many rows there were."""
        return perform(None, bulk_update_flow(self, objs, fields, batch_size))

    bulk_update.alters_data = True  # type: ignore[attr-defined]

    async def abulk_update(
        self, objs: Iterable[M], fields: Iterable[str], batch_size: int | None = None
    ) -> int:
        """`bulk_update` without blocking the event loop."""
        return await self._twin(
            QuerySetWrites.bulk_update,
            self._bulk_update_flow,
            objs=objs,
            fields=fields,
            batch_size=batch_size,
        )

    abulk_update.alters_data = True  # type: ignore[attr-defined]

    def _bulk_update_flow(
        self, objs: Iterable[M], fields: Iterable[str], batch_size: int | None = None
    ) -> Flow[int]:
        return (yield from bulk_update_flow(self, objs, fields, batch_size))

    # --- all rows

    def update(self, **kwargs: Any) -> int:
        """Set fields of all rows to values or expressions; how many rows there were.

        Neither ``save`` nor signals have a part in it.
        """
        return perform(None, self._set_flow(**kwargs))

    update.alters_data = True  # type: ignore[attr-defined]

    async def aupdate(self, **kwargs: Any) -> int:
        """`update` without blocking the event loop."""
        return await self._twin(QuerySetWrites.update, self._set_flow, **kwargs)

    aupdate.alters_data = True  # type: ignore[attr-defined]

    def _set_flow(self, **kwargs: Any) -> Flow[int]:
        self._not_support_combined_queries("update")
        if self.query.is_sliced:
            raise TypeError("Cannot update a query once a slice has been taken.")
        self._for_write = True
        query = self.query.chain(UpdateQuery)
        query.add_update_values(kwargs)
        query.order_by = tuple(_inlined(query, column) for column in query.order_by)
        # Resolved by now, they would only be in the way of subqueries.
        query.annotations = {}
        using = self.db
        with transaction.mark_for_rollback_on_error(using=using):
            rows = yield from update_flow(connections[using], query)
        self._result_cache = None
        return rows

    def _update_step(self, **kwargs: Any) -> Flow[int]:
        """`update` as a part of another operation, which goes through an override."""
        if self._is_overridden(QuerySetWrites.update):
            return (yield from hook(self.update, **kwargs))
        return (yield from self._set_flow(**kwargs))

    def _update(self, values: Any) -> int:
        """`update` with ``(field, model, value)`` tuples, which is how instances are saved."""
        return perform(None, self._update_flow(values))

    _update.alters_data = True  # type: ignore[attr-defined]
    _update.queryset_only = False  # type: ignore[attr-defined]

    def _update_flow(self, values: Any) -> Flow[int]:
        self._not_support_combined_queries("update")
        if self.query.is_sliced:
            raise TypeError("Cannot update a query once a slice has been taken.")
        query = self.query.chain(UpdateQuery)
        query.add_update_fields(values)
        query.annotations = {}
        self._result_cache = None
        return (yield from update_flow(connections[self.db], query))

    def delete(self) -> tuple[int, dict[str, int]]:
        """Delete all rows and what depends on them; how many rows, in all and by model."""
        return perform(None, self._delete_flow())

    delete.alters_data = True  # type: ignore[attr-defined]
    delete.queryset_only = True  # type: ignore[attr-defined]

    async def adelete(self) -> tuple[int, dict[str, int]]:
        """`delete` without blocking the event loop."""
        return await self._twin(QuerySetWrites.delete, self._delete_flow)

    adelete.alters_data = True  # type: ignore[attr-defined]
    adelete.queryset_only = True  # type: ignore[attr-defined]

    def _delete_flow(self) -> Flow[tuple[int, dict[str, int]]]:
        self._not_support_combined_queries("delete")
        if self.query.is_sliced:
            raise TypeError("Cannot use 'limit' or 'offset' with delete().")
        if self.query.distinct_fields:
            raise TypeError("Cannot call delete() after .distinct(*fields).")
        if self._fields is not None:
            raise TypeError("Cannot call delete() after .values() or .values_list()")
        doomed = self._chain()
        # Routers must see a write.
        doomed._for_write = True
        doomed.query.select_for_update = False
        doomed.query.select_related = False
        doomed.query.clear_ordering(force=True)
        collector = Collector(using=doomed.db, origin=self)
        yield from collector.collect_flow(doomed)
        deleted = yield from collector.delete_flow()
        self._result_cache = None
        return deleted

    def _raw_delete(self, using: str) -> int:
        """Delete the rows with one statement, without asking what depends on them."""
        return perform(None, self._raw_delete_flow(using))

    _raw_delete.alters_data = True  # type: ignore[attr-defined]

    def _raw_delete_flow(self, using: str) -> Flow[int]:
        query = self.query.clone()
        query.__class__ = DeleteQuery
        return (yield from delete_flow(connections[using], query))

    # --- for Model and bulk

    def _insert(
        self,
        objs: Sequence[Any],
        fields: Sequence[Any],
        returning_fields: Sequence[Any] | None = None,
        raw: bool = False,
        using: str | None = None,
        on_conflict: OnConflict | None = None,
        update_fields: Sequence[Any] | None = None,
        unique_fields: Sequence[Any] | None = None,
    ) -> list[Any]:
        flow = self._insert_flow(
            objs, fields, returning_fields, raw, using, on_conflict, update_fields, unique_fields
        )
        return perform(None, flow)

    _insert.alters_data = True  # type: ignore[attr-defined]
    _insert.queryset_only = False  # type: ignore[attr-defined]

    def _insert_flow(
        self,
        objs: Sequence[Any],
        fields: Sequence[Any],
        returning_fields: Sequence[Any] | None = None,
        raw: bool = False,
        using: str | None = None,
        on_conflict: OnConflict | None = None,
        update_fields: Sequence[Any] | None = None,
        unique_fields: Sequence[Any] | None = None,
    ) -> Flow[list[Any]]:
        self._for_write = True
        rows: list[Any] = yield from insert_flow(
            connections[using or self.db],
            self.model,
            fields,
            objs,
            raw=raw,
            returning_fields=returning_fields or (),
            on_conflict=on_conflict,
            update_fields=update_fields or (),
            unique_fields=unique_fields or (),
        )
        return rows


def _set_by_themselves(meta: Any) -> set[str]:
    """The names of the fields that set their own value when they are saved, as ``auto_now`` does."""
    names: set[str] = set()
    for field in meta.local_concrete_fields:
        own: Callable[..., Any] = type(field).pre_save
        if own is not Field.pre_save and field not in meta.pk_fields:
            names.update((field.name, field.attname))
    return names


def _inlined(query: Any, column: Any) -> Any:
    """The annotation that `column` of an order names, or `column` itself."""
    descending = isinstance(column, str) and column.startswith("-")
    name = column.removeprefix("-") if descending else column
    annotation = query.annotations.get(name) if isinstance(name, str) else None
    if annotation is None:
        return column
    if getattr(annotation, "contains_aggregate", False):
        raise FieldError(f"Cannot update when ordering by an aggregate: {annotation}")
    return annotation.desc() if descending else annotation
