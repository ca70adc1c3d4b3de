"""What Django answers to requests that may be forged, recorded as ``tests/golden/csrf.json``.

Run it with a Python that has Django 5.2: ``python scripts/golden/csrf.py``. The cases are data;
`observe` asks one of them of the framework named by `root`, by WSGI or ASGI, so that the test asks
Vivace with the same words. Secrets that are made by chance are named, not shown.
"""

from __future__ import annotations

import asyncio
import importlib
import io
import itertools
import json
import logging
import sys
import types
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

OUTPUT = Path(__file__).parents[2] / "tests" / "golden" / "csrf.json"
URLCONF = "golden_csrf_urls"

Case = dict[str, Any]

SECRET = "1bcdefghij2bcdefghij3bcdefghij4X"
OTHER = "zYxwvutsrqponmlkjihgfedcba987654"
MASK = "MaskMaskMaskMaskMaskMaskMaskMask"
CHARACTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"


def masked(secret: str) -> str:
    """A token as Django makes it, if chance makes `MASK`; `wire` records that it does."""
    size = len(CHARACTERS)
    return MASK + "".join(
        CHARACTERS[(CHARACTERS.index(one) + CHARACTERS.index(by)) % size]
        for one, by in zip(secret, MASK, strict=True)
    )


COOKIES = {
    "none": None,
    "secret": f"csrftoken={SECRET}",
    "token": f"csrftoken={masked(SECRET)}",
    "short": "csrftoken=abc",
    "odd": f"csrftoken={'-' * 32}",
    "odd token": f"csrftoken={'*' * 64}",
    "empty": "csrftoken=",
    "another": f"other={SECRET}",
}
TOKENS = {
    "secret": SECRET,
    "token": masked(SECRET),
    "other secret": OTHER,
    "other token": masked(OTHER),
    "short": "abc",
    "odd": "-" * 32,
    "odd token": "é" * 64,
    "empty": "",
}
SESSIONS = {"CSRF_USE_SESSIONS": True}


def case(path: str = "/plain", method: str = "POST", **more: Any) -> Case:
    """A request to `path`; what is not said is as usual."""
    return {"path": path, "method": method, **more}


def token_cases() -> Iterator[Case]:
    places: list[dict[str, Any]] = [{}]
    for token in TOKENS.values():
        places.append({"post": token})
        places.append({"headers": {"X-CSRFToken": token}})
    places += [
        {"post": OTHER, "headers": {"X-CSRFToken": SECRET}},
        {"post": SECRET, "headers": {"X-CSRFToken": OTHER}},
        {"post": "", "headers": {"X-CSRFToken": SECRET}},
        {"headers": {"X-Requested-With": "XMLHttpRequest"}},
        {"post": SECRET, "headers": {"X-Requested-With": "XMLHttpRequest"}},
    ]
    for cookie, place in itertools.product(COOKIES.values(), places):
        yield case(cookie=cookie, **place)
    ways = [{}, {"post": masked(SECRET)}, {"headers": {"X-CSRFToken": masked(SECRET)}}]
    for method in ("GET", "HEAD", "OPTIONS", "TRACE", "PUT", "PATCH", "DELETE", "get", "LOCK"):
        for name, way in itertools.product(("none", "secret", "token", "short"), ways):
            yield case(method=method, cookie=COOKIES[name], **way)
    for text in (f"csrftoken={OTHER}; csrftoken={SECRET}", f"a=b csrftoken={SECRET}",
                 f"a=b, csrftoken={SECRET}", f'csrftoken="{SECRET}"', f"csrftoken={SECRET};"):  # fmt: skip
        yield case(cookie=text, post=SECRET)
        yield case("/form", "GET", cookie=text)


def view_cases() -> Iterator[Case]:
    paths = ["/plain", "/form", "/exempt", "/protected", "/required", "/ensured", "/rotate",
             "/exempt_protected", "/protected_exempt", "/late", "/missing", "/marked"]  # fmt: skip
    for path, method, cookie, token, middleware in itertools.product(
        paths, ("GET", "POST"), ("none", "secret", "short"), (None, SECRET), ([], ["csrf"])
    ):
        if method == "POST" or token is None:
            yield case(path, method, cookie=COOKIES[cookie], post=token, middleware=middleware)
    for path, method in itertools.product(paths, ("GET", "POST")):
        yield case(path, method, middleware=["done", "csrf"])
        yield case(path, method, middleware=["csrf", "done"], cookie=COOKIES["secret"])


