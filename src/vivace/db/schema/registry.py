"""Lookups and transforms by name, registered on classes of fields and expressions or on one instance.

An instance's own lookups come before those of its class, a class's before those of its bases. What a
class offers is merged once and kept until something is registered on it or on one of its bases.
Documented at ref/models/lookups (the registration API).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import Any, ClassVar

from vivace.db.completion import complete
from vivace.utils.naming import publish, to_home

__all__ = [
    "RegisterLookupMixin",
    "changed",
    "class_or_instance_method",
    "on_change",
    "subclasses",
]

# Where lookups are that take part in completing the rooms.
_BUILT_IN = "vivace.db."

_listeners: list[Callable[[], None]] = []


def on_change(listener: Callable[[], None]) -> None:
    """Have `listener` called whenever a lookup is registered or taken away, or a model gets a field.

    For whatever keeps plans that were made with the lookups and fields there were.
    """
    _listeners.append(listener)


def changed() -> None:
    """Tell all listeners."""
    for listener in _listeners:
        listener()


def subclasses(cls: type) -> Iterator[type]:
    """`cls` and all classes derived from it."""
    yield cls
    subclass: type
    for subclass in cls.__subclasses__():
        yield from subclasses(subclass)


class class_or_instance_method:
    """Two functions under one name: one called through the class, one through an instance."""

    def __init__(
        self, class_method: Callable[..., Any], instance_method: Callable[..., Any]
    ) -> None:
        self.class_method = class_method
        self.instance_method = instance_method

    def __get__(self, instance: Any, owner: type) -> Callable[..., Any]:
        if instance is None:
            return partial(self.class_method, owner)
        return partial(self.instance_method, instance)


class RegisterLookupMixin:
    """Gives a class, and its instances, ``register_lookup`` and what finds lookups by name.

    The room of queries sets `lookup_base` and `transform_base` to its classes, which tell the two
    kinds apart.
    """

    lookup_base: ClassVar[type[Any] | None] = None
    transform_base: ClassVar[type[Any] | None] = None

    def _get_lookup(self, lookup_name: str) -> Any:
        return self.get_lookups().get(lookup_name)

    @classmethod
    def get_class_lookups(cls) -> dict[str, Any]:
        """What is registered on the class and its bases, by name."""
        merged = cls.__dict__.get("_merged_lookups")
        if merged is None:
            complete()
            merged = cls._merge_class_lookups()
            cls._merged_lookups = merged  # type: ignore[attr-defined]
        return merged

    @classmethod
    def _merge_class_lookups(cls) -> dict[str, Any]:
        return cls.merge_dicts(base.__dict__.get("class_lookups", {}) for base in cls.__mro__)

    def get_instance_lookups(self) -> dict[str, Any]:
        """What is registered on this instance, and on its class and the class's bases."""
        of_class = self.get_class_lookups()
        own = getattr(self, "instance_lookups", None)
        return {**of_class, **own} if own else of_class

    get_lookups = class_or_instance_method(
        lambda cls: cls.get_class_lookups(), lambda self: self.get_instance_lookups()
    )

    def get_lookup(self, lookup_name: str) -> Any:
        """The lookup class named `lookup_name`; None if there is none, or it is a transform."""
        return self._find(lookup_name, "lookup_base", "get_lookup")

    def get_transform(self, lookup_name: str) -> Any:
        """The transform class named `lookup_name`; None if there is none, or it is a lookup."""
        return self._find(lookup_name, "transform_base", "get_transform")

    def _find(self, name: str, kind: str, method: str) -> Any:
        found = self._get_lookup(name)
        base: type[Any] | None = getattr(self, kind)
        if found is None and hasattr(self, "output_field"):
            # An expression offers what its result offers.
            return getattr(self.output_field, method)(name)
        if found is None or base is None:
            return found
        if isinstance(found, type) and not issubclass(found, base):
            return None
        return found

    @staticmethod
    def merge_dicts(dicts: Iterable[dict[str, Any]]) -> dict[str, Any]:
        """All of `dicts` in one; where they have a key in common, the earliest counts."""
        merged: dict[str, Any] = {}
        for each in dicts:
            for name, lookup in each.items():
                merged.setdefault(name, lookup)
        return merged

    @classmethod
    def _clear_cached_class_lookups(cls) -> None:
        for subclass in subclasses(cls):
            if "_merged_lookups" in subclass.__dict__:
                del subclass._merged_lookups  # type: ignore[attr-defined]
        changed()

    @classmethod
    def register_class_lookup(cls, lookup: Any, lookup_name: str | None = None) -> Any:
        """Offer `lookup` on the class and what derives from it; answers `lookup`, to decorate."""
        if not to_home(lookup.__module__).startswith(_BUILT_IN):
            # What comes later replaces what has its name: those that are built in come first.
            complete()
        if "class_lookups" not in cls.__dict__:
            cls.class_lookups = {}  # type: ignore[attr-defined]
        cls.class_lookups[lookup_name or lookup.lookup_name] = lookup  # type: ignore[attr-defined]
        cls._clear_cached_class_lookups()
        return lookup

    def register_instance_lookup(self, lookup: Any, lookup_name: str | None = None) -> Any:
        """Offer `lookup` on this instance alone; answers `lookup`."""
        own = self.__dict__.setdefault("instance_lookups", {})
        own[lookup_name or lookup.lookup_name] = lookup
        changed()
        return lookup

    register_lookup = class_or_instance_method(
        lambda cls, *args, **kwargs: cls.register_class_lookup(*args, **kwargs),
        lambda self, *args, **kwargs: self.register_instance_lookup(*args, **kwargs),
    )

    @classmethod
    def _unregister_class_lookup(cls, lookup: Any, lookup_name: str | None = None) -> None:
        complete()
        del cls.class_lookups[lookup_name or lookup.lookup_name]  # type: ignore[attr-defined]
        cls._clear_cached_class_lookups()

    def _unregister_instance_lookup(self, lookup: Any, lookup_name: str | None = None) -> None:
        own = self.__dict__.get("instance_lookups", {})
        del own[lookup_name or lookup.lookup_name]
        changed()

    _unregister_lookup = class_or_instance_method(
        lambda cls, *args, **kwargs: cls._unregister_class_lookup(*args, **kwargs),
        lambda self, *args, **kwargs: self._unregister_instance_lookup(*args, **kwargs),
    )


publish(
    __name__, "db.models.query_utils", "RegisterLookupMixin class_or_instance_method subclasses"
)
