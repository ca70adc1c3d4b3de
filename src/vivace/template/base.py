"""All names of the template language's front end, at the address packages import them from.

Packages also replace some here, such as `tag_re`, for tags that go over several lines: what is assigned
to a name of this module takes the same place in the modules that use it.
"""

import sys
from types import ModuleType
from typing import Any

from vivace.template.context import BaseContext
from vivace.template.exceptions import TemplateSyntaxError
from vivace.template.language.lexer import (
    BLOCK_TAG_END,
    BLOCK_TAG_START,
    COMMENT_TAG_END,
    COMMENT_TAG_START,
    FILTER_ARGUMENT_SEPARATOR,
    FILTER_SEPARATOR,
    SINGLE_BRACE_END,
    SINGLE_BRACE_START,
    VARIABLE_ATTRIBUTE_SEPARATOR,
    VARIABLE_TAG_END,
    VARIABLE_TAG_START,
    DebugLexer,
    Lexer,
    Token,
    TokenType,
    tag_re,
)
from vivace.template.language.parser import Parser
from vivace.template.language.template import UNKNOWN_SOURCE, Origin, Template, linebreak_iter
from vivace.template.language.tree import Node, NodeList, TextNode, VariableNode
from vivace.template.language.variable import (
    FilterExpression,
    Variable,
    VariableDoesNotExist,
    constant_string,
    filter_raw_string,
    filter_re,
    kwarg_re,
    render_value_in_context,
    token_kwargs,
)

__all__ = [
    "BLOCK_TAG_END",
    "BLOCK_TAG_START",
    "COMMENT_TAG_END",
    "COMMENT_TAG_START",
    "FILTER_ARGUMENT_SEPARATOR",
    "FILTER_SEPARATOR",
    "SINGLE_BRACE_END",
    "SINGLE_BRACE_START",
    "UNKNOWN_SOURCE",
    "VARIABLE_ATTRIBUTE_SEPARATOR",
    "VARIABLE_TAG_END",
    "VARIABLE_TAG_START",
    "BaseContext",
    "DebugLexer",
    "FilterExpression",
    "Lexer",
    "Node",
    "NodeList",
    "Origin",
    "Parser",
    "Template",
    "TemplateSyntaxError",
    "TextNode",
    "Token",
    "TokenType",
    "Variable",
    "VariableDoesNotExist",
    "VariableNode",
    "constant_string",
    "filter_raw_string",
    "filter_re",
    "kwarg_re",
    "linebreak_iter",
    "render_value_in_context",
    "tag_re",
    "token_kwargs",
]


class _Patchable(ModuleType):
    def __setattr__(self, name: str, value: Any) -> None:
        replaced = self.__dict__.get(name)
        super().__setattr__(name, value)
        if name in __all__:
            for module in _HOMES:
                if module.__dict__.get(name) is replaced:
                    setattr(module, name, value)


_HOMES = [
    sys.modules[f"vivace.template.language.{name}"]
    for name in ("lexer", "parser", "template", "tree", "variable")
]
sys.modules[__name__].__class__ = _Patchable
