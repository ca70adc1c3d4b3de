"""The short way of a small form and the long way of any body come to the same end."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vivace.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from vivace.core.files import uploadhandler
from vivace.core.files.uploadhandler import (
    FileUploadHandler,
    MemoryFileUploadHandler,
    TemporaryFileUploadHandler,
    keeps_whole_files,
)
from vivace.http.multipartparser import MultiPartParser, MultiPartParserError
from vivace.test.utils import override_settings

ERRORS = MultiPartParserError, TooManyFieldsSent, TooManyFilesSent, RequestDataTooBig, ValueError
DISPOSITION = b"\r\nContent-Disposition: form-data; "


class LongWay(MemoryFileUploadHandler):
    """A class of somebody's own, about which nothing is known."""


class Later(FileUploadHandler):
    """Stands behind the one that takes the files."""

    def __init__(self) -> None:
        super().__init__()
        self.log: list[str] = []

    def __getattribute__(self, name: str) -> Any:
        if name in ("new_file", "receive_data_chunk", "file_complete"):
            self.log.append(name)
        return super().__getattribute__(name)

    def handle_raw_input(self, *args: Any, **kwargs: Any) -> None:
        self.log.append("raw")

    def upload_complete(self) -> None:
        self.log.append("all")

    def upload_interrupted(self) -> None:
        self.log.append("interrupted")


class Bytewise:
    """A stream that gives one byte at a time."""

    def __init__(self, data: bytes) -> None:
        self.stream = BytesIO(data)

    def read(self, size: int = -1) -> bytes:
        return self.stream.read(1)


def parse(stream: Any, length: int, handler: Any, encoding: str | None = None) -> Any:
    meta = {"CONTENT_TYPE": "multipart/form-data; boundary=BB", "CONTENT_LENGTH": str(length)}
    later = Later()
    handlers = [handler, later]
    try:
        post, files = MultiPartParser(meta, stream, handlers, encoding).parse()
    except ERRORS as error:
        return type(error), str(error)
    told = {
        name: [
            (
                type(file), file.read(), file.size, file.name, file.field_name, file.content_type,
                file.charset, file.content_type_extra,
            )
            for file in several
        ]
        for name, several in files.lists()
    }  # fmt: skip
    return dict(post.lists()), told, later.log, handler.file_name, handler.content_length


def both(data: bytes, encoding: str | None = None) -> Any:
    """What comes of `data`, which all the ways must agree about."""
    short = parse(BytesIO(data), len(data) or 1, MemoryFileUploadHandler(), encoding)
    long = parse(BytesIO(data), len(data) or 1, LongWay(), encoding)
    bytewise = parse(Bytewise(data), len(data) or 1, MemoryFileUploadHandler(), encoding)
    if len(short) == 5:
        # Who sees the end of an upload may be told of a file that is cut short and of one that is
        # not to be kept, but gets neither.
        assert (short[:3], long[:3]) == (long[:3], bytewise[:3])
        if "interrupted" not in short[2]:
            assert short == long == bytewise
    else:
        assert short == long == bytewise
    return short


def part(disposition: str, data: bytes = b"", more: bytes = b"") -> bytes:
    return b"--BB" + DISPOSITION + disposition.encode() + b"\r\n" + more + b"\r\n" + data + b"\r\n"


END = b"--BB--\r\n"
BASE64 = b"Content-Transfer-Encoding: base64\r\n"

NAMES = [
    "a.txt",
    "../b",
    "C:\\\\x\\\\y",
    "&#47;etc&#47;q",
    "..",
    "",
    " ",
    "z\x01",
    "n" * 300 + ".é",
]
PARTS = [
    *(part(f'name="f"; filename="{name}"', b"1") for name in NAMES),
    part('name="a"', b"1"),
    part('name="a"', "é".encode()),
    part('name="a"', "é".encode("latin-1")),
    part('name=""', b"2"),
    part("nothing", b"3"),
    part('filename="x"', b"4"),
    part('name=""; filename="x"', b"5"),
    part('name="b"', b"MTI=", BASE64),
    part('name="b"', b"MTI", BASE64),
    part('name="g"; filename="x"', b"MT\r\nI=", BASE64),
    part('name="g"; filename="x"', b"MTI", BASE64),
    part('name="g"; filename="x"', b"=!!=", BASE64),
    part(
        'name="h"; filename="x"',
        b"\r\n\r\n",
        b"Content-Type: text/x; charset=q; d=e\r\nContent-Length: 7\r\n",
    ),
    part("name*=utf-8''%C3%A9; filename*=utf-8''%2Fx", b"6"),
    b"--BB\r\nq: " + b"h" * 1024,
    b"--BB\r\nname\r\n",
    b"--BB",
    b"\r",
    b"\n",
    END,
]


