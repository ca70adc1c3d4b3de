"""Shapes: what a queryset asks for, without the values. They form a trie of interned transitions.

The root of the trie belongs to a model and a queryset class. A transition's key is structure: the names
of the conditions and the types of their values, or the arguments of an option like order_by().
"""

from __future__ import annotations

import itertools
import threading
import warnings
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from vivace.conf.frozen import Frozen
from vivace.db.orm.querysets.state import QuerySetState
from vivace.db.orm.road.familiar import is_familiar
from vivace.db.orm.road.slots import Slot, mark, slot_for
from vivace.db.orm.road.structure import arguments, kinds, names
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


class Step(NamedTuple):
    """A transition of an option: where it leads, and what the queryset is given besides."""

    shape: Shape
    # The form of its rows, say.
    state: Mapping[str, Any] | None = None


class Shape:
    """A node of the trie.

    `template` is a compatible queryset with marks for values; `trail` is how it was built: methods
    with their arguments, in which integers of `Place` stand for values.
    """

    __slots__ = (
        "_ordered", "epoch", "excludes", "expressed", "filters", "get_plan", "high", "limits",
        "model", "options", "orders", "plain", "plans", "queryset_class", "slots", "stickies",
        "template", "trail",
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
        # By the structure of conditions; None where there is no transition.
        self.filters: dict[Any, Shape | None] = {}
        self.excludes: dict[Any, Shape | None] = {}
        self.stickies: dict[Any, Shape | None] = {}
        self.options: dict[Any, Step | None] = {}
        # By method and the structure of expressions.
        self.expressed: dict[Any, dict[Any, Shape | None]] = {}
        # PERF: the commonest options once more, by less of a key.
        self.plain: dict[Any, Shape] = {}
        self.orders: dict[Any, Shape] = {}
        self.high: Shape | None = None
        self.get_plan: Any = None
        self._ordered: bool | None = None
        self.plans: dict[Any, Any] = {}

    def __deepcopy__(self, memo: dict[int, Any]) -> Shape:
        return self

    @property
    def ordered(self) -> bool:
        """Whether the rows have an order; a query of groups decides that for itself."""
        if self._ordered is None:
            self._ordered = bool(self.template.ordered)
        return self._ordered

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
    kwargs: tuple[tuple[str, Any], ...] = ()
    # For conditions: their structure, and where their values begin.
    key: tuple[Any, ...] | None = None
    start: int = 0

    def on(self, queryset: Any, values: tuple[Any, ...]) -> Any:
        """Call it again, with other values."""
        if self.key is None:
            return self.method(queryset, *self.args, **dict(self.kwargs))
        args, kwargs = arguments(self.key, iter(values[self.start :]))
        return self.method(queryset, *args, **kwargs)


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
        call = Call(method, args, tuple(kwargs.items()))
        state = _state_of(before, template)
        child = Shape(shape.epoch, template, shape.slots, (*shape.trail, call), shape.limits)
        step = Step(child, state=state or None)
        return shape.options.setdefault(key, step)


def _state_of(before: Any, after: Any) -> dict[str, Any]:
    """What a method set on a queryset besides its query."""
    return {
        name: value
        for name, value in vars(after).items()
        if name not in _OWN and value is not vars(before).get(name)
    }


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


# How many structures a shape remembers that have no transition, and how many of expressions that have
# one: what is a constant in an expression may be another one each time.
_REFUSED = 256
_EXPRESSED = 100


def condition(
    shape: Shape, method: Callable[..., Any], key: tuple[Any, ...], known: dict[Any, Shape | None]
) -> Shape | None:
    """Make the transition of filter() or exclude() and intern it in `known`; None if it has none."""
    with lock:
        try:
            if not is_familiar(shape.model, names(key), shape.template._query.annotations):
                return None
            child = _condition(shape, method, key)
        except Exception:
            # The compatible way says what is wrong, in the words of the values themselves.
            return None
        if not _room(shape):
            return None
        if child is not None or len(known) < _REFUSED:
            known[key] = child
        return child


def expressed(shape: Shape, method: Callable[..., Any], key: tuple[Any, ...]) -> Shape | None:
    """The transition of a method that is given expressions; None if there is none."""
    known = shape.expressed.setdefault(method, {})
    if key in known:
        return known[key]
    return condition(shape, method, key, known) if len(known) < _EXPRESSED else None


def _condition(shape: Shape, method: Callable[..., Any], key: tuple[Any, ...]) -> Shape | None:
    start = len(shape.slots)
    marks = [mark(kind, number) for number, kind in enumerate(kinds(key), start)]
    args, kwargs = arguments(key, iter(marks))
    with warnings.catch_warnings(record=True) as told:
        # Nobody shall be warned of a mark; of what is structure, each time.
        warnings.simplefilter("always")
        template = method(shape.template, *args, **kwargs)
    if told or _state_of(shape.template, template):
        return None
    slots = []
    for each in marks:
        slot = slot_for(type(each), each, template._query)
        if slot is None:
            return None
        slots.append(slot)
    call = Call(method, key=key, start=start)
    return Shape(shape.epoch, template, (*shape.slots, *slots), (*shape.trail, call))
