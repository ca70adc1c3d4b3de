"""A door to ``vivace.pipeline.handler``, and the place to replace what imports the middleware."""

from vivace.pipeline.handler import BaseHandler
from vivace.utils.module_loading import import_string

__all__ = ["BaseHandler", "import_string"]
