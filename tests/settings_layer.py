"""Other settings for a while, without the test tools, which need every room of the house."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from vivace.conf import UserSettingsHolder, settings


@contextmanager
def changed(**values: Any) -> Iterator[None]:
    """Lay `values` over the settings inside of a ``with`` block."""
    below = settings._wrapped
    layer = UserSettingsHolder(below)
    for name, value in values.items():
        setattr(layer, name, value)
    settings._wrapped = layer
    try:
        yield
    finally:
        settings._wrapped = below
