# ruff: noqa: RUF001 - tables of odd values are read more easily when they are wide
"""Questions about requests, for ``http_cases.py``."""

from __future__ import annotations

import copy
import io
import itertools
import pickle
import random
from collections.abc import Callable, Iterator
from typing import Any

Question = tuple[str, Callable[[], Any]]
FORM = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data; boundary=X"
PARTS = (
    b'--X\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n'
    b'--X\r\nContent-Disposition: form-data; name="f"; filename="n.txt"\r\n\r\ntext\r\n--X--\r\n'
)


def wsgi(framework: Any, body: bytes = b"", **more: Any) -> Any:
    environ: dict[str, Any] = {
        "REQUEST_METHOD": "GET",
        "PATH_INFO": "/",
        "SCRIPT_NAME": "",
        "SERVER_NAME": "testserver",
        "SERVER_PORT": "80",
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(body),
        "CONTENT_LENGTH": str(len(body)),
    }
    environ.update(more)
    environ = {key: value for key, value in environ.items() if value is not None}
    return framework.module("core.handlers.wsgi").WSGIRequest(environ)


def asgi(framework: Any, body: bytes = b"", **more: Any) -> Any:
    scope: dict[str, Any] = {
        "type": "http",
        "method": "GET",
        "scheme": "http",
        "path": "/",
        "query_string": b"",
        "headers": [(b"host", b"testserver")],
        "client": ("1.2.3.4", 5),
        "server": ("testserver", 80),
    }
    scope.update(more)
    scope = {key: value for key, value in scope.items() if value is not None}
    return framework.module("core.handlers.asgi").ASGIRequest(scope, io.BytesIO(body))


def bare(framework: Any, **meta: Any) -> Any:
    request = framework.module("http").HttpRequest()
    request.META = {
        key: value for key, value in {"SERVER_NAME": "testserver", "SERVER_PORT": "80", **meta}.items()
        if value is not None
    }  # fmt: skip
    return request


def tell(*questions: Callable[[], Any]) -> list[Any]:
    """The answers, with errors as text where one stands for an answer."""
    told = []
    for question in questions:
        try:
            told.append(question())
        except Exception as error:
            told.append(f"! {type(error).__name__}: {error}")
    return told


def lists(mapping: Any) -> Any:
    return [list(pair) for pair in mapping.lists()]


def files(request: Any) -> Any:
    return [
        [name, [[file.name, file.read()] for file in each]] for name, each in request.FILES.lists()
    ]


def look(request: Any) -> list[Any]:
    """What a request is, asked by its public names."""
    return tell(
        lambda: [request.path, request.path_info, request.method],
        lambda: [request.scheme, request.is_secure()],
        lambda: request.get_full_path(),
        lambda: request.get_full_path_info(force_append_slash=True),
        lambda: request.content_type,
        lambda: request.content_params,
        lambda: request.encoding,
        lambda: lists(request.GET),
        lambda: dict(request.COOKIES),
        lambda: [request.get_host(), request.get_port()],
        lambda: request.build_absolute_uri(),
        lambda: [
            [key, value] for key, value in sorted(request.META.items())
            if isinstance(value, (str, int)) and key != "wsgi.multiprocess" and key != "wsgi.multithread"
        ],
        lambda: dict(request.headers),
        lambda: repr(request),
        lambda: [request.resolver_match, hasattr(request, "urlconf"), hasattr(request, "user")],
    )  # fmt: skip


PATHS = [
    "/", "", "/a/b/", "a", "//a", "///", "/é", "/\xc3\xa9/", "/\xff", "/a\xe9\xc3", "/%41", "/%", "/a b", "/a;x=1", "/a?b", "/a#b", "/a\\b",
    "/\xf0\x9f\x8e\xb7", "/\xed\xa0\x80", "/\xc0\xaf", "/a/../b", "/a//b", "/a\x00", "/a\nb", "/a'\"<>", "/[x]:y@z", "/a+b", "/~!$&()*,=", "/%C3%A9", "/\xe2\x82",
]  # fmt: skip
SCRIPTS = ["", "/s", "/s/", "s", "/\xc3\xa9", "/\xff", "//s", "/s/t", "/"]
QUERIES = [
    None, "", "a=1", "a=1&a=2&b", "\xc3\xa9=\xc3\xbc", "\xff=1", "a=%ff", "a=%C3%A9", "a b=c", "%", "a=;b=2", "&&", "=", "a=\n", "a='\"<>", "[x]=1&y={z}", "a+b=c%20d", "a=\xe9",
    "a#b", "?a", "/a/b?c", "a=%E2%82%AC&\xe2\x82\xac", "\x00",
]  # fmt: skip


