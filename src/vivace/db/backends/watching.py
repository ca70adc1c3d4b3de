"""Noticing whatever must take a connection off the short road to its driver.

A plan runs through ``connection.execute``, which usually is the driver's own method, so that no
code of ours is passed. That holds only while nobody wants to see, change or forbid what is
executed. All who do so work by assigning: a flag on the connection, a wrapper into its list, a
method on the connection or on its class (test tools, profilers, tracers replace ``cursor`` and
``CursorWrapper.execute``). Each such assignment puts the watched road back; it finds the short one
again when nothing is left to watch.

PERF: nothing here is passed while a query runs. Flags have a setter but no getter, so that reading
one is reading the instance's dict.
"""

from __future__ import annotations

import weakref
from collections.abc import Callable
from types import MethodType
from typing import Any

# Every connection that may be on the short road. A copy is iterated: threads come and go.
_open: weakref.WeakSet[Any] = weakref.WeakSet()


def watch(connection: Any) -> None:
    """Let `connection` be told of replaced methods and changed settings."""
    _open.add(connection)


def watch_again() -> None:
    """Put every connection on its watched road; each finds the short one again by itself."""
    for connection in list(_open):
        # Only this: what else it takes is decided in the connection's own thread.
        connection.execute = connection._execute_watched


class Patchable(type):
    """The type of classes whose methods, replaced after the class was made, must be noticed."""

    def __setattr__(cls, name: str, value: Any) -> None:
        super().__setattr__(name, value)
        watch_again()

    def __delattr__(cls, name: str) -> None:
        super().__delattr__(name)
        watch_again()


class Flag:
    """An attribute of a connection, which chooses its road again when it is set."""

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    def __set__(self, obj: Any, value: Any) -> None:
        obj.__dict__[self.name] = value
        obj.choose_execute()

    def __delete__(self, obj: Any) -> None:
        try:
            del obj.__dict__[self.name]
        except KeyError:
            raise AttributeError(self.name) from None
        obj.choose_execute()


class Replaceable:
    """A method of a connection that may be replaced on the instance, which is noticed."""

    def __init__(self, function: Callable[..., Any]) -> None:
        self.function = function
        self.__doc__ = function.__doc__

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    def __get__(self, obj: Any, owner: type | None = None) -> Any:
        if obj is None:
            return self.function
        own = obj.__dict__.get(self.name)
        return MethodType(self.function, obj) if own is None else own

    def __set__(self, obj: Any, value: Any) -> None:
        if getattr(value, "__func__", None) is self.function:
            # Putting the own method back is how many tools undo.
            obj.__dict__.pop(self.name, None)
        else:
            obj.__dict__[self.name] = value
        obj.choose_execute()

    def __delete__(self, obj: Any) -> None:
        try:
            del obj.__dict__[self.name]
        except KeyError:
            raise AttributeError(self.name) from None
        obj.choose_execute()


class Wrappers(list[Any]):
    """A connection's execute wrappers, the outermost first; changing it chooses the road again."""

    def __init__(self, connection: Any) -> None:
        super().__init__()
        self._connection = weakref.ref(connection)

    def _changed(self) -> None:
        connection = self._connection()
        if connection is not None:
            connection.choose_execute()

    def append(self, wrapper: Any) -> None:
        super().append(wrapper)
        self._changed()

    def insert(self, index: Any, wrapper: Any) -> None:
        super().insert(index, wrapper)
        self._changed()

    def extend(self, wrappers: Any) -> None:
        super().extend(wrappers)
        self._changed()

    def pop(self, index: Any = -1) -> Any:
        wrapper = super().pop(index)
        self._changed()
        return wrapper

    def remove(self, wrapper: Any) -> None:
        super().remove(wrapper)
        self._changed()

    def clear(self) -> None:
        super().clear()
        self._changed()
