"""File, ContentFile, uploaded files, names, moving, locks, image dimensions."""

from __future__ import annotations

import os
import tempfile
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vivace.core.exceptions import SuspiciousFileOperation
from vivace.core.files import images, locks
from vivace.core.files.base import ContentFile, File
from vivace.core.files.move import file_move_safe
from vivace.core.files.uploadedfile import (
    InMemoryUploadedFile,
    SimpleUploadedFile,
    TemporaryUploadedFile,
    UploadedFile,
)
from vivace.core.files.uploadhandler import (
    FileUploadHandler,
    MemoryFileUploadHandler,
    StopUpload,
    load_handler,
)
from vivace.core.files.utils import validate_file_name
from vivace.test.utils import override_settings


class Small(File):
    DEFAULT_CHUNK_SIZE = 4


def test_what_a_file_says_of_itself() -> None:
    file = File(BytesIO(b"abc"), "n")
    assert (str(file), repr(file), bool(file), len(file)) == ("n", "<File: n>", True, 3)
    nameless = File(BytesIO())
    assert (str(nameless), repr(nameless), bool(nameless)) == ("", "<File: None>", False)


def test_size_is_found_in_several_ways() -> None:
    with tempfile.NamedTemporaryFile() as file:
        file.write(b"12345")
        file.flush()
        assert File(file).size == 5

    class Sized:
        size = 9

    assert File(Sized()).size == 9
    with pytest.raises(AttributeError, match="Unable to determine the file's size"):
        File(object()).size  # noqa: B018


def test_chunks_begin_at_the_start() -> None:
    file = File(BytesIO(b"abcdefg"))
    file.read()
    assert list(file.chunks(3)) == [b"abc", b"def", b"g"]
    assert file.multiple_chunks(3)
    assert not file.multiple_chunks()


@given(st.text(alphabet="ab\r\n", max_size=30))
def test_lines_do_not_depend_on_chunks(text: str) -> None:
    expected = text.splitlines(keepends=True)
    assert list(Small(StringIO(text, newline=""))) == expected
    assert list(Small(BytesIO(text.encode()))) == [line.encode() for line in expected]


def test_reopening(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"abc")
    file = File(path.open("rb"))
    file.close()
    with file.open() as opened:
        assert opened.read() == b"abc"
    assert file.closed
    lost = File(BytesIO())
    lost.close()
    with pytest.raises(ValueError, match="The file cannot be reopened"):
        lost.open()


def test_content_file() -> None:
    file = ContentFile("abc", name="x")
    assert (repr(file), bool(ContentFile("")), file.size) == ("<ContentFile: Raw content>", True, 3)
    file.seek(0, os.SEEK_END)
    file.write("de")
    assert file.size == 5
    file.close()
    assert file.open().read() == "abcde"


def test_uploaded_file_kinds(tmp_path: Path) -> None:
    simple = SimpleUploadedFile("x.txt", b"abc")
    assert repr(simple) == "<SimpleUploadedFile: x.txt (text/plain)>"
    assert (simple.size, list(simple.chunks(1)), simple.multiple_chunks(1)) == (3, [b"abc"], False)
    made = SimpleUploadedFile.from_dict({"filename": "f", "content": b"x", "content-type": "a/b"})
    assert (made.name, made.content_type) == ("f", "a/b")
    with override_settings(FILE_UPLOAD_TEMP_DIR=str(tmp_path)):
        temporary = TemporaryUploadedFile("a.txt", "t/p", 0, None)
    path = Path(temporary.temporary_file_path())
    assert path.parent == tmp_path
    assert path.name.endswith(".upload.txt")
    temporary.close()
    assert not path.exists()


def test_long_names_are_cut_before_the_extension() -> None:
    name = UploadedFile(BytesIO(), "a" * 300 + ".txt").name
    assert len(name) == 255
    assert name.endswith("a.txt")