def paths(framework: Any, rng: random.Random) -> Iterator[Question]:
    def wsgi_look(**more: Any) -> Question:
        return f"wsgi {more}", lambda: look(wsgi(framework, **more))

    def asgi_look(**more: Any) -> Question:
        return f"asgi {more}", lambda: look(asgi(framework, **more))

    for path in PATHS:
        yield wsgi_look(PATH_INFO=path)
        yield asgi_look(path=path)
    for script, path in itertools.product(SCRIPTS, PATHS[:7]):
        yield wsgi_look(SCRIPT_NAME=script, PATH_INFO=path)
        yield asgi_look(root_path=script, path=path)
        yield asgi_look(root_path=script, path=script + path)
    for query in QUERIES:
        yield wsgi_look(QUERY_STRING=query, PATH_INFO="/p")
        raw = None if query is None else query.encode("latin-1")
        yield asgi_look(query_string=raw, path="/p")
        yield asgi_look(query_string=query, path="/p")
        kind = "text/plain; charset=latin-1"
        yield wsgi_look(QUERY_STRING=query, CONTENT_TYPE=kind)
        yield asgi_look(query_string=raw, headers=[(b"content-type", kind.encode())])
    yield wsgi_look(PATH_INFO=None)
    yield wsgi_look(SCRIPT_NAME=None)
    for method in ("get", "POST", "pAtCh", "", "ODD METHOD", "é"):
        yield wsgi_look(REQUEST_METHOD=method)
        yield asgi_look(method=method)
    for script_url, path, key in itertools.product(
        ("/s/p", "/s//p", "//s/p", "/p", "", "/other", "/s/p/x", "/\xff/p"), ("/p", "", "/", "//p", "/\xc3\xa9"), ("SCRIPT_URL", "REDIRECT_URL")
    ):  # fmt: skip
        yield wsgi_look(PATH_INFO=path, SCRIPT_NAME="/n", **{key: script_url})
    for forced, name, path in itertools.product(
        (None, "", "/", "/forced", "/forced/", "forced", "/é"), ("", "/s"), ("/p", "/forced/p", "")
    ):

        def ask(forced: Any = forced, name: str = name, path: str = path) -> Any:
            with framework.settings(FORCE_SCRIPT_NAME=forced):
                return [
                    look(wsgi(framework, SCRIPT_NAME=name, PATH_INFO=path))[:4],
                    look(asgi(framework, root_path=name, path=path))[:4],
                ]

        yield f"forced {forced} {name} {path}", ask
    for scheme in (None, "", "https", "http", "ws", "HTTPS"):
        yield wsgi_look(**{"wsgi.url_scheme": scheme})
        yield asgi_look(scheme=scheme)
    for client, server in itertools.product(
        (None, ("9.9.9.9", 1), ["::1", 2], ()), (None, ("testserver", 80), ["testserver", None], ("testserver", 8000), ())
    ):  # fmt: skip
        yield asgi_look(client=client, server=server, headers=[])
        yield asgi_look(client=client, server=server)
    header_lists: list[Any] = [
        [], [(b"X-Upper", b"1")], [(b"x-a", b"1"), (b"x-a", b"2")], [(b"x_a", b"1")], [(b"cookie", b"a=1"), (b"cookie", b"b=2")],
        [(b"content-type", b"a/b"), (b"content-type", b"c/d")], [(b"content-length", b"1"), (b"content-length", b"2")], [(b"x-\xff", b"\xff")],
        [(b"", b"x")], [(b"x-a", b"")], [(b"host", b"example.com"), (b"host", b"testserver")], [(b"content-type", b"text/plain; charset=latin-1")],
        [(b"accept", b"a/b"), (b"accept", b"c/d")], [(b"Content-Type", b"a/b")], [(b"Cookie", b"a=1"), (b"cookie", b"b=2")], [(b"x-a ", b" v ")],
        [(b"cookie", b"a=\xc3\xa9; b=\xff")], [(b"content-length", b"abc")],
    ]  # fmt: skip
    for headers in header_lists:
        yield asgi_look(headers=headers)
    for cookie in (
        "a=1; b=2",
        "a=\xc3\xa9",
        "a=\xff",
        "a",
        "=x",
        "a=1, b=2",
        'a="x y"',
        "a=1; a=2",
        "",
        "; ;",
        "$Version=1; a=b",
        'a="\\303\\251"',
        "é=1",
    ):
        yield wsgi_look(HTTP_COOKIE=cookie)
        yield asgi_look(headers=[(b"cookie", cookie.encode("latin-1"))])


