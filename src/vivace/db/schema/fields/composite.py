"""A primary key of several fields. Documented at topics/composite-primary-key."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, ClassVar

from vivace import checks
from vivace.db.completion import Installed
from vivace.db.schema.constants import NOT_PROVIDED
from vivace.db.schema.fields.base import Field
from vivace.utils.functional import cached_property
from vivace.utils.lazily import Later
from vivace.utils.naming import publish, published

if TYPE_CHECKING:
    import json
else:
    json = Later("json")

__all__ = ["AttributeSetter", "CompositeAttribute", "CompositePrimaryKey", "unnest"]


class AttributeSetter:
    """An object with one attribute."""

    def __init__(self, name: str, value: Any) -> None:
        setattr(self, name, value)


@published("db.models.fields.composite.CompositeAttribute")
class CompositeAttribute:
    """The attribute ``pk``: a tuple of the values of the key's fields."""

    def __init__(self, field: Any) -> None:
        self.field = field

    @property
    def attnames(self) -> list[str]:
        """The attributes that the key consists of."""
        return [field.attname for field in self.field.fields]

    def __get__(self, instance: Any, cls: type | None = None) -> Any:
        if instance is None:
            return self
        return tuple([getattr(instance, attname) for attname in self.attnames])

    def __set__(self, instance: Any, values: Any) -> None:
        attnames = self.attnames
        if values is None:
            values = (None,) * len(attnames)
        if not isinstance(values, (list, tuple)):
            raise ValueError(f"{self.field.name!r} must be a list or a tuple.")
        if len(values) != len(attnames):
            raise ValueError(f"{self.field.name!r} must have {len(attnames)} elements.")
        for attname, value in zip(attnames, values, strict=True):
            setattr(instance, attname, value)


@published("db.models.fields.composite.CompositePrimaryKey")
class CompositePrimaryKey(Field[tuple[Any, ...]]):
    """The primary key that consists of the fields named `args`; it must be called ``pk``."""

    descriptor_class = CompositeAttribute
    is_composite = True

    # Set by the room of queries: `ColPairs`.
    pairs_class: ClassVar[Any] = Installed()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        if not args or not all(isinstance(arg, str) for arg in args) or len(set(args)) < len(args):
            raise ValueError("CompositePrimaryKey args must be unique strings.")
        if len(args) == 1:
            raise ValueError("CompositePrimaryKey must include at least two fields.")
        if kwargs.get("default", NOT_PROVIDED) is not NOT_PROVIDED:
            raise ValueError("CompositePrimaryKey cannot have a default.")
        if kwargs.get("db_default", NOT_PROVIDED) is not NOT_PROVIDED:
            raise ValueError("CompositePrimaryKey cannot have a database default.")
        if kwargs.get("db_column") is not None:
            raise ValueError("CompositePrimaryKey cannot have a db_column.")
        if kwargs.setdefault("editable", False):
            raise ValueError("CompositePrimaryKey cannot be editable.")
        if not kwargs.setdefault("primary_key", True):
            raise ValueError("CompositePrimaryKey must be a primary key.")
        if not kwargs.setdefault("blank", True):
            raise ValueError("CompositePrimaryKey must be blank.")
        self.field_names = args
        super().__init__(**kwargs)

    def deconstruct(self) -> tuple[Any, str, Any, dict[str, Any]]:
        """As of `Field`; the arguments are the names."""
        name, path, _args, kwargs = super().deconstruct()
        return name, path, self.field_names, kwargs

    @cached_property
    def fields(self) -> tuple[Any, ...]:
        """The fields that the key consists of."""
        meta = self.model._meta
        return tuple(meta.get_field(name) for name in self.field_names)

    @cached_property
    def columns(self) -> tuple[str, ...]:
        """The columns that the key consists of."""
        return tuple(field.column for field in self.fields)

    def contribute_to_class(self, cls: Any, name: str, private_only: bool = False) -> None:
        """Become the primary key of `cls`."""
        super().contribute_to_class(cls, name, private_only=private_only)
        cls._meta.pk = self
        setattr(cls, self.attname, self.descriptor_class(self))

    def get_attname_column(self) -> tuple[str, Any]:
        """There is no column of this name."""
        return self.get_attname(), None

    def __iter__(self) -> Iterator[Any]:
        return iter(self.fields)

    def __len__(self) -> int:
        return len(self.field_names)

    @cached_property
    def cached_col(self) -> Any:
        """`get_col` of the model's own table."""
        return self.pairs_class(self.model._meta.db_table, self.fields, self.fields, self)

    def get_col(self, alias: str, output_field: Any = None) -> Any:
        """The expression that reads the columns of the table `alias`."""
        if alias == self.model._meta.db_table and (output_field is None or output_field == self):
            return self.cached_col
        return self.pairs_class(alias, self.fields, self.fields, output_field or self)

    def get_pk_value_on_save(self, instance: Any) -> Any:
        """The values of `instance`, and the defaults of fields that have none."""
        values = []
        for field in self.fields:
            value = field.value_from_object(instance)
            if value is None:
                value = field.get_pk_value_on_save(instance)
            values.append(value)
        return tuple(values)

    def _check_field_name(self) -> list[Any]:
        if self.name == "pk":
            return []
        return [
            checks.Error("'CompositePrimaryKey' must be named 'pk'.", obj=self, id="fields.E013")
        ]

    def value_to_string(self, obj: Any) -> str:
        """The values of `obj` as a list of JSON."""
        values = self.value_from_object(obj)
        parts = []
        for field, value in zip(self.fields, values, strict=True):
            parts.append(field.value_to_string(AttributeSetter(field.attname, value)))
        return json.dumps(parts, ensure_ascii=False)

    def to_python(self, value: Any) -> Any:
        """`value`, which may be such a list as text, each part as its field's type."""
        if isinstance(value, str):
            parts = json.loads(value)
            value = [field.to_python(part) for field, part in zip(self.fields, parts, strict=True)]
        return value


def unnest(fields: Iterable[Any]) -> list[Any]:
    """`fields`, with the parts of composite keys instead of the keys."""
    result: list[Any] = []
    for field in fields:
        if isinstance(field, CompositePrimaryKey):
            result.extend(field.fields)
        else:
            result.append(field)
    return result


publish(__name__, "db.models.fields.composite")
