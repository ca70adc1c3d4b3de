"""Reading an instance anew: `refresh_from_db`, and the values of deferred fields."""

from collections.abc import Iterable
from typing import Any

from vivace.db.schema.constants import LOOKUP_SEP
from vivace.flow import Flow

__all__ = ["refresh_flow"]


def refresh_flow(
    instance: Any,
    using: str | None = None,
    fields: Iterable[str] | None = None,
    from_queryset: Any = None,
) -> Flow[None]:
    """Set the values of `fields`, or of all that are loaded, from the database."""
    asked = None if fields is None else _forget_prefetched(instance, list(fields))
    if asked is not None and not asked:
        return
    if asked is None:
        instance._prefetched_objects_cache = {}
    found = from_queryset
    if found is None:
        hints = {"instance": instance}
        found = type(instance)._base_manager.db_manager(using, hints=hints).all()
    elif using is not None:
        found = found.using(using)
    yield from _read(instance, found, asked)


def _forget_prefetched(instance: Any, fields: list[str]) -> list[str]:
    """Drop what was prefetched under one of the names; the names of fields that remain."""
    prefetched = getattr(instance, "_prefetched_objects_cache", {})
    remaining = [name for name in fields if prefetched.pop(name, None) is None]
    if any(LOOKUP_SEP in name for name in remaining):
        raise ValueError(
            f'Found "{LOOKUP_SEP}" in fields argument. Relations and transforms are not allowed in '
            "fields."
        )
    return remaining


def _read(instance: Any, found: Any, asked: list[str] | None) -> Flow[None]:
    meta = instance._meta
    found = found.filter(pk=instance.pk)
    deferred = instance.get_deferred_fields()
    if asked is not None:
        found = found.only(*asked)
    elif deferred:
        found = found.only(
            *(field.attname for field in meta.concrete_fields if field.attname not in deferred)
        )
    fresh = yield from found._get_step({})
    _take_values(instance, fresh)
    for field in (*meta.related_objects, *meta.private_fields):
        if (
            (asked is None or field.name in asked)
            and field.is_relation
            and field.is_cached(instance)
        ):
            field.delete_cached_value(instance)
    instance._state.db = fresh._state.db


def _take_values(instance: Any, fresh: Any) -> None:
    """Set the values that `fresh` has loaded; its related objects replace those cached here."""
    missing = fresh.get_deferred_fields()
    for field in instance._meta.concrete_fields:
        if field.attname in missing:
            continue
        setattr(instance, field.attname, getattr(fresh, field.attname))
        if not field.is_relation:
            continue
        if field.is_cached(fresh):
            field.set_cached_value(instance, field.get_cached_value(fresh))
        elif field.is_cached(instance):
            field.delete_cached_value(instance)
