"""The command-line client of SQLite."""

from __future__ import annotations

from typing import Any

from vivace.db.backends.base.client import BaseDatabaseClient


class DatabaseClient(BaseDatabaseClient):
    """Runs ``sqlite3`` on the file."""

    executable_name = "sqlite3"

    @classmethod
    def settings_to_cmd_args_env(
        cls, settings_dict: dict[str, Any], parameters: Any
    ) -> tuple[list[Any], dict[str, str] | None]:
        return [cls.executable_name, settings_dict["NAME"], *parameters], None
