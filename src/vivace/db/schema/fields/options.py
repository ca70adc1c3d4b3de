"""The options of fields as type checkers see them; nothing here exists for the running program."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Protocol, TypedDict

__all__ = ["FieldOptions", "Resolvable"]


class Resolvable(Protocol):
    """An expression: what may stand for a value until the database computes it."""

    def resolve_expression(self, *args: Any, **kwargs: Any) -> Any: ...


class FieldOptions(TypedDict, total=False):
    """What every field takes besides ``null``, which decides the type of the value."""

    verbose_name: Any
    name: str | None
    primary_key: bool
    max_length: int | None
    unique: bool
    blank: bool
    db_index: bool
    rel: Any
    default: Any
    editable: bool
    serialize: bool
    unique_for_date: str | None
    unique_for_month: str | None
    unique_for_year: str | None
    choices: Any
    help_text: Any
    db_column: str | None
    db_tablespace: str | None
    auto_created: Any
    validators: Iterable[Callable[[Any], Any]]
    error_messages: Mapping[str, Any] | None
    db_comment: str | None
    db_default: Any
