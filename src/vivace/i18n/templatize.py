"""Templates in a form that xgettext can read: the messages as calls, everything else blotted out.

Lines stay where they are, so that a message is found at its place. What is no message is overwritten
letter by letter: ``X`` for text, ``B`` for tags, ``F`` for filters, ``S`` and ``P`` for the text of a
translated block, of which a copy stands in a call before it.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, field

TRANSLATOR_COMMENT_MARK = "Translators"

_LITERAL = r""""[^"]*"|'[^']*'"""
_CONTEXT = rf"(?:\s+.*context\s+(?P<context>{_LITERAL}))?"
_tag = re.compile(r"({%.*?%}|{{.*?}}|{#.*?#})")
# A filter's argument may hold spaces if it is in quotes.
_FILTERS = rf"(?:\s*\|\s*[^\s:]+(?::(?:[^\s'\":]+|{_LITERAL}))?)*"
_inline = re.compile(rf"trans(?:late)?\s+(?P<message>{_LITERAL}){_FILTERS}{_CONTEXT}")
_opening = re.compile(rf"blocktrans(?:late)?{_CONTEXT}(?:\s|$)")
_closing = re.compile(r"endblocktrans(?:late)?$")
_constant = re.compile(r"""_\((?:".*?"|'.*?')\)""")
_visible = re.compile(r"\S")
_bit = re.compile(r"""(?:[^\s'"]*(?:"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'))+\S*|\S+""")


class TranslatorCommentWarning(SyntaxWarning):
    """A comment for translators is where it cannot be taken over."""


@dataclass
class _Token:
    kind: str
    """``text``, ``{{``, ``{%`` or ``{#``."""
    contents: str
    line: int


@dataclass
class _Block:
    """A ``{% blocktranslate %}`` that is being read."""

    context: str | None
    trimmed: bool
    singular: list[str] = field(default_factory=list)
    plural: list[str] | None = None

    def add(self, text: str) -> None:
        (self.singular if self.plural is None else self.plural).append(text)

    def message(self, pieces: list[str]) -> str:
        text = "".join(pieces)
        return _around_newlines.sub(" ", text.strip()) if self.trimmed else text

    def written(self) -> str:
        """The call, and the block's own text blotted out."""
        one = f"u{self.message(self.singular)!r}"
        if self.plural is None:
            call = f"gettext({one})" if self.context is None else f"pgettext({self.context}, {one})"
            return f" {call} " + _blot("".join(self.singular), "S")
        many = f"u{self.message(self.plural)!r}"
        if self.context is None:
            call = f"ngettext({one}, {many}, count)"
        else:
            call = f"npgettext({self.context}, {one}, {many},count)"
        blotted = _blot("".join(self.singular), "S") + _blot("".join(self.plural), "P")
        return f" {call} {blotted}"


_around_newlines = re.compile(r"\s*\n\s*")


def _blot(text: str, letter: str) -> str:
    return _visible.sub(letter, text)


def _unquoted(literal: str | None) -> str | None:
    return None if literal is None else f"u{literal[1:-1]!r}"


def _tokens(source: str) -> Iterator[_Token]:
    """The tokens of a template; within ``{% verbatim %}`` everything is text."""
    line = 1
    end_of_verbatim = None
    for number, piece in enumerate(_tag.split(source)):
        if not piece:
            continue
        contents = piece[2:-2].strip() if number % 2 else ""
        kind = piece[:2] if number % 2 else "text"
        if end_of_verbatim is not None:
            if kind == "{%" and contents == end_of_verbatim:
                end_of_verbatim = None
            else:
                kind = "text"
        elif kind == "{%" and contents[:9] in ("verbatim", "verbatim "):
            end_of_verbatim = f"end{contents}"
        yield _Token(kind, piece if kind == "text" else contents, line)
        line += piece.count("\n")


