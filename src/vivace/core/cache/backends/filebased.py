"""A cache in a directory, one file for each entry: the pickled time of its end, then its value.

The file's name is the MD5 of the key; the value is pickled and compressed. A file is written beside
its place and moved there, so that no reader sees half of it.
"""

from __future__ import annotations

import glob
import os
import pickle
import random
import tempfile
import time
import zlib
from hashlib import md5
from typing import IO, Any

from vivace.core.cache.backends.base import DEFAULT_TIMEOUT, BaseCache
from vivace.core.files import locks
from vivace.core.files.move import file_move_safe
from vivace.utils._os import safe_makedirs

__all__ = [
    "DEFAULT_TIMEOUT",
    "BaseCache",
    "FileBasedCache",
    "file_move_safe",
    "safe_makedirs",
]


class FileBasedCache(BaseCache):
    """The cache in the directory `dir`, which is made if it is not there."""

    cache_suffix = ".djcache"
    pickle_protocol = pickle.HIGHEST_PROTOCOL

    def __init__(self, dir: str | os.PathLike[str], params: dict[str, Any]) -> None:
        super().__init__(params)
        self._dir = os.path.abspath(dir)
        self._createdir()

    def add(
        self, key: Any, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: Any = None
    ) -> bool:
        if self.has_key(key, version):
            return False
        self.set(key, value, timeout, version)
        return True

    def get(self, key: Any, default: Any = None, version: Any = None) -> Any:
        fname = self._key_to_file(key, version)
        try:
            with open(fname, "rb") as f:
                if not self._is_expired(f):
                    return pickle.loads(zlib.decompress(f.read()))
        except FileNotFoundError:
            pass
        return default

    def _write_content(self, file: IO[bytes], timeout: Any, value: Any) -> None:
        expiry = self.get_backend_timeout(timeout)
        file.write(pickle.dumps(expiry, self.pickle_protocol))
        file.write(zlib.compress(pickle.dumps(value, self.pickle_protocol)))

    def set(
        self, key: Any, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: Any = None
    ) -> None:
        self._createdir()
        fname = self._key_to_file(key, version)
        self._cull()
        fd, tmp_path = tempfile.mkstemp(dir=self._dir)
        renamed = False
        try:
            with open(fd, "wb") as f:
                self._write_content(f, timeout, value)
            file_move_safe(tmp_path, fname, allow_overwrite=True)
            renamed = True
        finally:
            if not renamed:
                os.remove(tmp_path)

    def touch(self, key: Any, timeout: Any = DEFAULT_TIMEOUT, version: Any = None) -> bool:
        try:
            with open(self._key_to_file(key, version), "r+b") as f:
                try:
                    locks.lock(f, locks.LOCK_EX)
                    if self._is_expired(f):
                        return False
                    previous_value = pickle.loads(zlib.decompress(f.read()))
                    f.seek(0)
                    self._write_content(f, timeout, previous_value)
                    f.truncate()
                    return True
                finally:
                    locks.unlock(f)
        except FileNotFoundError:
            return False

    def delete(self, key: Any, version: Any = None) -> bool:
        return self._delete(self._key_to_file(key, version))

    def _delete(self, fname: str) -> bool:
        # SECURITY: nothing outside of the directory is removed, whatever a subclass made of the key.
        if not fname.startswith(self._dir) or not os.path.exists(fname):
            return False
        try:
            os.remove(fname)
        except FileNotFoundError:
            # Another process was first.
            return False
        return True

    def has_key(self, key: Any, version: Any = None) -> bool:
        fname = self._key_to_file(key, version)
        try:
            with open(fname, "rb") as f:
                return not self._is_expired(f)
        except FileNotFoundError:
            return False

    def _cull(self) -> None:
        """Remove a random part of the entries when there are too many."""
        filelist = self._list_cache_files()
        num_entries = len(filelist)
        if num_entries < self._max_entries:
            return
        if self._cull_frequency == 0:
            self.clear()
            return
        for fname in random.sample(filelist, int(num_entries / self._cull_frequency)):
            self._delete(fname)

    def _createdir(self) -> None:
        # SECURITY: only the owner may enter the directory, or any parent made for it.
        safe_makedirs(self._dir, 0o700, exist_ok=True)

    def _key_to_file(self, key: Any, version: Any = None) -> str:
        key = self.make_and_validate_key(key, version=version)
        digest = md5(key.encode(), usedforsecurity=False).hexdigest()
        return os.path.join(self._dir, digest + self.cache_suffix)

    def clear(self) -> None:
        for fname in self._list_cache_files():
            self._delete(fname)

    def _is_expired(self, f: IO[bytes]) -> bool:
        """Whether the open file's time is over; if so, it is closed and removed."""
        try:
            expiry = pickle.load(f)
        except EOFError:
            # An empty file is none of ours, or not written yet.
            expiry = 0
        if expiry is not None and expiry < time.time():
            # Some systems do not remove open files.
            f.close()
            self._delete(f.name)
            return True
        return False

    def _list_cache_files(self) -> list[str]:
        pattern = glob.escape(self._dir) + os.sep + "*" + self.cache_suffix
        return glob.glob(pattern)
