"""The built-in tags, all in one library. Documented in ref/templates/builtins."""

from __future__ import annotations

from vivace.template import tags
from vivace.template.language.tree import Node, NodeList
from vivace.template.language.variable import (
    VariableDoesNotExist,
    kwarg_re,
    render_value_in_context,
    token_kwargs,
)
from vivace.template.library import Library
from vivace.template.tags.flow import (
    AutoEscapeControlNode,
    CommentNode,
    IfChangedNode,
    IfNode,
    TemplateIfParser,
    TemplateLiteral,
    WithNode,
    autoescape,
    comment,
    do_if,
    do_with,
    ifchanged,
)
from vivace.template.tags.load import LoadNode, find_library, load, load_from_library
from vivace.template.tags.loops import (
    CycleNode,
    ForNode,
    GroupedResult,
    RegroupNode,
    ResetCycleNode,
    cycle,
    do_for,
    regroup,
    resetcycle,
)
from vivace.template.tags.output import (
    CsrfTokenNode,
    DebugNode,
    FilterNode,
    FirstOfNode,
    LoremNode,
    NowNode,
    SpacelessNode,
    TemplateTagNode,
    VerbatimNode,
    WidthRatioNode,
    csrf_token,
    debug,
    do_filter,
    firstof,
    lorem,
    now,
    spaceless,
    templatetag,
    verbatim,
    widthratio,
)
from vivace.template.tags.partials import (
    PartialDefNode,
    PartialNode,
    partial_func,
    partialdef_func,
)
from vivace.template.tags.urls import URLNode, querystring, url

__all__ = [
    "AutoEscapeControlNode",
    "CommentNode",
    "CsrfTokenNode",
    "CycleNode",
    "DebugNode",
    "FilterNode",
    "FirstOfNode",
    "ForNode",
    "GroupedResult",
    "IfChangedNode",
    "IfNode",
    "LoadNode",
    "LoremNode",
    "Node",
    "NodeList",
    "NowNode",
    "PartialDefNode",
    "PartialNode",
    "RegroupNode",
    "ResetCycleNode",
    "SpacelessNode",
    "TemplateIfParser",
    "TemplateLiteral",
    "TemplateTagNode",
    "URLNode",
    "VariableDoesNotExist",
    "VerbatimNode",
    "WidthRatioNode",
    "WithNode",
    "autoescape",
    "comment",
    "csrf_token",
    "cycle",
    "debug",
    "do_filter",
    "do_for",
    "do_if",
    "do_with",
    "find_library",
    "firstof",
    "ifchanged",
    "kwarg_re",
    "load",
    "load_from_library",
    "lorem",
    "now",
    "partial_func",
    "partialdef_func",
    "querystring",
    "register",
    "regroup",
    "render_value_in_context",
    "resetcycle",
    "spaceless",
    "templatetag",
    "token_kwargs",
    "url",
    "verbatim",
    "widthratio",
]

register = Library()
for _part in (tags.flow, tags.loops, tags.output, tags.urls, tags.load, tags.partials):
    register.tags.update(_part.register.tags)
