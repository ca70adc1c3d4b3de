"""Paths that stay where they belong."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import Any

import pytest

from vivace.core.exceptions import SuspiciousFileOperation
from vivace.utils._os import safe_join, safe_makedirs, symlinks_supported, to_path


@pytest.mark.parametrize(
    ("base", "path", "joined"),
    [
        ("/a", "b", "/a/b"),
        ("/a", "/a/c", "/a/c"),
        ("/a/", ".", "/a"),
        ("/", "x", "/x"),
        ("/", "../x", "/x"),
        (Path("/a"), Path("b"), "/a/b"),
        ("/a", "..\\b", "/a/..\\b"),
    ],
)
def test_safe_join(base: Any, path: Any, joined: str) -> None:
    assert safe_join(base, path) == joined


@pytest.mark.parametrize("path", ["../b", "/ab", "../ab", "b/../../c", "/"])
def test_safe_join_refuses_what_is_outside(path: str) -> None:
    with pytest.raises(SuspiciousFileOperation, match=r"is located outside of the base path"):
        safe_join("/a", path)


def test_cve_2020_24584_every_parent_gets_the_mode(tmp_path: Path) -> None:
    old = os.umask(0o022)
    try:
        safe_makedirs(tmp_path / "a" / "b" / "c", 0o700)
    finally:
        os.umask(old)
    for name in ("a", "a/b", "a/b/c"):
        assert stat.S_IMODE((tmp_path / name).stat().st_mode) == 0o700


def test_safe_makedirs_existing(tmp_path: Path) -> None:
    safe_makedirs(tmp_path, exist_ok=True)
    with pytest.raises(FileExistsError):
        safe_makedirs(tmp_path)
    (tmp_path / "file").write_text("")
    with pytest.raises(FileExistsError):
        safe_makedirs(tmp_path / "file", exist_ok=True)


def test_to_path() -> None:
    path = Path("x")
    assert to_path(path) is path
    assert to_path("x") == path
    with pytest.raises(TypeError, match="Invalid path type: bytes"):
        to_path(b"x")  # type: ignore[arg-type]


def test_symlinks_supported() -> None:
    assert symlinks_supported() is (os.name == "posix")
