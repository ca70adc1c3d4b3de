"""Values that are computed from settings once, and again only when a setting they read changes.

This is how "decide at boot" and ``override_settings`` live together. A room that needs a setting on
the request's path does not ask for it there; it declares a cell::

    HOSTS = Frozen("hosts", compile_hosts, reads=("ALLOWED_HOSTS", "DEBUG"))

and reads ``HOSTS.value``, which is a plain instance attribute once it was built. ``boot/sequence.py``
builds the cells in order at start-up, so that a mistake is reported then. `settings_changed` clears
exactly the cells that read a changed setting, and those that were declared to come after them.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, TypeVar

from vivace.utils.subscripted import Subscripted, itself

T = TypeVar("T")

_cells: list[Frozen[Any]] = []
# A value and the class that says it is there are changed together.
_lock = threading.Lock()


class Frozen(Subscripted[T]):
    """A value made by `build` from the settings named in `reads`.

    `after` names cells whose value `build` uses. `cleared` is called, if given, whenever the value is
    thrown away, with no arguments: for what must be reset beside the value (a memo, a state).
    """

    if TYPE_CHECKING:
        value: T
    else:
        __class_getitem__ = itself

    def __init__(
        self,
        name: str,
        build: Callable[[], T],
        reads: Iterable[str] = (),
        after: Iterable[Frozen[Any]] = (),
        cleared: Callable[[], None] | None = None,
    ) -> None:
        self.name = name
        self.build = build
        self.reads = frozenset(reads)
        self.cleared = cleared
        self._followers: list[Frozen[Any]] = []
        for cell in after:
            cell._followers.append(self)
        _cells.append(self)
        self.__class__ = _NotBuilt

    @property
    def built(self) -> bool:
        """Whether the value is there already."""
        return "value" in self.__dict__

    def clear(self) -> None:
        """Throw the value away, and those of the cells that come after; they are rebuilt when read."""
        if self.__class__ is not _NotBuilt:
            with _lock:
                self.__class__ = _NotBuilt
                self.__dict__.pop("value", None)
        if self.cleared is not None:
            self.cleared()
        for cell in self._followers:
            cell.clear()

    def __repr__(self) -> str:
        state = "built" if self.built else "not built"
        return f"<Frozen {self.name}: {state}>"


class _NotBuilt(Frozen[T]):
    """What a cell is an instance of as long as it has no value.

    PERF: Python takes the long way to every attribute of an object whose class has `__getattr__`.
    """

    def __getattr__(self, name: str) -> Any:
        # Reached only while `value` is not in the instance's dict: that is, before it is built.
        if name != "value":
            raise AttributeError(f"'Frozen' object has no attribute {name!r}")
        value = self.build()
        with _lock:
            self.__dict__["value"] = value
            self.__class__ = Frozen  # type: ignore[assignment]
        return value


def cells() -> tuple[Frozen[Any], ...]:
    """All cells declared so far, in the order of their declaration."""
    return tuple(_cells)


def settings_changed(names: Iterable[str] | None = None) -> None:
    """Clear the cells that read one of the settings `names`; all cells when `names` is None."""
    changed = None if names is None else frozenset(names)
    for cell in _cells:
        if changed is None or not changed.isdisjoint(cell.reads):
            cell.clear()
