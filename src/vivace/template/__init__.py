"""Django's template language, and the engines that render it. Documented in topics/templates."""

# Imported for its receivers: templates are watched wherever there are any.
# And for what it does: from here on templates are compiled.
from vivace.template import autoreload, program
from vivace.template.base import (
    Node,
    NodeList,
    Origin,
    Template,
    Variable,
    VariableDoesNotExist,
)
from vivace.template.context import Context, ContextPopException, RequestContext
from vivace.template.engine import Engine
from vivace.template.exceptions import TemplateDoesNotExist, TemplateSyntaxError
from vivace.template.library import Library
from vivace.template.utils import EngineHandler, engines

__all__ = [
    "Context",
    "ContextPopException",
    "Engine",
    "EngineHandler",
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
    "autoreload",
    "engines",
    "program",
]
