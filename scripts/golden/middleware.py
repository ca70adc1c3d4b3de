"""What Django's built-in middleware answers, recorded as ``tests/golden/middleware.json``.

Run it with a Python that has Django 5.2: ``python scripts/golden/middleware.py``. The
cases are data; `observe` runs one of them on the framework named by `root`, so that the test asks
Vivace with the same words.
"""

from __future__ import annotations

import asyncio
import contextlib
import gzip
import importlib
import io
import itertools
import json
import sys
import types
from collections.abc import Iterator
from pathlib import Path
from typing import Any

OUTPUT = Path(__file__).parents[2] / "tests" / "golden" / "middleware.json"
URLCONF = "golden_middleware_urls"
LONG = "the quick brown fox jumps over the lazy dog " * 20

SECURITY = "middleware.security.SecurityMiddleware"
COMMON = "middleware.common.CommonMiddleware"
BROKEN = "middleware.common.BrokenLinkEmailsMiddleware"
GZIP = "middleware.gzip.GZipMiddleware"
CONDITIONAL = "middleware.http.ConditionalGetMiddleware"
FRAME = "middleware.clickjacking.XFrameOptionsMiddleware"

Case = dict[str, Any]


def case(
    middleware: str,
    settings: dict[str, Any] | None = None,
    request: dict[str, Any] | None = None,
    response: dict[str, Any] | None = None,
) -> Case:
    return {
        "middleware": middleware,
        "settings": settings or {},
        "request": request or {},
        "response": response or {},
    }


def security_cases() -> Iterator[Case]:
    flags = [False, True]
    for seconds, sub, preload, secure in itertools.product([0, 60, 31536000], flags, flags, flags):
        yield case(
            SECURITY,
            {
                "SECURE_HSTS_SECONDS": seconds,
                "SECURE_HSTS_INCLUDE_SUBDOMAINS": sub,
                "SECURE_HSTS_PRELOAD": preload,
            },
            {"secure": secure},
        )
    own = {
        "Strict-Transport-Security": "own",
        "X-Content-Type-Options": "own",
        "Referrer-Policy": "own",
        "Cross-Origin-Opener-Policy": "own",
    }
    yield case(SECURITY, {"SECURE_HSTS_SECONDS": 9}, {"secure": True}, {"headers": own})
    for policy in [None, "", "same-origin", "a,b", "a, b", "a , b ", ["a", "b"], ["a "], [], ","]:
        yield case(SECURITY, {"SECURE_REFERRER_POLICY": policy})
    for policy in [None, "", "same-origin-allow-popups", "unsafe-none"]:
        yield case(SECURITY, {"SECURE_CROSS_ORIGIN_OPENER_POLICY": policy})
    yield case(SECURITY, {"SECURE_CONTENT_TYPE_NOSNIFF": False})
    yield from redirect_cases()


def redirect_cases() -> Iterator[Case]:
    hosts = [None, "secure.example.com", ""]
    exempts: list[list[str]] = [[], ["^insecure/"], ["insecure"], ["^/insecure"], ["a", "x$"]]
    paths = ["/", "/insecure/", "/some/url", "/x", "//double//x", "/%C3%A9%20t%3F/", "/über"]
    for host, exempt, path, secure in itertools.product(hosts, exempts, paths, [False, True]):
        if secure and (host or exempt):
            continue
        yield case(
            SECURITY,
            {
                "SECURE_SSL_REDIRECT": True,
                "SECURE_SSL_HOST": host,
                "SECURE_REDIRECT_EXEMPT": exempt,
            },
            {"path": path, "query": "a=1&b=%20", "secure": secure},
        )
    for method in ["POST", "HEAD", "OPTIONS"]:
        yield case(SECURITY, {"SECURE_SSL_REDIRECT": True}, {"method": method, "path": "/p"})
    yield case(SECURITY, {"SECURE_SSL_REDIRECT": True}, {"headers": {"Host": "a.example:8000"}})
    yield case(SECURITY, {"SECURE_SSL_REDIRECT": True}, {"headers": {"Host": "evil@x"}})


COMMON_PATHS = [
    "/slash/",
    "/slash",
    "/noslash",
    "/noslash/",
    "/unknown",
    "/unknown/",
    "/needsquoting%23",
    "/needsquoting%23/",
    "//evil.example/slash",
    "//evil.example",
    "//slash",
    "///slash",
    "/\\evil.example",
    "/sensitive",
    "/exempt",
    "/",
    "/caf%C3%A9",
    "/a%20b",
    "/any//evil.example",
    "//evil.example/any",
    "/inner/thing",
]


