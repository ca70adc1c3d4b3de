"""The columns of a model's own table, as most statements select them: worked out once.

PERF: the SQL of these columns and the converters of their values take a third of the time that a
statement is compiled in, and are the same each time. They are kept with the operations of a
connection, which belong to one thread and one kind of database, until a model or a lookup changes.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from vivace.db.query.expressions import Col
from vivace.db.schema.registry import on_change

__all__ = ["OwnColumns", "converters_of", "own_columns"]

# Aliases kept by connection; a program has few of them, but may make them up.
CAPACITY = 500


class OwnColumns(NamedTuple):
    """All columns of a model without parents, under one alias."""

    # With their SQL, and the names they are selected under: none.
    columns: tuple[tuple[Any, tuple[str, Any], None], ...]
    attnames: tuple[str, ...]
    fields: tuple[Any, ...]


class _Kept:
    """What is kept with one connection's operations."""

    def __init__(self) -> None:
        self.epoch = _epoch
        self.columns: dict[tuple[Any, str, str], OwnColumns | None] = {}
        # By the identity of columns, which are kept above.
        self.converters: dict[int, list[Any]] = {}


_epoch = object()


def _changed() -> None:
    global _epoch
    _epoch = object()


on_change(_changed)


def _kept(connection: Any) -> _Kept:
    state = connection.ops.__dict__
    kept: _Kept | None = state.get("_kept_columns")
    if kept is None or kept.epoch is not _epoch or len(kept.columns) > CAPACITY:
        kept = state["_kept_columns"] = _Kept()
    return kept


def own_columns(compiler: Any, opts: Any, alias: str | None) -> OwnColumns | None:
    """The columns of the table of `opts` under `alias`; None where each must be asked."""
    if opts is None or alias is None:
        return None
    kept = _kept(compiler.connection)
    key = opts.model, alias, compiler.quote_name_unless_alias(alias)
    try:
        return kept.columns[key]
    except KeyError:
        found = kept.columns[key] = _worked_out(compiler, opts, alias)
        if found is not None:
            for column, _, _ in found.columns:
                kept.converters[id(column)] = _converters(compiler.connection, column)
        return found


def converters_of(connection: Any, expressions: Iterable[Any]) -> dict[int, tuple[list[Any], Any]]:
    """What turns the database's values into Python's: converters by position of the column."""
    kept = _kept(connection).converters
    converters = {}
    for position, expression in enumerate(expressions):
        if expression:
            found = kept.get(id(expression))
            if found is None:
                found = _converters(connection, expression)
            if found:
                converters[position] = (found, expression)
    return converters


def _converters(connection: Any, expression: Any) -> list[Any]:
    return [
        *connection.ops.get_db_converters(expression),
        *expression.get_db_converters(connection),
    ]


def _worked_out(compiler: Any, opts: Any, alias: str) -> OwnColumns | None:
    fields = tuple(opts.concrete_fields)
    columns = [field.get_col(alias) for field in fields]
    if not all(_is_plain(*each, opts) for each in zip(fields, columns, strict=True)):
        return None
    return OwnColumns(
        tuple(
            (column, column.select_format(compiler, *compiler.compile(column)), None)
            for column in columns
        ),
        tuple(field.attname for field in fields),
        fields,
    )


def _is_plain(field: Any, column: Any, opts: Any) -> bool:
    """Whether the column is of the model's own table, and no project has a part in it."""
    return bool(
        field.model._meta.concrete_model is opts.model
        and type(column) is Col
        and all(
            _is_ours(getattr(type(each), name))
            for each in (field, column.output_field)
            for name in ("get_col", "select_format", "get_db_converters")
        )
    )


def _is_ours(function: Any) -> bool:
    return getattr(function, "__module__", "").startswith("vivace.db.")
