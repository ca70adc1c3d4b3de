"""The methods that ``order_with_respect_to`` gives to both models of the relation."""

from collections.abc import Iterable
from functools import partialmethod
from typing import Any

from vivace.db.schema.related.lazy import lazy_related_operation
from vivace.db.utils import DEFAULT_DB_ALIAS
from vivace.utils.naming import publish

__all__ = [
    "add_order_methods",
    "make_foreign_order_accessors",
    "method_get_order",
    "method_set_order",
]


def add_order_methods(cls: Any) -> None:
    """Give `cls` its two methods, and the model that it is ordered by two of its own."""
    cls.get_next_in_order = partialmethod(cls._get_next_or_previous_in_order, is_next=True)
    cls.get_previous_in_order = partialmethod(cls._get_next_or_previous_in_order, is_next=False)
    relation = cls._meta.order_with_respect_to.remote_field
    # A relation without a column of its own has no model to put methods on.
    if relation:
        lazy_related_operation(make_foreign_order_accessors, cls, relation.model)


def make_foreign_order_accessors(model: Any, related_model: Any) -> None:
    """Give `related_model` ``get_MODEL_order`` and ``set_MODEL_order``."""
    name = model.__name__.lower()
    setattr(related_model, f"get_{name}_order", partialmethod(method_get_order, model))
    setattr(related_model, f"set_{name}_order", partialmethod(method_set_order, model))


def method_get_order(self: Any, ordered_obj: Any) -> Any:
    """The primary keys of the instances of `ordered_obj` that belong to this one, in order."""
    meta = ordered_obj._meta
    mine = meta.order_with_respect_to.get_forward_related_filter(self)
    return ordered_obj.objects.filter(**mine).values_list(meta.pk.name, flat=True)


def method_set_order(
    self: Any, ordered_obj: Any, id_list: Iterable[Any], using: str | None = None
) -> None:
    """Put the instances of `ordered_obj` with the primary keys `id_list` in that order."""
    mine = ordered_obj._meta.order_with_respect_to.get_forward_related_filter(self)
    manager = ordered_obj.objects.db_manager(using or DEFAULT_DB_ALIAS)
    manager.filter(**mine).bulk_update(
        [ordered_obj(pk=pk, _order=place) for place, pk in enumerate(id_list)], ["_order"]
    )


publish(
    __name__, "db.models.base", "make_foreign_order_accessors method_get_order method_set_order"
)
