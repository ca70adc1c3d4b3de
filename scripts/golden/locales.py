"""What Django answers about languages of requests, recorded as ``tests/golden/locales.json``.

Run it with a Python that has Django 5.2: ``python scripts/golden/locales.py``. Three matrices:
LocaleMiddleware over routes with and without languages, the view set_language, and the catalogues for
JavaScript as JSON. The cases are data; `observe` runs one on the framework named by `root`, so that
the test asks Vivace with the same words.
"""

from __future__ import annotations

import asyncio
import contextlib
import importlib
import itertools
import json
import struct
import sys
import tempfile
import types
from collections.abc import Iterator
from pathlib import Path
from typing import Any

OUTPUT = Path(__file__).parents[2] / "tests" / "golden" / "locales.json"
URLCONFS = ("plain", "prefixed", "unprefixed")
LANGUAGES = [[code, code] for code in ("en", "de", "fr", "pt-br", "zh-hans", "es-ar", "ar")]
SHOWN = ("Vary", "Content-Language", "Location", "Set-Cookie", "Content-Type")

Case = dict[str, Any]


# --- the middleware -----------------------------------------------------------------------------


def middleware_cases() -> Iterator[Case]:
    paths = [
        *("/", "/free/", "/page/", "/page", "/page/?q=1&r=%C3%A9", "/missing/", "//page/"),
        *("/de/page/", "/de/page", "/de/", "/de", "/fr/page/", "/xx/page/", "/en/page/"),
        *("/en-us/page/", "/pt-br/page/", "/pt/page/", "/DE/page/", "/de-at/page/", "/es/page/"),
        *(
            "/de/missing/",
            "/raises/",
            "/de/raises/",
            "/own/",
            "/de/own/",
            "/switch/",
            "/de/switch/",
        ),
        *("/ar/page/", "/zh-cn/page/", "/de@euro/page/", "/de/cookie/", "/cookie/"),
    ]
    visitors: list[dict[str, Any]] = [
        {},
        {"cookie": "de"},
        {"accept": "fr"},
        {"cookie": "xx", "accept": "de-at,fr;q=0.5"},
        {"cookie": "en", "accept": "de"},
    ]
    for urlconf, path, visitor in itertools.product(URLCONFS, paths, visitors):
        yield {"kind": "middleware", "urlconf": urlconf, "path": path, **visitor}
    some = ["/page/", "/page", "/de/page/", "/missing/", "/en/page", "/fr/page/", "/xx/page/"]
    others: list[dict[str, Any]] = [
        {"LANGUAGE_CODE": "de"},
        {"LANGUAGE_CODE": "de-at"},
        {"APPEND_SLASH": False},
        {"LANGUAGE_CODE": "pt-br", "LANGUAGE_COOKIE_NAME": "lang"},
    ]
    for urlconf, path, settings in itertools.product(URLCONFS, some, others):
        for visitor in visitors[:3]:
            yield {
                "kind": "middleware",
                "urlconf": urlconf,
                "path": path,
                "settings": settings,
                **visitor,
            }
    for urlconf, path in itertools.product(URLCONFS, some):
        yield {"kind": "middleware", "urlconf": urlconf, "path": path, "script": "/app"}
        yield {"kind": "middleware", "urlconf": urlconf, "path": path, "common": True}
        yield {"kind": "middleware", "urlconf": urlconf, "path": path, "other": "unprefixed"}


# --- the view -------------------------------------------------------------------------------------


