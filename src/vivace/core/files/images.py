"""Images: files that know their dimensions. Needs Pillow, which is imported when first needed."""

from __future__ import annotations

import struct
import zlib
from typing import Any

from vivace.core.files.base import File

__all__ = ["ImageFile", "get_image_dimensions"]

# The dimensions stand at the front of nearly every image; this is read first, then twice as much.
FIRST_CHUNK = 1024


class ImageFile(File):
    """A file with ``width`` and ``height`` in pixels; both are None when it is not an image."""

    @property
    def width(self) -> int | None:
        """The width in pixels."""
        return self._get_image_dimensions()[0]

    @property
    def height(self) -> int | None:
        """The height in pixels."""
        return self._get_image_dimensions()[1]

    def _get_image_dimensions(self) -> tuple[int | None, int | None]:
        if not hasattr(self, "_dimensions_cache"):
            close = self.closed
            self.open()
            self._dimensions_cache = get_image_dimensions(self, close=close)
        return self._dimensions_cache


def get_image_dimensions(file_or_path: Any, close: bool = False) -> tuple[int | None, int | None]:
    """The (width, height) of an open file or of the file at a path; (None, None) if it has none.

    With `close` an open file is closed at the end, else its position is restored.
    """
    from PIL import ImageFile as PillowImageFile  # type: ignore[import-not-found,unused-ignore]

    parser = PillowImageFile.Parser()
    if hasattr(file_or_path, "read"):
        file = file_or_path
        position = file.tell()
        file.seek(0)
    else:
        try:
            file = open(file_or_path, "rb")  # noqa: SIM115
        except OSError:
            return (None, None)
        close = True
    try:
        return _feed(parser, file)
    finally:
        if close:
            file.close()
        else:
            file.seek(position)


def _feed(parser: Any, file: Any) -> tuple[int | None, int | None]:
    # SECURITY: the pieces double, and reading ends as soon as the answer is known (CVE-2012-3444).
    chunk_size = FIRST_CHUNK
    while data := file.read(chunk_size):
        try:
            parser.feed(data)
        except zlib.error as error:
            # Pillow says this of data that is cut short, which more data mends.
            if not error.args[0].startswith("Error -5"):
                raise
        except struct.error:
            # An image too short for its header; more may follow.
            pass
        except RuntimeError:
            # Also what it says of some formats that it has not seen enough of.
            pass
        if parser.image:
            size: tuple[int, int] = parser.image.size
            return size
        chunk_size *= 2
    return (None, None)
