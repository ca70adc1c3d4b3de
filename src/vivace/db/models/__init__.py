"""Models and queries: everything that ``from vivace.db import models`` gives.

Importing this package imports all rooms of the ORM, so that each has installed itself where the lower
ones look for it.
"""

from vivace.core.exceptions import ObjectDoesNotExist
from vivace.db.models import (  # noqa: F401
    aggregates,
    base,
    constants,
    constraints,
    deletion,
    enums,
    expressions,
    fields,
    functions,
    indexes,
    lookups,
    manager,
    options,
    query,
    query_utils,
    signals,
    sql,
    utils,
)
from vivace.db.models.fields import generated, json  # noqa: F401

# Imported for what they install in the rooms below them.
from vivace.db.orm import accessors  # noqa: F401
from vivace.db.orm.deletion import (
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
from vivace.db.orm.fetch_modes import FETCH_ONE, FETCH_PEERS, RAISE
from vivace.db.orm.manager import Manager
from vivace.db.orm.model import DEFERRED, Model
from vivace.db.orm.prefetch import Prefetch, aprefetch_related_objects, prefetch_related_objects
from vivace.db.orm.queryset import QuerySet
from vivace.db.query import json_lookups, related_lookups, tuple_lookups  # noqa: F401
from vivace.db.query.aggregates import Aggregate, Avg, Count, Max, Min, StdDev, Sum, Variance
from vivace.db.query.constraints import (
    BaseConstraint,
    CheckConstraint,
    Deferrable,
    UniqueConstraint,
)
from vivace.db.query.expressions import (
    Case,
    Exists,
    Expression,
    ExpressionList,
    ExpressionWrapper,
    F,
    Func,
    OrderBy,
    OuterRef,
    RowRange,
    Subquery,
    Value,
    ValueRange,
    When,
    Window,
    WindowFrame,
    WindowFrameExclusion,
)
from vivace.db.query.filtered import FilteredRelation
from vivace.db.query.generated import GeneratedField
from vivace.db.query.indexes import Index
from vivace.db.query.lookups import Lookup, Transform
from vivace.db.query.q import Q
from vivace.db.schema.enums import Choices, IntegerChoices, TextChoices
from vivace.db.schema.fields import (
    BLANK_CHOICE_DASH,
    NOT_PROVIDED,
    AutoField,
    BigAutoField,
    BigIntegerField,
    BinaryField,
    BooleanField,
    CharField,
    CommaSeparatedIntegerField,
    DateField,
    DateTimeField,
    DecimalField,
    DurationField,
    EmailField,
    Empty,
    Field,
    FilePathField,
    FloatField,
    GenericIPAddressField,
    IntegerField,
    IPAddressField,
    NullBooleanField,
    PositiveBigIntegerField,
    PositiveIntegerField,
    PositiveSmallIntegerField,
    SlugField,
    SmallAutoField,
    SmallIntegerField,
    TextField,
    TimeField,
    URLField,
    UUIDField,
)
from vivace.db.schema.fields.composite import CompositePrimaryKey
from vivace.db.schema.fields.files import FileField
from vivace.db.schema.fields.images import ImageField
from vivace.db.schema.fields.json import JSONField
from vivace.db.schema.fields.order import OrderWrt
from vivace.db.schema.related.foreign_key import ForeignKey, OneToOneField
from vivace.db.schema.related.foreign_object import ForeignObject
from vivace.db.schema.related.many_to_many import ManyToManyField
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
