"""In which order models are written, so that rows come after those that their natural keys need."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from vivace.apps import apps


def sort_dependencies(app_list: Iterable[tuple[Any, Any]], allow_cycles: bool = False) -> list[Any]:
    """The models of `app_list`, pairs of an application and its models, each after what it needs.

    Without models, all of the application are meant. A model needs those in the ``dependencies`` of its
    ``natural_key``, and those with natural keys that it refers to. RuntimeError if they need each
    other, unless `allow_cycles`.
    """
    needs: dict[Any, set[Any]] = {}
    for app_config, model_list in app_list:
        for model in app_config.get_models() if model_list is None else model_list:
            needs[model] = _needs(model)
    order: list[Any] = []
    done: set[Any] = set()
    waiting = list(needs)
    while waiting:
        deferred = []
        for model in waiting:
            # What is not to be written is there already.
            if all(each in done or each not in needs for each in needs[model]):
                order.append(model)
                done.add(model)
            else:
                deferred.append(model)
        if len(deferred) == len(waiting):
            if not allow_cycles:
                names = ", ".join(sorted(model._meta.label for model in deferred))
                raise RuntimeError(
                    f"Can't resolve dependencies for {names} in serialized app list."
                )
            model = deferred.pop()
            order.append(model)
            done.add(model)
        # COMPAT: the order among those that waited is part of what is written.
        waiting = deferred[::-1]
    return order


def _needs(model: Any) -> set[Any]:
    natural_key = getattr(model, "natural_key", None)
    found = {apps.get_model(label) for label in getattr(natural_key, "dependencies", ())}
    for field in (*model._meta.fields, *model._meta.many_to_many):
        if not field.remote_field:
            continue
        through = getattr(field.remote_field, "through", None)
        if through is not None and not through._meta.auto_created:
            # Its rows are written after both.
            continue
        related = field.remote_field.model
        if hasattr(related, "natural_key") and related is not model:
            found.add(related)
    return found
