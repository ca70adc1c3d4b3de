"""A link answers what `reverse` answers, whatever changes around it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from vivace.conf.urls.i18n import i18n_patterns
from vivace.test.utils import override_settings
from vivace.urls import (
    NoReverseMatch,
    clear_url_caches,
    include,
    path,
    re_path,
    reverse,
    set_script_prefix,
    set_urlconf,
)
from vivace.urls.links import link
from vivace.urls.resolvers import _get_cached_resolver
from vivace.utils import translation

Use = Callable[..., Any]


def view(request: Any, *args: Any, **kwargs: Any) -> None:
    pass


def patterns() -> list[Any]:
    inner = ([path("<slug:s>/", view, name="leaf")], "app")
    return [
        path("", view, name="root"),
        path("a&b'/", view, name="odd"),
        path("i/<int:n>/", view, name="one"),
        path("i/<int:n>/<str:t>/", view, name="two"),
        path("twice/<int:n>/", view, name="twice"),
        path("again/<str:t>/", view, name="twice"),
        path("extra/<int:n>/", view, {"t": "x"}, name="extra"),
        re_path(r"^r/([a-z]+)/(?P<n>\d+)?$", view, name="regex"),
        path("x/", include(inner, "first")),
        path("y/", include(inner, "second")),
        *i18n_patterns(path("l/<int:n>/", view, name="language")),
    ]


def answer(function: Callable[..., str], *args: Any, **kwargs: Any) -> Any:
    try:
        return function(*args, **kwargs)
    except (NoReverseMatch, ValueError) as error:
        return type(error), str(error)


NAMES = ["root", "odd", "one", "two", "twice", "extra", "regex", "language", "app:leaf", "absent"]
VALUES = st.one_of(st.integers(-2, 1000), st.sampled_from(["a", "7", "a b", "ü", "&'<\"", "", "/"]))
CHANGES: list[Callable[[], Any]] = [
    lambda: None,
    lambda: set_script_prefix("/app/"),
    lambda: set_script_prefix("/a b/"),
    lambda: set_script_prefix("/"),
    clear_url_caches,
    lambda: translation.activate("de"),
    lambda: translation.activate("en"),
]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    name=st.sampled_from(NAMES),
    count=st.integers(0, 2),
    keywords=st.sampled_from([(), ("n",), ("t", "n"), ("n", "t"), ("s",)]),
    steps=st.lists(
        st.tuples(
            st.sampled_from(CHANGES),
            st.sampled_from([None, "first", "second"]),
            st.lists(VALUES, min_size=4, max_size=4),
        ),
        min_size=1,
        max_size=6,
    ),
)
def test_a_link_is_reverse(
    urlconf: Use, name: str, count: int, keywords: tuple[str, ...], steps: list[Any]
) -> None:
    urlconf(*patterns())
    linked = link(name, count, keywords)
    with override_settings(LANGUAGES=[("en", "English"), ("de", "German")], USE_I18N=True):
        for change, app, given_values in steps:
            change()
            values = given_values[: count + len(keywords)]
            kwargs = dict(zip(keywords, values[count:], strict=True))
            expected = answer(reverse, name, args=values[:count], kwargs=kwargs, current_app=app)
            # Once to find out, and once with what it has found out.
            assert answer(linked, app, *values) == expected
            assert answer(linked, app, *values) == expected
    translation.deactivate()
    set_script_prefix("/")


def test_a_link_follows_the_urlconf(urlconf: Use) -> None:
    module = urlconf(path("old/", view, name="x"))
    linked = link("x", 0, ())
    assert linked(None) == linked(None) == "/old/"
    module.urlpatterns = [path("new/", view, name="x")]
    assert linked(None) == reverse("x") == "/old/"
    _get_cached_resolver.cache_clear()
    assert linked(None) == reverse("x") == "/new/"
    set_urlconf((path("other/", view, name="x"),))
    assert linked(None) == "/other/"


def test_a_link_follows_the_setting(urlconf: Use) -> None:
    name = urlconf(path("first/", view, name="x")).__name__
    set_urlconf(None)
    linked = link("x", 0, ())
    with override_settings(ROOT_URLCONF=name):
        assert linked(None) == linked(None) == reverse("x") == "/first/"
    other = urlconf(path("second/", view, name="x"))
    set_urlconf(None)
    with override_settings(ROOT_URLCONF=other.__name__):
        assert linked(None) == reverse("x") == "/second/"


@pytest.mark.parametrize("value", [5, "5"])
def test_a_linked_path_asks_nobody_twice(urlconf: Use, value: Any) -> None:
    urlconf(*patterns())
    linked = link("one", 0, ("n",))
    linked(None, 1)
    asked: list[str] = []

    class Value:
        def __str__(self) -> str:
            asked.append("")
            return str(value)

    assert linked(None, Value()) == "/i/5/"
    assert len(asked) == 1
