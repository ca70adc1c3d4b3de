"""What storages have in common that take their options from settings unless told otherwise."""

from __future__ import annotations

import os
from typing import Any
from urllib.parse import urljoin

from vivace.conf import settings
from vivace.core.signals import setting_changed
from vivace.utils.encoding import filepath_to_uri
from vivace.utils.functional import cached_property

__all__ = ["StorageOptions", "StorageSettingsMixin"]

_PROPERTIES = {
    "MEDIA_ROOT": ("base_location", "location"),
    "MEDIA_URL": ("base_url",),
    "FILE_UPLOAD_PERMISSIONS": ("file_permissions_mode",),
    "FILE_UPLOAD_DIRECTORY_PERMISSIONS": ("directory_permissions_mode",),
}


class StorageSettingsMixin:
    """Cached properties that are read again when the setting behind them changes."""

    def _follow_settings(self) -> None:
        # The receiver is held weakly, and goes when the storage does.
        setting_changed.connect(self._clear_cached_properties)

    def _clear_cached_properties(self, setting: str, **kwargs: Any) -> None:
        for name in _PROPERTIES.get(setting, ()):
            self.__dict__.pop(name, None)

    def _value_or_setting(self, value: Any, setting: Any) -> Any:
        return setting if value is None else value


class StorageOptions(StorageSettingsMixin):
    """Where files are, the URL they are served below, and their modes: as given, or by the settings."""

    _location: Any
    _base_url: str | None
    _file_permissions_mode: int | None
    _directory_permissions_mode: int | None

    @cached_property
    def base_location(self) -> Any:
        """The directory as it was given."""
        return self._value_or_setting(self._location, settings.MEDIA_ROOT)

    @cached_property
    def location(self) -> str:
        """The directory as an absolute path."""
        location: str = os.path.abspath(self.base_location)
        return location

    @cached_property
    def base_url(self) -> str | None:
        """The URL below which the files are served; ends with a slash."""
        if self._base_url is not None and not self._base_url.endswith("/"):
            self._base_url += "/"
        url: str | None = self._value_or_setting(self._base_url, settings.MEDIA_URL)
        return url

    @cached_property
    def file_permissions_mode(self) -> int | None:
        """The mode of files; None leaves it to the system."""
        mode: int | None = self._value_or_setting(
            self._file_permissions_mode, settings.FILE_UPLOAD_PERMISSIONS
        )
        return mode

    @cached_property
    def directory_permissions_mode(self) -> int | None:
        """The mode of created directories; None leaves it to the system."""
        mode: int | None = self._value_or_setting(
            self._directory_permissions_mode, settings.FILE_UPLOAD_DIRECTORY_PERMISSIONS
        )
        return mode

    def url(self, name: str | None) -> str:
        """The URL of the file `name`, below ``base_url``."""
        if self.base_url is None:
            raise ValueError("This file is not accessible via a URL.")
        url: str | None = filepath_to_uri(name)
        return urljoin(self.base_url, (url or "").lstrip("/"))
