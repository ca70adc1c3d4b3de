"""Forged requests, beside what `test_golden_csrf` asks of recorded cases."""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vivace.core.cache import cache
from vivace.core.exceptions import ImproperlyConfigured
from vivace.http import Http404, HttpResponse
from vivace.middleware import csrf
from vivace.middleware.csrf import CsrfViewMiddleware, get_token, rotate_token
from vivace.template import Context, Template, engines
from vivace.template.backends.dummy import TemplateStrings
from vivace.test import AsyncClient, Client, RequestFactory
from vivace.test.utils import override_settings
from vivace.urls import path
from vivace.views.decorators.cache import cache_page
from vivace.views.decorators.csrf import (
    csrf_exempt,
    csrf_protect,
    ensure_csrf_cookie,
    requires_csrf_token,
)

MIDDLEWARE = ["vivace.middleware.csrf.CsrfViewMiddleware"]
SECRET = "1bcdefghij2bcdefghij3bcdefghij4X"
COOKIE = ("Cookie", f"csrftoken={SECRET}")
FORM = ("Content-Type", "application/x-www-form-urlencoded")
secrets = st.text(csrf.CSRF_ALLOWED_CHARS, min_size=32, max_size=32)


def page(request: Any) -> HttpResponse:
    return HttpResponse("page")


def form(request: Any) -> HttpResponse:
    return HttpResponse(get_token(request))


def post(site: Any, target: str = "/", *headers: tuple[str, str], token: str = "") -> Any:
    body = f"csrfmiddlewaretoken={token}".encode() if token else b""
    kind = (FORM, ("Content-Length", str(len(body)))) if body else ()
    return site.ask(target, method="POST", headers=[*headers, *kind], body=body)


# --- secrets and tokens


@given(secrets)
def test_a_token_leads_back_to_its_secret(secret: str) -> None:
    token = csrf._mask_cipher_secret(secret)
    assert len(token) == csrf.CSRF_TOKEN_LENGTH
    assert csrf._unmask_cipher_token(token) == secret
    assert csrf._does_token_match(token, secret)
    assert csrf._does_token_match(secret, secret)


@given(secrets, secrets)
def test_a_token_belongs_to_one_secret(one: str, other: str) -> None:
    assert csrf._does_token_match(csrf._mask_cipher_secret(one), other) is (one == other)


@pytest.mark.parametrize("place", [0, 1, 15, 30, 31])
def test_every_character_of_a_token_counts(place: int) -> None:
    other = "b" if SECRET[place] == "a" else "a"
    changed = SECRET[:place] + other + SECRET[place + 1 :]
    assert not csrf._does_token_match(changed, SECRET)
    assert not csrf._does_token_match(csrf._mask_cipher_secret(changed), SECRET)


def test_no_two_tokens_are_the_same() -> None:
    request = RequestFactory().get("/")
    tokens = [get_token(request) for _ in range(20)]
    assert len(set(tokens)) == len({each[32:] for each in tokens}) == 20
    assert len({csrf._unmask_cipher_token(each) for each in tokens}) == 1


@pytest.mark.parametrize(
    ("token", "reason"),
    [
        ("", csrf.REASON_INCORRECT_LENGTH),
        ("a" * 31, csrf.REASON_INCORRECT_LENGTH),
        ("a" * 33, csrf.REASON_INCORRECT_LENGTH),
        ("a" * 63 + "\n", csrf.REASON_INVALID_CHARACTERS),
        ("a" * 31 + "é", csrf.REASON_INVALID_CHARACTERS),
    ],
)
def test_what_is_no_token(token: str, reason: str) -> None:
    with pytest.raises(csrf.InvalidTokenFormat) as caught:
        csrf._check_token_format(token)
    assert caught.value.reason == reason


def test_a_token_whose_format_was_not_checked_is_an_error_of_ours() -> None:
    with pytest.raises(AssertionError):
        csrf._does_token_match("a" * 10, "b" * 32)


def test_a_rotated_secret_is_another() -> None:
    request = RequestFactory().get("/")
    token = get_token(request)
    rotate_token(request)
    assert not csrf._does_token_match(token, request.META["CSRF_COOKIE"])
    assert request.META["CSRF_COOKIE_NEEDS_UPDATE"] is True


# --- in a chain


