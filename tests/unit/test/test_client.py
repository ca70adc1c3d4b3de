"""The test clients, through the real cycle."""

from __future__ import annotations

import asyncio
import sys
import types
from collections.abc import Iterator
from typing import Any

import pytest

from vivace.http import (
    HttpResponse,
    HttpResponsePermanentRedirect,
    HttpResponseRedirect,
    JsonResponse,
    StreamingHttpResponse,
)
from vivace.test import AsyncClient, Client, RequestFactory, override_settings
from vivace.test.client import FakePayload, RedirectCycleError, conditional_content_removal
from vivace.test.signals import template_rendered
from vivace.urls import Resolver404, path


class Temporary(HttpResponseRedirect):
    status_code = 307


def tell(request: Any) -> JsonResponse:
    return JsonResponse(
        {
            "method": request.method,
            "scheme": request.scheme,
            "host": request.get_host(),
            "query": request.META.get("QUERY_STRING", ""),
            "type": request.META.get("CONTENT_TYPE", ""),
            "foo": request.headers.get("X-Foo"),
            "body": request.body.decode(),
            "cookies": request.COOKIES,
        }
    )


def boom(request: Any) -> HttpResponse:
    raise ValueError("boom")


def bake(request: Any) -> HttpResponse:
    response = HttpResponse("ok")
    response.set_cookie("baked", "1")
    return response


class Template:
    def __init__(self, name: str) -> None:
        self.name = name


def render(request: Any) -> HttpResponse:
    for name in request.GET.getlist("t"):
        template_rendered.send(sender=None, template=Template(name), context={"name": name})
    return HttpResponse("rendered")


def stream(request: Any) -> StreamingHttpResponse:
    return StreamingHttpResponse([b"a", b"b"])


def chain(number: int) -> Any:
    return path(f"c{number}/", lambda request: HttpResponseRedirect(f"/c{number + 1}/"))


ROUTES = [
    path("tell/", tell, name="tell"),
    path("boom/", boom),
    path("bake/", bake),
    path("render/", render),
    path("stream/", stream),
    path("text/", lambda request: HttpResponse("x", content_type="text/plain")),
    path("once/", lambda request: HttpResponseRedirect("/tell/?q=1")),
    path("twice/", lambda request: HttpResponsePermanentRedirect("/once/")),
    path("rel/", lambda request: HttpResponseRedirect("deeper/")),
    path("rel/deeper/", tell),
    path("loop/", lambda request: HttpResponseRedirect("/loop/")),
    path("keep/", lambda request: Temporary("/tell/?z=1")),
    path("away/", lambda request: HttpResponseRedirect("https://example.com:99/tell/")),
    path("empty/", lambda request: HttpResponse("gone", status=204)),
    *map(chain, range(25)),
]


@pytest.fixture(autouse=True)
def urlconf() -> Iterator[None]:
    module = types.ModuleType("client_urlconf")
    vars(module).update(urlpatterns=ROUTES)
    sys.modules[module.__name__] = module
    with override_settings(ROOT_URLCONF=module.__name__, ALLOWED_HOSTS=["*"]):
        yield
    del sys.modules[module.__name__]


class Driver:
    """Asks a client, whichever colour it has."""

    def __init__(self, cls: Any) -> None:
        self.cls = cls

    def __call__(self, method: str, *args: Any, client: Any = None, **kwargs: Any) -> Any:
        client = client or self.cls()

        async def wait() -> Any:
            return await getattr(client, method)(*args, **kwargs)

        if self.cls is Client:
            return getattr(client, method)(*args, **kwargs)
        return asyncio.run(wait())


@pytest.fixture(params=[Client, AsyncClient])
def go(request: pytest.FixtureRequest) -> Driver:
    return Driver(request.param)


@pytest.mark.parametrize("method", ["get", "post", "put", "patch", "delete", "options", "trace"])
def test_methods(go: Driver, method: str) -> None:
    assert go(method, "/tell/").json()["method"] == method.upper()


def test_head_has_no_body(go: Driver) -> None:
    response = go("head", "/tell/")
    assert response.status_code == 200
    assert response.content == b""


def test_what_is_sent(go: Driver) -> None:
    sent = go(
        "post",
        "/tell/",
        {"a": [1, "é"]},
        content_type="application/json",
        secure=True,
        headers={"X-Foo": "bar"},
        query_params={"q": [1, 2]},
    ).json()
    assert sent == {
        "method": "POST",
        "scheme": "https",
        "host": "testserver",
        "query": "q=1&q=2",
        "type": "application/json",
        "foo": "bar",
        "body": '{"a": [1, "\\u00e9"]}',
        "cookies": {},
    }


def test_what_the_response_tells(go: Driver) -> None:
    client = go.cls()
    response = go("get", "/tell/", client=client)
    assert response.client is client
    assert response.templates == []
    assert response.context is None
    assert response.exc_info is None
    assert response.resolver_match.url_name == "tell"
    request = response.wsgi_request if go.cls is Client else response.asgi_request
    assert request.path == "/tell/"
    assert not hasattr(response, "redirect_chain")


def test_the_request_that_was_sent_is_kept() -> None:
    assert Client().get("/tell/?a=1").request == {
        "PATH_INFO": "/tell/",
        "REQUEST_METHOD": "GET",
        "SERVER_PORT": "80",
        "wsgi.url_scheme": "http",
        "QUERY_STRING": "a=1",
    }


