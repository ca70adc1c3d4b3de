"""Files: what is uploaded, stored, moved and served."""

from vivace.core.files.base import File

__all__ = ["File"]
