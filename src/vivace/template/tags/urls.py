"""Built-in tags that write addresses. Documented in ref/templates/builtins."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, ClassVar

from vivace.http import QueryDict
from vivace.template.exceptions import TemplateSyntaxError
from vivace.template.language.tree import Node
from vivace.template.language.variable import kwarg_re
from vivace.template.library import Library
from vivace.urls import NoReverseMatch, reverse
from vivace.utils.html import conditional_escape

register = Library()


class URLNode(Node):
    """``{% url %}``: the address of a view."""

    child_nodelists: ClassVar[tuple[str, ...]] = ()

    def __init__(
        self, view_name: Any, args: list[Any], kwargs: dict[str, Any], asvar: str | None
    ) -> None:
        self.view_name = view_name
        self.args = args
        self.kwargs = kwargs
        self.asvar = asvar

    def __repr__(self) -> str:
        return (
            f"<{type(self).__qualname__} view_name='{self.view_name}' args={self.args!r} "
            f"kwargs={self.kwargs!r} as={self.asvar!r}>"
        )

    def render(self, context: Any) -> Any:
        args = [arg.resolve(context) for arg in self.args]
        kwargs = {name: value.resolve(context) for name, value in self.kwargs.items()}
        view_name = self.view_name.resolve(context)
        url = ""
        try:
            url = reverse(view_name, args=args, kwargs=kwargs, current_app=current_app(context))
        except NoReverseMatch:
            if self.asvar is None:
                raise
        if self.asvar:
            context[self.asvar] = url
            return ""
        return conditional_escape(url) if context.autoescape else url


def address(current_app: str | None, view: Any, args: tuple[Any, ...], kwargs: Any) -> str:
    """The path to a view that is known only now, for compiled templates."""
    return reverse(view, args=args, kwargs=kwargs, current_app=current_app)


def or_nothing(address: Callable[..., str], *values: Any) -> str:
    """The answer of ``address(*values)``; an empty text instead of `NoReverseMatch`."""
    try:
        return address(*values)
    except NoReverseMatch:
        return ""


_UNSET: Any = object()


def current_app(context: Any) -> Any:
    """The application that the request is for; None if there is no request, or it was not routed."""
    request = getattr(context, "request", None)
    if request is None:
        return None
    app = getattr(request, "current_app", _UNSET)
    if app is _UNSET:
        app = getattr(getattr(request, "resolver_match", None), "namespace", None)
    # PERF: an empty text means the same, but not as fast.
    return app or None


@register.tag
def url(parser: Any, token: Any) -> URLNode:
    """``{% url view args... [as name] %}``."""
    bits = token.split_contents()
    if len(bits) < 2:
        raise TemplateSyntaxError(f"'{bits[0]}' takes at least one argument, a URL pattern name.")
    view_name = parser.compile_filter(bits[1])
    args: list[Any] = []
    kwargs: dict[str, Any] = {}
    asvar = None
    bits = bits[2:]
    if len(bits) >= 2 and bits[-2] == "as":
        asvar = bits[-1]
        bits = bits[:-2]
    for bit in bits:
        match = kwarg_re.match(bit)
        if not match:
            raise TemplateSyntaxError("Malformed arguments to url tag")
        name, value = match.groups()
        if name:
            kwargs[name] = parser.compile_filter(value)
        else:
            args.append(parser.compile_filter(value))
    return URLNode(view_name, args, kwargs, asvar)


@register.simple_tag(name="querystring", takes_context=True)
def querystring(context: Any, query_dict: Any = None, **kwargs: Any) -> str:
    """``{% querystring [mapping] name=value ... %}``: the request's query string, changed.

    None takes a name away, a list sets it several times.
    """
    if query_dict is None:
        query_dict = context.request.GET
    params = _mutable(query_dict)
    for name, value in kwargs.items():
        if value is None:
            params.pop(name, None)
        elif isinstance(value, Iterable) and not isinstance(value, str):
            params.setlist(name, value)
        else:
            params[name] = value
    if not params and not query_dict:
        return ""
    return f"?{params.urlencode()}"


def _mutable(query_dict: Any) -> Any:
    params = query_dict.copy()
    if isinstance(params, QueryDict) or not isinstance(params, Mapping):
        return params
    # Later versions of the documentation allow any mapping.
    changed = QueryDict(mutable=True)
    for name, value in params.items():
        if value is None:
            continue
        if isinstance(value, Iterable) and not isinstance(value, str):
            changed.setlist(name, list(value))
        else:
            changed[name] = value
    return changed
