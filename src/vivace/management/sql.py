"""What commands about whole databases share: emptying one, and telling that its tables are there.

Published at ``core.management.sql``.
"""

from __future__ import annotations

import sys
from typing import Any

from vivace.apps import apps
from vivace.db.models import signals

__all__ = ["emit_post_migrate_signal", "emit_pre_migrate_signal", "sql_flush"]


def sql_flush(
    style: Any, connection: Any, reset_sequences: bool = True, allow_cascade: bool = False
) -> list[str]:
    """The statements that empty the tables of all models."""
    tables = connection.introspection.django_table_names(only_existing=True, include_views=False)
    sql: list[str] = connection.ops.sql_flush(
        style, tables, reset_sequences=reset_sequences, allow_cascade=allow_cascade
    )
    return sql


def _emit(signal: Any, name: str, verbosity: int, interactive: bool, db: str, named: Any) -> None:
    for app_config in apps.get_app_configs():
        if app_config.models_module is None:
            continue
        if verbosity >= 2:
            stdout = named.get("stdout", sys.stdout)
            stdout.write(f"Running {name} handlers for application {app_config.label}")
        signal.send(
            sender=app_config,
            app_config=app_config,
            verbosity=verbosity,
            interactive=interactive,
            using=db,
            **named,
        )


def emit_pre_migrate_signal(verbosity: int, interactive: bool, db: str, **kwargs: Any) -> None:
    """Send ``pre_migrate`` for each application."""
    _emit(signals.pre_migrate, "pre-migrate", verbosity, interactive, db, kwargs)


def emit_post_migrate_signal(verbosity: int, interactive: bool, db: str, **kwargs: Any) -> None:
    """Send ``post_migrate`` for each application."""
    _emit(signals.post_migrate, "post-migrate", verbosity, interactive, db, kwargs)