def view_cases() -> Iterator[Case]:
    targets = [
        *(
            None,
            "",
            "/",
            "/page/",
            "/de/page/",
            "/de/page/?q=%20#x",
            "/missing/",
            "//evil.example/",
        ),
        *("https://testserver/de/page/", "http://testserver/de/page/", "http://evil.example/"),
        *("javascript:alert(1)", "/\\evil.example", "page/", "///evil.example", "/é/"),
        *("/de/named/3/", "/de/space/named/", "/de/query/?a=1&b=2"),
    ]
    for target, language in itertools.product(targets, ["fr", "xx", None, "", "de-at", "../../x"]):
        data = {"next": target, "language": language}
        yield {"kind": "view", "post": {k: v for k, v in data.items() if v is not None}}
    for target in targets:
        if target is None:
            continue
        yield {"kind": "view", "post": {"language": "fr"}, "get": {"next": target}}
        yield {"kind": "view", "post": {"language": "fr"}, "referer": target}
        yield {"kind": "view", "post": {"language": "fr", "next": target}, "secure": True}
        yield {"kind": "view", "method": "GET", "get": {"language": "fr", "next": target}}
    accepts = ["application/json", "text/html", "*/*", "text/*;q=0.1", ""]
    for accept, target in itertools.product(accepts, [None, "", "/de/page/", "//evil.example/"]):
        for language, referer in itertools.product(["fr", "xx"], [None, "/de/page/"]):
            data = {"next": target, "language": language}
            yield {
                "kind": "view",
                "post": {k: v for k, v in data.items() if v is not None},
                "accept": accept,
                "referer": referer,
            }
    yield {
        "kind": "view",
        "post": {"language": "fr", "next": "/"},
        "settings": {
            "LANGUAGE_COOKIE_NAME": "mylanguage",
            "LANGUAGE_COOKIE_AGE": 3600 * 7,
            "LANGUAGE_COOKIE_DOMAIN": ".example.com",
            "LANGUAGE_COOKIE_PATH": "/test/",
            "LANGUAGE_COOKIE_HTTPONLY": True,
            "LANGUAGE_COOKIE_SAMESITE": "Strict",
            "LANGUAGE_COOKIE_SECURE": True,
        },
    }
    yield {"kind": "view", "method": "PUT", "post": {"language": "fr"}}
    yield {"kind": "view", "method": "HEAD", "get": {"language": "fr"}}


# --- the catalogues --------------------------------------------------------------------------------

TWO = "nplurals=2; plural=(n != 1);"
FRENCH = "nplurals=2; plural=(n > 1);"
POLISH = "nplurals=3; plural=(n==1 ? 0 : n%10>=2 && n%10<=4 ? 1 : 2);"
# {app: {locale: (rule, {message: translation})}}; the null byte stands between forms.
CATALOGUES: dict[str, dict[str, tuple[str, dict[str, str]]]] = {
    "golden_js_one": {
        "de": (TWO, {"Yes": "Ja", "%s cat\0%s cats": "%s Katze\0%s Katzen", "verb\x04May": "Darf"}),
        "fr": (FRENCH, {"Yes": "Oui", "No": "Non </script> \u2028 & é"}),
        "en": (TWO, {"Yes": "Yes!", "English": "english"}),
        "pl": (
            POLISH,
            {"%s cat\0%s cats": "%s kot\0%s koty\0%s kotów", "n\x04a\0b": "1\x002\x003"},
        ),
    },
    "golden_js_two": {
        "de": (FRENCH, {"Yes": "Jawohl", "Two": "Zwei", "%s dog\0%s dogs": "%s Hund\0%s Hunde"}),
        "pt_BR": ("", {"Yes": "Sim"}),
        "es": (TWO, {"Yes": "Sí", "": ""}),
    },
}


def catalogue_cases() -> Iterator[Case]:
    one, two = CATALOGUES
    languages = ["en", "en-gb", "de", "de-at", "fr", "pl", "pt-br", "pt", "es", "es-mx", "ja"]
    packages = [None, [one], [two], [one, two], [two, one], []]
    for language, names in itertools.product(languages, packages):
        for default in ("en-us", "de", "pl"):
            yield {
                "kind": "catalogue",
                "language": language,
                "packages": names,
                "settings": {"LANGUAGE_CODE": default},
            }
    for joined in (one, f"{one}+{two}", "nope", f"nope+{one}+nada", "", "+"):
        yield {"kind": "catalogue", "language": "de", "packages": [two], "joined": joined}
    yield {"kind": "catalogue", "language": "de", "packages": None, "domain": "other"}


def cases() -> list[Case]:
    return [*middleware_cases(), *view_cases(), *catalogue_cases()]


# --- asking one framework ------------------------------------------------------------------------


def module(root: str, name: str) -> Any:
    return importlib.import_module(f"{root}.{name}")


