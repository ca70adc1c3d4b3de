"""The class-based view, and those that show a template or redirect (documentation: base views)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from vivace.core.exceptions import ImproperlyConfigured
from vivace.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseGone,
    HttpResponseNotAllowed,
    HttpResponsePermanentRedirect,
    HttpResponseRedirect,
)
from vivace.template.response import TemplateResponse
from vivace.urls import reverse
from vivace.utils.bridge import iscoroutinefunction, markcoroutinefunction
from vivace.utils.decorators import classonlymethod
from vivace.utils.functional import classproperty
from vivace.utils.log import log_response
from vivace.utils.unannotated import unannotated

__all__ = [
    "ContextMixin",
    "HttpResponse",
    "HttpResponseGone",
    "HttpResponseNotAllowed",
    "HttpResponsePermanentRedirect",
    "HttpResponseRedirect",
    "ImproperlyConfigured",
    "RedirectView",
    "TemplateResponse",
    "TemplateResponseMixin",
    "TemplateView",
    "View",
    "classonlymethod",
    "classproperty",
    "iscoroutinefunction",
    "log_response",
    "markcoroutinefunction",
    "reverse",
]


@unannotated
class ContextMixin:
    """Gives a view the dictionary that its template will see."""

    extra_context: dict[str, Any] | None = None

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """`kwargs`, the view itself as ``view``, and `extra_context`, which wins."""
        kwargs.setdefault("view", self)
        if self.extra_context is not None:
            kwargs.update(self.extra_context)
        return kwargs


async def _answered(response: HttpResponseBase) -> HttpResponseBase:
    return response


@unannotated
class View:
    """A view as a class: a method for each HTTP method; `as_view` makes the URLconf's callable."""

    http_method_names = ["get", "post", "put", "patch", "delete", "head", "options", "trace"]

    request: HttpRequest
    args: tuple[Any, ...]
    kwargs: dict[str, Any]

    def __init__(self, **kwargs: Any) -> None:
        for name, value in kwargs.items():
            setattr(self, name, value)

    @classproperty
    def view_is_async(cls: Any) -> bool:
        """Whether the handlers are coroutine functions; a mixture is `ImproperlyConfigured`."""
        handlers = [
            getattr(cls, method)
            for method in cls.http_method_names
            if method != "options" and hasattr(cls, method)
        ]
        colours = {bool(iscoroutinefunction(handler)) for handler in handlers}
        if len(colours) > 1:
            raise ImproperlyConfigured(
                f"{cls.__qualname__} HTTP handlers must either be all sync or all async."
            )
        return True in colours

    @classonlymethod
    def as_view(cls: Any, **initkwargs: Any) -> Callable[..., Any]:
        """A function that, per request, makes an instance with `initkwargs` and dispatches to it.

        Raises `TypeError` for a keyword that is an HTTP method or not an attribute of the class.
        """
        for key in initkwargs:
            if key in cls.http_method_names:
                raise TypeError(
                    f"The method name {key} is not accepted as a keyword argument to "
                    f"{cls.__name__}()."
                )
            if not hasattr(cls, key):
                raise TypeError(
                    f"{cls.__name__}() received an invalid keyword {key!r}. as_view "
                    "only accepts arguments that are already attributes of the class."
                )

        def view(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
            self = cls(**initkwargs)
            self.setup(request, *args, **kwargs)
            if not hasattr(self, "request"):
                raise AttributeError(
                    f"{cls.__name__} instance has no 'request' attribute. Did you override "
                    "setup() and forget to call super()?"
                )
            return self.dispatch(request, *args, **kwargs)

        attributes: Any = view
        attributes.view_class = cls
        attributes.view_initkwargs = initkwargs
        # The view is documented as its class, and carries what decorators left on `dispatch`.
        view.__doc__ = cls.__doc__
        view.__module__ = cls.__module__
        view.__annotations__ = cls.dispatch.__annotations__
        view.__dict__.update(cls.dispatch.__dict__)
        if cls.view_is_async:
            markcoroutinefunction(view)
        return view

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        """Keep the request and the route's arguments; the place for what all methods share."""
        if hasattr(self, "get") and not hasattr(self, "head"):
            self.head = self.get
        self.request = request
        self.args = args
        self.kwargs = kwargs

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Call the handler of the request's method, or `http_method_not_allowed`."""
        method = (request.method or "").lower()
        handler = self.http_method_not_allowed
        if method in self.http_method_names:
            handler = getattr(self, method, handler)
        return handler(request, *args, **kwargs)

    def http_method_not_allowed(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Answer 405 with the methods there are, and log it."""
        response = HttpResponseNotAllowed(self._allowed_methods())
        log_response(
            "Method Not Allowed (%s): %s",
            request.method,
            request.path,
            response=response,
            request=request,
        )
        return _answered(response) if self.view_is_async else response

    def options(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Answer an OPTIONS request with the methods there are."""
        response = HttpResponse()
        response.headers["Allow"] = ", ".join(self._allowed_methods())
        response.headers["Content-Length"] = "0"
        return _answered(response) if self.view_is_async else response

    def _allowed_methods(self) -> list[str]:
        return [method.upper() for method in self.http_method_names if hasattr(self, method)]


@unannotated
class TemplateResponseMixin:
    """Gives a view a template, and what makes a response of it."""

    template_name: Any = None
    template_engine: str | None = None
    response_class: Any = TemplateResponse
    content_type: str | None = None
    request: HttpRequest

    def render_to_response(self, context: dict[str, Any], **response_kwargs: Any) -> Any:
        """A `response_class` of the template and `context`; the keywords are the class's own."""
        response_kwargs.setdefault("content_type", self.content_type)
        return self.response_class(
            request=self.request,
            template=self.get_template_names(),
            context=context,
            using=self.template_engine,
            **response_kwargs,
        )

    def get_template_names(self) -> list[str]:
        """The names to try, in order; `ImproperlyConfigured` without a `template_name`."""
        if self.template_name is None:
            raise ImproperlyConfigured(
                "TemplateResponseMixin requires either a definition of "
                "'template_name' or an implementation of 'get_template_names()'"
            )
        return [self.template_name]


class TemplateView(TemplateResponseMixin, ContextMixin, View):
    """Shows a template; the route's keywords are in its context."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        context = self.get_context_data(**kwargs)
        response: HttpResponseBase = self.render_to_response(context)
        return response


@unannotated
class RedirectView(View):
    """Redirects to `url`, formatted with the route's keywords, or to the route `pattern_name`."""

    permanent = False
    url: str | None = None
    pattern_name: str | None = None
    query_string = False

    def get_redirect_url(self, *args: Any, **kwargs: Any) -> str | None:
        """Where to; None (or an empty string) means that the page is gone."""
        if self.url:
            url = self.url % kwargs
        elif self.pattern_name:
            url = reverse(self.pattern_name, args=args, kwargs=kwargs)
        else:
            return None
        query = self.request.META.get("QUERY_STRING", "")
        if query and self.query_string:
            url = f"{url}?{query}"
        return url

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        url = self.get_redirect_url(*args, **kwargs)
        if not url:
            response = HttpResponseGone()
            log_response("Gone: %s", request.path, response=response, request=request)
            return response
        if self.permanent:
            return HttpResponsePermanentRedirect(url)
        return HttpResponseRedirect(url)

    def head(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return self.get(request, *args, **kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return self.get(request, *args, **kwargs)

    def options(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return self.get(request, *args, **kwargs)

    def delete(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return self.get(request, *args, **kwargs)

    def put(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return self.get(request, *args, **kwargs)

    def patch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return self.get(request, *args, **kwargs)
