"""What ``save(force_insert=...)`` may be given."""

from typing import Any

from vivace.db.orm.classes.metaclass import ModelBase

__all__ = ["validate_force_insert"]


def validate_force_insert(cls: type, force_insert: Any) -> tuple[type, ...]:
    """The classes whose tables get an INSERT whatever they hold; `TypeError` for other values."""
    if force_insert is False:
        return ()
    if force_insert is True:
        return (cls,)
    if not isinstance(force_insert, tuple):
        raise TypeError("force_insert must be a bool or tuple.")
    for member in force_insert:
        if not isinstance(member, ModelBase):
            raise TypeError(f"Invalid force_insert member. {member!r} must be a model subclass.")
        if not issubclass(cls, member):
            raise TypeError(
                f"Invalid force_insert member. {member.__qualname__} must be a base of "
                f"{cls.__qualname__}."
            )
    return force_insert
