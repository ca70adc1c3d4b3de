"""The next and the previous instance, by a date or by the order within a related object."""

from typing import Any

from vivace.db.query.q import Q

__all__ = ["next_or_previous_by_field", "next_or_previous_in_order"]


def next_or_previous_by_field(
    instance: Any, field: Any, is_next: bool, lookups: dict[str, Any]
) -> Any:
    """The nearest instance after or before in `field`; equal dates go by primary key.

    Raises ``DoesNotExist`` of the class, or `ValueError` for an instance that is not saved.
    """
    if not instance._is_pk_set():
        raise ValueError("get_next/get_previous cannot be used on unsaved objects.")
    comparison, direction = ("gt", "") if is_next else ("lt", "-")
    name = field.name
    value = getattr(instance, field.attname)
    beyond = Q((name, value), (f"pk__{comparison}", instance.pk), _connector=Q.AND)
    beyond = Q(beyond, (f"{name}__{comparison}", value), _connector=Q.OR)
    found = (
        type(instance)
        ._default_manager.using(instance._state.db)
        .filter(**lookups)
        .filter(beyond)
        .order_by(f"{direction}{name}", f"{direction}pk")
    )
    try:
        return found[0]
    except IndexError:
        raise instance.DoesNotExist(
            f"{instance._meta.object_name} matching query does not exist."
        ) from None


def next_or_previous_in_order(instance: Any, is_next: bool) -> Any:
    """The neighbour by ``order_with_respect_to``; it is remembered on the instance."""
    cached_as = f"__{is_next}_order_cache"
    if not hasattr(instance, cached_as):
        comparison, direction = ("gt", "") if is_next else ("lt", "-")
        field = instance._meta.order_with_respect_to
        manager = type(instance)._default_manager
        place = manager.values("_order").filter(**{instance._meta.pk.name: instance.pk})
        neighbour = (
            manager.filter(**field.get_filter_kwargs_for_object(instance))
            .filter(**{f"_order__{comparison}": place})
            .order_by(f"{direction}_order")[:1]
            .get()
        )
        setattr(instance, cached_as, neighbour)
    return getattr(instance, cached_as)
