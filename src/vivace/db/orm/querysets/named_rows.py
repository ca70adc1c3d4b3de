"""Named tuples for ``values_list(named=True)``, one class per list of names, which pickle."""

from collections import namedtuple
from functools import lru_cache
from typing import Any

from vivace.utils.naming import publish

__all__ = ["create_namedtuple_class", "unpickle_named_row"]


@lru_cache(maxsize=512)
def create_namedtuple_class(*names: str) -> Any:
    """The named tuple class ``Row`` with the fields `names`."""

    def __reduce__(self: Any) -> tuple[Any, ...]:
        return unpickle_named_row, (names, tuple(self))

    return type("Row", (namedtuple("Row", names),), {"__reduce__": __reduce__, "__slots__": ()})


def unpickle_named_row(names: tuple[str, ...], values: tuple[Any, ...]) -> Any:
    """A row of the class for `names`."""
    return create_namedtuple_class(*names)(*values)


publish(__name__, "db.models.utils")