@pytest.fixture
def protected(site: Callable[..., Any]) -> Callable[..., Any]:
    """Sites with the middleware and views: of no name, and by name."""

    def make(*views: Any, middleware: Any = MIDDLEWARE, **settings: Any) -> Any:
        routes = [path(each.__name__, each) for each in views]
        return site([path("", page), *routes], middleware=middleware, **settings)

    return make


def test_a_form_is_shown_and_posted(protected: Callable[..., Any]) -> None:
    made = protected(form)
    shown = made.ask("/form")
    (cookie,) = [value for name, value in shown.headers if name.lower() == "set-cookie"]
    secret = re.match("csrftoken=([a-zA-Z0-9]{32});", cookie.strip())[1]
    assert shown.get("Vary") == "Cookie"
    token = shown.body.decode()
    assert post(made, "/", ("Cookie", f"csrftoken={secret}"), token=token).status == 200
    assert post(made, "/", COOKIE, token=token).status == 403
    assert post(made, "/", token=token).status == 403


def test_a_page_that_asks_for_no_token_sets_no_cookie(protected: Callable[..., Any]) -> None:
    for headers in ([], [COOKIE]):
        answer = protected().ask("/", headers=headers)
        assert answer.get("Set-Cookie") is None
        assert answer.get("Vary") is None


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS", "TRACE"])
def test_safe_methods_need_no_token(protected: Callable[..., Any], method: str) -> None:
    assert protected().ask("/", method=method).status == 200


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "LINK"])
def test_all_other_methods_do(protected: Callable[..., Any], method: str) -> None:
    made = protected()
    assert made.ask("/", method=method).status == 403
    headers = [COOKIE, ("X-CSRFToken", SECRET)]
    assert made.ask("/", method=method, headers=headers).status == 200


def test_an_exempt_view_is_asked_nothing(protected: Callable[..., Any]) -> None:
    @csrf_exempt
    def hook(request: Any) -> HttpResponse:
        return HttpResponse(str(hasattr(request, "csrf_processing_done")))

    made = protected(hook)
    assert post(made, "/hook").body == b"False"
    assert made.ask("/hook").body == b"False"


def test_a_cookie_that_a_decorator_has_set_is_not_set_again(
    protected: Callable[..., Any],
) -> None:
    def changed(request: Any) -> HttpResponse:
        response = csrf_protect(form)(request)
        assert isinstance(response, HttpResponse)
        response.cookies.clear()
        return response

    assert protected(changed).ask("/changed").get("Set-Cookie") is None


def test_a_subclass_may_let_requests_pass(protected: Callable[..., Any]) -> None:
    told: list[str] = []

    class Lenient(CsrfViewMiddleware):
        def _reject(self, request: Any, reason: str) -> None:
            told.append(reason)

    assert post(protected(middleware=[Lenient])).status == 200
    assert told == [csrf.REASON_NO_CSRF_COOKIE]


def test_a_failure_view_of_the_sites_own(protected: Callable[..., Any]) -> None:
    answer = post(protected(CSRF_FAILURE_VIEW=f"{__name__}.own_failure"))
    if answer.status != 418:
        pytest.fail(answer.body.decode())
    assert answer.body == b"CSRF cookie not set."


def own_failure(request: Any, reason: str = "") -> HttpResponse:
    return HttpResponse(reason, status=418)


def test_settings_may_change_while_the_site_runs(protected: Callable[..., Any]) -> None:
    made = protected(form)
    assert made.ask("/form").get("Set-Cookie").strip().startswith("csrftoken=")
    with override_settings(CSRF_COOKIE_NAME="mine"):
        assert made.ask("/form").get("Set-Cookie").strip().startswith("mine=")
        assert post(made, "/", ("Cookie", f"mine={SECRET}"), token=SECRET).status == 200
    assert post(made, "/", COOKIE, token=SECRET).status == 200
    with override_settings(CSRF_USE_SESSIONS=True):
        # Who brings no cookie may well have a session, if there are any.
        assert made.ask("/form").status == 500


# --- sessions


def test_a_secret_in_the_session_needs_one(
    protected: Callable[..., Any], exceptions: list[BaseException]
) -> None:
    assert protected(CSRF_USE_SESSIONS=True).ask("/").status == 500
    (caught,) = exceptions
    assert isinstance(caught, ImproperlyConfigured)
    assert str(caught) == (
        "CSRF_USE_SESSIONS is enabled, but request.session is not set. SessionMiddleware must "
        "appear before CsrfViewMiddleware in MIDDLEWARE."
    )


