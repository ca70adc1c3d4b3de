from __future__ import annotations

import contextvars
import functools
import sys
import threading
import uuid
from collections.abc import Callable
from typing import Any

import pytest

from vivace.conf.urls.i18n import i18n_patterns, is_language_prefix_patterns_used
from vivace.core.exceptions import ImproperlyConfigured
from vivace.http import Http404, QueryDict
from vivace.urls import (
    NoReverseMatch,
    Resolver404,
    clear_script_prefix,
    get_script_prefix,
    get_urlconf,
    include,
    is_valid_path,
    path,
    re_path,
    resolve,
    reverse,
    reverse_lazy,
    set_script_prefix,
    set_urlconf,
    translate_url,
)
from vivace.urls.resolvers import RegexPattern, URLResolver, get_ns_resolver, get_resolver
from vivace.utils import translation
from vivace.utils.functional import lazy

Use = Callable[..., Any]


def view(request: Any, *args: Any, **kwargs: Any) -> None:
    pass


def other(request: Any) -> None:
    pass


class Callable_:
    def __call__(self, request: Any) -> None:
        pass


def test_resolve_tells_all_about_the_match(urlconf: Use) -> None:
    inner = [path("<int:b>/", view, {"d": 1}, name="leaf")]
    urlconf(path("in/<int:a>/", include((inner, "app"), "ns"), {"q": 2}))
    match = resolve("/in/3/4/")
    func, args, kwargs = match
    assert (func, args, kwargs) == (view, (), {"a": 3, "q": 2, "b": 4, "d": 1})
    assert match[2] is match.kwargs
    assert (match.url_name, match.view_name) == ("leaf", "ns:leaf")
    assert (match.app_name, match.app_names) == ("app", ["app"])
    assert (match.namespace, match.namespaces) == ("ns", ["ns"])
    assert match.route == "in/<int:a>/<int:b>/"
    assert match.captured_kwargs == {"b": 4}
    assert match.extra_kwargs == {"q": 2, "d": 1}
    assert match.tried is not None
    assert [str(pattern.pattern) for pattern in match.tried[-1]] == ["in/<int:a>/", "<int:b>/"]
    assert repr(match) == (
        f"ResolverMatch(func={__name__}.view, args=(), kwargs={{'a': 3, 'q': 2, 'b': 4, 'd': 1}}, "
        "url_name='leaf', app_names=['app'], namespaces=['ns'], route='in/<int:a>/<int:b>/', "
        "captured_kwargs={'b': 4}, extra_kwargs={'q': 2, 'd': 1})"
    )


def test_resolve_misses_with_what_was_tried(urlconf: Use) -> None:
    urlconf(path("a/", view), path("b/", include([path("c/", view)])))
    with pytest.raises(Resolver404) as caught:
        resolve("/b/d/")
    assert isinstance(caught.value, Http404)
    told = caught.value.args[0]
    assert told["path"] == "b/d/"
    assert [[str(p.pattern) for p in patterns] for patterns in told["tried"]] == [
        ["a/"],
        ["b/", "c/"],
    ]
    assert set(told) == {"tried", "path"}
    assert str(caught.value).startswith("{'tried': [[<URLPattern 'a/'>], ")
    with pytest.raises(Resolver404) as caught:
        resolve("a/")
    assert caught.value.args[0] == {"path": "a/"}
    assert "tried" not in caught.value.args[0]


def test_resolve_takes_whatever_has_a_text(urlconf: Use) -> None:
    urlconf(path("a/", view, name="a"))
    assert resolve(reverse_lazy("a")).func is view
    assert is_valid_path("/a/")
    assert is_valid_path("/b/") is False


def test_the_first_route_wins_across_kinds(urlconf: Use) -> None:
    urlconf(
        re_path(r"^(?P<page>[a-z]+)/$", view, name="first"),
        path("about/", other, name="never"),
        path("items/<int:id>/", view, name="number"),
        path("items/<slug:s>/", view, name="slug"),
        path("items/12/", other, name="also never"),
        path("<path:rest>", view, name="rest"),
    )
    assert resolve("/about/").url_name == "first"
    assert resolve("/items/12/").url_name == "number"
    assert resolve("/items/x/").url_name == "slug"
    assert resolve("/items/x y/").url_name == "rest"


def test_a_value_error_tries_the_next_route_and_other_errors_do_not(urlconf: Use) -> None:
    urlconf(path("<int:n>/", view, name="number"), path("<str:s>/", view, name="text"))
    assert resolve(f"/{'1' * 4300}/").url_name == "number"
    assert resolve(f"/{'1' * 4301}/").url_name == "text"
    assert resolve("/٣/").url_name == "text"


