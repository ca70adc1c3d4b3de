"""Models and queries: everything that ``from vivace.db import models`` gives.

Each name is imported from its room when it is first asked for, with what declaring models takes; what
the rooms install in lower ones is there when those ask for it (`vivace.db.completion`).
"""

from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING

from vivace.db import connections
from vivace.db.completion import completed_by
from vivace.db.models import signals

# Imported for what it installs in the rooms below it: relations of a model need it at once.
from vivace.db.orm.relations import accessors  # noqa: F401
from vivace.utils.lazily import before_serving, lazily

if TYPE_CHECKING:
    from vivace.core.exceptions import ObjectDoesNotExist
    from vivace.db.orm.fetch_modes import FETCH_ONE, FETCH_PEERS, RAISE
    from vivace.db.orm.instances.init import DEFERRED
    from vivace.db.orm.instances.model import Model
    from vivace.db.orm.managers.manager import Manager
    from vivace.db.orm.querysets.queryset import QuerySet
    from vivace.db.orm.relations.many_to_many import ManyToManyField
    from vivace.db.orm.relations.prefetch import (
        Prefetch,
        aprefetch_related_objects,
        prefetch_related_objects,
    )
    from vivace.db.query.aggregates import Aggregate, Avg, Count, Max, Min, StdDev, Sum, Variance
    from vivace.db.query.base import Expression
    from vivace.db.query.conditional import Case, When
    from vivace.db.query.constraints_base import BaseConstraint
    from vivace.db.query.constraints_check import CheckConstraint
    from vivace.db.query.constraints_unique import Deferrable, UniqueConstraint
    from vivace.db.query.f import F, OuterRef
    from vivace.db.query.filtered import FilteredRelation
    from vivace.db.query.func import ExpressionList, Func
    from vivace.db.query.generated import GeneratedField
    from vivace.db.query.indexes import Index
    from vivace.db.query.lookups.base import Lookup, Transform
    from vivace.db.query.ordering import OrderBy
    from vivace.db.query.q import Q
    from vivace.db.query.subquery import Exists, Subquery
    from vivace.db.query.values import Value
    from vivace.db.query.window import (
        RowRange,
        ValueRange,
        Window,
        WindowFrame,
        WindowFrameExclusion,
    )
    from vivace.db.query.wrappers import ExpressionWrapper
    from vivace.db.schema.constants import NOT_PROVIDED
    from vivace.db.schema.enums import Choices, IntegerChoices, TextChoices
    from vivace.db.schema.fields.auto import AutoField, BigAutoField, SmallAutoField
    from vivace.db.schema.fields.base import BLANK_CHOICE_DASH, Empty, Field
    from vivace.db.schema.fields.composite import CompositePrimaryKey
    from vivace.db.schema.fields.files import FileField
    from vivace.db.schema.fields.formats import (
        CommaSeparatedIntegerField,
        EmailField,
        FilePathField,
        SlugField,
        URLField,
    )
    from vivace.db.schema.fields.images import ImageField
    from vivace.db.schema.fields.json import JSONField
    from vivace.db.schema.fields.numbers import (
        BigIntegerField,
        DecimalField,
        FloatField,
        IntegerField,
        PositiveBigIntegerField,
        PositiveIntegerField,
        PositiveSmallIntegerField,
        SmallIntegerField,
    )
    from vivace.db.schema.fields.order import OrderWrt
    from vivace.db.schema.fields.texts import CharField, TextField
    from vivace.db.schema.fields.times import DateField, DateTimeField, DurationField, TimeField
    from vivace.db.schema.fields.values import (
        BinaryField,
        BooleanField,
        GenericIPAddressField,
        IPAddressField,
        NullBooleanField,
        UUIDField,
    )
    from vivace.db.schema.on_delete import (
        CASCADE,
        DO_NOTHING,
        PROTECT,
        RESTRICT,
        SET,
        SET_DEFAULT,
        SET_NULL,
        ProtectedError,
        RestrictedError,
    )
    from vivace.db.schema.related.foreign_key import ForeignKey, OneToOneField
    from vivace.db.schema.related.foreign_object import ForeignObject
    from vivace.db.schema.related.rels import (
        ForeignObjectRel,
        ManyToManyRel,
        ManyToOneRel,
        OneToOneRel,
    )

