"""Django's template language, and the engines that render it. Documented in topics/templates."""

from vivace.template.base import (
    Node,
    NodeList,
    Origin,
    Template,
    Variable,
    VariableDoesNotExist,
)
from vivace.template.context import Context, ContextPopException, RequestContext
from vivace.template.exceptions import TemplateDoesNotExist, TemplateSyntaxError
from vivace.template.library import Library

__all__ = [
    "Context",
    "ContextPopException",
    "Library",
    "Node",
    "NodeList",
    "Origin",
    "RequestContext",
    "Template",
    "TemplateDoesNotExist",
    "TemplateSyntaxError",
    "Variable",
    "VariableDoesNotExist",
]
