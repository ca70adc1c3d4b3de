"""The database's own command-line client (``dbshell``)."""

from __future__ import annotations

import os
import subprocess
from typing import Any


class BaseDatabaseClient:
    """Runs the client; `connection` says where to."""

    # The client's name; each backend gives it.
    executable_name: str | None = None

    def __init__(self, connection: Any) -> None:
        self.connection = connection

    @classmethod
    def settings_to_cmd_args_env(
        cls, settings_dict: dict[str, Any], parameters: Any
    ) -> tuple[list[Any], dict[str, str] | None]:
        """The command line, and what to add to the environment or None."""
        raise NotImplementedError(
            "subclasses of BaseDatabaseClient must provide a "
            "settings_to_cmd_args_env() method or override a runshell()."
        )

    def runshell(self, parameters: Any) -> None:
        """Run the client with further `parameters`, until it ends; CalledProcessError if it fails."""
        args, env = self.settings_to_cmd_args_env(self.connection.settings_dict, parameters)
        subprocess.run(args, env={**os.environ, **env} if env else None, check=True)
