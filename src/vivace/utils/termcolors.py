"""Colours for terminals: escape sequences (ECMA-48 SGR) and the palettes of the command line."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

__all__ = [
    "DARK_PALETTE",
    "DEFAULT_PALETTE",
    "LIGHT_PALETTE",
    "NOCOLOR_PALETTE",
    "PALETTES",
    "RESET",
    "background",
    "color_names",
    "colorize",
    "foreground",
    "make_style",
    "opt_dict",
    "parse_color_setting",
]

Palette = dict[str, dict[str, Any]]

color_names = ("black", "red", "green", "yellow", "blue", "magenta", "cyan", "white")
foreground = {name: f"3{number}" for number, name in enumerate(color_names)}
background = {name: f"4{number}" for number, name in enumerate(color_names)}

RESET = "0"
opt_dict = {"bold": "1", "underscore": "4", "blink": "5", "reverse": "7", "conceal": "8"}

NOCOLOR_PALETTE = "nocolor"
DARK_PALETTE = "dark"
LIGHT_PALETTE = "light"
DEFAULT_PALETTE = DARK_PALETTE


def _style(fg: str | None = None, *opts: str) -> dict[str, Any]:
    style: dict[str, Any] = {}
    if fg is not None:
        style["fg"] = fg
    if opts:
        style["opts"] = opts
    return style


_DARK: Palette = {
    "ERROR": _style("red", "bold"),
    "SUCCESS": _style("green", "bold"),
    "WARNING": _style("yellow", "bold"),
    "NOTICE": _style("red"),
    "SQL_FIELD": _style("green", "bold"),
    "SQL_COLTYPE": _style("green"),
    "SQL_KEYWORD": _style("yellow"),
    "SQL_TABLE": _style(None, "bold"),
    "HTTP_INFO": _style(None, "bold"),
    "HTTP_SUCCESS": _style(),
    "HTTP_REDIRECT": _style("green"),
    "HTTP_NOT_MODIFIED": _style("cyan"),
    "HTTP_BAD_REQUEST": _style("red", "bold"),
    "HTTP_NOT_FOUND": _style("yellow"),
    "HTTP_SERVER_ERROR": _style("magenta", "bold"),
    "MIGRATE_HEADING": _style("cyan", "bold"),
    "MIGRATE_LABEL": _style(None, "bold"),
}

PALETTES: dict[str, Palette] = {
    NOCOLOR_PALETTE: {role: {} for role in _DARK},
    DARK_PALETTE: _DARK,
    LIGHT_PALETTE: _DARK
    | {
        "SQL_KEYWORD": _style("blue"),
        "HTTP_REDIRECT": _style("green", "bold"),
        "HTTP_NOT_MODIFIED": _style("green"),
        "HTTP_NOT_FOUND": _style("red"),
    },
}


def colorize(text: str | None = "", opts: Iterable[str] = (), **kwargs: str) -> str:
    """`text` between escape sequences.

    `fg` and `bg` name colours (`color_names`); `opts` may hold the names of `opt_dict`, ``noreset``
    (leave the colours on) and, with an empty text, ``reset`` alone.
    """
    opts = tuple(opts)
    if text == "" and len(opts) == 1 and opts[0] == "reset":
        return f"\x1b[{RESET}m"
    codes: list[str] = []
    for key, value in kwargs.items():
        if key == "fg":
            codes.append(foreground[value])
        elif key == "bg":
            codes.append(background[value])
    codes += [opt_dict[opt] for opt in opts if opt in opt_dict]
    shown = "" if text is None else text
    end = "" if "noreset" in opts else f"\x1b[{RESET}m"
    return f"\x1b[{';'.join(codes)}m{shown}{end}"


def make_style(opts: Iterable[str] = (), **kwargs: str) -> Callable[[str], str]:
    """A function of one text that calls `colorize` with these arguments."""
    opts = tuple(opts)

    def style(text: str) -> str:
        return colorize(text, opts, **kwargs)

    return style


def parse_color_setting(config_string: str) -> Palette | None:
    """The palette that the value of ``DJANGO_COLORS`` describes; None if it has no colour at all.

    ``;`` separates a palette's name and definitions ``role=fg[/bg][,option...]``; what is not known
    is ignored.
    https://docs.djangoproject.com/en/5.2/ref/django-admin/#syntax-coloring
    """
    if not config_string:
        return PALETTES[DEFAULT_PALETTE]
    palette = dict(PALETTES[NOCOLOR_PALETTE])
    for part in config_string.lower().split(";"):
        if part in PALETTES:
            palette.update(PALETTES[part])
        elif "=" in part:
            role, instructions = part.split("=")
            role = role.upper()
            definition = _parse_style(instructions)
            if role in PALETTES[NOCOLOR_PALETTE] and definition:
                palette[role] = definition
    if palette == PALETTES[NOCOLOR_PALETTE]:
        return None
    return palette


def _parse_style(instructions: str) -> dict[str, Any]:
    """``green/blue,bold`` as the arguments of `colorize`."""
    colors, *options = instructions.split(",")
    fg, _, bg = colors.partition("/")
    bg = bg.partition("/")[0]
    definition: dict[str, Any] = {}
    if fg in color_names:
        definition["fg"] = fg
    if bg in color_names:
        definition["bg"] = bg
    # COMPAT: options come out in the reverse of the order in which they were written.
    opts = tuple(option for option in reversed(options) if option in opt_dict)
    if opts:
        definition["opts"] = opts
    return definition
