"""From the source of a template to a list of tokens: text, variables, tags and comments.

One regular expression splits the source; what follows it is bookkeeping of lines (`Lexer`) and, in
development, of character positions (`DebugLexer`). ``{% verbatim %}`` is the one tag the lexer
knows, because it decides what is a token at all.
"""

from __future__ import annotations

import re
from enum import Enum
from typing import Any

from vivace.utils.naming import publish
from vivace.utils.text import smart_split

__all__ = [
    "BLOCK_TAG_END",
    "BLOCK_TAG_START",
    "COMMENT_TAG_END",
    "COMMENT_TAG_START",
    "FILTER_ARGUMENT_SEPARATOR",
    "FILTER_SEPARATOR",
    "SINGLE_BRACE_END",
    "SINGLE_BRACE_START",
    "VARIABLE_ATTRIBUTE_SEPARATOR",
    "VARIABLE_TAG_END",
    "VARIABLE_TAG_START",
    "DebugLexer",
    "Lexer",
    "Token",
    "TokenType",
    "tag_re",
]

FILTER_SEPARATOR = "|"
FILTER_ARGUMENT_SEPARATOR = ":"
VARIABLE_ATTRIBUTE_SEPARATOR = "."
BLOCK_TAG_START = "{%"
BLOCK_TAG_END = "%}"
VARIABLE_TAG_START = "{{"
VARIABLE_TAG_END = "}}"
COMMENT_TAG_START = "{#"
COMMENT_TAG_END = "#}"
SINGLE_BRACE_START = "{"
SINGLE_BRACE_END = "}"

# The parentheses keep the tags themselves among what split() answers.
tag_re = re.compile(r"({%.*?%}|{{.*?}}|{#.*?#})")


class TokenType(Enum):
    """What a token is."""

    TEXT = 0
    VAR = 1
    BLOCK = 2
    COMMENT = 3


_MARKED = {"{{": TokenType.VAR, "{%": TokenType.BLOCK, "{#": TokenType.COMMENT}


class Token:
    """A piece of a template's source.

    `contents` is the text, or what stands between a tag's marks. `lineno` counts from 1. `position`
    is ``(start, end)`` in the source, known only to tokens of a `DebugLexer`.
    """

    def __init__(
        self,
        token_type: TokenType,
        contents: str,
        position: tuple[int, int] | None = None,
        lineno: int | None = None,
    ) -> None:
        self.token_type = token_type
        self.contents = contents
        self.lineno = lineno
        self.position = position

    def __repr__(self) -> str:
        kind = self.token_type.name.capitalize()
        return f'<{kind} token: "{_excerpt(self.contents)}">'

    def split_contents(self) -> list[str]:
        """The contents split at spaces, but not at those in quotes or in ``_("...")``."""
        bits: list[str] = []
        pieces = smart_split(self.contents)
        for bit in pieces:
            if bit.startswith(('_("', "_('")):
                # A quote inside the text may have ended the piece early.
                closing = bit[2] + ")"
                parts = [bit]
                while not bit.endswith(closing):
                    bit = next(pieces)
                    parts.append(bit)
                bit = " ".join(parts)
            bits.append(bit)
        return bits


class Lexer:
    """Splits a template's source into tokens."""

    def __init__(self, template_string: str) -> None:
        self.template_string = template_string
        self.verbatim: Any = False

    def __repr__(self) -> str:
        return (
            f"<{type(self).__name__} "
            f'template_string="{_excerpt(self.template_string)}", verbatim={self.verbatim}>'
        )

    def tokenize(self) -> list[Token]:
        """All tokens of the source, in order; empty texts are left out."""
        tokens = []
        in_tag = False
        lineno = 1
        # What split() answers is text and tags by turns.
        for piece in tag_re.split(self.template_string):
            if piece:
                tokens.append(self.create_token(piece, None, lineno, in_tag))
                lineno += piece.count("\n")
            in_tag = not in_tag
        return tokens

    def create_token(
        self, token_string: str, position: tuple[int, int] | None, lineno: int, in_tag: bool
    ) -> Token:
        """The token for one piece of the source, minding whether a ``verbatim`` tag is open."""
        if not in_tag:
            return Token(TokenType.TEXT, token_string, position, lineno)
        kind = _MARKED[token_string[:2]]
        contents = token_string[2:-2].strip()
        if self.verbatim:
            if kind is not TokenType.BLOCK or contents != self.verbatim:
                return Token(TokenType.TEXT, token_string, position, lineno)
            self.verbatim = False
        elif kind is TokenType.BLOCK and (
            contents == "verbatim" or contents.startswith("verbatim ")
        ):
            self.verbatim = f"end{contents}"
        return Token(kind, contents, position, lineno)


class DebugLexer(Lexer):
    """A lexer whose tokens know their position, for the page that shows an error's place."""

    def tokenize(self) -> list[Token]:
        """All tokens of the source, in order, with their positions."""
        tokens = []
        in_tag = False
        lineno = 1
        start = 0
        for piece in tag_re.split(self.template_string):
            if piece:
                end = start + len(piece)
                tokens.append(self.create_token(piece, (start, end), lineno, in_tag))
                lineno += piece.count("\n")
                start = end
            in_tag = not in_tag
        return tokens


def _excerpt(text: str) -> str:
    return text[:20].replace("\n", "") + "..."


publish(__name__, "template.base")
