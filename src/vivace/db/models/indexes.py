"""Django's address for indexes; their home is `vivace.db.query.indexes`."""

from vivace.db.query.indexes import Index, IndexExpression

__all__ = ["Index", "IndexExpression"]
