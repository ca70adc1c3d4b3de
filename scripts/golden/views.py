"""What Django's views, view decorators and shortcuts answer: ``tests/golden/views.json``.

Run it with a Python that has Django 5.2: ``python scripts/golden/views.py``. Each probe is a function
of the framework's modules; `observations` runs them all on the framework named by `root`, so that
the test asks Vivace with the same words.
"""

from __future__ import annotations

import asyncio
import datetime
import importlib
import io
import itertools
import json
import os
import sys
import tempfile
import types
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

OUTPUT = Path(__file__).parents[2] / "tests" / "golden" / "views.json"
URLCONF = "golden_views_urls"

Probe = tuple[str, Callable[[], Any]]


class Framework:
    """The modules of Django, or those of Vivace under the same names."""

    def __init__(self, root: str) -> None:
        self.root = root

    def module(self, name: str) -> Any:
        return importlib.import_module(f"{self.root}.{name}")

    def request(self, method: str = "GET", path: str = "/", query: str = "", **headers: str) -> Any:
        environ: dict[str, Any] = {
            "REQUEST_METHOD": method,
            "PATH_INFO": path.encode().decode("latin-1"),
            "SCRIPT_NAME": "",
            "QUERY_STRING": query,
            "SERVER_NAME": "testserver",
            "SERVER_PORT": "80",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "wsgi.url_scheme": "http",
            "wsgi.input": io.BytesIO(b""),
            "wsgi.errors": io.StringIO(),
        }
        environ.update({f"HTTP_{name.upper()}": value for name, value in headers.items()})
        home = "core.handlers.wsgi" if self.root == "django" else "http.wsgi"
        return self.module(home).WSGIRequest(environ)


def urlconf(framework: Framework) -> None:
    path = framework.module("urls").path
    module = types.ModuleType(URLCONF)
    module.urlpatterns = [  # type: ignore[attr-defined]
        path("art/<int:pk>/", routed, name="art"),
        path("plain/", plain, name="plain"),
    ]
    sys.modules[URLCONF] = module


def routed(request: Any, **kwargs: Any) -> None:
    return None


def plain(request: Any) -> None:
    return None


def seen(value: Any) -> Any:
    """`value` as JSON: a response by its class, status, headers and body; errors by their text."""
    if asyncio.iscoroutine(value):
        value = asyncio.run(value)
    if hasattr(value, "status_code"):
        body = b"".join(value.streaming_content) if value.streaming else value.content
        value.close()
        return [type(value).__name__, value.status_code, dict(value.items()), body.decode()]
    if isinstance(value, tuple | list):
        return [seen(each) for each in value]
    if isinstance(value, dict):
        return {str(name): seen(each) for name, each in value.items()}
    return value if value is None or isinstance(value, str | int | bool) else repr(value)


def outcome(probe: Callable[[], Any]) -> Any:
    try:
        return seen(probe())
    except Exception as error:
        # The probes' own module has another name when a test loads it.
        message = str(error).replace(f"{__name__}.", "probes.")
        return {"error": type(error).__name__, "message": message}


def colours(body: Callable[..., Any]) -> Iterator[tuple[str, Any]]:
    async def asynchronous(*args: Any, **kwargs: Any) -> Any:
        return body(*args, **kwargs)

    yield "sync", body
    yield "async", asynchronous


# --- class-based views ---------------------------------------------------------------------------


