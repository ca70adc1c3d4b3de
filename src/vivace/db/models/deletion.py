"""Deletion; its home is `vivace.db.orm.instances.deletion`."""

from vivace.db.orm.instances.deletion import (
    CASCADE,
    DO_NOTHING,
    PROTECT,
    RESTRICT,
    SET,
    SET_DEFAULT,
    SET_NULL,
    Collector,
    ProtectedError,
    RestrictedError,
    get_candidate_relations_to_delete,
)

__all__ = [
    "CASCADE",
    "DO_NOTHING",
    "PROTECT",
    "RESTRICT",
    "SET",
    "SET_DEFAULT",
    "SET_NULL",
    "Collector",
    "ProtectedError",
    "RestrictedError",
    "get_candidate_relations_to_delete",
]
