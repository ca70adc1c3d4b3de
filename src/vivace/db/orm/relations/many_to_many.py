"""Gives many-to-many fields what they put on models, and the base of the models between.

Apart from `accessors`, for the managers of these relations are the largest. PERF: programs without
such fields do without them.
"""

from __future__ import annotations

from vivace.db.orm.instances.model import Model
from vivace.db.orm.managers.many_to_many import ManyToManyDescriptor
from vivace.db.schema.related.many_to_many import ManyToManyField

__all__ = ["ManyToManyDescriptor", "ManyToManyField"]

ManyToManyField.accessor_class = ManyToManyDescriptor
ManyToManyField.through_base = Model
