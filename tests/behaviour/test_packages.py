"""Third-party packages, unmodified, under `install_as_django`: each in a process that has no Django.

``scripts/test`` installs them into .envs/packages without what they depend on (which would be Django).
Each runs over WSGI and ASGI, before a synchronous and an asynchronous view.
"""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ROOT / ".envs" / "packages"

PRELUDE = """
import vivace
vivace.install_as_django()
import sys
from django.conf import settings
settings.configure(
    SECRET_KEY="x" * 60, ALLOWED_HOSTS=["*"], ROOT_URLCONF="", INSTALLED_APPS=sys.argv[2:],
)
import django
django.setup()
from django.http import HttpResponse
from django.urls import path
from sites import Site

COLOUR = sys.argv[1]

def site(*middleware, show=lambda request: "", **settings):
    def sync_view(request):
        return HttpResponse(show(request))
    async def async_view(request):
        return HttpResponse(show(request))
    urls = [path("sync/", sync_view), path("async/", async_view)]
    return Site(COLOUR, urls, middleware, **settings)

VIEWS = ("/sync/", "/async/")
"""

Run = Callable[..., None]


@pytest.fixture(scope="module")
def search_path() -> str:
    """Where the packages are, and the tests' own modules."""
    found = sorted(PACKAGES.glob("lib/python3*/site-packages"))
    if not found:
        assert not os.environ.get("CI"), "scripts/test makes .envs/packages; it is not there"
        pytest.skip("there is no .envs/packages: scripts/test makes it")
    assert not (found[-1] / "django").exists(), "Django is installed beside the packages"
    return os.pathsep.join([str(found[-1]), str(ROOT / "tests")])


@pytest.fixture(params=["wsgi", "asgi"])
def run(request: pytest.FixtureRequest, search_path: str, tmp_path: Path) -> Run:
    """Run Python source after `PRELUDE`, with `apps` installed; fail if it fails."""

    def run(source: str, *apps: str) -> None:
        kept = {k: v for k, v in os.environ.items() if not k.endswith("SETTINGS_MODULE")}
        code = PRELUDE + textwrap.dedent(source)
        done = subprocess.run(
            [sys.executable, "-W", "error", "-c", code, request.param, *apps],
            cwd=tmp_path,
            env={**kept, "PYTHONPATH": search_path},
            capture_output=True,
            text=True,
            timeout=120,
        )
        assert done.returncode == 0, done.stderr

    return run


def test_cors_headers(run: Run) -> None:
    run(
        """
        from corsheaders.signals import check_request_enabled
        from django.core.checks import run_checks

        cors = site(
            "corsheaders.middleware.CorsMiddleware",
            "django.middleware.common.CommonMiddleware",
            CORS_ALLOWED_ORIGINS=["https://a.example"],
            CORS_ALLOW_CREDENTIALS=True,
            CORS_EXPOSE_HEADERS=["X-Count"],
        )
        asks_first = [("Access-Control-Request-Method", "PUT")]
        for view in VIEWS:
            answer = cors.ask(view, headers=[("Origin", "https://a.example")])
            assert answer.status == 200, answer
            assert answer.get("Access-Control-Allow-Origin") == "https://a.example"
            assert answer.get("Access-Control-Allow-Credentials") == "true"
            assert answer.get("Access-Control-Expose-Headers") == "X-Count"
            assert "origin" in answer.get("Vary")
            other = cors.ask(view, headers=[("Origin", "https://b.example")])
            assert "Access-Control-Allow-Origin" not in other
            preflight = cors.ask(
                view, "OPTIONS", headers=[("Origin", "https://a.example"), *asks_first]
            )
            assert preflight.status == 200
            assert preflight.body == b""
            assert "PUT" in preflight.get("Access-Control-Allow-Methods")
            assert preflight.get("Access-Control-Max-Age") == "86400"

        # A receiver of the package's signal may allow an origin too.
        def allow(sender, request, **kwargs):
            return request.path == "/sync/"
        check_request_enabled.connect(allow)
        answer = cors.ask("/sync/", headers=[("Origin", "https://b.example")])
        assert answer.get("Access-Control-Allow-Origin") == "https://b.example"
        assert [check.id for check in run_checks()] == []
        cors.close()
        with_fault = site(CORS_ALLOWED_ORIGINS=["a.example"])
        assert [check.id for check in run_checks()] == ["corsheaders.E013"], run_checks()
        """,
        "corsheaders",
    )


def test_content_security_policy(run: Run) -> None:
    run(
        """
        from csp.constants import NONCE, SELF
        from csp.decorators import csp_exempt, csp_update

        directives = {"default-src": [SELF], "script-src": [SELF, NONCE]}
        csp = site(
            "csp.middleware.CSPMiddleware",
            show=lambda request: request.csp_nonce,
            CONTENT_SECURITY_POLICY={"DIRECTIVES": directives},
        )
        for view in VIEWS:
            answer = csp.ask(view)
            nonce = answer.body.decode()
            policy = set(answer.get("Content-Security-Policy").split("; "))
            assert policy == {"default-src 'self'", f"script-src 'self' 'nonce-{nonce}'"}, policy
            assert csp.ask(view).body != answer.body
        csp.close()

        @csp_exempt()
        def exempt(request):
            return HttpResponse()

        @csp_update({"img-src": "img.example"})
        def updated(request):
            return HttpResponse()

        decorated = Site(
            COLOUR,
            [path("e/", exempt), path("u/", updated)],
            ["csp.middleware.CSPMiddleware"],
            CONTENT_SECURITY_POLICY={"DIRECTIVES": {"default-src": [SELF]}},
        )
        assert "Content-Security-Policy" not in decorated.ask("/e/")
        policy = decorated.ask("/u/").get("Content-Security-Policy")
        assert set(policy.split("; ")) == {"default-src 'self'", "img-src img.example"}, policy
        """,
        "csp",
    )


