"""StorageHandler: the storages that the ``STORAGES`` setting names, made when first asked for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from vivace.conf import settings
from vivace.core.exceptions import ImproperlyConfigured
from vivace.utils.functional import cached_property
from vivace.utils.module_loading import import_string

__all__ = ["InvalidStorageError", "StorageHandler"]


class InvalidStorageError(ImproperlyConfigured):
    """There is no such storage, or its backend cannot be imported."""


class StorageHandler:
    """``storages[alias]``; `backends` is a mapping like the setting, by default the setting."""

    def __init__(self, backends: Mapping[str, Mapping[str, Any]] | None = None) -> None:
        self._backends = backends
        self._storages: dict[str, Any] = {}

    @cached_property
    def backends(self) -> dict[str, Any]:
        """A copy of the setting."""
        if self._backends is None:
            self._backends = settings.STORAGES.copy()
        return self._backends  # type: ignore[return-value]

    def __getitem__(self, alias: str) -> Any:
        try:
            return self._storages[alias]
        except KeyError:
            try:
                params = self.backends[alias]
            except KeyError:
                raise InvalidStorageError(
                    f"Could not find config for '{alias}' in settings.STORAGES."
                )
            storage = self._storages[alias] = self.create_storage(params)
            return storage

    def create_storage(self, params: Mapping[str, Any]) -> Any:
        """A storage of the class ``BACKEND`` with the arguments ``OPTIONS``."""
        options = dict(params)
        backend = options.pop("BACKEND")
        arguments = options.pop("OPTIONS", {})
        try:
            storage_class = import_string(backend)
        except ImportError as error:
            raise InvalidStorageError(f"Could not find backend {backend!r}: {error}") from error
        return storage_class(**arguments)

    def forget(self) -> None:
        """Read the setting anew, and make the storages anew, when asked next."""
        self.__dict__.pop("backends", None)
        self._backends = None
        self._storages = {}
