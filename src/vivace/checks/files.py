"""Checks of the settings about files."""

from pathlib import Path
from typing import Any

from vivace.checks.messages import CheckMessage, Error
from vivace.checks.registry import Tags, register
from vivace.conf import settings


@register(Tags.files)
def check_setting_file_upload_temp_dir(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """FILE_UPLOAD_TEMP_DIR must be a directory."""
    directory = getattr(settings, "FILE_UPLOAD_TEMP_DIR", None)
    if directory and not Path(directory).is_dir():
        return [
            Error(
                "The FILE_UPLOAD_TEMP_DIR setting refers to the nonexistent directory "
                f"'{directory}'.",
                id="files.E001",
            )
        ]
    return []
