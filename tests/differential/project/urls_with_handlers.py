"""The URLconf with error views of its own."""

from django.http import HttpResponse, JsonResponse

from .urls import urlpatterns  # noqa: F401


def handler400(request, exception):
    return HttpResponse(f"own 400: {type(exception).__name__}", status=400)


def handler403(request, exception):
    return JsonResponse({"own": 403, "why": str(exception)}, status=403)


def handler404(request, exception):
    response = HttpResponse(f"own 404 for {request.path}", status=404, content_type="text/plain")
    response.set_cookie("lost", "1")
    return response


def handler500(request):
    if "twice" in request.GET:
        raise ValueError("in the error view")
    return HttpResponse("own 500", status=500)
