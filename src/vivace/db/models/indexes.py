"""Django's address for indexes; their home is `vivace.db.query.indexes`."""

from vivace.db.query.index_expressions import IndexExpression
from vivace.db.query.indexes import Index

__all__ = ["Index", "IndexExpression"]
