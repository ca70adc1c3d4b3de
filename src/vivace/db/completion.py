"""What the lower rooms of the ORM have of higher ones: installed from there, when it is first asked for.

The room of fields knows that a column has a class, the room of expressions that ``+`` makes one; these
classes are of rooms above, which enter themselves when they are imported. PERF: to declare models, and
to check them, takes none of them, so they are imported when something asks for what they enter.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

from vivace.utils.lazily import before_serving

__all__ = ["Installed", "complete", "completed", "completed_by"]

# The module that imports all rooms which install something; none once it has done so.
_completing: list[str] = []


def completed_by(module: str) -> None:
    """Say which module imports all that installs something; it calls `completed` at its end."""
    _completing.append(module)
    before_serving(complete)


def completed() -> None:
    """Everything is installed."""
    _completing.clear()


def complete() -> None:
    """Have everything installed. Threads that ask while it is being done wait for it."""
    for module in tuple(_completing):
        import_module(module)


class Installed:
    """A class attribute that a higher room replaces; asked for before, it has that room imported."""

    def __set_name__(self, owner: type, name: str) -> None:
        self._owner = owner
        self._name = name

    def __get__(self, instance: Any, owner: type | None = None) -> Any:
        complete()
        asked = owner if owner is not None else type(instance)
        # What replaces this may have been given to a subclass.
        if (
            next(vars(each)[self._name] for each in asked.__mro__ if self._name in vars(each))
            is self
        ):
            raise AttributeError(f"{self._owner.__name__}.{self._name} is not installed yet.")
        return getattr(owner if instance is None else instance, self._name)
