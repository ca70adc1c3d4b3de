"""Views that show what they were asked, and answer in every way there is."""

import hashlib
import time
from datetime import UTC, datetime

from django.core import signing
from django.core.exceptions import BadRequest, PermissionDenied, SuspiciousOperation
from django.core.files.uploadhandler import FileUploadHandler, StopUpload
from django.http import (
    FileResponse,
    Http404,
    HttpResponse,
    HttpResponseBadRequest,
    HttpResponseForbidden,
    HttpResponseGone,
    HttpResponseNotAllowed,
    HttpResponseNotFound,
    HttpResponseNotModified,
    HttpResponsePermanentRedirect,
    HttpResponseRedirect,
    HttpResponseServerError,
    JsonResponse,
    RawPostDataException,
    StreamingHttpResponse,
)  # fmt: skip
from django.shortcuts import redirect as shortcut
from django.shortcuts import resolve_url
from django.urls import NoReverseMatch, Resolver404, resolve, reverse
from django.utils.cache import patch_cache_control, patch_vary_headers
from django.views import View
from django.views.decorators import cache, clickjacking, gzip, http, vary
from django.views.decorators.common import no_append_slash

from .settings import BASE


def tried(ask):
    """What `ask` returns, or what it raises."""
    try:
        return ask()
    except Exception as error:
        return f"{type(error).__name__}: {error}"


def described(request, args, kwargs):
    match = request.resolver_match
    meta = request.META
    return {
        "method": request.method,
        "path": [request.path, request.path_info, request.get_full_path()],
        "slash": request.get_full_path(force_append_slash=True),
        "info": request.get_full_path_info(),
        "uri": tried(request.build_absolute_uri),
        "uris": [
            tried(lambda to=to: request.build_absolute_uri(to))
            for to in ("/x", "x/../y?q", "//other/z", "http://a.b/c", "?only=query")
        ],
        "host": tried(request.get_host),
        "port": tried(request.get_port),
        "scheme": [request.scheme, request.is_secure()],
        "GET": dict(request.GET.lists()),
        "encoded": request.GET.urlencode(),
        "COOKIES": request.COOKIES,
        "content": [request.content_type, request.content_params, request.encoding],
        "meta": {key: meta[key] for key in sorted(meta) if key.startswith(("HTTP_", "CONTENT_"))},
        "script": [meta.get("SCRIPT_NAME"), meta.get("PATH_INFO"), meta.get("QUERY_STRING")],
        "headers": dict(request.headers),
        "args": args,
        "kwargs": {key: repr(value) for key, value in kwargs.items()},
        "match": [
            match.view_name, match.url_name, match.route, match.namespaces, match.app_names,
            match._func_path, repr(match.captured_kwargs), repr(match.extra_kwargs),
        ],
        "repr": repr(request),
        "stamped": getattr(request, "stamped", None),
    }  # fmt: skip


def echo(request, *args, **kwargs):
    return JsonResponse(described(request, args, kwargs))


async def aecho(request, *args, **kwargs):
    return JsonResponse(described(request, args, kwargs))


@no_append_slash
def no_slash_wanted(request):
    return HttpResponse("with slash")


def digest(data):
    return [len(data), hashlib.md5(data).hexdigest()]


def posted(request):
    files = {
        name: [
            [
                file.name, file.size, file.content_type, file.charset,
                repr(file.content_type_extra), digest(file.read()), file.multiple_chunks(),
            ]
            for file in several
        ]
        for name, several in request.FILES.lists()
    }  # fmt: skip
    return {"POST": dict(request.POST.lists()), "FILES": files, "encoding": request.encoding}


def form(request):
    if "encoding" in request.GET:
        request.encoding = request.GET["encoding"]
    return JsonResponse(posted(request))


async def aform(request):
    return JsonResponse(posted(request))


def body(request):
    if "first" in request.GET:
        request.POST  # noqa: B018
    try:
        data = request.body
    except RawPostDataException as error:
        return HttpResponse(str(error), status=409)
    return JsonResponse({"body": digest(data), **posted(request), "again": digest(request.read())})


def read(request):
    pieces = [request.read(3), request.readline(), request.readline(5), *request.readlines()]
    found = {"pieces": [piece.decode("latin-1") for piece in pieces], "end": request.read() == b""}
    found["body"] = tried(lambda: request.body)
    found["POST"] = tried(lambda: dict(request.POST))
    return JsonResponse(found)


KINDS = {
    "400": HttpResponseBadRequest, "403": HttpResponseForbidden, "404": HttpResponseNotFound,
    "410": HttpResponseGone, "500": HttpResponseServerError, "304": HttpResponseNotModified,
}  # fmt: skip


