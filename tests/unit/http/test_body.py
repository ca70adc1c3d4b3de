"""From the stream to body, POST and FILES, with a request of either kind."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest

from vivace.core.exceptions import BadRequest, RequestDataTooBig, TooManyFilesSent
from vivace.core.files.uploadedfile import TemporaryUploadedFile
from vivace.http.asgi import ASGIRequest
from vivace.http.body import RawPostDataException, UnreadablePostError
from vivace.http.limited import LimitedStream
from vivace.http.multipartparser import MultiPartParserError
from vivace.http.wsgi import WSGIRequest
from vivace.test.utils import override_settings

FORM = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data; boundary=BB"
BODY = (
    b'--BB\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n'
    b'--BB\r\nContent-Disposition: form-data; name="f"; filename="x.txt"\r\n\r\ndata\r\n--BB--\r\n'
)


def make(
    colour: str,
    body: bytes,
    content_type: str = FORM,
    method: str = "POST",
    length: Any = None,
    stream: Any = None,
) -> Any:
    declared = str(len(body)) if length is None else length
    stream = BytesIO(body) if stream is None else stream
    if colour == "wsgi":
        environ = {
            "REQUEST_METHOD": method,
            "PATH_INFO": "/",
            "CONTENT_TYPE": content_type,
            "CONTENT_LENGTH": declared,
            "wsgi.input": stream,
        }
        return WSGIRequest(environ)
    headers = [(b"content-type", content_type.encode()), (b"content-length", declared.encode())]
    scope = {"type": "http", "method": method, "path": "/", "headers": headers, "query_string": b""}
    return ASGIRequest(scope, stream)


class Broken(BytesIO):
    def read(self, *args: Any) -> bytes:
        raise OSError(5, "gone")


def test_body_can_be_parsed_and_read_after_it_was_read(colour: str) -> None:
    request = make(colour, b"a=1&a=2")
    assert request.body == b"a=1&a=2"
    assert request.POST.getlist("a") == ["1", "2"]
    assert request.read(3) == b"a=1"
    request = make(colour, BODY, MULTIPART)
    assert request.body == BODY
    assert request.POST["a"] == "1"
    assert request.FILES["f"].read() == b"data"


def test_body_is_gone_once_the_stream_was_read(colour: str) -> None:
    request = make(colour, b"a=1")
    assert request.read(1) == b"a"
    with pytest.raises(RawPostDataException, match="You cannot access body after reading"):
        request.body  # noqa: B018
    assert not request.POST
    request = make(colour, BODY, MULTIPART)
    assert request.POST["a"] == "1"
    with pytest.raises(RawPostDataException):
        request.body  # noqa: B018


@pytest.mark.parametrize(
    ("method", "content_type"),
    [
        ("GET", FORM),
        ("PUT", FORM),
        ("POST", "application/json"),
        ("POST", "multipart/mixed"),
        ("POST", ""),
    ],
)
def test_other_bodies_are_left_alone(colour: str, method: str, content_type: str) -> None:
    request = make(colour, b"a=1", content_type, method)
    assert not request.POST
    assert not request.FILES
    assert request.body == b"a=1"


def test_urlencoded_forms_are_utf_8(colour: str) -> None:
    request = make(colour, b"a=1", FORM + "; charset=latin-1")
    with pytest.raises(BadRequest, match="content type must be UTF-8 encoded"):
        request.POST  # noqa: B018
    assert make(colour, b"a=%c3%a9", FORM + "; charset=UTF-8").POST["a"] == "\xe9"
    request = make(colour, b"a=1")
    assert request.POST
    request.encoding = "latin-1"
    with pytest.raises(BadRequest):
        request.POST  # noqa: B018


def test_after_an_error_in_a_multipart_body_the_form_is_empty(colour: str) -> None:
    request = make(colour, b"xxx", "multipart/form-data")
    with pytest.raises(MultiPartParserError):
        request.POST  # noqa: B018
    assert not request.POST
    assert not request.FILES
    with override_settings(DATA_UPLOAD_MAX_NUMBER_FILES=0):
        request = make(colour, BODY, MULTIPART)
        with pytest.raises(TooManyFilesSent):
            request.FILES  # noqa: B018
        assert not request.POST


@pytest.mark.parametrize("content_type", [FORM, MULTIPART])
def test_a_client_that_leaves(colour: str, content_type: str) -> None:
    request = make(colour, BODY, content_type, stream=Broken())
    with pytest.raises(UnreadablePostError) as caught:
        request.POST  # noqa: B018
    assert caught.value.args == (5, "gone")
    assert not request.POST


def test_body_size_limit(colour: str) -> None:
    with override_settings(DATA_UPLOAD_MAX_MEMORY_SIZE=5):
        assert make(colour, b"a=123").body == b"a=123"
        with pytest.raises(RequestDataTooBig, match="DATA_UPLOAD_MAX_MEMORY_SIZE"):
            make(colour, b"a=1234").POST  # noqa: B018
        assert make(colour, b"a=1234").read() == b"a=1234"
    with override_settings(DATA_UPLOAD_MAX_MEMORY_SIZE=None):
        assert make(colour, b"a=1234").POST["a"] == "1234"


def test_upload_handlers_are_sealed_once_used(colour: str) -> None:
    request = make(colour, BODY, MULTIPART)
    assert request.FILES
    with pytest.raises(AttributeError, match="You cannot set the upload handlers"):
        request.upload_handlers = []
    with pytest.raises(AttributeError, match="You cannot alter upload handlers"):
        request.upload_handlers.insert(0, None)


def test_limited_stream_ends_at_its_limit() -> None:
    source = BytesIO(b"one\ntwo\nthree")
    stream = LimitedStream(source, 6)
    assert stream.readline() == b"one\n"
    assert stream.read(1) == b"t"
    assert stream.read() == b"w"
    assert stream.read() == stream.readline() == b""
    assert source.read() == b"o\nthree"
    assert LimitedStream(BytesIO(b"a\nb\n"), 3).readlines() == [b"a\n", b"b"]
    assert LimitedStream(BytesIO(b"abcdef"), 4).readline(2) == b"ab"


@pytest.mark.parametrize("length", ["2", "0", ""])
def test_cve_2026_33034_bytes_that_came_are_counted(length: str) -> None:
    with override_settings(DATA_UPLOAD_MAX_MEMORY_SIZE=5):
        with pytest.raises(RequestDataTooBig):
            make("asgi", b"a=123456", length=length).body  # noqa: B018


def test_cve_2026_5766_memory_or_disk_by_what_came() -> None:
    with override_settings(FILE_UPLOAD_MAX_MEMORY_SIZE=10):
        request = make("asgi", BODY, MULTIPART, length="3")
        assert type(request.FILES["f"]) is TemporaryUploadedFile
        request.close()
