"""What nobody should send, sent raw over WSGI and ASGI: a clean answer, never a traceback."""

from __future__ import annotations

import json
import logging
from typing import Any

import pytest

from vivace.http import (
    HttpResponse,
    HttpResponseRedirect,
    JsonResponse,
    UnreadablePostError,
)
from vivace.urls import path, re_path

FORM = ("Content-Type", "application/x-www-form-urlencoded")


def echo(request: Any, *args: Any) -> JsonResponse:
    return JsonResponse({"path": request.path_info, "args": args, "GET": dict(request.GET.lists())})


def form(request: Any) -> JsonResponse:
    files = {name: [file.name, file.read().decode()] for name, file in request.FILES.items()}
    return JsonResponse({"POST": dict(request.POST.lists()), "FILES": files})


def body(request: Any) -> HttpResponse:
    return HttpResponse(request.body)


def host(request: Any) -> HttpResponse:
    return HttpResponse(request.get_host())


def meta(request: Any) -> JsonResponse:
    return JsonResponse({key: value for key, value in request.META.items() if key[:5] == "HTTP_"})


ROUTES = [
    re_path(r"^any/(.*)$", echo),
    path("form/", form),
    path("body/", body),
    path("host/", host),
    path("meta/", meta),
]


@pytest.fixture
def web(site: Any) -> Any:
    return site(
        ROUTES,
        DATA_UPLOAD_MAX_MEMORY_SIZE=100,
        DATA_UPLOAD_MAX_NUMBER_FIELDS=5,
        DATA_UPLOAD_MAX_NUMBER_FILES=2,
    )


def told(response: Any) -> Any:
    assert response.status == 200, response
    return json.loads(response.body)


def refused(response: Any, status: int = 400) -> None:
    assert response.status == status, response
    assert b"Traceback" not in response.body
    assert b"site-packages" not in response.body


# ------------------------------------------------------------------ paths and queries


@pytest.mark.parametrize(
    ("target", "seen"),
    [
        ("/any/%", "/any/%"),
        ("/any/%zz", "/any/%zz"),
        ("/any/%C3%A9", "/any/é"),
        ("/any/%00", "/any/\0"),
        ("/any/../x", "/any/../x"),
        ("/any/a%2Fb", "/any/a/b"),
        ("/any/%25", "/any/%"),
        ("/any/a+b", "/any/a+b"),
        ("/any/%F0%9F%8E%B7", "/any/🎷"),
    ],
)
def test_paths_are_decoded_once(web: Any, target: str, seen: str) -> None:
    assert told(web.ask(target))["path"] == seen


def test_a_path_that_is_not_utf8(site: Any) -> None:
    web = site(ROUTES)
    if web.colour == "wsgi":
        assert told(web.ask("/any/%ff"))["path"] == "/any/%FF"
        assert told(web.ask(b"/any/\xff%C3"))["path"] == "/any/%FF%C3"


@pytest.mark.parametrize(
    ("query", "seen"),
    [
        ("a=1&a=2", {"a": ["1", "2"]}),
        ("a=%ff", {"a": ["\ufffd"]}),
        ("a=%", {"a": ["%"]}),
        ("%zz=%C3%A9&b", {"%zz": ["é"], "b": [""]}),
        ("&&=&", {"": [""]}),
        ("a=%00", {"a": ["\0"]}),
        ("a+b=c+d", {"a b": ["c d"]}),
    ],
)
def test_queries_are_read_as_browsers_mean_them(web: Any, query: str, seen: Any) -> None:
    assert told(web.ask(f"/any/?{query}"))["GET"] == seen


def test_cve_2021_23336_only_an_ampersand_separates(web: Any) -> None:
    assert told(web.ask("/any/?a=1;b=2"))["GET"] == {"a": ["1;b=2"]}


def test_too_many_fields_in_a_query(web: Any) -> None:
    assert told(web.ask("/any/?a&b&c&d&e"))["GET"]
    refused(web.ask("/any/?a&b&c&d&e&f"))


def test_cve_2021_44420_a_newline_at_the_end_is_another_path(web: Any) -> None:
    assert web.ask("/host/%0A").status == 404


def test_cve_2018_14574_slashes_at_the_start_do_not_leave_the_site(site: Any) -> None:
    web = site(
        [re_path(r"(.*)/$", echo)], ["vivace.middleware.common.CommonMiddleware"], APPEND_SLASH=True
    )
    response = web.ask("//evil.example/x")
    assert response.status == 301
    assert response.get("Location").startswith("/%2Fevil.example/x/")


