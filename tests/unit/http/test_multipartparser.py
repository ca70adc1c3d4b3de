"""Multipart bodies: handlers, limits, chunking, and the past vulnerabilities of such parsers."""

from __future__ import annotations

import base64
from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from growth import grows_linearly
from vivace.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from vivace.core.files.uploadedfile import InMemoryUploadedFile, TemporaryUploadedFile
from vivace.core.files.uploadhandler import (
    FileUploadHandler,
    MemoryFileUploadHandler,
    SkipFile,
    StopFutureHandlers,
    StopUpload,
    TemporaryFileUploadHandler,
)
from vivace.http.multipart.events import END, HeadersTooLarge, PartSplitter
from vivace.http.multipartparser import ChunkIter, MultiPartParser, MultiPartParserError, exhaust
from vivace.test.utils import override_settings

LAST = b"--BB--\r\n"


def field(name: str, value: bytes) -> bytes:
    head = f'--BB\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n'
    return head.encode() + value + b"\r\n"


def upload(name: str, data: bytes, filename: str = "x.txt", more: bytes = b"") -> bytes:
    head = f'--BB\r\nContent-Disposition: form-data; name="{name}"; filename="{filename}"\r\n'
    return head.encode() + more + b"\r\n" + data + b"\r\n"


class Pieces:
    """A stream that gives its pieces one at a time, however much is asked for."""

    def __init__(self, pieces: list[bytes]) -> None:
        self.pieces = [piece for piece in pieces if piece]
        self.reads = 0

    def read(self, size: int = -1) -> bytes:
        self.reads += 1
        return self.pieces.pop(0) if self.pieces else b""


def parse(body: Any, *handlers: Any, length: int | None = None) -> tuple[Any, Any]:
    if not handlers:
        handlers = (MemoryFileUploadHandler(), TemporaryFileUploadHandler())
    if length is None:
        length = len(body) if isinstance(body, bytes) else 1
    stream = BytesIO(body) if isinstance(body, bytes) else body
    meta = {"CONTENT_TYPE": "multipart/form-data; boundary=BB", "CONTENT_LENGTH": str(length)}
    return MultiPartParser(meta, stream, list(handlers)).parse()


class Recorder(FileUploadHandler):
    """Writes down what it is told."""

    def __init__(self, act: Callable[[str, str], None] | None = None) -> None:
        super().__init__()
        self.field_name = ""
        self.log: list[Any] = []
        self.act = act or (lambda event, field: None)

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self.log.append(("new", *args))
        self.act("new", self.field_name)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> Any:
        self.log.append((raw_data, start))
        self.act("chunk", self.field_name)
        return raw_data

    def file_complete(self, file_size: int) -> Any:
        self.log.append(("complete", file_size))

    def upload_complete(self) -> None:
        self.log.append("all")

    def upload_interrupted(self) -> None:
        self.log.append("interrupted")


def test_handlers_are_told_of_every_step() -> None:
    more = b"Content-Type: text/plain; charset=x\r\nContent-Length: 4\r\n"
    first, second = Recorder(), Recorder()
    parse(upload("f", b"data", more=more) + LAST, first, second)
    told = ("new", "f", "x.txt", "text/plain", 4, b"x", {"charset": b"x"})
    assert first.log == second.log == [told, (b"data", 0), ("complete", 4), "all"]


def test_stop_future_handlers_hides_the_file_from_the_next() -> None:
    def act(event: str, field: str) -> None:
        if event == "new":
            raise StopFutureHandlers

    first, second = Recorder(act), Recorder()
    parse(upload("f", b"data") + LAST, first, second)
    assert second.log[0] == (b"data", 0)


@pytest.mark.parametrize("when", ["new", "chunk"])
def test_skip_file_leaves_out_that_file_only(when: str) -> None:
    def act(event: str, field: str) -> None:
        if event == when and field == "skipped":
            raise SkipFile

    body = upload("a", b"1") + upload("skipped", b"2") + upload("b", b"3") + field("c", b"4") + LAST
    handlers = Recorder(act), MemoryFileUploadHandler(), TemporaryFileUploadHandler()
    post, files = parse(body, *handlers)
    assert post["c"] == "4"
    assert list(files) == ["a", "b"]
    assert [files["a"].read(), files["b"].read()] == [b"1", b"3"]


@pytest.mark.parametrize("reset", [False, True])
def test_stop_upload_ends_it(reset: bool) -> None:
    def act(event: str, field: str) -> None:
        raise StopUpload(connection_reset=reset)

    handler = Recorder(act)
    stream = Pieces([field("a", b"1"), upload("f", b"data"), field("b", b"2"), b"x" * 500, LAST])
    post, files = parse(stream, handler)
    assert dict(post.items()) == {"a": "1"}
    assert not files
    assert handler.log[-1] == "all"
    assert bool(stream.pieces) is reset


def test_interrupted_when_the_body_ends_in_a_file() -> None:
    handler = Recorder()
    _, files = parse(upload("f", b"data"), handler)
    assert handler.log[-2:] == ["interrupted", "all"]
    assert not files


