"""What makes a response unusual, over both protocols; and JSON from many threads."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from vivace.http import HttpResponse, HttpResponseNotFound, HttpResponseNotModified, JsonResponse
from vivace.http.headers import ResponseHeaders
from vivace.http.jsoncontent import encode_json
from vivace.urls import path


class OwnContent(HttpResponse):
    @property
    def content(self) -> bytes:
        return b"own"

    @content.setter
    def content(self, value: Any) -> None:
        self._body = b"given"


class OwnIteration(HttpResponse):
    def __iter__(self) -> Iterator[bytes]:
        return iter([b"own"])

    @property
    def content(self) -> bytes:
        return b"own"

    @content.setter
    def content(self, value: Any) -> None:
        self._body = b"given"


class OwnItems(HttpResponse):
    def items(self) -> Iterator[tuple[str, str]]:
        return iter([("X-Own", "1"), ("Content-Length", "5")])


class OwnHeaders(HttpResponse):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.headers = ResponseHeaders({"X-Own": "1"})


class OwnPhrase(HttpResponse):
    reason_phrase = "Own"


class OwnStatus(HttpResponse):
    @property
    def status_code(self) -> int:
        return 299

    @status_code.setter
    def status_code(self, value: int) -> None:
        raise AttributeError("it has one")


class OwnBytes(HttpResponse):
    def make_bytes(self, value: Any) -> bytes:
        return b"own"


class Mixin:
    def __iter__(self) -> Iterator[bytes]:
        return iter([b"own"])

    @property
    def content(self) -> bytes:
        return b"own"

    @content.setter
    def content(self, value: Any) -> None:
        self._body = b"given"


class WithMixin(Mixin, HttpResponse):
    pass


class Heir(WithMixin):
    pass


def answer(site: Callable[..., Any], make: Callable[[], Any], **options: Any) -> Any:
    return site([path("", lambda request: make())], **options).ask()


@pytest.mark.parametrize("cls", [OwnContent, OwnIteration, OwnBytes, WithMixin, Heir])
def test_a_class_that_has_its_own_way_to_give_its_body(
    site: Callable[..., Any], cls: type[HttpResponse]
) -> None:
    response = answer(site, lambda: cls("given"))
    if cls is OwnContent and response.reason is not None:
        # A WSGI server iterates, which is not asked of `content`.
        assert response.body == b"given"
    else:
        assert response.body == b"own"


@pytest.mark.parametrize("cls", [OwnItems, OwnHeaders])
def test_a_class_that_has_its_own_headers(
    site: Callable[..., Any], cls: type[HttpResponse]
) -> None:
    assert answer(site, lambda: cls("given")).get("X-Own") == "1"


def test_a_class_that_has_its_own_phrase(site: Callable[..., Any]) -> None:
    assert answer(site, lambda: OwnPhrase("x")).reason in ("Own", None)


def test_a_class_that_has_its_own_status(site: Callable[..., Any]) -> None:
    assert answer(site, lambda: OwnStatus("x")).status == 299


def test_a_class_that_closes_something(site: Callable[..., Any]) -> None:
    closed = []

    class OwnClose(HttpResponse):
        def close(self) -> None:
            super().close()
            closed.append(self.closed)

    answer(site, lambda: OwnClose("x"))
    assert closed == [True]


def test_a_close_set_on_one_response(site: Callable[..., Any]) -> None:
    closed = []

    def make() -> HttpResponse:
        response = HttpResponse("x")
        close = response.close

        def own() -> None:
            close()
            closed.append(response.closed)

        response.close = own  # type: ignore[method-assign]
        return response

    answer(site, make)
    assert closed == [True]
    other = HttpResponse()
    other.close()
    assert closed == [True]


def test_a_close_is_a_method_like_others() -> None:
    response = HttpResponse()
    with pytest.raises(AttributeError):
        del response.close
    response.close = lambda: None  # type: ignore[method-assign]
    del response.close
    response.close()
    assert response.closed
    assert callable(HttpResponse.close)


def touch_cookies(response: Any) -> None:
    response.set_cookie("a", "b")


def touch_closers(response: Any) -> None:
    response._resource_closers.append(lambda: None)


def touch_close(response: Any) -> None:
    response.close = lambda: None


def touch_frame(response: Any) -> None:
    response.xframe_options_exempt = True


def touch_phrase(response: Any) -> None:
    response.reason_phrase = "Own"


@pytest.mark.parametrize(
    "touch", [touch_cookies, touch_closers, touch_close, touch_frame, touch_phrase]
)
@pytest.mark.parametrize("make", [HttpResponse, lambda: JsonResponse({}), HttpResponseNotFound])
def test_what_makes_a_response_unusual(
    make: Callable[[], Any], touch: Callable[[Any], None]
) -> None:
    response = make()
    assert response._plain
    touch(response)
    assert not response._plain


@pytest.mark.parametrize(
    "cls", [OwnContent, OwnIteration, OwnItems, OwnPhrase, OwnBytes, WithMixin, Heir]
)
def test_overrides_make_every_instance_unusual(cls: type[HttpResponse]) -> None:
    assert not cls("x")._plain
    assert not cls("x", status=201)._plain
    assert not cls("x", headers={"X": "1"})._plain


def test_a_reason_given_to_the_constructor_makes_it_unusual() -> None:
    assert not HttpResponse(reason="Own")._plain


def test_a_subclass_without_overrides_is_plain() -> None:
    class Own(HttpResponse):
        status_code = 202

    assert Own("x")._plain
    assert not HttpResponseNotModified()._plain


def test_cookies_reach_the_client_of_a_subclass(site: Callable[..., Any]) -> None:
    def make() -> HttpResponse:
        response = OwnItems("x")
        response.set_cookie("a", "b")
        response.set_cookie("c", "d")
        return response

    assert len(answer(site, make).all("Set-Cookie")) == 2


def test_a_body_written_in_pieces(site: Callable[..., Any]) -> None:
    def make() -> HttpResponse:
        response = HttpResponse("a")
        response.write("b")
        response.writelines(["c", b"d"])
        return response

    assert answer(site, make).body == b"abcd"


@pytest.mark.parametrize("where", [{"path": "/\r\nX: 1"}, {"domain": "a\nb"}, {"expires": "x\ry"}])
def test_line_breaks_in_what_surrounds_a_cookie(where: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="Header values can't contain newlines"):
        HttpResponse().set_cookie("a", "b", **where)


def test_a_cookie_made_by_hand_cannot_break_its_line(site: Callable[..., Any]) -> None:
    def make() -> HttpResponse:
        response = HttpResponse("x")
        response.cookies["a"] = "b"
        response.cookies["a"]["path"] = "/\r\nX-Evil: 1"
        return response

    with pytest.raises(ValueError, match="Header values can't contain newlines"):
        answer(site, make)


# ------------------------------------------------------------------ JSON


def test_many_threads_encode_at_once() -> None:
    barrier = threading.Barrier(8)
    data = [
        {"number": n, "list": [{"k" * n: n / 3, "x": None}] * 20, "é": "ü" * n} for n in range(8)
    ]

    def work(n: int) -> bool:
        barrier.wait()
        expected = json.dumps(data[n]).encode()
        return all(encode_json(data[n]) == expected for _ in range(300))

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(work, range(8)))


def test_a_default_that_encodes_in_turn() -> None:
    class Table(dict):  # type: ignore[type-arg]
        def items(self) -> Any:
            return [("inner", json.loads(encode_json({"a": 1})))]

    assert json.loads(encode_json({"x": Table(y=1)})) == {"x": {"inner": {"a": 1}}}


def test_an_endless_structure_says_what_the_standard_library_says() -> None:
    data: dict[str, Any] = {}
    data["self"] = [data]
    with pytest.raises(ValueError, match="Circular reference detected"):
        encode_json(data)
    # The encoder is as it was.
    assert encode_json({"a": [1]}) == b'{"a": [1]}'


def test_what_cannot_be_encoded_leaves_the_encoder_as_it_was() -> None:
    with pytest.raises(TypeError, match="Object of type set is not JSON serializable"):
        JsonResponse({"a": {1}})
    assert JsonResponse({"a": 1}).content == b'{"a": 1}'
