"""Managers' methods that start on the fast road without a queryset in between.

A manager whose `get_queryset` is the documented one starts from the root of its model's shapes. Any
other builds its queryset and passes the call on.
"""

from __future__ import annotations

from typing import Any

from vivace.db import router
from vivace.db.orm.managers.base import BaseManager, shortcuts
from vivace.db.orm.querysets.reads import MAX_GET_RESULTS, only_row
from vivace.db.orm.road import shapes
from vivace.db.orm.road.fetching import fetch_for_get
from vivace.db.orm.road.plain import is_created_plainly
from vivace.db.orm.road.queryset import QuerySetRoad
from vivace.db.orm.road.saving import create_on_road, save_on_road
from vivace.db.orm.road.shapes import EPOCH, Shape
from vivace.db.utils import DEFAULT_DB_ALIAS

_new = object.__new__


def _root(manager: Any) -> Shape | None:
    """The shape that the querysets of `manager` start from; None if they are not plain."""
    if manager._db is not None or manager._hints:
        return None
    queryset_class = manager._queryset_class
    plain = (
        type(manager).get_queryset is BaseManager.get_queryset
        and issubclass(queryset_class, QuerySetRoad)
        and queryset_class._roadworthy
        and queryset_class.filter is QuerySetRoad.filter
        and queryset_class.get is QuerySetRoad.get
    )
    if not plain:
        return None
    # Copies of a manager, for another model or database, go without.
    shape: Shape = shapes.root(queryset_class, manager.model)
    manager._root_shape = shape
    return shape


def _filter(self: Any, *args: Any, **kwargs: Any) -> Any:
    # PERF: what is usual is looked up here, with as few steps as possible.
    shape = self._root_shape
    if shape is None or self._db is not None or shape.epoch is not EPOCH.value:
        shape = _root(self)
    if shape is not None and not args:
        if len(kwargs) == 1:
            for name, value in kwargs.items():
                found = shape.plain.get((name, type(value)))
                if found is not None:
                    queryset = _new(found.queryset_class)
                    queryset._shape = found
                    queryset._bound = (value,)
                    return queryset
        else:
            found = shape.plain.get((*kwargs, *map(type, kwargs.values())))
            if found is not None:
                queryset = _new(found.queryset_class)
                values = tuple(kwargs.values())
                queryset._shape = found
                queryset._bound = values
                return queryset
    return self.get_queryset().filter(*args, **kwargs)


def _get(self: Any, *args: Any, **kwargs: Any) -> Any:
    shape = self._root_shape
    if shape is None or self._db is not None or shape.epoch is not EPOCH.value:
        shape = _root(self)
    if shape is not None and not args and not router.routers:
        if len(kwargs) == 1:
            ((name, value),) = kwargs.items()
            values: tuple[Any, ...] = (value,)
            found = shape.plain.get((name, type(value)))
        else:
            values = tuple(kwargs.values())
            found = shape.plain.get((*kwargs, *map(type, values)))
        if found is not None:
            rows = fetch_for_get(found, values)
            if rows is not None:
                return rows[0] if len(rows) == 1 else only_row(self.model, rows, MAX_GET_RESULTS)
    return self.get_queryset().get(*args, **kwargs)


def _create(self: Any, **kwargs: Any) -> Any:
    shape = self._root_shape
    if shape is None or self._db is not None or shape.epoch is not EPOCH.value:
        shape = _root(self)
    if shape is not None and not router.routers:
        model = self.model
        instance = create_on_road(model, kwargs)
        if instance is None and is_created_plainly(model):
            instance = model(**kwargs)
        if instance is not None:
            if instance._state.adding and not save_on_road(instance, insert=True):
                instance.save(force_insert=True, using=DEFAULT_DB_ALIAS)
            return instance
    return self.get_queryset().create(**kwargs)


shortcuts[QuerySetRoad.filter] = _filter
shortcuts[QuerySetRoad.get] = _get
shortcuts[QuerySetRoad.create] = _create
