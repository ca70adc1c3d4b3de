"""What storages have in common that take their options from settings unless told otherwise."""

from __future__ import annotations

from typing import Any
from urllib.parse import urljoin

from vivace.conf import settings
from vivace.core.signals import setting_changed
from vivace.utils.encoding import filepath_to_uri

__all__ = ["StorageSettingsMixin"]

_PROPERTIES = {
    "MEDIA_ROOT": ("base_location", "location"),
    "MEDIA_URL": ("base_url",),
    "FILE_UPLOAD_PERMISSIONS": ("file_permissions_mode",),
    "FILE_UPLOAD_DIRECTORY_PERMISSIONS": ("directory_permissions_mode",),
}


class StorageSettingsMixin:
    """Cached properties that are read again when the setting behind them changes."""

    _base_url: str | None
    base_url: str | None

    def _follow_settings(self) -> None:
        # The receiver is held weakly, and goes when the storage does.
        setting_changed.connect(self._clear_cached_properties)

    def _clear_cached_properties(self, setting: str, **kwargs: Any) -> None:
        for name in _PROPERTIES.get(setting, ()):
            self.__dict__.pop(name, None)

    def _value_or_setting(self, value: Any, setting: Any) -> Any:
        return setting if value is None else value

    def _url_with_slash(self) -> str | None:
        if self._base_url is not None and not self._base_url.endswith("/"):
            self._base_url += "/"
        return self._value_or_setting(  # type: ignore[no-any-return]
            self._base_url, settings.MEDIA_URL
        )

    def url(self, name: str | None) -> str:
        """The URL of the file `name`, below ``base_url``."""
        if self.base_url is None:
            raise ValueError("This file is not accessible via a URL.")
        url: str | None = filepath_to_uri(name)
        return urljoin(self.base_url, (url or "").lstrip("/"))
