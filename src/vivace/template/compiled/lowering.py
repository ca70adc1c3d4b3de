"""What the built-in tags that are functions of values are in the compiler's form.

Tags that decide at run time which of their values they look at (``firstof``), or that keep what they
know in the context (``ifchanged``, ``regroup``, a named ``cycle``), are called as they stand.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from vivace.template.compiled.build import Builder, Unsupported, lowers
from vivace.template.compiled.nodes import (
    Address,
    Body,
    Capture,
    Const,
    FilterCall,
    Filtered,
    Path,
    Run,
    Statement,
    Text,
    Value,
)
from vivace.template.library import SimpleNode
from vivace.template.tags.loops import CycleNode, next_of_cycle
from vivace.template.tags.output import (
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
    without_spaces,
)
from vivace.template.tags.partials import PartialDefNode
from vivace.template.tags.urls import URLNode, querystring

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
    passes_context: bool = False,
    keywords: Iterable[str] = (),
) -> Run:
    """The call ``function(*values)`` for a node."""
    return Run(
        function,
        tuple(values),
        target,
        needs_context=False,
        where=build.where(node),
        escapes=escapes,
        missing_is_none=missing_is_none,
        passes_context=passes_context,
        keywords=tuple(keywords),
    )


# --- output


@lowers(TemplateTagNode)
def _templatetag(node: TemplateTagNode, build: Builder) -> Statement:
    return Text(node.mapping.get(node.tagtype, ""))


@lowers(NowNode)
def _now(node: NowNode, build: Builder) -> Statement:
    return run(node, build, formatted_now, [Const(node.format_string)], node.asvar or None)


@lowers(CsrfTokenNode)
def _csrf_token(node: CsrfTokenNode, build: Builder) -> Statement:
    token = Path(("csrf_token",), "csrf_token")
    return run(node, build, csrf_input, [token], missing_is_none=True)


@lowers(LoremNode)
def _lorem(node: LoremNode, build: Builder) -> Statement:
    values = [build.value(node.count), Const(node.method), Const(node.common)]
    return run(node, build, lorem_text, values)


@lowers(WidthRatioNode)
def _widthratio(node: WidthRatioNode, build: Builder) -> Statement:
    values = [build.value(value) for value in (node.val_expr, node.max_expr, node.max_width)]
    if any(isinstance(value, Filtered) for value in values):
        raise Unsupported("filters, whose errors are no errors here, or others")
    return run(node, build, width_ratio, values, node.asvar or None)


@lowers(SpacelessNode)
def _spaceless(node: SpacelessNode, build: Builder) -> Statement:
    strip = FilterCall(without_spaces, (), False, False, False)
    return Capture((strip,), build.body(node.nodelist), build.where(node))


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
    return Capture(value.calls, build.body(node.nodelist), build.where(node))


@lowers(PartialDefNode)
def _partialdef(node: PartialDefNode, build: Builder) -> Body:
    return build.body(node.nodelist) if node.inline else ()


# --- loops


@lowers(CycleNode)
def _cycle(node: CycleNode, build: Builder) -> Statement:
    if node.variable_name or build.included:
        raise Unsupported("a cycle that others look at")
    values = [build.value(value) for value in node.cyclevars]
    if not all(isinstance(value, Const) for value in values):
        raise Unsupported("a cycle of which only one value is to be looked at")
    return run(node, build, next_of_cycle, [Const(node), *values], passes_context=True)


# --- addresses


@lowers(URLNode)
def _url(node: URLNode, build: Builder) -> Statement:
    return Address(
        build.value(node.view_name),
        tuple(build.value(value) for value in node.args),
        tuple((name, build.value(value)) for name, value in node.kwargs.items()),
        node.asvar,
        build.where(node),
    )


# --- functions as tags


@lowers(SimpleNode)
def _simple_tag(node: SimpleNode, build: Builder) -> Statement:
    # {% querystring %} wants the context's request only, other functions who knows what.
    if node.takes_context and node.func is not querystring:
        raise Unsupported("a function that takes the context")
    return run(
        node,
        build,
        node.func,
        [build.value(value) for value in (*node.args, *node.kwargs.values())],
        node.target_var,
        # What a variable takes is taken as it is.
        escapes=node.target_var is None,
        passes_context=bool(node.takes_context),
        keywords=node.kwargs,
    )
