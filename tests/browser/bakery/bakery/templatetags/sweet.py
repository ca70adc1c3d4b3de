"""Filters of the bakery."""

from __future__ import annotations

from vivace import template

register = template.Library()


@register.filter
def in_spoons(grams: int) -> int:
    """How many spoons that many `grams` are."""
    return round(grams / 15)
