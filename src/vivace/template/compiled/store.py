"""Compiled templates on disk, so that a process that starts need neither parse nor compile them.

A record holds the code of a template's function, and how to find again what the code calls: by import
path, or as a literal. A template that needs anything else (a parsed node, a filter that no module
has) is not stored. The record's name is a digest of all that the code depends on: the source, the
engine's options, the libraries' files, this package's and Python's version; what it was linked with is
named in the record, with digests of their sources.

SECURITY: loading code is running it. The folder must belong to this user and be writable by nobody
else; otherwise nothing is read from it or written to it. Records are written to a file of their own
and renamed, so that a reader sees all of one or none; one that is cut short, or not of this form, is
taken for missing.
"""

from __future__ import annotations

import hashlib
import importlib.util
import marshal
import os
import stat
import sys
import tempfile
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from types import CodeType, FunctionType
from typing import Any, NamedTuple
from zlib import crc32

from vivace import __version__
from vivace.template.tags.loops import CycleNode
from vivace.urls.links import link
from vivace.utils.naming import to_home
from vivace.utils.safestring import SafeString

__all__ = [
    "Record",
    "Store",
    "describe",
    "engine_digest",
    "record_key",
    "restore",
    "source_digest",
    "store_folder",
]

MAGIC = b"vivace template 3\n"
# The checksum after it, in bytes.
CHECKSUM = 4
# Most records are smaller than this.
_USUAL_SIZE = 65536


class Record(NamedTuple):
    """What is stored of one template: the code, its names, and what it was linked with."""

    code: CodeType
    names: dict[str, tuple[str, Any]]
    linked: list[tuple[str, bytes]]
    has_blocks: bool


def _digest(*parts: bytes) -> bytes:
    digest = hashlib.blake2b(digest_size=20)
    for part in parts:
        digest.update(len(part).to_bytes(8, "big"))
        digest.update(part)
    return digest.digest()


def source_digest(source: str) -> bytes:
    """A digest of a template's source."""
    return _digest(source.encode("utf-8", "surrogatepass"))


def engine_digest(engine: Any) -> bytes:
    """A digest of all that an engine's templates have in common."""
    modules = sorted({*engine.builtins, *engine.libraries.values()}) + _OWN_MODULES
    return _digest(
        MAGIC,
        __version__.encode(),
        importlib.util.MAGIC_NUMBER,
        sys.version.encode(),
        repr(
            (engine.string_if_invalid, sorted(engine.libraries.items()), engine.builtins)
        ).encode(),
        *(_module_stamp(name).encode() for name in modules),
    )


# What the compiler itself is made of.
_OWN_MODULES = [
    f"vivace.template.{name}"
    for name in (
        "compiled.build", "compiled.compile", "compiled.effects", "compiled.lowering",
        "compiled.lowering_flow", "compiled.nodes", "compiled.program", "compiled.readers",
        "compiled.runtime", "compiled.store", "compiled.writing.cells",
        "compiled.writing.intrinsics", "compiled.writing.scope", "compiled.writing.tags",
        "compiled.writing.values", "language.variable", "tags.loops", "tags.output", "tags.urls",
    )
]  # fmt: skip


def _module_stamp(name: str) -> str:
    file = getattr(import_module(name), "__file__", None)
    if file is None:
        return name
    found = os.stat(file)
    return f"{name} {found.st_size} {found.st_mtime_ns}"


def record_key(engine: bytes, template: Any, variant: Any) -> bytes:
    """The name of the record of a template, compiled for `variant`."""
    return _digest(
        engine,
        str(template.origin.template_name).encode("utf-8", "surrogatepass"),
        template.source.encode("utf-8", "surrogatepass"),
        repr(variant).encode(),
    )


def store_folder(environ: Mapping[str, str] = os.environ) -> Path | None:
    """Where records are kept: ``VIVACE_TEMPLATE_CACHE``, or the user's cache folder; None for nowhere.

    An empty ``VIVACE_TEMPLATE_CACHE`` switches the store off.
    """
    named = environ.get("VIVACE_TEMPLATE_CACHE")
    if named is not None:
        return Path(named) if named else None
    base = environ.get("XDG_CACHE_HOME") or (
        f"{environ['HOME']}/.cache" if environ.get("HOME") else ""
    )
    return Path(base, "vivace", "templates") if os.path.isabs(base) else None


