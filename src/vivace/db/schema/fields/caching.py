"""Related objects are kept beside the instance's values, in ``_state.fields_cache``."""

from __future__ import annotations

import warnings
from typing import Any

from vivace.db.schema.constants import NOT_PROVIDED
from vivace.utils.deprecation import RemovedInDjango60Warning
from vivace.utils.functional import cached_property
from vivace.utils.naming import publish

__all__ = ["FieldCacheMixin"]


class FieldCacheMixin:
    """Gives a relation its place in the cache of an instance."""

    def get_cache_name(self) -> str:
        """The old name of `cache_name`, for classes that override it."""
        raise NotImplementedError

    @cached_property
    def cache_name(self) -> str:
        """The key under which the related object is kept."""
        name = self.get_cache_name()
        warnings.warn(
            f"Override {self.__class__.__qualname__}.cache_name instead of get_cache_name().",
            RemovedInDjango60Warning,
            stacklevel=3,
        )
        return name

    def get_cached_value(self, instance: Any, default: Any = NOT_PROVIDED) -> Any:
        """The related object that `instance` keeps; `default`, or `KeyError`, if it keeps none."""
        try:
            return instance._state.fields_cache[self.cache_name]
        except KeyError:
            if default is NOT_PROVIDED:
                raise
            return default

    def is_cached(self, instance: Any) -> bool:
        """Whether `instance` keeps the related object, which may be None."""
        return self.cache_name in instance._state.fields_cache

    def set_cached_value(self, instance: Any, value: Any) -> None:
        """Have `instance` keep `value`."""
        instance._state.fields_cache[self.cache_name] = value

    def delete_cached_value(self, instance: Any) -> None:
        """Have `instance` forget the related object; `KeyError` if it keeps none."""
        del instance._state.fields_cache[self.cache_name]


publish(__name__, "db.models.fields.mixins")
