"""Advisory locks on files: ``with open(...) as f: locks.lock(f, locks.LOCK_EX)``.

`lock` and `unlock` take a file or a descriptor and return whether it worked. Where the platform has no
such locks they return what lets the caller go on: false from `lock`, true from `unlock`.
"""

from __future__ import annotations

import os
import sys
from typing import Any

__all__ = ("LOCK_EX", "LOCK_NB", "LOCK_SH", "lock", "unlock")


def _fd(f: Any) -> int:
    return f.fileno() if hasattr(f, "fileno") else f  # type: ignore[no-any-return]


if sys.platform == "win32":
    import msvcrt

    LOCK_SH = 0x0
    LOCK_NB = 0x1
    LOCK_EX = 0x2

    def lock(f: Any, flags: int) -> bool:
        """Lock the first byte of `f`, whatever is in it, which all who ask do alike."""
        position = os.lseek(_fd(f), 0, os.SEEK_CUR)
        try:
            os.lseek(_fd(f), 0, os.SEEK_SET)
            msvcrt.locking(_fd(f), msvcrt.LK_NBLCK if flags & LOCK_NB else msvcrt.LK_LOCK, 1)
        except OSError:
            return False
        finally:
            os.lseek(_fd(f), position, os.SEEK_SET)
        return True

    def unlock(f: Any) -> bool:
        """Give up the lock of `f`."""
        position = os.lseek(_fd(f), 0, os.SEEK_CUR)
        try:
            os.lseek(_fd(f), 0, os.SEEK_SET)
            msvcrt.locking(_fd(f), msvcrt.LK_UNLCK, 1)
        except OSError:
            return False
        finally:
            os.lseek(_fd(f), position, os.SEEK_SET)
        return True

else:
    import fcntl

    LOCK_SH = fcntl.LOCK_SH
    LOCK_NB = fcntl.LOCK_NB
    LOCK_EX = fcntl.LOCK_EX

    def lock(f: Any, flags: int) -> bool:
        """Lock `f`: shared or exclusive, waiting for it unless LOCK_NB is among the `flags`."""
        try:
            fcntl.flock(_fd(f), flags)
        except BlockingIOError:
            return False
        return True

    def unlock(f: Any) -> bool:
        """Give up the lock of `f`."""
        fcntl.flock(_fd(f), fcntl.LOCK_UN)
        return True
