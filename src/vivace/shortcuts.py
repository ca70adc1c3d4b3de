"""Shortcuts for views (documentation: shortcut functions)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, overload

from vivace.http import (
    Http404,
    HttpResponse,
    HttpResponsePermanentRedirect,
    HttpResponseRedirect,
)
from vivace.urls.exceptions import NoReverseMatch
from vivace.utils.functional import Promise
from vivace.utils.lazily import Later, lazily

if TYPE_CHECKING:
    from vivace.template import loader
    from vivace.urls import base as urls
    from vivace.urls.base import reverse as reverse
else:
    loader = Later("vivace.template.loader")
    urls = Later("vivace.urls.base")

__all__ = [
    "Http404",
    "HttpResponse",
    "HttpResponsePermanentRedirect",
    "HttpResponseRedirect",
    "NoReverseMatch",
    "Promise",
    "aget_list_or_404",
    "aget_object_or_404",
    "get_list_or_404",
    "get_object_or_404",
    "redirect",
    "render",
    "resolve_url",
    "reverse",
]

# COMPAT: projects import it from here as well.
__getattr__, __dir__ = lazily(__name__, {"vivace.urls.base": "reverse"})


def render(
    request: Any,
    template_name: Any,
    context: dict[str, Any] | None = None,
    content_type: str | None = None,
    status: int | None = None,
    using: str | None = None,
) -> HttpResponse:
    """A response with the text of a template, or of the first that exists of several names."""
    content = loader.render_to_string(template_name, context, request, using=using)
    return HttpResponse(content, content_type, status)


@overload
def redirect(
    to: Any,
    *args: Any,
    permanent: Literal[False] = ...,
    preserve_request: bool = ...,
    **kwargs: Any,
) -> HttpResponseRedirect: ...
@overload
def redirect(
    to: Any,
    *args: Any,
    permanent: Literal[True],
    preserve_request: bool = ...,
    **kwargs: Any,
) -> HttpResponsePermanentRedirect: ...
def redirect(
    to: Any,
    *args: Any,
    permanent: bool = False,
    preserve_request: bool = False,
    **kwargs: Any,
) -> HttpResponseRedirect | HttpResponsePermanentRedirect:
    """A redirect to a model instance's page, to a route by its name or view, or to a URL.

    With `preserve_request` the client keeps method and body (307 or 308).
    """
    redirect_class = HttpResponsePermanentRedirect if permanent else HttpResponseRedirect
    return redirect_class(resolve_url(to, *args, **kwargs), preserve_request=preserve_request)


def resolve_url(to: Any, *args: Any, **kwargs: Any) -> str:
    """The URL that `to` stands for: an object's `get_absolute_url`, a route, or itself.

    Raises `NoReverseMatch` for what is neither a route nor looks like a URL.
    """
    if hasattr(to, "get_absolute_url"):
        url: str = to.get_absolute_url()
        return url
    if isinstance(to, Promise):
        # A lazy string may be a lazily reversed route: only its text can tell.
        to = str(to)
    if isinstance(to, str) and to.startswith(("./", "../")):
        return to
    try:
        return urls.reverse(to, args=args, kwargs=kwargs)
    except NoReverseMatch:
        if callable(to) or ("/" not in to and "." not in to):
            raise
    return str(to)


def _get_queryset(klass: Any) -> Any:
    """A queryset: of a model or a related manager, or what was given."""
    if hasattr(klass, "_default_manager"):
        return klass._default_manager.all()
    return klass


def _queryset_with(klass: Any, method: str, caller: str) -> Any:
    queryset = _get_queryset(klass)
    if not hasattr(queryset, method):
        name = klass.__name__ if isinstance(klass, type) else klass.__class__.__name__
        raise ValueError(
            f"First argument to {caller}() must be a Model, Manager, or QuerySet, not '{name}'."
        )
    return queryset


def _no_match(queryset: Any) -> Http404:
    return Http404(f"No {queryset.model._meta.object_name} matches the given query.")


def get_object_or_404(klass: Any, *args: Any, **kwargs: Any) -> Any:
    """The one object that ``get(*args, **kwargs)`` finds; `Http404` where it finds none.

    `klass` is a model, a manager or a queryset. More than one object is the queryset's own error.
    """
    queryset = _queryset_with(klass, "get", "get_object_or_404")
    try:
        return queryset.get(*args, **kwargs)
    except queryset.model.DoesNotExist:
        raise _no_match(queryset)


async def aget_object_or_404(klass: Any, *args: Any, **kwargs: Any) -> Any:
    """`get_object_or_404`, awaiting ``aget``."""
    queryset = _queryset_with(klass, "aget", "aget_object_or_404")
    try:
        return await queryset.aget(*args, **kwargs)
    except queryset.model.DoesNotExist:
        raise _no_match(queryset)


def get_list_or_404(klass: Any, *args: Any, **kwargs: Any) -> list[Any]:
    """The list of what ``filter(*args, **kwargs)`` finds; `Http404` where that is empty."""
    queryset = _queryset_with(klass, "filter", "get_list_or_404")
    found = list(queryset.filter(*args, **kwargs))
    if not found:
        raise _no_match(queryset)
    return found


async def aget_list_or_404(klass: Any, *args: Any, **kwargs: Any) -> list[Any]:
    """`get_list_or_404`, iterating asynchronously."""
    queryset = _queryset_with(klass, "filter", "aget_list_or_404")
    found = [item async for item in queryset.filter(*args, **kwargs)]
    if not found:
        raise _no_match(queryset)
    return found
