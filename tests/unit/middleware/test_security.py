from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from vivace.http import HttpResponse
from vivace.middleware.security import (
    SecurityMiddleware,
    referrer_policy,
    transport_security,
)
from vivace.test import RequestFactory
from vivace.test.utils import override_settings

Through = Callable[..., Any]


def page(request: Any) -> HttpResponse:
    return HttpResponse("page")


def test_settings_are_read_when_the_middleware_is_made() -> None:
    with override_settings(SECURE_HSTS_SECONDS=60):
        middleware = SecurityMiddleware(page)
    response = middleware(RequestFactory().get("/", secure=True))
    assert response.headers["Strict-Transport-Security"] == "max-age=60"


@pytest.mark.parametrize(
    ("subdomains", "preload", "value"),
    [
        (False, False, "max-age=5"),
        (True, False, "max-age=5; includeSubDomains"),
        (False, True, "max-age=5; preload"),
        (True, True, "max-age=5; includeSubDomains; preload"),
    ],
)
def test_transport_security(subdomains: bool, preload: bool, value: str) -> None:
    assert transport_security(5, subdomains, preload) == value


def test_referrer_policy_takes_any_iterable() -> None:
    assert referrer_policy(iter(("origin", "same-origin"))) == "origin,same-origin"
    assert referrer_policy("origin , same-origin") == "origin,same-origin"


def test_redirect_keeps_path_and_query_and_skips_the_view(through: Through) -> None:
    with override_settings(SECURE_SSL_REDIRECT=True):
        request = RequestFactory().get("/a b/?x=1")
        response = through(SecurityMiddleware, pytest.fail, request)
    assert response.status_code == 301
    assert response.headers["Location"] == "https://testserver/a%20b/?x=1"


def test_cve_2019_12781_forwarded_scheme_counts_in_both_directions(through: Through) -> None:
    options = {
        "SECURE_SSL_REDIRECT": True,
        "SECURE_PROXY_SSL_HEADER": ("HTTP_X_FORWARDED_PROTO", "https"),
    }
    with override_settings(**options):
        plain = RequestFactory().get("/", secure=True, HTTP_X_FORWARDED_PROTO="http")
        assert through(SecurityMiddleware, page, plain).status_code == 301
        safe = RequestFactory().get("/", HTTP_X_FORWARDED_PROTO="https")
        assert through(SecurityMiddleware, page, safe).status_code == 200
