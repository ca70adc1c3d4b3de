"""Models; their homes are in `vivace.db.orm.classes` and `vivace.db.orm.instances`."""

from vivace.db.orm.classes.metaclass import ModelBase, subclass_exception
from vivace.db.orm.classes.order import (
    make_foreign_order_accessors,
    method_get_order,
    method_set_order,
)
from vivace.db.orm.instances.init import DEFERRED, Deferred
from vivace.db.orm.instances.model import Model, model_unpickle
from vivace.db.orm.instances.state import ModelState, ModelStateFieldsCacheDescriptor

__all__ = [
    "DEFERRED",
    "Deferred",
    "Model",
    "ModelBase",
    "ModelState",
    "ModelStateFieldsCacheDescriptor",
    "make_foreign_order_accessors",
    "method_get_order",
    "method_set_order",
    "model_unpickle",
    "subclass_exception",
]
