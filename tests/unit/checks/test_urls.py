"""The checks of URLconfs."""

from __future__ import annotations

import json
import pathlib
import sys
import types
from collections.abc import Callable
from typing import Any

import pytest

from settings_layer import changed
from vivace.checks import urls
from vivace.urls import include, path, re_path
from vivace.views import View

GOLDEN = pathlib.Path(__file__).parents[2] / "golden/url_checks.json"
CASES: list[tuple[str, str, bool, list[Any]]] = json.loads(GOLDEN.read_text())


def view(request: Any, **kwargs: Any) -> None: ...


def pattern(kind: str, route: str) -> Any:
    if kind == "path":
        return path(route, view)
    if kind == "named path":
        return path(route, view, name="a:b")
    if kind == "included path":
        return path(route, include([path("x", view)]))
    if kind == "re_path":
        return re_path(route, view)
    return re_path(route, include([path("x", view)]))


@pytest.mark.parametrize(("kind", "route", "append_slash", "messages"), CASES)
def test_patterns_are_judged_as_by_django(
    kind: str, route: str, append_slash: bool, messages: list[Any]
) -> None:
    with changed(APPEND_SLASH=append_slash):
        found = urls.check_resolver(pattern(kind, route))
    assert [[type(m).__name__, m.id, m.msg, m.hint] for m in found] == messages


Ask = Callable[..., list[Any]]


@pytest.fixture
def ask(monkeypatch: pytest.MonkeyPatch) -> Ask:
    """Run a check on a URLconf with the given patterns and handlers."""
    count = iter(range(100))

    def ask(check: Any, patterns: list[Any], **handlers: Any) -> list[Any]:
        name = f"urlconf_to_check_{check.__name__}_{next(count)}"
        module = types.ModuleType(name)
        vars(module).update(urlpatterns=patterns, **handlers)
        monkeypatch.setitem(sys.modules, name, module)
        with changed(ROOT_URLCONF=name):
            return [(m.id, m.msg, m.hint) for m in check(None)]

    return ask


def test_what_is_no_pattern_gets_a_hint(ask: Ask) -> None:
    found = ask(urls.check_url_config, ["prefix", ("a", view), 5])
    assert [one[0] for one in found] == ["urls.E004"] * 3
    assert found[0][1:] == (
        "Your URL pattern 'prefix' is invalid. Ensure that urlpatterns is a list of path() and/or "
        "re_path() instances.",
        "Try removing the string 'prefix'. The list of urlpatterns should not have a prefix string "
        "as the first element.",
    )
    assert [one[2] for one in found[1:]] == ["Try using path() instead of a tuple.", None]


def test_class_for_a_view() -> None:
    class Page(View):
        pass

    one = re_path("x", view)
    one.callback = Page
    (message,) = urls.check_resolver(one)
    assert message.id == "urls.E009"
    assert message.msg == (
        "Your URL pattern 'x' has an invalid view, pass Page.as_view() instead of Page."
    )


def test_namespaces_that_occur_twice(ask: Ask) -> None:
    inner = [path("x", include(([], "inner"), namespace="k"))]
    found = ask(
        urls.check_url_namespaces_unique,
        [
            path("a/", include((inner, "n"), namespace="w")),
            path("b/", include((inner, "n"), namespace="w")),
            path("c/", include(([], "n"), namespace="once")),
        ],
    )
    assert [one[:2] for one in found] == [
        (
            "urls.W005",
            f"URL namespace '{name}' isn't unique. You may not be able to reverse all URLs in this "
            "namespace",
        )
        for name in ("w", "w:k")
    ]


def test_error_handlers(ask: Ask) -> None:
    found = ask(
        urls.check_custom_error_handlers,
        [],
        handler400=lambda request: None,
        handler403=lambda request, exception: None,
        handler404="no_such_module.view",
        handler500=lambda: None,
    )
    name = "<lambda>"
    here = f"{__name__}.test_error_handlers.<locals>.{name}"
    assert found == [
        (
            "urls.E007",
            f"The custom handler400 view '{here}' does not take the correct number of arguments "
            "(request, exception).",
            None,
        ),
        (
            "urls.E008",
            "The custom handler404 view 'no_such_module.view' could not be imported.",
            "No module named 'no_such_module'",
        ),
        (
            "urls.E007",
            f"The custom handler500 view '{here}' does not take the correct number of arguments "
            "(request).",
            None,
        ),
    ]


def test_no_urlconf_is_no_mistake() -> None:
    with changed(ROOT_URLCONF=None):
        assert urls.check_url_config(None) == []
        assert urls.check_url_namespaces_unique(None) == []
        assert urls.check_custom_error_handlers(None) == []
