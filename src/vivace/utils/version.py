"""Version tuples as PEP 440 strings, and questions about the running Python."""

from __future__ import annotations

import sys
from functools import lru_cache
from typing import Any

import vivace
from vivace.utils.lazily import late_pattern

__all__ = [
    "PY38",
    "PY39",
    "PY310",
    "PY311",
    "PY312",
    "PY313",
    "PY314",
    "PYPY",
    "get_complete_version",
    "get_docs_version",
    "get_main_version",
    "get_version",
    "get_version_tuple",
    "version_component_re",
]

PYPY = sys.implementation.name == "pypy"
PY38 = sys.version_info >= (3, 8)
PY39 = sys.version_info >= (3, 9)
PY310 = sys.version_info >= (3, 10)
PY311 = sys.version_info >= (3, 11)
PY312 = sys.version_info >= (3, 12)
PY313 = sys.version_info >= (3, 13)
PY314 = sys.version_info >= (3, 14)

#: ``(major, minor, micro, "alpha" | "beta" | "rc" | "final", serial)``
Version = tuple[int, int, int, str, int]

STAGES = {"alpha": "a", "beta": "b", "rc": "rc"}

version_component_re = late_pattern(r"(\d+|[a-z]+|\.)")


def get_version(version: Version | None = None) -> str:
    """A PEP 440 version string: ``1.2``, ``1.2.3``, ``1.2b2``."""
    # PERF: it goes into every pickle of an instance.
    return _written(*get_complete_version(version))


@lru_cache(maxsize=16)
def _written(*version: Any) -> str:
    main = get_main_version(version)
    if version[3] == "final" or (version[3] == "alpha" and version[4] == 0):
        return main
    return main + STAGES[version[3]] + str(version[4])


def get_main_version(version: Version | None = None) -> str:
    """Major and minor, and micro unless it is 0."""
    version = get_complete_version(version)
    parts = version[:2] if version[2] == 0 else version[:3]
    return ".".join(str(part) for part in parts)


def get_complete_version(version: Version | None = None) -> Version:
    """`version`, checked, or this package's own if None."""
    if version is None:
        own: Version = vivace.VERSION
        return own
    assert len(version) == 5
    assert version[3] in ("alpha", "beta", "rc", "final")
    return version


def get_docs_version(version: Version | None = None) -> str:
    """The version whose documentation applies: ``1.2``, or ``dev`` before the final release."""
    version = get_complete_version(version)
    if version[3] != "final":
        return "dev"
    return f"{version[0]}.{version[1]}"


def get_version_tuple(version: str) -> tuple[int, ...]:
    """The leading numbers of a version string: ``"1.2b3"`` is ``(1, 2)``."""
    numbers: list[int] = []
    for item in version_component_re.split(version):
        if item and item != ".":
            try:
                numbers.append(int(item))
            except ValueError:
                break
    return tuple(numbers)