# ------------------------------------------------------------------ hosts


@pytest.mark.parametrize(
    "value",
    ["testserver", "testserver.", "testserver:80", "TESTSERVER", "testserver:99999", "[::1]:80"],
)
def test_allowed_hosts(site: Any, value: str) -> None:
    web = site(ROUTES, ALLOWED_HOSTS=["testserver", "[::1]"])
    response = web.ask("/host/", headers=[("Host", value)])
    assert (response.status, response.body) == (200, value.encode())


@pytest.mark.parametrize(
    "value",
    [
        "evil.example",
        "testserver:abc",
        "user@testserver",
        "testserver@evil.example",
        "[::1]",
        "[::1",
        "testserver\0",
        "test server",
        "",
        "testserver, evil.example",
        "tests\xe9rver",
        "testserver/path",
        "testserver?x",
        "testserver#x",
        "testserver\\evil.example",
        "testserver:80:80",
        "testserver..",
    ],
)
def test_cve_2012_4520_other_hosts_are_refused(web: Any, value: str) -> None:
    refused(web.ask("/host/", headers=[("Host", value)]))


def test_cve_2011_4139_the_forwarded_host_counts_only_when_asked_for(site: Any) -> None:
    headers = [("Host", "testserver"), ("X-Forwarded-Host", "localhost")]
    assert site(ROUTES).ask("/host/", headers=headers).body == b"testserver"
    trusting = site(ROUTES, USE_X_FORWARDED_HOST=True)
    assert trusting.ask("/host/", headers=headers).body == b"localhost"
    refused(trusting.ask("/host/", headers=[("X-Forwarded-Host", "evil.example")]))


def test_cve_2016_9014_debug_allows_local_names_only(site: Any) -> None:
    web = site(ROUTES, DEBUG=True, ALLOWED_HOSTS=[])
    for name in ("localhost", "127.0.0.1", "[::1]", "sub.localhost"):
        assert web.ask("/host/", headers=[("Host", name)]).status == 200
    assert web.ask("/host/", headers=[("Host", "evil.example")]).status == 400


def test_a_refused_host_is_logged(web: Any, caplog: pytest.LogCaptureFixture) -> None:
    logger = logging.getLogger("vivace.security.DisallowedHost")
    logger.addHandler(caplog.handler)
    try:
        refused(web.ask("/host/", headers=[("Host", "evil.example")]))
    finally:
        logger.removeHandler(caplog.handler)
    assert "Invalid HTTP_HOST header: 'evil.example'" in caplog.text


# ------------------------------------------------------------------ headers


def test_headers_are_joined_and_odd_bytes_kept(web: Any) -> None:
    headers = [
        ("X-A", "1"),
        ("X-A", "2"),
        ("Cookie", "a=1"),
        ("Cookie", "b=2"),
        (b"X-Bin", b"\xff\xfe"),
    ]
    seen = told(web.ask("/meta/", headers=headers))
    assert seen["HTTP_X_A"] == "1,2"
    assert seen["HTTP_COOKIE"] == "a=1; b=2"
    assert seen["HTTP_X_BIN"] == "ÿþ"


def test_cve_2026_3902_underscores_do_not_stand_for_hyphens(web: Any) -> None:
    headers = [("X_Forwarded_For", "evil"), ("X-Real", "1"), ("X_Real", "2")]
    seen = told(web.ask("/meta/", headers=headers))
    assert "HTTP_X_FORWARDED_FOR" not in seen
    assert seen["HTTP_X_REAL"] == "1"


@pytest.mark.parametrize("value", ["a\nb", "a\rb", "a\r\nSet-Cookie: x=1"])
@pytest.mark.parametrize("name", ["X-A", "Location", "Content-Type"])
def test_line_breaks_in_a_header_are_refused(site: Any, name: str, value: str) -> None:
    def view(request: Any) -> HttpResponse:
        response = HttpResponse()
        response[name] = value
        return response

    response = site([path("", view)]).ask()
    refused(response, 500)
    assert "Set-Cookie" not in response


