"""Django's address for constraints; their home is `vivace.db.query.constraints`."""

from vivace.db.query.constraints import (
    BaseConstraint,
    CheckConstraint,
    Deferrable,
    UniqueConstraint,
)

__all__ = ["BaseConstraint", "CheckConstraint", "Deferrable", "UniqueConstraint"]
