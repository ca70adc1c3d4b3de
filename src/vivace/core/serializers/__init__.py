"""The register of serializers, and the short ways to write and read objects in a format.

The home of the register, which programs patch and add to; the formats are in `vivace.serializers`.
https://docs.djangoproject.com/en/5.2/topics/serialization/
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from vivace.apps import apps
from vivace.conf import settings
from vivace.serializers.dependencies import sort_dependencies
from vivace.serializers.errors import SerializerDoesNotExist
from vivace.utils.lazily import lazily
from vivace.utils.naming import HOME, published, to_home

if TYPE_CHECKING:
    from vivace.core.serializers import base, json, python

# Submodules are there without an import of their own, as after Django's imports.
__getattr__, __dir__ = lazily(__name__, {})

__all__ = [
    "BUILTIN_SERIALIZERS",
    "BadSerializer",
    "SerializerDoesNotExist",
    "apps",
    "base",
    "deserialize",
    "get_deserializer",
    "get_public_serializer_formats",
    "get_serializer",
    "get_serializer_formats",
    "json",
    "python",
    "register_serializer",
    "serialize",
    "settings",
    "sort_dependencies",
    "unregister_serializer",
]

# Modules by format; those of SERIALIZATION_MODULES come on top.
BUILTIN_SERIALIZERS = {
    "xml": f"{HOME}.core.serializers.xml_serializer",
    "python": f"{HOME}.core.serializers.python",
    "json": f"{HOME}.core.serializers.json",
    "yaml": f"{HOME}.core.serializers.pyyaml",
    "jsonl": f"{HOME}.core.serializers.jsonl",
}

# Empty until it is first asked for something.
_serializers: dict[str, Any] = {}


@published("core.serializers.BadSerializer")
class BadSerializer:
    """Stands for a module that cannot be imported, so that only who uses it hears of that."""

    internal_use_only = False

    def __init__(self, exception: ImportError) -> None:
        self.exception = exception

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        raise self.exception


def register_serializer(
    format: str, serializer_module: str, serializers: dict[str, Any] | None = None
) -> None:
    """Register the module at the dotted path `serializer_module` for `format`.

    It has a ``Serializer`` and a ``Deserializer``. With `serializers` it is put there and nowhere
    else; the register itself is filled first.
    """
    if serializers is None and not _serializers:
        _load_serializers()
    module: Any
    try:
        module = importlib.import_module(to_home(serializer_module))
    except ImportError as exc:
        bad = BadSerializer(exc)
        module = type("BadModule", (), {"Deserializer": bad, "Serializer": bad})
    (_serializers if serializers is None else serializers)[format] = module


def unregister_serializer(format: str) -> None:
    """Forget `format`. Raises `SerializerDoesNotExist`."""
    _known(format)
    del _serializers[format]


def get_serializer(format: str) -> Any:
    """The class that writes `format`. Raises `SerializerDoesNotExist`."""
    return _known(format).Serializer


def get_serializer_formats() -> list[str]:
    """All formats."""
    return list(_loaded())


def get_public_serializer_formats() -> list[str]:
    """The formats that files may have."""
    return [k for k, v in _loaded().items() if not v.Serializer.internal_use_only]


def get_deserializer(format: str) -> Any:
    """The class that reads `format`. Raises `SerializerDoesNotExist`."""
    return _known(format).Deserializer


def serialize(format: str, queryset: Any, **options: Any) -> Any:
    """Write the objects of `queryset`, any iterable of instances, in `format`.

    Options are those of the base class, as ``fields`` and ``stream``, and the format's.
    """
    return get_serializer(format)().serialize(queryset, **options)


def deserialize(format: str, stream_or_string: Any, **options: Any) -> Any:
    """An iterator over what `stream_or_string` has in `format`, as ``DeserializedObject``s.

    Options are ``using``, ``ignorenonexistent`` and ``handle_forward_references``.
    """
    return get_deserializer(format)(stream_or_string, **options)


def _known(format: str) -> Any:
    if format not in _loaded():
        raise SerializerDoesNotExist(format)
    return _serializers[format]


def _loaded() -> dict[str, Any]:
    if not _serializers:
        _load_serializers()
    return _serializers


def _load_serializers() -> None:
    """Fill the register from what is built in and from SERIALIZATION_MODULES.

    Not when this module is imported: settings may not be there yet.
    """
    found: dict[str, Any] = {}
    modules = {**BUILTIN_SERIALIZERS, **(getattr(settings, "SERIALIZATION_MODULES", None) or {})}
    for format, module in modules.items():
        register_serializer(format, module, found)
    global _serializers
    _serializers = found