class _Writer:
    """Reads the tokens of one template; `out` is what was written so far."""

    def __init__(self, origin: str | None) -> None:
        self.origin = origin
        self.out: list[str] = []
        self.block: _Block | None = None
        # What is in a {% comment %}; None outside of one.
        self.comment: list[str] | None = None
        # Comments for translators on a line that may go on, and the line.
        self.comments: list[str] = []
        self.line = 0
        self.waiting = False

    def place(self, line: int) -> str:
        """Where it is, for messages."""
        return f"file {self.origin}, line {line}" if self.origin else f"line {line}"

    def read(self, token: _Token) -> None:
        self.let_comments_out(token)
        if self.block is not None:
            self.within_block(self.block, token)
        elif self.comment is not None:
            if token.kind == "{%" and token.contents == "endcomment":
                self.write_comment("".join(self.comment))
                self.comment = None
            else:
                self.comment.append(token.contents)
        elif token.kind == "{%":
            self.tag(token)
        elif token.kind == "{{":
            self.variable(token.contents)
        elif token.kind == "{#":
            if token.contents.startswith(TRANSLATOR_COMMENT_MARK):
                if token.line != self.line:
                    self.comments = []
                self.comments.append(token.contents)
                self.line = token.line
                self.waiting = True
            else:
                # COMPAT: another comment behind it makes it void, unless one for translators follows.
                self.waiting = False
        else:
            self.out.append(_blot(token.contents, "X"))

    def let_comments_out(self, token: _Token) -> None:
        """Write the waiting comments if their line ends in or before `token`; else drop them."""
        if not self.waiting:
            return
        if token.line + token.contents.count("\n") != self.line:
            self.out.append("# " + " | ".join(self.comments))
        elif token.kind == "{#":
            return
        else:
            for comment in self.comments:
                warnings.warn(
                    f"The translator-targeted comment '{comment}' "
                    f"({self.place(self.line)}) was ignored, because it wasn't the last "
                    "item on the line.",
                    TranslatorCommentWarning,
                    stacklevel=4,
                )
            self.comments = []
        self.waiting = False

    def within_block(self, block: _Block, token: _Token) -> None:
        if token.kind == "{{":
            block.add(f"%({token.contents})s")
        elif token.kind == "text":
            block.add(token.contents.replace("%", "%%"))
        elif token.kind == "{%":
            if _closing.match(token.contents):
                self.out.append(block.written())
                self.block = None
            elif token.contents == "plural":
                block.plural = [] if block.plural is None else block.plural
            else:
                raise SyntaxError(
                    "Translation blocks must not include other block tags: "
                    f"{token.contents} ({self.place(token.line)})"
                )

    def write_comment(self, text: str) -> None:
        """Write the text of a ``{% comment %}`` from the last line that is marked."""
        lines = text.splitlines(True)
        marked = [
            number
            for number, line in enumerate(lines)
            if line.lstrip().startswith(TRANSLATOR_COMMENT_MARK)
        ]
        start = marked[-1] if marked else len(lines)
        for number, line in enumerate(lines):
            self.out.append(f" # {line}" if number >= start else " #\n")

    def tag(self, token: _Token) -> None:
        contents = token.contents
        constants = _constant.findall(contents)
        if inline := _inline.match(contents):
            message = f"u{inline['message'][1:-1].replace('%', '%%')!r}"
            context = _unquoted(inline["context"])
            call = f"gettext({message})" if context is None else f"pgettext({context}, {message})"
            self.out.append(f" {call} ")
        elif opening := _opening.match(contents):
            self.out.extend(f" {constant} " for constant in constants)
            bits = _bit.findall(contents)
            self.block = _Block(_unquoted(opening["context"]), "trimmed" in bits)
        elif constants:
            self.out.extend(f" {constant} " for constant in constants)
        elif contents == "comment":
            self.comment = []
        else:
            self.out.append(_blot(contents, "B"))

    def variable(self, contents: str) -> None:
        value, *filters = contents.split("|")
        if constant := _constant.match(value):
            self.out.append(f" {constant[0]} ")
        for each in filters:
            if ":_(" in each:
                self.out.append(f" {each.partition(':')[2]} ")
            else:
                self.out.append(_blot(each, "F"))


def templatize(src: str, origin: str | None = None) -> str:
    """The template `src` as text in which xgettext finds the messages, each on its line.

    `origin` is the file's name, for warnings and errors. Raises `SyntaxError` for a tag within a
    translated block; warns with `TranslatorCommentWarning` where a comment for translators is followed
    by something on its line. See topics/i18n/translation, "Comments for translators in templates".
    """
    writer = _Writer(origin)
    for token in _tokens(src):
        writer.read(token)
    return "".join(writer.out)