def test_raw_input_may_be_taken_over() -> None:
    class Taker(FileUploadHandler):
        def handle_raw_input(self, *args: Any, **kwargs: Any) -> Any:
            return "POST", "FILES"

    assert parse(LAST, Taker()) == ("POST", "FILES")


def test_memory_or_disk_by_size() -> None:
    body = upload("f", b"data") + LAST
    with override_settings(FILE_UPLOAD_MAX_MEMORY_SIZE=len(body)):
        assert type(parse(body)[1]["f"]) is InMemoryUploadedFile
    with override_settings(FILE_UPLOAD_MAX_MEMORY_SIZE=len(body) - 1):
        file = parse(body)[1]["f"]
        assert type(file) is TemporaryUploadedFile
        assert file.read() == b"data"
        file.close()


def test_temporary_files_are_closed_when_the_upload_fails() -> None:
    handler = TemporaryFileUploadHandler()
    with override_settings(DATA_UPLOAD_MAX_NUMBER_FILES=1):
        with pytest.raises(TooManyFilesSent):
            parse(upload("a", b"1") + upload("b", b"2") + LAST, handler)
    assert handler.file.closed


def test_limits() -> None:
    body = field("a", b"1") + field("b", b"2") + LAST
    with override_settings(DATA_UPLOAD_MAX_NUMBER_FIELDS=1), pytest.raises(TooManyFieldsSent):
        parse(body)
    with override_settings(DATA_UPLOAD_MAX_MEMORY_SIZE=7), pytest.raises(RequestDataTooBig):
        parse(body)
    with override_settings(DATA_UPLOAD_MAX_MEMORY_SIZE=8, DATA_UPLOAD_MAX_NUMBER_FIELDS=2):
        assert dict(parse(body)[0].items()) == {"a": "1", "b": "2"}


def test_an_endless_field_is_given_up_on() -> None:
    class Endless:
        given = 0

        def read(self, size: int) -> bytes:
            self.given += 1
            return field("a", b"")[:-2] if self.given == 1 else b"x" * 65536

    stream = Endless()
    with pytest.raises(RequestDataTooBig):
        parse(stream)
    assert stream.given < 60


@pytest.mark.parametrize("chunked", [False, True])
def test_endless_headers_are_given_up_on(chunked: bool) -> None:
    body = b"--BB\r\n" + b"x: y\r\n" * 1000
    stream = Pieces([body[n : n + 7] for n in range(0, len(body), 7)]) if chunked else body
    with pytest.raises(MultiPartParserError, match="Request max total header size exceeded"):
        parse(stream)


@pytest.mark.parametrize(
    ("content_type", "length", "message"),
    [
        ("text/plain", "1", "Invalid Content-Type: text/plain"),
        ("multipart/form-data", "1", "Invalid boundary in multipart: None"),
        ("multipart/form-data; boundary=", "1", "Invalid boundary in multipart: "),
        ("multipart/form-data; boundary=a\tb", "1", "Invalid boundary in multipart: a\tb"),
        ("multipart/form-data; boundary=\xe9", "1", "Invalid non-ASCII Content-Type in multipart"),
        ("multipart/form-data; boundary=BB", "-1", "Invalid content length: -1"),
    ],
)
def test_what_cannot_be_parsed_says_why(content_type: str, length: str, message: str) -> None:
    with pytest.raises(MultiPartParserError) as caught:
        MultiPartParser({"CONTENT_TYPE": content_type, "CONTENT_LENGTH": length}, BytesIO(), [])
    assert message in str(caught.value)


def test_chunk_iter_and_exhaust() -> None:
    stream = BytesIO(b"abcdef")
    assert list(ChunkIter(stream, 4)) == [b"abcd", b"ef"]
    stream.seek(0)
    exhaust(stream)
    assert stream.read() == b""


def collect(events: Any) -> list[tuple[bytes | None, bytes]]:
    parts: list[tuple[bytes | None, bytes]] = []
    for event in events:
        if type(event) is tuple:
            block, body = event[0], b""
        elif event is END:
            parts.append((block, body))
        else:
            body += event
    return parts


def whole(data: bytes) -> list[tuple[bytes | None, bytes]]:
    return collect(PartSplitter(b"BB").feed(data, last=True))


TOKENS = [
    b"--BB",
    b"\r\n",
    b"\n",
    b"\r",
    b"--",
    b"-",
    b"B",
    b"BB",
    b"a: b",
    b"\r\n\r\n",
    b"x" * 9,
    b"--BB\r\nq\r\n\r\n",
]


@given(st.lists(st.sampled_from(TOKENS), max_size=25), st.lists(st.integers(0, 60), max_size=8))
@settings(max_examples=400)
def test_any_chunking_gives_the_same_parts(tokens: list[bytes], cuts: list[int]) -> None:
    data = b"".join(tokens)
    splitter = PartSplitter(b"BB")
    parts = []
    start = 0
    events: list[Any] = []
    for cut in [*sorted(cut for cut in cuts if cut < len(data)), len(data)]:
        events += splitter.feed(data[start:cut])
        start = cut
    events += splitter.feed(b"", last=True)
    parts = collect(events)
    assert parts == whole(data)


