"""Plans of shapes: SQL in the driver's style, a generated binder of the values, a loader of the rows.

A binder takes the values of a queryset and answers the parameters for the driver, or None where the
compatible way must decide: for an integer out of the column's range, say.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, NamedTuple

from vivace.codegen import Bindings, Source, compile_again
from vivace.core.exceptions import EmptyResultSet
from vivace.db.backends import zones
from vivace.db.contracts import Connection
from vivace.db.orm.querysets.reads import MAX_GET_RESULTS
from vivace.db.orm.road.shapes import Shape, lock
from vivace.db.orm.road.slots import Slot
from vivace.db.planner.load import InstanceShape, generate, is_plain, row_reader

__all__ = ["NO_PLAN", "Binder", "ReadPlan", "binder", "kept", "planned"]

Binder = Callable[[Sequence[Any], Any], tuple[Any, ...] | None]


class ReadPlan(NamedTuple):
    """What is executed for a shape on one database, and what becomes of the rows."""

    sql: str
    bind: Binder
    load: Callable[[Sequence[Any], str, Any], list[Any]]
    # Whether there is at most one row.
    single: bool = False


# What stands for a plan where a shape has none.
NO_PLAN: Any = None


def plan_rows(
    shape: Shape, connection: Connection, limit: int | None = None, ordered: bool = True
) -> Any:
    """The plan that fetches all rows of a shape, at most `limit`."""
    template = shape.template
    query = template._query
    if not ordered:
        query = query.chain()
        query.clear_ordering(force=True)
    compiler = query.get_compiler(using=connection.alias, connection=connection)
    try:
        sql, params = compiler.as_sql(with_limits=False)
    except EmptyResultSet:
        return NO_PLAN
    if compiler.has_extra_select or any(hasattr(each[0], "get_cols") for each in compiler.select):
        # Rows that have to be cut, or that have several columns for one value.
        return NO_PLAN
    tail = f" LIMIT {limit}" if limit is not None else _LIMITS[shape.limits]
    bind = binder(shape.slots, params, connection, shape.limits)
    if bind is None:
        return NO_PLAN
    load = _loader(template, compiler, connection)
    if load is None:
        return NO_PLAN
    # What a table of others holds, a view perhaps, need not be unique.
    managed = query.get_meta().managed
    single = managed and any(slot.unique for slot in shape.slots) and not _multiplies(query)
    return ReadPlan(connection.ops.native_sql(sql) + tail, bind, load, single)


def _multiplies(query: Any) -> bool:
    """Whether a row of the model may come several times, once for each row that it is joined with."""
    joined = [each.join_field for each in query.alias_map.values() if each.join_type is not None]
    return not all(each.many_to_one or each.one_to_one for each in joined)


# How the driver is told; the values come last.
_LIMITS = {"": "", "high": " LIMIT ?", "low": " LIMIT -1 OFFSET ?", "both": " LIMIT ? OFFSET ?"}


def _loader(template: Any, compiler: Any, connection: Connection) -> Any:
    select = compiler.select
    converters = compiler.get_converters([column[0] for column in select])
    if compiler.klass_info is None:
        read = row_reader(converters, connection)
        form = template._iterable_class(template)

        def load_rows(rows: Sequence[Any], db: str, connection: Connection) -> list[Any]:
            shaped: list[Any] = form.shape(list(map(read, rows)) if read else rows)
            return shaped

        return load_rows
    instances = InstanceShape(
        compiler.klass_info, converters, tuple(compiler.annotation_col_map.items()), len(select)
    )
    return generate(instances, connection) if is_plain(instances) else None


def plan_count(shape: Shape, connection: Connection) -> Any:
    """The plan that counts the rows of a shape."""
    return _single(shape, connection, shape.template._query.count_flow(connection))


def plan_exists(shape: Shape, connection: Connection) -> Any:
    """The plan that tells whether a shape has rows."""
    return _single(shape, connection, shape.template._query.exists_flow(connection))


def _as_they_are(rows: Sequence[Any], alias: str, connection: Connection) -> list[Any]:
    return list(rows)


def _single(shape: Shape, connection: Connection, flow: Any) -> Any:
    """The plan of an operation that fetches once: the call that it would make."""
    try:
        call = next(flow)
    except StopIteration:
        return NO_PLAN
    finally:
        flow.close()
    called, sql, params = call.args
    if called is not connection:
        return NO_PLAN
    bind = binder(shape.slots, params, connection)
    return bind and ReadPlan(connection.ops.native_sql(sql), bind, _as_they_are)


def binder(
    slots: tuple[Slot, ...], params: Sequence[Any], connection: Connection, limits: str = ""
) -> Binder | None:
    """The function that makes parameters of values; None if a mark is not where it should be."""
    source, bindings = Source(), Bindings()
    names = [f"v{number}" for number in range(len(slots))]
    encoded = [slot.encode(connection) for slot in slots]
    written = []
    used = set()
    for param in params:
        position = _position(param, encoded)
        if position is None:
            if any(slot.resembles(param) for slot in slots):
                return None
            written.append(bindings.bind(param, "constant"))
        else:
            used.add(position)
            written.append(slots[position].write_value(names[position], bindings.bind, connection))
    if len(used) != len(slots):
        return None
    written += _LIMIT_VALUES[limits]
    with source.block("def bind(values, connection):"):
        taken = [*names, *_LIMIT_NAMES[limits]]
        if taken:
            source.line(f"{', '.join(taken)}, = values")
        for slot, name in zip(slots, names, strict=True):
            check = slot.write_check(name, bindings.bind, connection)
            if check is not None:
                with source.block(f"if {check}:"):
                    source.line("return None")
        source.line(f"return ({''.join(value + ', ' for value in written)})")
    return compile_again("bind", str(source), bindings, filename="bind")


# The last values of a shape with limits, and what is bound of them.
_LIMIT_NAMES = {"": [], "high": ["high"], "low": ["low"], "both": ["low", "high"]}
_LIMIT_VALUES = {"": [], "high": ["high"], "low": ["low"], "both": ["high - low", "low"]}


def _position(param: Any, encoded: list[Any]) -> int | None:
    """The slot whose encoded mark `param` is."""
    for position, value in enumerate(encoded):
        if type(value) is type(param) and value == param:
            return position
    return None


_PLANNERS: dict[str, Callable[[Shape, Any], Any]] = {
    "rows": plan_rows,
    "get": partial(plan_rows, limit=MAX_GET_RESULTS, ordered=False),
    "count": plan_count,
    "exists": plan_exists,
}


def planned(shape: Shape, kind: str, connection: Connection) -> Any:
    """The plan of `kind` on the database of `connection`, made and kept; None if there is none."""
    make = _PLANNERS[kind]
    return kept(shape, (kind, connection.alias), lambda: make(shape, connection))


# How many plans a shape keeps: what is set or aggregated may be named by anybody.
_MOST_PLANS = 64


def kept(shape: Shape, key: Any, make: Callable[[], Any]) -> Any:
    """The plan that `make` makes, kept under `key`; None if there is none.

    There is none if it cannot be made, for the compatible way says what is wrong, and if its SQL names
    the time zone that is current now.
    """
    with lock:
        before = zones.times_asked()
        try:
            plan = make()
        except Exception:
            plan = NO_PLAN
        if zones.times_asked() != before:
            plan = NO_PLAN
        if len(shape.plans) >= _MOST_PLANS:
            shape.plans.clear()
        shape.plans[key] = plan
        return plan