__all__ = [
    "BLANK_CHOICE_DASH",
    "CASCADE",
    "DEFERRED",
    "DO_NOTHING",
    "FETCH_ONE",
    "FETCH_PEERS",
    "NOT_PROVIDED",
    "PROTECT",
    "RAISE",
    "RESTRICT",
    "SET",
    "SET_DEFAULT",
    "SET_NULL",
    "Aggregate",
    "AutoField",
    "Avg",
    "BaseConstraint",
    "BigAutoField",
    "BigIntegerField",
    "BinaryField",
    "BooleanField",
    "Case",
    "CharField",
    "CheckConstraint",
    "Choices",
    "CommaSeparatedIntegerField",
    "CompositePrimaryKey",
    "Count",
    "DateField",
    "DateTimeField",
    "DecimalField",
    "Deferrable",
    "DurationField",
    "EmailField",
    "Empty",
    "Exists",
    "Expression",
    "ExpressionList",
    "ExpressionWrapper",
    "F",
    "Field",
    "FileField",
    "FilePathField",
    "FilteredRelation",
    "FloatField",
    "ForeignKey",
    "ForeignObject",
    "ForeignObjectRel",
    "Func",
    "GeneratedField",
    "GenericIPAddressField",
    "IPAddressField",
    "ImageField",
    "Index",
    "IntegerChoices",
    "IntegerField",
    "JSONField",
    "Lookup",
    "Manager",
    "ManyToManyField",
    "ManyToManyRel",
    "ManyToOneRel",
    "Max",
    "Min",
    "Model",
    "NullBooleanField",
    "ObjectDoesNotExist",
    "OneToOneField",
    "OneToOneRel",
    "OrderBy",
    "OrderWrt",
    "OuterRef",
    "PositiveBigIntegerField",
    "PositiveIntegerField",
    "PositiveSmallIntegerField",
    "Prefetch",
    "ProtectedError",
    "Q",
    "QuerySet",
    "RestrictedError",
    "RowRange",
    "SlugField",
    "SmallAutoField",
    "SmallIntegerField",
    "StdDev",
    "Subquery",
    "Sum",
    "TextChoices",
    "TextField",
    "TimeField",
    "Transform",
    "URLField",
    "UUIDField",
    "UniqueConstraint",
    "Value",
    "ValueRange",
    "Variance",
    "When",
    "Window",
    "WindowFrame",
    "WindowFrameExclusion",
    "aprefetch_related_objects",
    "prefetch_related_objects",
    "signals",
]

completed_by("vivace.db.orm.rooms")
before_serving(connections.import_backends)
# Backends take these from here.
before_serving(partial(import_module, f"{__name__}.expressions"))
before_serving(partial(import_module, f"{__name__}.sql.compiler"))

__getattr__, __dir__ = lazily(
    __name__,
    {
        "vivace.core.exceptions": "ObjectDoesNotExist",
        "vivace.db.orm.fetch_modes": "FETCH_ONE FETCH_PEERS RAISE",
        "vivace.db.orm.instances.init": "DEFERRED",
        "vivace.db.orm.instances.model": "Model",
        "vivace.db.orm.managers.manager": "Manager",
        "vivace.db.orm.querysets.queryset": "QuerySet",
        "vivace.db.orm.relations.many_to_many": "ManyToManyField",
        "vivace.db.orm.relations.prefetch": (
            "Prefetch aprefetch_related_objects prefetch_related_objects"
        ),
        "vivace.db.query.aggregates": "Aggregate Avg Count Max Min StdDev Sum Variance",
        "vivace.db.query.base": "Expression",
        "vivace.db.query.conditional": "Case When",
        "vivace.db.query.constraints_base": "BaseConstraint",
        "vivace.db.query.constraints_check": "CheckConstraint",
        "vivace.db.query.constraints_unique": "Deferrable UniqueConstraint",
        "vivace.db.query.f": "F OuterRef",
        "vivace.db.query.filtered": "FilteredRelation",
        "vivace.db.query.func": "ExpressionList Func",
        "vivace.db.query.generated": "GeneratedField",
        "vivace.db.query.indexes": "Index",
        "vivace.db.query.lookups.base": "Lookup Transform",
        "vivace.db.query.ordering": "OrderBy",
        "vivace.db.query.q": "Q",
        "vivace.db.query.subquery": "Exists Subquery",
        "vivace.db.query.values": "Value",
        "vivace.db.query.window": "RowRange ValueRange Window WindowFrame WindowFrameExclusion",
        "vivace.db.query.wrappers": "ExpressionWrapper",
        "vivace.db.schema.constants": "NOT_PROVIDED",
        "vivace.db.schema.enums": "Choices IntegerChoices TextChoices",
        "vivace.db.schema.fields.auto": "AutoField BigAutoField SmallAutoField",
        "vivace.db.schema.fields.base": "BLANK_CHOICE_DASH Empty Field",
        "vivace.db.schema.fields.composite": "CompositePrimaryKey",
        "vivace.db.schema.fields.files": "FileField",
        "vivace.db.schema.fields.formats": (
            "CommaSeparatedIntegerField EmailField FilePathField SlugField URLField"
        ),
        "vivace.db.schema.fields.images": "ImageField",
        "vivace.db.schema.fields.json": "JSONField",
        "vivace.db.schema.fields.numbers": (
            "BigIntegerField DecimalField FloatField IntegerField PositiveBigIntegerField "
            "PositiveIntegerField PositiveSmallIntegerField SmallIntegerField"
        ),
        "vivace.db.schema.fields.order": "OrderWrt",
        "vivace.db.schema.fields.texts": "CharField TextField",
        "vivace.db.schema.fields.times": "DateField DateTimeField DurationField TimeField",
        "vivace.db.schema.fields.values": (
            "BinaryField BooleanField GenericIPAddressField IPAddressField NullBooleanField "
            "UUIDField"
        ),
        "vivace.db.schema.on_delete": (
            "CASCADE DO_NOTHING PROTECT ProtectedError RESTRICT RestrictedError SET "
            "SET_DEFAULT SET_NULL"
        ),
        "vivace.db.schema.related.foreign_key": "ForeignKey OneToOneField",
        "vivace.db.schema.related.foreign_object": "ForeignObject",
        "vivace.db.schema.related.rels": "ForeignObjectRel ManyToManyRel ManyToOneRel OneToOneRel",
    },
)
