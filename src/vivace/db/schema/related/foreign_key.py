"""`ForeignKey` and `OneToOneField`: a column with the key of a row of another model."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Literal, overload

from vivace import checks
from vivace.core import exceptions
from vivace.db import router
from vivace.db.schema.fields.formfields import forms
from vivace.db.schema.on_delete import SET_DEFAULT, SET_NULL
from vivace.db.schema.related.foreign_object import ForeignObject
from vivace.db.schema.related.lazy import RECURSIVE_RELATIONSHIP_CONSTANT
from vivace.db.schema.related.rels import ManyToOneRel, OneToOneRel
from vivace.utils.naming import published
from vivace.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from typing_extensions import TypeVar

    M = TypeVar("M", default=Any)
    N = TypeVar("N")
else:
    from typing import TypeVar

    M = TypeVar("M")

__all__ = ["ForeignKey", "OneToOneField", "refuse_target"]


def refuse_target(field: Any, to: Any, kind: str) -> None:
    """Raise `TypeError` unless `to`, which is no model, names one."""
    if isinstance(to, str):
        return
    raise TypeError(
        f"{field.__class__.__name__}({to!r}) is invalid. First parameter to {kind} must be "
        f"either a model, a model name, or the string {RECURSIVE_RELATIONSHIP_CONSTANT!r}"
    )


@published("db.models.fields.related.ForeignKey")
class ForeignKey(ForeignObject[M]):
    """Many rows of this model point to one of another. Documented at ref/models/fields.

    The column is the name with ``_id``, and so is the attribute that holds the key.
    """

    many_to_many = False
    many_to_one = True
    one_to_many = False
    one_to_one = False

    rel_class: ClassVar[Any] = ManyToOneRel
    empty_strings_allowed = False
    default_error_messages = {
        "invalid": _("%(model)s instance with %(field)s %(value)r is not a valid choice.")
    }
    description = _("Foreign Key (type determined by related field)")
    db_constraint: bool

    if TYPE_CHECKING:

        @overload
        def __init__(
            self: ForeignKey[N],
            to: type[N],
            on_delete: Any,
            related_name: str | None = None,
            related_query_name: str | None = None,
            limit_choices_to: Any = None,
            parent_link: bool = False,
            to_field: str | None = None,
            db_constraint: bool = True,
            *,
            null: Literal[False] = False,
            **kwargs: Any,
        ) -> None: ...
        @overload
        def __init__(
            self: ForeignKey[N | None],
            to: type[N],
            on_delete: Any,
            related_name: str | None = None,
            related_query_name: str | None = None,
            limit_choices_to: Any = None,
            parent_link: bool = False,
            to_field: str | None = None,
            db_constraint: bool = True,
            *,
            null: Literal[True],
            **kwargs: Any,
        ) -> None: ...
        @overload
        def __init__(self, to: Any, on_delete: Any, *args: Any, **kwargs: Any) -> None: ...
        def __init__(self, to: Any, on_delete: Any, *args: Any, **kwargs: Any) -> None: ...

    else:

        def __init__(
            self,
            to,
            on_delete,
            related_name=None,
            related_query_name=None,
            limit_choices_to=None,
            parent_link=False,
            to_field=None,
            db_constraint=True,
            **kwargs,
        ):
            meta = getattr(to, "_meta", None)
            if not hasattr(meta, "model_name"):
                refuse_target(self, to, "ForeignKey")
            else:
                # Taken now, as the model may be swapped before the relation is resolved.
                to_field = to_field or (meta.pk and meta.pk.name)
            if not callable(on_delete):
                raise TypeError("on_delete must be callable.")
            kwargs["rel"] = self.rel_class(
                self,
                to,
                to_field,
                related_name=related_name,
                related_query_name=related_query_name,
                limit_choices_to=limit_choices_to,
                parent_link=parent_link,
                on_delete=on_delete,
            )
            kwargs.setdefault("db_index", True)
            super().__init__(
                to,
                on_delete,
                related_name=related_name,
                related_query_name=related_query_name,
                limit_choices_to=limit_choices_to,
                from_fields=[RECURSIVE_RELATIONSHIP_CONSTANT],
                to_fields=[to_field],
                **kwargs,
            )
            self.db_constraint = db_constraint

        @classmethod
        def __class_getitem__(cls, *args, **kwargs):
            return cls

    def check(self, **kwargs: Any) -> list[Any]:
        """The messages of the relation, and of what happens when its target is deleted."""
        return [*super().check(**kwargs), *self._check_on_delete(), *self._check_unique()]

    def _check_on_delete(self) -> list[Any]:
        on_delete = getattr(self.remote_field, "on_delete", None)
        if on_delete == SET_NULL and not self.null:
            return [
                checks.Error(
                    "Field specifies on_delete=SET_NULL, but cannot be null.",
                    hint=("Set null=True argument on the field, or change the on_delete rule."),
                    obj=self,
                    id="fields.E320",
                )
            ]
        if on_delete == SET_DEFAULT and not self.has_default():
            return [
                checks.Error(
                    "Field specifies on_delete=SET_DEFAULT, but has no default value.",
                    hint="Set a default value, or change the on_delete rule.",
                    obj=self,
                    id="fields.E321",
                )
            ]
        return []

    def _check_unique(self, **kwargs: Any) -> list[Any]:
        if not self.unique:
            return []
        return [
            checks.Warning(
                "Setting unique=True on a ForeignKey has the same effect as using a OneToOneField.",
                hint=("ForeignKey(unique=True) is usually better served by a OneToOneField."),
                obj=self,
                id="fields.W342",
            )
        ]

    def deconstruct(self) -> tuple[Any, str, list[Any], dict[str, Any]]:
        """As of `ForeignObject`, in this class's own words."""
        name, path, args, kwargs = super().deconstruct()
        del kwargs["to_fields"]
        del kwargs["from_fields"]
        # Here an index is what is usual.
        if self.db_index:
            del kwargs["db_index"]
        else:
            kwargs["db_index"] = False
        if self.db_constraint is not True:
            kwargs["db_constraint"] = self.db_constraint
        field_name = self.remote_field.field_name
        target_meta = getattr(self.remote_field.model, "_meta", None)
        is_key = target_meta and target_meta.pk and field_name == target_meta.pk.name
        # Of a model that is only named yet, what was given was given on purpose.
        if field_name and not is_key and (not target_meta or target_meta.pk):
            kwargs["to_field"] = field_name
        return name, path, args, kwargs

    def to_python(self, value: Any) -> Any:
        """`value` as the type of the field that is pointed to."""
        return self.target_field.to_python(value)

    @property
    def target_field(self) -> Any:
        """The field that is pointed to."""
        return self.foreign_related_fields[0]

    def validate(self, value: Any, model_instance: Any) -> None:
        """As of `Field`; raises `ValidationError` also where no row has that key."""
        rel = self.remote_field
        if rel.parent_link:
            return
        super().validate(value, model_instance)
        if value is None:
            return
        using = router.db_for_read(rel.model, instance=model_instance)
        rows = rel.model._base_manager.using(using).filter(**{rel.field_name: value})
        # Without a limit nothing is to be described that a plan could not be kept for.
        if limit := self.get_limit_choices_to():
            rows = rows.complex_filter(limit)
        if rows.exists():
            return
        raise exceptions.ValidationError(
            self.error_messages["invalid"],
            code="invalid",
            params={
                "model": rel.model._meta.verbose_name,
                "pk": value,
                "field": rel.field_name,
                "value": value,
            },
        )

    def resolve_related_fields(self) -> list[tuple[Any, Any]]:
        """As of `ForeignObject`; the field that is pointed to must be in the model's own table."""
        pairs = super().resolve_related_fields()
        concrete = self.remote_field.model._meta.concrete_model
        for _local, remote in pairs:
            if remote and remote.model != concrete:
                raise exceptions.FieldError(
                    f"'{self.model._meta.label}.{self.name}' refers to field '{remote.name}' "
                    f"which is not local to model '{concrete._meta.label}'."
                )
        return pairs

    def get_attname(self) -> str:
        """The attribute that holds the key; the name itself leads to the object."""
        return f"{self.name}_id"

    def get_attname_column(self) -> tuple[str, Any]:
        """The names of attribute and column."""
        attname = self.get_attname()
        return attname, self.db_column or attname

    def get_default(self) -> Any:
        """The default's key, where the default is an object."""
        default = super().get_default()
        if isinstance(default, self.remote_field.model):
            return getattr(default, self.target_field.attname)
        return default

    def get_db_prep_save(self, value: Any, connection: Any) -> Any:
        """`value` as it is stored; an empty text is None where the target's column has none."""
        if value is None:
            return None
        target = self.target_field
        if value == "" and (
            not target.empty_strings_allowed
            or connection.features.interprets_empty_strings_as_nulls
        ):
            return None
        return target.get_db_prep_save(value, connection=connection)

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        """`value` as the driver takes the target's key."""
        return self.target_field.get_db_prep_value(value, connection, prepared)

    def get_prep_value(self, value: Any) -> Any:
        """`value` as the target's field stores it."""
        return self.target_field.get_prep_value(value)

    def contribute_to_related_class(self, cls: Any, related: Any) -> None:
        """Give the other model the attribute that leads back; its key's name is known now."""
        super().contribute_to_related_class(cls, related)
        if self.remote_field.field_name is None:
            self.remote_field.field_name = cls._meta.pk.name

    def db_check(self, connection: Any) -> str | None:
        """None: what is stored was checked where it points to."""
        return None

    def db_type(self, connection: Any) -> str | None:
        """What the target's field says that points to it."""
        return self.target_field.rel_db_type(connection=connection)  # type: ignore[no-any-return]

    def cast_db_type(self, connection: Any) -> str | None:
        """The target's."""
        return self.target_field.cast_db_type(connection=connection)  # type: ignore[no-any-return]

    def db_parameters(self, connection: Any) -> dict[str, Any]:
        """As of `Field`, with the collation of the target."""
        of_target = self.target_field.db_parameters(connection)
        return {
            "type": self.db_type(connection),
            "check": self.db_check(connection),
            "collation": of_target.get("collation"),
        }

    def convert_empty_strings(self, value: Any, expression: Any, connection: Any) -> Any:
        """None for an empty text."""
        return None if isinstance(value, str) and not value else value

    def get_db_converters(self, connection: Any) -> list[Any]:
        """As of `Field`; an empty text is None where the database makes no difference."""
        converters = super().get_db_converters(connection)
        if connection.features.interprets_empty_strings_as_nulls:
            converters = [*converters, self.convert_empty_strings]
        return converters

    def get_col(self, alias: str, output_field: Any = None) -> Any:
        """The expression that reads the column; its type is that of the row's key in the end."""
        if output_field is None:
            output_field = self.target_field
            while isinstance(output_field, ForeignKey):
                output_field = output_field.target_field
                if output_field is self:
                    raise ValueError("Cannot resolve output_field.")
        return super().get_col(alias, output_field)

    def formfield(self, *, using: str | None = None, **kwargs: Any) -> Any:
        """A field to choose a row with, of the database `using`.

        Raises `ValueError` while the other model does not exist yet.
        """
        model = self.remote_field.model
        if isinstance(model, str):
            raise ValueError(
                f"Cannot create form field for {self.name!r} yet, because its related model "
                f"{model!r} has not been loaded yet"
            )
        return super().formfield(
            **{
                "form_class": forms.ModelChoiceField,
                "queryset": model._default_manager.using(using),
                "to_field_name": self.remote_field.field_name,
                **kwargs,
                "blank": self.blank,
            }
        )