ORIGINS = [
    "null", "", "http://example.com", "https://example.com", "https://example.com:443",
    "http://example.com:8000", "https://www.example.com", "https://sub.example.com",
    "http://sub.example.com", "https://sub.example.com:8000", "https://a.b.example.com",
    "https://example.com.evil.test", "https://evilexample.com", "https://[", "https://EXAMPLE.com",
    "https://evil.test", "example.com", "https://*.example.com", "https://sub.example.com/path",
]  # fmt: skip
TRUSTED: list[list[str]] = [
    [],
    ["https://*.example.com"],
    ["http://*.example.com", "https://sub.example.com"],
    ["https://*.example.com:8000", "https://EVIL.test"],
    ["https://evil.test"],
]


def origin_cases() -> Iterator[Case]:
    sent = {"cookie": COOKIES["secret"], "post": SECRET}
    for origin, trusted, secure in itertools.product(ORIGINS, TRUSTED, (False, True)):
        yield case(
            **sent,
            headers={"Host": "example.com", "Origin": origin},
            secure=secure,
            settings={"CSRF_TRUSTED_ORIGINS": trusted},
        )
    for host, origin in itertools.product(
        ("example.com:8000", "foreign.test", "bad@host", "EXAMPLE.com", "sub.example.com"), ORIGINS
    ):
        yield case(**sent, headers={"Host": host, "Origin": origin})
    for method in ("GET", "PUT"):
        yield case(method=method, headers={"Origin": "https://evil.test"})
    for host in ("example.com", "sub.example.com"):
        headers = {"Host": "inner.test", "X-Forwarded-Host": host, "Origin": "http://example.com"}
        yield case(**sent, headers=headers, settings={"USE_X_FORWARDED_HOST": True})
    for scheme in ("http", "https"):
        headers = {"Host": "example.com", "X-Scheme": scheme, "Origin": "https://example.com"}
        settings = {"SECURE_PROXY_SSL_HEADER": ["HTTP_X_SCHEME", "https"]}
        yield case(**sent, headers=headers, settings=settings)


REFERERS = [
    None, "", "https://example.com/", "https://example.com", "https://example.com/a?b=c#d",
    "http://example.com/", "https://sub.example.com/x", "https://www.example.com/",
    "https://example.com:443/", "https://example.com:8443/", "https://evil.test/example.com",
    "https://example.com.evil.test/", "https://evilexample.com/", "https://", "//example.com/",
    "https://[", "https://[::1/", "ftp://example.com/", "https:example.com", "example.com/",
    "https://EXAMPLE.com/", "http://http://example.com/", "https://user@example.com/", "\xd8\xd8",
]  # fmt: skip


def referer_cases() -> Iterator[Case]:
    sent = {"cookie": COOKIES["secret"], "post": SECRET, "secure": True}

    def asked(referer: str | None, host: str = "example.com", **more: Any) -> Case:
        headers = {"Host": host} if referer is None else {"Host": host, "Referer": referer}
        return case(**sent, headers=headers, **more)

    for referer, trusted in itertools.product(REFERERS, TRUSTED):
        yield asked(referer, settings={"CSRF_TRUSTED_ORIGINS": trusted})
    hosts = ("example.com:8443", "foreign.test", "bad@host", "EXAMPLE.com", "sub.example.com")
    for referer, host in itertools.product(REFERERS, hosts):
        yield asked(referer, host, port="8443" if host.endswith("8443") else "443")
    for referer, domain, port in itertools.product(
        REFERERS, (".example.com", "example.com", "other.test"), ("443", "8443")
    ):
        yield asked(referer, port=port, settings={"CSRF_COOKIE_DOMAIN": domain})
    for referer, domain in itertools.product(REFERERS[:9], (".example.com", None)):
        settings = {**SESSIONS, "SESSION_COOKIE_DOMAIN": domain, "CSRF_COOKIE_DOMAIN": "other.test"}
        session = {"_csrftoken": SECRET}
        yield asked(referer, settings=settings, session=session, middleware=["session", "csrf"])
    for referer in REFERERS[:6]:
        headers = {"Host": "example.com"} if referer is None else {"Referer": referer}
        yield case(cookie=COOKIES["secret"], post=SECRET, headers=headers)
        yield case(method="DELETE", cookie=COOKIES["secret"], secure=True,
                   headers={"Host": "example.com", "X-CSRFToken": SECRET, **headers})  # fmt: skip
        yield case(secure=True, headers={"Host": "example.com", **headers})


