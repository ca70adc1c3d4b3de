"""From tokens to nodes: each block tag is compiled by the function its library registered for it.

Documented in howto/custom-template-tags.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from vivace.template.exceptions import TemplateSyntaxError
from vivace.template.language.hints import hint
from vivace.template.language.lexer import Token, TokenType
from vivace.template.language.tree import Node, NodeList, TextNode, VariableNode
from vivace.template.language.variable import FilterExpression
from vivace.utils.naming import publish
from vivace.utils.text import get_text_list

__all__ = ["Parser"]


class Parser:
    """Builds the nodes of one template.

    `libraries` maps the names that ``{% load %}`` knows to libraries; `builtins` are those loaded from
    the start. Tags may keep what they share for the length of the parse in `extra_data`.
    """

    def __init__(
        self,
        tokens: Iterable[Token],
        libraries: dict[str, Any] | None = None,
        builtins: Iterable[Any] | None = None,
        origin: Any = None,
    ) -> None:
        # Turned around, so that the next token is the one at the end and popping it is cheap.
        self.tokens: list[Token] = list(reversed(list(tokens)))
        self.tags: dict[str, Callable[..., Any]] = {}
        self.filters: dict[str, Callable[..., Any]] = {}
        self.command_stack: list[tuple[str, Token]] = []
        self.extra_data: dict[str, Any] = {}
        self.libraries: dict[str, Any] = {} if libraries is None else libraries
        for builtin in builtins or ():
            self.add_library(builtin)
        self.origin = origin

    def __repr__(self) -> str:
        return f"<{type(self).__qualname__} tokens={self.tokens!r}>"

    def parse(self, parse_until: Iterable[str] | None = None) -> NodeList:
        """The nodes up to one of the tags named in `parse_until`, which stays the next token.

        Without names, up to the end. What goes wrong is raised with the token at fault as ``token``.
        """
        until = () if parse_until is None else parse_until
        nodelist = NodeList()
        while self.tokens:
            token = self.next_token()
            kind = token.token_type
            if kind is TokenType.TEXT:
                self.extend_nodelist(nodelist, TextNode(token.contents), token)
            elif kind is TokenType.VAR:
                self.extend_nodelist(nodelist, self._variable(token), token)
            elif kind is TokenType.BLOCK:
                command = self._command(token)
                if command in until:
                    self.prepend_token(token)
                    return nodelist
                # Should the tag not be closed, this says which one it was.
                self.command_stack.append((command, token))
                node = self._compile(command, token, until)
                self.extend_nodelist(nodelist, node, token)
                self.command_stack.pop()
        if until:
            self.unclosed_block_tag(until)
        return nodelist

    def _variable(self, token: Token) -> VariableNode:
        if not token.contents:
            raise self.error(token, f"Empty variable tag on line {token.lineno}")
        try:
            return VariableNode(self.compile_filter(token.contents))
        except TemplateSyntaxError as error:
            raise self.error(token, error)

    def _command(self, token: Token) -> str:
        words = token.contents.split(None, 1)
        if not words:
            raise self.error(token, f"Empty block tag on line {token.lineno}")
        return words[0]

    def _compile(self, command: str, token: Token, until: Iterable[str]) -> Any:
        compile_func = self.tags.get(command)
        if compile_func is None:
            return self.invalid_block_tag(token, command, until)
        try:
            return compile_func(self, token)
        except Exception as error:
            raise self.error(token, error)

    def skip_past(self, endtag: str) -> None:
        """Drop all tokens up to and with a block tag."""
        while self.tokens:
            token = self.next_token()
            if token.token_type is TokenType.BLOCK and token.contents == endtag:
                return
        self.unclosed_block_tag([endtag])

    def extend_nodelist(self, nodelist: NodeList, node: Node, token: Token) -> None:
        """Add a node to a list, and tell it where it stands."""
        if node.must_be_first and nodelist.contains_nontext:
            name = getattr(self.origin, "template_name", None)
            where = "the template" if name is None else f"'{name}'"
            raise self.error(token, f"{{% {token.contents} %}} must be the first tag in {where}.")
        if not isinstance(node, TextNode):
            nodelist.contains_nontext = True
        node.token = token
        node.origin = self.origin
        nodelist.append(node)

    def error(self, token: Token | None, e: Any) -> Exception:
        """An exception to raise, from a message or an exception, that knows the token at fault."""
        error = e if isinstance(e, Exception) else TemplateSyntaxError(e)
        if not hasattr(error, "token"):
            error.token = token  # type: ignore[attr-defined]
        return error

    def invalid_block_tag(
        self, token: Token, command: str, parse_until: Iterable[str] | None = None
    ) -> Any:
        """Raise `TemplateSyntaxError` for a tag that nobody has registered."""
        expected = ""
        if parse_until:
            names = get_text_list([f"'{name}'" for name in parse_until], "or")
            expected = f", expected {names}"
        error = self.error(
            token,
            f"Invalid block tag on line {token.lineno}: '{command}'{expected}. "
            "Did you forget to register or load this tag?",
        )
        self._add_hint(error, "tag", command, (*self.tags, *(parse_until or ())))
        raise error

    def _add_hint(self, error: Exception, kind: str, name: str, known: Iterable[str]) -> None:
        note = hint(kind, name, known, self.libraries)
        if note is not None:
            error.add_note(note)

    def unclosed_block_tag(self, parse_until: Iterable[str]) -> None:
        """Raise `TemplateSyntaxError` for the innermost tag that is still open."""
        command, token = self.command_stack.pop()
        raise self.error(
            token,
            f"Unclosed tag on line {token.lineno}: '{command}'. "
            f"Looking for one of: {', '.join(parse_until)}.",
        )

    def next_token(self) -> Token:
        """Take the next token."""
        return self.tokens.pop()

    def prepend_token(self, token: Token) -> None:
        """Put a token back; it is the next one then."""
        self.tokens.append(token)

    def delete_first_token(self) -> None:
        """Drop the next token: after `parse`, the tag that ended the list."""
        del self.tokens[-1]

    def add_library(self, lib: Any) -> None:
        """Make a library's tags and filters known."""
        self.tags.update(lib.tags)
        self.filters.update(lib.filters)

    def compile_filter(self, token: str) -> FilterExpression:
        """An expression, from its source."""
        return FilterExpression(token, self)

    def find_filter(self, filter_name: str) -> Callable[..., Any]:
        """The function of a filter; raises `TemplateSyntaxError` if there is none."""
        try:
            return self.filters[filter_name]
        except KeyError:
            error = TemplateSyntaxError(f"Invalid filter: '{filter_name}'")
        self._add_hint(error, "filter", filter_name, self.filters)
        raise error


publish(__name__, "template.base")
