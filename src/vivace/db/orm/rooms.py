"""All rooms of the ORM: importing this has each install itself where the lower ones look for it.

What needs several rooms is installed here.
"""

from __future__ import annotations

from vivace.db.completion import completed
from vivace.db.orm import signals
from vivace.db.orm.instances import save
from vivace.db.orm.instances.model import Model
from vivace.db.orm.managers import manager  # noqa: F401
from vivace.db.orm.relations import many_to_many  # noqa: F401
from vivace.db.orm.relations.accessors import ForeignKeyDeferredAttribute
from vivace.db.orm.road.plain import install_construction
from vivace.db.planner import subqueries  # noqa: F401
from vivace.db.query import (  # noqa: F401
    aggregates,
    columns,
    expressions,
    functions,
    generated,
    json_lookups,
    lookups,
    related_lookups,
    tuple_lookups,
)
from vivace.db.schema.fields.files import FileDescriptor
from vivace.db.schema.fields.images import ImageField

__all__ = ["Model"]

ImageField.post_init = signals.post_init
install_construction(Model, ForeignKeyDeferredAttribute, FileDescriptor)
save.built_in.update(
    (name, getattr(Model, name))
    for name in (
        "_do_insert",
        "_do_update",
        "_prepare_related_fields_for_save",
        "_save_parents",
        "_save_table",
        "save",
        "save_base",
    )
)
completed()
