"""What the arguments of a method are made of: their structure, which is a key, and their values.

``filter(Q(rating=3) | Q(pages__in=[4, 5]), publisher=one)`` has the structure of its names, connectors
and kinds of values, and the values 3, 4, 5 and the key of `one`. None, True, False and F objects are
structure. ``annotate(late=Count("loan", filter=Q(loan__days__gt=30)))`` has that of the arguments which
the expression was made with, and the value 30. From a structure and values the arguments can be made
again: with marks for values, when a shape is learnt, and with the values themselves, when a queryset
leaves the road.
"""

from __future__ import annotations

import uuid
from collections.abc import Hashable, Iterator, Mapping
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple, cast

from vivace.conf import settings
from vivace.conf.frozen import Frozen
from vivace.db.orm.instances.state import ModelState
from vivace.db.orm.road.familiar import is_ours
from vivace.db.orm.road.slots import DRIVERS_OWN, KINDS, field_types
from vivace.db.query import expressions
from vivace.db.query.expressions import Expression, F, OrderBy, Value
from vivace.db.query.lookups import Lookup
from vivace.db.query.q import Q
from vivace.db.schema.fields.base import Field

__all__ = ["Reading", "arguments", "kinds", "names", "read", "read_expressions"]

# The most values in a list: each number of them is a structure of its own.
LONGEST = 32
# The most conditions that are looked at.
LARGEST = 64

_ABSENT = object()

# Kinds of parts of a structure.
_VALUE, _FIXED, _LIST, _INSTANCE, _TREE = "value", "fixed", "list", "instance", "tree"
_NAMED, _GIVEN, _CALL, _ROW = "named", "given", "call", "row"

# Expressions of ours that say more than their arguments do.
_REFUSED = (
    expressions.Subquery, expressions.OuterRef, expressions.RawSQL, expressions.Col, expressions.Ref,
    expressions.DatabaseDefault, Lookup,
)  # fmt: skip
# Arguments of expressions that are structure, by exact type.
_CONSTANTS = (str, int, bool, type(None))


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


def read_expressions(args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> Reading | None:
    """Take expressions apart, and names among them; None if something in them is foreign."""
    values: list[Any] = []
    key = []
    for name, arg in (*((None, arg) for arg in args), *kwargs.items()):
        part = _argument(arg, values)
        if part is None:
            return None
        key.append((_GIVEN, name, part))
    return Reading(tuple(key), values) if len(values) <= LARGEST else None


@cache
def _is_plain_expression(kind: Hashable) -> bool:
    """Whether instances of a class are no more than the arguments that they were made with."""
    cls = cast("type", kind)
    return is_ours(cls) and issubclass(cls, Expression) and not issubclass(cls, _REFUSED)


def _argument(arg: Any, values: list[Any]) -> Any:
    """The part of an expression, or of an argument that one was made with."""
    kind = type(arg)
    if kind in _CONSTANTS:
        return _FIXED, None, kind, arg
    if kind is F:
        return (_FIXED, None, kind, arg) if type(arg.name) is str else None
    if kind is Q:
        return _tree(arg, values)
    if kind is list or kind is tuple:
        row = _arguments(arg, values)
        return None if row is None else (_ROW, kind, row)
    if isinstance(arg, Field):
        found = _UnboundField.of(arg)
        return found and (_FIXED, None, _UnboundField, found)
    if not _is_plain_expression(cast("Hashable", kind)) or arg.is_copy:
        return None
    if kind is OrderBy:
        # Which may have been reversed.
        given = (arg.expression, arg.descending, arg.nulls_first, arg.nulls_last)
        made = _arguments(given, values)
        return made and (_CALL, kind, made, ())
    args, kwargs = arg._constructor_args
    if kind is Value and not kwargs and len(args) == 1 and type(args[0]) in DRIVERS_OWN:
        if arg.value is not args[0]:
            return None
        values.append(arg.value)
        return _CALL, kind, ((_VALUE, None, type(arg.value)),), ()
    if kind is Value and (not args or type(args[0]) not in (bool, type(None))):
        # Others are values, too, not structure.
        return None
    positional, named = _arguments(args, values), _arguments(tuple(kwargs.values()), values)
    if positional is None or named is None:
        return None
    return _CALL, kind, positional, tuple(zip(kwargs, named, strict=True))


def _arguments(args: Any, values: list[Any]) -> tuple[Any, ...] | None:
    parts = []
    for arg in args:
        part = _argument(arg, values)
        if part is None:
            return None
        parts.append(part)
    return tuple(parts)


class _UnboundField:
    """A field without a model, as expressions are given; the same as another that is made alike."""

    def __init__(self, field: Any, made: tuple[Any, ...]) -> None:
        self.field = field
        self.made = made

    @staticmethod
    def of(field: Any) -> _UnboundField | None:
        if field.name is not None or not is_ours(type(field)):
            return None
        _, _, args, kwargs = field.deconstruct()
        if args or not all(type(each) in _CONSTANTS for each in kwargs.values()):
            return None
        return _UnboundField(field, (type(field), *kwargs.items()))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _UnboundField) and self.made == other.made

    def __hash__(self) -> int:
        return hash(self.made)


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
        if kind is datetime and _warns(value):
            return None
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
    if isinstance(value, Expression):
        # range takes one expression for two values, and writes what no database understands.
        part = None if name.endswith("__range") else _argument(value, values)
        return part and (_NAMED, name, part)
    return None


