"""Settings for all tests, and the fixtures that every room may use."""

from __future__ import annotations

import os
import sys
import types
from collections.abc import Callable, Iterator
from typing import Any

import pytest

import vivace
from sites import Site
from vivace.conf import settings
from vivace.core.signals import got_request_exception

EMPTY_URLCONF = "tests_empty_urlconf"


def pytest_configure() -> None:
    """Configure settings once; a test that needs others overrides them."""
    if settings.configured:
        return
    # Compiled templates of one run must not serve another.
    os.environ["VIVACE_TEMPLATE_CACHE"] = ""
    module = types.ModuleType(EMPTY_URLCONF)
    vars(module).update(urlpatterns=[])
    sys.modules[EMPTY_URLCONF] = module
    settings.configure(
        SECRET_KEY="a key for tests, long enough to be taken for a good one: 0123456789abcdef",
        ALLOWED_HOSTS=["testserver", "localhost"],
        ROOT_URLCONF=EMPTY_URLCONF,
        USE_TZ=True,
    )
    vivace.setup()


@pytest.fixture(params=["wsgi", "asgi"])
def colour(request: pytest.FixtureRequest) -> str:
    """The protocol by which a behaviour is observed; tests that use it run once with each."""
    return str(request.param)


@pytest.fixture
def site(colour: str) -> Iterator[Callable[..., Any]]:
    """Make sites: ``site([path(...)], middleware=[...], DEBUG=True).ask("/")``."""
    made: list[Site] = []

    def make(*args: Any, **kwargs: Any) -> Site:
        made.append(Site(colour, *args, **kwargs))
        return made[-1]

    yield make
    while made:
        made.pop().close()


@pytest.fixture
def ask(site: Callable[..., Any]) -> Callable[..., Any]:
    """One request to a fresh site: ``ask([path(...)], "/x/", method="POST", site={...})``."""

    def send(
        urlpatterns: Any,
        target: Any = "/",
        *,
        site_options: dict[str, Any] | None = None,
        **request: Any,
    ) -> Any:
        return site(urlpatterns, **(site_options or {})).ask(target, **request)

    return send


@pytest.fixture
def exceptions() -> Iterator[list[BaseException]]:
    """The exceptions that views raised, as ``got_request_exception`` tells of them."""
    caught: list[BaseException] = []

    def catch(**kwargs: Any) -> None:
        exception = sys.exc_info()[1]
        assert exception is not None
        caught.append(exception)

    got_request_exception.connect(catch)
    yield caught
    got_request_exception.disconnect(catch)
