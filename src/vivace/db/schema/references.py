"""Models that are named before they exist: ``"app.Model"``."""

from __future__ import annotations

from typing import Any

__all__ = ["make_model_tuple"]


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
