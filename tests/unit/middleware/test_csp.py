"""Values observed from Django 6.1."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from vivace.http import HttpResponse
from vivace.middleware.csp import ContentSecurityPolicyMiddleware, get_nonce
from vivace.test import RequestFactory
from vivace.test.utils import override_settings
from vivace.utils.csp import CSP
from vivace.views.decorators.csp import csp_override, csp_report_only_override

Through = Callable[..., Any]

ENFORCED = "Content-Security-Policy"
REPORTED = "Content-Security-Policy-Report-Only"
BOTH = {
    "SECURE_CSP": {"default-src": [CSP.SELF]},
    "SECURE_CSP_REPORT_ONLY": {"script-src": [CSP.NONCE, CSP.SELF]},
}


def page(request: Any) -> HttpResponse:
    return HttpResponse("page")


def with_nonce(request: Any) -> HttpResponse:
    return HttpResponse(str(get_nonce(request)))


def answer(through: Through, view: Any, **settings: Any) -> Any:
    with override_settings(**settings):
        return through(ContentSecurityPolicyMiddleware, view, RequestFactory().get("/"))


def test_no_settings_no_headers(through: Through) -> None:
    response = answer(through, page, SECURE_CSP={}, SECURE_CSP_REPORT_ONLY={})
    assert ENFORCED not in response.headers
    assert REPORTED not in response.headers


def test_nonce_is_in_the_header_when_it_was_read(through: Through) -> None:
    response = answer(through, with_nonce, **BOTH)
    nonce = response.content.decode()
    assert len(nonce) == 22
    assert response.headers[ENFORCED] == "default-src 'self'"
    assert response.headers[REPORTED] == f"script-src 'nonce-{nonce}' 'self'"


def test_nonce_is_left_out_when_nobody_read_it(through: Through) -> None:
    assert answer(through, page, **BOTH).headers[REPORTED] == "script-src 'self'"


def test_each_request_has_its_own_nonce(through: Through) -> None:
    nonces = {answer(through, with_nonce, **BOTH).content for _ in range(5)}
    assert len(nonces) == 5


def test_there_is_no_nonce_without_the_middleware() -> None:
    assert get_nonce(RequestFactory().get("/")) is None


def test_a_header_of_the_view_wins(through: Through) -> None:
    def view(request: Any) -> HttpResponse:
        return csp_override({"x": "y"})(
            lambda request: HttpResponse("", headers={"content-security-policy": "own"})
        )(request)

    response = answer(through, view, **BOTH)
    assert response.headers[ENFORCED] == "own"
    assert response.headers[REPORTED] == "script-src 'self'"


def test_overrides(through: Through) -> None:
    view = csp_report_only_override({"a": "b"})(csp_override({"c": "d"})(page))
    response = answer(through, view, **BOTH)
    assert (response.headers[ENFORCED], response.headers[REPORTED]) == ("c d", "a b")


def test_an_empty_override_switches_off(through: Through) -> None:
    response = answer(through, csp_override({})(page), **BOTH)
    assert ENFORCED not in response.headers
    assert REPORTED in response.headers


def test_config_of_a_view_must_be_a_mapping() -> None:
    for decorator in (csp_override, csp_report_only_override):
        for config in (None, [], "x", (), True):
            with pytest.raises(TypeError, match=r"^CSP config should be a mapping\.$"):
                decorator(config)  # type: ignore[arg-type]