TYPES = [
    None, "", "text/plain", "TEXT/Plain", "text/plain; charset=latin-1", "text/plain; charset=nope", 'text/plain; charset="utf-16"', "text/plain; Charset=KOI8-R",
    "text/plain;charset=", "text/plain; a=b; c=\"d;e\"; f", " text/plain ", ";", "; charset=latin-1", "text/plain; charset='latin-1'", "a=b", "text/plain; x=\"\\\"q\"",
    "text/plain; n*=UTF-8''%e2%82%ac", "é/ü; charset=é", "text/plain; charset=latin-1; charset=utf-8", "text/plain, a/b", "x;x;x", "\"a;b\"/c", "text/plain; charset=\x00",
    "text/plain; charset= latin-1 ", "text /plain", "a" * 300, "text/plain;" + "a=b;" * 20, "multipart/form-data; boundary=é", "application/json; indent=4;charset=utf-8",
    "text/plain; =x", "text/plain; charset==utf-8", "text/plain; *=x", "text/plain; n*=x", "text/plain; n*='", "text/plain; n*=nope''x",
]  # fmt: skip


def types(framework: Any, rng: random.Random) -> Iterator[Question]:
    def ask(make: Callable[[], Any]) -> Any:
        request = make()
        return tell(
            lambda: request.content_type,
            lambda: request.content_params,
            lambda: request.encoding,
            lambda: lists(request.GET),
            lambda: lists(request.POST),
        )

    for kind, method in itertools.product(TYPES, ("GET", "POST")):
        given = {
            "CONTENT_TYPE": kind,
            "REQUEST_METHOD": method,
            "QUERY_STRING": "q=\xe9\xc3\xa9%e9",
        }
        yield f"wsgi {given}", lambda g=given: ask(lambda: wsgi(framework, b"a=%e9", **g))
        headers = [] if kind is None else [(b"content-type", kind.encode("latin-1"))]
        scope = {"headers": headers, "method": method, "query_string": b"q=%e9"}
        yield f"asgi {scope}", lambda s=scope: ask(lambda: asgi(framework, b"a=%e9", **s))

    def setter(kind: Any, encoding: Any) -> Any:
        request = wsgi(
            framework, b"a=%e9", REQUEST_METHOD="POST", CONTENT_TYPE=kind, QUERY_STRING="q=%e9"
        )
        before = tell(lambda: lists(request.GET), lambda: lists(request.POST))
        after = tell(
            lambda: setattr(request, "encoding", encoding),
            lambda: request.encoding,
            lambda: lists(request.GET),
            lambda: request.GET.encoding,
            lambda: lists(request.POST),
            lambda: request.body,
        )
        return [before, after]

    for kind, encoding in itertools.product(
        (
            None,
            FORM,
            f"{FORM}; charset=utf-8",
            f"{FORM}; charset=UTF8",
            f"{FORM}; charset=latin-1",
            "text/plain",
            MULTIPART,
        ),
        (None, "latin-1", "utf-8", "UTF-8", "nope", ""),
    ):
        yield f"encoding {kind} {encoding}", lambda k=kind, e=encoding: setter(k, e)