def response(request):
    get = request.GET
    if "kind" in get:
        found = KINDS.get(get["kind"], HttpResponse)()
    else:
        options = {}
        for name in ("content_type", "status", "reason", "charset"):
            if name in get:
                options[name] = get[name]
        content = get.get("content", "Gr\u00fc\u00dfe \u20ac")
        found = HttpResponse([content, b"!", 5] if "parts" in get else content, **options)
    for header in get.getlist("header"):
        name, _, value = header.partition(":")
        if "twice" in get:
            found.headers[name] = "first"
        found[name] = value
    for name in get.getlist("delete"):
        del found[name]
    if "vary" in get:
        patch_vary_headers(found, get.getlist("vary"))
    if "max_age" in get:
        patch_cache_control(found, max_age=int(get["max_age"]), private="private" in get)
    if "write" in get:
        found.write("<more>")
        found["X-Tell"] = found.tell()
    if "serialize" in get:
        found = HttpResponse(found.serialize(), content_type="text/plain")
    return found


def json(request):
    get = request.GET
    data = {
        "list": [1, 2.5, None, True],
        "text": "<\u00e9&'>",
        "when": datetime(2024, 5, 6, tzinfo=UTC),
    }
    if "list" in get:
        return JsonResponse([1, 2], safe="unsafe" not in get)
    options = {"indent": 2} if "indent" in get else {"ensure_ascii": False}
    status = int(get.get("status", 200))
    return JsonResponse(data, json_dumps_params=options, status=status)


def redirect(request):
    get = request.GET
    to = get.get("to", "/echo/")
    how = get.get("how", "found")
    if how == "permanent":
        return HttpResponsePermanentRedirect(to)
    if how == "shortcut":
        return shortcut(to, permanent="permanent" in get)
    if how == "named":
        return shortcut("int", number=int(get.get("number", 1)))
    if how == "resolve":
        return HttpResponse(resolve_url(to))
    if how == "preserve":
        return HttpResponseRedirect(to, preserve_request=True)
    return HttpResponseRedirect(to)


def cookies(request):
    get = request.GET
    found = JsonResponse(request.COOKIES)
    options = {}
    for name in ("path", "domain", "samesite", "expires"):
        if name in get:
            options[name] = get[name]
    if "max_age" in get:
        options["max_age"] = int(get["max_age"])
    for name in ("secure", "httponly"):
        if name in get:
            options[name] = True
    if "past" in get:
        options["expires"] = datetime(2001, 2, 3, 4, 5, 6, tzinfo=UTC)
    if "key" in get:
        found.set_cookie(get["key"], get.get("value", ""), **options)
    if "gone" in get:
        found.delete_cookie(get["gone"], domain=get.get("domain"), samesite=get.get("samesite"))
    return found


def signed(request):
    get = request.GET
    salt = get.get("salt", "")
    how = get.get("how", "cookie")
    if how == "make":
        found = HttpResponse("made")
        found.set_signed_cookie("s", get.get("value", "v"), salt=salt, max_age=60)
        return found
    if how == "dumps":
        data = {"value": get.get("value"), "salt": salt}
        return HttpResponse(signing.dumps(data, salt=salt or "x", compress="compress" in get))
    if how == "loads":
        return JsonResponse(signing.loads(get.get("value", ""), salt=salt or "x", max_age=100))
    if how == "unsign":
        return HttpResponse(signing.Signer(salt=salt or None).unsign(get.get("value", "")))
    if "default" in get:
        return HttpResponse(request.get_signed_cookie("s", get["default"], salt=salt, max_age=60))
    return HttpResponse(request.get_signed_cookie("s", salt=salt, max_age=60))


def stream(request):
    count = int(request.GET.get("count", 3))
    parts = (("text", b"bytes", 7)[number % 3] for number in range(count))
    return StreamingHttpResponse(parts, content_type=request.GET.get("type", "text/plain"))


async def astream(request):
    async def parts():
        for number in range(int(request.GET.get("count", 3))):
            yield f"part {number}\n"

    return StreamingHttpResponse(parts(), status=int(request.GET.get("status", 200)))


def file(request):
    get = request.GET
    name = get.get("name", "site.css")
    handle = (BASE / "files" / name.replace("..", "")).open("rb")
    if "skip" in get:
        handle.read(int(get["skip"]))
    options = {"filename": get["as"]} if "as" in get else {}
    if "content_type" in get:
        options["content_type"] = get["content_type"]
    return FileResponse(handle, as_attachment="attach" in get, **options)


ERRORS = {
    "404": lambda: Http404("not here"),
    "403": lambda: PermissionDenied("not you"),
    "400": lambda: BadRequest("not so"),
    "suspicious": lambda: SuspiciousOperation("not safe"),
    "value": lambda: ValueError("not valid"),
    "exit": lambda: KeyError("key"),
}


def raises(request):
    what = request.GET.get("what", "value")
    if what == "none":
        return None
    if what == "coroutine":
        return araises(request)
    if what == "text":
        return "text"
    if what == "late":
        return StreamingHttpResponse(failing())
    raise ERRORS.get(what, ERRORS["value"])()


