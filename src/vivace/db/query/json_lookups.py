"""Lookups of JSON fields and of keys in them.

What a database without a JSON type of its own compares are texts: a value to compare with becomes a JSON
text, and is taken through the database's own JSON functions where the other side was.
"""

from __future__ import annotations

import json
from typing import Any

from vivace.core.exceptions import EmptyResultSet, FullResultSet
from vivace.db.query.json_keys import KeyTextTransform, KeyTransform, compile_json_path
from vivace.db.query.lookups.base import PostgresOperatorLookup
from vivace.db.query.lookups.comparison import (
    Exact,
    FieldGetDbPrepValueMixin,
    GreaterThan,
    GreaterThanOrEqual,
    IExact,
    In,
    IsNull,
    LessThan,
    LessThanOrEqual,
)
from vivace.db.query.lookups.patterns import (
    EndsWith,
    IContains,
    IEndsWith,
    IRegex,
    IStartsWith,
    Regex,
    StartsWith,
)
from vivace.db.query.values import Value
from vivace.db.schema.fields.json import JSONField
from vivace.db.utils import NotSupportedError
from vivace.utils.naming import publish

__all__ = [
    "CaseInsensitiveMixin",
    "ContainedBy",
    "DataContains",
    "HasAnyKeys",
    "HasKey",
    "HasKeyLookup",
    "HasKeyOrArrayIndex",
    "HasKeys",
    "JSONExact",
    "JSONIContains",
    "KeyTransformEndsWith",
    "KeyTransformExact",
    "KeyTransformGt",
    "KeyTransformGte",
    "KeyTransformIContains",
    "KeyTransformIEndsWith",
    "KeyTransformIExact",
    "KeyTransformIRegex",
    "KeyTransformIStartsWith",
    "KeyTransformIn",
    "KeyTransformIsNull",
    "KeyTransformLt",
    "KeyTransformLte",
    "KeyTransformNumericLookupMixin",
    "KeyTransformRegex",
    "KeyTransformStartsWith",
    "KeyTransformTextLookupMixin",
]


@JSONField.register_lookup
class DataContains(FieldGetDbPrepValueMixin, PostgresOperatorLookup):
    """Containing the keys and values."""

    lookup_name = "contains"
    postgres_operator = "@>"

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        """Raises `NotSupportedError` on databases that cannot tell."""
        if not connection.features.supports_json_field_contains:
            raise NotSupportedError("contains lookup is not supported on this database backend.")
        lhs, lhs_params = self.process_lhs(compiler, connection)
        rhs, rhs_params = self.process_rhs(compiler, connection)
        return f"JSON_CONTAINS({lhs}, {rhs})", (*lhs_params, *rhs_params)


@JSONField.register_lookup
class ContainedBy(FieldGetDbPrepValueMixin, PostgresOperatorLookup):
    """Having no keys and values but these."""

    lookup_name = "contained_by"
    postgres_operator = "<@"

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        """Raises `NotSupportedError` on databases that cannot tell."""
        if not connection.features.supports_json_field_contains:
            raise NotSupportedError(
                "contained_by lookup is not supported on this database backend."
            )
        lhs, lhs_params = self.process_lhs(compiler, connection)
        rhs, rhs_params = self.process_rhs(compiler, connection)
        return f"JSON_CONTAINS({rhs}, {lhs})", (*rhs_params, *lhs_params)


