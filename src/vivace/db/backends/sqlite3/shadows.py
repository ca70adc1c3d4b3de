"""The shape that a table is to have, as a stand-in for a model that nobody else ever sees.

A table that is made anew differs from its model's by a field or two. The schema editor asks a
model for everything it says, so it is given one: a class with copies of the fields and of
``_meta``, which is registered nowhere, sends no signal and which no relation points to.
"""

from __future__ import annotations

import copy
from typing import Any

from vivace.utils.functional import cached_property


def _forget_computed(obj: Any) -> None:
    """Drop what `obj` has computed and kept: a copy of it may have another answer."""
    for cls in type(obj).__mro__:
        for name, value in vars(cls).items():
            if isinstance(value, cached_property):
                obj.__dict__.pop(name, None)


class Shadow:
    """The fields that the table of `model` is to have, and where the values of its columns come from.

    `sources` says for each column that is filled the SQL in terms of the old table; None: the
    column of the same name.
    """

    def __init__(self, model: type[Any]) -> None:
        self.original = model
        self.fields: dict[str, Any] = {field.name: field for field in model._meta.local_fields}
        self.sources: dict[str, str | None] = {
            field.column: None for field in model._meta.local_concrete_fields if not field.generated
        }
        # Old names of fields, and the new ones.
        self.renamed: dict[str, str] = {}
        self.removed: str | None = None

    def add(self, field: Any, source: str | None) -> None:
        """Have a new field, filled from `source` unless the database fills it."""
        self._make_room_for_key(field, field.name)
        self.fields[field.name] = field
        if source is not None:
            self.sources[field.column] = source

    def replace(self, old_field: Any, new_field: Any, source: str) -> None:
        """Have `new_field` in the place of `old_field`."""
        self._make_room_for_key(new_field, old_field.name)
        self.fields.pop(old_field.name, None)
        self.sources.pop(old_field.column, None)
        self.fields[new_field.name] = new_field
        if not new_field.generated:
            self.sources[new_field.column] = source
        self.renamed[old_field.name] = new_field.name

    def remove(self, field: Any) -> None:
        """Do not have `field` any more."""
        del self.fields[field.name]
        self.sources.pop(field.column, None)
        self.removed = field.name

    def _make_room_for_key(self, new_field: Any, name: str) -> None:
        """If `new_field` is the primary key, no other field is; one that was made for it goes."""
        if not getattr(new_field, "primary_key", False):
            return
        for other in list(self.fields.values()):
            if not other.primary_key or other.name == name:
                continue
            if other.auto_created:
                del self.fields[other.name]
                self.sources.pop(other.column, None)
            else:
                plain = copy.copy(other)
                _forget_computed(plain)
                plain.primary_key = False
                self.fields[other.name] = plain

    def model(self, db_table: str) -> type[Any]:
        """A class that has this shape, with its table under another name."""
        original = self.original
        made: Any = type(original.__name__, (), {"__module__": original.__module__})
        meta = made._meta = copy.copy(original._meta)
        _forget_computed(meta)
        meta._get_fields_cache = {}
        meta.model = meta.concrete_model = made
        meta.db_table = db_table
        meta.local_many_to_many = []
        meta.indexes = self._of_fields(original._meta.indexes, drop=True)
        meta.constraints = self._of_fields(original._meta.constraints, drop=False)
        meta.unique_together = [
            [self.renamed.get(name, name) for name in names]
            for names in original._meta.unique_together
            if self.removed not in names
        ]
        fields = [self._copied(field, made) for field in self.fields.values()]
        # As the metaclass orders them; the sort keeps the order of those of one counter.
        meta.local_fields = sorted(fields, key=lambda field: field.creation_counter)
        keys = [field for field in fields if field.primary_key]
        meta.pk = keys[0] if keys else meta.pk
        return made  # type: ignore[no-any-return]

    def _copied(self, field: Any, made: type[Any]) -> Any:
        new = copy.copy(field)
        _forget_computed(new)
        new.model = made
        remote = field.remote_field
        if remote is not None and remote.model is self.original:
            # A reference to the same table: it takes its new name with it.
            new.remote_field = copy.copy(remote)
            _forget_computed(new.remote_field)
            new.remote_field.model = made
        return new

    def _of_fields(self, declared: Any, drop: bool) -> list[Any]:
        """Indexes or constraints that name the fields as they are named now."""
        kept = []
        for each in declared:
            names = getattr(each, "fields", ())
            if drop and self.removed in names:
                continue
            if any(name in self.renamed and self.renamed[name] != name for name in names):
                each = copy.copy(each)
                new_names = [self.renamed.get(name, name) for name in names]
                each.fields = tuple(new_names) if isinstance(names, tuple) else new_names
                if hasattr(each, "fields_orders"):
                    each.fields_orders = [
                        (self.renamed.get(name, name), order) for name, order in each.fields_orders
                    ]
            kept.append(each)
        return kept
