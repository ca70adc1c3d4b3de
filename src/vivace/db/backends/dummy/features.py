"""What a database that is not there can do."""

from __future__ import annotations

from vivace.db.backends.base.features import BaseDatabaseFeatures


class DummyDatabaseFeatures(BaseDatabaseFeatures):
    """The flags without a database."""

    supports_transactions = False
    uses_savepoints = False
