"""Localisation of values switched on and off. Documented in topics/i18n/formatting."""

from __future__ import annotations

from typing import Any

from vivace.template.exceptions import TemplateSyntaxError
from vivace.template.language.tree import Node, NodeList
from vivace.template.library import Library
from vivace.utils import formats

register = Library()


@register.filter(is_safe=False)
def localize(value: Any) -> str:
    """The value as the active language writes it."""
    return str(formats.localize(value, use_l10n=True))


@register.filter(is_safe=False)
def unlocalize(value: Any) -> str:
    """The value as no language writes it."""
    return str(formats.localize(value, use_l10n=False))


class LocalizeNode(Node):
    """``{% localize %}``: whether values in `nodelist` are localised."""

    def __init__(self, nodelist: NodeList, use_l10n: bool) -> None:
        self.nodelist = nodelist
        self.use_l10n = use_l10n

    def __repr__(self) -> str:
        return f"<{type(self).__name__}>"

    def render(self, context: Any) -> Any:
        before = context.use_l10n
        context.use_l10n = self.use_l10n
        try:
            return self.nodelist.render(context)
        finally:
            context.use_l10n = before


@register.tag("localize")
def localize_tag(parser: Any, token: Any) -> LocalizeNode:
    """``{% localize [on|off] %}...{% endlocalize %}``."""
    bits = token.split_contents()
    if len(bits) > 2 or (len(bits) == 2 and bits[1] not in ("on", "off")):
        raise TemplateSyntaxError(f"{bits[0]!r} argument should be 'on' or 'off'")
    nodelist = parser.parse(("endlocalize",))
    parser.delete_first_token()
    return LocalizeNode(nodelist, len(bits) == 1 or bits[1] == "on")
