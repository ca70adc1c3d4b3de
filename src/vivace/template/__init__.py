"""Django's template language, and the engines that render it. Documented in topics/templates."""

from typing import TYPE_CHECKING

from vivace.utils.lazily import lazily

if TYPE_CHECKING:
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
    "engines",
]

__getattr__, __dir__ = lazily(
    __name__,
    {
        "base": "Node NodeList Origin Template Variable VariableDoesNotExist",
        "context": "Context ContextPopException RequestContext",
        "engine": "Engine",
        "exceptions": "TemplateDoesNotExist TemplateSyntaxError",
        "library": "Library",
        "utils": "EngineHandler engines",
    },
)