def urlconfs(root: str) -> None:
    """Make the URLconfs, once per framework."""
    response = module(root, "http").HttpResponse
    not_found = module(root, "http").Http404
    translation = module(root, "utils.translation")
    urls = module(root, "urls")
    i18n = module(root, "conf.urls.i18n")

    def page(request: Any, **kwargs: Any) -> Any:
        try:
            link = urls.reverse("page")
        except urls.NoReverseMatch:
            link = None
        language = translation.get_language()
        said = getattr(request, "LANGUAGE_CODE", None)
        shown = [language, said, translation.get_language_bidi(), link]
        return response(json.dumps(shown), content_type="application/json")

    def raises(request: Any) -> Any:
        raise not_found("own")

    def own(request: Any) -> Any:
        return response("own", headers={"Vary": "Cookie", "Content-Language": "xx"})

    def switch(request: Any) -> Any:
        translation.activate("fr")
        return response("fr")

    def cookie(request: Any) -> Any:
        made = response("c", headers={"Vary": "Accept-Language, X"})
        made.set_cookie("a", "b")
        return made

    def routes() -> list[Any]:
        path = urls.path
        within = ([path("named/", page, name="named")], "space")
        return [
            path("page/", page, name="page"),
            path("raises/", raises),
            path("own/", own),
            path("switch/", switch),
            path("cookie/", cookie),
            path("named/<int:n>/", page, name="named"),
            path("query/", page, name="query"),
            path("space/", urls.include(within)),
        ]

    free = [urls.path("free/", page)]
    made = {
        "plain": [*free, *routes()],
        "prefixed": [*free, *i18n.i18n_patterns(*routes())],
        "unprefixed": [
            *free,
            *i18n.i18n_patterns(*routes(), prefix_default_language=False),
        ],
    }
    for name, patterns in made.items():
        urlconf = types.ModuleType(f"golden_locale_{name}")
        vars(urlconf).update(urlpatterns=patterns)
        sys.modules[urlconf.__name__] = urlconf
    middleware = types.ModuleType("golden_locale_middleware")

    def other_urlconf(get_response: Any) -> Any:
        def call(request: Any) -> Any:
            request.urlconf = "golden_locale_unprefixed"
            return get_response(request)

        return call

    vars(middleware).update(other_urlconf=other_urlconf)
    sys.modules[middleware.__name__] = middleware


def compiled(messages: dict[str, str], plural_forms: str) -> bytes:
    """The bytes of a .mo file, as the manual of GNU gettext lays them out."""
    header = "Content-Type: text/plain; charset=utf-8\n"
    if plural_forms:
        header += f"Plural-Forms: {plural_forms}\n"
    pairs = sorted((k.encode(), v.encode()) for k, v in {**messages, "": header}.items())
    offset = 28 + 16 * len(pairs)
    tables: tuple[list[bytes], list[bytes]] = ([], [])
    data = b""
    for side, table in enumerate(tables):
        for pair in pairs:
            table.append(struct.pack("<II", len(pair[side]), offset + len(data)))
            data += pair[side] + b"\0"
    count = len(pairs)
    start = struct.pack("<7I", 0x950412DE, 0, count, 28, 28 + 8 * count, 0, 0)
    return start + b"".join(tables[0] + tables[1]) + data


@contextlib.contextmanager
def installed(root: str) -> Iterator[None]:
    """The applications with catalogues, installed."""
    with tempfile.TemporaryDirectory() as name, contextlib.ExitStack() as stack:
        for app, locales in CATALOGUES.items():
            folder = Path(name, app)
            for locale, (rule, messages) in locales.items():
                target = folder / "locale" / locale / "LC_MESSAGES"
                target.mkdir(parents=True)
                (target / "djangojs.mo").write_bytes(compiled(messages, rule))
            (folder / "__init__.py").touch()
        sys.path.insert(0, name)
        stack.callback(sys.path.remove, name)
        for app in CATALOGUES:
            stack.callback(sys.modules.pop, app, None)
        stack.enter_context(changed(root, {"INSTALLED_APPS": list(CATALOGUES)}))
        yield


def changed(root: str, values: dict[str, Any]) -> Any:
    return module(root, "test.utils").override_settings(**values)


