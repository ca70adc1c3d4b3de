"""`prefetch_related`: related objects of many instances, one query for each step of each lookup.

A lookup is a path of relations. Each step asks the relation's prefetcher (a descriptor, a related
manager, or foreign code with `get_prefetch_querysets`) for the related objects of all instances at
once, and puts them where the instances' own access looks for them. Documented in
ref/models/querysets, "prefetch_related".
"""

from __future__ import annotations

import copy
import warnings
from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple

from vivace.core.exceptions import FieldDoesNotExist, ObjectDoesNotExist
from vivace.db import DEFAULT_DB_ALIAS, connections
from vivace.db.orm.querysets.iterables import ModelIterable
from vivace.db.planner.runtime import aperform, hook
from vivace.db.schema.constants import LOOKUP_SEP
from vivace.flow import Flow, run_sync
from vivace.utils.deprecation import RemovedInDjango60Warning
from vivace.utils.functional import cached_property
from vivace.utils.naming import publish, published

__all__ = [
    "Prefetch",
    "aprefetch_related_objects",
    "get_prefetcher",
    "normalize_prefetch_lookups",
    "prefetch_flow",
    "prefetch_related_objects",
]


@published("db.models.query.Prefetch")
class Prefetch:
    """A lookup with a queryset of its own, or with another attribute for its result.

    `lookup` is the path of relations, `queryset` what the last step fetches from, `to_attr` the
    name under which a list is put there instead of the relation's own cache.
    """

    def __init__(self, lookup: str, queryset: Any = None, to_attr: str | None = None) -> None:
        if queryset is not None and not _gives_instances(queryset):
            raise ValueError("Prefetch querysets cannot use raw(), values(), and values_list().")
        self.prefetch_through = lookup
        self.prefetch_to = lookup
        if to_attr:
            self.prefetch_to = LOOKUP_SEP.join([*lookup.split(LOOKUP_SEP)[:-1], to_attr])
        self.queryset = queryset
        self.to_attr = to_attr

    def __getstate__(self) -> dict[str, Any]:
        state = self.__dict__.copy()
        if self.queryset is not None:
            # The description is pickled without its rows.
            queryset = self.queryset._chain()
            queryset._result_cache = []
            queryset._prefetch_done = True
            state["queryset"] = queryset
        return state

    def add_prefix(self, prefix: str) -> None:
        """Let the path begin at the objects that `prefix` leads to."""
        self.prefetch_through = prefix + LOOKUP_SEP + self.prefetch_through
        self.prefetch_to = prefix + LOOKUP_SEP + self.prefetch_to

    def get_current_prefetch_to(self, level: int) -> str:
        """The path as far as the step `level`."""
        return LOOKUP_SEP.join(self.prefetch_to.split(LOOKUP_SEP)[: level + 1])

    def get_current_to_attr(self, level: int) -> tuple[str, Any]:
        """The attribute of the step `level`, and whether it is a `to_attr`."""
        steps = self.prefetch_to.split(LOOKUP_SEP)
        return steps[level], self.to_attr and level == len(steps) - 1

    def get_current_queryset(self, level: int) -> Any:
        """The queryset of the step `level`, if it has one. Deprecated."""
        warnings.warn(
            "Prefetch.get_current_queryset() is deprecated. Use get_current_querysets() instead.",
            RemovedInDjango60Warning,
            stacklevel=2,
        )
        querysets = self.get_current_querysets(level)
        return querysets[0] if querysets else None

    def get_current_querysets(self, level: int) -> list[Any] | None:
        """The querysets of the step `level`, if it has some."""
        if self.queryset is not None and self.get_current_prefetch_to(level) == self.prefetch_to:
            return [self.queryset]
        return None

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Prefetch):
            return NotImplemented
        return self.prefetch_to == other.prefetch_to

    def __hash__(self) -> int:
        return hash((type(self), self.prefetch_to))


def _gives_instances(queryset: Any) -> bool:
    if hasattr(queryset, "raw_query"):
        return False
    iterable_class = getattr(queryset, "_iterable_class", None)
    return iterable_class is None or issubclass(iterable_class, ModelIterable)


def normalize_prefetch_lookups(lookups: Iterable[Any], prefix: str | None = None) -> list[Prefetch]:
    """All lookups as `Prefetch` objects, continued from `prefix` if there is one."""
    found = []
    for lookup in lookups:
        prefetch = lookup if isinstance(lookup, Prefetch) else Prefetch(lookup)
        if prefix:
            prefetch.add_prefix(prefix)
        found.append(prefetch)
    return found


def prefetch_related_objects(model_instances: Sequence[Any], *related_lookups: Any) -> None:
    """Load related objects for instances that were fetched already.

    Raises AttributeError and ValueError for a lookup that leads nowhere.
    """
    run_sync(prefetch_flow(model_instances, related_lookups))


