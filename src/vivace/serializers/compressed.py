"""How compressed fixtures are opened, by extension; some Pythons are built without a library."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from functools import partial
from typing import Any

bz2: Any
lzma: Any
try:
    import bz2
except ImportError:
    bz2 = None
try:
    import lzma
except ImportError:
    lzma = None

__all__ = ["READERS", "WRITERS"]

# ``READERS["gz"](path, mode)`` gives bytes, ``WRITERS[".gz"](path)`` takes text.
READERS: dict[str | None, tuple[Any, str | None]] = {"gz": (gzip.GzipFile, "rb")}
WRITERS: dict[str, Callable[[str], Any]] = {
    ".gz": partial(gzip.open, mode="wt", encoding="utf-8"),
}
if bz2 is not None:
    READERS["bz2"] = (bz2.BZ2File, "r")
    WRITERS[".bz2"] = partial(bz2.open, mode="wt", encoding="utf-8")
if lzma is not None:
    READERS["lzma"] = READERS["xz"] = (lzma.LZMAFile, "r")
    WRITERS[".xz"] = partial(lzma.open, mode="wt", encoding="utf-8")
    WRITERS[".lzma"] = partial(lzma.open, mode="wt", format=lzma.FORMAT_ALONE, encoding="utf-8")
