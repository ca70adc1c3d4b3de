"""Packages that watch over a site in operation: errors, traces, health, settings."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

Project = Callable[..., None]


def test_errors_and_traces_of_sentry(project: Project) -> None:
    project(
        """
        import asyncio, json, logging
        import sentry_sdk
        from django.test import AsyncClient
        from sentry_sdk.integrations.django import DjangoIntegration
        from sentry_sdk.transport import Transport

        events = []


        class Kept(Transport):
            def capture_envelope(self, envelope):
                for item in envelope.items:
                    if item.payload.json:
                        events.append(item.payload.json)


        sentry_sdk.init(
            dsn="https://a@b.example/1",
            transport=Kept,
            traces_sample_rate=1.0,
            integrations=[
                DjangoIntegration(middleware_spans=True, signals_spans=True, cache_spans=True)
            ],
            auto_enabling_integrations=False,
        )
        import io
        from django.core.wsgi import get_wsgi_application

        application = get_wsgi_application()


        def ask(method, path, body=b"", **more):
            path, _, query = path.partition("?")
            status = []
            answer = application(
                {
                    "REQUEST_METHOD": method,
                    "PATH_INFO": path,
                    "QUERY_STRING": query,
                    "SERVER_NAME": "testserver",
                    "SERVER_PORT": "80",
                    "wsgi.url_scheme": "http",
                    "wsgi.input": io.BytesIO(body),
                    "wsgi.errors": sys.stderr,
                    "SERVER_PROTOCOL": "HTTP/1.1",
                    "CONTENT_LENGTH": str(len(body)),
                    "CONTENT_TYPE": "application/x-www-form-urlencoded",
                    **more,
                },
                lambda s, h, e=None: status.append(s),
            )
            b"".join(answer)
            getattr(answer, "close", lambda: None)()
            return int(status[0][:3])


        assert ask("GET", "/book/3/?q=1") == 200
        [transaction] = [e for e in events if e.get("type") == "transaction"]
        assert transaction["transaction"] == "/book/{n}/", transaction["transaction"]
        ops = sorted({s["op"] for s in transaction["spans"]})
        assert "db" in ops and "view.render" in ops and "template.render" in ops, ops
        assert any("SELECT" in s["description"] for s in transaction["spans"])
        events.clear()
        assert ask("POST", "/boom/?z=1", b"password=x&b=c") == 500
        [error] = [e for e in events if "exception" in e]
        value = error["exception"]["values"][-1]
        assert (value["type"], value["value"], error["transaction"]) == (
            "ValueError",
            "boom",
            "/boom/",
        )
        assert value["mechanism"] == {"type": "django", "handled": False}, value["mechanism"]
        assert error["request"]["method"] == "POST" and error["request"]["data"] == {
            "password": "[Filtered]",
            "b": "c",
        }, error["request"]
        assert (
            error["request"]["query_string"] == "z=1"
            and error["request"]["url"] == "http://testserver/boom/"
        )
        events.clear()
        assert ask("GET", "/tpl/") == 500
        [error] = [e for e in events if "exception" in e]
        frames = error["exception"]["values"][-1]["stacktrace"]["frames"]
        events.clear()
        asyncio.run(AsyncClient(raise_request_exception=False).get("/later/"))
        [error] = [e for e in events if "exception" in e]
        assert error["transaction"] == "/later/", error["transaction"]
        """,
        MIDDLEWARE=["django.middleware.common.CommonMiddleware"],
        models="""
        class Book(models.Model):
            title = models.CharField(max_length=5)
        """,
        files={
            "shelf/urls.py": """
                from django.http import HttpResponse
                from django.shortcuts import render
                from django.urls import path
                from shelf.models import Book


                def book(request, n):
                    return render(request, "book.html", {"n": Book.objects.filter(pk=n).first()})


                def boom(request):
                    raise ValueError("boom")


                def tpl(request):
                    return render(request, "bad.html", {"x": lambda: 1 / 0})


                async def later(request):
                    raise ValueError("later")


                urlpatterns = [
                    path("book/<int:n>/", book),
                    path("boom/", boom),
                    path("tpl/", tpl),
                    path("later/", later),
                ]
                """,
            "shelf/templates/book.html": "{{ n }}",
            "shelf/templates/bad.html": "a\\nb {{ x }}",
        },
    )


def test_metrics(project: Project) -> None:
    project(
        """
        from django.core.cache import cache

        Dog.objects.create(name="a")
        Client().get("/hello/3/")
        Client().post("/hello/3/", {"a": "b"})
        Client(raise_request_exception=False).get("/boom/")
        cache.set("a", 1)
        cache.get("a")
        cache.get("b")
        told = Client().get("/metrics").content.decode()
        for line in (
            'django_http_responses_total_by_status_total{status="200"} 2.0',
            'django_http_requests_total_by_view_transport_method_total{method="GET",trans'
            'port="http",view="hello"} 1.0',
            'django_http_exceptions_total_by_type_total{type="ValueError"} 1.0',
            'django_model_inserts_total{model="dog"} 1.0',
            'django_cache_get_hits_total{backend="locmem"} 1.0',
            'django_cache_get_misses_total{backend="locmem"} 1.0',
            'django_db_execute_total{alias="default",vendor="sqlite"}',
        ):
            assert line in told, (
                line,
                [l for l in told.splitlines() if "cache" in l or "execute" in l],
            )
        """,
        "django_prometheus",
        MIDDLEWARE=[
            "django_prometheus.middleware.PrometheusBeforeMiddleware",
            "django.middleware.common.CommonMiddleware",
            "django_prometheus.middleware.PrometheusAfterMiddleware",
        ],
        CACHES={"default": {"BACKEND": "django_prometheus.cache.backends.locmem.LocMemCache"}},
        DATABASES={
            "default": {"ENGINE": "django_prometheus.db.backends.sqlite3", "NAME": ":memory:"}
        },
        PROMETHEUS_EXPORT_MIGRATIONS=False,
        models="""
        from django_prometheus.models import ExportModelOperationsMixin


        class Dog(ExportModelOperationsMixin("dog"), models.Model):
            name = models.CharField(max_length=5)
        """,
        files={
            "shelf/urls.py": """
                from django.http import HttpResponse
                from django.urls import include, path


                def boom(request):
                    raise ValueError


                urlpatterns = [
                    path("", include("django_prometheus.urls")),
                    path("hello/<int:n>/", lambda r, n: HttpResponse("x"), name="hello"),
                    path("boom/", boom),
                ]
                """,
        },
    )


def test_files_sent_by_the_server(project: Project, tmp_path: Path) -> None:
    project(
        """
        import os, pathlib

        os.makedirs("kept", exist_ok=True)
        pathlib.Path("kept/ä b.txt").write_text("hello")
        answer = Client().get("/file/")
        assert (b"".join(answer), answer.headers["Content-Type"]) == (b"hello", "text/plain"), (
            answer.headers
        )
        assert (
            answer.headers["Content-Disposition"]
            == "attachment; filename=\\"a b.txt\\"; filename*=UTF-8''%C3%A4%20b.txt"
        ), answer.headers
        again = Client().get(
            "/file/", headers={"if-modified-since": answer.headers["Last-Modified"]}
        )
        assert again.status_code == 304
        """,
        "django_sendfile",
        SENDFILE_BACKEND="django_sendfile.backends.simple",
        SENDFILE_ROOT=str(tmp_path / "kept"),
        files={
            "shelf/urls.py": """
                from django.urls import path
                from django_sendfile import sendfile
                import os

                urlpatterns = [
                    path(
                        "file/",
                        lambda r: sendfile(r, os.path.abspath("kept/ä b.txt"), attachment=True),
                    )
                ]
                """,
        },
    )


def test_spans_of_opentelemetry(project: Project) -> None:
    project(
        """
        from opentelemetry.instrumentation.django import DjangoInstrumentor

        spans = []
        from opentelemetry import trace


        class Span(trace.NonRecordingSpan):
            def __init__(self, name, **kw):
                super().__init__(trace.INVALID_SPAN_CONTEXT)
                self.n = name
                self.kind = kw.get("kind")
                self.a = dict(kw.get("attributes") or {})
                spans.append(self)

            def is_recording(self):
                return True

            def set_attribute(self, k, v):
                self.a[k] = v

            def update_name(self, name):
                self.n = name


        class Tracer(trace.NoOpTracer):
            def start_span(self, name, **kw):
                return Span(name, **kw)


        class Provider(trace.NoOpTracerProvider):
            def get_tracer(self, *a, **k):
                return Tracer()


        DjangoInstrumentor().instrument(tracer_provider=Provider(), skip_dep_check=True)
        assert Client().get("/book/3/?q=1").status_code == 200
        try:
            Client().get("/boom/")
        except ValueError:
            pass
        assert [s.n for s in spans] == ["GET book/<int:n>/", "GET boom/"], [s.n for s in spans]
        assert (
            spans[0].a["http.route"] == "book/<int:n>/" and spans[0].a["http.status_code"] == 200
        ), spans[0].a
        DjangoInstrumentor().uninstrument()
        assert settings.MIDDLEWARE == []
        """,
        MIDDLEWARE=[],
        files={
            "shelf/urls.py": """
                from django.http import HttpResponse
                from django.urls import path


                def boom(request):
                    raise ValueError("boom")


                urlpatterns = [
                    path("book/<int:n>/", lambda r, n: HttpResponse("x"), name="book"),
                    path("boom/", boom),
                ]
                """,
        },
    )


def test_settings_that_are_told_and_changed(project: Project) -> None:
    project(
        """
        import os
        from environs import Env

        env = Env()
        os.environ.update(
            DATABASE_URL="sqlite:///x.db",
            EMAIL_URL="smtp://u:p@h.example:25",
            DEBUG="on",
            HOSTS="a,b",
            CACHE_URL="locmem://x",
        )
        assert env.bool("DEBUG") and env.list("HOSTS") == ["a", "b"]
        assert env.dj_db_url("DATABASE_URL")["ENGINE"] == "django.db.backends.sqlite3"
        from constance import config

        assert config.ANSWER == 42
        config.ANSWER = 43
        assert config.ANSWER == 43
        from constance.test import override_config

        with override_config(ANSWER=1):
            assert config.ANSWER == 1
        from django_read_only import enable_writes, disable_writes, temp_writes
        from django_read_only import DjangoReadOnlyError

        Item.objects.create(name="a")
        disable_writes()
        raises(DjangoReadOnlyError, Item.objects.create, name="b")
        with temp_writes():
            Item.objects.create(name="c")
        assert Item.objects.count() == 2
        """,
        "constance",
        "django_read_only",
        CONSTANCE_BACKEND="constance.backends.memory.MemoryBackend",
        CONSTANCE_CONFIG={"ANSWER": (42, "The answer")},
        models="""
        class Item(models.Model):
            name = models.CharField(max_length=5)
        """,
        files={
            "site_settings.py": """
                import dynaconf

                SECRET_KEY = "x"
                INSTALLED_APPS = []
                """,
        },
    )


def test_health_check(project: Project) -> None:
    project(
        """
        import asyncio, json
        from django.test import AsyncClient

        told = Client().get("/health/", {"format": "json"})
        assert told.status_code == 200, told.content
        found = json.loads(told.content)
        assert len(found) == 4 and set(found.values()) == {"OK"}, found
        assert Client().get("/health/?format=text").content.count(b"OK") == 4
        bad = Client(raise_request_exception=False).get("/ill/?format=json")
        assert bad.status_code == 500 and "broken" in bad.content.decode(), bad.content
        page = Client().get("/health/")
        assert page.status_code == 200 and b"Database" in page.content
        assert asyncio.run(AsyncClient().get("/health/?format=json")).status_code == 200
        """,
        "health_check",
        files={
            "shelf/urls.py": """
                import dataclasses
                from django.urls import path
                from health_check.base import HealthCheck
                from health_check.exceptions import ServiceUnavailable
                from health_check.views import HealthCheckView


                @dataclasses.dataclass
                class Ill(HealthCheck):
                    async def run(self):
                        raise ServiceUnavailable("broken")


                urlpatterns = [
                    path(
                        "health/",
                        HealthCheckView.as_view(
                            checks=[
                                "health_check.checks.Cache",
                                "health_check.checks.Database",
                                "health_check.checks.Storage",
                                "health_check.checks.Mail",
                            ]
                        ),
                        name="health",
                    ),
                    path("ill/", HealthCheckView.as_view(checks=[Ill])),
                ]
                """,
        },
    )
