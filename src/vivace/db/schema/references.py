"""Models that are named before they exist: ``"app.Model"``, ``"Model"``, ``"self"``."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

__all__ = [
    "RECURSIVE_RELATIONSHIP_CONSTANT",
    "lazy_related_operation",
    "make_model_tuple",
    "resolve_relation",
]

#: As the target of a relation: the model that the relation is defined on.
RECURSIVE_RELATIONSHIP_CONSTANT = "self"


def make_model_tuple(model: Any) -> tuple[str, str]:
    """``(app_label, model_name)`` of a model, of ``"app_label.ModelName"`` or of such a tuple.

    The name is in lower case. Raises `ValueError` for anything else.
    """
    try:
        if isinstance(model, tuple):
            app_label, name = model
        elif isinstance(model, str):
            app_label, name = model.split(".")
        else:
            return model._meta.app_label, model._meta.model_name
        return app_label, name.lower()
    except (ValueError, AttributeError):
        raise ValueError(
            f"Invalid model reference '{model}'. String model references "
            "must be of the form 'app_label.ModelName'."
        )


def resolve_relation(scope_model: Any, relation: Any) -> Any:
    """The model, or the full name of the model, that `relation` means within `scope_model`."""
    if relation == RECURSIVE_RELATIONSHIP_CONSTANT:
        relation = scope_model
    if isinstance(relation, str) and "." not in relation:
        return f"{scope_model._meta.app_label}.{relation}"
    return relation


def lazy_related_operation(
    function: Callable[..., None], model: Any, *related_models: Any, **kwargs: Any
) -> None:
    """Call ``function(model, *related_models, **kwargs)`` when all those models are registered.

    `related_models` are models or names, relative to `model`.
    """
    models = [model] + [resolve_relation(model, related) for related in related_models]
    keys = [make_model_tuple(each) for each in models]
    model._meta.apps.lazy_model_operation(partial(function, **kwargs), *keys)
