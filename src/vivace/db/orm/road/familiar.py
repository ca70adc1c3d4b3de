"""Whether the names of conditions lead to our own fields and lookups.

Learning a shape calls the compatible method with marks for values. Foreign code must never see those,
nor be called once more than was asked for, so conditions that reach it are not learnt.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from vivace.db.schema.constants import LOOKUP_SEP
from vivace.utils.naming import is_own

__all__ = ["is_familiar", "is_ours"]


def is_familiar(model: Any, names: Iterable[str], annotations: Mapping[str, Any]) -> bool:
    """Whether the fields and lookups that `names` end with are all ours."""
    for name in names:
        first, *rest = name.split(LOOKUP_SEP)
        annotation = annotations.get(first)
        if annotation is not None:
            if not _are_ours(annotation.output_field, rest):
                return False
        elif not _is_familiar(model._meta, [first, *rest]):
            return False
    return True


def _is_familiar(meta: Any, pieces: list[str]) -> bool:
    field = None
    for position, piece in enumerate(pieces):
        found = _field(meta, piece)
        if found is None:
            return field is not None and _are_ours(field, pieces[position:])
        field = found
        if not field.is_relation:
            return _are_ours(field, pieces[position + 1 :])
        if field.related_model is None:
            return False
        meta = field.related_model._meta
    return field is not None and _are_ours(field, [])


def _field(meta: Any, name: str) -> Any:
    if name == "pk":
        return meta.pk
    # Both ask for the relations of all models at last.
    return meta._forward_fields_map.get(name) or meta.fields_map.get(name)


def _are_ours(field: Any, names: list[str]) -> bool:
    if not _takes_values_as_we_do(field):
        return False
    if not names:
        names = ["exact"]
    for name in names:
        found = field.get_lookup(name) or field.get_transform(name)
        if not isinstance(found, type):
            # The transform of a key of JSON, or no lookup at all.
            return False
        if not is_ours(found):
            return False
        field = getattr(found, "output_field", field)
    return True


def _takes_values_as_we_do(field: Any) -> bool:
    while field.is_relation:
        if not is_ours(type(field)):
            return False
        field = field.target_field
    return is_ours(type(field))


def is_ours(cls: type) -> bool:
    """Whether a class is of this package, not of a project."""
    return is_own(cls)