def common_cases() -> Iterator[Case]:
    for append, path, query in itertools.product([True, False], COMMON_PATHS, ["", "x=1&y=%2F"]):
        for status in (200, 404):
            if status == 200 and query:
                continue
            yield case(
                COMMON,
                {"APPEND_SLASH": append},
                {"path": path, "query": query},
                {"status": status, "content": "body"},
            )
    for method, debug in itertools.product(
        ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"], [False, True]
    ):
        for path in ("/slash", "/unknown"):
            yield case(
                COMMON,
                {"DEBUG": debug},
                {"method": method, "path": path, "query": "q=1"},
                {"status": 404},
            )
    for append, path, host in itertools.product(
        [True, False],
        ["/slash", "/slash/", "/unknown", "//evil.example/any", "/"],
        ["example.com", "www.example.com", "wwwexample.com:80", "WWW.example.com", ""],
    ):
        headers = {"Host": host} if host else {}
        for secure in (False, True):
            yield case(
                COMMON,
                {"PREPEND_WWW": True, "APPEND_SLASH": append},
                {"path": path, "query": "a=b", "headers": headers, "secure": secure},
            )
    yield case(COMMON, {"PREPEND_WWW": True, "DEBUG": True}, {"method": "POST", "path": "/slash"})
    yield case(COMMON, {"ALLOWED_HOSTS": []}, {"headers": {"Host": "unknown.example"}})
    agents = ["foo", "slurp/1", "", "Mozilla", None]
    for agent, path in itertools.product(agents, ["/slash", "/slash/"]):
        headers = {} if agent is None else {"User-Agent": agent}
        yield case(
            COMMON,
            {"DISALLOWED_USER_AGENTS": ["regex:^foo", "regex:slurp"]},
            {"headers": headers, "path": path},
        )
    for spec in (
        {"content": "12345"},
        {"content": "é"},
        {"content": ""},
        {"stream": ["a", "b"]},
        {"content": "x", "headers": {"Content-Length": "99"}},
        {"content": "x", "headers": {"content-length": "7"}},
        {"status": 304},
        {"status": 204},
        {"redirect": "/a/"},
    ):
        yield case(COMMON, {}, {"path": "/slash/"}, spec)
        yield case(COMMON, {}, {"path": "/slash/", "method": "HEAD"}, spec)
    for urlconf, path in itertools.product(["extra", None], ["/slash", "/customslash", "/other"]):
        request = {"path": path}
        if urlconf:
            request["urlconf"] = URLCONF + "_extra"
        yield case(COMMON, {}, request, {"status": 404})


def broken_cases() -> Iterator[Case]:
    referers = [
        None,
        "",
        "http://other.example/page",
        "http://testserver/internal",
        "https://testserver/internal",
        "http://testserver.evil.example/",
        "http://testserver/missing",
        "http://testserver/missing/",
        "https://testserver/missing",
        "testserver/missing",
        "/missing",
        "//testserver/x",
        "http://nother\xd1.example/\xe9",
        "http://TESTSERVER/",
        "http://testserver:80/x",
        "javascript:alert(1)",
        "http://other.example/search?q=x",
        "http://testserver/search?q=x",
    ]
    for referer, debug, append in itertools.product(referers, [False, True], [True, False]):
        if debug and referer != "http://other.example/page":
            continue
        headers = {} if referer is None else {"Referer": referer}
        for path in ("/missing", "/missing/"):
            yield case(
                BROKEN,
                {"DEBUG": debug, "APPEND_SLASH": append},
                {"path": path, "headers": headers},
                {"status": 404},
            )
    base = {"Referer": "http://other.example/page"}
    for path, status in itertools.product(["/foo_url", "/bar_url/", "/x?y", "/x"], [404, 200, 410]):
        yield case(
            BROKEN,
            {"IGNORABLE_404_URLS": ["regex:foo_url", "regex:^/bar_url/$"]},
            {
                "path": path.partition("?")[0],
                "query": path.partition("?")[2],
                "headers": {**base, "User-Agent": "curl\u2600" if path == "/x" else "agent"},
            },
            {"status": status},
        )
    yield case(
        BROKEN, {}, {"path": "/a%20b/%C3%A9", "query": "a=%20", "headers": base}, {"status": 404}
    )


