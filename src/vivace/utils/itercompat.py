"""An address that older packages import from; nothing else uses it."""

from __future__ import annotations

import warnings
from typing import Any

from vivace.utils.deprecation import RemovedInDjango60Warning
from vivace.utils.naming import say


def is_iterable(x: Any) -> bool:
    """Whether `x` can be iterated over. Deprecated: `iter` tells, or `collections.abc.Iterable`."""
    warnings.warn(
        f"{say('utils.itercompat.is_iterable()')} is deprecated. Use isinstance(..., "
        "collections.abc.Iterable) instead.",
        RemovedInDjango60Warning,
        stacklevel=2,
    )
    try:
        iter(x)
    except TypeError:
        return False
    return True
