"""Requests over WSGI: nothing is done before it is asked for, and what is asked twice is one thing."""

from __future__ import annotations

import copy
import io
import pickle
from typing import Any

import pytest

from vivace.core.exceptions import ImproperlyConfigured
from vivace.core.files.uploadedfile import SimpleUploadedFile
from vivace.http import HttpRequest, HttpResponse
from vivace.http.request import RawPostDataException, UnreadablePostError
from vivace.http.wsgi import WSGIRequest, get_script_name
from vivace.test.utils import override_settings
from vivace.urls import path
from vivace.utils.datastructures import MultiValueDict

FORM = "application/x-www-form-urlencoded"


class Stream(io.BytesIO):
    """Counts how often it was read."""

    reads = 0

    def read(self, size: int | None = -1) -> bytes:
        self.reads += 1
        return super().read(size)


class Untouchable:
    """Nothing may be read from it."""

    def __getattr__(self, name: str) -> Any:
        raise AssertionError(f"{name} was asked for")


def wsgi(body: bytes = b"", **more: Any) -> WSGIRequest:
    environ: dict[str, Any] = {
        "REQUEST_METHOD": "GET",
        "PATH_INFO": "/",
        "SERVER_NAME": "testserver",
        "SERVER_PORT": "80",
        "wsgi.url_scheme": "http",
        "wsgi.input": Stream(body),
        "CONTENT_LENGTH": str(len(body)),
    }
    return WSGIRequest({**environ, **more})


def test_a_request_reads_nothing_by_itself() -> None:
    request = wsgi(**{"wsgi.input": Untouchable(), "REQUEST_METHOD": "POST"})
    assert request.path == "/"
    assert [dict(request.headers), dict(request.GET), request.COOKIES] == [
        {"Content-Length": "0"},
        {},
        {},
    ]
    assert repr(request) == "<WSGIRequest: POST '/'>"


@pytest.mark.parametrize("name", ["GET", "POST", "FILES", "COOKIES", "headers", "accepted_types"])
def test_what_is_asked_twice_is_one_object(name: str) -> None:
    request = wsgi(b"a=1", REQUEST_METHOD="POST", CONTENT_TYPE=FORM)
    assert getattr(request, name) is getattr(request, name)


def test_the_body_is_read_once() -> None:
    stream = Stream(b"a=1")
    request = wsgi(b"a=1", REQUEST_METHOD="POST", CONTENT_TYPE=FORM, **{"wsgi.input": stream})
    assert request.POST == {"a": ["1"]}
    reads = stream.reads
    assert [request.body, request.body, request.FILES] == [b"a=1", b"a=1", {}]
    assert stream.reads == reads == 1


def test_no_more_is_read_than_was_declared() -> None:
    stream = Stream(b"abcdef")
    request = wsgi(CONTENT_LENGTH="3", **{"wsgi.input": stream})
    assert request.read() == b"abc"
    assert request.read() == b""
    assert stream.read() == b"def"


def test_a_body_that_was_read_as_a_stream_is_gone() -> None:
    request = wsgi(b"abc")
    assert request.read(1) == b"a"
    with pytest.raises(RawPostDataException, match="You cannot access body after reading"):
        _ = request.body