def gzip_cases() -> Iterator[Case]:
    accepts = [
        "gzip, compress, br",
        "deflate",
        None,
        "",
        "*",
        "gzip;q=0",
        "x-gzip",
        "GZIP",
        "notgzip",
        "gzip;q=0.5",
        "br,gzip",
        "gzipped",
    ]
    for accept in accepts:
        headers = {} if accept is None else {"Accept-Encoding": accept}
        yield case(GZIP, {}, {"headers": headers}, {"content": LONG})
    yes = {"headers": {"Accept-Encoding": "gzip"}}
    for content in ["", "short", "x" * 199, "x" * 200, "x" * 201, "é" * 100, "x" * 5000]:
        yield case(GZIP, {}, yes, {"content": content})
    for length in range(180, 260, 8):
        yield case(GZIP, {}, yes, {"content": "".join(chr(33 + i % 90) for i in range(length))})
    for headers in (
        {"Content-Encoding": "deflate"},
        {"ETag": '"strong"'},
        {"ETag": 'W/"weak"'},
        {"ETag": "odd"},
        {"Vary": "Cookie"},
        {"Vary": "Accept-Encoding"},
        {"Vary": "*"},
        {"Content-Length": "10"},
        {"Content-Type": "image/png"},
    ):
        yield case(GZIP, {}, yes, {"content": LONG, "headers": headers})
        yield case(GZIP, {}, {}, {"content": LONG, "headers": headers})
        yield case(GZIP, {}, yes, {"stream": [LONG, LONG], "headers": headers})
    for stream in ([], [""], ["a", "b", "é"], [LONG] * 3):
        yield case(GZIP, {}, yes, {"stream": stream})
        yield case(GZIP, {}, yes, {"stream": stream, "async_stream": True})
        yield case(GZIP, {}, {}, {"stream": stream})
    for status in (404, 206, 304, 500):
        yield case(GZIP, {}, yes, {"content": LONG, "status": status})


def conditional_cases() -> Iterator[Case]:
    date, later = "Mon, 01 Jan 2024 00:00:00 GMT", "Tue, 02 Jan 2024 00:00:00 GMT"
    body_tag = '"5d41402abc4b2a76b9719d911017c592"'
    responses: list[dict[str, Any]] = [
        {"content": "hello"},
        {"content": ""},
        {"content": "hello", "headers": {"ETag": '"spam"'}},
        {"content": "hello", "headers": {"ETag": 'W/"spam"', "Last-Modified": date}},
        {"content": "hello", "headers": {"ETag": "unquoted"}},
        {"content": "hello", "headers": {"Last-Modified": date}},
        {"content": "hello", "headers": {"Last-Modified": "nonsense"}},
        {"content": "hello", "headers": {"Cache-Control": "no-store"}},
        {"content": "hello", "headers": {"Cache-Control": "No-Cache, No-Store"}},
        {"content": "hello", "headers": {"Cache-Control": "no-cache,  max-age=0"}},
        {"stream": ["hello"]},
        {"stream": ["hello"], "headers": {"ETag": '"spam"'}},
    ]
    conditions: list[dict[str, str]] = [
        {},
        {"If-None-Match": body_tag},
        {"If-None-Match": "W/" + body_tag},
        {"If-None-Match": '"spam"'},
        {"If-None-Match": 'W/"spam"'},
        {"If-None-Match": '"a", "spam"'},
        {"If-None-Match": "*"},
        {"If-None-Match": "spam"},
        {"If-Match": '"spam"'},
        {"If-Match": 'W/"spam"'},
        {"If-Match": "*"},
        {"If-Match": '"other"'},
        {"If-Modified-Since": date},
        {"If-Modified-Since": later},
        {"If-Modified-Since": "nonsense"},
        {"If-Modified-Since": "Sun, 31 Dec 2023 00:00:00 GMT"},
        {"If-Unmodified-Since": date},
        {"If-Unmodified-Since": "Sun, 31 Dec 2023 00:00:00 GMT"},
        {"If-None-Match": '"other"', "If-Modified-Since": later},
        {"If-None-Match": '"spam"', "If-Modified-Since": "Sun, 31 Dec 2023 00:00:00 GMT"},
        {"If-Match": '"spam"', "If-Unmodified-Since": "Sun, 31 Dec 2023 00:00:00 GMT"},
    ]
    for response, headers in itertools.product(responses, conditions):
        yield case(CONDITIONAL, {}, {"headers": headers}, response)
    for method, headers in itertools.product(["HEAD", "POST", "PUT", "OPTIONS"], conditions[:12]):
        yield case(CONDITIONAL, {}, {"method": method, "headers": headers}, responses[2])
    kept = {
        "Date": date,
        "Expires": later,
        "Vary": "Cookie",
        "Cache-Control": "max-age=1",
        "Content-Location": "/x",
        "X-Own": "1",
        "Content-Language": "de",
        "Last-Modified": date,
    }
    for status in (200, 201, 301, 404, 500, 206):
        yield case(
            CONDITIONAL,
            {},
            {"headers": {"If-None-Match": body_tag}},
            {"content": "hello", "status": status, "headers": kept, "cookies": {"a": "b"}},
        )
        yield case(
            CONDITIONAL,
            {},
            {"headers": {"If-Modified-Since": later}},
            {"content": "hello", "status": status, "headers": kept},
        )