@pytest.mark.parametrize("name", ["", ".", "..", "/", "a/", "a/.."])
def test_cve_2021_31542_names_that_are_none_are_refused(name: str) -> None:
    message = f"Could not derive file name from '{name}'"
    for allow_relative_path in (False, True):
        with pytest.raises(SuspiciousFileOperation) as caught:
            validate_file_name(name, allow_relative_path)
        assert str(caught.value) == message
    with pytest.raises(SuspiciousFileOperation, match="Could not derive file name"):
        UploadedFile(BytesIO(), name)


@pytest.mark.parametrize("name", ["../a", "/a", "a/../b", "..\\a", "a\\..\\b"])
def test_cve_2021_45452_paths_that_leave_are_refused(name: str) -> None:
    with pytest.raises(SuspiciousFileOperation) as caught:
        validate_file_name(name, allow_relative_path=True)
    assert str(caught.value) == f"Detected path traversal attempt in '{name}'"


def test_relative_paths_only_where_they_are_allowed() -> None:
    assert validate_file_name("a/b.txt", allow_relative_path=True) == "a/b.txt"
    with pytest.raises(
        SuspiciousFileOperation, match=r"File name 'a/b\.txt' includes path elements"
    ):
        validate_file_name("a/b.txt")


def test_moving(tmp_path: Path) -> None:
    old, new = tmp_path / "old", tmp_path / "new"
    old.write_text("1")
    new.write_text("2")
    with pytest.raises(FileExistsError, match="allow_overwrite is False"):
        file_move_safe(old, new)
    file_move_safe(old, old)
    file_move_safe(old, new, allow_overwrite=True)
    assert (new.read_text(), old.exists()) == ("1", False)


def test_moving_between_file_systems(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*args: Any) -> None:
        raise OSError("Invalid cross-device link")

    monkeypatch.setattr(os, "rename", refuse)
    old, new = tmp_path / "old", tmp_path / "new"
    old.write_bytes(b"x" * 1000)
    old.chmod(0o640)
    file_move_safe(old, new, chunk_size=64)
    assert (new.read_bytes(), old.exists()) == (b"x" * 1000, False)
    assert new.stat().st_mode & 0o777 == 0o640


def test_locks_exclude(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.touch()
    with path.open("rb") as first, path.open("rb") as second:
        assert locks.lock(first, locks.LOCK_EX)
        assert not locks.lock(second, locks.LOCK_EX | locks.LOCK_NB)
        assert locks.unlock(first)
        assert locks.lock(second.fileno(), locks.LOCK_EX | locks.LOCK_NB)


def test_handlers_of_the_base_class() -> None:
    handler = load_handler("vivace.core.files.uploadhandler.FileUploadHandler", "request")
    assert handler.request == "request"
    with pytest.raises(NotImplementedError, match=r"must provide a receive_data_chunk\(\) method"):
        handler.receive_data_chunk(b"", 0)
    with pytest.raises(NotImplementedError, match=r"must provide a file_complete\(\) method"):
        handler.file_complete(0)
    assert type(handler) is FileUploadHandler
    assert str(StopUpload(True)) == "StopUpload: Halt current upload."
    assert str(StopUpload()) == "StopUpload: Consume request data, then halt."


def test_memory_handler_by_the_declared_length() -> None:
    handler = MemoryFileUploadHandler()
    handler.handle_raw_input(BytesIO(b"x"), {}, 10**9, b"b")
    handler.new_file("f", "n", "c/t", 5)
    assert handler.receive_data_chunk(b"abc", 0) == b"abc"
    assert handler.file_complete(3) is None
    assert type(InMemoryUploadedFile(None, "f", "n", None, 0, None)) is InMemoryUploadedFile


def test_cve_2012_3444_reading_dimensions_doubles_its_chunks_and_stops() -> None:
    class Parser:
        """Knows the size after 100,000 bytes."""

        fed = 0
        image: Any = None

        def feed(self, data: bytes) -> None:
            self.fed += len(data)
            if self.fed > 100_000:
                self.image = type("Image", (), {"size": (3, 4)})

    class Counting(BytesIO):
        reads = 0

        def read(self, *args: Any) -> bytes:
            self.reads += 1
            return super().read(*args)

    file = Counting(b"x" * 10_000_000)
    assert images._feed(Parser(), file) == (3, 4)
    assert file.reads <= 8
    assert file.tell() < 300_000