HOST_VALUES = [
    None, "testserver", "TestServer", "testserver.", "testserver:80", "testserver:8000", "testserver:", "testserver:abc", "testserver:80:80", "example.com", "www.example.com",
    "a.sub.example", "sub.example", "a.sub.example.", "xsub.example", "[::1]", "[::1]:80", "[::1", "::1", "127.0.0.1:1", "evil.com", "evil@testserver", "testserver@evil", "",
    " testserver", "testserver ", "test server", "testserver,evil.com", "testserver/x", "testserver?x", "testserver#x", "tests\xe9rver", "testserver\n", "testserver\x00", "[::1%25en0]", "[1::1]:x",
    "testserver..", ".testserver", "-", "_dmarc.example.com", "xn--9ca.sub.example", "a" * 300 + ".sub.example", "testserver:99999", "[fe80::g]", "[]", "[:]", ":80", "127.0.0.1.", "localhost",
    "sub.localhost", "example.com\\.evil.com", "*", "testserver:80/x", "[::1].evil.com", "[::1]80",
]  # fmt: skip


def hosts(framework: Any, rng: random.Random) -> Iterator[Question]:
    def question(settings: dict[str, Any], **meta: Any) -> Question:
        def ask() -> Any:
            with framework.settings(**settings):
                request = bare(framework, **meta)
                request.path = "/p/"
                return tell(
                    request.get_host,
                    request.get_port,
                    request.build_absolute_uri,
                    lambda: request.scheme,
                )

        return f"{settings} {meta}", ask

    split = framework.module("http.request").split_domain_port
    for host in HOST_VALUES:
        yield question({}, HTTP_HOST=host)
        yield question({"ALLOWED_HOSTS": ["*"]}, HTTP_HOST=host)
        yield question({"ALLOWED_HOSTS": [], "DEBUG": True}, HTTP_HOST=host)
        yield question(
            {"USE_X_FORWARDED_HOST": True}, HTTP_HOST="testserver", HTTP_X_FORWARDED_HOST=host
        )
        yield f"split {host!r}", lambda h=host: list(split(h))
    odd_allowed: list[Any] = [[], [""], ["."], [".com"], ["TESTSERVER"], ["testserver."], ["testserver:80"], (".EXAMPLE.com",), ["*."], "testserver", "*", ["[::1]"], ["*.com"]]  # fmt: skip
    validate = framework.module("http.request").validate_host
    for allowed, host in itertools.product(odd_allowed, ("testserver", "example.com", "[::1]", "")):
        yield question({"ALLOWED_HOSTS": allowed}, HTTP_HOST=host)
        yield question({"ALLOWED_HOSTS": allowed, "DEBUG": True}, HTTP_HOST=host)
        yield f"validate {host} {allowed}", lambda h=host, a=allowed: validate(h, a)
    for name, port in itertools.product(
        ("testserver", "evil.com", "::1", "127.0.0.1", None),
        ("80", "443", "8000", 80, "", "x", None),
    ):
        yield question({}, SERVER_NAME=name, SERVER_PORT=port)
    forwarded: list[dict[str, Any]] = [
        {},
        {"USE_X_FORWARDED_PORT": True},
        {"USE_X_FORWARDED_HOST": True, "USE_X_FORWARDED_PORT": True},
    ]
    for settings, port, host in itertools.product(
        forwarded, (None, "8080", "80", "x", ""), (None, "testserver", "testserver:1")
    ):
        yield question(settings, HTTP_X_FORWARDED_PORT=port, HTTP_HOST=host)
        yield question(settings, HTTP_X_FORWARDED_PORT=port, HTTP_X_FORWARDED_HOST=host)
    trusted: list[Any] = [None, ("HTTP_X_PROTO", "https"), ("HTTP_X_PROTO", "HTTPS"), ["HTTP_X_PROTO", "https"], ("HTTP_X_PROTO",), "bad", (), ("HTTP_X_PROTO", "https", 1), ("HTTP_X_PROTO", "on")]  # fmt: skip
    for header, value in itertools.product(
        trusted, (None, "https", "http", "HTTPS", "https, http", "http,https", " https", "", "on")
    ):
        yield question({"SECURE_PROXY_SSL_HEADER": header}, HTTP_X_PROTO=value)

        def both(header: Any = header, value: Any = value) -> Any:
            with framework.settings(SECURE_PROXY_SSL_HEADER=header):
                raw = [] if value is None else [(b"x-proto", value.encode())]
                secure = wsgi(framework, **{"wsgi.url_scheme": "https", "HTTP_X_PROTO": value})
                other = asgi(framework, scheme="https", headers=raw)
                return [tell(secure.is_secure, lambda: secure.scheme), tell(other.is_secure)]

        yield f"secure {header} {value}", both
    locations: list[Any] = [
        None, "", "/x", "x", "x/y/", "../x", "./x", "/a/../b", "/a/./b", "?q=1", "#f", "//other.com/x", "///x", "////x", "http://other.com/x", "https:x", "http:/x", "http:", "ftp://f/", "mailto:x@y", "/é", "/a b",
        "/%zz", "//[", "http://[::1", "/x?y=é", "/a:b", "a:b", "javascript:x", "\\x", "/\\x", "/..", "/.", "..", "/a/..", "/a/.", "/x\ny", "/x#é", "http://é.com/", 5, b"/x", "//", "/x//y", "/a/../../b?c/./d", "/a?b/../c", " /x",
        "http://x", "//user@host/x",
    ]  # fmt: skip
    for location, path, secure in itertools.product(
        locations, ("/", "/p/q", "//evil.com/p", "/é/", ""), ("http", "https")
    ):
        if secure == "https" and path != "/p/q":
            continue

        def absolute(location: Any = location, path: str = path, secure: str = secure) -> Any:
            request = wsgi(
                framework,
                PATH_INFO=path.encode().decode("latin-1"),
                QUERY_STRING="z=1",
                **{"wsgi.url_scheme": secure},
            )
            return request.build_absolute_uri(location)

        yield f"absolute {location!r} {path}", absolute


