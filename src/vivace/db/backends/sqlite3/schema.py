"""How SQLite's tables are made and changed."""

from __future__ import annotations

from vivace.db.backends.base.schema import BaseDatabaseSchemaEditor


class DatabaseSchemaEditor(BaseDatabaseSchemaEditor):
    """Makes and changes tables of SQLite."""
