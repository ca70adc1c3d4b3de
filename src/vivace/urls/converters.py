"""Path converters: the text of a path's part to a Python value, and back.

Defined by topics/http/urls, "Path converters" and "Registering custom path converters".
"""

from __future__ import annotations

import functools
import warnings
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Protocol

from vivace.utils.deprecation import RemovedInDjango60Warning
from vivace.utils.lazily import Later

if TYPE_CHECKING:
    import uuid
else:
    # PERF: few routes have such a converter, and it asks the system what it is.
    uuid = Later("uuid")

__all__ = [
    "DEFAULT_CONVERTERS",
    "REGISTERED_CONVERTERS",
    "Converter",
    "IntConverter",
    "PathConverter",
    "SlugConverter",
    "StringConverter",
    "UUIDConverter",
    "get_converters",
    "register_converter",
]


class Converter(Protocol):
    """What a converter has: a regular expression and the two directions.

    A `ValueError` of `to_python` means that the route does not match; of `to_url`, that the path
    cannot be built this way.
    """

    @property
    def regex(self) -> str: ...

    def to_python(self, value: str) -> Any: ...

    def to_url(self, value: Any) -> str: ...


class IntConverter:
    """ASCII digits to an `int`."""

    regex = "[0-9]+"

    def to_python(self, value: str) -> int:
        return int(value)

    def to_url(self, value: Any) -> str:
        return str(value)


class StringConverter:
    """Any text without a slash, as it is."""

    regex = "[^/]+"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: Any) -> str:
        # COMPAT: the value itself; text is made of it where the path is put together.
        return value  # type: ignore[no-any-return]


class UUIDConverter:
    """A UUID in its lower-case form with dashes."""

    regex = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"

    def to_python(self, value: str) -> uuid.UUID:
        return uuid.UUID(value)

    def to_url(self, value: Any) -> str:
        return str(value)


class SlugConverter(StringConverter):
    """ASCII letters, digits, dashes and underscores."""

    regex = "[-a-zA-Z0-9_]+"


class PathConverter(StringConverter):
    """Any text with slashes, but no line breaks."""

    regex = ".+"


DEFAULT_CONVERTERS: dict[str, Converter] = {
    "int": IntConverter(),
    "path": PathConverter(),
    "slug": SlugConverter(),
    "str": StringConverter(),
    "uuid": UUIDConverter(),
}

REGISTERED_CONVERTERS: dict[str, Converter] = {}


def register_converter(converter: Callable[[], Converter], type_name: str) -> None:
    """Let routes use ``<type_name:...>``; `converter` is the class, and one instance is made of it."""
    if type_name in REGISTERED_CONVERTERS or type_name in DEFAULT_CONVERTERS:
        warnings.warn(
            f"Converter {type_name!r} is already registered. Support for overriding registered "
            "converters is deprecated and will be removed in Django 6.0.",
            category=RemovedInDjango60Warning,
            stacklevel=2,
        )
    REGISTERED_CONVERTERS[type_name] = converter()
    get_converters.cache_clear()


@functools.cache
def get_converters() -> dict[str, Converter]:
    """All converters by name, the registered ones over the built-in ones."""
    return {**DEFAULT_CONVERTERS, **REGISTERED_CONVERTERS}
