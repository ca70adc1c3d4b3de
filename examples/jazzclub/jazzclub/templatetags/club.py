"""Filters of the site: ``{% load club %}``."""

from __future__ import annotations

from vivace import template
from vivace.template.defaultfilters import stringfilter

register = template.Library()


@register.filter
def euros(price: int) -> str:
    """What a gig costs, in words: ``€18``, or ``Free``."""
    return f"€{price}" if price else "Free"


@register.filter
@stringfilter
def poster_title(name: str) -> str:
    """The title in the name a poster was kept under: ``okapi-brass-1f0c9a27.png`` is Okapi brass."""
    return name.rpartition("-")[0].replace("-", " ").capitalize()