def test_a_client_that_is_gone() -> None:
    class Broken(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            raise OSError("gone", 5)

    request = wsgi(b"abc", **{"wsgi.input": Broken()})
    with pytest.raises(UnreadablePostError) as raised:
        _ = request.body
    assert raised.value.args == ("gone", 5)


def test_a_copy_shares_the_stream() -> None:
    request = wsgi(b"abc")
    other = copy.copy(request)
    assert other.read() == b"abc"
    # The stream behind it has no more, and a server's would keep the reader waiting.
    assert request.read() == b""


def test_a_copy_made_in_a_view_has_the_route(site: Any) -> None:
    seen = []

    def view(request: HttpRequest, number: int) -> HttpResponse:
        other = copy.copy(request)
        seen.append((other.resolver_match.route, other.resolver_match.kwargs))
        with pytest.raises(pickle.PicklingError, match="Cannot pickle ResolverMatch"):
            pickle.dumps(request)
        return HttpResponse()

    assert site([path("<int:number>/", view)]).ask("/5/").status == 200
    assert seen == [("<int:number>/", {"number": 5})]


def test_attributes_may_be_set() -> None:
    for request in (HttpRequest(), wsgi()):
        request.user = "me"  # type: ignore[attr-defined]
        assert request.user == "me"  # type: ignore[attr-defined]
        assert request._plain
        assert not hasattr(request, "urlconf")
        request.urlconf = "some.urls"
        assert request.urlconf == "some.urls"
        assert not request._plain
        del request.urlconf
        assert not hasattr(request, "urlconf")


def test_what_must_be_closed_makes_a_request_unusual() -> None:
    request = wsgi(b"a=1", REQUEST_METHOD="POST", CONTENT_TYPE=FORM)
    assert request.POST
    assert request._plain
    body = b'--X\r\nContent-Disposition: form-data; name="f"; filename="n"\r\n\r\nx\r\n--X--\r\n'
    request = wsgi(body, REQUEST_METHOD="POST", CONTENT_TYPE="multipart/form-data; boundary=X")
    assert request._plain
    assert request.FILES["f"].read() == b"x"
    assert not request._plain
    request = wsgi()
    request.FILES = MultiValueDict({"f": [SimpleUploadedFile("n", b"x")]})
    assert not request._plain


def test_closing_closes_every_file() -> None:
    request = wsgi()
    uploads = [SimpleUploadedFile(name, b"x") for name in "abc"]
    request.FILES = MultiValueDict({"a": uploads[:2], "b": uploads[2:]})
    request.close()
    assert all(upload.closed for upload in uploads)
    wsgi().close()


def test_another_encoding_parses_anew() -> None:
    request = wsgi(QUERY_STRING="q=%e9")
    before = request.GET
    request.encoding = "latin-1"
    assert request.GET["q"] == "é"
    assert request.GET is not before


def test_post_may_be_replaced() -> None:
    request = wsgi(REQUEST_METHOD="POST", **{"wsgi.input": Untouchable()})
    request.POST = {"own": "1"}
    assert request.POST == {"own": "1"}
    assert request._get_post() == {"own": "1"}
    request._set_post({"other": "1"})
    assert request.POST == {"other": "1"}


def test_the_environ_is_the_meta_and_tells_the_decoded_path() -> None:
    request = wsgi(PATH_INFO="/\xc3\xa9", SCRIPT_NAME="/s")
    assert request.META is request.environ
    assert request.META["PATH_INFO"] == "/é"
    assert (request.path, request.path_info) == ("/s/é", "/é")


def test_a_broken_setting_is_named() -> None:
    with override_settings(SECURE_PROXY_SSL_HEADER=("only one",)):
        with pytest.raises(ImproperlyConfigured, match="must be a tuple containing two values"):
            wsgi().is_secure()


def test_settings_decide_at_once() -> None:
    request = wsgi(HTTP_X_PROTO="https")
    assert not request.is_secure()
    with override_settings(SECURE_PROXY_SSL_HEADER=("HTTP_X_PROTO", "https")):
        assert request.is_secure()
    assert not request.is_secure()
    with override_settings(FORCE_SCRIPT_NAME="/forced"):
        assert get_script_name({}) == "/forced"
    assert get_script_name({}) == ""


def test_a_content_type_that_cannot_be_read(site: Any) -> None:
    def view(request: HttpRequest) -> HttpResponse:
        return HttpResponse(f"{request.content_type} {request.content_params} {request.encoding}")

    web = site([path("", view)])
    headers = [("Content-Type", "Text/Plain; n*=nope''x; charset=latin-1")]
    assert web.ask(headers=headers).body == b"text/plain {} None"