def setting_cases() -> Iterator[Case]:
    attributes: list[dict[str, Any]] = [
        {"CSRF_COOKIE_AGE": None},
        {"CSRF_COOKIE_AGE": 0},
        {"CSRF_COOKIE_AGE": 60},
        {"CSRF_COOKIE_DOMAIN": ".example.com"},
        {"CSRF_COOKIE_PATH": "/below/"},
        {"CSRF_COOKIE_SECURE": True},
        {"CSRF_COOKIE_HTTPONLY": True},
        {"CSRF_COOKIE_SAMESITE": "Strict"},
        {"CSRF_COOKIE_SAMESITE": "None"},
        {"CSRF_COOKIE_SAMESITE": None},
        {"CSRF_COOKIE_SAMESITE": False},
        {"CSRF_COOKIE_NAME": "own-name"},
    ]
    for settings, path in itertools.product(attributes, ("/form", "/rotate", "/plain", "/ensured")):
        yield case(path, "GET", settings=settings)
        yield case(path, "GET", settings=settings, cookie=COOKIES["token"])
    for name, header in itertools.product(
        ("HTTP_X_OWN", "X_OWN", "HTTP_X_CSRFTOKEN", "CONTENT_TYPE", ""), ("X-Own", "X-CSRFToken")
    ):
        for token in (SECRET, "short", OTHER):
            yield case(cookie=COOKIES["secret"], headers={header: token},
                       settings={"CSRF_HEADER_NAME": name})  # fmt: skip
    own = {"CSRF_COOKIE_NAME": "own-name"}
    for cookie in (f"own-name={SECRET}", f"csrftoken={SECRET}"):
        yield case(cookie=cookie, post=SECRET, settings=own)


def session_cases() -> Iterator[Case]:
    sessions: list[dict[str, Any]] = [
        {}, {"_csrftoken": SECRET}, {"_csrftoken": masked(SECRET)}, {"_csrftoken": "bad"},
        {"_csrftoken": None}, {"_csrftoken": ""}, {"other": "thing"},
    ]  # fmt: skip
    for session, path, token in itertools.product(
        sessions, ("/plain", "/form", "/rotate", "/ensured"), (None, SECRET, masked(SECRET), OTHER)
    ):
        more = {"session": session, "settings": SESSIONS, "middleware": ["session", "csrf"]}
        yield case(path, cookie=COOKIES["secret"], post=token, **more)
        if token is None:
            yield case(path, "GET", **more)
    for method in ("GET", "POST"):
        # Without DEBUG, Django's page for the error fails on it, too.
        settings = {**SESSIONS, "DEBUG": True}
        yield case(method=method, settings=settings)
        yield case("/ensured", method=method, settings=settings, middleware=[])


def body_cases() -> Iterator[Case]:
    sent: dict[str, Any] = {"cookie": COOKIES["secret"]}
    multipart = f'--b\r\nContent-Disposition: form-data; name="csrfmiddlewaretoken"\r\n\r\n{SECRET}\r\n--b--\r\n'
    for kind, body in (
        ("multipart/form-data; boundary=b", multipart),
        ("multipart/form-data", multipart),
        ("multipart/form-data; boundary=b", "nothing"),
        ("application/json", json.dumps({"csrfmiddlewaretoken": SECRET})),
        ("text/plain", f"csrfmiddlewaretoken={SECRET}"),
        ("application/x-www-form-urlencoded", f"csrfmiddlewaretoken={OTHER}&csrfmiddlewaretoken={SECRET}"),
        ("application/x-www-form-urlencoded", "a&" * 40 + f"csrfmiddlewaretoken={SECRET}"),
        ("application/x-www-form-urlencoded", f"csrfmiddlewaretoken={SECRET}&file=" + "x" * 200),
    ):  # fmt: skip
        for header in ({}, {"X-CSRFToken": SECRET}):
            yield case(**sent, body=body, kind=kind, headers=header)
            yield case(body=body, kind=kind, headers=header)
            settings = {"DATA_UPLOAD_MAX_MEMORY_SIZE": 150}
            yield case(**sent, body=body, kind=kind, headers=header, settings=settings)
    for header in ({}, {"X-CSRFToken": SECRET}):
        yield case(**sent, broken=True, headers=header)
        fields = {"DATA_UPLOAD_MAX_NUMBER_FIELDS": 1}
        yield case(
            **sent, body=f"a=b&csrfmiddlewaretoken={SECRET}", headers=header, settings=fields
        )


