"""Fields of truth values, bytes, UUIDs and addresses of the Internet."""

from __future__ import annotations

import uuid
from base64 import b64decode, b64encode
from typing import TYPE_CHECKING, Any, Literal, Unpack, overload

from vivace import checks
from vivace.core import exceptions
from vivace.core.limits import MaxLengthValidator
from vivace.db.schema.fields.base import Field
from vivace.db.schema.fields.formfields import forms
from vivace.utils.ipv6 import MAX_IPV6_ADDRESS_LENGTH, clean_ipv6_address
from vivace.utils.lazily import Later
from vivace.utils.naming import published
from vivace.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from typing_extensions import TypeVar

    from vivace.core import validators
    from vivace.db.schema.fields.options import FieldOptions

    B = TypeVar("B", default=bool)
    Y = TypeVar("Y", default=bytes)
    U = TypeVar("U", default=uuid.UUID)
    S = TypeVar("S", default=str)
else:
    from typing import TypeVar

    validators = Later("vivace.core.validators")
    B = TypeVar("B")
    Y = TypeVar("Y")
    U = TypeVar("U")
    S = TypeVar("S")

__all__ = [
    "BinaryField",
    "BooleanField",
    "GenericIPAddressField",
    "IPAddressField",
    "NullBooleanField",
    "UUIDField",
]


@published("db.models.fields.BooleanField")
class BooleanField(Field[B]):
    """True or False; with ``null=True`` also None."""

    empty_strings_allowed = False
    default_error_messages = {
        "invalid": _("“%(value)s” value must be either True or False."),
        "invalid_nullable": _("“%(value)s” value must be either True, False, or None."),
    }
    description = _("Boolean (Either True or False)")

    if TYPE_CHECKING:

        @overload
        def __init__(
            self: BooleanField[bool],
            *args: Any,
            null: Literal[False] = False,
            **kwargs: Unpack[FieldOptions],
        ) -> None: ...
        @overload
        def __init__(
            self: BooleanField[bool | None],
            *args: Any,
            null: Literal[True],
            **kwargs: Unpack[FieldOptions],
        ) -> None: ...
        @overload
        def __init__(self, *args: Any, **kwargs: Any) -> None: ...
        def __init__(self, *args: Any, **kwargs: Any) -> None: ...

    def get_internal_type(self) -> str:
        """Stored alike in all subclasses."""
        return "BooleanField"

    def to_python(self, value: Any) -> Any:
        """`value`, or a text that means one, as a bool."""
        if self.null and value in self.empty_values:
            return None
        if value in (True, False):
            # 1 and 0 are equal to them.
            return bool(value)
        if value in ("t", "True", "1"):
            return True
        if value in ("f", "False", "0"):
            return False
        code = "invalid_nullable" if self.null else "invalid"
        # The messages differ, the code does not tell of it.
        raise exceptions.ValidationError(
            self.error_messages[code], code="invalid", params={"value": value}
        )

    def get_prep_value(self, value: Any) -> Any:
        """`value` as a bool."""
        if (value is True or value is False) and type(self).to_python is BooleanField.to_python:
            return value
        value = super().get_prep_value(value)
        return None if value is None else self.to_python(value)

    def formfield(self, **kwargs: Any) -> Any:
        """A box to tick; None can be chosen if it can be stored."""
        arguments: dict[str, Any]
        if self.choices is not None:
            include_blank = not (self.has_default() or "initial" in kwargs)
            arguments = {"choices": self.get_choices(include_blank=include_blank)}
        else:
            # An empty box is False, which is an answer.
            form_class = forms.NullBooleanField if self.null else forms.BooleanField
            arguments = {"form_class": form_class, "required": False}
        return super().formfield(**{**arguments, **kwargs})