def test_permissions_policy(run: Run) -> None:
    run(
        """
        policy = site(
            "django_permissions_policy.PermissionsPolicyMiddleware",
            PERMISSIONS_POLICY={"geolocation": "self", "camera": []},
        )
        for view in VIEWS:
            answer = policy.ask(view)
            assert answer.get("Permissions-Policy") == "camera=(), geolocation=(self)", answer
        """
    )


def test_htmx(run: Run) -> None:
    run(
        """
        from django_htmx.http import HttpResponseClientRedirect, trigger_client_event

        def show(request):
            return f"{bool(request.htmx)} {request.htmx.target} {request.htmx.current_url_abs_path}"

        htmx = site("django_htmx.middleware.HtmxMiddleware", show=show)
        headers = [
            ("HX-Request", "true"),
            ("HX-Target", "list"),
            ("HX-Current-URL", "http://testserver/a/?b=c"),
            ("Host", "testserver"),
        ]
        for view in VIEWS:
            assert htmx.ask(view).body == b"False None None"
            assert htmx.ask(view, headers=headers).body == b"True list /a/?b=c"
        assert HttpResponseClientRedirect("/x/")["HX-Redirect"] == "/x/"
        response = trigger_client_event(HttpResponse(), "saved", {"id": 3})
        assert response["HX-Trigger"] == '{"saved": {"id": 3}}'
        """,
        "django_htmx",
    )


def test_log_request_id(run: Run) -> None:
    run(
        """
        identified = site(
            "log_request_id.middleware.RequestIDMiddleware",
            show=lambda request: request.id,
            LOG_REQUEST_ID_HEADER="HTTP_X_REQUEST_ID",
            GENERATE_REQUEST_ID_IF_NOT_IN_HEADER=True,
            REQUEST_ID_RESPONSE_HEADER="X-Request-Id",
        )
        for view in VIEWS:
            answer = identified.ask(view, headers=[("X-Request-Id", "abc")])
            assert answer.body == b"abc"
            assert answer.get("X-Request-Id") == "abc"
            assert len(identified.ask(view).body) == 32
        """,
        "log_request_id",
    )


def test_ipware(run: Run) -> None:
    run(
        """
        from ipware import get_client_ip

        def show(request):
            return "{} {}".format(*get_client_ip(request, proxy_count=1))

        addresses = site(show=show)
        headers = [("X-Forwarded-For", "193.0.6.139, 10.0.0.1")]
        for view in VIEWS:
            answer = addresses.ask(view, headers=headers).body
            assert answer == b"193.0.6.139 True", answer
        """
    )


def test_environ(run: Run, tmp_path: Path) -> None:
    (tmp_path / ".env").write_text(
        "DEBUG=on\nHOSTS=a.example,b.example\nEMAIL_URL=smtp://u:p@mail.example:25\n"
        "CACHE_URL=locmemcache://cups\nAPP_SECRET=$uch-a-secret\n"
    )
    run(
        """
        import environ
        from django.core.exceptions import ImproperlyConfigured

        env = environ.Env(DEBUG=(bool, False))
        environ.Env.read_env(".env")
        assert env("DEBUG") is True
        assert env.list("HOSTS") == ["a.example", "b.example"]
        assert env.email_url()["EMAIL_HOST"] == "mail.example"
        assert env.cache_url()["BACKEND"] == "django.core.cache.backends.locmem.LocMemCache"
        try:
            env("NOT_THERE")
        except ImproperlyConfigured as error:
            assert "NOT_THERE" in str(error)
        else:
            raise AssertionError("a variable that is not there was found")

        from django.core.cache import caches
        with_cache = site(show=lambda request: caches["default"].get_or_set("a", "kept"), CACHES={
            "default": env.cache_url()
        })
        for view in VIEWS:
            assert with_cache.ask(view).body == b"kept"
        """
    )


def test_whitenoise_around_the_application(run: Run, tmp_path: Path) -> None:
    (tmp_path / "static").mkdir()
    (tmp_path / "static" / "site.css").write_text("body { color: teal }")
    run(
        """
        from whitenoise import WhiteNoise

        plain = site(show=lambda request: "a page")
        if COLOUR == "wsgi":
            plain.application = WhiteNoise(plain.application, root="static", prefix="/static/")
            answer = plain.ask("/static/site.css")
            assert answer.body == b"body { color: teal }"
            assert answer.get("Content-Type") == 'text/css; charset="utf-8"'
            later = [("If-Modified-Since", answer.get("Last-Modified"))]
            assert plain.ask("/static/site.css", headers=later).status == 304
        for view in VIEWS:
            assert plain.ask(view).body == b"a page"
        """
    )