def page_cases() -> Iterator[Case]:
    """Django's own failure view: of its page, what others look for."""
    own = {"CSRF_FAILURE_VIEW": "ROOT.views.csrf.csrf_failure"}
    for debug, more in itertools.product(
        (False, True),
        ({}, {"cookie": COOKIES["secret"]}, {"secure": True, "cookie": COOKIES["secret"]}),
    ):
        yield case(settings={**own, "DEBUG": debug}, **more)


def cases() -> list[Case]:
    sources = (token_cases(), view_cases(), origin_cases(), referer_cases(), setting_cases(),
               session_cases(), body_cases(), page_cases())  # fmt: skip
    return list(itertools.chain.from_iterable(sources))


# --- asking one framework ------------------------------------------------------------------------


def module(root: str, name: str) -> Any:
    return importlib.import_module(f"{root}.{name}")


class Broken(io.BytesIO):
    """A connection that ends too early."""

    def read(self, *args: Any) -> bytes:
        raise OSError("the connection is gone")


def named(value: Any) -> Any:
    """A secret by its name; one made by chance is new, and has a length."""
    known = {SECRET: "the secret", OTHER: "the other secret"}
    if isinstance(value, str) and value not in known and len(value) in (32, 35, 64):
        return f"new, of {len(value)}"
    return known.get(value, value)


def urlconf(root: str) -> None:
    """The views and middleware that cases name, for `root`, as a module."""
    csrf = module(root, "middleware.csrf")
    decorators = module(root, "views.decorators.csrf")
    http = module(root, "http")
    urls = module(root, "urls")
    asynchrony = importlib.import_module("asgiref.sync")

    def told(request: Any, **more: Any) -> Any:
        found = {name: named(request.META[name]) for name in sorted(request.META) if "CSRF_" in name
                 and not name.startswith("HTTP_")}  # fmt: skip
        done = getattr(request, "csrf_processing_done", "absent")
        return http.JsonResponse({"meta": found, "done": done, **more})

    def plain(request: Any) -> Any:
        return told(request)

    def form(request: Any) -> Any:
        token = csrf.get_token(request)
        belongs = csrf._unmask_cipher_token(token) == request.META["CSRF_COOKIE"]
        return told(request, length=len(token), belongs=belongs)

    def rotate(request: Any) -> Any:
        csrf.rotate_token(request)
        return told(request)

    def late(request: Any) -> Any:
        response = told(request)
        csrf.get_token(request)
        response["Vary"] = "Accept"
        return response

    def missing(request: Any) -> Any:
        csrf.get_token(request)
        raise http.Http404

    def marked(request: Any) -> Any:
        return told(request)

    marked.csrf_exempt = 0  # type: ignore[attr-defined]

    def failed(request: Any, reason: str = "") -> Any:
        response = told(request, reason=reason)
        response.status_code = 403
        return response

    def own_middleware(act: Any, leave: Any = None) -> Any:
        def factory(get_response: Any) -> Any:
            if asynchrony.iscoroutinefunction(get_response):

                async def middleware(request: Any) -> Any:
                    act(request)
                    return left(request, await get_response(request))
            else:

                def middleware(request: Any) -> Any:  # type: ignore[misc]
                    act(request)
                    return left(request, get_response(request))

            return middleware

        def left(request: Any, response: Any) -> Any:
            if leave is not None:
                leave(request, response)
            return response

        factory.sync_capable = factory.async_capable = True  # type: ignore[attr-defined]
        return factory

    def with_session(request: Any) -> None:
        request.session = dict(found.session)  # type: ignore[attr-defined]

    def shown_session(request: Any, response: Any) -> None:
        after = {name: named(value) for name, value in request.session.items()}
        response["X-Session"] = json.dumps(after)

    def set_done(request: Any) -> None:
        request.csrf_processing_done = True

    found = types.ModuleType(URLCONF)
    vars(found).update(
        failed=failed,
        session={},
        with_session=own_middleware(with_session, shown_session),
        set_done=own_middleware(set_done),
        urlpatterns=[
            urls.path("plain", plain),
            urls.path("form", form),
            urls.path("exempt", decorators.csrf_exempt(plain)),
            urls.path("protected", decorators.csrf_protect(form)),
            urls.path("required", decorators.requires_csrf_token(form)),
            urls.path("ensured", decorators.ensure_csrf_cookie(plain)),
            urls.path("rotate", rotate),
            urls.path("exempt_protected", decorators.csrf_exempt(decorators.csrf_protect(plain))),
            urls.path("protected_exempt", decorators.csrf_protect(decorators.csrf_exempt(plain))),
            urls.path("late", late),
            urls.path("missing", missing),
            urls.path("marked", marked),
        ],
    )
    sys.modules[URLCONF] = found
    urls.clear_url_caches()


