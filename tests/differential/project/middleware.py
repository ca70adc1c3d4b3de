"""Middleware in all the forms that third parties write."""

import asyncio

from asgiref.sync import iscoroutinefunction, markcoroutinefunction
from django.core.exceptions import MiddlewareNotUsed, PermissionDenied
from django.http import HttpResponse
from django.utils.decorators import sync_and_async_middleware
from django.utils.deprecation import MiddlewareMixin


class Stamp:
    """Synchronous, as a class."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        request.stamped = True
        response = self.get_response(request)
        response["X-Stamp"] = str(response.status_code)
        return response


@sync_and_async_middleware
def either_colour(get_response):
    if iscoroutinefunction(get_response):

        async def middleware(request):
            if "either" in request.GET:
                return HttpResponse("from either", status=202)
            response = await get_response(request)
            response["X-Either"] = "yes"
            return response

    else:

        def middleware(request):
            if "either" in request.GET:
                return HttpResponse("from either", status=202)
            response = get_response(request)
            response["X-Either"] = "yes"
            return response

    return middleware


class Hooks(MiddlewareMixin):
    """All hooks that there are."""

    def process_request(self, request):
        where = request.GET.get("hook")
        if where == "request":
            return HttpResponse("from process_request")
        if where == "request-raises":
            raise PermissionDenied("in process_request")
        request.trace = ["request"]

    def process_view(self, request, view, args, kwargs):
        where = request.GET.get("hook")
        request.trace.append(f"view {getattr(view, '__name__', type(view).__name__)}")
        if where == "view":
            return HttpResponse(f"from process_view {args!r} {sorted(kwargs.items())!r}")
        if where == "view-raises":
            raise ValueError("in process_view")
        if where == "view-kwargs" and "number" in kwargs:
            kwargs["number"] += 1

    def process_exception(self, request, exception):
        request.trace.append("exception")
        if request.GET.get("hook") == "exception":
            return HttpResponse(f"{type(exception).__name__}: {exception}", status=418)

    def process_template_response(self, request, response):
        request.trace.append("template")
        response.pieces.append("and a hook")
        return response

    def process_response(self, request, response):
        if request.GET.get("hook") == "response-raises":
            raise ValueError("in process_response")
        response["X-Trace"] = "; ".join(getattr(request, "trace", ["none"]))
        return response


class NotUsed:
    def __init__(self, get_response):
        raise MiddlewareNotUsed("today")


class OnlyAsync:
    """Asynchronous only."""

    sync_capable = False
    async_capable = True

    def __init__(self, get_response):
        self.get_response = get_response
        markcoroutinefunction(self)

    async def __call__(self, request):
        await asyncio.sleep(0)
        response = await self.get_response(request)
        response["X-Async"] = "yes"
        return response


def ChooseURLconf(get_response):
    def middleware(request):
        if "other" in request.GET:
            request.urlconf = "project.urls_other"
        return get_response(request)

    return middleware


class Short:
    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        short = request.GET.get("short")
        if short == "none":
            return None
        if short == "raises":
            raise KeyError("short")
        if short == "answer":
            return HttpResponse("short", headers={"X-Frame-Options": "SAMEORIGIN"})
        return self.get_response(request)


class OldStyle(MiddlewareMixin):
    def process_response(self, request, response):
        if not response.streaming and response.status_code == 200:
            response.content += b"."
        return response