class HasKeyLookup(PostgresOperatorLookup):
    """Having a key, or several; a key may be a path, given as a `KeyTransform`."""

    logical_operator: str | None = None

    def compile_json_path_final_key(self, key_transform: Any) -> str:
        """The end of a path for a key that is the key of an object, whatever it looks like."""
        return f".{json.dumps(key_transform)}"

    def _as_sql_parts(self, compiler: Any, connection: Any) -> Any:
        """``(SQL of the value, its parameters, path)`` for each key."""
        if isinstance(self.lhs, KeyTransform):
            lhs, lhs_params, lhs_keys = self.lhs.preprocess_lhs(compiler, connection)
            root = compile_json_path(lhs_keys)
        else:
            lhs, lhs_params = self.process_lhs(compiler, connection)
            root = "$"
        keys = self.rhs if isinstance(self.rhs, (list, tuple)) else [self.rhs]
        for key in keys:
            parents: list[Any] = []
            if isinstance(key, KeyTransform):
                *parents, key = key.preprocess_lhs(compiler, connection)[2]
            path = root + compile_json_path(parents, include_root=False)
            yield lhs, lhs_params, path + self.compile_json_path_final_key(key)

    def _combine_sql_parts(self, parts: list[str]) -> str:
        if self.logical_operator:
            return f"({self.logical_operator.join(parts)})"
        return "".join(parts)

    def as_sql(self, compiler: Any, connection: Any, template: str | None = None) -> Any:
        """`template`, filled with the value, for each key. No keys: all rows, or none."""
        parts = []
        params: list[Any] = []
        for lhs, lhs_params, path in self._as_sql_parts(compiler, connection):
            parts.append((template or "") % (lhs, "%s"))
            params.extend([*lhs_params, path])
        if not parts:
            raise EmptyResultSet if self.logical_operator == " OR " else FullResultSet
        return self._combine_sql_parts(parts), params

    def as_mysql(self, compiler: Any, connection: Any) -> Any:
        """By JSON_CONTAINS_PATH."""
        return self.as_sql(compiler, connection, template="JSON_CONTAINS_PATH(%s, 'one', %s)")

    def as_postgresql(self, compiler: Any, connection: Any) -> Any:
        """By the operator; a path in the key becomes keys of the left side."""
        if isinstance(self.rhs, KeyTransform):
            *_, keys = self.rhs.preprocess_lhs(compiler, connection)
            lookup = self.copy()
            for key in keys[:-1]:
                lookup.lhs = KeyTransform(key, lookup.lhs)
            lookup.rhs = keys[-1]
            return super(HasKeyLookup, lookup).as_postgresql(compiler, connection)
        return super().as_postgresql(compiler, connection)

    def as_sqlite(self, compiler: Any, connection: Any) -> Any:
        """By JSON_TYPE, which is NULL for what is not there."""
        return self.as_sql(compiler, connection, template="JSON_TYPE(%s, %s) IS NOT NULL")


@JSONField.register_lookup
class HasKey(HasKeyLookup):
    """Having the key."""

    lookup_name = "has_key"
    postgres_operator = "?"
    prepare_rhs = False


class HasKeyOrArrayIndex(HasKey):
    """Having the key, or the index."""

    def compile_json_path_final_key(self, key_transform: Any) -> str:
        return compile_json_path([key_transform], include_root=False)


@JSONField.register_lookup
class HasKeys(HasKeyLookup):
    """Having all of the keys."""

    lookup_name = "has_keys"
    postgres_operator = "?&"
    logical_operator = " AND "

    def get_prep_lookup(self) -> Any:
        return [str(item) for item in self.rhs]


@JSONField.register_lookup
class HasAnyKeys(HasKeys):
    """Having one of the keys."""

    lookup_name = "has_any_keys"
    postgres_operator = "?|"
    logical_operator = " OR "


class CaseInsensitiveMixin:
    """Lowers both sides on MySQL, where JSON is compared with case."""

    def process_lhs(self, compiler: Any, connection: Any, lhs: Any = None) -> Any:
        """The left side, lowered on MySQL."""
        sql, params = super().process_lhs(compiler, connection, lhs)  # type: ignore[misc]
        return (f"LOWER({sql})" if connection.vendor == "mysql" else sql), params

    def process_rhs(self, compiler: Any, connection: Any) -> Any:
        """The right side, lowered on MySQL."""
        sql, params = super().process_rhs(compiler, connection)  # type: ignore[misc]
        return (f"LOWER({sql})" if connection.vendor == "mysql" else sql), params


@JSONField.register_lookup
class JSONExact(Exact):
    """Equal; None is JSON's null."""

    can_use_none_as_rhs = True

    def process_rhs(self, compiler: Any, connection: Any) -> Any:
        rhs, params = super().process_rhs(compiler, connection)
        if rhs == "%s" and list(params) == [None]:
            params = ["null"]
        if connection.vendor == "mysql":
            rhs = rhs % tuple(["JSON_EXTRACT(%s, '$')"] * len(params))
        return rhs, params


@JSONField.register_lookup
class JSONIContains(CaseInsensitiveMixin, IContains):
    """Containing the text, in any case."""


def _extracted(sql: str, param: Any, connection: Any) -> str:
    """`sql`, a placeholder for a JSON text, as a value like those that a key gives on SQLite."""
    # What is no JSON, is compared with the text of the key; these words come as such from keys, too.
    if param in connection.ops.jsonfield_datatype_values or not _is_json(param):
        return sql
    return f"JSON_EXTRACT({sql}, '$')"


def _is_json(param: Any) -> bool:
    try:
        json.loads(param)
    except (TypeError, ValueError):
        return False
    return True


