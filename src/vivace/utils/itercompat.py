"""Whether something can be iterated over, as packages still ask. Deprecated; not documented."""

import warnings
from typing import Any

from vivace.utils.deprecation import RemovedInDjango60Warning
from vivace.utils.naming import say

__all__ = ["is_iterable"]


def is_iterable(x: Any) -> bool:
    """Whether `iter` takes `x`; so it does what has only ``__getitem__``."""
    warnings.warn(
        f"{say('utils.itercompat.is_iterable()')} is deprecated. "
        "Use isinstance(..., collections.abc.Iterable) instead.",
        RemovedInDjango60Warning,
        stacklevel=2,
    )
    try:
        iter(x)
    except TypeError:
        return False
    return True
