"""`Field`: what all fields of models have in common.

A field is made in a model's body, learns its names and its model in `contribute_to_class`, and is
from then on only read. Its hooks come in three groups: values of Python (`to_python`, `validate`,
`clean`, `get_default`), values on their way to and from the database (`pre_save`, `get_prep_value`,
`get_db_prep_value`, `get_db_prep_save`, `get_db_converters`) and the column (`db_type`,
`db_parameters`). Documented at ref/models/fields and howto/custom-model-fields.

Over 600 lines: the hooks are one contract, which subclasses read in one place; the checks are in
`fields.checks`.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable, Sequence
from functools import partialmethod, total_ordering
from operator import attrgetter
from typing import TYPE_CHECKING, Any, ClassVar, Self, overload

from vivace.apps.registry import apps
from vivace.conf import settings
from vivace.core import exceptions
from vivace.core.limits import EMPTY_VALUES
from vivace.db import NotSupportedError, connection
from vivace.db.completion import Installed
from vivace.db.schema.constants import NOT_PROVIDED
from vivace.db.schema.deferred import DeferredAttribute
from vivace.db.schema.fields.checks import FieldChecks
from vivace.db.schema.fields.formfields import FieldForms
from vivace.db.schema.registry import RegisterLookupMixin
from vivace.utils.datastructures import DictWrapper
from vivace.utils.functional import Promise, cached_property
from vivace.utils.lazily import Later
from vivace.utils.naming import address, publish, published, root
from vivace.utils.subscripted import Subscripted, itself
from vivace.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from typing_extensions import TypeVar

    from vivace.db.schema import enums
    from vivace.db.schema.fields.options import Resolvable
    from vivace.utils import choices as choosing

    T = TypeVar("T", default=Any)
else:
    from typing import TypeVar

    # PERF: most fields have no choices.
    enums = Later("vivace.db.schema.enums")
    choosing = Later("vivace.utils.choices")

    T = TypeVar("T")

__all__ = ["BLANK_CHOICE_DASH", "NOT_PROVIDED", "Empty", "Field", "return_None"]


class Empty:
    """An object of no class yet: what a field's copy begins as."""


#: The first entry of a choice that may be left open.
BLANK_CHOICE_DASH = [("", "---------")]

# Options that `deconstruct` tells of, in its order, with their defaults; those that are compared by
# value rather than identity, and those that are kept under another name.
_OPTIONS: dict[str, Any] = {
    "verbose_name": None,
    "primary_key": False,
    "max_length": None,
    "unique": False,
    "blank": False,
    "null": False,
    "db_index": False,
    "default": NOT_PROVIDED,
    "db_default": NOT_PROVIDED,
    "editable": True,
    "serialize": True,
    "unique_for_date": None,
    "unique_for_month": None,
    "unique_for_year": None,
    "choices": None,
    "help_text": "",
    "db_column": None,
    "db_comment": None,
    "db_tablespace": None,
    "auto_created": False,
    "validators": [],
    "error_messages": None,
}
# Options that few fields have, and that are their class's by default.
_RARE = (
    "unique_for_date", "unique_for_month", "unique_for_year", "db_column", "db_comment",
    "auto_created", "_choices", "_db_tablespace", "_error_messages",
)  # fmt: skip
_COMPARED = {"choices", "validators"}
_KEPT_AS = {
    "unique": "_unique",
    "error_messages": "_error_messages",
    "validators": "_validators",
    "verbose_name": "_verbose_name",
    "db_tablespace": "_db_tablespace",
}

# Modules of fields, of which `db.models` offers the classes: migrations name them there.
_ADDRESSES = tuple(
    f"db.models.fields.{module}"
    for module in ("related", "files", "generated", "json", "proxy", "composite")
) + ("db.models.fields",)


def _load_field(app_label: str, model_name: str, field_name: str) -> Any:
    return apps.get_model(app_label, model_name)._meta.get_field(field_name)


def _empty(of_cls: type) -> Any:
    new = Empty()
    new.__class__ = of_cls
    return new


