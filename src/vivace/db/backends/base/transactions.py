"""Transactions and savepoints: the part of `BaseDatabaseWrapper` that `db.transaction` works with.

Defined by topics/db/transactions of the documentation ("Low-level APIs").
"""

from __future__ import annotations

import _thread
import logging
from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import Any

from vivace.db.backends.base.lifecycle import ConnectionLife
from vivace.db.backends.utils import debug_transaction
from vivace.db.backends.watching import Flag
from vivace.db.care import attend
from vivace.db.transaction import TransactionManagementError
from vivace.utils.asyncio import async_unsafe
from vivace.utils.naming import say


class ConnectionTransactions(ConnectionLife):
    """What is open on a connection: a transaction, savepoints, hooks for the commit."""

    # An error left the transaction broken: only rolling back is possible.
    needs_rollback: Any = Flag()

    def _initialise_state(self) -> None:
        self.autocommit = False
        self.in_atomic_block = False
        # Counts savepoints, for their ids.
        self.savepoint_state = 0
        self.savepoint_ids = []
        self.atomic_blocks = []
        # False where the outermost `atomic` found autocommit off: then it must not commit.
        self.commit_on_exit = True
        self.rollback_exc: BaseException | None = None
        self.close_at: float | None = None
        self.errors_occurred = False
        self.health_check_enabled = False
        self.health_check_done = False
        # (ids of the savepoints it depends on, function, robust)
        self.run_on_commit = []
        self.run_commit_hooks_on_set_autocommit_on = False

    # --- what the driver does

    def _commit(self) -> None:
        if self.connection is not None:
            self._of_driver("COMMIT", self.connection.commit)

    def _rollback(self) -> None:
        if self.connection is not None:
            self._of_driver("ROLLBACK", self.connection.rollback)

    def _of_driver(self, said: str, method: Callable[[], Any]) -> None:
        """Call a method of the driver's connection that stands for the statement `said`."""
        if self.queries_logged:  # type: ignore[attr-defined]
            with debug_transaction(self, said), self.wrap_database_errors:
                method()
            return
        try:
            method()
        except self.Database.Error as exc:
            raise self.translated(exc) from exc

    def _set_autocommit(self, autocommit: bool) -> None:
        raise NotImplementedError(
            "subclasses of BaseDatabaseWrapper may require a _set_autocommit() method"
        )

    def _savepoint(self, sid: str) -> None:
        self._run(self.ops.savepoint_create_sql(sid))

    def _savepoint_rollback(self, sid: str) -> None:
        self._run(self.ops.savepoint_rollback_sql(sid))

    def _savepoint_commit(self, sid: str) -> None:
        self._run(self.ops.savepoint_commit_sql(sid))

    def _run(self, sql: str) -> None:
        """Run a statement without parameters, by the short road if it is open."""
        if self.execute == self._execute_watched:  # type: ignore[attr-defined]
            with self.cursor() as cursor:  # type: ignore[attr-defined]
                cursor.execute(sql)
            return
        try:
            self.execute(sql)  # type: ignore[attr-defined]
        except self.Database.Error as exc:
            raise self.translated(exc) from exc

    def _savepoint_allowed(self) -> bool:
        # Outside a transaction a savepoint would be released at once.
        return bool(self.features.uses_savepoints and not self.get_autocommit())

    # --- commit and rollback

    @async_unsafe
    def commit(self) -> None:
        """Commit the transaction; the hooks run as soon as autocommit is back."""
        self.validate_thread_sharing()
        self.validate_no_atomic_block()
        self._commit()
        self.errors_occurred = False
        self.run_commit_hooks_on_set_autocommit_on = True

    @async_unsafe
    def rollback(self) -> None:
        """Roll the transaction back, and forget the hooks."""
        self.validate_thread_sharing()
        self.validate_no_atomic_block()
        self._rollback()
        self.errors_occurred = False
        if self.needs_rollback:
            self.needs_rollback = False
        self.run_on_commit = []

    # --- savepoints

    @async_unsafe
    def savepoint(self) -> str | None:
        """Make a savepoint and return its id; None where there is no transaction to have it in."""
        if not self._savepoint_allowed():
            return None
        thread = str(_thread.get_ident()).replace("-", "")
        self.savepoint_state += 1
        sid = f"s{thread}_x{self.savepoint_state}"
        self.validate_thread_sharing()
        self._savepoint(sid)
        return sid

    @async_unsafe
    def savepoint_rollback(self, sid: str) -> None:
        """Undo what happened since the savepoint, hooks included."""
        if not self._savepoint_allowed():
            return
        self.validate_thread_sharing()
        self._savepoint_rollback(sid)
        self.run_on_commit = [hook for hook in self.run_on_commit if sid not in hook[0]]

    @async_unsafe
    def savepoint_commit(self, sid: str) -> None:
        """Release the savepoint."""
        if not self._savepoint_allowed():
            return
        self.validate_thread_sharing()
        self._savepoint_commit(sid)

    @async_unsafe
    def clean_savepoints(self) -> None:
        """Start counting again for the ids of savepoints."""
        self.savepoint_state = 0

    # --- autocommit

    def get_autocommit(self) -> bool:
        """Whether each statement is a transaction of its own; connects if need be."""
        self.ensure_connection()
        return self.autocommit

    def set_autocommit(
        self, autocommit: bool, force_begin_transaction_with_broken_autocommit: bool = False
    ) -> None:
        """Turn autocommit on or off.

        For SQLite turning it off has no effect but that of a transaction begun here, and only if
        `force_begin_transaction_with_broken_autocommit` is true.
        """
        self.validate_no_atomic_block()
        self.close_if_health_check_failed()
        self.ensure_connection()
        begin = getattr(self, "_start_transaction_under_autocommit", None)
        if begin is not None and force_begin_transaction_with_broken_autocommit and not autocommit:
            begin()
        elif autocommit:
            self._set_autocommit(autocommit)
        else:
            with debug_transaction(self, "BEGIN"):
                self._set_autocommit(autocommit)
        self.autocommit = autocommit
        if not force_begin_transaction_with_broken_autocommit:
            # By `atomic` it is put back soon.
            self._look_after_autocommit()
        if autocommit and self.run_commit_hooks_on_set_autocommit_on:
            self.run_commit_hooks_on_set_autocommit_on = False
            if self.run_on_commit:
                self.run_and_clear_commit_hooks()

    def _look_after_autocommit(self) -> None:
        # The next request expects what the settings say.
        if self.autocommit != self.settings_dict["AUTOCOMMIT"]:
            attend(self)

    # --- the flag for rolling back

    def get_rollback(self) -> bool:
        """Whether the innermost `atomic` block will roll back."""
        if not self.in_atomic_block:
            raise TransactionManagementError(
                "The rollback flag doesn't work outside of an 'atomic' block."
            )
        return self.needs_rollback  # type: ignore[no-any-return]

    def set_rollback(self, rollback: bool) -> None:
        """Let the innermost `atomic` block roll back, or not."""
        if not self.in_atomic_block:
            raise TransactionManagementError(
                "The rollback flag doesn't work outside of an 'atomic' block."
            )
        self.needs_rollback = rollback

    def validate_no_atomic_block(self) -> None:
        """TransactionManagementError within `atomic`."""
        if self.in_atomic_block:
            raise TransactionManagementError("This is forbidden when an 'atomic' block is active.")

    def validate_no_broken_transaction(self) -> None:
        """TransactionManagementError if the transaction can only be rolled back."""
        if self.needs_rollback:
            raise TransactionManagementError(
                "An error occurred in the current transaction. You can't "
                "execute queries until the end of the 'atomic' block."
            ) from self.rollback_exc

    # --- constraints

    @contextmanager
    def constraint_checks_disabled(self) -> Generator[None, None, None]:
        """Do not check foreign keys within."""
        disabled = self.disable_constraint_checking()
        try:
            yield
        finally:
            if disabled:
                self.enable_constraint_checking()

    def disable_constraint_checking(self) -> bool:
        """Stop checking foreign keys; whether that was possible and must be undone."""
        return False

    def enable_constraint_checking(self) -> None:
        """Check foreign keys again."""

    def check_constraints(self, table_names: Any = None) -> None:
        """IntegrityError if rows of these tables, or of any, refer to rows that do not exist."""

    # --- hooks

    def on_commit(self, func: Callable[[], Any], robust: bool = False) -> None:
        """Call `func` when the transaction is committed; now, if there is none."""
        if not callable(func):
            raise TypeError("on_commit()'s callback must be a callable.")
        if self.in_atomic_block:
            self.run_on_commit.append((set(self.savepoint_ids), func, robust))
        elif not self.get_autocommit():
            raise TransactionManagementError(
                "on_commit() cannot be used in manual transaction management"
            )
        elif robust:
            _call_robustly(func, "Error calling %s in on_commit() (%%s).")
        else:
            func()

    def run_and_clear_commit_hooks(self) -> None:
        """Run what `on_commit` was given, in that order."""
        self.validate_no_atomic_block()
        hooks = self.run_on_commit
        self.run_on_commit = []
        while hooks:
            _, func, robust = hooks.pop(0)
            if robust:
                _call_robustly(func, "Error calling %s in on_commit() during transaction (%%s).")
            else:
                func()


def _call_robustly(func: Callable[[], Any], message: str) -> None:
    try:
        func()
    except Exception as exc:
        name = getattr(func, "__qualname__", func)
        logging.getLogger(say("db.backends.base")).error(message % name, exc, exc_info=True)
