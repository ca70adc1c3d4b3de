"""`deconstructible`: classes whose instances tell how they were made, for migrations to write down."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any, TypeVar, overload

from vivace.utils.naming import address, to_home

__all__ = ["deconstructible"]

C = TypeVar("C", bound=type)

_MESSAGE = (
    "Could not find object {name} in {module}.\n"
    "Please note that you cannot serialize things like inner classes. Please move the object into "
    "the main module body to use migrations.\n"
    "For more information, see https://docs.djangoproject.com/en/5.2/topics/migrations/"
    "#serializing-values"
)


@overload
def deconstructible(cls: C, /) -> C: ...
@overload
def deconstructible(*, path: str | None = None) -> Callable[[C], C]: ...
def deconstructible(cls: Any = None, /, *, path: str | None = None) -> Any:
    """Class decorator that gives instances a ``deconstruct()`` method.

    It returns ``(import path, args, kwargs)``: where the class is published and what the instance
    was made with. `path` names the address to use instead of the class's own; subclasses keep theirs.
    Raises `ValueError` for a class that cannot be imported from there. Documented in
    topics/migrations, "Adding a deconstruct() method".
    """

    def decorate(klass: C) -> C:
        def __new__(cls: type, *args: Any, **kwargs: Any) -> Any:
            instance = super(klass, cls).__new__(cls)  # type: ignore[arg-type]
            instance._constructor_args = (args, kwargs)
            return instance

        def deconstruct(self: Any) -> tuple[str, tuple[Any, ...], dict[str, Any]]:
            """Where the class is published, and the arguments of this instance."""
            cls = type(self)
            own = path if path and cls is klass else address(cls)
            if own.endswith(f".{cls.__qualname__}"):
                # The address of an inner class has more than a module before its name.
                module, name = own.removesuffix(f".{cls.__qualname__}"), cls.__qualname__
            else:
                module, _, name = own.rpartition(".")
            if not hasattr(import_module(to_home(module)), name):
                raise ValueError(_MESSAGE.format(name=cls.__name__, module=module))
            args, kwargs = self._constructor_args
            return own, args, kwargs

        klass.__new__ = staticmethod(__new__)  # type: ignore[assignment]
        klass.deconstruct = deconstruct  # type: ignore[attr-defined]
        return klass

    return decorate if cls is None else decorate(cls)
