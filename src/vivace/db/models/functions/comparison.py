"""Django's address for these functions; their home is `vivace.db.query.functions.comparison`."""

from vivace.db.query.functions.comparison import Cast, Coalesce, Collate, Greatest, Least, NullIf

__all__ = ["Cast", "Coalesce", "Collate", "Greatest", "Least", "NullIf"]