def test_line_breaks_in_a_cookie_and_a_redirect_are_encoded(site: Any) -> None:
    def cookie(request: Any) -> HttpResponse:
        response = HttpResponse()
        response.set_cookie("a", "b\r\nX-Evil: 1")
        return response

    def redirect(request: Any) -> HttpResponse:
        return HttpResponseRedirect("/a\r\nX-Evil: 1")

    web = site([path("cookie/", cookie), path("redirect/", redirect)])
    assert web.ask("/cookie/").get("Set-Cookie").strip() == 'a="b\\015\\012X-Evil: 1"; Path=/'
    assert web.ask("/redirect/").get("Location") == "/a%0D%0AX-Evil:%201"


@pytest.mark.parametrize("target", ["javascript:alert(1)", "data:text/html,x", "vbscript:x"])
def test_cve_2012_3442_redirects_have_known_schemes(site: Any, target: str) -> None:
    response = site([path("", lambda request: HttpResponseRedirect(target))]).ask()
    refused(response)
    assert "Location" not in response


# ------------------------------------------------------------------ bodies


def test_a_form_is_read(web: Any) -> None:
    response = web.ask("/form/", "POST", [FORM], b"a=1&a=2&b=%C3%A9+x&c")
    assert told(response)["POST"] == {"a": ["1", "2"], "b": ["é x"], "c": [""]}


def test_a_form_of_broken_bytes_is_read(web: Any) -> None:
    response = web.ask("/form/", "POST", [FORM], b"a=%ff&b=%&c=\xfe")
    assert told(response)["POST"] == {"a": ["\ufffd"], "b": ["%"], "c": ["þ"]}


def test_too_large_a_form(web: Any) -> None:
    assert web.ask("/form/", "POST", [FORM], b"a=" + b"x" * 98).status == 200
    refused(web.ask("/form/", "POST", [FORM], b"a=" + b"x" * 99))


def test_too_large_a_body(web: Any) -> None:
    assert web.ask("/body/", "POST", body=b"x" * 100).status == 200
    refused(web.ask("/body/", "POST", body=b"x" * 101))


def test_too_large_a_body_is_not_minded_by_a_view_that_does_not_read_it(web: Any) -> None:
    assert web.ask("/any/", "POST", body=b"x" * 101).status == 200


def test_cve_2026_33034_what_comes_is_counted_without_a_declared_length(site: Any) -> None:
    web = site(ROUTES, DATA_UPLOAD_MAX_MEMORY_SIZE=100)
    if web.colour == "asgi":
        chunked = [("Transfer-Encoding", "chunked")]
        refused(web.ask("/body/", "POST", chunked, [b"x" * 60, b"y" * 60]))
        refused(web.ask("/form/", "POST", [*chunked, FORM], [b"a=" + b"x" * 60, b"y" * 60]))


def test_too_many_fields_in_a_form(web: Any) -> None:
    assert web.ask("/form/", "POST", [FORM], b"a&b&c&d&e").status == 200
    refused(web.ask("/form/", "POST", [FORM], b"a&b&c&d&e&f"))


@pytest.mark.parametrize("declared", ["", "0", "-5", "x", "1e3", "9" * 30])
def test_declared_lengths_that_mean_nothing(web: Any, declared: str) -> None:
    response = web.ask("/body/", "POST", body=b"abc", content_length=declared)
    assert response.status in (200, 400)
    assert b"Traceback" not in response.body


def test_a_body_longer_than_declared_is_cut(site: Any) -> None:
    web = site(ROUTES)
    if web.colour == "wsgi":
        assert web.ask("/body/", "POST", body=b"abcdef", content_length="3").body == b"abc"


def test_a_body_shorter_than_declared_is_what_came(web: Any) -> None:
    assert web.ask("/body/", "POST", body=b"abc", content_length="10").body == b"abc"


def test_bodies_come_in_pieces(web: Any) -> None:
    assert web.ask("/body/", "POST", body=[b"ab", b"c", b"def"]).body == b"abcdef"


def test_a_client_that_leaves_before_its_body_is_complete(site: Any) -> None:
    seen: list[Exception] = []

    def view(request: Any) -> HttpResponse:
        try:
            return HttpResponse(request.body)
        except UnreadablePostError as error:
            seen.append(error)
            raise

    web = site([path("", view)])
    response = web.ask("/", "POST", body=[b"abc"], disconnects=True, content_length="10")
    if web.colour == "asgi":
        # The view is not called, nobody is there to be answered.
        assert response.status == 0
        assert seen == []


def test_a_form_in_an_unknown_charset(web: Any) -> None:
    headers = [("Content-Type", "application/x-www-form-urlencoded; charset=nope")]
    assert told(web.ask("/form/", "POST", headers, b"a=1"))["POST"] == {"a": ["1"]}