@given(
    st.lists(st.sampled_from(PARTS), max_size=6),
    st.sampled_from([b"", END]),
    st.sampled_from([None, "utf-8", "latin-1", "utf-16"]),
)
@settings(max_examples=500)
def test_all_ways_agree(parts: list[bytes], end: bytes, encoding: str | None) -> None:
    with override_settings(
        DATA_UPLOAD_MAX_NUMBER_FIELDS=3,
        DATA_UPLOAD_MAX_NUMBER_FILES=3,
        DATA_UPLOAD_MAX_MEMORY_SIZE=12,
    ):
        both(b"".join(parts) + end, encoding)


@given(st.lists(st.sampled_from(PARTS), max_size=6))
def test_all_ways_agree_without_limits(parts: list[bytes]) -> None:
    with override_settings(
        DATA_UPLOAD_MAX_NUMBER_FIELDS=None,
        DATA_UPLOAD_MAX_NUMBER_FILES=None,
        DATA_UPLOAD_MAX_MEMORY_SIZE=None,
    ):
        both(b"".join(parts) + END)


@pytest.mark.parametrize("body", PARTS)
def test_a_body_that_is_cut_anywhere(body: bytes) -> None:
    whole = body + END
    for stop in range(len(whole)) if len(whole) < 400 else range(0, len(whole), 97):
        both(whole[:stop])


def test_limits_are_those_of_the_documentation() -> None:
    field, file = part('name="a"', b"1"), part('name="f"; filename="x"', b"1")
    with override_settings(DATA_UPLOAD_MAX_NUMBER_FIELDS=2):
        assert both(field * 2 + END)[0] == {"a": ["1", "1"]}
        assert both(field * 3 + END)[0] is TooManyFieldsSent
    with override_settings(DATA_UPLOAD_MAX_NUMBER_FILES=2):
        assert len(both(file * 2 + END)[1]["f"]) == 2
        assert both(file * 3 + END)[0] is TooManyFilesSent
    with override_settings(DATA_UPLOAD_MAX_MEMORY_SIZE=8):
        assert both(field * 2 + END)[0] == {"a": ["1", "1"]}
        assert both(field * 3 + END)[0] is RequestDataTooBig


def test_the_last_file_is_kept_when_the_end_is_there() -> None:
    body = part('name="f"; filename="x"', b"data")
    assert both(body + b"--BB")[1:3] == ({}, ["raw", "interrupted", "all"])
    assert both(body + b"--BB-")[1]["f"][0][1] == b"data"


def test_cve_2021_28658_names_have_no_directories_either_way() -> None:
    for sent, name in (("../b", "b"), ("C:\\\\x\\\\y", "y"), ("&#47;etc&#47;q", "q")):
        told = both(part(f'name="f"; filename="{sent}"', b"1") + END)
        assert told[1]["f"][0][3] == name


def test_who_may_take_the_short_way(monkeypatch: pytest.MonkeyPatch) -> None:
    def ready(handler: Any, length: int = 1) -> Any:
        handler.handle_raw_input(BytesIO(), {}, length, b"")
        return handler

    assert keeps_whole_files(ready(MemoryFileUploadHandler()))
    assert not keeps_whole_files(ready(LongWay()))
    assert not keeps_whole_files(ready(TemporaryFileUploadHandler()))
    assert not keeps_whole_files(ready(MemoryFileUploadHandler(), 2**30))
    changed = ready(MemoryFileUploadHandler())
    changed.new_file = lambda *args: None
    assert not keeps_whole_files(changed)
    for name in ("new_file", "receive_data_chunk", "file_complete"):
        with monkeypatch.context() as patch:
            patch.setattr(uploadhandler.MemoryFileUploadHandler, name, lambda *args: None)
            assert not keeps_whole_files(ready(MemoryFileUploadHandler()))


def test_a_parser_of_ones_own_keeps_its_steps() -> None:
    class Parser(MultiPartParser):
        def handle_file_complete(self, old_field_name: str, counters: list[int]) -> Any:
            return None

    data = part('name="f"; filename="x"', b"1") + END
    meta = {"CONTENT_TYPE": "multipart/form-data; boundary=BB", "CONTENT_LENGTH": str(len(data))}
    assert not Parser(meta, BytesIO(data), [MemoryFileUploadHandler()]).parse()[1]


def test_a_handler_that_is_used_again() -> None:
    handler = MemoryFileUploadHandler()
    for text in (b"1", b"2"):
        data = part('name="f"; filename="x"', text) + END
        told = parse(BytesIO(data), len(data), handler)
        assert told[1]["f"][0][1] == text
