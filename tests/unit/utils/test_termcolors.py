"""Colours for terminals."""

from __future__ import annotations

from typing import Any

import pytest

from vivace.utils.termcolors import PALETTES, colorize, make_style, parse_color_setting

NO_COLOR = PALETTES["nocolor"]


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        ({}, "\x1b[m\x1b[0m"),
        ({"text": "x", "fg": "red"}, "\x1b[31mx\x1b[0m"),
        ({"text": "x", "fg": "red", "bg": "blue", "opts": ("bold",)}, "\x1b[31;44;1mx\x1b[0m"),
        ({"text": "x", "bg": "red", "fg": "blue"}, "\x1b[41;34mx\x1b[0m"),
        ({"text": "x", "opts": ("bold", "noreset")}, "\x1b[1mx"),
        ({"text": "", "opts": ("reset",)}, "\x1b[0m"),
        ({"text": None, "fg": "red"}, "\x1b[31m\x1b[0m"),
        ({"text": 5, "fg": "red"}, "\x1b[31m5\x1b[0m"),
        ({"text": "x", "opts": ("foo",)}, "\x1b[mx\x1b[0m"),
    ],
)
def test_colorize(arguments: Any, text: str) -> None:
    assert colorize(**arguments) == text


def test_unknown_colour() -> None:
    with pytest.raises(KeyError, match="nope"):
        colorize("x", fg="nope")


def test_make_style() -> None:
    assert make_style(("bold",), fg="red")("hey") == "\x1b[31;1mhey\x1b[0m"


@pytest.mark.parametrize("setting", ["nocolor", "foo", "error=", "=green", "light;nocolor"])
def test_settings_without_colour(setting: str) -> None:
    assert parse_color_setting(setting) is None


@pytest.mark.parametrize(
    ("setting", "style"),
    [
        ("error=green", {"fg": "green"}),
        ("ERROR=RED", {"fg": "red"}),
        ("error=green/blue,bold", {"fg": "green", "bg": "blue", "opts": ("bold",)}),
        ("error=green,bold/blue", {"fg": "green"}),
        ("error=blue/", {"fg": "blue"}),
        ("error=/red", {"bg": "red"}),
        (
            "error=green,bold,blink,reverse",
            {"fg": "green", "opts": ("reverse", "blink", "bold")},
        ),
    ],
)
def test_one_role(setting: str, style: Any) -> None:
    assert parse_color_setting(setting) == NO_COLOR | {"ERROR": style}


def test_palettes() -> None:
    assert parse_color_setting("") == PALETTES["dark"]
    assert parse_color_setting("light") == PALETTES["light"]
    assert parse_color_setting("light;error=yellow") == PALETTES["light"] | {
        "ERROR": {"fg": "yellow"}
    }
