"""What a statement's error means on the road: the error of this package, and the transaction's state."""

from __future__ import annotations

from vivace.db.contracts import Connection

__all__ = ["failed"]


def failed(connection: Connection, exc: Exception) -> BaseException:
    """The error to raise for `exc` of a statement that writes.

    As with `transaction.mark_for_rollback_on_error`: an open transaction can only be rolled back now.
    """
    error: BaseException = connection.wrap_database_errors.translated(exc)
    if connection.in_atomic_block:
        connection.needs_rollback = True
        connection.rollback_exc = error
    return error