def _list(name: str, kind: type, value: Any, values: list[Any]) -> Any:
    # As a set, but in order: what is asked for twice is asked for once.
    try:
        members = tuple(dict.fromkeys(value)) if _is_plain_list(value) else ()
    except TypeError:
        # A decimal that signals has no hash.
        return None
    if not members or (type(members[0]) is datetime and any(map(_warns, members))):
        return None
    values.extend(members)
    return _LIST, name, type(members[0]), len(members), kind


# Whether moments have a time zone.
AWARE: Frozen[bool] = Frozen("aware moments", lambda: settings.USE_TZ, reads=("USE_TZ",))


def _warns(moment: datetime) -> bool:
    """Whether the compatible way warns of a moment, or refuses it: it does when it is described."""
    return (moment.tzinfo is None) == AWARE.value


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
        elif part[0] in (_NAMED, _GIVEN):
            yield from kinds((part[2],))
        elif part[0] == _ROW:
            yield from kinds(part[2])
        elif part[0] == _CALL:
            yield from kinds(part[2])
            yield from kinds(tuple(each for _, each in part[3]))
        elif part[0] == _LIST:
            yield from [part[2]] * part[3]
        elif part[0] != _FIXED:
            yield part[2]


def names(key: tuple[Any, ...]) -> Iterator[str]:
    """The names of the conditions of a structure, within expressions too."""
    for part in key:
        if part[0] == _TREE:
            yield from names(part[3])
        elif part[0] == _ROW:
            yield from names(part[2])
        elif part[0] == _CALL:
            yield from names((*part[2], *(each for _, each in part[3])))
        elif part[0] == _GIVEN:
            yield from names((part[2],))
        elif part[1] is not None:
            yield part[1]
            if part[0] == _NAMED:
                yield from names((part[2],))


def arguments(
    key: tuple[Any, ...], values: Iterator[Any]
) -> tuple[tuple[Any, ...], dict[str, Any]]:
    """The arguments that have the structure `key` and `values`."""
    args = []
    kwargs = {}
    for part in key:
        if part[0] == _TREE:
            args.append(_made_tree(part, values))
        elif part[0] == _GIVEN and part[1] is None:
            args.append(_made_argument(part[2], values))
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


def _made_argument(part: Any, values: Iterator[Any]) -> Any:
    if part[0] == _TREE:
        return _made_tree(part, values)
    if part[0] == _ROW:
        return part[1](_made_argument(each, values) for each in part[2])
    if part[0] == _CALL:
        args = [_made_argument(each, values) for each in part[2]]
        return part[1](*args, **{name: _made_argument(each, values) for name, each in part[3]})
    if part[0] == _FIXED:
        return part[3].field if part[2] is _UnboundField else part[3]
    return next(values)


def _made_leaf(part: Any, values: Iterator[Any]) -> Any:
    leaf = part[0]
    if leaf == _FIXED:
        return part[3]
    if leaf in (_NAMED, _GIVEN):
        return _made_argument(part[2], values)
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
