"""Test databases of SQLite: in memory, shared by threads, unless ``TEST`` names a file."""

from __future__ import annotations

import multiprocessing
import os
import shutil
import sqlite3
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

from vivace.db.backends.base.creation import BaseDatabaseCreation

# A database in WAL mode has these beside it while it is open.
_BESIDE = ("-wal", "-shm", "-journal")


class DatabaseCreation(BaseDatabaseCreation):
    """Creates and destroys test databases of SQLite."""

    @staticmethod
    def is_in_memory_db(database_name: Any) -> bool:
        """Whether a database of that name is in memory only."""
        return not isinstance(database_name, Path) and (
            database_name == ":memory:" or "mode=memory" in database_name
        )

    def _get_test_db_name(self) -> str:
        name = self.connection.settings_dict["TEST"]["NAME"] or ":memory:"
        if name == ":memory:":
            return f"file:memorydb_{self.connection.alias}?mode=memory&cache=shared"
        return name

    def _create_test_db(self, verbosity: int, autoclobber: bool, keepdb: bool = False) -> str:
        name = self._get_test_db_name()
        if not self.is_in_memory_db(name) and not keepdb and os.access(name, os.F_OK):
            if verbosity >= 1:
                display = self._get_database_display_str(verbosity, name)
                self.log(f"Destroying old test database for alias {display}...")
            if not autoclobber:
                answer = input(
                    f"Type 'yes' if you would like to try deleting the test database '{name}', "
                    "or 'no' to cancel: "
                )
                if answer != "yes":
                    self.log("Tests cancelled.")
                    sys.exit(1)
            try:
                _remove(name)
            except OSError as exc:
                self.log(f"Got an error deleting the old test database: {exc}")
                sys.exit(2)
        return name

    def get_test_db_clone_settings(self, suffix: Any) -> dict[str, Any]:
        original = self.connection.settings_dict
        name = original["NAME"]
        if self.is_in_memory_db(name):
            if _forks():
                return original  # type: ignore[no-any-return]
            # A process that begins with nothing reads it from a file.
            return {**original, "NAME": f"{self.connection.alias}_{suffix}.sqlite3"}
        root, extension = os.path.splitext(name)
        return {**original, "NAME": f"{root}_{suffix}{extension}"}

    def _clone_test_db(self, suffix: str, verbosity: int, keepdb: bool = False) -> None:
        source = self.connection.settings_dict["NAME"]
        target = self.get_test_db_clone_settings(suffix)["NAME"]
        in_memory = self.is_in_memory_db(source)
        if in_memory and _forks():
            # The processes begin with a copy of this one's memory.
            return
        if os.access(target, os.F_OK):
            if keepdb:
                return
            if verbosity >= 1:
                display = self._get_database_display_str(verbosity, target)
                self.log(f"Destroying old test database for alias {display}...")
            try:
                _remove(target)
            except OSError as exc:
                self.log(f"Got an error deleting the old test database: {exc}")
                sys.exit(2)
        try:
            if in_memory:
                self.connection.ensure_connection()
                with closing(sqlite3.connect(target)) as copied:
                    self.connection.connection.backup(copied)
                return
            # What was written last may not be in the file itself yet.
            self.connection.close()
            shutil.copy(source, target)
        except OSError as exc:
            self.log(f"Got an error cloning the test database: {exc}")
            sys.exit(2)

    def _destroy_test_db(self, test_database_name: str, verbosity: int) -> None:
        if test_database_name and not self.is_in_memory_db(test_database_name):
            _remove(test_database_name)

    def test_db_signature(self) -> tuple[Any, ...]:
        name = self._get_test_db_name()
        signature = [self.connection.settings_dict["NAME"]]
        # Databases in memory are told apart by their alias.
        signature.append(self.connection.alias if self.is_in_memory_db(name) else name)
        return tuple(signature)

    def setup_worker_connection(self, _worker_id: Any) -> None:
        connection = self.connection
        alias = connection.alias
        if not self.is_in_memory_db(connection.settings_dict["NAME"]):
            # The settings may be shared: they are changed, not replaced.
            connection.settings_dict.update(self.get_test_db_clone_settings(_worker_id))
            connection.close()
            return
        source = connection.connection
        if not _forks():
            clone = self.get_test_db_clone_settings(_worker_id)["NAME"]
            source = sqlite3.connect(f"file:{clone}?mode=ro", uri=True)
        # With a name of its own nothing is shared by accident.
        name = f"file:memorydb_{alias}_{_worker_id}?mode=memory&cache=shared"
        connection.settings_dict["NAME"] = name
        # What came along stays open: closing it would not be this process's to do.
        connection.connection = None
        connection.connect()
        if source is not None:
            source.backup(connection.connection)
        if not _forks():
            source.close()


def _forks() -> bool:
    return multiprocessing.get_start_method() == "fork"


def _remove(name: str) -> None:
    os.remove(name)
    for ending in _BESIDE:
        Path(f"{name}{ending}").unlink(missing_ok=True)
