"""The options of models; their home is `vivace.db.schema.options`."""

from vivace.db.schema.options import (
    DEFAULT_NAMES,
    EMPTY_RELATION_TREE,
    IMMUTABLE_WARNING,
    PROXY_PARENTS,
    Options,
    make_immutable_fields_list,
    normalize_together,
)

__all__ = [
    "DEFAULT_NAMES",
    "EMPTY_RELATION_TREE",
    "IMMUTABLE_WARNING",
    "PROXY_PARENTS",
    "Options",
    "make_immutable_fields_list",
    "normalize_together",
]
