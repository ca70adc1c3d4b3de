"""`Subscripted`: classes whose parameters are for type checkers only.

To type checkers it is `typing.Generic`. When the program runs, nothing of it is among the bases, so that
a project may write ``class Typed(Generic[T], QuerySet)`` (the order of bases could not be resolved
otherwise), an object's ``__class__`` may become a subclass with a mixin in front, and the bases are
those that are documented. A class that is subscripted by others has ``__class_getitem__ = itself``.
"""

from typing import TYPE_CHECKING, Any

__all__ = ["Subscripted", "itself"]

if TYPE_CHECKING:
    from typing import Generic as Subscripted
else:

    class _NoBase:
        """What stands among the bases of a class and adds none."""

        def __mro_entries__(self, bases):
            return ()

        def __getitem__(self, parameters):
            return self

    Subscripted = _NoBase()


def _itself(cls: type, *args: Any, **kwargs: Any) -> type:
    """The class, whatever its parameters are."""
    return cls


itself: Any = classmethod(_itself)