def class_probes(f: Framework) -> Iterator[Probe]:
    base = f.module("views.generic.base")
    response = f.module("http").HttpResponse

    def body(self: Any, request: Any, *args: Any, **kwargs: Any) -> Any:
        return response(f"{args}{kwargs}{self.attribute}")

    for colour, handler in colours(body):
        cls = type("Page", (base.View,), {"get": handler, "attribute": 1, "__doc__": "A page."})
        view = cls.as_view(attribute=2)
        for method in ["GET", "HEAD", "POST", "OPTIONS", "get", "SETUP", "NONE", "TRACE", ""]:
            yield f"view {colour} {method}", lambda v=view, m=method: v(f.request(m), 1, x=2)
        yield (
            f"view {colour} attributes",
            lambda v=view, c=cls: [
                v.__name__,
                v.__doc__,
                v.view_class is c,
                v.view_initkwargs,
                c.view_is_async,
                asyncio.iscoroutinefunction(v),
                c()._allowed_methods(),
            ],
        )
        for bad in ({"get": 1}, {"unknown": 1}, {"http_method_names": ["get"]}):
            yield (
                f"view {colour} as_view {bad}",
                lambda c=cls, b=bad: c.as_view(**b)(f.request("POST")),
            )
    handlers = dict(colours(body))
    mixed = type("Mixed", (base.View,), {"get": handlers["sync"], "post": handlers["async"]})
    yield "view mixed", lambda: mixed.as_view()
    bare = type("Bare", (base.View,), {})
    yield "view bare GET", lambda: bare.as_view()(f.request())
    yield "view bare OPTIONS", lambda: bare.as_view()(f.request("OPTIONS"))
    careless = type("Careless", (base.View,), {"setup": lambda self, request: None})
    yield "view without setup", lambda: careless.as_view()(f.request())
    yield "view on instance", lambda: bare().as_view
    context = type("Context", (base.ContextMixin,), {"extra_context": {"a": 3, "b": 2}})
    yield "context", lambda: {**context().get_context_data(a=1, view="own")}