@published("db.models.fields.NullBooleanField")
class NullBooleanField(BooleanField[B]):
    """Gone; there for migrations that were written when it was not."""

    default_error_messages = {
        "invalid": _("“%(value)s” value must be either None, True or False."),
        "invalid_nullable": _("“%(value)s” value must be either None, True or False."),
    }
    description = _("Boolean (Either True, False or None)")
    system_check_removed_details = {
        "msg": "NullBooleanField is removed except for support in historical migrations.",
        "hint": "Use BooleanField(null=True, blank=True) instead.",
        "id": "fields.E903",
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["null"] = True
        kwargs["blank"] = True
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> tuple[Any, str, list[Any], dict[str, Any]]:
        """As of `BooleanField`, without what is always so."""
        name, path, args, kwargs = super().deconstruct()
        del kwargs["null"]
        del kwargs["blank"]
        return name, path, args, kwargs


@published("db.models.fields.BinaryField")
class BinaryField(Field[Y]):
    """Bytes; not editable unless that is asked for."""

    description = _("Raw binary data")
    empty_values = [None, b""]

    if TYPE_CHECKING:

        @overload
        def __init__(
            self: BinaryField[bytes],
            *args: Any,
            null: Literal[False] = False,
            **kwargs: Unpack[FieldOptions],
        ) -> None: ...
        @overload
        def __init__(
            self: BinaryField[bytes | None],
            *args: Any,
            null: Literal[True],
            **kwargs: Unpack[FieldOptions],
        ) -> None: ...
        @overload
        def __init__(self, *args: Any, **kwargs: Any) -> None: ...
        def __init__(self, *args: Any, **kwargs: Any) -> None: ...

    else:

        def __init__(self, *args, **kwargs):
            kwargs.setdefault("editable", False)
            super().__init__(*args, **kwargs)
            if self.max_length is not None:
                self.validators.append(MaxLengthValidator(self.max_length))

    def check(self, **kwargs: Any) -> list[Any]:
        """The messages of the field, and of a default that is text."""
        return [*super().check(**kwargs), *self._check_str_default_value()]

    def _check_str_default_value(self) -> list[Any]:
        if not (self.has_default() and isinstance(self.default, str)):
            return []
        return [
            checks.Error(
                "BinaryField's default cannot be a string. Use bytes content instead.",
                obj=self,
                id="fields.E170",
            )
        ]

    def deconstruct(self) -> tuple[Any, str, list[Any], dict[str, Any]]:
        """As of `Field`, where what is unusual is to be editable."""
        name, path, args, kwargs = super().deconstruct()
        if self.editable:
            kwargs["editable"] = True
        else:
            del kwargs["editable"]
        return name, path, args, kwargs

    def get_internal_type(self) -> str:
        """Stored alike in all subclasses."""
        return "BinaryField"

    def get_placeholder(self, value: Any, compiler: Any, connection: Any) -> Any:
        """The SQL that stands for the value where it is stored."""
        return connection.ops.binary_placeholder_sql(value)

    def get_default(self) -> Any:
        """The default; no bytes rather than no text."""
        if self.has_default() and not callable(self.default):
            return self.default
        default = super().get_default()
        return b"" if default == "" else default

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        """`value` as the driver takes bytes."""
        value = super().get_db_prep_value(value, connection, prepared)
        return None if value is None else connection.Database.Binary(value)

    def value_to_string(self, obj: Any) -> str:
        """The bytes of `obj` in Base64."""
        return b64encode(self.value_from_object(obj)).decode("ascii")

    def to_python(self, value: Any) -> Any:
        """`value`; text is read as Base64."""
        if isinstance(value, str):
            return memoryview(b64decode(value.encode("ascii")))
        return value


@published("db.models.fields.UUIDField")
class UUIDField(Field[U]):
    """A UUID; its 32 hexadecimal digits where the database has no type for it."""

    default_error_messages = {
        "invalid": _("“%(value)s” is not a valid UUID."),
    }
    description = _("Universally unique identifier")
    empty_strings_allowed = False

    if TYPE_CHECKING:

        @overload
        def __init__(
            self: UUIDField[uuid.UUID],
            verbose_name: Any = None,
            *,
            null: Literal[False] = False,
            **kwargs: Any,
        ) -> None: ...
        @overload
        def __init__(
            self: UUIDField[uuid.UUID | None],
            verbose_name: Any = None,
            *,
            null: Literal[True],
            **kwargs: Any,
        ) -> None: ...
        @overload
        def __init__(self, *args: Any, **kwargs: Any) -> None: ...
        def __init__(self, *args: Any, **kwargs: Any) -> None: ...

    else:

        def __init__(self, verbose_name=None, **kwargs):
            kwargs["max_length"] = 32
            super().__init__(verbose_name, **kwargs)

    def deconstruct(self) -> tuple[Any, str, list[Any], dict[str, Any]]:
        """As of `Field`, without the length that is always the same."""
        name, path, args, kwargs = super().deconstruct()
        del kwargs["max_length"]
        return name, path, args, kwargs

    def get_internal_type(self) -> str:
        """Stored alike in all subclasses."""
        return "UUIDField"

    def get_prep_value(self, value: Any) -> Any:
        """`value` as a UUID."""
        return self.to_python(super().get_prep_value(value))

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        """`value` as the driver takes a UUID."""
        if value is None:
            return None
        if not isinstance(value, uuid.UUID):
            value = self.to_python(value)
        return value if connection.features.has_native_uuid_field else value.hex

    def to_python(self, value: Any) -> Any:
        """`value`, hexadecimal text or an integer, as a UUID; None stays None."""
        if value is None or isinstance(value, uuid.UUID):
            return value
        try:
            if isinstance(value, int):
                return uuid.UUID(int=value)
            return uuid.UUID(hex=value)
        except (AttributeError, ValueError):
            raise exceptions.ValidationError(
                self.error_messages["invalid"], code="invalid", params={"value": value}
            )

    def formfield(self, **kwargs: Any) -> Any:
        """A field for a UUID."""
        return super().formfield(**{"form_class": forms.UUIDField, **kwargs})


@published("db.models.fields.IPAddressField")
class IPAddressField(Field[S]):
    """Gone; there for migrations that were written when it was not."""

    empty_strings_allowed = False
    description = _("IPv4 address")
    system_check_removed_details = {
        "msg": "IPAddressField has been removed except for support in historical migrations.",
        "hint": "Use GenericIPAddressField instead.",
        "id": "fields.E900",
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["max_length"] = 15
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> tuple[Any, str, list[Any], dict[str, Any]]:
        """As of `Field`, without the length that is always the same."""
        name, path, args, kwargs = super().deconstruct()
        del kwargs["max_length"]
        return name, path, args, kwargs

    def get_prep_value(self, value: Any) -> Any:
        """`value` as text."""
        value = super().get_prep_value(value)
        return None if value is None else str(value)

    def get_internal_type(self) -> str:
        """Stored alike in all subclasses."""
        return "IPAddressField"


@published("db.models.fields.GenericIPAddressField")
class GenericIPAddressField(Field[S]):
    """An IPv4 or IPv6 address, in one normal form.

    `protocol` is ``both``, ``IPv4`` or ``IPv6``; with `unpack_ipv4`, ``::ffff:192.0.2.1`` becomes
    ``192.0.2.1``.
    """

    empty_strings_allowed = False
    description = _("IP address")
    default_error_messages = {"invalid": _("Enter a valid %(protocol)s address.")}
    protocol: str
    unpack_ipv4: bool

    if TYPE_CHECKING:

        @overload
        def __init__(
            self: GenericIPAddressField[str],
            *args: Any,
            protocol: str = "both",
            unpack_ipv4: bool = False,
            null: Literal[False] = False,
            **kwargs: Unpack[FieldOptions],
        ) -> None: ...
        @overload
        def __init__(
            self: GenericIPAddressField[str | None],
            *args: Any,
            protocol: str = "both",
            unpack_ipv4: bool = False,
            null: Literal[True],
            **kwargs: Unpack[FieldOptions],
        ) -> None: ...
        @overload
        def __init__(self, *args: Any, **kwargs: Any) -> None: ...
        def __init__(self, *args: Any, **kwargs: Any) -> None: ...

    else:

        def __init__(
            self,
            verbose_name=None,
            name=None,
            protocol="both",
            unpack_ipv4=False,
            *args,
            **kwargs,
        ):
            self.unpack_ipv4 = unpack_ipv4
            self.protocol = protocol
            self.default_validators = validators.ip_address_validators(protocol, unpack_ipv4)
            kwargs["max_length"] = MAX_IPV6_ADDRESS_LENGTH
            super().__init__(verbose_name, name, *args, **kwargs)

    def check(self, **kwargs: Any) -> list[Any]:
        """The messages of the field, and of an empty text that could not be stored."""
        return [*super().check(**kwargs), *self._check_blank_and_null_values(**kwargs)]

    def _check_blank_and_null_values(self, **kwargs: Any) -> list[Any]:
        if getattr(self, "null", False) or not getattr(self, "blank", False):
            return []
        return [
            checks.Error(
                "GenericIPAddressFields cannot have blank=True if null=False, as blank values "
                "are stored as nulls.",
                obj=self,
                id="fields.E150",
            )
        ]

    def deconstruct(self) -> tuple[Any, str, list[Any], dict[str, Any]]:
        """As of `Field`, with the protocol, and without the length that is always the same."""
        name, path, args, kwargs = super().deconstruct()
        if self.unpack_ipv4 is not False:
            kwargs["unpack_ipv4"] = self.unpack_ipv4
        if self.protocol != "both":
            kwargs["protocol"] = self.protocol
        if kwargs.get("max_length") == MAX_IPV6_ADDRESS_LENGTH:
            del kwargs["max_length"]
        return name, path, args, kwargs

    def get_internal_type(self) -> str:
        """Stored alike in all subclasses."""
        return "GenericIPAddressField"

    def to_python(self, value: Any) -> Any:
        """`value` as text, an IPv6 address in its normal form; None stays None."""
        if value is None:
            return None
        value = str(value).strip()
        if ":" in value:
            return clean_ipv6_address(value, self.unpack_ipv4, self.error_messages["invalid"])
        return value

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        """`value` as the driver takes an address."""
        if not prepared:
            value = self.get_prep_value(value)
        return connection.ops.adapt_ipaddressfield_value(value)

    def get_prep_value(self, value: Any) -> Any:
        """`value` as text, an IPv6 address in its normal form."""
        value = super().get_prep_value(value)
        if value is None:
            return None
        if value and ":" in value:
            try:
                return clean_ipv6_address(value, self.unpack_ipv4)
            except exceptions.ValidationError:
                # A part of an address, to look for.
                pass
        return str(value)

    def formfield(self, **kwargs: Any) -> Any:
        """A field for an address of the protocol."""
        return super().formfield(
            **{"protocol": self.protocol, "form_class": forms.GenericIPAddressField, **kwargs}
        )