ACCEPTS = [
    None, "", "*/*", "text/html", "text/html, application/json", "text/*", "text/*;q=0.5, text/html", "text/html;q=0.3, text/html;level=1;q=0.7, */*;q=0.1", "*/*;q=0", "text/html;q=0, */*", "text/html;q=abc",
    "text/html;q=2", "text/html;q=-1", "text/html; q=0.5", "text/html ;q=0.8 , application/json;q=0.9", "application/xml,application/xhtml+xml,text/html;q=0.9,text/plain;q=0.8,image/png,*/*;q=0.5",
    "text", "*", "text/", "/html", "/", ",", ",,text/html,,", "*/html", "TEXT/HTML", "text/html;level=1", "text/html;level=1;level=2", "text/html; charset=utf-8", 'text/html; x="a,b"', "text/html;q=0.0001", "text/html;q=0.12345, a/b;q=0.123",
    "text/html;q=nan", "text/html;q=inf", "text/html;q=", "text/html;q", "a/b;q=1;c=d", "text/html;q=0.5;q=0.9", "a/b/c", "text/html, text/html;q=0.5", "text/plain;q=0.5, text/*;q=0.5, */*;q=0.5", "application/json; version=1, application/json",
    "text/html;Q=0.4", "é/ü", "text/html;q=1e-1", "text/html;q= 0.5 ", "text/html; n*=nope''x, a/b", "text/html;q=٠.٥", "text/html,application/*;q=0.2,*/*;q=0.1",
]  # fmt: skip
WANTED = [
    "text/html",
    "application/json",
    "text/plain",
    "*/*",
    "text/*",
    "",
    "text/html;level=1",
    "application/json; version=1",
    "TEXT/HTML",
    "x",
    "image/png",
    "text/html; charset=utf-8",
]