def failing():
    yield b"begun"
    raise ValueError("too late")


async def araises(request):
    what = request.GET.get("what", "value")
    if what == "none":
        return None
    raise ERRORS.get(what, ERRORS["value"])()


class Rendered(HttpResponse):
    """A response that is rendered late, as template responses are."""

    def __init__(self, pieces, fails=False):
        super().__init__()
        self.pieces = pieces
        self.fails = fails
        self.is_rendered = False

    def render(self):
        if self.fails:
            raise ValueError("while rendering")
        self.is_rendered = True
        self.content = " ".join(self.pieces)
        return self


def rendered(request):
    return Rendered(["rendered"], fails="fails" in request.GET)


def _etag(request):
    return request.GET.get("etag", '"tag"')


def _modified(request):
    if "never" in request.GET:
        return None
    return datetime(2024, 1, 2, 3, 4, 5, tzinfo=UTC)


@http.condition(etag_func=_etag, last_modified_func=_modified)
def conditional(request):
    return HttpResponse("conditional content")


def _page(request, **kwargs):
    return HttpResponse("page " * 60)


CACHED = {
    "control": cache.cache_control(public=True, max_age=60, stale_while_revalidate=5)(_page),
    "private": cache.cache_control(private=True, no_cache="Set-Cookie")(_page),
    "never": cache.never_cache(_page),
    "vary": vary.vary_on_headers("Accept", "Cookie")(_page),
    "cookie": vary.vary_on_cookie(vary.vary_on_headers("*")(_page)),
    "both": cache.never_cache(cache.cache_control(max_age=3)(_page)),
}


def cached(request, how):
    if how not in CACHED:
        raise Http404(how)
    return CACHED[how](request)


METHODS = {
    "get": http.require_GET(_page),
    "post": http.require_POST(_page),
    "safe": http.require_safe(_page),
    "some": http.require_http_methods(["PUT", "DELETE"])(_page),
}


def methods(request, which):
    return METHODS.get(which, lambda request: HttpResponseNotAllowed(["A", "B"]))(request)


class Everything(View):
    def get(self, request):
        return HttpResponse("got")

    def post(self, request):
        return HttpResponse("posted", status=201)

    def delete(self, request):
        return HttpResponse(status=204)


class AsyncClass(View):
    http_method_names = ["get", "put", "options"]

    async def get(self, request):
        return HttpResponse("got, in time")

    async def put(self, request):
        raise Http404("nothing to put it into")


zipped = gzip.gzip_page(_page)

FRAMES = {
    "exempt": clickjacking.xframe_options_exempt(_page),
    "deny": clickjacking.xframe_options_deny(_page),
    "same": clickjacking.xframe_options_sameorigin(_page),
}


def frames(request, how):
    return FRAMES.get(how, _page)(request)


def _values(get):
    kwargs = {}
    for name in ("number", "year", "sign"):
        if name in get:
            kwargs[name] = int(get[name])
    for name in ("text", "slug", "rest", "which", "page"):
        if name in get:
            kwargs[name] = get[name]
    return kwargs


def reversed_path(request):
    get = request.GET
    try:
        if "arg" in get:
            found = reverse(get.get("name", ""), args=get.getlist("arg"))
        else:
            options = {"query": {"q": get["query"]}} if "query" in get else {}
            if "fragment" in get:
                options["fragment"] = get["fragment"]
            current = get.get("current")
            name = get.get("name", "")
            found = reverse(name, kwargs=_values(get), current_app=current, **options)
    except NoReverseMatch as error:
        return HttpResponse(str(error), status=404)
    return HttpResponse(found)


def resolved(request):
    try:
        match = resolve(request.GET.get("path", "/"))
    except Resolver404 as error:
        paths = [[str(one.pattern) for one in several] for several in error.args[0]["tried"]]
        return JsonResponse({"tried": paths, "path": error.args[0]["path"]}, status=404)
    return JsonResponse({"match": repr(match), "args": match.args, "route": match.route})


def accepts(request):
    types = request.GET.getlist("type") or ["text/html", "application/json", "image/*", "*/*"]
    return JsonResponse(
        {
            "accepts": {each: request.accepts(each) for each in types},
            "preferred": request.get_preferred_type(types),
            "all": [str(each) for each in request.accepted_types],
        }
    )


def host(request):
    return HttpResponse(f"{request.get_host()} {request.get_port()}")


class Refusing(FileUploadHandler):
    def receive_data_chunk(self, raw_data, start):
        if b"stop" in raw_data:
            raise StopUpload(connection_reset="reset" in self.request.GET)
        return raw_data.upper()

    def file_complete(self, file_size):
        return None


def upload_handlers(request):
    request.upload_handlers.insert(0, Refusing(request))
    found = posted(request)
    found["late"] = tried(lambda: request.upload_handlers.insert(0, 1))
    found["time"] = int(time.time())
    return JsonResponse(found)
