"""Temporary files with a name.

The standard library's, at the address that code written for this framework imports them from. On
Windows its file cannot be opened a second time while it is open; there it is made to be.
"""

from __future__ import annotations

import os
import tempfile
from typing import Any

__all__ = ("NamedTemporaryFile", "gettempdir")

gettempdir = tempfile.gettempdir

if os.name == "nt":

    def NamedTemporaryFile(*args: Any, **kwargs: Any) -> Any:
        """`tempfile.NamedTemporaryFile`, deleted when closed, and open to others until then."""
        # O_TEMPORARY, which the default implies, locks others out.
        kwargs.setdefault("delete", False)
        return tempfile.NamedTemporaryFile(*args, **kwargs)

else:
    NamedTemporaryFile = tempfile.NamedTemporaryFile
