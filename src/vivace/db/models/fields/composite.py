"""Composite primary keys; their home is `vivace.db.schema.fields.composite`."""

from vivace.db.schema.fields.composite import (
    AttributeSetter,
    CompositeAttribute,
    CompositePrimaryKey,
    unnest,
)

__all__ = ["AttributeSetter", "CompositeAttribute", "CompositePrimaryKey", "unnest"]
