"""What the tests of the middleware share."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest


@pytest.fixture(params=["sync", "async"])
def through(request: pytest.FixtureRequest) -> Callable[..., Any]:
    """``through(Middleware, view, request)``: the response, with the view in both colours."""

    def pass_through(middleware_class: Any, view: Callable[[Any], Any], http_request: Any) -> Any:
        if request.param == "sync":
            return middleware_class(view)(http_request)

        async def async_view(inner_request: Any) -> Any:
            return view(inner_request)

        return asyncio.run(middleware_class(async_view)(http_request))

    return pass_through
