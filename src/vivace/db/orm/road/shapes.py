"""Shapes: what a queryset asks for, without the values. They form a trie of interned transitions.

The root of the trie belongs to a model and a queryset class. A transition's key is structure: the names
of the conditions and the types of their values, or the arguments of an option like order_by().
"""

from __future__ import annotations

import itertools
import threading
import uuid
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from vivace.conf.frozen import Frozen
from vivace.db.orm.queryset_state import QuerySetState
from vivace.db.orm.road.slots import KINDS, Slot, field_types, mark, slot_for
from vivace.db.schema import registry
from vivace.db.schema.options import Options

__all__ = [
    "CAPACITY",
    "EPOCH",
    "Shape",
    "Step",
    "condition",
    "limited",
    "lock",
    "off_road",
    "option",
    "root",
]

# How many shapes are kept, over all models: each holds a query of some kilobytes.
CAPACITY = 2000


class Epoch:
    """A time in which names mean the same; shapes belong to one."""

    __slots__ = ("shapes",)

    def __init__(self) -> None:
        self.shapes = itertools.count()


EPOCH: Frozen[Epoch] = Frozen(
    "query shapes",
    Epoch,
    reads=("DATABASES", "DATABASE_ROUTERS", "USE_TZ", "TIME_ZONE", "INSTALLED_APPS"),
)
registry.on_change(EPOCH.clear)
# What belongs to a model is forgotten with the rest of what is known about it.
Options.FORWARD_PROPERTIES.add("query_shapes")

# Taken where templates are used: compiling one uses it.
lock = threading.RLock()


class Step:
    """A transition: where it leads, and what becomes of the values on the way.

    `instances` are positions of instances among the values, with the attribute that is their value and
    its type; `constants` positions of values that are part of the structure (None, True, False).
    `state` is what the queryset is given besides: the form of its rows, say.
    """

    __slots__ = ("constants", "instances", "plain", "shape", "state")

    def __init__(
        self,
        shape: Shape,
        instances: tuple[tuple[int, str, type], ...] = (),
        constants: tuple[int, ...] = (),
        state: Mapping[str, Any] | None = None,
    ) -> None:
        self.shape = shape
        self.instances = instances
        self.constants = constants
        self.state = state
        # PERF: the usual step takes all values as they are.
        self.plain = not (instances or constants or state)


class Shape:
    """A node of the trie.

    `template` is a compatible queryset with marks for values; `trail` is how it was built: methods
    with their arguments, in which integers of `Place` stand for values.
    """

    __slots__ = (
        "epoch", "excludes", "filters", "get_plan", "high", "limits", "model", "options", "orders",
        "plain", "plans", "queryset_class", "slots", "template", "trail",
    )  # fmt: skip

    def __init__(
        self,
        epoch: Epoch,
        template: Any,
        slots: tuple[Slot, ...] = (),
        trail: tuple[Call, ...] = (),
        limits: str = "",
    ) -> None:
        self.epoch = epoch
        self.template = template
        self.model = template.model
        self.queryset_class = type(template)
        self.slots = slots
        self.trail = trail
        # "", "high", "low" or "both": which limits the last values are.
        self.limits = limits
        self.filters: dict[Any, Step | None] = {}
        self.excludes: dict[Any, Step | None] = {}
        self.options: dict[Any, Step | None] = {}
        # PERF: the commonest options once more, by less of a key.
        self.plain: dict[Any, Shape] = {}
        self.orders: dict[Any, Shape] = {}
        self.high: Shape | None = None
        self.get_plan: Any = None
        self.plans: dict[Any, Any] = {}

    def __deepcopy__(self, memo: dict[int, Any]) -> Shape:
        return self

    @property
    def ordered(self) -> bool:
        """Whether the rows have an order; a query of groups decides that for itself."""
        return bool(self.template.ordered)

    def query(self, queryset: Any, values: tuple[Any, ...]) -> Any:
        """The query that this shape stands for with `values`, built upon a compatible queryset."""
        for call in self.trail:
            queryset = call.on(queryset, values)
        query = queryset._query
        limits = values[len(self.slots) :]
        if self.limits == "high":
            query.set_limits(None, *limits)
        elif self.limits:
            query.set_limits(*limits)
        return query


class Call(NamedTuple):
    """A method that was called on a queryset on its way."""

    method: Callable[..., Any]
    args: tuple[Any, ...] = ()
    # Names with the position of their value, or with a constant.
    conditions: tuple[tuple[str, int | None, Any], ...] = ()
    options: tuple[tuple[str, Any], ...] = ()

    def on(self, queryset: Any, values: tuple[Any, ...]) -> Any:
        kwargs = {
            name: constant if position is None else values[position]
            for name, position, constant in self.conditions
        }
        return self.method(queryset, *self.args, **kwargs, **dict(self.options))


def off_road(queryset_class: Any, model: Any) -> Any:
    """A compatible queryset of a class, without conditions."""
    queryset = object.__new__(queryset_class)
    queryset._shape = None
    QuerySetState.__init__(queryset, model)
    return queryset


