"""The styles of command output: DJANGO_COLORS, NO_COLOR and FORCE_COLOR decide.

See "Syntax coloring" on the documentation page of ``django-admin``.
"""

from __future__ import annotations

import functools
import os
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from vivace.utils import termcolors

StyleFunc = Callable[[str], str]


class Style:
    """One function per role (``ERROR``, ``SUCCESS``, ...): text in, styled text out."""

    if TYPE_CHECKING:

        def __getattr__(self, role: str) -> StyleFunc: ...


def supports_color() -> bool:
    """Whether stdout is a terminal that shows ANSI colours, and nobody asked for none."""
    if os.environ.get("NO_COLOR"):
        return False
    is_a_tty = hasattr(sys.stdout, "isatty") and sys.stdout.isatty()
    return is_a_tty and (sys.platform != "win32" or _windows_shows_ansi())


def _windows_shows_ansi() -> bool:
    environ = os.environ
    return (
        "ANSICON" in environ
        or "WT_SESSION" in environ
        or environ.get("TERM_PROGRAM") == "vscode"
        or bool(environ.get("TERM"))
    )


def _plain(text: str) -> str:
    return text


def make_style(config_string: str = "") -> Style:
    """The `Style` that `config_string`, in the syntax of ``DJANGO_COLORS``, describes."""
    style = Style()
    palette: dict[str, Any] | None = termcolors.parse_color_setting(config_string)
    for role in termcolors.PALETTES[termcolors.NOCOLOR_PALETTE]:
        # COMPAT: a role without a format still gets the reset codes around its text.
        function = _plain if palette is None else termcolors.make_style(**palette.get(role, {}))
        setattr(style, role, function)
    # What old commands call the role of errors.
    vars(style)["ERROR_OUTPUT"] = style.ERROR
    return style


@functools.cache
def no_style() -> Style:
    """The `Style` that leaves text alone."""
    return make_style("nocolor")


def color_style(force_color: bool = False) -> Style:
    """The `Style` for this terminal; with `force_color`, as if it showed colours."""
    if not (force_color or os.environ.get("FORCE_COLOR") or supports_color()):
        return no_style()
    return make_style(os.environ.get("DJANGO_COLORS", ""))
