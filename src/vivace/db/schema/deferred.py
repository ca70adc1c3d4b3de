"""The attribute of a model under which a field's value is found."""

from __future__ import annotations

from typing import Any

from vivace.utils.naming import published

__all__ = ["DeferredAttribute"]


@published("db.models.query_utils.DeferredAttribute")
class DeferredAttribute:
    """Answers a field's value, and loads it when it was deferred.

    PERF: no ``__set__``, so a value in the instance's ``__dict__`` is found without coming here.
    """

    def __init__(self, field: Any) -> None:
        self.field = field

    def __get__(self, instance: Any, cls: type | None = None) -> Any:
        if instance is None:
            return self
        values = instance.__dict__
        name = self.field.attname
        if name not in values:
            # A model that was inherited from may have loaded the value already: its primary key is
            # the value of the link to it.
            value = self._check_parent_chain(instance)
            if value is None:
                if not instance._is_pk_set() and self.field.generated:
                    raise AttributeError("Cannot read a generated field from an unsaved model.")
                fetch_mode = getattr(instance._state, "fetch_mode", None)
                if fetch_mode is not None:
                    fetch_mode.fetch(self, instance)
                else:
                    instance.refresh_from_db(fields=[name])
            else:
                values[name] = value
        return values[name]

    def fetch_one(self, instance: Any) -> None:
        """Load the value for `instance` alone."""
        instance.refresh_from_db(fields=[self.field.attname])

    def fetch_many(self, instances: Any) -> None:
        """Load the value for all of `instances` with one query per database and model."""
        attname = self.field.attname
        groups: dict[Any, dict[Any, list[Any]]] = {}
        for instance in instances:
            peers = groups.setdefault((instance._state.db, type(instance)), {})
            peers.setdefault(instance.pk, []).append(instance)
        for (database, model), by_pk in groups.items():
            # Of the instances' model: the key of a parent's table may be another one.
            rows = model._base_manager.db_manager(database).filter(pk__in=list(by_pk))
            for pk, value in rows.values_list("pk", attname):
                for instance in by_pk[pk]:
                    instance.__dict__[attname] = value

    def _check_parent_chain(self, instance: Any) -> Any:
        meta = instance._meta
        link = meta.get_ancestor_link(self.field.model)
        if self.field.primary_key and self.field != link:
            return getattr(instance, link.attname)
        return None
