"""What the arguments of a condition are made of: their structure, which is a key, and their values.

``filter(Q(rating=3) | Q(pages__in=[4, 5]), publisher=one)`` has the structure of its names, connectors
and kinds of values, and the values 3, 4, 5 and the key of `one`. None, True, False and F objects are
structure. From a structure and values the arguments can be made again: with marks for values, when a
shape is learnt, and with the values themselves, when a queryset leaves the road.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from vivace.db.orm.road.slots import KINDS, field_types
from vivace.db.orm.state import ModelState
from vivace.db.query.expressions import F
from vivace.db.query.q import Q

__all__ = ["Reading", "arguments", "kinds", "names", "read"]

# The most values in a list: each number of them is a structure of its own.
LONGEST = 32
# The most conditions that are looked at.
LARGEST = 64

_ABSENT = object()

# Kinds of leaves of a structure.
_VALUE, _FIXED, _LIST, _INSTANCE, _TREE = "value", "fixed", "list", "instance", "tree"


class Reading(NamedTuple):
    """The structure of arguments, and their values in the order of the structure."""

    key: tuple[Any, ...]
    values: list[Any]


def read(args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> Reading | None:
    """Take arguments apart; None if something in them is foreign."""
    values: list[Any] = []
    key: list[Any] = []
    for arg in args:
        part = _tree(arg, values)
        if part is None:
            return None
        key.append(part)
    for name, value in kwargs.items():
        part = _leaf(name, value, values)
        if part is None:
            return None
        key.append(part)
    return Reading(tuple(key), values) if len(values) <= LARGEST else None


def _tree(node: Any, values: list[Any]) -> Any:
    if type(node) is not Q:
        return None
    parts = []
    for child in node.children:
        if type(child) is tuple and len(child) == 2 and type(child[0]) is str:
            part = _leaf(child[0], child[1], values)
        else:
            part = _tree(child, values)
        if part is None:
            return None
        parts.append(part)
    return _TREE, node.connector, node.negated, tuple(parts)


def _leaf(name: str, value: Any, values: list[Any]) -> Any:
    kind = type(value)
    if kind in KINDS:
        values.append(value)
        return _VALUE, name, kind
    if value is None or kind is bool:
        # True is not 1 here: they are different conditions of some lookups.
        return _FIXED, name, kind, value
    if kind is F:
        return _FIXED, name, kind, value
    if kind is list or kind is tuple:
        return _list(name, kind, value, values)
    if hasattr(kind, "_meta"):
        return _instance(name, value, values)
    return None


def _list(name: str, kind: type, value: Any, values: list[Any]) -> Any:
    # As a set, but in order: what is asked for twice is asked for once.
    try:
        members = tuple(dict.fromkeys(value)) if _is_plain_list(value) else ()
    except TypeError:
        # A decimal that signals has no hash.
        return None
    if not members:
        return None
    values.extend(members)
    return _LIST, name, type(members[0]), len(members), kind


def _is_plain_list(value: Any) -> bool:
    if not 0 < len(value) <= LONGEST:
        return False
    kind = type(value[0])
    return kind in KINDS and all(type(member) is kind for member in value)


def _instance(name: str, value: Any, values: list[Any]) -> Any:
    model = type(value)
    found = _key_of(model)
    if found is None:
        return None
    attname, kind = found
    key = value.__dict__.get(attname)
    if type(key) is not kind:
        # Not saved yet, perhaps: the compatible way says so.
        return None
    values.append(key)
    return _INSTANCE, name, kind, model


def _key_of(model: Any) -> tuple[str, type] | None:
    """The attribute of an instance that a condition compares, and its type."""
    if len(model._meta.pk_fields) != 1:
        return None
    pk = model._meta.pk
    field = pk
    while field.remote_field:
        field = field.target_field
    for kind in (int, uuid.UUID, str):
        if type(field) in field_types(kind):
            return pk.attname, kind
    return None


def kinds(key: tuple[Any, ...]) -> Iterator[type]:
    """The types of the values of a structure, in their order."""
    for part in key:
        if part[0] == _TREE:
            yield from kinds(part[3])
        elif part[0] == _LIST:
            yield from [part[2]] * part[3]
        elif part[0] != _FIXED:
            yield part[2]


def names(key: tuple[Any, ...]) -> Iterator[str]:
    """The names of the conditions of a structure."""
    for part in key:
        if part[0] == _TREE:
            yield from names(part[3])
        else:
            yield part[1]


def arguments(
    key: tuple[Any, ...], values: Iterator[Any]
) -> tuple[tuple[Any, ...], dict[str, Any]]:
    """The arguments that have the structure `key` and `values`."""
    args = []
    kwargs = {}
    for part in key:
        if part[0] == _TREE:
            args.append(_made_tree(part, values))
        else:
            kwargs[part[1]] = _made_leaf(part, values)
    return tuple(args), kwargs


def _made_tree(part: Any, values: Iterator[Any]) -> Q:
    _, connector, negated, parts = part
    children = [
        _made_tree(each, values) if each[0] == _TREE else (each[1], _made_leaf(each, values))
        for each in parts
    ]
    return Q.create(children, connector, negated)


def _made_leaf(part: Any, values: Iterator[Any]) -> Any:
    leaf = part[0]
    if leaf == _FIXED:
        return part[3]
    if leaf == _LIST:
        return [next(values) for _ in range(part[3])]
    value = next(values)
    return value if leaf == _VALUE else _with_key(part[3], value)


def _with_key(model: Any, key: Any) -> Any:
    """An instance that is nothing but its key."""
    instance = object.__new__(model)
    # A relation to another field than the primary key finds no mark, and must not load it either.
    for field in model._meta.concrete_fields:
        instance.__dict__[field.attname] = _ABSENT
    instance.__dict__["_state"] = ModelState()
    instance.__dict__[model._meta.pk.attname] = key
    return instance
