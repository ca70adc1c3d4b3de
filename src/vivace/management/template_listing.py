"""A template's generated source with the places of the template that it comes from.

What is printed is Python: the places are comments, one above each run of lines, so that the code can
be copied, compiled and compared as it stands.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from difflib import get_close_matches
from itertools import islice
from pathlib import Path
from typing import Any

from vivace.codegen import source_of
from vivace.management.exceptions import CommandError
from vivace.template import engines
from vivace.template.compiled.nodes import LeftToNodes, Where
from vivace.template.compiled.program import NOT_COMPILED, Compiled, Program
from vivace.template.exceptions import TemplateDoesNotExist, TemplateSyntaxError
from vivace.template.language.lexer import TokenType
from vivace.template.language.template import Template
from vivace.template.loader import get_template

__all__ = ["listing"]

WIDTH = 80

# How many files are looked at for a name that is like one that was not found.
MAX_NAMES = 20_000

_BRACKETS = {TokenType.VAR: ("{{", "}}"), TokenType.BLOCK: ("{%", "%}")}


def listing(name: str, hot: bool) -> str:
    """The source of the template called `name`, as it is when `hot` or at first.

    Raises `CommandError` if there is no such template, if it is not valid or another engine's.
    """
    template = _found(name)
    try:
        compiled, links = Program(template).compiled_for(hot)
    except NOT_COMPILED as error:
        return "".join(f"{line}\n" for line in (*_head(template), *_left(error)))
    linked = [f"# Linked with it: {', '.join(map(_plain, links))}"] if links else []
    return "\n".join([*_head(template), *linked, "", *_lines(compiled), ""])


def _head(template: Template) -> list[str]:
    return [f"# {_plain(template.name)}", f"# {_plain(template.origin.name)}"]


def _left(error: BaseException) -> list[str]:
    what = str(error) if isinstance(error, LeftToNodes) else "nested too deeply for Python"
    return ["# Not compiled, but rendered by its nodes one by one:", f"# {_plain(what)}."]


# ---------------------------------------------------------------------------- lines


def _lines(compiled: Compiled) -> Iterator[str]:
    """The lines of the source, and above them where they come from."""
    places: dict[int, list[Where]] = {}
    for number, where in compiled.places:
        places.setdefault(number, []).append(where)
    for number, line in enumerate(source_of(compiled.render).splitlines(), 1):
        indent = line[: len(line) - len(line.lstrip())]
        for where in places.get(number, ()):
            yield _cut(f"{indent}# {_place(where)}")
        yield line


def _place(where: Where) -> str:
    """``base.html:3 {{ title }}``, and from where that template was asked for."""
    opening, closing = _BRACKETS.get(where.token.token_type, ("", ""))
    text = f"{_name(where)} {opening} {where.token.contents} {closing}"
    outer = where.outer
    while outer is not None:
        # Blocks of a page are reached by several places of one template; the last one will do.
        if outer.template is not where.template:
            return _plain(f"{text} < {_name(outer)}")
        outer = outer.outer
    return _plain(text)


def _name(where: Where) -> str:
    return f"{where.template.name or where.template.origin.name}:{where.token.lineno}"


def _plain(text: Any) -> str:
    """One line that a terminal shows as it is."""
    return "".join(char if char.isprintable() else "?" for char in " ".join(str(text).split()))


def _cut(line: str) -> str:
    return line if len(line) < WIDTH else f"{line[: WIDTH - 4]}..."


# ---------------------------------------------------------------------------- finding


def _found(name: str) -> Template:
    try:
        template = getattr(get_template(name), "template", None)
    except TemplateDoesNotExist as error:
        raise CommandError(_not_found(name, error)) from None
    except TemplateSyntaxError as error:
        raise CommandError("\n".join([str(error), *getattr(error, "__notes__", ())])) from None
    if isinstance(template, Template):
        return template
    if "#" in name:
        raise CommandError(f"A part of a template is rendered by its nodes; inspect {_whole(name)}")
    raise CommandError(f"{name!r} is a template of an engine that Vivace does not compile.")


def _whole(name: str) -> str:
    return name.partition("#")[0]


def _not_found(name: str, error: TemplateDoesNotExist) -> str:
    lines = [f"There is no template {name!r}."]
    close = get_close_matches(name, islice(_names(), MAX_NAMES), n=3)
    if close:
        lines.append(f"Did you mean {' or '.join(map(repr, close))}?")
    tried = [str(origin) for one in error.chain or [error] for origin, _ in one.tried]
    if tried:
        lines += ["These places were looked at:", *(f"  {place}" for place in tried)]
    return "\n".join(lines)


def _names() -> Iterator[str]:
    """The names of the templates in the directories of the engines."""
    for backend in engines.all():
        for directory in getattr(backend, "template_dirs", ()):
            for folder, _, files in os.walk(directory):
                for file in sorted(files):
                    yield Path(folder, file).relative_to(directory).as_posix()