def frame_cases() -> Iterator[Case]:
    for value, own, exempt in itertools.product(
        ["DENY", "sameorigin", "SAMEORIGIN", "allow", ""],
        [None, "SAMEORIGIN", "deny"],
        [None, True, False],
    ):
        response: dict[str, Any] = {}
        if own:
            response["headers"] = {"X-Frame-Options": own}
        if exempt is not None:
            response["attributes"] = {"xframe_options_exempt": exempt}
        yield case(FRAME, {"X_FRAME_OPTIONS": value}, {}, response)


def cases() -> list[Case]:
    sources = (
        security_cases(),
        common_cases(),
        broken_cases(),
        gzip_cases(),
        conditional_cases(),
        frame_cases(),
    )
    return list(itertools.chain.from_iterable(sources))


# --- asking one framework ------------------------------------------------------------------------


def module(root: str, name: str) -> Any:
    return importlib.import_module(f"{root}.{name}")


@contextlib.contextmanager
def overridden(root: str, values: dict[str, Any]) -> Iterator[None]:
    settings = module(root, "conf").settings
    before = {name: getattr(settings, name, None) for name in values}
    for name, value in values.items():
        setattr(settings, name, decoded(value))
    try:
        yield
    finally:
        for name, value in before.items():
            setattr(settings, name, value)


def decoded(value: Any) -> Any:
    """Strings that start with ``regex:`` become compiled patterns: JSON has none."""
    if isinstance(value, list):
        return [decoded(each) for each in value]
    if isinstance(value, str) and value.startswith("regex:"):
        return importlib.import_module("re").compile(value[len("regex:") :])
    return value


def build_request(root: str, spec: dict[str, Any]) -> Any:
    path = spec.get("path", "/")
    unquoted = importlib.import_module("urllib.parse").unquote_to_bytes(path).decode("latin-1")
    environ = {
        "REQUEST_METHOD": spec.get("method", "GET"),
        "PATH_INFO": unquoted,
        "SCRIPT_NAME": "",
        "QUERY_STRING": spec.get("query", ""),
        "SERVER_NAME": "testserver",
        "SERVER_PORT": "443" if spec.get("secure") else "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "wsgi.url_scheme": "https" if spec.get("secure") else "http",
        "wsgi.input": io.BytesIO(b""),
        "wsgi.errors": io.StringIO(),
    }
    for name, value in spec.get("headers", {}).items():
        environ["HTTP_" + name.upper().replace("-", "_")] = value
    home = "core.handlers.wsgi" if root == "django" else "http.wsgi"
    request = module(root, home).WSGIRequest(environ)
    if "urlconf" in spec:
        request.urlconf = spec["urlconf"]
    return request


def build_response(root: str, spec: dict[str, Any], asynchronous: bool = False) -> Any:
    http = module(root, "http")
    if "redirect" in spec:
        response = http.HttpResponseRedirect(spec["redirect"])
    elif "stream" in spec:
        chunks = iter(spec["stream"])
        if spec.get("async_stream"):
            response = http.StreamingHttpResponse(async_chunks(spec["stream"]))
        else:
            response = http.StreamingHttpResponse(chunks)
    else:
        response = http.HttpResponse(spec.get("content", ""), status=spec.get("status", 200))
    for name, value in spec.get("headers", {}).items():
        response[name] = value
    for name, value in spec.get("cookies", {}).items():
        response.set_cookie(name, value)
    for name, value in spec.get("attributes", {}).items():
        setattr(response, name, value)
    return response