@pytest.mark.parametrize(
    ("route", "good", "bad"),
    [
        (
            "<int:x>",
            ["0", "007", "9999", "10000", "123456789"],
            ["", "-1", "1_0", "+1", "\uff11", " 1"],
        ),
        ("<str:x>", ["a", "é b", "a\n"], [""]),
        ("<slug:x>", ["a-b_C9", "-"], ["", "a.b", "é", "a b", "a\n"]),
        ("<uuid:x>", [str(uuid.UUID(int=7))], [str(uuid.UUID(int=10**38)).upper(), "7"]),
    ],
)
def test_built_in_converters(urlconf: Use, route: str, good: list[str], bad: list[str]) -> None:
    urlconf(path(f"p/{route}/", view))
    for text in good:
        kwargs = resolve(f"/p/{text}/").kwargs
        assert type(kwargs["x"]) in (int, str, uuid.UUID)
    for text in bad:
        assert not is_valid_path(f"/p/{text}/"), text


def test_a_prefix_matches_greedily_and_is_not_reconsidered(urlconf: Use) -> None:
    urlconf(path("inc<int:a>", include([path("5/", view), path("/x/", view)])))
    assert resolve("/inc125/x/").kwargs == {"a": 125}
    assert not is_valid_path("/inc125/")


def test_a_urlconf_may_include_itself(urlconf: Use) -> None:
    module = urlconf(path("leaf/", view, name="leaf"))
    module.urlpatterns.append(path("again/<int:n>/", include(module)))
    assert resolve("/again/1/again/2/leaf/").kwargs == {"n": 2}
    assert reverse("leaf") == "/leaf/"


def test_reverse_builds_quoted_paths(urlconf: Use) -> None:
    urlconf(
        path("s/<x>/", view, name="text"),
        path("p/<path:x>", view, name="path"),
        path("é b/", view, name="fixed"),
        path("100%/<int:n>/", view, name="percent"),
        re_path(r"^old/(\d+)/(?:page-(\d+)/)?$", view, name="old"),
    )
    assert reverse("text", args=["a b&=é?#%"]) == "/s/a%20b&=%C3%A9%3F%23%25/"
    assert reverse("path", kwargs={"x": "a/b//c"}) == "/p/a/b//c"
    assert reverse("fixed") == "/%C3%A9%20b/"
    assert reverse("percent", args=[5]) == "/100%25/5/"
    assert reverse("old", args=[1]) == "/old/1/"
    assert reverse("old", args=(1, "2")) == "/old/1/page-2/"
    assert reverse("text", args=["x"], query={"a": [1, 2]}, fragment="top") == "/s/x/?a=1&a=2#top"
    assert reverse("text", args=["x"], query=QueryDict("a=1&b=%20")) == "/s/x/?a=1&b=+"
    assert reverse("text", args=["x"], query={}, fragment="") == "/s/x/#"


def test_reverse_takes_views(urlconf: Use) -> None:
    instance = Callable_()
    partial = functools.partial(view, x=1)
    urlconf(path("v/", view), path("i/", instance), path("p/", partial))
    assert (reverse(view), reverse(instance), reverse(partial)) == ("/v/", "/i/", "/p/")


def test_reverse_prefers_the_last_route_of_a_name(urlconf: Use) -> None:
    urlconf(
        path("a/", view, name="n"),
        path("a/<int:x>/", view, name="n"),
        path("b/<slug:x>/", view, name="n"),
        path("d/", view, {"k": 1}, name="d"),
    )
    assert reverse("n") == "/a/"
    assert reverse("n", args=[5]) == "/b/5/"
    assert reverse("n", kwargs={"x": 5}) == "/b/5/"
    assert reverse("d", kwargs={"k": 1}) == "/d/"