def observe(root: str, case: Case, asynchronous: bool = False) -> Any:
    ask = {"middleware": ask_middleware, "view": ask_view, "catalogue": ask_catalogue}
    settings = {"LANGUAGES": [tuple(pair) for pair in LANGUAGES], **case.get("settings", {})}
    if case["kind"] == "catalogue":
        settings.pop("LANGUAGES")
    with changed(root, {"ALLOWED_HOSTS": ["testserver"], **settings}):
        module(root, "urls").clear_url_caches()
        try:
            return ask[case["kind"]](root, case, asynchronous)
        except Exception as error:
            return ["raises", type(error).__name__, str(error)]
        finally:
            module(root, "utils.translation").deactivate()


def answer(response: Any) -> list[Any]:
    headers = {name: response.headers[name] for name in SHOWN if name in response.headers}
    cookies = [morsel.OutputString() for morsel in response.cookies.values()]
    # The page for 404 is not this record's business.
    body = response.content.decode() if response.status_code == 200 else ""
    # Dates are of the day.
    cookies = [re_expires(text) for text in cookies]
    return [response.status_code, headers, cookies, body]


def re_expires(text: str) -> str:
    parts = [part for part in text.split("; ") if not part.startswith("expires=")]
    return "; ".join(parts)


def ask_middleware(root: str, case: Case, asynchronous: bool) -> Any:
    names = [f"{root}.middleware.locale.LocaleMiddleware"]
    if case.get("common"):
        names.append(f"{root}.middleware.common.CommonMiddleware")
    if case.get("other"):
        names.insert(0, "golden_locale_middleware.other_urlconf")
    headers = {}
    if "accept" in case:
        headers["accept-language"] = case["accept"]
    with changed(root, {"MIDDLEWARE": names, "ROOT_URLCONF": f"golden_locale_{case['urlconf']}"}):
        tools = module(root, "test")
        client = (tools.AsyncClient if asynchronous else tools.Client)()
        if "cookie" in case:
            name = case.get("settings", {}).get("LANGUAGE_COOKIE_NAME", "django_language")
            client.cookies[name] = case["cookie"]
        options: dict[str, Any] = {"headers": headers}
        if "script" in case:
            if asynchronous:
                # The scope of a mounted application: its path has the root path in front.
                return None
            options["SCRIPT_NAME"] = case["script"]
        response = client.get(case["path"], **options)
        if asynchronous:
            response = asyncio.run(response)
        return answer(response)


def ask_view(root: str, case: Case, asynchronous: bool) -> Any:
    factory = module(root, "test").RequestFactory()
    view = module(root, "views.i18n").set_language
    urlencode = importlib.import_module("urllib.parse").urlencode
    headers = {name: case[name] for name in ("accept", "referer") if case.get(name) is not None}
    with changed(root, {"ROOT_URLCONF": "golden_locale_prefixed"}):
        # The visitor is on a German page.
        module(root, "utils.translation").activate("de")
        request = factory.generic(
            case.get("method", "POST"),
            "/set/?" + urlencode(case.get("get", {})),
            urlencode(case.get("post", {})),
            content_type="application/x-www-form-urlencoded",
            secure=case.get("secure", False),
            headers=headers,
        )
        return answer(view(request))


def ask_catalogue(root: str, case: Case, asynchronous: bool) -> Any:
    view = module(root, "views.i18n").JSONCatalog
    translation = module(root, "utils.translation")
    options = {"domain": case["domain"]} if "domain" in case else {}
    kwargs = {"packages": case["joined"]} if "joined" in case else {}
    with translation.override(case["language"]):
        called = view.as_view(packages=case["packages"], **options)
        response = called(module(root, "test").RequestFactory().get("/"), **kwargs)
        return [dict(response.headers), json.loads(response.content)]


def main() -> None:
    import django
    from django.conf import settings

    settings.configure(SECRET_KEY="x", ROOT_URLCONF="golden_locale_plain")
    django.setup()
    urlconfs("django")
    results = []
    with installed("django"):
        for case in cases():
            results.append({"case": case, "result": observe("django", case)})
    lines = ",\n".join(json.dumps(each, ensure_ascii=False) for each in results)
    OUTPUT.write_text(f"[\n{lines}\n]\n", encoding="utf-8")


if __name__ == "__main__":
    main()