def settings_of(root: str, spec: Case) -> dict[str, Any]:
    paths = {
        "csrf": f"{root}.middleware.csrf.CsrfViewMiddleware",
        "session": f"{URLCONF}.with_session",
        "done": f"{URLCONF}.set_done",
    }
    values = {
        "ALLOWED_HOSTS": ["testserver", ".example.com", "example.com"],
        "ROOT_URLCONF": URLCONF,
        "CSRF_FAILURE_VIEW": f"{URLCONF}.failed",
        "MIDDLEWARE": [paths[name] for name in spec.get("middleware", ["csrf"])],
        **spec.get("settings", {}),
    }
    values["CSRF_FAILURE_VIEW"] = values["CSRF_FAILURE_VIEW"].replace("ROOT", root)
    if "SECURE_PROXY_SSL_HEADER" in values:
        values["SECURE_PROXY_SSL_HEADER"] = tuple(values["SECURE_PROXY_SSL_HEADER"])
    return values


def parts_of(spec: Case) -> tuple[dict[str, str], bytes]:
    """The headers and the body of a case."""
    headers = {"Host": "testserver", **spec.get("headers", {})}
    if spec.get("cookie") is not None:
        headers["Cookie"] = spec["cookie"]
    body = spec.get("body", "").encode()
    if spec.get("post") is not None:
        body = urlencode({"csrfmiddlewaretoken": spec["post"]}).encode()
    if body:
        headers["Content-Type"] = spec.get("kind", "application/x-www-form-urlencoded")
        headers["Content-Length"] = str(len(body))
    if spec.get("broken"):
        headers["Content-Type"] = "application/x-www-form-urlencoded"
        headers["Content-Length"] = "100"
    return headers, body


Answer = tuple[int, list[tuple[str, str]], bytes]


def ask_wsgi(root: str, spec: Case) -> Answer:
    headers, body = parts_of(spec)
    environ: dict[str, Any] = {
        "REQUEST_METHOD": spec["method"], "PATH_INFO": spec["path"], "SCRIPT_NAME": "",
        "QUERY_STRING": "", "SERVER_NAME": "testserver",
        "SERVER_PORT": spec.get("port", "443" if spec.get("secure") else "80"),
        "SERVER_PROTOCOL": "HTTP/1.1", "REMOTE_ADDR": "127.0.0.1",
        "wsgi.url_scheme": "https" if spec.get("secure") else "http",
        "wsgi.input": Broken() if spec.get("broken") else io.BytesIO(body),
        "wsgi.errors": io.StringIO(),
    }  # fmt: skip
    for name, value in headers.items():
        key = name.upper().replace("-", "_")
        environ[key if key.startswith("CONTENT_") else f"HTTP_{key}"] = value.encode().decode(
            "latin-1"
        )
    said: list[Any] = []
    application = module(root, "core.handlers.wsgi").WSGIHandler()
    result = application(environ, lambda status, headers, *info: said.append((status, headers)))
    content = b"".join(result)
    getattr(result, "close", lambda: None)()
    return int(said[0][0][:3]), list(said[0][1]), content


def ask_asgi(root: str, spec: Case) -> Answer:
    headers, body = parts_of(spec)
    scope = {
        "type": "http", "method": spec["method"], "path": spec["path"], "query_string": b"",
        "root_path": "", "http_version": "1.1", "client": ("127.0.0.1", 1),
        "scheme": "https" if spec.get("secure") else "http",
        "server": ("testserver", int(spec.get("port", 443 if spec.get("secure") else 80))),
        "headers": [(name.lower().encode(), value.encode()) for name, value in headers.items()],
    }  # fmt: skip
    messages = [{"type": "http.request", "body": body, "more_body": False}]
    said: list[Any] = []

    async def receive() -> Any:
        if messages:
            return messages.pop()
        await asyncio.sleep(3600)

    async def send(message: Any) -> None:
        said.append(message)

    asyncio.run(module(root, "core.handlers.asgi").ASGIHandler()(scope, receive, send))
    start = [(name.decode().title(), value.decode()) for name, value in said[0]["headers"]]
    return said[0]["status"], start, b"".join(each.get("body", b"") for each in said[1:])