def test_reverse_finds_namespaces(urlconf: Use) -> None:
    inner = [
        path("x/", view, name="x"),
        path("deep/", include(([path("y/", view, name="y")], "dapp"))),
    ]
    urlconf(
        path("one/<slug:u>/", include((inner, "app"), "one")),
        path("two/", include((inner, "app"), "two")),
        path("def/", include((inner, "app"))),
    )
    assert reverse("one:x", args=["me"]) == "/one/me/x/"
    assert reverse("two:dapp:y") == "/two/deep/y/"
    assert reverse("app:x") == "/def/x/"
    assert reverse("app:x", current_app="two") == "/two/x/"
    assert reverse("app:dapp:y", current_app="two:dapp") == "/two/deep/y/"
    assert reverse("app:x", current_app="unknown") == "/def/x/"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            {"viewname": "nope"},
            "Reverse for 'nope' not found. 'nope' is not a valid view function or pattern name.",
        ),
        (
            {"viewname": "n"},
            "Reverse for 'n' with no arguments not found. 1 pattern(s) tried: "
            "['n/(?P<x>[0-9]+)/\\\\Z']",
        ),
        (
            {"viewname": "n", "args": ["q"]},
            "Reverse for 'n' with arguments '('q',)' not found. 1 pattern(s) tried: "
            "['n/(?P<x>[0-9]+)/\\\\Z']",
        ),
        (
            {"viewname": "n", "kwargs": {"y": 1}},
            "Reverse for 'n' with keyword arguments '{'y': 1}' not found. 1 pattern(s) tried: "
            "['n/(?P<x>[0-9]+)/\\\\Z']",
        ),
        ({"viewname": "no:n"}, "'no' is not a registered namespace"),
        ({"viewname": "ns:no:n"}, "'no' is not a registered namespace inside 'ns'"),
        (
            {"viewname": other},
            f"Reverse for '{__name__}.other' not found. '{__name__}.other' is not a valid view "
            "function or pattern name.",
        ),
    ],
)
def test_reverse_says_why_not(urlconf: Use, arguments: dict[str, Any], message: str) -> None:
    urlconf(path("n/<int:x>/", view, name="n"), path("ns/", include(([], "ns"))))
    with pytest.raises(NoReverseMatch) as caught:
        reverse(**arguments)
    assert str(caught.value) == message


def test_reverse_takes_positional_or_keyword_arguments(urlconf: Use) -> None:
    urlconf(path("n/<int:x>/", view, name="n"))
    with pytest.raises(
        ValueError, match=r"^Don't mix \*args and \*\*kwargs in call to reverse\(\)!$"
    ):
        reverse("n", args=[1], kwargs={"x": 1})


def test_reverse_remembers_only_names_that_exist(urlconf: Use) -> None:
    urlconf(path("n/<int:x>/", view, name="n"))
    assert reverse("n", args=[1]) == "/n/1/"
    for number in range(50):
        with pytest.raises(NoReverseMatch):
            reverse(f"unknown{number}")
    assert list(get_resolver(get_urlconf())._targets) == [("n", None)]


@pytest.mark.parametrize("value", [7, "007", 0, 10**19, pytest.param("1" * 5000, id="long")])
def test_reverse_of_numbers(urlconf: Use, value: Any) -> None:
    urlconf(path("n/<int:x>/", view, name="n"))
    assert reverse("n", args=[value]) == reverse("n", kwargs={"x": value}) == f"/n/{value}/"


@pytest.mark.parametrize(
    "value", [-1, True, 1.0, None, "", "٣", "1_0", pytest.param(10**5000, id="huge")]
)
def test_reverse_of_what_is_no_number(urlconf: Use, value: Any) -> None:
    urlconf(path("n/<int:x>/", view, name="n"))
    with pytest.raises((NoReverseMatch, ValueError)):
        reverse("n", args=[value])
    with pytest.raises((NoReverseMatch, ValueError)):
        reverse("n", kwargs={"x": value})


def test_the_script_prefix_is_prepended_and_quoted(urlconf: Use) -> None:
    urlconf(path("", view, name="home"), path("n/<int:x>/", view, name="n"))
    for prefix, home, number in [
        ("/app", "/app/", "/app/n/3/"),
        ("/é %/", "/%C3%A9%20%25/", "/%C3%A9%20%25/n/3/"),
        ("/a.*/", "/a.*/", "/a.*/n/3/"),
        ("", "/", "/n/3/"),
    ]:
        set_script_prefix(prefix)
        assert (reverse("home"), reverse("n", args=[3])) == (home, number)
    clear_script_prefix()
    assert get_script_prefix() == "/"


def test_urlconf_and_prefix_belong_to_the_thread_or_task(urlconf: Use) -> None:
    urlconf()
    set_script_prefix("/mine/")
    seen: list[Any] = []
    thread = threading.Thread(target=lambda: seen.append((get_urlconf(), get_script_prefix())))
    thread.start()
    thread.join()
    assert seen == [(None, "/")]
    contextvars.copy_context().run(set_urlconf, "inner")
    assert get_urlconf() != "inner"
    set_urlconf(None)
    assert get_urlconf("default") == "default"


def test_language_prefixes_follow_the_active_language(urlconf: Use) -> None:
    word = lazy(lambda: {"nl": "huis"}.get(str(translation.get_language()), "home"), str)
    module = urlconf(
        path("plain/", view, name="plain"),
        *i18n_patterns(path(word(), view, name="home"), prefix_default_language=False),
        path("<int:x>/", view, name="number"),
    )
    assert is_language_prefix_patterns_used(module.__name__) == (True, False)
    with translation.override("en-us"):
        assert reverse("home") == "/home"
        assert resolve("/home").url_name == "home"
        assert translate_url("/home?a=1#b", "nl") == "/nl/huis?a=1#b"
        assert translate_url("/nowhere", "nl") == "/nowhere"
    with translation.override("nl"):
        assert reverse("home") == "/nl/huis"
        assert resolve("/nl/huis").route == "nl/huis"
        assert resolve("/plain/").url_name == "plain"
        assert resolve("/7/").kwargs == {"x": 7}
        assert not is_valid_path("/home")


