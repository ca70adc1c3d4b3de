"""Storages: names, saving, rights, memory, and the handler."""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from vivace.core.exceptions import SuspiciousFileOperation
from vivace.core.files.base import ContentFile
from vivace.core.files.storage import (
    FileSystemStorage,
    InMemoryStorage,
    InvalidStorageError,
    Storage,
    StorageHandler,
    default_storage,
    storages,
)
from vivace.core.files.uploadedfile import TemporaryUploadedFile
from vivace.test.utils import override_settings
from vivace.utils import naming


@pytest.fixture(params=["disk", "memory"])
def storage(request: pytest.FixtureRequest, tmp_path: Path) -> Any:
    if request.param == "disk":
        return FileSystemStorage(tmp_path, base_url="/m")
    return InMemoryStorage(tmp_path, base_url="/m")


@pytest.fixture
def umask() -> Iterator[None]:
    old = os.umask(0o077)
    yield
    os.umask(old)


def test_save_and_read(storage: Any) -> None:
    assert storage.save("d/e.txt", ContentFile("text")) == "d/e.txt"
    with storage.open("d/e.txt") as file:
        assert file.read() == b"text"
    assert storage.exists("d/e.txt")
    assert storage.size("d/e.txt") == 4
    assert storage.listdir("") == (["d"], [])
    assert storage.listdir("d") == ([], ["e.txt"])
    assert storage.url("d/e \xe9.txt") == "/m/d/e%20%C3%A9.txt"
    assert storage.get_modified_time("d/e.txt").tzinfo is not None
    storage.delete("d/e.txt")
    assert not storage.exists("d/e.txt")
    storage.delete("d/e.txt")


def test_any_file_object_is_content(storage: Any) -> None:
    assert storage.save("a", BytesIO(b"abc")) == "a"
    assert storage.save(None, ContentFile(b"x", name="own.txt")) == "own.txt"
    with pytest.raises(FileNotFoundError):
        storage.open("missing")
    with pytest.raises(FileExistsError, match="exists and is not a directory"):
        storage.save("a/b", ContentFile(b""))


def test_names(storage: Any) -> None:
    assert storage.generate_filename("d\\a b!.txt") == "d/a_b.txt"
    with pytest.raises(SuspiciousFileOperation, match=r"Detected path traversal attempt in '\.\.'"):
        storage.generate_filename("../a")
    storage.save("a.tar.gz", ContentFile(b""))
    other = storage.save("a.tar.gz", ContentFile(b""))
    assert other.startswith("a_")
    assert other.endswith(".tar.gz")
    assert len(other) == len("a.tar.gz") + 8
    assert len(storage.get_available_name("b" * 50 + ".txt", max_length=30)) == 30
    with pytest.raises(SuspiciousFileOperation, match="Storage can not find an available filename"):
        storage.get_available_name("c.txt", max_length=4)


def test_base_class_says_what_is_missing() -> None:
    for method in ("delete", "listdir", "size", "url", "get_accessed_time", "get_created_time"):
        with pytest.raises(NotImplementedError, match=rf"must provide a {method}\(\) method"):
            getattr(Storage(), method)("x")
    with pytest.raises(NotImplementedError, match=r"must provide an exists\(\) method"):
        Storage().exists("x")
    with pytest.raises(NotImplementedError, match="doesn't support absolute paths"):
        Storage().path("x")


def test_overwriting(tmp_path: Path) -> None:
    storage = FileSystemStorage(tmp_path, allow_overwrite=True)
    for content in ("long content", "x"):
        assert storage.save("a.txt", ContentFile(content)) == "a.txt"
    assert (tmp_path / "a.txt").read_text() == "x"


def test_a_temporary_file_is_moved(tmp_path: Path) -> None:
    file = TemporaryUploadedFile("a", "t", 0, None)
    file.write(b"abc")
    file.flush()
    FileSystemStorage(tmp_path).save("t.txt", file)
    assert (tmp_path / "t.txt").read_bytes() == b"abc"
    assert not os.path.exists(file.temporary_file_path())
    file.close()


def test_settings_are_followed(tmp_path: Path) -> None:
    storage = FileSystemStorage()
    with override_settings(MEDIA_ROOT=str(tmp_path), MEDIA_URL="/other/"):
        assert storage.location == str(tmp_path)
        assert storage.url("a") == "/other/a"
    assert storage.location != str(tmp_path)
    with pytest.raises(ValueError, match="The name must be given to delete"):
        storage.delete("")