def accepts(framework: Any, rng: random.Random) -> Iterator[Question]:
    def ask(header: Any, step: Callable[[Any], Any]) -> Any:
        return step(bare(framework, HTTP_ACCEPT=header))

    media_type = framework.module("http.request").MediaType
    preferences: list[Any] = [
        [], ["text/html"], ["text/html", "application/json"], ["application/json", "text/html"], ["text/plain", "text/html;level=1", "text/html"], ["*/*"], ["x"], ("a/b", "c/d"), ["image/png", "text/plain", "application/xml"],
        ["application/json", "application/json; version=1"], "text/html", [""], [None],
    ]  # fmt: skip
    for header in ACCEPTS:
        yield (
            f"accepted {header}",
            lambda h=header: ask(
                h,
                lambda r: [
                    [
                        [str(each), repr(each), each.quality, each.specificity]
                        for each in r.accepted_types
                    ],
                    [str(each) for each in r.accepted_types_by_precedence],
                ],
            ),
        )
        yield (
            f"accepts {header}",
            lambda h=header: ask(
                h, lambda r: [[r.accepts(each), str(r.accepted_type(each))] for each in WANTED]
            ),
        )
        for wanted in preferences:
            yield (
                f"preferred {header} {wanted}",
                lambda h=header, w=wanted: ask(h, lambda r: r.get_preferred_type(w)),
            )
    lines: list[Any] = [
        None,
        *filter(None, ACCEPTS),
        "",
        'a/b; c="d"; e',
        "a/b;q=0.1234",
        "a/b;q=0.1239;x=y",
    ]
    for line in lines:
        yield f"media {line!r}", lambda x=line: [
            str(media_type(x)), repr(media_type(x)), media_type(x).main_type, media_type(x).sub_type, media_type(x).params,
            *tell(lambda: media_type(x).range_params, lambda: media_type(x).quality, lambda: media_type(x).specificity),
        ]  # fmt: skip
        yield (
            f"match {line!r}",
            lambda x=line: [media_type(x).match(other) for other in (*WANTED, None)],
        )
        yield f"matched {line!r}", lambda x=line: [media_type(w).match(x) for w in WANTED]


def bodies(framework: Any, rng: random.Random) -> Iterator[Question]:
    """The order in which the body is read in its several ways."""
    steps: dict[str, Callable[[Any], Any]] = {
        "body": lambda r: r.body,
        "read": lambda r: r.read(),
        "read 3": lambda r: r.read(3),
        "readline": lambda r: r.readline(),
        "readlines": lambda r: r.readlines(),
        "iterate": lambda r: list(r),
        "POST": lambda r: [lists(r.POST), r.POST._mutable, r.POST.encoding],
        "FILES": files,
        "set POST": lambda r: setattr(r, "POST", {"own": 1}) or r.POST,
        "encoding": lambda r: setattr(r, "encoding", "latin-1"),
        "handlers": lambda r: [type(each).__name__ for each in r.upload_handlers],
        "set handlers": lambda r: setattr(r, "upload_handlers", list(r.upload_handlers)[:1]),
        "insert handler": lambda r: r.upload_handlers.insert(0, r.upload_handlers[0]),
        "close": lambda r: r.close(),
        "mark error": lambda r: r._mark_post_parse_error(),
        "started": lambda r: [
            r._read_started,
            hasattr(r, "_body"),
            hasattr(r, "_post"),
            hasattr(r, "_files"),
        ],
    }

    def run(make: Callable[[], Any], plan: list[str]) -> Any:
        request = make()
        return tell(*(lambda step=step: steps[step](request) for step in plan))

    payloads = {
        FORM: b"a=1&b=%C3%A9\nx&c",
        MULTIPART: PARTS,
        "text/plain": b"l1\nl2\nl3",
        None: b"",
        "multipart/form-data": b"x",
        MULTIPART + "; x": b"--X",
    }

    def question(colour: str, kind: Any, method: str, plan: list[str], **more: Any) -> Question:
        payload = payloads[kind]

        def make() -> Any:
            if colour == "wsgi":
                return wsgi(framework, payload, REQUEST_METHOD=method, CONTENT_TYPE=kind, **more)
            headers = [] if kind is None else [(b"content-type", kind.encode())]
            headers.append((b"content-length", str(len(payload)).encode()))
            return asgi(framework, payload, method=method, headers=headers)

        return f"{colour} {method} {kind} {plan} {more}", lambda: run(make, plan)

    for colour, kind in itertools.product(("wsgi", "asgi"), payloads):
        for plan in itertools.product(steps, repeat=2):
            if kind in (FORM, MULTIPART) or rng.random() < 0.2:
                yield question(colour, kind, "POST", list(plan))
    for _ in range(400):
        plan = [rng.choice(list(steps)) for _ in range(rng.randint(3, 5))]
        method = rng.choice(("POST", "POST", "POST", "PUT", "GET"))
        yield question(rng.choice(("wsgi", "asgi")), rng.choice(list(payloads)), method, plan)
    for length in (None, "", "0", "3", "-1", "abc", "1e3", "999", " 5 ", "5,5", "+3", "３"):
        for plan in (["body"], ["POST"], ["read", "read"], ["readline", "readlines"]):
            for kind in (FORM, MULTIPART):
                yield question("wsgi", kind, "POST", plan, CONTENT_LENGTH=length)
    limits: list[dict[str, Any]] = [
        {"DATA_UPLOAD_MAX_MEMORY_SIZE": 5}, {"DATA_UPLOAD_MAX_MEMORY_SIZE": None}, {"DATA_UPLOAD_MAX_MEMORY_SIZE": 0},
        {"DATA_UPLOAD_MAX_NUMBER_FIELDS": 1}, {"DATA_UPLOAD_MAX_NUMBER_FIELDS": 0}, {"DATA_UPLOAD_MAX_NUMBER_FILES": 0}, {"FILE_UPLOAD_MAX_MEMORY_SIZE": 1},
    ]  # fmt: skip
    for settings, kind, plan, colour in itertools.product(
        limits,
        (FORM, MULTIPART),
        (["body"], ["POST", "POST"], ["body", "POST", "FILES"], ["FILES", "body"]),
        ("wsgi", "asgi"),
    ):
        label, ask = question(colour, kind, "POST", plan)

        def limited(settings: dict[str, Any] = settings, ask: Callable[[], Any] = ask) -> Any:
            with framework.settings(**settings):
                return ask()

        yield f"{settings} {label}", limited

    class Broken(io.BytesIO):
        def read(self, *args: Any) -> bytes:
            raise OSError("gone", 5)

        readline = read  # type: ignore[assignment]

    for kind, plan in itertools.product(
        (FORM, MULTIPART, "text/plain"),
        (["body", "body"], ["POST", "POST"], ["read", "POST"], ["readline"], ["FILES", "POST"]),
    ):
        yield question("wsgi", kind, "POST", plan, **{"wsgi.input": Broken()})


