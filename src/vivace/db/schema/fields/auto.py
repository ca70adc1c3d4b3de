"""Primary keys that the database counts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vivace import checks
from vivace.db.schema.fields.numbers import BigIntegerField, IntegerField, SmallIntegerField
from vivace.utils.naming import publish, published

if TYPE_CHECKING:
    from typing_extensions import TypeVar

    I = TypeVar("I", default=int)  # noqa: E741
else:
    from typing import TypeVar

    I = TypeVar("I")  # noqa: E741

__all__ = ["AutoField", "AutoFieldMeta", "AutoFieldMixin", "BigAutoField", "SmallAutoField"]


class AutoFieldMixin:
    """What makes an integer count itself."""

    db_returning = True

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["blank"] = True
        super().__init__(*args, **kwargs)

    def check(self: Any, **kwargs: Any) -> list[Any]:
        """The messages of the field, and of its being no primary key."""
        return [*super().check(**kwargs), *self._check_primary_key()]  # type: ignore[misc]

    def _check_primary_key(self: Any) -> list[Any]:
        if self.primary_key:
            return []
        return [checks.Error("AutoFields must set primary_key=True.", obj=self, id="fields.E100")]

    def deconstruct(self: Any) -> tuple[Any, str, list[Any], dict[str, Any]]:
        """As of `IntegerField`; it is always blank, and always the primary key."""
        name, path, args, kwargs = super().deconstruct()  # type: ignore[misc]
        del kwargs["blank"]
        kwargs["primary_key"] = True
        return name, path, args, kwargs

    def validate(self, value: Any, model_instance: Any) -> None:
        """Whatever the database counted is fine."""

    def get_db_prep_value(self: Any, value: Any, connection: Any, prepared: bool = False) -> Any:
        """`value` as the driver takes an automatic integer."""
        if not prepared:
            value = self.get_prep_value(value)
            value = connection.ops.validate_autopk_value(value)
        return value

    def contribute_to_class(self: Any, cls: Any, name: str, private_only: bool = False) -> None:
        """Become the automatic field of `cls`; raises `ValueError` for the second of a model."""
        if cls._meta.auto_field:
            raise ValueError(
                f"Model {cls._meta.label} can't have more than one auto-generated field."
            )
        super().contribute_to_class(cls, name, private_only=private_only)  # type: ignore[misc]
        cls._meta.auto_field = self

    def formfield(self, **kwargs: Any) -> None:
        """None: the database chooses the value."""
        return None


class AutoFieldMeta(type):
    """Lets ``isinstance(field, AutoField)`` be true for the other sizes too."""

    @property
    def _subclasses(self) -> tuple[type, ...]:
        return (BigAutoField, SmallAutoField)

    def __instancecheck__(self, instance: object) -> bool:
        return isinstance(instance, self._subclasses) or super().__instancecheck__(instance)

    def __subclasscheck__(self, subclass: type) -> bool:
        return issubclass(subclass, self._subclasses) or super().__subclasscheck__(subclass)


@published("db.models.fields.AutoField")
class AutoField(AutoFieldMixin, IntegerField[I], metaclass=AutoFieldMeta):
    """A primary key that is counted, in an integer of 32 bits."""

    def get_internal_type(self) -> str:
        """Stored alike in all subclasses."""
        return "AutoField"

    def rel_db_type(self, connection: Any) -> str | None:
        """What points to it is a plain integer."""
        return IntegerField().db_type(connection=connection)


@published("db.models.fields.BigAutoField")
class BigAutoField(AutoFieldMixin, BigIntegerField[I]):
    """A primary key that is counted, in an integer of 64 bits."""

    def get_internal_type(self) -> str:
        """Stored alike in all subclasses."""
        return "BigAutoField"

    def rel_db_type(self, connection: Any) -> str | None:
        """What points to it is a plain integer of the same size."""
        return BigIntegerField().db_type(connection=connection)


@published("db.models.fields.SmallAutoField")
class SmallAutoField(AutoFieldMixin, SmallIntegerField[I]):
    """A primary key that is counted, in an integer of 16 bits."""

    def get_internal_type(self) -> str:
        """Stored alike in all subclasses."""
        return "SmallAutoField"

    def rel_db_type(self, connection: Any) -> str | None:
        """What points to it is a plain integer of the same size."""
        return SmallIntegerField().db_type(connection=connection)


publish(__name__, "db.models.fields")
