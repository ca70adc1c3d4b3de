"""Plans of reading: SQL, its parameters, and what makes objects of the rows.

A plan holds no connection; it may be kept and used by many threads at once.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from vivace.db.contracts import Connection
from vivace.db.planner.load import InstanceShape, instance_loader, row_reader

__all__ = ["Plan", "plan_instances", "plan_rows"]


@dataclass(frozen=True, slots=True)
class Plan:
    """What is executed, and how its rows are loaded.

    `load` takes the rows and the alias of the database they came from.
    """

    sql: str
    params: Sequence[Any]
    load: Callable[[Sequence[Any], str], list[Any]]


def plan_instances(query: Any, connection: Connection) -> Plan:
    """The plan whose rows become instances; raises `EmptyResultSet` where nothing can match."""
    compiler = query.get_compiler(using=connection.alias, connection=connection)
    sql, params = compiler.as_sql()
    select = compiler.select
    shape = InstanceShape(
        compiler.klass_info,
        compiler.get_converters([column[0] for column in select]),
        tuple(compiler.annotation_col_map.items()),
        len(select),
    )
    loader = instance_loader(shape, connection)
    asked_for = _asked_for(compiler)

    def load(rows: Sequence[Any], alias: str) -> list[Any]:
        return loader(asked_for(rows) if asked_for else rows, alias, connection)

    return Plan(sql, params, load)


def plan_rows(query: Any, connection: Connection) -> Plan:
    """The plan whose rows stay tuples; raises `EmptyResultSet` where nothing can match."""
    compiler = query.get_compiler(using=connection.alias, connection=connection)
    sql, params = compiler.as_sql()
    converters = compiler.get_converters([column[0] for column in compiler.select])
    read = row_reader(converters, connection)
    asked_for = _asked_for(compiler)

    def load(rows: Sequence[Any], alias: str) -> list[Any]:
        if asked_for:
            rows = asked_for(rows)
        return list(map(read, rows)) if read else list(rows)

    return Plan(sql, params, load)


def _asked_for(compiler: Any) -> Callable[[Sequence[Any]], list[Any]] | None:
    """What makes of the database's rows those that were asked for; None if they are the same."""
    gather = _gathering([column[0] for column in compiler.select])
    if gather is not None:
        return lambda rows: list(map(gather, rows))
    if compiler.has_extra_select:
        cut = compiler.col_count
        return lambda rows: [row[:cut] for row in rows]
    return None


def _gathering(columns: Sequence[Any]) -> Callable[[Sequence[Any]], tuple[Any, ...]] | None:
    """What makes one value of the several columns of a composite key; None if there is no such key."""
    widths = [len(each.get_cols()) if hasattr(each, "get_cols") else 0 for each in columns]
    if not any(widths):
        return None

    def gather(row: Sequence[Any]) -> tuple[Any, ...]:
        # What is selected for the sake of ORDER BY alone comes last, and is left behind.
        values = iter(row)
        return tuple(tuple(islice(values, width)) if width else next(values) for width in widths)

    return gather