def requests(framework: Any, rng: random.Random) -> Iterator[Question]:
    """Bare requests, attributes, signed cookies, copies."""
    make = framework.module("http").HttpRequest

    def attributes() -> Any:
        request = make()
        return [
            sorted(vars(request).keys() - {"_plain", "resolver_match"}), request.GET, request.POST, request.COOKIES, request.META, request.FILES,
            request.path, request.path_info, request.method, request.resolver_match, request.content_type, request.content_params,
            request.encoding, repr(request), request.upload_handlers and True,
        ]  # fmt: skip

    yield "attributes", attributes
    yield (
        "mutable",
        lambda: [
            make().GET._mutable,
            make().POST._mutable,
            wsgi(framework).GET._mutable,
            wsgi(framework).POST._mutable,
        ],
    )
    for method, path, query in itertools.product(
        (None, "", "GET", "é"), ("", "/x", "/é"), (None, "a=é")
    ):

        def representation(method: Any = method, path: str = path, query: Any = query) -> Any:
            request = bare(framework, QUERY_STRING=query)
            request.method, request.path, request.path_info = method, path, path + "/i"
            return [repr(request), *tell(request.get_full_path, request.get_full_path_info)]

        yield f"repr {method} {path} {query}", representation
    for name in ("user", "session", "csrf_processing_done", "urlconf", "anything"):

        def arbitrary(name: str = name) -> Any:
            request = wsgi(framework)
            before = tell(lambda: getattr(request, name))
            setattr(request, name, 5)
            after = [getattr(request, name), name in vars(request) or name == "resolver_match"]
            return [
                before,
                after,
                tell(lambda: delattr(request, name), lambda: getattr(request, name)),
            ]

        yield f"attribute {name}", arbitrary
    copies: dict[str, Callable[[Any], Any]] = {
        "copy": copy.copy,
        "deepcopy": copy.deepcopy,
        "pickle": lambda request: pickle.loads(pickle.dumps(request)),
    }
    makers: dict[str, Callable[[], Any]] = {
        "bare": lambda: bare(framework, HTTP_X="1"),
        "wsgi": lambda: wsgi(framework, b"a=1", REQUEST_METHOD="POST", CONTENT_TYPE=FORM, QUERY_STRING="q=1", HTTP_COOKIE="c=1"),
        "asgi": lambda: asgi(framework, b"a=1", method="POST", headers=[(b"content-type", FORM.encode())], query_string=b"q=1"),
    }  # fmt: skip
    touches: dict[str, Callable[[Any], Any]] = {
        "nothing": lambda r: None,
        "GET": lambda r: r.GET,
        "POST": lambda r: r.POST,
        "attribute": lambda r: setattr(r, "extra", [1]),
        "resolver_match": lambda r: setattr(r, "resolver_match", [5]),
        "headers": lambda r: r.headers,
        "urlconf": lambda r: setattr(r, "urlconf", "some.urls"),
        "body": lambda r: getattr(r, "body", 0),
        "encoding": lambda r: setattr(r, "encoding", "latin-1"),
        "accepted": lambda r: r.accepted_types,
    }
    for (how, duplicate), (kind, maker), (touched, touch) in itertools.product(
        copies.items(), makers.items(), touches.items()
    ):

        def doubled(duplicate: Any = duplicate, maker: Any = maker, touch: Any = touch) -> Any:
            request = maker()
            touch(request)
            other = duplicate(request)
            same = [
                other.META is request.META,
                other.GET is request.GET,
                other.resolver_match is request.resolver_match,
            ]
            return [
                type(other).__name__, same, look(other)[:11],
                *tell(lambda: lists(other.POST), lambda: other.body, lambda: other.extra, lambda: other.urlconf, lambda: other.encoding,
                      lambda: other.resolver_match, lambda: request.resolver_match),
            ]  # fmt: skip

        yield f"{how} {kind} {touched}", doubled
    response_class = framework.module("http").HttpResponse

    def signed(key: str, salt: str, tamper: str, **kwargs: Any) -> Any:
        response = response_class()
        response.set_signed_cookie(key, "välue", salt=salt)
        value = response.cookies[key].value
        request = bare(framework)
        request.COOKIES = {
            "none": {}, "good": {key: value}, "cut": {key: value[:-1]}, "other": {key: "x"}, "key": {key + "s": value}, "plain": {key: "välue"},
        }[tamper]  # fmt: skip
        return request.get_signed_cookie(key, **kwargs)

    options: list[dict[str, Any]] = [{}, {"default": None}, {"default": "d"}, {"max_age": 10}, {"max_age": -1}, {"max_age": 0}, {"salt": "x"}, {"salt": "s"}, {"max_age": -1, "default": "d"}]  # fmt: skip
    for tamper, salt, kwargs in itertools.product(
        ("none", "good", "cut", "other", "key", "plain"), ("", "s"), options
    ):
        yield (
            f"signed {tamper} {salt} {kwargs}",
            lambda t=tamper, s=salt, k=kwargs: signed("c", s, t, **k),
        )
    signing = framework.module("core.signing")

    def legacy(fallback: bool, key: str, salt: str, sign_salt: str) -> Any:
        request = bare(framework)
        request.COOKIES = {key: signing.get_cookie_signer(salt=sign_salt).sign("v")}
        with framework.settings(SIGNED_COOKIE_LEGACY_SALT_FALLBACK=fallback):
            return request.get_signed_cookie(key, salt=salt)

    for fallback, sign_salt in itertools.product((True, False), ("cs", "c", "s", "sc")):
        yield (
            f"legacy {fallback} {sign_salt}",
            lambda f=fallback, s=sign_salt: legacy(f, "c", "s", s),
        )
    exceptions = framework.module("http.request")
    yield (
        "exceptions",
        lambda: [
            [base.__name__ for base in each.__mro__]
            for each in (exceptions.RawPostDataException, exceptions.UnreadablePostError)
        ],
    )
    handlers = framework.module("core.handlers.wsgi")
    for raw in PATHS:
        environ = {"PATH_INFO": raw, "QUERY_STRING": raw, "SCRIPT_NAME": raw}
        yield f"functions {raw!r}", lambda e=environ: tell(
            lambda: handlers.get_path_info(e), lambda: handlers.get_script_name(e),
            lambda: handlers.get_bytes_from_wsgi(e, "QUERY_STRING", ""), lambda: handlers.get_str_from_wsgi(e, "QUERY_STRING", ""),
            lambda: handlers.get_str_from_wsgi(e, "NOPE", "d"),
        )  # fmt: skip


SECTIONS = {
    "paths": paths,
    "types": types,
    "hosts": hosts,
    "accepts": accepts,
    "bodies": bodies,
    "requests": requests,
}
