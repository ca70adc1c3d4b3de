"""A door to ``vivace.pipeline.handler``."""

from vivace.pipeline.handler import BaseHandler

__all__ = ["BaseHandler"]
