"""Fetching what a shape's plan asks for: the driver is called, and the rows are loaded."""

from __future__ import annotations

from typing import Any, cast

from vivace.db import connections
from vivace.db.orm.road import plans
from vivace.db.orm.road.shapes import EPOCH, Shape
from vivace.db.utils import DEFAULT_DB_ALIAS
from vivace.utils import asyncio as loops

__all__ = ["UNKNOWN", "fetch", "fetch_for_get"]

# A plan that was not made yet, a transition that was not tried yet.
UNKNOWN: Any = object()


def fetch(shape: Shape, kind: Any, alias: str, values: tuple[Any, ...]) -> list[Any] | None:
    """What the plan of `kind` finds; None where the compatible way must ask."""
    # In an event loop the compatible way says that this must not wait there.
    if shape.epoch is not EPOCH.value or loops._get_running_loop() is not None:
        return None
    connection = connections[alias]
    plan = shape.plans.get((kind, alias), UNKNOWN)
    if plan is UNKNOWN:
        plan = plans.planned(shape, kind, connection)
    if plan is None:
        return None
    params = plan.bind(values, connection)
    if params is None:
        return None
    try:
        rows = connection.execute(plan.sql, params).fetchall()
    except Exception as exc:
        error = connection.wrap_database_errors.translated(exc)
        raise error from error.__cause__
    return cast("list[Any]", plan.load(rows, alias, connection))


def fetch_for_get(shape: Shape, values: tuple[Any, ...]) -> list[Any] | None:
    """What `fetch` finds for get() on the default database.

    PERF: get() is asked for more than anything else, so its plan is at hand.
    """
    plan = shape.get_plan
    if plan is None or shape.epoch is not EPOCH.value or loops._get_running_loop() is not None:
        found = fetch(shape, "get", DEFAULT_DB_ALIAS, values)
        shape.get_plan = shape.plans.get(("get", DEFAULT_DB_ALIAS))
        return found
    try:
        connection = connections._connections.default
    except AttributeError:
        connection = connections[DEFAULT_DB_ALIAS]
    params = plan.bind(values, connection)
    if params is None:
        return None
    try:
        if plan.single:
            row = connection.execute(plan.sql, params).fetchone()
            rows: Any = () if row is None else (row,)
        else:
            rows = connection.execute(plan.sql, params).fetchall()
    except Exception as exc:
        error = connection.wrap_database_errors.translated(exc)
        raise error from error.__cause__
    return cast("list[Any]", plan.load(rows, DEFAULT_DB_ALIAS, connection))
