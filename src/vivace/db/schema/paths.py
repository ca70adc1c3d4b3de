"""One step along a relation, from one model's options to another's."""

from __future__ import annotations

from typing import Any, NamedTuple

from vivace.utils.naming import published

__all__ = ["PathInfo"]


@published("db.models.query_utils.PathInfo")
class PathInfo(NamedTuple):
    """A step that a lookup's path takes; a relation may need several.

    `direct` is true where the column that points is in `from_opts`, `m2m` where one row may meet many.
    """

    from_opts: Any
    to_opts: Any
    target_fields: Any
    join_field: Any
    m2m: bool
    direct: bool
    filtered_relation: Any