def test_a_page_that_is_missing_has_no_match(go: Driver) -> None:
    response = go("get", "/none/")
    assert response.status_code == 404
    with pytest.raises(Resolver404):
        response.resolver_match.func  # noqa: B018 (the access resolves)


def test_exceptions_reach_the_test(go: Driver) -> None:
    with pytest.raises(ValueError, match="boom"):
        go("get", "/boom/")


def test_exceptions_can_be_looked_at_as_responses(go: Driver) -> None:
    client = go.cls(raise_request_exception=False)
    response = go("get", "/boom/", client=client)
    assert response.status_code == 500
    assert response.exc_info[0] is ValueError
    assert go("get", "/tell/", client=client).exc_info is None


def test_json_is_for_json(go: Driver) -> None:
    with pytest.raises(
        ValueError, match='Content-Type header is "text/plain", not "application/json"'
    ):
        go("get", "/text/").json()


def test_cookies_are_kept_and_sent(go: Driver) -> None:
    client = go.cls()
    client.cookies["own"] = "a b"
    go("get", "/bake/", client=client)
    assert go("get", "/tell/", client=client).json()["cookies"] == {"baked": "1", "own": "a b"}


def test_templates_and_contexts_are_recorded(go: Driver) -> None:
    one = go("get", "/render/?t=a")
    assert [template.name for template in one.templates] == ["a"]
    assert one.context == {"name": "a"}
    two = go("get", "/render/?t=a&t=b")
    assert [template.name for template in two.templates] == ["a", "b"]
    assert two.context["name"] == "a"
    assert "other" not in two.context
    with pytest.raises(KeyError):
        two.context["other"]


def test_streams_can_be_read() -> None:
    response = Client().get("/stream/")
    assert response.streaming
    assert response.getvalue() == b"ab"


def test_redirects_are_followed_when_asked_for(go: Driver) -> None:
    assert go("get", "/twice/").status_code == 301
    response = go("get", "/twice/", follow=True)
    assert response.redirect_chain == [("/once/", 301), ("/tell/?q=1", 302)]
    assert response.json()["query"] == "q=1"
    assert go("get", "/tell/", follow=True).redirect_chain == []


def test_a_followed_post_becomes_a_get(go: Driver) -> None:
    sent = go("post", "/once/", {"a": 1}, follow=True).json()
    assert (sent["method"], sent["body"]) == ("GET", "")


def test_temporary_redirects_keep_method_and_body(go: Driver) -> None:
    sent = go("put", "/keep/", "body", content_type="text/plain", follow=True).json()
    assert (sent["method"], sent["body"], sent["query"]) == ("PUT", "body", "z=1")


def test_relative_redirects(go: Driver) -> None:
    response = go("get", "/rel/", follow=True)
    assert response.status_code == 200
    assert response.redirect_chain == [("deeper/", 302)]


def test_redirects_to_another_host_go_there_by_name() -> None:
    sent = Client().get("/away/", follow=True).json()
    assert (sent["scheme"], sent["host"]) == ("https", "example.com")


@pytest.mark.parametrize(
    ("target", "message"),
    [("/loop/", "Redirect loop detected."), ("/c0/", "Too many redirects.")],
)
def test_circles_are_left(go: Driver, target: str, message: str) -> None:
    with pytest.raises(RedirectCycleError, match=message) as caught:
        go("get", target, follow=True)
    assert caught.value.redirect_chain == caught.value.last_response.redirect_chain


def test_defaults_hold_for_every_request() -> None:
    client = Client(headers={"X-Foo": "default"})
    assert client.get("/tell/").json()["foo"] == "default"
    assert client.get("/tell/", headers={"X-Foo": "own"}).json()["foo"] == "own"
    assert Client(HTTP_X_FOO="environ").get("/tell/").json()["foo"] == "environ"
    factory = RequestFactory(headers={"X-Foo": "1"})
    assert factory.get("/").headers["X-Foo"] == "1"


def test_204_has_no_body(go: Driver) -> None:
    assert go("get", "/empty/").content == b""


def test_content_removal_of_a_stream() -> None:
    response = StreamingHttpResponse([b"a"])
    assert conditional_content_removal(RequestFactory().head("/"), response) is response
    assert b"".join(response) == b""


def test_a_settings_change_reaches_a_client_that_is_in_use() -> None:
    client = Client()
    assert client.get("/tell/").status_code == 200
    with override_settings(ROOT_URLCONF="tests_empty_urlconf"):
        assert client.get("/tell/").status_code == 404
    assert client.get("/tell/").status_code == 200


def test_a_payload_is_not_read_beyond_its_end() -> None:
    payload = FakePayload(b"ab\ncd")
    assert len(payload) == 5
    assert payload.readline() == b"ab\n"
    assert payload.read(1) == b"c"
    with pytest.raises(AssertionError, match="Cannot read more than the available bytes"):
        payload.read(2)
    assert payload.read() == b"d"
    with pytest.raises(ValueError, match="Unable to write a payload after it's been read"):
        payload.write(b"x")


def test_a_bare_request_is_one_for_the_root() -> None:
    response = Client().request()
    assert response.wsgi_request.path == "/"
    assert response.request == {}
    with pytest.raises(KeyError, match="PATH_INFO"):
        str(response.resolver_match)