class Store:
    """Records in a folder, which is made when something is first written."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._prefix = os.path.join(folder, "")
        self._may_read: bool | None = None

    def load(self, key: bytes) -> Record | None:
        """The record called `key`, or None."""
        if self._may_read is None:
            self._may_read = self._is_ours()
        if not self._may_read:
            return None
        try:
            content = _content(self._path(key))
        except OSError:
            return None
        start = len(MAGIC) + CHECKSUM
        if not content.startswith(MAGIC) or len(content) < start:
            return None
        # PERF: what must be found out is damage, for which a checksum does.
        body = memoryview(content)[start:]
        if crc32(body).to_bytes(CHECKSUM, "big") != content[len(MAGIC) : start]:
            return None
        try:
            return Record(*marshal.loads(body))
        except (EOFError, ValueError, TypeError):
            return None

    def save(self, key: bytes, record: Record) -> None:
        """Write a record; a folder that cannot be written to is left alone."""
        try:
            body = marshal.dumps(tuple(record))
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._may_read = self._is_ours()
            if not self._may_read:
                return
            handle, name = tempfile.mkstemp(dir=self.folder)
            try:
                with os.fdopen(handle, "wb") as file:
                    file.write(MAGIC + crc32(body).to_bytes(CHECKSUM, "big") + body)
                os.replace(name, self._path(key))
            except OSError:
                os.unlink(name)
        except (OSError, ValueError):
            pass

    def _path(self, key: bytes) -> str:
        return f"{self._prefix}{key.hex()}.template"

    def _is_ours(self) -> bool:
        if not hasattr(os, "getuid"):
            return False
        try:
            found = os.stat(self.folder)
        except OSError:
            return False
        return found.st_uid == os.getuid() and not found.st_mode & (stat.S_IWGRP | stat.S_IWOTH)


def _content(path: str) -> bytes:
    # PERF: a file object takes longer than all the rest that the system does for it.
    handle = os.open(path, os.O_RDONLY | getattr(os, "O_BINARY", 0))
    try:
        content = os.read(handle, _USUAL_SIZE)
        if len(content) == _USUAL_SIZE:
            while more := os.read(handle, _USUAL_SIZE):
                content += more
        return content
    finally:
        os.close(handle)


def describe(
    names: Mapping[str, object], common: Mapping[str, object]
) -> dict[str, tuple[str, Any]] | None:
    """How to find the objects behind `names` again, but for those that are in `common`.

    None if one of them cannot be found.
    """
    described: dict[str, tuple[str, Any]] = {}
    for name, value in names.items():
        if name in common and value is common[name]:
            continue
        if type(value) is SafeString:
            described[name] = ("safe", "".join([value]))
            continue
        if type(value) is CycleNode and name.startswith("const"):
            # All that stored code does with it is to keep the state of the cycle by it.
            described[name] = ("key", None)
            continue
        linked = getattr(value, "link", None)
        if type(value) is FunctionType and linked is not None:
            described[name] = ("link", linked)
            continue
        module, qualname = getattr(value, "__module__", None), getattr(value, "__qualname__", None)
        if module is None or qualname is None:
            return None
        # What is stored is read under either root.
        module = to_home(module)
        found = _found(module, qualname)
        if found is value:
            described[name] = ("import", (module, qualname))
        elif getattr(found, "_on_text", None) is value:
            described[name] = ("on_text", (module, qualname))
        else:
            return None
    return described


def restore(
    described: Mapping[str, tuple[str, Any]], common: Mapping[str, object]
) -> dict[str, object]:
    """`common`, and what `describe` described; raises `LookupError` if that is not there any more."""
    names = {**common}
    for name, (kind, what) in described.items():
        if kind == "safe":
            names[name] = SafeString(what)
            continue
        if kind == "key":
            names[name] = object()
            continue
        if kind == "link":
            names[name] = link(*what)
            continue
        value = _found(*what)
        if kind == "on_text":
            value = getattr(value, "_on_text", None)
        if value is None:
            raise LookupError(what)
        names[name] = value
    return names


def _found(module: str, qualname: str) -> Any:
    loaded = sys.modules.get(module)
    try:
        value: Any = import_module(module) if loaded is None else loaded
        for part in qualname.split("."):
            value = getattr(value, part)
    except (ImportError, AttributeError):
        return None
    return value
