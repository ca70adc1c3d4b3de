"""`Subscripted`: a base whose parameters are for type checkers only.

To type checkers it is `typing.Generic`. When the program runs, ``Field[int]`` is `Field` itself, and
`typing.Generic` is not among the bases: a project may write ``class Typed(Generic[T], QuerySet)``,
whose order of bases could not be resolved otherwise. Nor has it slots: an object's ``__class__`` may
become a subclass with a mixin in front, as long as the base adds the ``__dict__``, like any mixin.
"""

from typing import TYPE_CHECKING

__all__ = ["Subscripted"]

if TYPE_CHECKING:
    from typing import Generic as Subscripted
else:

    class Subscripted:
        """A base that answers every subscription with the class itself."""

        def __class_getitem__(cls, *args, **kwargs):
            return cls
