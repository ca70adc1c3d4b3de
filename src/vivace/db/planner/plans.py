"""Plans of reading: SQL, its parameters, and what makes objects of the rows.

A plan holds no connection; it may be kept and used by many threads at once.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

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


def plan_instances(query: Any, connection: Any) -> Plan:
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
    cut = compiler.col_count if compiler.has_extra_select else None

    def load(rows: Sequence[Any], alias: str) -> list[Any]:
        if cut is not None:
            rows = [row[:cut] for row in rows]
        return loader(rows, alias, connection)

    return Plan(sql, params, load)


def plan_rows(query: Any, connection: Any) -> Plan:
    """The plan whose rows stay tuples; raises `EmptyResultSet` where nothing can match."""
    compiler = query.get_compiler(using=connection.alias, connection=connection)
    sql, params = compiler.as_sql()
    converters = compiler.get_converters([column[0] for column in compiler.select])
    read = row_reader(converters, connection)
    cut = compiler.col_count if compiler.has_extra_select else None

    def load(rows: Sequence[Any], alias: str) -> list[Any]:
        if cut is not None:
            rows = [row[:cut] for row in rows]
        return list(map(read, rows)) if read else list(rows)

    return Plan(sql, params, load)
