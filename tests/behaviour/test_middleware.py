"""The middleware protocol (topics/http/middleware), over WSGI and ASGI."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from itertools import product
from typing import Any

import pytest

from vivace.core.exceptions import (
    BadRequest,
    ImproperlyConfigured,
    MiddlewareNotUsed,
    PermissionDenied,
    SuspiciousOperation,
)
from vivace.http import Http404, HttpResponse
from vivace.urls import get_urlconf, path
from vivace.utils.decorators import (
    async_only_middleware,
    sync_and_async_middleware,
    sync_only_middleware,
)
from vivace.utils.deprecation import MiddlewareMixin

Log = list[str]


def plain_function(log: Log, name: str) -> Any:
    def factory(get_response: Any) -> Any:
        def middleware(request: Any) -> Any:
            log.append(f"{name} in")
            response = get_response(request)
            log.append(f"{name} out")
            return response

        return middleware

    return factory


def sync_function(log: Log, name: str) -> Any:
    return sync_only_middleware(plain_function(log, name))


def async_function(log: Log, name: str) -> Any:
    @async_only_middleware
    def factory(get_response: Any) -> Any:
        async def middleware(request: Any) -> Any:
            log.append(f"{name} in")
            response = await get_response(request)
            log.append(f"{name} out")
            return response

        return middleware

    return factory


def both_function(log: Log, name: str) -> Any:
    @sync_and_async_middleware
    def factory(get_response: Any) -> Any:
        is_async = asyncio.iscoroutinefunction(get_response)
        made = async_function if is_async else sync_function
        return made(log, name)(get_response)

    return factory


def plain_class(log: Log, name: str) -> Any:
    class Middleware:
        def __init__(self, get_response: Any) -> None:
            self.get_response = get_response

        def __call__(self, request: Any) -> Any:
            log.append(f"{name} in")
            response = self.get_response(request)
            log.append(f"{name} out")
            return response

    return Middleware


def hooks_class(log: Log, name: str) -> Any:
    class Middleware(MiddlewareMixin):
        def process_request(self, request: Any) -> None:
            log.append(f"{name} in")

        def process_response(self, request: Any, response: Any) -> Any:
            log.append(f"{name} out")
            return response

    return Middleware


KINDS: dict[str, Callable[[Log, str], Any]] = {
    "sync": sync_function,
    "plain": plain_function,
    "async": async_function,
    "both": both_function,
    "class": plain_class,
    "hooks": hooks_class,
}


def sync_view(log: Log) -> Any:
    def view(request: Any, **kwargs: Any) -> HttpResponse:
        log.append("view")
        return HttpResponse("seen")

    return view


def async_view(log: Log) -> Any:
    async def view(request: Any, **kwargs: Any) -> HttpResponse:
        log.append("view")
        return HttpResponse("seen")

    return view


@pytest.fixture(params=["sync", "async"])
def view(request: pytest.FixtureRequest) -> Any:
    return {"sync": sync_view, "async": async_view}[request.param]


@pytest.mark.parametrize(("outer", "inner"), list(product(KINDS, KINDS)))
def test_the_onion_in_every_mixture_of_colours(
    site: Any, outer: str, inner: str, view: Any
) -> None:
    log: Log = []
    middleware = [KINDS[outer](log, "outer"), KINDS[inner](log, "inner")]
    response = site([path("", view(log))], middleware).ask()
    assert (response.status, response.body) == (200, b"seen")
    assert log == ["outer in", "inner in", "view", "inner out", "outer out"]


@pytest.mark.parametrize("names", [("async", "sync", "async"), ("hooks", "class", "hooks", "both")])
def test_longer_chains(site: Any, names: tuple[str, ...], view: Any) -> None:
    log: Log = []
    middleware = [KINDS[kind](log, str(n)) for n, kind in enumerate(names)]
    asked = site([path("", view(log))], middleware)
    for _ in range(2):
        log.clear()
        assert asked.ask().body == b"seen"
        inwards = [f"{n} in" for n in range(len(names))]
        outwards = [f"{n} out" for n in reversed(range(len(names)))]
        assert log == [*inwards, "view", *outwards]


def test_factories_are_called_once_from_the_inside_out(site: Any) -> None:
    made: Log = []

    def factory(name: str) -> Any:
        def make(get_response: Any) -> Any:
            made.append(name)
            return lambda request: get_response(request)

        return make

    asked = site([path("", sync_view([]))], [factory("a"), factory("b")])
    asked.ask()
    asked.ask()
    assert made == ["b", "a"]


@pytest.mark.parametrize("kind", KINDS)
def test_what_the_inner_layers_raise_reaches_an_outer_layer_as_a_response(
    site: Any, kind: str
) -> None:
    seen: list[int] = []

    def outer(get_response: Any) -> Any:
        def middleware(request: Any) -> Any:
            response = get_response(request)
            seen.append(response.status_code)
            return response

        return middleware

    def raising(get_response: Any) -> Any:
        def middleware(request: Any) -> Any:
            raise PermissionDenied

        return middleware

    log: Log = []
    response = site([path("", sync_view(log))], [outer, KINDS[kind](log, "m"), raising]).ask()
    assert response.status == 403
    assert seen == [403]
    assert log == ["m in", "m out"]


@pytest.mark.parametrize(
    ("exception", "status"),
    [
        (Http404("x"), 404),
        (PermissionDenied("x"), 403),
        (BadRequest("x"), 400),
        (SuspiciousOperation("x"), 400),
        (ValueError("x"), 500),
        (KeyError("x"), 500),
    ],
    ids=lambda value: type(value).__name__,
)
@pytest.mark.parametrize("where", ["view", "before", "after", "process_view", "process_request"])
def test_exceptions_become_responses_wherever_they_are_raised(
    site: Any, exception: Exception, status: int, where: str
) -> None:
    class Raising(MiddlewareMixin):
        def process_request(self, request: Any) -> None:
            if where == "process_request":
                raise exception

        def process_view(self, request: Any, view: Any, args: Any, kwargs: Any) -> None:
            if where == "process_view":
                raise exception

    def around(get_response: Any) -> Any:
        def middleware(request: Any) -> Any:
            if where == "before":
                raise exception
            response = get_response(request)
            if where == "after":
                raise exception
            return response

        return middleware

    def view(request: Any) -> HttpResponse:
        if where == "view":
            raise exception
        return HttpResponse()

    response = site([path("", view)], [around, Raising]).ask()
    assert response.status == status
    assert b"Traceback" not in response.body


def test_a_short_circuit_skips_what_is_inside_and_nothing_else(site: Any, view: Any) -> None:
    log: Log = []

    class Answers(MiddlewareMixin):
        def process_request(self, request: Any) -> HttpResponse:
            log.append("answers in")
            return HttpResponse("short")

        def process_response(self, request: Any, response: Any) -> Any:
            log.append("answers out")
            return response

    middleware = [hooks_class(log, "outer"), Answers, hooks_class(log, "inner")]
    response = site([path("", view(log))], middleware).ask()
    assert response.body == b"short"
    assert log == ["outer in", "answers in", "answers out", "outer out"]


def test_an_exception_in_a_layer_skips_its_own_process_response(site: Any) -> None:
    log: Log = []

    class Raises(MiddlewareMixin):
        def process_request(self, request: Any) -> None:
            raise Http404

        def process_response(self, request: Any, response: Any) -> Any:
            log.append("raises out")
            return response

    response = site([path("", sync_view(log))], [hooks_class(log, "outer"), Raises]).ask()
    assert response.status == 404
    assert log == ["outer in", "outer out"]


def with_process_view(log: Log, name: str, answer: Any = None, is_async: bool = False) -> Any:
    if is_async:

        class Middleware(MiddlewareMixin):
            async def process_view(self, request: Any, view: Any, args: Any, kwargs: Any) -> Any:
                log.append(name)
                return answer

    else:

        class Middleware(MiddlewareMixin):  # type: ignore[no-redef]
            def process_view(self, request: Any, view: Any, args: Any, kwargs: Any) -> Any:
                log.append(name)
                return answer

    return Middleware


def test_process_view_runs_from_the_outside_in(site: Any, view: Any) -> None:
    log: Log = []
    middleware = [with_process_view(log, "a"), with_process_view(log, "b")]
    assert site([path("", view(log))], middleware).ask().body == b"seen"
    assert log == ["a", "b", "view"]


def test_process_view_may_be_asynchronous(site: Any, view: Any) -> None:
    log: Log = []
    middleware = [with_process_view(log, "a", is_async=True), with_process_view(log, "b")]
    assert site([path("", view(log))], middleware).ask().body == b"seen"
    assert log == ["a", "b", "view"]


def test_process_view_that_answers_skips_the_view_but_no_response_phase(
    site: Any, view: Any
) -> None:
    log: Log = []
    middleware = [
        hooks_class(log, "outer"),
        with_process_view(log, "a", HttpResponse("early")),
        with_process_view(log, "b"),
        hooks_class(log, "inner"),
    ]
    assert site([path("", view(log))], middleware).ask().body == b"early"
    assert log == ["outer in", "inner in", "a", "inner out", "outer out"]


def test_process_view_gets_the_view_and_its_very_arguments(site: Any) -> None:
    seen: dict[str, Any] = {}

    class Middleware(MiddlewareMixin):
        def process_view(self, request: Any, view: Any, args: Any, kwargs: Any) -> None:
            seen.update(view=view, args=args, kwargs=dict(kwargs), match=request.resolver_match)
            kwargs["n"] += 1

    def view(request: Any, n: int, extra: str) -> HttpResponse:
        return HttpResponse(f"{n} {extra} {request.resolver_match.kwargs['n']}")

    route = path("<int:n>/", view, {"extra": "e"}, name="numbered")
    assert site([route], [Middleware]).ask("/7/").body == b"8 e 8"
    assert seen["view"] is view
    assert tuple(seen["args"]) == ()
    assert seen["kwargs"] == {"n": 7, "extra": "e"}
    assert seen["match"].url_name == "numbered"


def test_process_view_is_not_called_when_no_view_is_found(site: Any) -> None:
    log: Log = []
    assert site([], [with_process_view(log, "a")]).ask("/none/").status == 404
    assert log == []


def with_process_exception(log: Log, name: str, answer: Any = None, is_async: bool = False) -> Any:
    if is_async:

        class Middleware(MiddlewareMixin):
            async def process_exception(self, request: Any, exception: Exception) -> Any:
                log.append(f"{name} {exception}")
                return answer

    else:

        class Middleware(MiddlewareMixin):  # type: ignore[no-redef]
            def process_exception(self, request: Any, exception: Exception) -> Any:
                log.append(f"{name} {exception}")
                return answer

    return Middleware


def raising_view(request: Any) -> HttpResponse:
    raise ValueError("broken")


async def araising_view(request: Any) -> HttpResponse:
    raise ValueError("broken")


@pytest.fixture(params=[raising_view, araising_view], ids=["sync", "async"])
def broken(request: pytest.FixtureRequest) -> Any:
    return request.param


@pytest.mark.parametrize("is_async", [False, True])
def test_process_exception_runs_from_the_inside_out(site: Any, broken: Any, is_async: bool) -> None:
    log: Log = []
    middleware = [
        with_process_exception(log, "a", is_async=is_async),
        with_process_exception(log, "b", is_async=not is_async),
    ]
    assert site([path("", broken)], middleware).ask().status == 500
    assert log == ["b broken", "a broken"]


def test_process_exception_that_answers_ends_the_search(site: Any, broken: Any) -> None:
    log: Log = []
    middleware = [
        hooks_class(log, "outer"),
        with_process_exception(log, "a"),
        with_process_exception(log, "b", HttpResponse("mended", status=418)),
    ]
    response = site([path("", broken)], middleware).ask()
    assert (response.status, response.body) == (418, b"mended")
    assert log == ["outer in", "b broken", "outer out"]


def test_process_exception_is_for_views_only(site: Any) -> None:
    log: Log = []

    def raising(get_response: Any) -> Any:
        def middleware(request: Any) -> Any:
            raise ValueError("not a view's")

        return middleware

    middleware = [with_process_exception(log, "a"), raising]
    assert site([path("", sync_view(log))], middleware).ask().status == 500
    assert log == []


def test_process_exception_sees_what_process_view_raised_no_more_than_a_404(site: Any) -> None:
    log: Log = []
    assert site([], [with_process_exception(log, "a")]).ask("/none/").status == 404
    assert log == []


class Rendered(HttpResponse):
    """The least of a response that is rendered late (ref/template-response)."""

    def __init__(self, log: Log) -> None:
        super().__init__()
        self.log = log

    def render(self) -> Rendered:
        self.log.append("render")
        self.content = b"rendered"
        return self


def with_template_response(log: Log, name: str, is_async: bool = False, keep: bool = True) -> Any:
    if is_async:

        class Middleware(MiddlewareMixin):
            async def process_template_response(self, request: Any, response: Any) -> Any:
                log.append(name)
                return response if keep else None

    else:

        class Middleware(MiddlewareMixin):  # type: ignore[no-redef]
            def process_template_response(self, request: Any, response: Any) -> Any:
                log.append(name)
                return response if keep else None

    return Middleware


@pytest.mark.parametrize("is_async", [False, True])
def test_process_template_response_runs_inside_out_before_rendering(
    site: Any, is_async: bool
) -> None:
    log: Log = []
    middleware = [
        hooks_class(log, "outer"),
        with_template_response(log, "a", is_async),
        with_template_response(log, "b", not is_async),
    ]
    response = site([path("", lambda request: Rendered(log))], middleware).ask()
    assert response.body == b"rendered"
    assert log == ["outer in", "b", "a", "render", "outer out"]


def test_process_template_response_is_for_responses_that_can_be_rendered(
    site: Any, view: Any
) -> None:
    log: Log = []
    assert site([path("", view(log))], [with_template_response(log, "a")]).ask().status == 200
    assert log == ["view"]


def test_a_response_is_rendered_without_any_middleware_too(site: Any) -> None:
    log: Log = []
    assert site([path("", lambda request: Rendered(log))]).ask().body == b"rendered"
    assert log == ["render"]


def test_process_template_response_must_answer_a_response(site: Any, exceptions: list[Any]) -> None:
    log: Log = []
    asked = site(
        [path("", lambda request: Rendered(log))], [with_template_response(log, "a", keep=False)]
    )
    assert asked.ask().status == 500
    assert "didn't return an HttpResponse object" in str(exceptions[0])


def test_an_exception_while_rendering_reaches_process_exception(site: Any) -> None:
    log: Log = []

    class Broken(Rendered):
        def render(self) -> Rendered:
            raise ValueError("broken")

    asked = site([path("", lambda request: Broken(log))], [with_process_exception(log, "a")])
    assert asked.ask().status == 500
    assert log == ["a broken"]


def test_middleware_may_decline_at_boot(site: Any, view: Any) -> None:
    log: Log = []

    def declines(get_response: Any) -> Any:
        raise MiddlewareNotUsed("not today")

    middleware = [plain_function(log, "a"), declines, plain_function(log, "b")]
    assert site([path("", view(log))], middleware).ask().body == b"seen"
    assert log == ["a in", "b in", "view", "b out", "a out"]


def test_a_factory_that_makes_nothing_is_an_error_at_boot(site: Any) -> None:
    def factory(get_response: Any) -> None:
        return None

    with pytest.raises(ImproperlyConfigured, match=r"Middleware factory .* returned None\."):
        site([], [factory])


def test_a_factory_of_neither_colour_is_an_error_at_boot(site: Any) -> None:
    class Middleware(MiddlewareMixin):
        sync_capable = False
        async_capable = False

    with pytest.raises(RuntimeError, match="must have at least one of sync_capable/async_capable"):
        site([], [Middleware])


def test_a_middleware_that_cannot_be_imported_is_named_at_boot(site: Any) -> None:
    with pytest.raises(ImportError, match="no_such_module"):
        site([], ["no_such_module.Middleware"])


def test_a_middleware_name_that_its_module_lacks_is_named_at_boot(site: Any) -> None:
    with pytest.raises(ImportError, match="NoSuchMiddleware"):
        site([], ["sites.NoSuchMiddleware"])


def test_a_middleware_may_choose_the_urlconf(site: Any) -> None:
    class Choose(MiddlewareMixin):
        def process_request(self, request: Any) -> None:
            if "other" in request.GET:
                request.urlconf = (path("", lambda request: HttpResponse("other")),)
            elif "none" in request.GET:
                request.urlconf = None

    asked = site([path("", lambda request: HttpResponse("root"))], [Choose])
    assert [asked.ask(f"/?{name}").body for name in ("", "other", "none", "other", "")] == [
        b"root",
        b"other",
        b"root",
        b"other",
        b"root",
    ]


def test_a_chosen_urlconf_does_not_outlive_its_request(site: Any) -> None:
    class Choose(MiddlewareMixin):
        def process_request(self, request: Any) -> None:
            if "other" in request.GET:
                request.urlconf = (path("", lambda request: HttpResponse("other")),)

    asked = site([path("", lambda request: HttpResponse(repr(get_urlconf())))], [Choose])
    first = asked.ask().body
    assert asked.ask("/?other").body == b"other"
    assert asked.ask().body == first


def test_middleware_may_change_the_path_before_the_view_is_found(site: Any) -> None:
    class Rewrite(MiddlewareMixin):
        def process_request(self, request: Any) -> None:
            request.path_info = "/new/"

    assert (
        site([path("new/", lambda r: HttpResponse("new"))], [Rewrite]).ask("/old/").body == b"new"
    )


def test_a_middleware_may_replace_the_response(site: Any, view: Any) -> None:
    class Replace(MiddlewareMixin):
        def process_response(self, request: Any, response: Any) -> HttpResponse:
            replaced = HttpResponse(b"<" + response.content + b">", status=203)
            replaced["X-Was"] = str(response.status_code)
            return replaced

    response = site([path("", view([]))], [Replace]).ask()
    assert (response.status, response.body, response.get("X-Was")) == (203, b"<seen>", "200")


def test_attributes_set_by_middleware_reach_the_view(site: Any) -> None:
    class Sets(MiddlewareMixin):
        def process_request(self, request: Any) -> None:
            request.tenant = "blue"

    async def view(request: Any) -> HttpResponse:
        return HttpResponse(request.tenant)

    assert site([path("", view)], [Sets]).ask().body == b"blue"
