from __future__ import annotations

import types
import warnings
from collections.abc import Callable
from typing import Any

import pytest

from vivace.checks.urls import check_url_config
from vivace.conf.urls import static
from vivace.conf.urls.i18n import i18n_patterns
from vivace.core.exceptions import ImproperlyConfigured, ViewDoesNotExist
from vivace.test.utils import override_settings
from vivace.urls import (
    URLPattern,
    URLResolver,
    converters,
    get_callable,
    get_mod_func,
    get_resolver,
    get_urlconf,
    include,
    path,
    re_path,
    register_converter,
    resolve,
    reverse,
    set_urlconf,
)
from vivace.urls.resolvers import RegexPattern, RoutePattern, _route_to_regex
from vivace.utils.deprecation import RemovedInDjango60Warning
from vivace.views import defaults
from vivace.views.generic import View
from vivace.views.static import serve

Use = Callable[..., Any]


def view(request: Any, *args: Any, **kwargs: Any) -> None:
    pass


class Page(View):
    pass


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        (
            ("x/", "a.b"),
            TypeError,
            "view must be a callable or a list/tuple in the case of include().",
        ),
        (
            ("x/", None),
            TypeError,
            "view must be a callable or a list/tuple in the case of include().",
        ),
        (("x/", Page()), TypeError, "view must be a callable, pass Page.as_view(), not Page()."),
        (("x/", view, "name"), TypeError, "kwargs argument must be a dict, but got str."),
        (("x/", view, []), TypeError, "kwargs argument must be a dict, but got list."),
        (
            ("<no:x>/", view),
            ImproperlyConfigured,
            "URL route '<no:x>/' uses invalid converter 'no'.",
        ),
        (
            ("<int:1a>", view),
            ImproperlyConfigured,
            "URL route '<int:1a>' uses parameter name '1a' which isn't a valid Python identifier.",
        ),
        (
            ("<int: a>", view),
            ImproperlyConfigured,
            "URL route '<int: a>' cannot contain whitespace in angle brackets <…>.",
        ),
    ],
)
def test_path_names_what_is_wrong(
    arguments: tuple[Any, ...], error: type[Exception], message: str
) -> None:
    with pytest.raises(error) as caught:
        path(*arguments)
    assert str(caught.value) == message


def test_path_makes_patterns_and_resolvers() -> None:
    one = path("x/<int:a>/", view, {"k": 1}, "n")
    assert isinstance(one, URLPattern)
    assert (one.callback, one.default_args, one.name) == (view, {"k": 1}, "n")
    assert repr(one) == "<URLPattern 'x/<int:a>/' [name='n']>"
    assert one.lookup_str == f"{__name__}.view"
    many = re_path("^y/", include(([one], "app"), "ns"))
    assert isinstance(many, URLResolver)
    assert repr(many) == "<URLResolver <URLPattern list> (app:ns) '^y/'>"
    assert repr(path("", include([]))) == "<URLResolver [] (None:None) ''>"
    assert path("x/", Page.as_view()).lookup_str == f"{__name__}.Page"


def test_routes_as_expressions() -> None:
    assert _route_to_regex("a.b/<int:x>/<y>", True)[0] == r"^a\.b/(?P<x>[0-9]+)/(?P<y>[^/]+)\Z"
    assert RoutePattern("a/").regex.pattern == "^a/"
    assert RoutePattern("<int:a>/").match("12/rest") == ("rest", (), {"a": 12})
    assert RoutePattern("a/", is_endpoint=True).match("a/b") is None
    assert RegexPattern(r"^(\d+)/(?P<x>\w)?").match("1/-") == ("-", (), {})
    assert RegexPattern("b").match("abc") == ("c", (), {})


def test_include_takes_lists_modules_and_pairs() -> None:
    module = types.ModuleType("tests_urls_included")
    vars(module).update(urlpatterns=[], app_name="app")
    assert include(module) == (module, "app", "app")
    assert include(module, namespace="ns") == (module, "app", "ns")
    assert include([]) == ([], None, None)
    assert include(([], "app")) == ([], "app", "app")
    assert include("vivace.conf.urls.i18n")[0].__name__ == "vivace.conf.urls.i18n"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            ([], "ns"),
            "Specifying a namespace in include() without providing an app_name is not supported. "
            "Set the app_name attribute in the included module, or pass a 2-tuple containing the "
            "list of patterns and app_name instead.",
        ),
        (
            (([], "a", "b"),),
            "Passing a 3-tuple to include() is not supported. Pass a 2-tuple containing the list of "
            "patterns and app_name, and provide the namespace argument to include() instead.",
        ),
        (
            (([], "a", "b"), "ns"),
            "Cannot override the namespace for a dynamic module that provides a namespace.",
        ),
        (
            (i18n_patterns(path("a/", view)),),
            "Using i18n_patterns in an included URLconf is not allowed.",
        ),
    ],
)
def test_include_names_what_is_wrong(arguments: tuple[Any, ...], message: str) -> None:
    with pytest.raises(ImproperlyConfigured) as caught:
        include(*arguments)
    assert str(caught.value) == message