class Session(dict[str, Any]):
    """A session that counts how often it is written to."""

    writes = 0

    def __setitem__(self, name: str, value: Any) -> None:
        super().__setitem__(name, value)
        self.writes += 1


def test_a_session_is_written_to_when_the_secret_changes_only() -> None:
    session = Session()

    def visit(view: Any) -> Any:
        request: Any = RequestFactory().get("/")
        request.session = session
        return CsrfViewMiddleware(view)(request)

    with override_settings(CSRF_USE_SESSIONS=True):
        for view, writes in ((page, 0), (form, 1), (form, 1)):
            assert not visit(view).cookies
            assert session.writes == writes
        kept = session[csrf.CSRF_SESSION_KEY]
        visit(lambda request: rotate_token(request) or HttpResponse())
    assert session.writes == 2
    assert session[csrf.CSRF_SESSION_KEY] != kept


# --- what is logged


def test_a_refusal_is_logged_once(
    protected: Callable[..., Any], caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO, "vivace"):
        post(protected())
    (record,) = caplog.records
    assert (record.name, record.levelname) == ("vivace.security.csrf", "WARNING")
    assert record.getMessage() == "Forbidden (CSRF cookie not set.): /"
    assert record.status_code == 403
    assert record.request.path == "/"
    assert csrf.logger.name == "vivace.security.csrf"


def test_a_forged_origin_writes_no_lines_of_the_log(caplog: pytest.LogCaptureFixture) -> None:
    request = RequestFactory().post("/", HTTP_ORIGIN="http://x\nFORGED")
    with caplog.at_level(logging.INFO, "vivace"):
        CsrfViewMiddleware(page).process_view(request, page, (), {})
    assert "\n" not in caplog.records[0].getMessage()


# --- decorators, for views of both colours


@pytest.fixture(params=["sync", "async"])
def view_of(request: pytest.FixtureRequest) -> Callable[..., Any]:
    """Ask a decorated view directly: ``view_of(decorator, body)(http_request)``."""

    def make(decorator: Any, body: Any) -> Callable[[Any], Any]:
        if request.param == "sync":
            return decorator(body)  # type: ignore[no-any-return]

        async def view(http_request: Any) -> Any:
            return body(http_request)

        decorated = decorator(view)
        assert asyncio.iscoroutinefunction(decorated)
        return lambda http_request: asyncio.run(decorated(http_request))

    return make


def test_csrf_protect(view_of: Callable[..., Any]) -> None:
    view = view_of(csrf_protect, page)
    assert view(RequestFactory().get("/")).status_code == 200
    assert view(RequestFactory().post("/")).status_code == 403
    request = RequestFactory().post("/", {"csrfmiddlewaretoken": SECRET})
    request.COOKIES["csrftoken"] = SECRET
    assert view(request).status_code == 200
    assert request.csrf_processing_done is True


def test_requires_csrf_token(view_of: Callable[..., Any]) -> None:
    answer = view_of(requires_csrf_token, form)(RequestFactory().post("/"))
    assert answer.status_code == 200
    assert "csrftoken" in answer.cookies
    assert view_of(requires_csrf_token, page)(RequestFactory().post("/")).cookies == {}


def test_ensure_csrf_cookie(view_of: Callable[..., Any]) -> None:
    for request in (RequestFactory().get("/"), RequestFactory().post("/")):
        answer = view_of(ensure_csrf_cookie, page)(request)
        assert answer.status_code == 200
        assert len(answer.cookies["csrftoken"].value) == 32
        assert answer["Vary"] == "Cookie"


def test_csrf_exempt_marks_the_view_and_not_the_function(view_of: Callable[..., Any]) -> None:
    assert view_of(csrf_exempt, page)(RequestFactory().post("/")).content == b"page"
    assert csrf_exempt(page).csrf_exempt is True  # type: ignore[attr-defined]
    assert csrf_exempt(page).__name__ == "page"
    assert not hasattr(page, "csrf_exempt")


# --- the test clients


@pytest.fixture
def routed() -> Iterator[None]:
    with override_settings(ROOT_URLCONF=__name__, MIDDLEWARE=MIDDLEWARE):
        yield


urlpatterns = [path("page/", page), path("form/", form)]


@pytest.mark.usefixtures("routed")
def test_clients_are_asked_for_a_token_if_they_say_so() -> None:
    assert Client().post("/page/").status_code == 200
    strict = Client(enforce_csrf_checks=True)
    assert strict.post("/page/").status_code == 403
    token = strict.get("/form/").text
    assert strict.post("/page/", {"csrfmiddlewaretoken": token}).status_code == 200


