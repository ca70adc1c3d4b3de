"""What happens to an object when the object that it refers to is deleted.

An ``on_delete`` is a function of the collector of the deletion, the field, the objects that refer
through it, and the alias of the database. Those here have, as ``flow``, the same as a flow where
they reach the database. ``lazy_sub_objs`` says that a queryset is enough: the objects themselves are
not read. Defined by ref/models/fields, "ForeignKey.on_delete".
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any

from vivace.db import connections
from vivace.db.utils import IntegrityError
from vivace.utils.naming import publish, published, say

if TYPE_CHECKING:
    from vivace.flow import Flow

__all__ = [
    "CASCADE",
    "DO_NOTHING",
    "PROTECT",
    "RESTRICT",
    "SET",
    "SET_DEFAULT",
    "SET_NULL",
    "ProtectedError",
    "RestrictedError",
    "cascade_flow",
]

OnDelete = Callable[[Any, Any, Any, str], Any]


@published("db.models.deletion.ProtectedError")
class ProtectedError(IntegrityError):
    """Objects refer to what was to be deleted through a field that protects it.

    They are in `protected_objects`.
    """

    def __init__(self, msg: str, protected_objects: Iterable[Any]) -> None:
        self.protected_objects = protected_objects
        super().__init__(msg, protected_objects)


@published("db.models.deletion.RestrictedError")
class RestrictedError(IntegrityError):
    """Objects refer to what was to be deleted, and are not deleted on another way.

    They are in `restricted_objects`.
    """

    def __init__(self, msg: str, restricted_objects: Iterable[Any]) -> None:
        self.restricted_objects = restricted_objects
        super().__init__(msg, restricted_objects)


def cascade_flow(collector: Any, field: Any, sub_objs: Any, using: str) -> Flow[None]:
    """Delete the objects as well."""
    yield from collector.collect_flow(
        sub_objs,
        source=field.remote_field.model,
        source_attr=field.name,
        nullable=field.null,
        fail_on_restricted=False,
    )
    if field.null and not connections[using].features.can_defer_constraint_checks:
        collector.add_field_update(field, None, sub_objs)


def CASCADE(collector: Any, field: Any, sub_objs: Any, using: str) -> None:
    """Delete the objects as well."""
    collector.collect(
        sub_objs,
        source=field.remote_field.model,
        source_attr=field.name,
        nullable=field.null,
        fail_on_restricted=False,
    )
    if field.null and not connections[using].features.can_defer_constraint_checks:
        collector.add_field_update(field, None, sub_objs)


def PROTECT(collector: Any, field: Any, sub_objs: Sequence[Any], using: str) -> None:
    """Raise `ProtectedError`."""
    raise ProtectedError(
        f"Cannot delete some instances of model '{field.remote_field.model.__name__}' because they "
        "are referenced through a protected foreign key: "
        f"'{type(sub_objs[0]).__name__}.{field.name}'",
        sub_objs,
    )


def RESTRICT(collector: Any, field: Any, sub_objs: Iterable[Any], using: str) -> None:
    """Raise `RestrictedError` in the end, unless the objects are deleted on another way."""
    collector.add_restricted_objects(field, sub_objs)
    collector.add_dependency(field.remote_field.model, field.model)


def SET(value: Any) -> OnDelete:
    """An ``on_delete`` that sets the field to `value`, or to what `value` returns when called."""
    if callable(value):

        def set_on_delete(collector: Any, field: Any, sub_objs: Any, using: str) -> None:
            collector.add_field_update(field, value(), sub_objs)

    else:

        def set_on_delete(collector: Any, field: Any, sub_objs: Any, using: str) -> None:
            collector.add_field_update(field, value, sub_objs)

        set_on_delete.lazy_sub_objs = True  # type: ignore[attr-defined]

    set_on_delete.deconstruct = (  # type: ignore[attr-defined]
        lambda: (say("db.models.SET"), (value,), {})
    )
    return set_on_delete


def SET_NULL(collector: Any, field: Any, sub_objs: Any, using: str) -> None:
    """Set the field to null."""
    collector.add_field_update(field, None, sub_objs)


SET_NULL.lazy_sub_objs = True  # type: ignore[attr-defined]


def SET_DEFAULT(collector: Any, field: Any, sub_objs: Any, using: str) -> None:
    """Set the field to its default."""
    collector.add_field_update(field, field.get_default(), sub_objs)


def DO_NOTHING(collector: Any, field: Any, sub_objs: Any, using: str) -> None:
    """Leave the objects to the database."""


publish(
    __name__, "db.models.deletion", "CASCADE DO_NOTHING PROTECT RESTRICT SET SET_DEFAULT SET_NULL"
)