def test_a_urlconf_without_patterns_is_named(urlconf: Use) -> None:
    module = urlconf()
    del module.urlpatterns
    with pytest.raises(ImproperlyConfigured, match=r"does not appear to have any patterns in it"):
        resolve("/")


class Year:
    regex = "[0-9]{4}"

    def to_python(self, value: str) -> int:
        if value == "0000":
            raise ValueError
        return int(value)

    def to_url(self, value: Any) -> str:
        if value == 7:
            raise ValueError
        return f"{value:04d}"


def test_custom_converters(urlconf: Use, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(converters, "REGISTERED_CONVERTERS", {})
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            register_converter(Year, "tests_year")
        with pytest.warns(RemovedInDjango60Warning, match=r"^Converter 'tests_year' is already"):
            register_converter(Year, "tests_year")
        with pytest.warns(
            RemovedInDjango60Warning, match=r"^Converter 'int' is already registered"
        ):
            register_converter(Year, "int")
        urlconf(
            path("y/<tests_year:y>/", view, name="y"),
            path("y/<str:s>/", view, name="s"),
            path("in/<tests_year:y>/", include([path("<slug:s>/", view, name="in")])),
        )
        assert resolve("/y/2020/").kwargs == {"y": 2020}
        assert resolve("/y/0000/").kwargs == {"s": "0000"}
        assert resolve("/in/2020/x/").kwargs == {"y": 2020, "s": "x"}
        assert reverse("y", args=[5]) == "/y/0005/"
        assert reverse("in", kwargs={"s": "x", "y": 5}) == "/in/0005/x/"
        with pytest.raises(Exception, match=r"^Reverse for 'y' with arguments"):
            reverse("y", args=[7])
    finally:
        converters.get_converters.cache_clear()


def test_handlers_of_the_urlconf(urlconf: Use) -> None:
    urlconf(handler404=view, handler500=f"{defaults.__name__}.bad_request", handler403="os.nope")
    resolver = get_resolver(get_urlconf())
    assert resolver.resolve_error_handler(404) is view
    assert resolver.resolve_error_handler(500) is defaults.bad_request
    assert resolver.resolve_error_handler(400) is defaults.bad_request
    with pytest.raises(ViewDoesNotExist, match=r"View does not exist in module os"):
        resolver.resolve_error_handler(403)


@pytest.mark.parametrize(
    ("given", "error", "message"),
    [
        (5, ViewDoesNotExist, "'5' is not a callable or a dot-notation path"),
        ("nope", ImportError, "Could not import 'nope'. The path must be fully qualified."),
        (
            "json.no.x",
            ViewDoesNotExist,
            "Could not import 'json.no.x'. Parent module json.no does not exist.",
        ),
        ("os.sep", ViewDoesNotExist, "Could not import 'os.sep'. View is not callable."),
        ("no_such_module.x", ModuleNotFoundError, "No module named 'no_such_module'"),
    ],
)
def test_get_callable(given: Any, error: type[Exception], message: str) -> None:
    with pytest.raises(error) as caught:
        get_callable(given)
    assert str(caught.value) == message
    assert get_callable(view) is view
    assert get_mod_func("a.b.c") == ("a.b", "c")
    assert get_mod_func("abc") == ("abc", "")


def test_checks_reach_every_pattern(urlconf: Use) -> None:
    module = urlconf(
        path("/a", view),
        path("^b", view, name="x:y"),
        path("c<d", view),
        re_path("^e$", include([])),
        path("f/", Page),
        path("g/", include([view])),  # type: ignore[list-item]
    )
    with override_settings(ROOT_URLCONF=module.__name__):
        found = [message.id for message in check_url_config(None)]
    assert found == [
        "urls.W002",
        "urls.W003",
        "2_0.W001",
        "urls.W010",
        "urls.W001",
        "urls.E009",
        "urls.E004",
    ]


def test_static_routes_only_while_developing() -> None:
    with override_settings(DEBUG=True):
        [route] = static.static("/media/", document_root="/srv")
        assert str(route.pattern) == "^media/(?P<path>.*)$"
        assert (route.callback, route.default_args) == (serve, {"document_root": "/srv"})
        assert static.static("https://cdn.example/") == []
    with override_settings(DEBUG=False):
        assert static.static("/media/") == []
    with pytest.raises(ImproperlyConfigured, match=r"^Empty static prefix not permitted$"):
        static.static("")


def test_the_root_urlconf_follows_its_setting(urlconf: Use) -> None:
    module = urlconf(path("x/", view, name="only here"))
    set_urlconf(None)
    with override_settings(ROOT_URLCONF=module.__name__):
        assert reverse("only here") == "/x/"
        assert resolve("/x/").func is view
    with pytest.raises(Exception, match=r"^Reverse for 'only here' not found"):
        reverse("only here")
