"""What the built-in tags that are functions of values are in the compiler's form.

Tags that decide at run time which of their values they look at (``firstof``), or that keep what they
know in the context (``ifchanged``, ``regroup``, a named ``cycle``), are called as they stand.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import cycle
from typing import Any

from vivace.template.build import Builder, Unsupported, lowers
from vivace.template.library import SimpleNode
from vivace.template.nodes import (
    Body,
    Capture,
    Const,
    Filtered,
    Path,
    Run,
    Statement,
    Text,
    Value,
)
from vivace.template.tags_loops import CycleNode
from vivace.template.tags_output import (
    CsrfTokenNode,
    FilterNode,
    LoremNode,
    NowNode,
    SpacelessNode,
    TemplateTagNode,
    WidthRatioNode,
    csrf_input,
    formatted_now,
    lorem_text,
    width_ratio,
)
from vivace.template.tags_partials import PartialDefNode
from vivace.template.tags_urls import URLNode, current_app, querystring
from vivace.template.variable import render_value_in_context
from vivace.urls import NoReverseMatch, reverse
from vivace.utils.html import strip_spaces_between_tags
from vivace.utils.safestring import SafeData, mark_safe

__all__: list[str] = []


def run(
    node: Any,
    build: Builder,
    function: Callable[..., Any],
    values: Iterable[Value] = (),
    target: str | None = None,
    *,
    escapes: bool = False,
    missing_is_none: bool = False,
) -> Run:
    """The call ``function(context, *values)`` for a node."""
    return Run(
        function,
        tuple(values),
        target,
        needs_context=False,
        where=build.where(node),
        escapes=escapes,
        missing_is_none=missing_is_none,
    )


# ---------------------------------------------------------------------------- output


@lowers(TemplateTagNode)
def _templatetag(node: TemplateTagNode, build: Builder) -> Statement:
    return Text(node.mapping.get(node.tagtype, ""))


@lowers(NowNode)
def _now(node: NowNode, build: Builder) -> Statement:
    format_string = node.format_string

    def now(context: Any) -> Any:
        return formatted_now(format_string)

    return run(node, build, now, target=node.asvar or None)


@lowers(CsrfTokenNode)
def _csrf_token(node: CsrfTokenNode, build: Builder) -> Statement:
    def csrf(context: Any, token: Any) -> str:
        return csrf_input(token)

    token = Path(("csrf_token",), "csrf_token")
    return run(node, build, csrf, [token], missing_is_none=True)


@lowers(LoremNode)
def _lorem(node: LoremNode, build: Builder) -> Statement:
    method, common = node.method, node.common

    def lorem(context: Any, count: Any) -> str:
        return lorem_text(count, method, common)

    return run(node, build, lorem, [build.value(node.count)])


@lowers(WidthRatioNode)
def _widthratio(node: WidthRatioNode, build: Builder) -> Statement:
    values = [build.value(value) for value in (node.val_expr, node.max_expr, node.max_width)]
    if any(isinstance(value, Filtered) for value in values):
        raise Unsupported("filters, whose errors are no errors here, or others")

    def ratio(context: Any, value: Any, maximum: Any, width: Any) -> str:
        return width_ratio(value, maximum, width)

    return run(node, build, ratio, values, node.asvar or None)


@lowers(SpacelessNode)
def _spaceless(node: SpacelessNode, build: Builder) -> Statement:
    def spaceless(context: Any, text: Any) -> Any:
        return strip_spaces_between_tags(text.strip())

    return Capture(
        spaceless, build.body(node.nodelist), needs_context=False, where=build.where(node)
    )


@lowers(FilterNode)
def _filter(node: FilterNode, build: Builder) -> Statement:
    value = build.value(node.filter_expr)
    if not isinstance(value, Filtered):
        raise Unsupported("no filter")
    for call in value.calls:
        if call.needs_autoescape or call.expects_localtime:
            raise Unsupported("a filter that asks how values are shown")
        if any(isinstance(arg, Path) for arg in call.args):
            raise Unsupported("a filter with an argument that is not known yet")
    steps = [
        (call.function, [arg.value for arg in call.args if isinstance(arg, Const)], call.is_safe)
        for call in value.calls
    ]

    def through(context: Any, text: Any) -> Any:
        for function, args, is_safe in steps:
            result = function(text, *args)
            text = mark_safe(result) if is_safe and isinstance(text, SafeData) else result
        return text

    return Capture(through, build.body(node.nodelist), needs_context=False, where=build.where(node))


@lowers(PartialDefNode)
def _partialdef(node: PartialDefNode, build: Builder) -> Body:
    return build.body(node.nodelist) if node.inline else ()


# ---------------------------------------------------------------------------- loops


@lowers(CycleNode)
def _cycle(node: CycleNode, build: Builder) -> Statement:
    if node.variable_name or build.included:
        raise Unsupported("a cycle that others look at")
    if not all(isinstance(build.value(value), Const) for value in node.cyclevars):
        raise Unsupported("a cycle of which only one value is to be looked at")

    # The state is where the node keeps it, for {% resetcycle %} and for the node itself.
    def cycled(context: Any) -> str:
        state = context.render_context.dicts[-1]
        values = state.get(node)
        if values is None:
            values = state[node] = cycle(node.cyclevars)
        return render_value_in_context(next(values).resolve(context), context)

    return run(node, build, cycled)


# ---------------------------------------------------------------------------- addresses


@lowers(URLNode)
def _url(node: URLNode, build: Builder) -> Statement:
    names = tuple(node.kwargs)
    count = len(node.args)
    values = [build.value(value) for value in (*node.args, *node.kwargs.values(), node.view_name)]

    def url(context: Any, *values: Any) -> str:
        return reverse(
            values[-1],
            args=values[:count],
            kwargs=dict(zip(names, values[count:-1], strict=True)),
            current_app=current_app(context),
        )

    def url_or_nothing(context: Any, *values: Any) -> str:
        try:
            return url(context, *values)
        except NoReverseMatch:
            return ""

    if node.asvar is None:
        return run(node, build, url, values, escapes=True)
    return run(node, build, url_or_nothing, values, node.asvar)


# ---------------------------------------------------------------------------- functions as tags


@lowers(SimpleNode)
def _simple_tag(node: SimpleNode, build: Builder) -> Statement:
    # {% querystring %} wants the context's request only, other functions who knows what.
    if node.takes_context and node.func is not querystring:
        raise Unsupported("a function that takes the context")
    function = node.func
    takes_context = bool(node.takes_context)
    names = tuple(node.kwargs)
    count = len(node.args)
    values = [build.value(value) for value in (*node.args, *node.kwargs.values())]

    def call(context: Any, *values: Any) -> Any:
        args = (context, *values[:count]) if takes_context else values[:count]
        return function(*args, **dict(zip(names, values[count:], strict=True)))

    # What a variable takes is taken as it is.
    return run(node, build, call, values, node.target_var, escapes=node.target_var is None)
