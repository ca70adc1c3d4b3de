"""Files: what is uploaded, stored, moved and served."""

from vivace.core.files.base import File
from vivace.utils.lazily import lazily

__all__ = ["File"]

# Submodules are there without an import of their own, as after Django's imports.
__getattr__, __dir__ = lazily(__name__, {})
