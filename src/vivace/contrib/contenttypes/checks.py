"""The checks of generic foreign keys, and of models' names, which content types store."""

from collections.abc import Iterable
from itertools import chain
from typing import Any

from vivace.apps.registry import apps
from vivace.checks import CheckMessage, Error
from vivace.utils.module_loading import import_string

__all__ = ["check_generic_foreign_keys", "check_model_name_lengths"]

LONGEST_NAME = 100


def _models(app_configs: Iterable[Any] | None) -> Iterable[Any]:
    if app_configs is None:
        return apps.get_models()
    return chain.from_iterable(app_config.get_models() for app_config in app_configs)


def check_generic_foreign_keys(app_configs: Any = None, **kwargs: Any) -> list[CheckMessage]:
    """The checks of each generic foreign key."""
    # Fields need models, which are not there yet when the application's configuration is read.
    field_class = import_string("vivace.contrib.contenttypes.fields.GenericForeignKey")
    return [
        error
        for model in _models(app_configs)
        for value in vars(model).values()
        if isinstance(value, field_class)
        for error in value.check()
    ]


def check_model_name_lengths(app_configs: Any = None, **kwargs: Any) -> list[CheckMessage]:
    """The names must fit into the column."""
    return [
        Error(
            f"Model names must be at most {LONGEST_NAME} characters (got "
            f"{len(model._meta.model_name)}).",
            obj=model,
            id="contenttypes.E005",
        )
        for model in _models(app_configs)
        if len(model._meta.model_name) > LONGEST_NAME
    ]