def test_ns_resolver_reverses_below_its_prefix(urlconf: Use) -> None:
    urlconf(path("x/<int:n>/", view, name="x"))
    resolver = get_ns_resolver("ns/", get_resolver(get_urlconf()), ())
    assert resolver.reverse("x", 3) == "ns/x/3/"


def test_tables_of_names_as_third_parties_read_them(urlconf: Use) -> None:
    urlconf(
        path("x/<int:n>/", view, name="x"),
        path("ns/<slug:s>/", include(([path("y/", view, name="y")], "app"), "ns")),
    )
    resolver = get_resolver(get_urlconf())
    [(templates, pattern, defaults, converters)] = resolver.reverse_dict.getlist("x")
    assert (templates, pattern, defaults) == ([("x/%(n)s/", ["n"])], r"x/(?P<n>[0-9]+)/\Z", {})
    assert list(converters) == ["n"]
    assert resolver.app_dict == {"app": ["ns"]}
    assert resolver.namespace_dict["ns"][0] == "ns/(?P<s>[-a-zA-Z0-9_]+)/"


def test_an_invalid_expression_is_named(urlconf: Use) -> None:
    urlconf(re_path("(", view, name="x"))
    message = (
        r'"\(" is not a valid regular expression: missing \), unterminated subpattern at position 0'
    )
    with pytest.raises(ImproperlyConfigured, match=message):
        resolve("/x")
    with pytest.raises(ImproperlyConfigured, match=message):
        _ = RegexPattern("(").regex


def test_cve_2014_0472_reverse_imports_nothing(urlconf: Use) -> None:
    urlconf(path("x/", view, name="x"))
    assert "this" not in sys.modules
    for name in ("this.s", "this", f"{__name__}.view"):
        with pytest.raises(NoReverseMatch):
            reverse(name)
    assert "this" not in sys.modules


def test_cve_2014_0480_reverse_never_begins_with_two_slashes(urlconf: Use) -> None:
    urlconf(
        path("/evil.example/", view, name="fixed"),
        path("<path:x>", view, name="route"),
        re_path(r"^(.*)$", view, name="regex"),
    )
    assert reverse("fixed") == "/%2Fevil.example/"
    for name in ("route", "regex"):
        assert reverse(name, args=["/evil.example"]) == "/%2Fevil.example"
        assert reverse(name, args=["//evil.example"]) == "/%2F/evil.example"


def test_cve_2021_44420_a_trailing_newline_does_not_match(urlconf: Use) -> None:
    urlconf(
        path("fixed/", view),
        path("number/<int:x>", view),
        path("open/<path:x>", view),
        re_path(r"^regex/$", view),
        re_path(r"^group/(?P<x>\d+)/$", view),
        re_path(r"^deep/", include([re_path(r"^$", view), path("<int:x>/", view)])),
    )
    for text in ("/fixed/", "/number/1", "/open/a", "/regex/", "/group/1/", "/deep/", "/deep/1/"):
        assert is_valid_path(text), text
        assert not is_valid_path(text + "\n"), text


def test_cve_2022_41323_the_language_prefix_is_plain_text(urlconf: Use) -> None:
    urlconf(*i18n_patterns(path("x/", view, name="x")))
    with translation.override("en-us"):
        [resolver] = get_resolver(get_urlconf()).url_patterns
        assert resolver.pattern.regex.pattern == r"en\-us/"
    # This would be an expensive expression if it were one.
    language = "(((a+)+)+)+"
    with translation.override(language):
        assert resolver.pattern.match(language + "/x/") == ("x/", (), {})
        assert resolver.pattern.match("a" * 200 + "!/x/") is None
        assert is_valid_path(f"/{language}/x/")
        assert not is_valid_path("/" + "a" * 200 + "/x/")


def test_patterns_that_packages_add_later_are_read_again() -> None:
    inner = [path("a/", view, name="a")]
    resolver = URLResolver(RegexPattern("^/"), [path("in/", include(inner))])
    assert not resolver._populated
    assert resolver.reverse("a") == "in/a/"
    assert resolver._populated
    inner.append(path("b/", view, name="b"))
    resolver._populate()
    assert resolver.reverse("b") == "in/b/"
    assert resolver.resolve("/in/b/").func is view