def test_a_form_in_another_charset_is_refused(web: Any) -> None:
    headers = [("Content-Type", "application/x-www-form-urlencoded; charset=latin-1")]
    refused(web.ask("/form/", "POST", headers, b"a=%e9"))


# ------------------------------------------------------------------ multipart


def multipart(boundary: str = "X") -> list[tuple[str, str]]:
    return [("Content-Type", f"multipart/form-data; boundary={boundary}")]


def part(name: str, value: bytes, more: str = "") -> bytes:
    head = f'--X\r\nContent-Disposition: form-data; name="{name}"{more}\r\n\r\n'
    return head.encode() + value + b"\r\n"


END = b"--X--\r\n"


def test_multipart_is_read(web: Any) -> None:
    payload = part("a", b"1") + part("f", b"text", '; filename="n.txt"') + END
    assert told(web.ask("/form/", "POST", multipart(), payload)) == {
        "POST": {"a": ["1"]},
        "FILES": {"f": ["n.txt", "text"]},
    }


def test_multipart_in_the_smallest_pieces(web: Any) -> None:
    payload = part("a", b"1") + part("f", b"-X--\r\n-", '; filename="n.txt"') + END
    pieces = [payload[i : i + 1] for i in range(len(payload))]
    assert told(web.ask("/form/", "POST", multipart(), pieces)) == {
        "POST": {"a": ["1"]},
        "FILES": {"f": ["n.txt", "-X--\r\n-"]},
    }


@pytest.mark.parametrize(
    ("headers", "payload"),
    [
        ([("Content-Type", "multipart/form-data")], b"abc"),
        (multipart(""), b"abc"),
        (multipart("\xe9"), b"abc"),
        (multipart(), b"".join(part(f"f{n}", b"1") for n in range(6)) + END),
        (multipart(), b"".join(part(f"f{n}", b"1", '; filename="q"') for n in range(3)) + END),
        (multipart(), part("a", b"x" * 200) + END),
    ],
    ids=["no boundary", "empty boundary", "odd boundary", "fields", "files", "memory"],
)
def test_multipart_that_is_refused(web: Any, headers: Any, payload: bytes) -> None:
    refused(web.ask("/form/", "POST", headers, payload))


@pytest.mark.parametrize(
    "payload", [b"", b"garbage", b"--X", b"--X\r\n", b"--X--", part("a", b"1")[:-9], b"\r\n" * 50]
)
def test_cve_2022_23833_truncated_multipart_comes_to_an_end(web: Any, payload: bytes) -> None:
    response = web.ask("/form/", "POST", multipart(), payload)
    assert response.status in (200, 400)
    assert b"Traceback" not in response.body


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/x", "x"),
        ("C:\\\\dir\\\\x.txt", "x.txt"),
        ("/abs/x", "x"),
        ("x\x01y.txt", "xy.txt"),
        ("&lt;x", "<x"),
    ],
)
def test_cve_2021_28658_upload_names_have_no_directories(web: Any, given: str, kept: str) -> None:
    payload = part("f", b"1", f'; filename="{given}"') + END
    assert told(web.ask("/form/", "POST", multipart(), payload))["FILES"] == {"f": [kept, "1"]}


@pytest.mark.parametrize("name", [".", "..", "/", "../.."])
def test_cve_2021_31542_upload_names_that_are_only_directories(web: Any, name: str) -> None:
    payload = part("f", b"1", f'; filename="{name}"') + END
    assert told(web.ask("/form/", "POST", multipart(), payload))["FILES"] == {}


def test_rfc_2231_upload_names(web: Any) -> None:
    payload = part("f", b"1", "; filename*=UTF-8''%C3%A9%2E%2E%2Fx.txt") + END
    files = told(web.ask("/form/", "POST", multipart(), payload))["FILES"]
    assert files == {"f": ["x.txt", "1"]}


def test_cve_2025_48432_control_characters_do_not_reach_the_log(
    web: Any, caplog: pytest.LogCaptureFixture
) -> None:
    logger = logging.getLogger("vivace.request")
    logger.addHandler(caplog.handler)
    try:
        assert web.ask("/none/%0A%1B[31mforged/").status == 404
    finally:
        logger.removeHandler(caplog.handler)
    (message,) = {record.getMessage() for record in caplog.records}
    assert message == "Not Found: /none/\\n\\x1b[31mforged/"
