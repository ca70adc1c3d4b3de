"""Unpacking archives."""

from __future__ import annotations

import io
import tarfile
import zipfile
from pathlib import Path
from typing import Any

import pytest

from vivace.core.exceptions import SuspiciousOperation
from vivace.utils import archive

Member = tuple[str, bytes, int]


def pack(path: Path, members: list[Member]) -> Path:
    if path.suffix == ".zip":
        with zipfile.ZipFile(path, "w") as file:
            for name, data, mode in members:
                info = zipfile.ZipInfo(name)
                info.external_attr = mode << 16
                file.writestr(info, data)
        return path
    kinds = {".tgz": "gz", ".gz": "gz", ".bz2": "bz2", ".xz": "xz"}
    with tarfile.open(path, f"w:{kinds.get(path.suffix, '')}") as tar:
        for name, data, mode in members:
            member = tarfile.TarInfo(name)
            member.size, member.mode = len(data), mode
            tar.addfile(member, io.BytesIO(data))
    return path


NAMES = ["a.zip", "a.tar", "a.tgz", "a.tar.gz", "a.tar.bz2", "a.tar.xz", "A.ZIP.zip", "a.tar.foo"]


@pytest.fixture
def target(tmp_path: Path) -> Path:
    directory = tmp_path / "inside" / "target"
    directory.mkdir(parents=True)
    return directory


def unpacked(tmp_path: Path, target: Path, name: str, members: list[Member]) -> set[str]:
    archive.extract(str(pack(tmp_path / name, members)), str(target))
    return {str(path.relative_to(target)) for path in target.rglob("*") if path.is_file()}


@pytest.mark.parametrize("name", NAMES)
def test_a_shared_directory_is_left_out(name: str, tmp_path: Path, target: Path) -> None:
    members = [("x/a", b"1", 0o644), ("x/b/c", b"2", 0o644)]
    assert unpacked(tmp_path, target, name, members) == {"a", "b/c"}
    assert (target / "b/c").read_bytes() == b"2"


@pytest.mark.parametrize("name", ["a.zip", "a.tar"])
@pytest.mark.parametrize(
    ("paths", "expected"),
    [
        (["a", "x/b"], {"a", "x/b"}),
        (["../evil"], {"evil"}),
        (["/etc/evil"], {"evil"}),
        (["x/a/../b"], {"b"}),
        (["x/..hidden"], {"..hidden"}),
        (["x\\a", "x\\b"], {"a", "b"}),
        ([], set()),
    ],
)
def test_where_members_go(
    name: str, paths: list[str], expected: set[str], tmp_path: Path, target: Path
) -> None:
    members = [(path, b"1", 0o644) for path in paths]
    assert unpacked(tmp_path, target, name, members) == expected
    outside = {
        path for path in tmp_path.rglob("*") if path.is_file() and target not in path.parents
    }
    assert outside == {tmp_path / name}


@pytest.mark.parametrize("name", ["a.zip", "a.tar"])
@pytest.mark.parametrize(
    "paths",
    [["x/../../evil"], ["good", "../evil"], ["good", "/etc/evil"], ["good", "../target_2/evil"]],
)
def test_cve_2021_3281_members_outside_are_refused(
    name: str, paths: list[str], tmp_path: Path, target: Path
) -> None:
    members = [(path, b"1", 0o644) for path in paths]
    with pytest.raises(SuspiciousOperation, match="Archive contains invalid path: '"):
        unpacked(tmp_path, target, name, members)
    assert not list(tmp_path.rglob("evil"))


@pytest.mark.parametrize("name", ["a.zip", "a.tar"])
def test_cve_2025_59682_a_directory_beside_with_the_same_prefix_is_outside(
    name: str, tmp_path: Path, target: Path
) -> None:
    beside = f"../{target.name}-beside/evil"
    for paths in (["a", f"b/../{beside}"], ["good", beside], ["x/good", f"x/{beside}"]):
        with pytest.raises(SuspiciousOperation, match="Archive contains invalid path: '"):
            unpacked(tmp_path, target, name, [(path, b"1", 0o644) for path in paths])
    assert not list(tmp_path.rglob("evil"))


@pytest.mark.parametrize("name", ["a.zip", "a.tar"])
def test_permissions_that_are_recorded_are_kept(name: str, tmp_path: Path, target: Path) -> None:
    unpacked(tmp_path, target, name, [("x/run", b"1", 0o755), ("x/plain", b"1", 0)])
    assert (target / "run").stat().st_mode & 0o777 == 0o755
    assert (target / "plain").stat().st_mode & 0o777 != 0


def test_links_are_not_made(tmp_path: Path, target: Path) -> None:
    path = tmp_path / "a.tar"
    with tarfile.open(path, "w") as tar:
        link = tarfile.TarInfo("x/link")
        link.type, link.linkname = tarfile.SYMTYPE, str(tmp_path)
        tar.addfile(link)
        member = tarfile.TarInfo("x/link/evil")
        member.size = 1
        tar.addfile(member, io.BytesIO(b"1"))
    archive.extract(str(path), str(target))
    assert not any(path.is_symlink() for path in target.rglob("*"))
    assert not (tmp_path / "evil").exists()


@pytest.mark.parametrize("file", ["notes.txt", "noending", io.BytesIO()])
def test_what_is_no_archive(file: Any) -> None:
    with pytest.raises(archive.UnrecognizedArchiveFormat, match="not a recognized archive format"):
        archive.Archive(file)


def test_file_objects_and_listing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = pack(tmp_path / "a.zip", [("x/song", b"1", 0o644)])
    with path.open("rb") as file, archive.Archive(file) as opened:
        opened.list()
    assert "x/song" in capsys.readouterr().out
