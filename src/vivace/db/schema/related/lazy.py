"""Relations to models that may not exist yet: ``"app.Model"``, ``"Model"``, ``"self"``."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from vivace.db.schema.references import make_model_tuple
from vivace.utils.naming import publish

__all__ = ["RECURSIVE_RELATIONSHIP_CONSTANT", "lazy_related_operation", "resolve_relation"]

#: As the target of a relation: the model that the relation is defined on.
RECURSIVE_RELATIONSHIP_CONSTANT = "self"


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
    meta = model._meta
    keys = [make_model_tuple(resolve_relation(model, related)) for related in related_models]
    own_key = meta.app_label, meta.model_name
    meta.apps.lazy_model_operation(partial(function, **kwargs), own_key, *keys)


publish(__name__, "db.models.fields.related")