@pytest.mark.usefixtures("routed")
def test_so_are_asynchronous_ones() -> None:
    async def visit() -> list[int]:
        strict = AsyncClient(enforce_csrf_checks=True)
        answers = [await AsyncClient().post("/page/"), await strict.post("/page/")]
        token = (await strict.get("/form/")).text
        answers.append(await strict.post("/page/", {"csrfmiddlewaretoken": token}))
        return [each.status_code for each in answers]

    assert asyncio.run(visit()) == [200, 403, 200]


# --- templates


def token_in(html: str) -> str:
    found = re.fullmatch(
        r'<input type="hidden" name="csrfmiddlewaretoken" value="([a-zA-Z0-9]{64})">', html
    )
    assert found is not None, html
    return found[1]


def test_the_tag_has_a_token_and_sets_the_cookie() -> None:
    request = RequestFactory().get("/")
    with override_settings(
        TEMPLATES=[{"BACKEND": "vivace.template.backends.django.DjangoTemplates"}]
    ):
        assert Template("{% csrf_token %}").render(Context()) == ""
        template = engines["django"].from_string("{% csrf_token %}")
        token = token_in(template.render({}, request))
    assert csrf._does_token_match(token, request.META["CSRF_COOKIE"])


@pytest.mark.parametrize("source", ["${csrf_input}", "x"])
def test_other_engines_have_it_too(tmp_path: Any, source: str) -> None:
    engine = TemplateStrings({"NAME": "dummy", "DIRS": [], "APP_DIRS": False, "OPTIONS": {}})
    request = RequestFactory().get("/")
    html = engine.from_string(source).render({}, request)
    if source == "x":
        assert "CSRF_COOKIE" not in request.META
    else:
        assert csrf._does_token_match(token_in(html), request.META["CSRF_COOKIE"])


# --- past vulnerabilities


def test_cve_2011_0696_a_header_of_scripts_replaces_no_token(
    protected: Callable[..., Any],
) -> None:
    ajax = ("X-Requested-With", "XMLHttpRequest")
    assert post(protected(), "/", ajax).status == 403
    assert post(protected(), "/", ajax, COOKIE).status == 403


@pytest.mark.parametrize("header", ["Origin", "Referer"])
def test_cve_2011_4140_a_host_that_is_not_ours_vouches_for_no_origin(
    protected: Callable[..., Any], header: str
) -> None:
    made = protected()
    for host, status in (("testserver", 200), ("evil.example", 403)):
        headers = [("Host", host), COOKIE, ("X-CSRFToken", SECRET), (header, f"https://{host}")]
        answer = made.ask("/", method="POST", headers=headers, scheme="https")
        assert answer.status == status


def test_cve_2014_0473_a_page_with_a_token_is_nobody_elses(site: Callable[..., Any]) -> None:
    cache.clear()
    for view, middleware in (
        (form, ["vivace.middleware.cache.UpdateCacheMiddleware", *MIDDLEWARE,
                "vivace.middleware.cache.FetchFromCacheMiddleware"]),
        (cache_page(60)(csrf_protect(form)), []),
    ):  # fmt: skip
        made = site([path("", view)], middleware=middleware)
        first, second = made.ask("/"), made.ask("/")
        assert first.get("Vary") == second.get("Vary") == "Cookie"
        assert len({csrf._unmask_cipher_token(each.body.decode()) for each in (first, second)}) == 2
    cache.clear()


@pytest.mark.parametrize("tracked", ["a=b, csrftoken={}", "a=[csrftoken={}]", "a=b csrftoken={}"])
def test_cve_2016_7401_a_cookie_within_a_cookie_is_no_secret(
    protected: Callable[..., Any], tracked: str
) -> None:
    cookie = ("Cookie", tracked.format(SECRET))
    assert post(protected(), "/", cookie, token=SECRET).status == 403


def test_error_pages_keep_the_cookie_of_a_form(site: Callable[..., Any]) -> None:
    """What asked for a token and then was not found tells the secret, with the middleware or not."""

    def missing(request: Any) -> HttpResponse:
        get_token(request)
        raise Http404

    for middleware in (MIDDLEWARE, []):
        made = site([path("", missing)], middleware=middleware)
        answer = made.ask("/", headers=[COOKIE])
        assert answer.status == 404
        assert answer.get("Set-Cookie").strip().startswith(f"csrftoken={SECRET};")