def root(queryset_class: type, model: Any) -> Shape:
    """The shape of ``queryset_class(model)``."""
    roots = model._meta.__dict__.get("query_shapes")
    if roots is not None:
        shape: Shape | None = roots.get(queryset_class)
        if shape is not None and shape.epoch is EPOCH.value:
            return shape
    with lock:
        shape = Shape(EPOCH.value, off_road(queryset_class, model))
        model._meta.__dict__.setdefault("query_shapes", {})[queryset_class] = shape
        return shape


def _room(shape: Shape) -> bool:
    """Whether another shape may be kept; if not, all are forgotten and built anew as needed."""
    if next(shape.epoch.shapes) < CAPACITY:
        return True
    if EPOCH.built and EPOCH.value is shape.epoch:
        EPOCH.clear()
    return False


def option(
    shape: Shape,
    method: Callable[..., Any],
    key: Any,
    args: tuple[Any, ...],
    kwargs: Mapping[str, Any],
) -> Step | None:
    """Make the transition of a method whose arguments are structure; None if it cannot be made.

    Raises what the method raises.
    """
    before = shape.template
    template = method(before, *args, **kwargs)
    with lock:
        if not _room(shape):
            return None
        call = Call(method, args, options=tuple(kwargs.items()))
        state = {
            name: value
            for name, value in vars(template).items()
            if name not in _OWN and value is not vars(before).get(name)
        }
        child = Shape(shape.epoch, template, shape.slots, (*shape.trail, call), shape.limits)
        step = Step(child, state=state or None)
        return shape.options.setdefault(key, step)


# What each queryset has for itself.
_OWN = frozenset(
    ["_query", "_result_cache", "_hints", "_known_related_objects", "_shape", "_params"]
)


def limited(shape: Shape, limits: str) -> Shape:
    """The shape with limits, which are its last values."""
    step = shape.options.get(limits)
    if step is None:
        child = Shape(shape.epoch, shape.template, shape.slots, shape.trail, limits)
        step = shape.options.setdefault(limits, Step(child))
        assert step is not None
        if limits == "high":
            shape.high = step.shape
    return step.shape


def condition(
    shape: Shape,
    method: Callable[..., Any],
    kwargs: Mapping[str, Any],
    known: dict[Any, Step | None],
    key: Any,
) -> Step | None:
    """Make the transition of filter() or exclude() and intern it in `known`; None if it has none."""
    with lock:
        if not _room(shape):
            return None
        try:
            step = _condition(shape, method, kwargs)
        except Exception:
            # The compatible way says what is wrong, in the words of the values themselves.
            return None
        if step is not None and step.constants:
            # The values are part of the key then: the general key leads to a step of its own.
            known[key] = Step(shape, constants=step.constants)
            values = tuple(kwargs.values())
            known[(key, tuple(values[position] for position in step.constants))] = step
            return step
        known[key] = step
        if step is not None and step.plain and known is shape.filters:
            shape.plain[key] = step.shape
        return step


def _condition(shape: Shape, method: Callable[..., Any], kwargs: Mapping[str, Any]) -> Step | None:
    conditions: list[tuple[str, int | None, Any]] = []
    marked: dict[str, Any] = {}
    wanted: list[tuple[type, Any]] = []
    constants: list[int] = []
    instances: list[tuple[int, str, type]] = []
    for position, (name, value) in enumerate(kwargs.items()):
        kind: type = type(value)
        if value is None or kind is bool:
            constants.append(position)
            conditions.append((name, None, value))
            marked[name] = value
            continue
        number = len(shape.slots) + len(wanted)
        attname = None
        if hasattr(kind, "_meta"):
            attname, kind = _key_of(kind)
            instances.append((position, attname, kind))
        if kind not in KINDS:
            return None
        value_mark = mark(kind, number)
        wanted.append((kind, value_mark))
        conditions.append((name, number, None))
        marked[name] = value_mark if attname is None else _marked_instance(value, value_mark)
    template = method(shape.template, **marked)
    slots = []
    for kind, value_mark in wanted:
        slot = slot_for(kind, value_mark, template._query)
        if slot is None:
            return None
        slots.append(slot)
    call = Call(method, conditions=tuple(conditions))
    child = Shape(shape.epoch, template, (*shape.slots, *slots), (*shape.trail, call))
    return Step(child, tuple(instances), tuple(constants))


def _key_of(model: Any) -> tuple[str, type]:
    """The attribute of an instance that a condition compares, and its type."""
    pk = model._meta.pk
    while pk is not None and pk.remote_field:
        pk = pk.target_field
    for kind in (int, uuid.UUID, str):
        if type(pk) in field_types(kind):
            return model._meta.pk.attname, kind
    return "", object


_UNMARKED = object()


def _marked_instance(instance: Any, value_mark: Any) -> Any:
    marked = object.__new__(type(instance))
    # A key to another field than the primary key finds no mark, and must not be loaded for it.
    for field in instance._meta.concrete_fields:
        marked.__dict__[field.attname] = _UNMARKED
    marked.__dict__["_state"] = type(instance._state)()
    marked.__dict__[instance._meta.pk.attname] = value_mark
    return marked