def redirect_view_probes(f: Framework) -> Iterator[Probe]:
    view = f.module("views.generic.base").RedirectView
    options: list[dict[str, Any]] = [
        {},
        {"url": ""},
        {"url": "/bar/"},
        {"url": "/bar/", "permanent": True},
        {"url": "/bar/", "query_string": True},
        {"url": "/bar/?own=1", "query_string": True},
        {"url": "/bar/%(pk)s/"},
        {"url": "/bar/%(other)s/"},
        {"url": "/100%/"},
        {"url": "/100%%/"},
        {"url": "/é ü/"},
        {"url": "/a\nb"},
        {"url": "javascript:alert(1)"},
        {"url": "//other.example/"},
        {"pattern_name": "art"},
        {"pattern_name": "art", "query_string": True, "permanent": True},
        {"pattern_name": "unknown"},
        {"pattern_name": "plain"},
    ]
    for option, query in itertools.product(options, ["", "pork=%20%25s"]):
        yield (
            f"redirect view {option} {query}",
            lambda o=option, q=query: view.as_view(**o)(f.request("GET", "/x/", q), pk=42),
        )
    for method in ["HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "ODD"]:
        yield (
            f"redirect view {method}",
            lambda m=method: view.as_view(url="/z/")(f.request(m)),
        )


# --- decorators ----------------------------------------------------------------------------------


def decorator_probes(f: Framework) -> Iterator[Probe]:
    response = f.module("http").HttpResponse
    http = f.module("views.decorators.http")
    frame = f.module("views.decorators.clickjacking")
    vary = f.module("views.decorators.vary")
    common = f.module("views.decorators.common")
    cache = f.module("views.decorators.cache")
    gzip = f.module("views.decorators.gzip")
    debug = f.module("views.decorators.debug")
    decorators = {
        "deny": frame.xframe_options_deny,
        "sameorigin": frame.xframe_options_sameorigin,
        "exempt": frame.xframe_options_exempt,
        "vary cookie": vary.vary_on_cookie,
        "vary two": vary.vary_on_headers("User-Agent", "x-two"),
        "vary none": vary.vary_on_headers(),
        "no slash": common.no_append_slash,
        "gzip": gzip.gzip_page,
        "conditional": http.conditional_page,
        "GET": http.require_GET,
        "POST": http.require_POST,
        "safe": http.require_safe,
        "methods": http.require_http_methods(["GET", "PUT"]),
        "post parameters": debug.sensitive_post_parameters("a", "b"),
        "variables": debug.sensitive_variables("a"),
    }
    for name, decorator in decorators.items():
        for colour, view in colours(lambda request: response("x" * 300)):
            decorated = decorator(view)
            yield (
                f"decorator {name} {colour} colour",
                lambda d=decorated: [asyncio.iscoroutinefunction(d), d.__name__],
            )
            yield (
                f"decorator {name} {colour} attributes",
                lambda d=decorated: getattr(d, "should_append_slash", None),
            )
            for method in ["GET", "HEAD", "POST", "PUT"]:
                yield (
                    f"decorator {name} {colour} {method}",
                    lambda d=decorated, m=method: d(f.request(m)),
                )
        yield (
            f"decorator {name} method",
            lambda d=decorator: _as_method(f, d),
        )
    own = {"X-Frame-Options": "OWN", "Vary": "Cookie, *"}
    for name in ("deny", "sameorigin", "vary cookie", "vary two"):
        for colour, view in colours(lambda request: response("", headers=own)):
            yield (
                f"decorator {name} {colour} own headers",
                lambda d=decorators[name], v=view: d(v)(f.request()),
            )
    misused = {
        "sensitive_post_parameters": debug.sensitive_post_parameters,
        "sensitive_variables": debug.sensitive_variables,
        "marked": debug.sensitive_post_parameters()(plain),
        "never_cache": cache.never_cache(plain),
        "cache_control": cache.cache_control(max_age=1)(plain),
    }
    for name, wrong in misused.items():
        yield f"decorator misuse {name}", lambda w=wrong: w(plain)


def _as_method(f: Framework, decorator: Any) -> Any:
    base = f.module("views.generic.base")
    method_decorator = f.module("utils.decorators").method_decorator
    response = f.module("http").HttpResponse

    def get(self: Any, request: Any) -> Any:
        return response("method")

    page = type("Page", (base.View,), {"get": method_decorator(decorator)(get)})
    return page.as_view()(f.request())


def cache_probes(f: Framework) -> Iterator[Probe]:
    response = f.module("http").HttpResponse
    cache = f.module("views.decorators.cache")
    combinations: list[dict[str, Any]] = [
        {},
        {"max_age": 60},
        {"max_age": 0},
        {"public": True},
        {"private": True},
        {"public": True, "private": True},
        {"no_cache": True, "no_store": True, "must_revalidate": True},
        {"no_cache": "Set-Cookie"},
        {"no_transform": True, "proxy_revalidate": True, "s_maxage": 9},
        {"stale_while_revalidate": 5, "stale_if_error": 6, "immutable": True},
        {"max_age": 60, "public": False},
        {"max_age": None},
    ]
    headers = [
        "",
        "max-age=10",
        "max-age=100, private",
        "public",
        "no-cache",
        "No-Cache, max-age=x",
    ]
    for combination, header in itertools.product(combinations, headers):
        own = {"Cache-Control": header} if header else {}
        for colour, view in colours(lambda request, o=own: response("", headers=o)):
            decorated = cache.cache_control(**combination)(view)
            yield (
                f"cache_control {combination} over {header!r} {colour}",
                lambda d=decorated: _headers(d(f.request()), "Cache-Control"),
            )
    for header in headers:
        own = {"Cache-Control": header} if header else {}
        for colour, view in colours(lambda request, o=own: response("", headers=o)):
            decorated = cache.never_cache(view)
            yield (
                f"never_cache over {header!r} {colour}",
                lambda d=decorated: _headers(d(f.request()), "Cache-Control"),
            )


def _headers(response: Any, *names: str) -> Any:
    if asyncio.iscoroutine(response):
        response = asyncio.run(response)
    parts = [response.get(name) for name in names]
    return [sorted(part.split(", ")) if part else part for part in parts]


def condition_probes(f: Framework) -> Iterator[Probe]:
    http = f.module("views.decorators.http")
    response = f.module("http").HttpResponse
    moment = datetime.datetime(2024, 1, 1, 12)
    zone = datetime.timezone(datetime.timedelta(hours=2))
    before, at, after = (f"Mon, 01 Jan 2024 {hour}:00:00 GMT" for hour in ("11", "12", "13"))
    validators: dict[str, tuple[Any, Any]] = {
        "none": (None, None),
        "etag": ("tag", None),
        "quoted": ('"tag"', None),
        "weak": ('W/"tag"', None),
        "empty": ("", None),
        "modified": (None, moment),
        "zone": (None, moment.replace(tzinfo=zone)),
        "both": ("tag", moment),
    }
    conditions: list[dict[str, str]] = [
        {},
        {"if_none_match": '"tag"'},
        {"if_none_match": 'W/"tag"'},
        {"if_none_match": '"other"'},
        {"if_none_match": "*"},
        {"if_none_match": "tag"},
        {"if_match": '"tag"'},
        {"if_match": 'W/"tag"'},
        {"if_match": '"other"'},
        {"if_match": "*"},
        {"if_match": ""},
        {"if_modified_since": before},
        {"if_modified_since": at},
        {"if_modified_since": after},
        {"if_modified_since": "nonsense"},
        {"if_unmodified_since": before},
        {"if_unmodified_since": at},
        {"if_unmodified_since": after},
        {"if_none_match": '"other"', "if_modified_since": after},
        {"if_none_match": '"tag"', "if_modified_since": before},
        {"if_match": '"tag"', "if_unmodified_since": before},
        {"if_match": '"other"', "if_unmodified_since": after},
    ]
    for name, (tag, modified) in validators.items():
        for colour, view in colours(lambda request: response("body")):
            decorated = http.condition(
                (lambda request, t=tag: t) if tag is not None else None,
                (lambda request, m=modified: m) if modified else None,
            )(view)
            for condition, method in itertools.product(conditions, ["GET", "HEAD", "PUT"]):
                yield (
                    f"condition {name} {colour} {method} {condition}",
                    lambda d=decorated, m=method, c=condition: d(f.request(m, **c)),
                )
    own = {"ETag": '"own"', "Last-Modified": at}
    for colour, view in colours(lambda request: response("", headers=own)):
        decorated = http.condition(lambda request: "tag", lambda request: moment)(view)
        yield f"condition own headers {colour}", lambda d=decorated: d(f.request())
    unknown = http.condition(lambda request: None, lambda request: None)
    yield "condition unknown", lambda: unknown(lambda request: response(""))(f.request())
    for name, decorator in {
        "etag": http.etag(lambda request, pk: f"tag{pk}"),
        "last_modified": http.last_modified(lambda request, pk: moment),
    }.items():
        yield (
            f"condition arguments {name}",
            lambda d=decorator: d(lambda request, pk: response(str(pk)))(f.request(), pk=3),
        )


# --- pages, files, shortcuts ---------------------------------------------------------------------


def default_probes(f: Framework) -> Iterator[Probe]:
    views = f.module("views.defaults")
    for name in ("page_not_found", "bad_request", "permission_denied"):
        for error in (Exception("<b>why</b>"), Exception(), Exception({"path": "<x>"})):
            yield (
                f"{name} {error!r}",
                lambda n=name, e=error: getattr(views, n)(f.request("GET", "/<b>é"), e),
            )
    yield "server_error", lambda: views.server_error(f.request())
    yield (
        "error template names",
        lambda: [getattr(views, f"ERROR_{code}_TEMPLATE_NAME") for code in (400, 403, 404, 500)],
    )


FILES = {
    "a.txt": b"hello",
    ".hidden": b"x",
    "t.tar.gz": b"z",
    "noext": b"1",
    "x.js": b"1",
    "s.svg.br": b"1",
    "x.unknownext": b"1",
    "odd <i>&\"'é%#?.html": b"q",
    "one/c.css": b"c",
    "two/.hidden": b"",
    "quoted/<b>&\"'é%#?.txt": b"",
    "nested/deep/x": b"",
}
SERVED = [
    *("a.txt", "/a.txt", "//a.txt", ".hidden", "t.tar.gz", "noext", "x.js", "s.svg.br"),
    *("x.unknownext", "odd <i>&\"'é%#?.html", "nope", "no/pe", "../etc/passwd", "one", "one/"),
    *("", "/", "./a.txt", "one/../a.txt", "one/../../a.txt", "a.txt/", "one//c.css", "\x00"),
    *("a\\b", "C:\\x", "http://other.example/", "//other.example", "%2e%2e/a", "one/."),
    *("two", "quoted/", "nested", "nested/deep"),
]


def static_probes(f: Framework, directory: str) -> Iterator[Probe]:
    static = f.module("views.static")
    for name, content in FILES.items():
        place = Path(directory, name)
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content)
        os.utime(place, (1700000000, 1700000000.7))

    def served(path: str, indexes: bool = False, method: str = "GET", **headers: str) -> Any:
        try:
            return seen(
                static.serve(f.request(method, **headers), path, directory, show_indexes=indexes)
            )
        except Exception as error:
            message = (
                str(error).replace(directory, "DIR").replace(str(Path(directory).parent), "UP")
            )
            return {"error": type(error).__name__, "message": message}

    for path, indexes in itertools.product(SERVED, [False, True]):
        if indexes and path in ("", "/"):
            continue
        yield f"serve {path!r} {indexes}", lambda p=path, i=indexes: served(p, i)
    for header in (
        "Tue, 14 Nov 2023 22:13:20 GMT",
        "Tue, 14 Nov 2023 22:13:19 GMT",
        "Tue, 14 Nov 2023 22:13:21 GMT",
        "Tuesday, 14-Nov-23 22:13:20 GMT",
        "Tue Nov 14 22:13:20 2023",
        "Tue, 14 Nov 2023 22:13:20 GMT; length=5",
        "nonsense",
        "",
    ):
        yield f"serve since {header}", lambda h=header: served("a.txt", if_modified_since=h)
        for mtime in (1700000000, 1700000000.9, 1700000001, 0):
            yield (
                f"was_modified_since {header} {mtime}",
                lambda h=header, m=mtime: static.was_modified_since(h, m),
            )
    yield "was_modified_since", lambda: [static.was_modified_since()]
    yield "serve HEAD", lambda: served("a.txt", method="HEAD")