def return_None() -> None:
    """Answer None: the default of fields that have no other."""
    return None


def fix_path(path: str) -> str:
    """`path`, of a built-in field, as migrations name it: ``….db.models.CharField``."""
    here = root()
    for module in _ADDRESSES:
        prefix = f"{here}.{module}."
        if path.startswith(prefix):
            return f"{here}.db.models.{path[len(prefix) :]}"
    return path


@published("db.models.fields.Field")
@total_ordering
class Field(FieldForms, FieldChecks, RegisterLookupMixin, Subscripted[T]):
    """Base class of fields; `T` is the type of the value in Python.

    The parameters are documented at ref/models/fields (field options). Subclasses change
    `description`, `get_internal_type` or `db_type`, and the conversions.
    """

    if not TYPE_CHECKING:
        __class_getitem__ = itself

    # Whether an empty text may be stored (and is the default) instead of NULL.
    empty_strings_allowed = True
    empty_values: Sequence[Any] = list(EMPTY_VALUES)

    # Fields are ordered as they were made; those that are made for the user go before his.
    creation_counter = 0
    auto_creation_counter = -1
    default_validators: Sequence[Any] = []
    default_error_messages: ClassVar[dict[str, Any]] = {
        "invalid_choice": _("Value %(value)r is not a valid choice."),
        "null": _("This field cannot be null."),
        "blank": _("This field cannot be blank."),
        "unique": _("%(model_name)s with this %(field_label)s already exists."),
        # Translators: The 'lookup_type' is one of 'date', 'year' or 'month'.
        # Eg: "Title must be unique for pub_date year"
        "unique_for_date": _(
            "%(field_label)s must be unique for %(date_field_label)s %(lookup_type)s."
        ),
    }
    # Options without which the column would be the same.
    non_db_attrs: tuple[str, ...] = (
        "blank",
        "choices",
        "db_column",
        "editable",
        "error_messages",
        "help_text",
        "limit_choices_to",
        # Handled by the ORM, not by the database.
        "on_delete",
        "related_name",
        "related_query_name",
        "validators",
        "verbose_name",
    )

    hidden = False
    # Whether it stands for several columns.
    is_composite = False
    many_to_many: bool | None = None
    many_to_one: bool | None = None
    one_to_many: bool | None = None
    one_to_one: bool | None = None
    related_model: Any = None
    generated = False
    descriptor_class: type[Any] = DeferredAttribute

    # Set by the room of queries: `Col`, `Value`, `DatabaseDefault` and `Substr`.
    column_class: ClassVar[Any] = Installed()
    value_class: ClassVar[Any] = Installed()
    database_default_class: ClassVar[Any] = Installed()
    slice_class: ClassVar[Any] = Installed()

    # Options that few fields have. PERF: Python keeps up to thirty attributes of an instance without
    # a dict of its own, and models have many fields.
    unique_for_date: Any = None
    unique_for_month: Any = None
    unique_for_year: Any = None
    db_column: Any = None
    db_comment: Any = None
    auto_created: Any = False
    _choices: Any = None
    _db_tablespace: Any = None
    _error_messages: Any = None

    # Set when the field is given to a model.
    name: Any
    attname: str
    column: Any
    model: Any
    concrete: bool

    def __init__(
        self,
        verbose_name: Any = None,
        name: Any = None,
        primary_key: bool = False,
        max_length: Any = None,
        unique: bool = False,
        blank: bool = False,
        null: bool = False,
        db_index: bool = False,
        rel: Any = None,
        default: Any = NOT_PROVIDED,
        editable: bool = True,
        serialize: bool = True,
        unique_for_date: Any = None,
        unique_for_month: Any = None,
        unique_for_year: Any = None,
        choices: Any = None,
        help_text: Any = "",
        db_column: Any = None,
        db_tablespace: Any = None,
        auto_created: Any = False,
        validators: Iterable[Any] = (),
        error_messages: Any = None,
        db_comment: Any = None,
        db_default: Any = NOT_PROVIDED,
    ) -> None:
        self.name = name
        # What the user gave, beside what is made of the field's name if he gave none.
        self.verbose_name = verbose_name
        self._verbose_name = verbose_name
        self.primary_key = primary_key
        self.max_length, self._unique = max_length, unique
        self.blank, self.null = blank, null
        self.remote_field = rel
        self.is_relation = rel is not None
        self.default, self.db_default = default, db_default
        self.editable, self.serialize = editable, serialize
        if unique_for_date is not None:
            self.unique_for_date = unique_for_date
        if unique_for_month is not None:
            self.unique_for_month = unique_for_month
        if unique_for_year is not None:
            self.unique_for_year = unique_for_year
        if choices is not None:
            self.choices = choices
        self.help_text = help_text
        self.db_index = db_index
        if db_column is not None:
            self.db_column = db_column
        if db_comment is not None:
            self.db_comment = db_comment
        if db_tablespace is not None:
            self._db_tablespace = db_tablespace
        if auto_created:
            self.auto_created = auto_created
            self.creation_counter = Field.auto_creation_counter
            Field.auto_creation_counter -= 1
        else:
            self.creation_counter = Field.creation_counter
            Field.creation_counter += 1
        self._validators = list(validators)
        if error_messages is not None:
            self._error_messages = error_messages

    if TYPE_CHECKING:

        @overload
        def __get__(self, instance: None, owner: Any, /) -> Self: ...
        @overload
        def __get__(self, instance: object, owner: Any, /) -> T: ...
        def __get__(self, instance: object | None, owner: Any, /) -> Self | T: ...
        def __set__(self, instance: object, value: T | Resolvable, /) -> None: ...

    # --- what a field is called, and which comes before which

    def _description(self) -> Any:
        return _("Field of type: %(field_type)s") % {"field_type": self.__class__.__name__}

    description: Any = property(_description)

    def __str__(self) -> str:
        if not hasattr(self, "model"):
            return object.__str__(self)
        return f"{self.model._meta.label}.{self.name}"

    def __repr__(self) -> str:
        name = getattr(self, "name", None)
        said = f"{address(self.__class__)}: {name}" if name is not None else address(self.__class__)
        return f"<{said}>"

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Field):
            return self.creation_counter == other.creation_counter and getattr(
                self, "model", None
            ) == getattr(other, "model", None)
        return NotImplemented

    def __lt__(self, other: object) -> bool:
        if not isinstance(other, Field):
            return NotImplemented
        if self.creation_counter != other.creation_counter:
            return self.creation_counter < other.creation_counter
        # The same field of an abstract model in two models; one without a model goes first.
        mine, others = getattr(self, "model", None), getattr(other, "model", None)
        if mine is None or others is None:
            return mine is None and others is not None
        return _sort_key(mine) < _sort_key(others)

    def __hash__(self) -> int:
        return hash(self.creation_counter)

    # --- copies, pickles, migrations

    def deconstruct(self) -> tuple[Any, str, Any, dict[str, Any]]:
        """``(name, path, args, kwargs)``: how to make the field again.

        Only options that differ from their defaults are in ``kwargs``. Documented at
        howto/custom-model-fields; subclasses add their own options.
        """
        keywords: dict[str, Any] = {}
        for name, default in _OPTIONS.items():
            value = getattr(self, _KEPT_AS.get(name, name))
            if isinstance(value, choosing.CallableChoiceIterator):
                value = value.func
            if value != default if name in _COMPARED else value is not default:
                keywords[name] = value
        return self.name, fix_path(address(self.__class__)), [], keywords

    def clone(self) -> Self:
        """A new field of the same options, which belongs to no model."""
        _name, _path, args, kwargs = self.deconstruct()
        return self.__class__(*args, **kwargs)

    def __deepcopy__(self, memodict: dict[int, Any]) -> Self:
        # Of what a field holds, only the relation is its own; all else may be shared.
        new = copy.copy(self)
        if self.remote_field:
            new.remote_field = copy.copy(self.remote_field)
            if hasattr(self.remote_field, "field") and self.remote_field.field is self:
                new.remote_field.field = new
        memodict[id(self)] = new
        return new

    def __copy__(self) -> Self:
        # COMPAT: without __reduce__, which would answer the field of the model instead.
        new: Self = _empty(self.__class__)
        new.__dict__ = self.__dict__.copy()
        return new

    def __reduce__(self) -> Any:
        if not hasattr(self, "model"):
            # COMPAT: a field of Django has all of its options itself.
            state = {name: getattr(self, name) for name in _RARE} | self.__dict__
            # A lambda, which cannot be pickled; it is made again when needed.
            state.pop("_get_default", None)
            return _empty, (self.__class__,), state
        meta = self.model._meta
        return _load_field, (meta.app_label, meta.object_name, self.name)

    # --- belonging to a model

    def set_attributes_from_name(self, name: str) -> None:
        """Learn the field's name, and what follows from it."""
        self.name = self.name or name
        self.attname, self.column = self.get_attname_column()
        self.concrete = self.column is not None
        if self.verbose_name is None and self.name:
            self.verbose_name = self.name.replace("_", " ")

    def contribute_to_class(self, cls: Any, name: str, private_only: bool = False) -> None:
        """Become the field `name` of the model `cls`.

        With `private_only` it is not inherited, and not among the model's ordinary fields.
        """
        self.set_attributes_from_name(name)
        self.model = cls
        cls._meta.add_field(self, private=private_only)
        if self.column:
            setattr(cls, self.attname, self.descriptor_class(self))
        if self.choices is not None:
            display = f"get_{self.name}_display"
            # A method that the model or one of its bases defines by itself stays.
            if display not in cls.__dict__:
                setattr(cls, display, partialmethod(cls._get_FIELD_display, field=self))

    def get_attname(self) -> str:
        """The name of the attribute that holds the value."""
        return self.name  # type: ignore[no-any-return]

    def get_attname_column(self) -> tuple[str, Any]:
        """The names of attribute and column; None for no column."""
        attname = self.get_attname()
        return attname, self.db_column or attname

    @cached_property
    def unique(self) -> bool:
        """Whether no two rows may have the same value."""
        return self._unique or self.primary_key

    @property
    def db_tablespace(self) -> str:
        """The tablespace of the field's index."""
        return self._db_tablespace or settings.DEFAULT_INDEX_TABLESPACE  # type: ignore[no-any-return]

    @property
    def db_returning(self) -> bool:
        """Whether an insert shall answer the value, because the database may make it."""
        return self.has_db_default()

    # --- choices

    def _get_choices(self) -> Any:
        return self._choices

    def _set_choices(self, value: Any) -> None:
        if value is None:
            self._choices = None
            return
        # An enumeration can be called, but what is meant is its choices.
        self._choices = choosing.normalize_choices(
            value.choices if isinstance(value, enums.ChoicesType) else value
        )

    choices: Any = property(_get_choices, _set_choices)

    @property
    def flatchoices(self) -> list[tuple[Any, Any]]:
        """The choices without their groups."""
        return list(choosing.flatten_choices(self.choices))

    def get_choices(
        self,
        include_blank: bool = True,
        blank_choice: Any = BLANK_CHOICE_DASH,
        limit_choices_to: Any = None,
        ordering: Sequence[Any] = (),
    ) -> Any:
        """Pairs of value and label: the field's choices, or the rows that a relation may point to.

        Before them comes `blank_choice`, unless `include_blank` is false or they have one already.
        """
        if self.choices is not None:
            if include_blank:
                return choosing.BlankChoiceIterator(self.choices, blank_choice)
            return self.choices
        target = self.remote_field.model
        limit_choices_to = limit_choices_to or self.get_limit_choices_to()  # type: ignore[attr-defined]
        related = getattr(self.remote_field, "get_related_field", None)
        value_of = attrgetter(related().attname if related is not None else "pk")
        rows = target._default_manager.complex_filter(limit_choices_to)
        if ordering:
            rows = rows.order_by(*ordering)
        first = blank_choice if include_blank else []
        return first + [(value_of(row), str(row)) for row in rows]

    # --- values of Python

    def to_python(self, value: Any) -> Any:
        """`value`, of a form or a fixture, as the field's type; `ValidationError` if it is none."""
        return value

    @cached_property
    def error_messages(self) -> dict[str, Any]:
        """The messages by code: of the classes, and over them what the user gave."""
        messages: dict[str, Any] = {}
        for cls in reversed(self.__class__.__mro__):
            messages.update(getattr(cls, "default_error_messages", {}))
        messages.update(self._error_messages or {})
        return messages

    @cached_property
    def validators(self) -> list[Any]:
        """The class's validators, and those that the user gave."""
        return [*self.default_validators, *self._validators]

    def run_validators(self, value: Any) -> None:
        """Have all validators look at `value`; raise one `ValidationError` of what they say."""
        if value in self.empty_values:
            return
        errors: list[Any] = []
        for validator in self.validators:
            try:
                validator(value)
            except exceptions.ValidationError as error:
                code = getattr(error, "code", None)
                if code in self.error_messages:
                    error.message = self.error_messages[code]
                errors.extend(error.error_list)
        if errors:
            raise exceptions.ValidationError(errors)

    def validate(self, value: Any, model_instance: Any) -> None:
        """Raise `ValidationError` if `value` is no choice, or empty where it must not be."""
        if not self.editable:
            # Not entered by a person, so it is nobody's mistake.
            return
        if self.choices is not None and value not in self.empty_values:
            if any(value == choice for choice, _label in choosing.flatten_choices(self.choices)):
                return
            raise exceptions.ValidationError(
                self.error_messages["invalid_choice"],
                code="invalid_choice",
                params={"value": value},
            )
        if value is None and not self.null:
            raise exceptions.ValidationError(self.error_messages["null"], code="null")
        if not self.blank and value in self.empty_values:
            raise exceptions.ValidationError(self.error_messages["blank"], code="blank")

    def clean(self, value: Any, model_instance: Any) -> Any:
        """`value` as the field's type; raises `ValidationError` if it does not do."""
        value = self.to_python(value)
        self.validate(value, model_instance)
        self.run_validators(value)
        return value

    def has_default(self) -> bool:
        """Whether a default was given."""
        return self.default is not NOT_PROVIDED

    def has_db_default(self) -> bool:
        """Whether the database has a default of its own."""
        return self.db_default is not NOT_PROVIDED

    def get_default(self) -> Any:
        """The value of a new instance that was given none."""
        return self._get_default()

    @cached_property
    def _get_default(self) -> Callable[[], Any]:
        if self.has_default():
            if callable(self.default):
                return self.default  # type: ignore[no-any-return]
            return lambda: self.default
        if self.has_db_default():
            return lambda: self.database_default_class(
                self._db_default_expression, output_field=self
            )
        if not self.empty_strings_allowed or (
            self.null and not connection.features.interprets_empty_strings_as_nulls
        ):
            return return_None
        return str

    @cached_property
    def _db_default_expression(self) -> Any:
        default = self.db_default
        if hasattr(default, "resolve_expression"):
            return default
        return self.value_class(default, self)

    def value_from_object(self, obj: Any) -> Any:
        """The field's value of the instance `obj`."""
        return getattr(obj, self.attname)

    def value_to_string(self, obj: Any) -> Any:
        """The field's value of the instance `obj` for serializers."""
        return str(self.value_from_object(obj))

    def get_filter_kwargs_for_object(self, obj: Any) -> dict[str, Any]:
        """What ``filter()`` takes to find rows with the same value as `obj`."""
        return {self.name: getattr(obj, self.attname)}

    def get_pk_value_on_save(self, instance: Any) -> Any:
        """The value of a primary key that `instance` is saved with when it has none."""
        return self.get_default() if self.default else None

    # --- values on their way to the database

    def pre_save(self, model_instance: Any, add: bool) -> Any:
        """The value to store; hook for fields that set themselves when saved."""
        value = getattr(model_instance, self.attname)
        if (
            self.db_default is not NOT_PROVIDED
            and isinstance(value, self.database_default_class)
            and not connection.features.supports_default_keyword_in_insert
        ):
            return self._db_default_expression
        return value

    def get_prep_value(self, value: Any) -> Any:
        """`value` as a type that parameters of queries may have, whatever the database."""
        if isinstance(value, Promise):
            return value._func(*value._args, **value._kw)
        return value

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        """`value` as the driver of `connection` takes it; `prepared` after `get_prep_value`."""
        return value if prepared else self.get_prep_value(value)

    def get_db_prep_save(self, value: Any, connection: Any) -> Any:
        """`value`, which may be an expression, as it is stored."""
        if hasattr(value, "as_sql"):
            return value
        return self.get_db_prep_value(value, connection=connection, prepared=False)

    def get_db_converters(self, connection: Any) -> list[Any]:
        """Functions ``(value, expression, connection)`` that values of the database go through."""
        if hasattr(self, "from_db_value"):
            return [self.from_db_value]
        return []

    # --- the column

    def get_internal_type(self) -> str:
        """The name by which backends know the type of the column."""
        return self.__class__.__name__

    def db_type_parameters(self, connection: Any) -> Any:
        """What a type's SQL may name: the field's attributes, quoted with the prefix ``qn_``."""
        return DictWrapper(self.__dict__, connection.ops.quote_name, "qn_")

    def db_check(self, connection: Any) -> str | None:
        """The SQL of the column's CHECK constraint, or None."""
        check = connection.data_type_check_constraints.get(self.get_internal_type())
        try:
            return None if check is None else check % self.db_type_parameters(connection)
        except KeyError:
            # A field that belongs to no model, as the type of a generated field, has no column.
            return None

    def db_type(self, connection: Any) -> str | None:
        """The SQL of the column's type, or None for no column."""
        column_type = connection.data_types.get(self.get_internal_type())
        if column_type is None:
            return None
        data = self.db_type_parameters(connection)
        return column_type(data) if callable(column_type) else column_type % data  # type: ignore[no-any-return]

    def rel_db_type(self, connection: Any) -> str | None:
        """The type of a column that points to this one."""
        return self.db_type(connection)

    def cast_db_type(self, connection: Any) -> str | None:
        """The type to name in a cast."""
        db_type = connection.ops.cast_data_types.get(self.get_internal_type())
        if db_type:
            return db_type % self.db_type_parameters(connection)  # type: ignore[no-any-return]
        return self.db_type(connection)

    def db_parameters(self, connection: Any) -> dict[str, Any]:
        """``type`` and ``check`` of the column, and what else its class adds."""
        return {"type": self.db_type(connection), "check": self.db_check(connection)}

    def db_type_suffix(self, connection: Any) -> str | None:
        """What stands after the column's constraints."""
        return connection.data_types_suffix.get(self.get_internal_type())  # type: ignore[no-any-return]

    # --- in queries

    def get_col(self, alias: str, output_field: Any = None) -> Any:
        """The expression that reads the column of the table `alias`."""
        if alias == self.model._meta.db_table and (output_field is None or output_field == self):
            return self.cached_col
        return self.column_class(alias, self, output_field)

    @cached_property
    def cached_col(self) -> Any:
        """`get_col` of the model's own table."""
        return self.column_class(self.model._meta.db_table, self)

    def select_format(self, compiler: Any, sql: str, params: Any) -> tuple[str, Any]:
        """The SQL of the column where it is selected; hook for types that need a function."""
        return sql, params

    def slice_expression(self, expression: Any, start: int, length: int | None) -> Any:
        """The expression for a part of `expression`, `length` long from `start`, counted from 1."""
        raise NotSupportedError("This field does not support slicing.")


def _sort_key(model: Any) -> tuple[str, str]:
    return model._meta.app_label, model._meta.model_name


publish(__name__, "db.models.fields", "Empty _empty _load_field return_None")
