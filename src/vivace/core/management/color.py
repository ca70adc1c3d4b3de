"""Door to the styles of command output."""

from vivace.management.color import Style, color_style, make_style, no_style, supports_color

__all__ = ["Style", "color_style", "make_style", "no_style", "supports_color"]
