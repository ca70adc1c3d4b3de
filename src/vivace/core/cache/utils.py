"""The key under which a fragment of a template is cached."""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import md5
from typing import Any

__all__ = [
    "TEMPLATE_FRAGMENT_KEY_TEMPLATE",
    "make_template_fragment_key",
]

TEMPLATE_FRAGMENT_KEY_TEMPLATE = "template.cache.%s.%s"


def make_template_fragment_key(fragment_name: str, vary_on: Iterable[Any] | None = None) -> str:
    """The key of the fragment `fragment_name` for the values `vary_on`.

    https://docs.djangoproject.com/en/5.2/topics/cache/#django.core.cache.utils.make_template_fragment_key
    """
    hasher = md5(usedforsecurity=False)
    for arg in vary_on or ():
        hasher.update(str(arg).encode())
        hasher.update(b":")
    return TEMPLATE_FRAGMENT_KEY_TEMPLATE % (fragment_name, hasher.hexdigest())
