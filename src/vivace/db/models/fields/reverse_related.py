"""The other ends of relations; their home is `vivace.db.schema.related.rels`."""

from vivace.db.schema.related.rels import (
    ForeignObjectRel,
    ManyToManyRel,
    ManyToOneRel,
    OneToOneRel,
)

__all__ = ["ForeignObjectRel", "ManyToManyRel", "ManyToOneRel", "OneToOneRel"]