class NotThere(Exception):
    pass


class Rows:
    """What the shortcuts need of a queryset."""

    class model:
        DoesNotExist = NotThere

        class _meta:
            object_name = "Thing"

    def __init__(self, *items: int) -> None:
        self.items = items

    def get(self, *args: Any, **kwargs: Any) -> Any:
        if not self.items:
            raise NotThere
        return [args, kwargs]

    async def aget(self, *args: Any, **kwargs: Any) -> Any:
        return self.get(*args, **kwargs)

    def filter(self, *args: Any, **kwargs: Any) -> Any:
        return Rows(*self.items)

    def __iter__(self) -> Iterator[int]:
        return iter(self.items)

    async def __aiter__(self) -> Any:
        for item in self.items:
            yield item


class Manager:
    def all(self) -> Rows:
        return Rows(7)


class Model:
    _default_manager = Manager()


class Addressed:
    def get_absolute_url(self) -> str:
        return "/address/"


def shortcut_probes(f: Framework) -> Iterator[Probe]:
    shortcuts = f.module("shortcuts")
    lazystr = f.module("utils.functional").lazystr
    reverse_lazy = f.module("urls").reverse_lazy
    targets: dict[str, tuple[Any, ...]] = {
        "object": (Addressed(),),
        "name": ("art", {"pk": 1}),
        "name without arguments": ("art",),
        "plain": ("plain",),
        "url": ("/x/?a=b#c",),
        "absolute": ("https://other.example/",),
        "unknown": ("unknown",),
        "dotted": ("no.such",),
        "slashed": ("a/b",),
        "relative": ("./x",),
        "up": ("../x",),
        "empty": ("",),
        "view": (routed, {"pk": 3}),
        "view without arguments": (routed,),
        "unrouted view": (outcome,),
        "lazy": (lazystr("/lazy/"),),
        "lazy route": (reverse_lazy("plain"),),
        "lazy name": (lazystr("plain"),),
        "scheme": ("javascript:x",),
        "data": ("data:text/html,x",),
    }
    for name, (to, *rest) in targets.items():
        kwargs = rest[0] if rest else {}
        yield f"resolve_url {name}", lambda t=to, k=kwargs: shortcuts.resolve_url(t, **k)
        for permanent, preserve in itertools.product([False, True], [False, True]):
            yield (
                f"redirect {name} {permanent} {preserve}",
                lambda t=to, k=kwargs, p=permanent, r=preserve: shortcuts.redirect(
                    t, permanent=p, preserve_request=r, **k
                ),
            )
    sources = {"rows": Rows(1, 2), "none": Rows(), "model": Model, "instance": Model(), "int": 1}
    sources.update({"str": "x", "class": int, "manager": Manager()})
    for name, source in sources.items():
        for function in ("get_object_or_404", "get_list_or_404"):
            for prefix in ("", "a"):
                yield (
                    f"{prefix}{function} {name}",
                    lambda n=prefix + function, s=source: getattr(shortcuts, n)(s, 1, a=2),
                )