@published("db.models.fields.related.OneToOneField")
class OneToOneField(ForeignKey[M]):
    """A foreign key that no two rows share, so that what leads back is one object."""

    many_to_many = False
    many_to_one = False
    one_to_many = False
    one_to_one = True
    rel_class: ClassVar[Any] = OneToOneRel
    description = _("One-to-one relationship")

    if TYPE_CHECKING:

        @overload
        def __init__(
            self: OneToOneField[N],
            to: type[N],
            on_delete: Any,
            to_field: str | None = None,
            *,
            null: Literal[False] = False,
            **kwargs: Any,
        ) -> None: ...
        @overload
        def __init__(
            self: OneToOneField[N | None],
            to: type[N],
            on_delete: Any,
            to_field: str | None = None,
            *,
            null: Literal[True],
            **kwargs: Any,
        ) -> None: ...
        @overload
        def __init__(self, to: Any, on_delete: Any, *args: Any, **kwargs: Any) -> None: ...
        def __init__(self, to: Any, on_delete: Any, *args: Any, **kwargs: Any) -> None: ...

    else:

        def __init__(self, to, on_delete, to_field=None, **kwargs):
            kwargs["unique"] = True
            super().__init__(to, on_delete, to_field=to_field, **kwargs)

    def deconstruct(self) -> tuple[Any, str, list[Any], dict[str, Any]]:
        """As of `ForeignKey`; it is always unique."""
        name, path, args, kwargs = super().deconstruct()
        kwargs.pop("unique", None)
        return name, path, args, kwargs

    def save_form_data(self, instance: Any, data: Any) -> None:
        """Set the object, or its key."""
        if isinstance(data, self.remote_field.model):
            setattr(instance, self.name, data)
            return
        setattr(instance, self.attname, data)
        if data is None:
            # The object that was there is forgotten too.
            setattr(instance, self.name, data)

    def _check_unique(self, **kwargs: Any) -> list[Any]:
        # It is what it should be.
        return []

    def formfield(self, **kwargs: Any) -> Any:
        """As of `ForeignKey`; None for the link to the parent's row."""
        return None if self.remote_field.parent_link else super().formfield(**kwargs)