@given(st.integers(1, 40), st.lists(st.binary(max_size=60), max_size=4))
def test_any_chunking_gives_the_same_request(step: int, values: list[bytes]) -> None:
    values = [value.replace(b"--BB", b"") for value in values]
    body = b"".join(
        field(f"f{n}", value) + upload(f"u{n}", value) for n, value in enumerate(values)
    )
    body += LAST
    pieces = Pieces([body[n : n + step] for n in range(0, len(body), step)])
    results = []
    for stream in (body, pieces):
        post, files = parse(stream)
        results.append((dict(post.lists()), {name: file.read() for name, file in files.items()}))
    assert results[0] == results[1]
    assert results[0][1] == {f"u{n}": value for n, value in enumerate(values)}


def test_header_size_does_not_depend_on_chunks() -> None:
    data = b"--BB" + b"h" * 1020 + b"\r\n\r\nbody"
    assert len(whole(data)) == 2
    too_long = b"--BB" + b"h" * 1021 + b"\r\n\r\nbody"
    with pytest.raises(HeadersTooLarge):
        whole(too_long)
    splitter = PartSplitter(b"BB")
    with pytest.raises(HeadersTooLarge):
        collect(event for byte in too_long for event in splitter.feed(bytes([byte])))


@pytest.mark.parametrize(
    ("sent", "name"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\\\x\\\\y.txt", "y.txt"),
        ("&#47;etc&#47;passwd", "passwd"),
        ("a/b\\\\c.txt", "c.txt"),
    ],
)
def test_cve_2021_28658_handlers_get_no_path(sent: str, name: str) -> None:
    handler = Recorder()
    parse(upload("f", b"1", sent) + LAST, handler)
    assert handler.log[0][2] == name


@pytest.mark.parametrize("sent", ["..", ".", "/", "a/..", "..\\\\..", "\x01\x02"])
def test_cve_2021_31542_names_that_are_none_are_dropped(sent: str) -> None:
    handler = Recorder()
    post, files = parse(upload("f", b"1", sent) + field("a", b"2") + LAST, handler)
    assert handler.log == ["all"]
    assert not files
    assert post["a"] == "2"


@pytest.mark.parametrize(
    "text", [b"--BB", b"\r\n", b"--BB\r\n\r\n\r\n", b"--BB--B", b"-", b"--BB\r\n:\r\n"]
)
def test_cve_2022_23833_malformed_bodies_come_to_an_end(text: bytes) -> None:
    with override_settings(DATA_UPLOAD_MAX_NUMBER_FIELDS=None):
        for step in (1, 3, 1000):
            body = text * 300
            stream = Pieces([body[n : n + step] for n in range(0, len(body), step)])
            try:
                parse(stream)
            except MultiPartParserError:
                pass
            assert stream.reads <= len(body) // step + 3


def test_cve_2023_24580_file_parts_are_counted_while_reading() -> None:
    handler = Recorder()
    stream = Pieces([upload(f"f{n}", b"1") for n in range(1000)])
    with pytest.raises(TooManyFilesSent):
        parse(stream, handler)
    assert sum(entry[0] == "new" for entry in handler.log) == 100
    assert len(stream.pieces) > 880


def test_cve_2026_33033_whitespace_in_base64_is_skipped_in_linear_time() -> None:
    more = b"Content-Transfer-Encoding: base64\r\n"

    def read(size: int) -> None:
        body = upload("f", b"a" + b" " * size * 40 + b"GVs", more=more) + LAST
        pieces = Pieces([body[n : n + 4096] for n in range(0, len(body), 4096)])
        assert parse(pieces)[1]["f"].read() == b"hel"

    assert grows_linearly(read)


def test_cve_2026_108147_base64_reaches_handlers_in_bounded_chunks() -> None:
    data = bytes(range(256)) * 400
    more = b"Content-Transfer-Encoding: base64\r\n"
    body = upload("f", base64.encodebytes(data), more=more) + LAST
    handler = Recorder()
    parse(Pieces([body[n : n + 1000] for n in range(0, len(body), 1000)]), handler)
    chunks = [entry[0] for entry in handler.log if isinstance(entry[0], bytes)]
    assert b"".join(chunks) == data
    assert max(map(len, chunks)) <= 1100


def test_cve_2026_84429_separators_in_quotes_cost_linear_time() -> None:
    def read(size: int) -> None:
        meta = {"CONTENT_TYPE": 'multipart/form-data; boundary="' + ";" * size + '"'}
        MultiPartParser(meta, BytesIO(), [])

    assert grows_linearly(read)


def test_cve_2026_5766_memory_or_disk_by_what_came() -> None:
    body = upload("f", b"d" * 500) + LAST
    with override_settings(FILE_UPLOAD_MAX_MEMORY_SIZE=100):
        file = parse(body, length=3)[1]["f"]
        assert type(file) is TemporaryUploadedFile
        file.close()
