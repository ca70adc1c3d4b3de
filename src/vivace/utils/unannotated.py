"""Classes that people derive from keep their annotations to themselves."""

from __future__ import annotations

from typing import TypeVar

__all__ = ["unannotated"]

C = TypeVar("C", bound=type)


def unannotated(cls: C) -> C:
    """Take the annotations from `cls` at run time; type checkers have read them in the source.

    COMPAT: packages take the annotated names of a class for what its author declared
    (``typing.get_type_hints`` of a component that is a view, say). Those of our base classes are
    not among them, and could not be evaluated: what they name is imported for checkers only.
    """
    cls.__annotations__ = {}
    return cls
