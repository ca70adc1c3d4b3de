"""The connection over which mail is sent."""

from __future__ import annotations

from typing import Any

from vivace.conf import settings
from vivace.utils.module_loading import import_string


def get_connection(backend: str | None = None, fail_silently: bool = False, **kwds: Any) -> Any:
    """An instance of the backend at the path `backend`, or of the one that EMAIL_BACKEND names.

    `kwds` go to the backend's constructor.
    https://docs.djangoproject.com/en/5.2/topics/email/#obtaining-an-instance-of-an-email-backend
    """
    return import_string(backend or settings.EMAIL_BACKEND)(fail_silently=fail_silently, **kwds)