async def aprefetch_related_objects(model_instances: Sequence[Any], *related_lookups: Any) -> None:
    """`prefetch_related_objects` without blocking the event loop."""
    if model_instances:
        state = getattr(model_instances[0], "_state", None)
        connection = connections[getattr(state, "db", None) or DEFAULT_DB_ALIAS]
        await aperform(connection, prefetch_flow(model_instances, related_lookups))


def prefetch_flow(instances: Sequence[Any], lookups: Iterable[Any]) -> Flow[None]:
    """Follow `lookups` from `instances`."""
    if instances:
        yield from _Prefetching(instances).follow_all(lookups)


class _Prefetching:
    """One run: the lookups that are still to follow, and what was fetched on the way."""

    def __init__(self, instances: Sequence[Any]) -> None:
        self.instances = instances
        #: The objects that were fetched for a path, which longer paths begin from.
        self.fetched: dict[str, Sequence[Any]] = {}
        #: Lookups that querysets on the way asked for, and the descriptors that led to those: a
        #: manager that always prefetches its way back must not lead round in circles.
        self.automatic: set[Prefetch] = set()
        self.followed: set[Any] = set()
        self.waiting: list[Prefetch] = []

    def follow_all(self, lookups: Iterable[Any]) -> Flow[None]:
        self.waiting = normalize_prefetch_lookups(reversed(list(lookups)))
        while self.waiting:
            lookup = self.waiting.pop()
            if lookup.prefetch_to not in self.fetched:
                yield from self.follow(lookup)
            elif lookup.queryset is not None:
                raise ValueError(
                    f"'{lookup.prefetch_to}' lookup was already seen with a different queryset. "
                    "You may need to adjust the ordering of your lookups."
                )

    def follow(self, lookup: Prefetch) -> Flow[None]:
        objects = self.instances
        steps = lookup.prefetch_through.split(LOOKUP_SEP)
        for level, name in enumerate(steps):
            if not objects:
                return
            path = lookup.get_current_prefetch_to(level)
            if path in self.fetched:
                objects = self.fetched[path]
                continue
            if not _can_remember(objects):
                return
            found = _prefetcher_of(objects[0], name, lookup, level, level == len(steps) - 1)
            missing = [each for each in objects if not found.is_fetched(each)]
            if found.prefetcher is None or not missing:
                objects = _next_objects(objects, name)
                continue
            objects, more = yield from _one_level(missing, found.prefetcher, lookup, level)
            circular = lookup in self.automatic and found.descriptor in self.followed
            if not (path in self.fetched and circular):
                self.fetched[path] = objects
                added = normalize_prefetch_lookups(reversed(more), path)
                self.automatic.update(added)
                self.waiting.extend(added)
            self.followed.add(found.descriptor)


class Found(NamedTuple):
    """What prefetches an attribute, and how to see whether an instance has its value."""

    prefetcher: Any
    descriptor: Any
    attr_found: bool
    is_fetched: Callable[[Any], bool]


def _prefetcher_of(instance: Any, name: str, lookup: Prefetch, level: int, is_last: bool) -> Found:
    to_attr = lookup.get_current_to_attr(level)[0]
    found = get_prefetcher(instance, name, to_attr)
    if not found.attr_found:
        raise AttributeError(
            f"Cannot find '{name}' on {type(instance).__name__} object, "
            f"'{lookup.prefetch_through}' is an invalid parameter to prefetch_related()"
        )
    if is_last and found.prefetcher is None:
        raise ValueError(
            f"'{lookup.prefetch_through}' does not resolve to an item that supports prefetching "
            "- this is an invalid parameter to prefetch_related()."
        )
    return found


def get_prefetcher(instance: Any, through_attr: str, to_attr: str) -> Found:
    """What can prefetch the attribute `through_attr` of `instance` into `to_attr`."""
    model = type(instance)
    descriptor = getattr(model, through_attr, None)
    if descriptor is None:
        return Found(None, None, hasattr(instance, through_attr), lambda _: False)
    if _prefetches(descriptor):
        own = through_attr == to_attr
        is_fetched = descriptor.is_cached if own else _has_attribute(model, to_attr)
        return Found(descriptor, descriptor, True, is_fetched)
    # The value of the descriptor may prefetch: a related manager does.
    value = getattr(instance, through_attr)
    if through_attr != to_attr:
        is_fetched = _has_attribute(model, to_attr)
    else:

        def is_fetched(instance: Any) -> bool:
            return through_attr in instance._prefetched_objects_cache

    return Found(value if _prefetches(value) else None, descriptor, True, is_fetched)


def _prefetches(candidate: Any) -> bool:
    return hasattr(candidate, "get_prefetch_querysets") or hasattr(
        candidate, "get_prefetch_queryset"
    )


