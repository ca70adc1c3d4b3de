"""Models; the home of what is here is `vivace.db.orm.model` and the modules beside it."""

from vivace.db.orm.metaclass import ModelBase, subclass_exception
from vivace.db.orm.model import Model, model_unpickle
from vivace.db.orm.model_init import DEFERRED, Deferred
from vivace.db.orm.model_order import (
    make_foreign_order_accessors,
    method_get_order,
    method_set_order,
)
from vivace.db.orm.state import ModelState, ModelStateFieldsCacheDescriptor

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
