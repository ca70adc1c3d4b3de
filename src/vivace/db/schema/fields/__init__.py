"""The fields of models: one column each, its Python type, its rules."""

from typing import TYPE_CHECKING

from vivace.utils.lazily import lazily

if TYPE_CHECKING:
    from vivace.db.schema.fields.auto import (
        AutoField,
        AutoFieldMeta,
        AutoFieldMixin,
        BigAutoField,
        SmallAutoField,
    )
    from vivace.db.schema.fields.base import (
        BLANK_CHOICE_DASH,
        NOT_PROVIDED,
        Empty,
        Field,
        _empty,
        _load_field,
        return_None,
    )
    from vivace.db.schema.fields.formats import (
        CommaSeparatedIntegerField,
        EmailField,
        FilePathField,
        SlugField,
        URLField,
    )
    from vivace.db.schema.fields.numbers import (
        BigIntegerField,
        DecimalField,
        FloatField,
        IntegerField,
        PositiveBigIntegerField,
        PositiveIntegerField,
        PositiveIntegerRelDbTypeMixin,
        PositiveSmallIntegerField,
        SmallIntegerField,
    )
    from vivace.db.schema.fields.texts import CharField, TextField
    from vivace.db.schema.fields.times import (
        DateField,
        DateTimeCheckMixin,
        DateTimeField,
        DurationField,
        TimeField,
    )
    from vivace.db.schema.fields.values import (
        BinaryField,
        BooleanField,
        GenericIPAddressField,
        IPAddressField,
        NullBooleanField,
        UUIDField,
    )

__all__ = [
    "BLANK_CHOICE_DASH",
    "NOT_PROVIDED",
    "AutoField",
    "AutoFieldMeta",
    "AutoFieldMixin",
    "BigAutoField",
    "BigIntegerField",
    "BinaryField",
    "BooleanField",
    "CharField",
    "CommaSeparatedIntegerField",
    "DateField",
    "DateTimeCheckMixin",
    "DateTimeField",
    "DecimalField",
    "DurationField",
    "EmailField",
    "Empty",
    "Field",
    "FilePathField",
    "FloatField",
    "GenericIPAddressField",
    "IPAddressField",
    "IntegerField",
    "NullBooleanField",
    "PositiveBigIntegerField",
    "PositiveIntegerField",
    "PositiveIntegerRelDbTypeMixin",
    "PositiveSmallIntegerField",
    "SlugField",
    "SmallAutoField",
    "SmallIntegerField",
    "TextField",
    "TimeField",
    "URLField",
    "UUIDField",
    "_empty",
    "_load_field",
    "return_None",
]

__getattr__, __dir__ = lazily(
    __name__,
    {
        "auto": "AutoField AutoFieldMeta AutoFieldMixin BigAutoField SmallAutoField",
        "base": "BLANK_CHOICE_DASH NOT_PROVIDED Empty Field _empty _load_field return_None",
        "formats": ("CommaSeparatedIntegerField EmailField FilePathField SlugField URLField"),
        "numbers": (
            "BigIntegerField DecimalField FloatField IntegerField PositiveBigIntegerField "
            "PositiveIntegerField PositiveIntegerRelDbTypeMixin PositiveSmallIntegerField "
            "SmallIntegerField"
        ),
        "texts": "CharField TextField",
        "times": "DateField DateTimeCheckMixin DateTimeField DurationField TimeField",
        "values": (
            "BinaryField BooleanField GenericIPAddressField IPAddressField NullBooleanField "
            "UUIDField"
        ),
    },
)