async def async_chunks(chunks: list[str]) -> Any:
    for chunk in chunks:
        yield chunk


async def gathered(chunks: Any) -> bytes:
    return b"".join([chunk async for chunk in chunks])


def body_of(response: Any) -> bytes:
    if not response.streaming:
        return bytes(response.content)
    if response.is_async:
        return asyncio.run(gathered(response.streaming_content))
    return b"".join(response.streaming_content)


def described(response: Any) -> dict[str, Any]:
    body = body_of(response)
    headers = dict(response.items())
    result: dict[str, Any] = {"class": type(response).__name__, "status": response.status_code}
    if headers.get("Content-Encoding") == "gzip":
        result["zipped"] = True
        if "Content-Length" in headers:
            result["length_true"] = headers.pop("Content-Length") == str(len(body))
        body = gzip.decompress(body) if body else body
    result["headers"] = headers
    result["cookies"] = [morsel.OutputString() for morsel in response.cookies.values()]
    result["body"] = body.decode("utf-8")
    return result


def urlconfs(root: str) -> None:
    urls = module(root, "urls")
    common = module(root, "views.decorators.common")

    def view(request: Any, **kwargs: Any) -> None:
        return None

    main, extra = types.ModuleType(URLCONF), types.ModuleType(URLCONF + "_extra")
    main.urlpatterns = [  # type: ignore[attr-defined]
        urls.path("slash/", view),
        urls.path("noslash", view),
        urls.path("needsquoting#/", view),
        urls.path("café/", view),
        urls.path("a b/", view),
        urls.path("sensitive/", common.no_append_slash(view)),
        urls.path("exempt/", common.no_append_slash(view)),
        urls.path("inner/", urls.include([urls.path("thing/", view)])),
        urls.re_path(r"^(.+)/any/$", view),
        urls.re_path(r"^any/(.+)/$", view),
        urls.re_path(r"^/evil\.example/(any/)?$", view),
    ]
    extra.urlpatterns = [urls.path("customslash/", view)]  # type: ignore[attr-defined]
    sys.modules[main.__name__], sys.modules[extra.__name__] = main, extra


BASE_SETTINGS: dict[str, Any] = {
    "ALLOWED_HOSTS": ["*"],
    "ROOT_URLCONF": URLCONF,
    "MANAGERS": [("Boss", "boss@example.com")],
}


def observe(root: str, case: Case, asynchronous: bool = False) -> dict[str, Any]:
    """The answer of the middleware of `case` in the framework `root`, as plain JSON data."""
    where, _, name = case["middleware"].rpartition(".")
    mail_managers, sent, called = None, [], []
    home = module(root, where)
    if hasattr(home, "mail_managers"):
        mail_managers = home.mail_managers
        home.mail_managers = lambda *args, **kwargs: sent.append([list(args), kwargs])

    def view(request: Any) -> Any:
        called.append(request.path)
        return build_response(root, case["response"])

    async def async_view(request: Any) -> Any:
        return view(request)

    result: dict[str, Any]
    try:
        with overridden(root, {**BASE_SETTINGS, **case["settings"]}):
            request = build_request(root, case["request"])
            middleware = getattr(home, name)(async_view if asynchronous else view)
            if asynchronous:
                result = described(asyncio.run(middleware(request)))
            else:
                result = described(middleware(request))
    except Exception as error:
        result = {"error": type(error).__name__, "message": str(error)}
    finally:
        if mail_managers is not None:
            home.mail_managers = mail_managers
    result["called"] = bool(called)
    if sent:
        result["sent"] = sent
    return result


def main() -> None:
    import django
    from django.conf import settings

    settings.configure(SECRET_KEY="golden")
    django.setup()
    urlconfs("django")
    found = [{"case": case, "result": observe("django", case)} for case in cases()]
    lines = ",\n".join(json.dumps(each, sort_keys=True) for each in found)
    OUTPUT.write_text(f"[\n{lines}\n]\n", encoding="utf-8")
    sys.stdout.write(f"{len(found)} cases, Django {django.get_version()}\n")


if __name__ == "__main__":
    main()