def filter_probes(f: Framework) -> Iterator[Probe]:
    debug = f.module("views.debug")
    keeper = debug.SafeExceptionReporterFilter()
    settings: list[tuple[Any, Any]] = [
        ("KEY", "v"),
        ("name", "v"),
        (1, "v"),
        ("x", {"PASSWORD": "p", 3: {"key": 1}, "deep": {"a": [{"Token": 1}]}}),
        ("x", [{"token": 1}, "z"]),
        ("x", ({"token": 1},)),
        ("x", len),
        ("SECRET", {"a": 1}),
        ("authority", "x"),
        ("cookie", "x"),
        ("http_cookie", "x"),
        ("MY_SIGNATURE", None),
        ("passing", False),
        ("PUBLIC", None),
    ]
    for name, value in settings:
        yield f"cleanse {name} {value}", lambda n=name, v=value: keeper.cleanse_setting(n, v)
    cookies = "sessionid=abc; a=b; my_token=q"
    request = f.request("GET", "/", "", cookie=cookies, authorization="Basic x", x_api_key="k")
    yield (
        "safe meta",
        lambda: {
            name: value
            for name, value in keeper.get_safe_request_meta(request).items()
            if name.startswith("HTTP")
        },
    )
    yield "safe cookies", lambda: keeper.get_safe_cookies(request)
    yield "safe nothing", lambda: [keeper.get_safe_request_meta(1), keeper.get_safe_cookies(1)]
    yield "safe post of none", lambda: keeper.get_post_parameters(None)
    yield "caller", lambda: [debug.get_caller(f.request("GET", "/nowhere/"))]
    for accept in ("*/*", "", "text/*", "application/json", "text/html;q=0.1,text/plain"):
        yield (
            f"technical_500 accepts {accept!r}",
            lambda a=accept: debug.technical_500_response(
                f.request("GET", "/", accept=a), ValueError, ValueError("x"), None
            )["Content-Type"],
        )
    yield "callable", lambda: repr(debug.CallableSettingWrapper(len))


def observations(root: str) -> dict[str, Any]:
    """The outcome of every probe, by its name."""
    framework = Framework(root)
    urlconf(framework)
    found: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as directory:
        for name, probe in itertools.chain(
            class_probes(framework),
            redirect_view_probes(framework),
            decorator_probes(framework),
            cache_probes(framework),
            condition_probes(framework),
            default_probes(framework),
            static_probes(framework, directory),
            shortcut_probes(framework),
            filter_probes(framework),
        ):
            assert name not in found, name
            found[name] = outcome(probe)
    return found


def main() -> None:
    import django
    from django.conf import settings

    settings.configure(SECRET_KEY="golden", ROOT_URLCONF=URLCONF, ALLOWED_HOSTS=["*"])
    django.setup()
    found = observations("django")
    lines = ",\n".join(f"{json.dumps(name)}: {json.dumps(each)}" for name, each in found.items())
    OUTPUT.write_text(f"{{\n{lines}\n}}\n", encoding="utf-8")
    sys.stdout.write(f"{len(found)} observations, Django {django.get_version()}\n")


if __name__ == "__main__":
    main()
