"""The clause that locks the rows a statement reads."""

from __future__ import annotations

from typing import Any

from vivace.core.exceptions import FieldError
from vivace.db.planner.columns import Loaded

__all__ = ["for_update_sql"]


def for_update_sql(compiler: Any) -> str:
    """``FOR UPDATE`` and its options, as select_for_update() was called."""
    query = compiler.query
    sql: str = compiler.connection.ops.for_update_sql(
        nowait=query.select_for_update_nowait,
        skip_locked=query.select_for_update_skip_locked,
        of=_locked_tables(compiler),
        no_key=query.select_for_no_key_update,
    )
    return sql


def _locked_tables(compiler: Any) -> list[str]:
    """What ``of=`` names, as the database wants it: tables, or columns of them."""
    names = compiler.query.select_for_update_of
    if not names:
        return []
    paths = _paths(compiler.klass_info)
    unknown = [name for name in names if name not in paths]
    if unknown:
        raise FieldError(
            "Invalid field name(s) given in select_for_update(of=(...)): "
            f"{', '.join(unknown)}. Only relational fields followed in the query are allowed. "
            f"Choices are: {', '.join(paths)}."
        )
    result = []
    for name in names:
        expression = compiler.select[paths[name]][0]
        if compiler.connection.features.select_for_update_of_column:
            result.append(compiler.compile(expression)[0])
        else:
            result.append(compiler.quote_name_unless_alias(expression.alias))
    return result


def _paths(loaded: Loaded | None) -> dict[str, int]:
    """The position of a column of each model that is read, by the path that leads to the model."""
    if loaded is None:
        return {}
    found = {"__".join(loaded.path) or "self": loaded.positions[0]}
    for child in loaded.children:
        if child.positions:
            found.update(_paths(child))
    return found
