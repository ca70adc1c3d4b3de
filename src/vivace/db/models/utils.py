"""Tools of the ORM that packages import from here."""

from vivace.db.orm.querysets.callables import resolve_callables
from vivace.db.orm.querysets.named_rows import create_namedtuple_class, unpickle_named_row
from vivace.db.schema.alters_data import AltersData
from vivace.db.schema.references import make_model_tuple

__all__ = [
    "AltersData",
    "create_namedtuple_class",
    "make_model_tuple",
    "resolve_callables",
    "unpickle_named_row",
]