def _has_attribute(model: type[Any], name: str) -> Callable[[Any], bool]:
    if isinstance(getattr(model, name, None), cached_property):
        # Asking for a cached property would compute it.
        return lambda instance: name in instance.__dict__
    return lambda instance: hasattr(instance, name)


def _can_remember(objects: Iterable[Any]) -> bool:
    """Give every object its store of prefetched querysets; False if one takes no attributes."""
    for each in objects:
        if not hasattr(each, "_prefetched_objects_cache"):
            try:
                each._prefetched_objects_cache = {}
            except (AttributeError, TypeError):
                # A value of some other kind, such as a dict of values().
                return False
    return True


def _next_objects(objects: Iterable[Any], name: str) -> list[Any]:
    """The objects that an attribute leads to where nothing is to be fetched."""
    found: list[Any] = []
    for each in objects:
        prefetched = each._prefetched_objects_cache
        if name in prefetched:
            found.extend(prefetched[name])
            continue
        try:
            value = getattr(each, name)
        except ObjectDoesNotExist:
            continue
        if isinstance(value, list):
            found.extend(value)
        elif value is not None:
            found.append(value)
    return found


def _one_level(
    instances: list[Any], prefetcher: Any, lookup: Prefetch, level: int
) -> Flow[tuple[list[Any], list[Any]]]:
    """Fetch one step for `instances`; the related objects, and the lookups that continue there."""
    querysets = lookup.get_current_querysets(level)
    if getattr(prefetcher, "prefetches_purely", False):
        answer = prefetcher.get_prefetch_querysets(instances, querysets)
    elif hasattr(prefetcher, "get_prefetch_querysets"):
        answer = yield from hook(prefetcher.get_prefetch_querysets, instances, querysets)
    else:
        warnings.warn(
            "The usage of get_prefetch_queryset() in prefetch_related_objects() is "
            "deprecated. Implement get_prefetch_querysets() instead.",
            RemovedInDjango60Warning,
            stacklevel=2,
        )
        queryset = querysets[0] if querysets else None
        answer = yield from hook(prefetcher.get_prefetch_queryset, instances, queryset)
    related_queryset, key_of_related, key_of_instance, single, cache_name, by_descriptor = answer
    more = [copy.copy(each) for each in getattr(related_queryset, "_prefetch_related_lookups", ())]
    if more:
        # This run follows them, for all objects of the step at once.
        related_queryset._prefetch_related_lookups = ()
    related = yield from _load(related_queryset)
    if link := getattr(prefetcher, "link_prefetched", None):
        link(related, instances)
    by_key: dict[Any, list[Any]] = {}
    for each in related:
        by_key.setdefault(key_of_related(each), []).append(each)
    to_attr, as_attr = lookup.get_current_to_attr(level)
    if as_attr:
        _check_to_attr(type(instances[0]), to_attr)
    place = _Place(lookup, level, to_attr, as_attr, cache_name, by_descriptor)
    put = place.one if single else place.many
    for instance in instances:
        put(instance, by_key.get(key_of_instance(instance), []))
    return related, more


def _load(queryset: Any) -> Flow[list[Any]]:
    if hasattr(queryset, "_iterated_flow"):
        return list((yield from queryset._iterated_flow()))
    return (yield from hook(list, queryset))


def _check_to_attr(model: Any, name: str) -> None:
    try:
        model._meta.get_field(name)
    except FieldDoesNotExist:
        return
    raise ValueError(f"to_attr={name} conflicts with a field on the {model.__name__} model.")


class _Place(NamedTuple):
    """Where the related objects of an instance are put."""

    lookup: Prefetch
    level: int
    to_attr: str
    as_attr: Any
    cache_name: str
    by_descriptor: bool

    def one(self, instance: Any, related: list[Any]) -> None:
        """Put the only related object, or None."""
        value = related[0] if related else None
        if self.as_attr:
            setattr(instance, self.to_attr, value)
        elif self.by_descriptor:
            # What is not a field decides itself how it remembers.
            setattr(instance, self.cache_name, value)
        else:
            instance._state.fields_cache[self.cache_name] = value

    def many(self, instance: Any, related: list[Any]) -> None:
        """Put the related objects: a list, or a queryset that has them as its rows."""
        if self.as_attr:
            setattr(instance, self.to_attr, related)
            return
        manager = getattr(instance, self.to_attr)
        is_leaf = self.lookup.prefetch_through.count(LOOKUP_SEP) == self.level
        if is_leaf and self.lookup.queryset is not None:
            queryset = manager._apply_rel_filters(self.lookup.queryset)
        else:
            queryset = manager.get_queryset()
        queryset._result_cache = related
        queryset._prefetch_done = True
        instance._prefetched_objects_cache[self.cache_name] = queryset


publish(
    __name__, "db.models.query", "aprefetch_related_objects get_prefetcher prefetch_related_objects"
)
