"""A door to ``vivace.pipeline.handler``."""

from vivace.pipeline.handler import BaseHandler
from vivace.urls import reset_urlconf

__all__ = ["BaseHandler", "reset_urlconf"]
