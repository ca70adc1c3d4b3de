"""Packages of middleware and decorators that decide or tell of requests."""

from __future__ import annotations

from collections.abc import Callable

Project = Callable[..., None]


def test_hosts(project: Project) -> None:
    project(
        """
        from django_hosts.resolvers import get_host, reverse, reverse_host

        def told(host):
            return Client().get("/a/3/", headers={"host": host}).content

        assert told("www.example.com") == b"root 3"
        assert told("api.example.com") == b"api api"
        assert told("bob.example.com") == b"user bob"
        assert reverse("a", host="www", kwargs={"n": 2}) == "//www.example.com/a/2/"
        assert reverse_host("user", kwargs={"user": "x"}) == "x.example.com"
        assert get_host().name == "www"
        assert show("{% load hosts %}{% host_url 'b' host 'api' %}") == "//api.example.com/a/3/"
        """,
        "django_hosts",
        MIDDLEWARE=[
            "django_hosts.middleware.HostsRequestMiddleware",
            "django.middleware.common.CommonMiddleware",
            "django_hosts.middleware.HostsResponseMiddleware",
        ],
        ROOT_HOSTCONF="shelf.hosts",
        DEFAULT_HOST="www",
        PARENT_HOST="example.com",
        files={
            "shelf/hosts.py": """
            from django_hosts import host, patterns

            def remember(request, user):
                request.user_name = user

            host_patterns = patterns(
                "",
                host(r"www", "shelf.urls", name="www"),
                host(r"api", "shelf.api", name="api"),
                host(r"(?P<user>\\w+)", "shelf.user", name="user", callback=remember),
            )
            """,
            "shelf/urls.py": """
            from django.http import HttpResponse
            from django.urls import path
            urlpatterns = [
                path("a/<int:n>/", lambda request, n: HttpResponse(f"root {n}"), name="a")
            ]
            """,
            "shelf/api.py": """
            from django.http import HttpResponse
            from django.urls import path
            urlpatterns = [
                path("a/3/", lambda request: HttpResponse(f"api {request.host.name}"), name="b")
            ]
            """,
            "shelf/user.py": """
            from django.http import HttpResponse
            from django.urls import path
            urlpatterns = [
                path("a/3/", lambda request: HttpResponse(f"user {request.user_name}"), name="c")
            ]
            """,
        },
    )


def test_limited_requests(project: Project) -> None:
    project(
        """
        assert [Client().get("/ip/").status_code for _ in range(4)] == [200, 200, 403, 403]
        posted = [Client().post("/marked/", headers={"x-a": "1"}).content for _ in range(2)]
        assert posted == [b"False", b"True"]
        assert Client().get("/marked/", headers={"x-a": "1"}).content == b"False"
        assert [Client().get("/class/?q=" + q).status_code for q in "aab"] == [200, 403, 200]
        """,
        "django_ratelimit",
        SILENCED_SYSTEM_CHECKS=["django_ratelimit.E003", "django_ratelimit.W001"],
        files={
            "shelf/urls.py": """
            from django.http import HttpResponse
            from django.urls import path
            from django.utils.decorators import method_decorator
            from django.views import View
            from django_ratelimit.decorators import ratelimit

            @ratelimit(key="ip", rate="2/d")
            def by_ip(request):
                return HttpResponse("ok")

            @ratelimit(key="header:x-a", rate="1/d", method="POST", block=False)
            def marked(request):
                return HttpResponse(str(request.limited))

            @method_decorator(ratelimit(key="get:q", rate="1/d"), name="get")
            class ByClass(View):
                def get(self, request):
                    return HttpResponse("ok")

            urlpatterns = [
                path("ip/", by_ip), path("marked/", marked), path("class/", ByClass.as_view())
            ]
            """
        },
    )


def test_requests_have_numbers(project: Project) -> None:
    project(
        """
        import asyncio
        from django.test import AsyncClient
        from django_guid import get_guid

        number = "aaaaaaaabbbb4ccc8dddeeeeeeeeeeee"
        told = Client().get("/plain/", headers={"Correlation-ID": number})
        assert (told.content.decode(), told.headers["Correlation-ID"]) == (number, number)
        made = Client().get("/plain/")
        assert len(made.content) == 32 and made.headers["Correlation-ID"] == made.content.decode()
        assert Client().get("/silent/").content == b"none"
        later = asyncio.run(AsyncClient().get("/async/", headers={"Correlation-ID": number}))
        assert later.content.decode() == number
        """,
        "django_guid",
        MIDDLEWARE=["django_guid.middleware.guid_middleware"],
        DJANGO_GUID={
            "GUID_HEADER_NAME": "Correlation-ID",
            "VALIDATE_GUID": True,
            "IGNORE_URLS": ["silent/"],
        },
        files={
            "shelf/urls.py": """
            from django.http import HttpResponse
            from django.urls import path
            from django_guid import get_guid

            def plain(request):
                return HttpResponse(get_guid() or "none")

            async def later(request):
                return HttpResponse(get_guid() or "none")

            urlpatterns = [path("plain/", plain), path("silent/", plain), path("async/", later)]
            """
        },
    )


def test_requests_are_told_with_their_structure(project: Project) -> None:
    project(
        """
        import structlog
        from django.dispatch import receiver
        from django_structlog import signals
        from structlog.testing import LogCapture

        @receiver(signals.bind_extra_request_metadata)
        def more(request, logger, **kwargs):
            structlog.contextvars.bind_contextvars(more="m")

        kept = LogCapture()
        structlog.configure(processors=[structlog.contextvars.merge_contextvars, kept])
        client = Client(raise_request_exception=False)
        for place in ("good", "bad", "missing"):
            client.get(f"/{place}/")
        told = [(each["event"], each["request"], each.get("code")) for each in kept.entries]
        assert told == [
            ("request_started", "GET /good/", None), ("request_finished", "GET /good/", 200),
            ("request_started", "GET /bad/", None), ("request_failed", "GET /bad/", 500),
            ("request_started", "GET /missing/", None), ("request_finished", "GET /missing/", 404),
        ], told
        assert {each["more"] for each in kept.entries} == {"m"}
        numbers = [each["request_id"] for each in kept.entries]
        assert numbers[::2] == numbers[1::2] and len(set(numbers)) == 3
        """,
        "django_structlog",
        MIDDLEWARE=["django_structlog.middlewares.RequestMiddleware"],
        files={
            "shelf/urls.py": """
            from django.http import HttpResponse
            from django.urls import path

            def bad(request):
                raise ValueError("bad")

            urlpatterns = [path("good/", lambda request: HttpResponse("good")), path("bad/", bad)]
            """
        },
    )
