"""How many Python functions a routed path and a built path may call, whatever the clock says."""

from __future__ import annotations

import sys
import types
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from vivace.urls import clear_url_caches, include, path, reverse
from vivace.urls.router import Router, router_for

NAME = "tests_budgets_urlconf"


def view(request: Any, **kwargs: Any) -> None:
    pass


@pytest.fixture(params=[10, 2000])
def router(request: pytest.FixtureRequest) -> Iterator[Router]:
    module = types.ModuleType(NAME)
    numbers = range(request.param)
    vars(module).update(
        urlpatterns=[
            *(path(f"text{n}/", view, name=f"text{n}") for n in numbers),
            *(path(f"number{n}/<int:id>/", view, name=f"number{n}") for n in numbers),
            *(path(f"slug{n}/<int:id>/sub/<slug:s>/", view) for n in numbers),
            path("api/", include([path(f"nested{n}/<int:id>/", view) for n in numbers])),
            path("<path:rest>", view),
        ]
    )
    sys.modules[NAME] = module
    clear_url_caches()
    yield router_for(NAME)
    clear_url_caches()
    del sys.modules[NAME]


def calls_of(function: Callable[[], Any]) -> int:
    """The Python functions that `function` calls, itself not counted."""
    count = 0

    def profile(frame: Any, event: str, argument: Any) -> None:
        nonlocal count
        count += event == "call"

    # Tables fill at the first hit.
    function()
    sys.setprofile(profile)
    try:
        function()
    finally:
        sys.setprofile(None)
    return count - 1


@pytest.mark.parametrize(
    ("text", "budget"),
    [
        ("/text3/", 1),
        ("/number3/1234567/", 1),
        ("/slug3/12/sub/a-b/", 1),
        ("/api/nested3/12/", 1),
    ],
)
def test_find_is_one_call(router: Router, text: str, budget: int) -> None:
    assert router.find(text) is not None
    assert calls_of(lambda: router.find(text)) <= budget


def test_static_texts_are_in_a_dict(router: Router) -> None:
    assert router.static["/text3/"].callback is view


def test_reverse_is_few_calls(router: Router) -> None:
    assert calls_of(lambda: reverse("text3", NAME)) <= 3
    assert calls_of(lambda: reverse("number3", NAME, kwargs={"id": 5})) <= 3
    assert calls_of(lambda: reverse("number3", NAME, args=[5])) <= 3
