"""Constants of the ORM; their home is `vivace.db.schema.constants`."""

from vivace.db.schema.constants import LOOKUP_SEP, OnConflict

__all__ = ["LOOKUP_SEP", "OnConflict"]