@KeyTransform.register_lookup
class KeyTransformIsNull(IsNull):
    """Not there, if the right side is True: a key whose value is null is there."""

    def as_sqlite(self, compiler: Any, connection: Any) -> Any:
        """By JSON_TYPE. Raises `ValueError` unless the right side is a bool."""
        if not isinstance(self.rhs, bool):
            raise ValueError("The QuerySet value for an isnull lookup must be True or False.")
        template = f"JSON_TYPE(%s, %s) IS {'' if self.rhs else 'NOT '}NULL"
        lookup = HasKeyOrArrayIndex(self.lhs.lhs, self.lhs.key_name)
        return lookup.as_sql(compiler, connection, template=template)


@KeyTransform.register_lookup
class KeyTransformIn(In):
    """Equal to one of several values."""

    def resolve_expression_parameter(
        self, compiler: Any, connection: Any, sql: str, param: Any
    ) -> Any:
        sql, params = super().resolve_expression_parameter(compiler, connection, sql, param)
        if not hasattr(param, "as_sql") and connection.vendor in ("mysql", "sqlite"):
            sql = _extracted(sql, params[0], connection)
        return sql, params


@KeyTransform.register_lookup
class KeyTransformExact(JSONExact):
    """Equal; None is JSON's null."""

    def process_rhs(self, compiler: Any, connection: Any) -> Any:
        if isinstance(self.rhs, KeyTransform):
            return super(Exact, self).process_rhs(compiler, connection)
        rhs, params = super().process_rhs(compiler, connection)
        if connection.vendor == "sqlite" and (
            self.rhs_is_direct_value() or (isinstance(self.rhs, Value) and rhs == "%s")
        ):
            rhs = _extracted(rhs, params[0], connection)
        return rhs, params


class KeyTransformTextLookupMixin:
    """Compares the key's value as a text. Raises `TypeError` if the left side is no key."""

    def __init__(self, key_transform: Any, *args: Any, **kwargs: Any) -> None:
        if not isinstance(key_transform, KeyTransform):
            raise TypeError(
                "Transform should be an instance of KeyTransform in order to use this lookup."
            )
        as_text = KeyTextTransform(
            key_transform.key_name, *key_transform.source_expressions, **key_transform.extra
        )
        super().__init__(as_text, *args, **kwargs)  # type: ignore[call-arg]


@KeyTransform.register_lookup
class KeyTransformIContains(CaseInsensitiveMixin, KeyTransformTextLookupMixin, IContains):
    """Containing the text, in any case."""


@KeyTransform.register_lookup
class KeyTransformStartsWith(KeyTransformTextLookupMixin, StartsWith):
    """Beginning with the text."""


@KeyTransform.register_lookup
class KeyTransformIStartsWith(CaseInsensitiveMixin, KeyTransformTextLookupMixin, IStartsWith):
    """Beginning with the text, in any case."""


@KeyTransform.register_lookup
class KeyTransformEndsWith(KeyTransformTextLookupMixin, EndsWith):
    """Ending with the text."""


@KeyTransform.register_lookup
class KeyTransformIEndsWith(CaseInsensitiveMixin, KeyTransformTextLookupMixin, IEndsWith):
    """Ending with the text, in any case."""


@KeyTransform.register_lookup
class KeyTransformIExact(CaseInsensitiveMixin, KeyTransformTextLookupMixin, IExact):
    """Equal, in any case."""


@KeyTransform.register_lookup
class KeyTransformRegex(KeyTransformTextLookupMixin, Regex):
    """Matching the regular expression."""


@KeyTransform.register_lookup
class KeyTransformIRegex(CaseInsensitiveMixin, KeyTransformTextLookupMixin, IRegex):
    """Matching the regular expression, in any case."""


class KeyTransformNumericLookupMixin:
    """Compares with numbers as numbers, where the database would compare their JSON as text."""

    def process_rhs(self, compiler: Any, connection: Any) -> Any:
        """The right side; of a plain value, what its JSON says."""
        rhs, params = super().process_rhs(compiler, connection)  # type: ignore[misc]
        if not connection.features.has_native_json_field and rhs == "%s":
            params = [json.loads(each) if _is_json(each) else each for each in params]
        return rhs, params


@KeyTransform.register_lookup
class KeyTransformLt(KeyTransformNumericLookupMixin, LessThan):
    """Less."""


@KeyTransform.register_lookup
class KeyTransformLte(KeyTransformNumericLookupMixin, LessThanOrEqual):
    """Less or equal."""


@KeyTransform.register_lookup
class KeyTransformGt(KeyTransformNumericLookupMixin, GreaterThan):
    """Greater."""


@KeyTransform.register_lookup
class KeyTransformGte(KeyTransformNumericLookupMixin, GreaterThanOrEqual):
    """Greater or equal."""


publish(__name__, "db.models.fields.json")
