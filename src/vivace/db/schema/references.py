"""Models that are named before they exist: ``"app.Model"``."""

from __future__ import annotations

from typing import Any

from vivace.utils.naming import publish

__all__ = ["make_model_tuple"]


def make_model_tuple(model: Any) -> tuple[str, str]:
    """``(app_label, model_name)`` of a model, of ``"app_label.ModelName"``; a tuple as it is.

    The name is in lower case. Raises `ValueError` for a string without exactly one dot.
    """
    if isinstance(model, tuple):
        return model
    if not isinstance(model, str):
        return model._meta.app_label, model._meta.model_name
    try:
        app_label, name = model.split(".")
    except ValueError:
        raise ValueError(
            f"Invalid model reference '{model}'. String model references "
            "must be of the form 'app_label.ModelName'."
        )
    return app_label, name.lower()


publish(__name__, "db.models.utils")
