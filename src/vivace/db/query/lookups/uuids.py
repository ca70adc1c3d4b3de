"""Lookups in UUIDs as texts, where the database stores them as such: without hyphens."""

from __future__ import annotations

from typing import Any

from vivace.db.query.func import Func
from vivace.db.query.lookups.comparison import IExact
from vivace.db.query.lookups.patterns import (
    Contains,
    EndsWith,
    IContains,
    IEndsWith,
    IStartsWith,
    StartsWith,
)
from vivace.db.query.values import Value
from vivace.db.schema.fields.texts import CharField
from vivace.db.schema.fields.values import UUIDField
from vivace.utils.naming import publish

__all__ = [
    "UUIDContains",
    "UUIDEndsWith",
    "UUIDIContains",
    "UUIDIEndsWith",
    "UUIDIExact",
    "UUIDIStartsWith",
    "UUIDStartsWith",
    "UUIDTextMixin",
]


class UUIDTextMixin:
    """Strips the hyphens off what is looked for."""

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        """The lookup; on a database without a type for UUIDs, with a text without hyphens."""
        if connection.features.has_native_uuid_field:
            return super().as_sql(compiler, connection)  # type: ignore[misc]
        bare = self.copy()  # type: ignore[attr-defined]
        rhs = Value(bare.rhs) if bare.rhs_is_direct_value() else bare.rhs
        bare.rhs = Func(
            rhs, Value("-"), Value(""), function="REPLACE", output_field=CharField()
        ).resolve_expression(compiler.query)
        return super(UUIDTextMixin, bare).as_sql(compiler, connection)  # type: ignore[misc]


@UUIDField.register_lookup
class UUIDIExact(UUIDTextMixin, IExact):
    """Equal, in any case."""


@UUIDField.register_lookup
class UUIDContains(UUIDTextMixin, Contains):
    """Containing the text."""


@UUIDField.register_lookup
class UUIDIContains(UUIDTextMixin, IContains):
    """Containing the text, in any case."""


@UUIDField.register_lookup
class UUIDStartsWith(UUIDTextMixin, StartsWith):
    """Beginning with the text."""


@UUIDField.register_lookup
class UUIDIStartsWith(UUIDTextMixin, IStartsWith):
    """Beginning with the text, in any case."""


@UUIDField.register_lookup
class UUIDEndsWith(UUIDTextMixin, EndsWith):
    """Ending with the text."""


@UUIDField.register_lookup
class UUIDIEndsWith(UUIDTextMixin, IEndsWith):
    """Ending with the text, in any case."""


publish(__name__, "db.models.lookups")
