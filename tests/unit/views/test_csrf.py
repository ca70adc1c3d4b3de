"""The page for requests that may be forged."""

from __future__ import annotations

from typing import Any

import pytest

from vivace.middleware import csrf
from vivace.template import TemplateDoesNotExist
from vivace.test import RequestFactory
from vivace.test.utils import override_settings
from vivace.views.csrf import CSRF_FAILURE_TEMPLATE_NAME, csrf_failure
from vivace.views.defaults import page_not_found

BAIT = "<script>alert(1)</script>"


def failure(reason: str = "", debug: bool = False) -> str:
    with override_settings(DEBUG=debug):
        response = csrf_failure(RequestFactory().post("/secret-path/"), reason)
    assert response.status_code == 403
    assert response["Content-Type"] == "text/html; charset=utf-8"
    return response.text


@pytest.mark.parametrize("debug", [False, True])
def test_what_was_refused_is_said(debug: bool) -> None:
    text = failure(debug=debug)
    assert "<title>403 Forbidden</title>" in text
    assert "<p>CSRF verification failed. Request aborted.</p>" in text
    assert "secret-path" not in text


def test_visitors_learn_what_their_browser_lacks() -> None:
    assert "requires a CSRF cookie when submitting forms" in failure(csrf.REASON_NO_CSRF_COOKIE)
    assert "“Referer header”" in failure(csrf.REASON_NO_REFERER)
    for reason in (csrf.REASON_CSRF_TOKEN_MISSING, csrf.REASON_BAD_ORIGIN % "x", ""):
        assert "You are seeing this message because" not in failure(reason)


def test_the_reason_is_for_developers() -> None:
    text = failure(BAIT, debug=True)
    assert "Reason given for failure:" in text
    assert "&lt;script&gt;alert(1)" in text
    assert BAIT not in text
    assert "More information is available" not in text
    hidden = failure(BAIT)
    assert "alert(1)" not in hidden
    assert "More information is available with DEBUG=True." in hidden
    assert "Reason given for failure:" not in failure("", debug=True)


def of_the_site(**templates: str) -> Any:
    sources = {name.replace("__", "."): text for name, text in templates.items()}
    loaders = [("vivace.template.loaders.locmem.Loader", sources)]
    backend = "vivace.template.backends.django.DjangoTemplates"
    return override_settings(TEMPLATES=[{"BACKEND": backend, "OPTIONS": {"loaders": loaders}}])


def test_a_template_of_the_sites_own_gets_the_request_alone() -> None:
    request = RequestFactory().post("/")
    with of_the_site(**{CSRF_FAILURE_TEMPLATE_NAME: "own [{{ reason }}] {% csrf_token %}"}):
        response = csrf_failure(request, "a reason")
    assert response.status_code == 403
    assert response.text.startswith('own [] <input type="hidden" name="csrfmiddlewaretoken"')


def test_only_our_own_name_may_be_missing() -> None:
    with pytest.raises(TemplateDoesNotExist, match=r"nowhere\.html"):
        csrf_failure(RequestFactory().post("/"), template_name="nowhere.html")


def test_the_form_of_an_error_page_gets_its_cookie() -> None:
    request = RequestFactory().get("/")
    request.COOKIES["csrftoken"] = "a" * 32
    with of_the_site(**{"404__html": "{% csrf_token %}"}):
        response = page_not_found(request, Exception())
    assert response.cookies["csrftoken"].value == "a" * 32
    with of_the_site(**{"404__html": "nothing"}):
        assert not page_not_found(RequestFactory().get("/"), Exception()).cookies
