from __future__ import annotations

import re
import sys
import types
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from vivace.core import mail
from vivace.core.exceptions import PermissionDenied
from vivace.http import HttpResponse, HttpResponseNotFound, HttpResponseRedirect
from vivace.middleware.common import BrokenLinkEmailsMiddleware, CommonMiddleware
from vivace.test import RequestFactory
from vivace.test.utils import override_settings
from vivace.urls import path, re_path

Through = Callable[..., Any]


def missing(request: Any) -> HttpResponse:
    return HttpResponseNotFound("missing")


@pytest.fixture(autouse=True)
def routes() -> Iterator[None]:
    module = types.ModuleType("common_middleware_urls")
    vars(module)["urlpatterns"] = [
        path("slash/", missing),
        re_path(r"^/?evil\.example/.*/$", missing),
    ]
    sys.modules[module.__name__] = module
    with override_settings(ROOT_URLCONF=module.__name__):
        yield
    del sys.modules[module.__name__]


@pytest.mark.parametrize("target", ["//evil.example/x", "///evil.example/x"])
def test_cve_2018_14574_appended_slash_stays_on_the_site(through: Through, target: str) -> None:
    request = RequestFactory().get("/")
    request.path = request.path_info = target
    response = through(CommonMiddleware, missing, request)
    if response.status_code == 301:
        assert response.headers["Location"] == "/%2F" + target[2:] + "/"
    else:
        assert response.status_code == 404


def test_cve_2018_14574_with_www_the_host_is_ours(through: Through) -> None:
    request = RequestFactory().get("/")
    request.path = request.path_info = "//evil.example/x"
    with override_settings(PREPEND_WWW=True):
        response = through(CommonMiddleware, missing, request)
    assert response.headers["Location"] == "http://www.testserver/%2Fevil.example/x/"


def test_redirect_class_can_be_replaced(through: Through) -> None:
    class Temporary(CommonMiddleware):
        response_redirect_class = HttpResponseRedirect  # type: ignore[assignment]

    response = through(Temporary, missing, RequestFactory().get("/slash?a=b"))
    assert (response.status_code, response.headers["Location"]) == (302, "/slash/?a=b")


def test_refuses_user_agents(through: Through) -> None:
    with override_settings(DISALLOWED_USER_AGENTS=[re.compile("^bad")]):
        request = RequestFactory().get("/slash/", HTTP_USER_AGENT="bad robot")
        with pytest.raises(PermissionDenied, match="Forbidden user agent"):
            through(CommonMiddleware, pytest.fail, request)


def test_debug_tells_that_a_post_would_lose_its_data(through: Through) -> None:
    with (
        override_settings(DEBUG=True),
        pytest.raises(RuntimeError, match=r"Change your form to point to testserver/slash/ "),
    ):
        through(CommonMiddleware, missing, RequestFactory().post("/slash", {"a": "b"}))


def mails(through: Through, referer: str, target: str = "/missing") -> list[Any]:
    mail.outbox = []
    options = {
        "MANAGERS": [("Boss", "boss@example.com")],
        "EMAIL_BACKEND": "vivace.core.mail.backends.locmem.EmailBackend",
    }
    with override_settings(**options):
        request = RequestFactory().get(target, HTTP_REFERER=referer)
        assert through(BrokenLinkEmailsMiddleware, missing, request).status_code == 404
    return mail.outbox


def test_broken_link_is_mailed_to_the_managers(through: Through) -> None:
    [message] = mails(through, "http://other.example/page", "/missing?x=1")
    assert message.subject.endswith("Broken link on testserver")
    assert message.to == ["boss@example.com"]
    assert "Requested URL: /missing?x=1\n" in message.body


def test_internal_broken_link_says_so(through: Through) -> None:
    [message] = mails(through, "http://testserver/page")
    assert message.subject.endswith("Broken INTERNAL link on testserver")


def test_referrer_that_is_no_url_breaks_nothing(through: Through) -> None:
    # Django raises ValueError here: a client must not be able to cause that.
    assert len(mails(through, "http://[bad/")) == 1


def test_page_that_names_itself_is_not_mailed(through: Through) -> None:
    assert mails(through, "http://testserver/missing") == []
    assert mails(through, "/missing") == []
    assert mails(through, "") == []