def test_a_storage_that_is_forgotten_goes_away() -> None:
    class Counted(InMemoryStorage):
        gone = 0

        def __del__(self) -> None:
            Counted.gone += 1

    Counted()
    gc.collect()
    assert Counted.gone == 1


def test_deconstruct_names_the_active_root() -> None:
    storage = FileSystemStorage(location="x")
    assert storage.deconstruct()[0] == "vivace.core.files.storage.FileSystemStorage"
    naming.set_root("django")
    try:
        assert storage.deconstruct() == (
            "django.core.files.storage.FileSystemStorage",
            (),
            {"location": "x"},
        )
    finally:
        naming.set_root("vivace")


def test_handler() -> None:
    memory = "vivace.core.files.storage.InMemoryStorage"
    handler = StorageHandler(
        {"default": {"BACKEND": memory, "OPTIONS": {"base_url": "/x"}}, "bad": {"BACKEND": "no.X"}}
    )
    assert handler["default"] is handler["default"]
    assert handler["default"].base_url == "/x/"
    with pytest.raises(
        InvalidStorageError, match=r"Could not find backend 'no\.X': No module named"
    ):
        handler["bad"]
    with pytest.raises(InvalidStorageError, match="Could not find config for 'none' in"):
        handler["none"]


def test_default_storage_follows_the_setting() -> None:
    memory = {"default": {"BACKEND": "vivace.core.files.storage.InMemoryStorage"}}
    with override_settings(STORAGES=memory):
        assert isinstance(default_storage, InMemoryStorage)
        assert type(storages["default"]) is InMemoryStorage
    assert isinstance(default_storage, FileSystemStorage)


def test_cve_2014_0481_another_name_needs_no_search(tmp_path: Path) -> None:
    class Counting(FileSystemStorage):
        asked = 0

        def exists(self, name: str) -> bool:
            self.asked += 1
            return super().exists(name)

    storage = Counting(tmp_path)
    for _ in range(50):
        storage.save("a.txt", ContentFile(b""))
    assert storage.asked < 105


def test_cve_2020_24583_each_directory_gets_the_mode(tmp_path: Path) -> None:
    storage = FileSystemStorage(tmp_path, directory_permissions_mode=0o750)
    storage.save("a/b/c.txt", ContentFile(b""))
    assert [(tmp_path / name).stat().st_mode & 0o777 for name in ("a", "a/b")] == [0o750] * 2


@pytest.mark.parametrize("name", ["../x", "/etc/x", "..", "", "a/../../b", "x/.."])
def test_cve_2021_45452_saving_stays_below_the_root(storage: Any, name: str) -> None:
    with pytest.raises(SuspiciousFileOperation):
        storage.save(name, ContentFile(b""))
    if name:
        with pytest.raises(SuspiciousFileOperation):
            storage.open("../" + name)


def test_cve_2024_39330_overridden_names_are_judged_too(tmp_path: Path) -> None:
    class Own(FileSystemStorage):
        def get_available_name(self, name: Any, max_length: int | None = None) -> str:
            return "../evil"

    class Returning(Storage):
        def exists(self, name: str) -> bool:
            return False

        def _save(self, name: str, content: Any) -> str:
            return "../evil"

    for storage in (Own(tmp_path), Returning()):
        with pytest.raises(SuspiciousFileOperation, match=r"path traversal attempt in '\.\./evil'"):
            storage.save("x", ContentFile(b""))


@pytest.mark.usefixtures("umask")
def test_cve_2026_25674_modes_are_exact_without_touching_the_umask(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def never(mask: int) -> int:
        raise AssertionError("the umask belongs to all threads")

    monkeypatch.setattr(os, "umask", never)
    storage = FileSystemStorage(
        tmp_path, file_permissions_mode=0o664, directory_permissions_mode=0o775
    )
    storage.save("a/b/c.txt", ContentFile(b""))
    monkeypatch.undo()
    modes = [(tmp_path / name).stat().st_mode & 0o777 for name in ("a", "a/b", "a/b/c.txt")]
    assert modes == [0o775, 0o775, 0o664]


def test_the_size_of_a_directory_in_memory_is_refused_as_one() -> None:
    storage = InMemoryStorage("/media")
    storage.save("d/a.txt", ContentFile(b"abc"))
    assert storage.size("d/a.txt") == 3
    with pytest.raises(IsADirectoryError, match="'d'"):
        storage.size("d")
    with pytest.raises(FileNotFoundError, match="'nope'"):
        storage.size("nope")
