"""Storages: where uploaded and collected files are kept."""

from typing import Any

from vivace.conf import DEFAULT_STORAGE_ALIAS
from vivace.core.files.storage.base import Storage
from vivace.core.files.storage.filesystem import FileSystemStorage
from vivace.core.files.storage.handler import InvalidStorageError, StorageHandler
from vivace.core.files.storage.memory import InMemoryStorage
from vivace.core.signals import setting_changed
from vivace.utils.functional import LazyObject, empty

__all__ = (
    "DefaultStorage",
    "FileSystemStorage",
    "InMemoryStorage",
    "InvalidStorageError",
    "Storage",
    "StorageHandler",
    "default_storage",
    "storages",
)


class DefaultStorage(LazyObject):
    """``storages["default"]``, looked up when first used."""

    def _setup(self) -> None:
        self._wrapped = storages[DEFAULT_STORAGE_ALIAS]


storages = StorageHandler()
default_storage: Any = DefaultStorage()


def _follow_settings(setting: str, **kwargs: Any) -> None:
    if setting in {"STORAGES", "STATIC_ROOT", "STATIC_URL"}:
        storages.forget()
        default_storage._wrapped = empty


setting_changed.connect(_follow_settings)