class Records(logging.Handler):
    """What is logged meanwhile."""

    def __init__(self, root: str) -> None:
        super().__init__()
        self.root = root
        self.found: list[Any] = []

    def emit(self, record: logging.LogRecord) -> None:
        name = record.name.removeprefix(f"{self.root}.")
        status, request = getattr(record, "status_code", 0), getattr(record, "request", None)
        told = [name, record.levelname, record.getMessage(), status, request is not None]
        self.found.append(told)


def cookie_of(value: str) -> str:
    """A Set-Cookie header without its secret and without the moment it ends at."""
    # Django has a space before it under WSGI, and none under ASGI.
    pair, _, attributes = value.strip().partition("; ")
    name, _, secret = pair.partition("=")
    kept = [each for each in attributes.split("; ") if not each.startswith("expires=")]
    return "; ".join([f"{name}={named(secret)}", *kept])


MARKS = (
    "<title>403 Forbidden</title>", "<h1>Forbidden <span>(403)</span></h1>",
    "<p>CSRF verification failed. Request aborted.</p>", "Reason given for failure:",
    "CSRF token missing.", "CSRF cookie not set.", "Referer checking failed", "<h2>Help</h2>",
    "More information is available with DEBUG=True.", "DEBUG =", "CSRF_FAILURE_VIEW",
    "You are seeing this message because this site requires a CSRF cookie when submitting forms. "
    "This cookie is required for security reasons, to ensure that your browser is not being "
    "hijacked by third parties.",
    "You are seeing this message because this HTTPS site requires a “Referer header” to be sent by "
    "your web browser, but none was sent. This header is required for security reasons, to ensure "
    "that your browser is not being hijacked by third parties.",
    "&lt;meta name=&quot;referrer&quot; content=&quot;no-referrer&quot;&gt; tag",
)  # fmt: skip


def described(answer: Answer) -> dict[str, Any]:
    status, headers, body = answer
    found: dict[str, Any] = {"status": status}
    for name, value in headers:
        if name in ("Vary", "X-Session"):
            found[name] = value
        elif name == "Set-Cookie":
            found.setdefault("cookies", []).append(cookie_of(value))
    try:
        found["body"] = json.loads(body)
    except ValueError:
        text = body.decode()
        found["marks"] = [number for number, mark in enumerate(MARKS) if mark in text]
    return found


def observe(root: str, spec: Case, ask: Any = ask_wsgi) -> dict[str, Any]:
    """The answer of `root` to a case, and what it logs, as plain JSON data."""
    override_settings = module(root, "test.utils").override_settings
    sys.modules[URLCONF].session = spec.get("session", {})  # type: ignore[attr-defined]
    records = Records(root)
    logger = logging.getLogger(root)
    kept = logger.handlers[:], logger.propagate, logger.level
    logger.handlers[:], logger.propagate = [records], False
    logger.setLevel(logging.INFO)
    try:
        with override_settings(**settings_of(root, spec)):
            result = described(ask(root, spec))
    except Exception as error:
        result = {"error": type(error).__name__, "message": str(error)}
    finally:
        logger.handlers[:], logger.propagate = kept[0], kept[1]
        logger.setLevel(kept[2])
    if records.found:
        result["logged"] = records.found
    return result


def wire(root: str) -> list[Any]:
    """Tokens and the secrets they belong to, with a mask that is no chance."""
    csrf = module(root, "middleware.csrf")
    original = csrf._get_new_csrf_string
    found = []
    secrets = [SECRET, OTHER, CHARACTERS[:32], CHARACTERS[30:], "a" * 32, "9" * 32, "short", ""]
    masks = [MASK, "a" * 32, "9" * 32, CHARACTERS[20:52]]
    for secret, mask in itertools.product(secrets, masks):
        csrf._get_new_csrf_string = lambda mask=mask: mask
        try:
            token = csrf._mask_cipher_secret(secret)
        finally:
            csrf._get_new_csrf_string = original
        found.append([secret, mask, token, csrf._unmask_cipher_token(token)])
    return found


def main() -> None:
    import django
    from django.conf import settings

    settings.configure(SECRET_KEY="golden", USE_TZ=True)
    django.setup()
    urlconf("django")
    found = [{"case": spec, "result": observe("django", spec)} for spec in cases()]
    lines = ",\n".join(json.dumps(each, sort_keys=True) for each in found)
    text = f'{{"wire": {json.dumps(wire("django"))},\n"cases": [\n{lines}\n]}}\n'
    OUTPUT.write_text(text, encoding="utf-8")
    sys.stdout.write(f"{len(found)} cases, Django {django.get_version()}\n")


if __name__ == "__main__":
    main()
