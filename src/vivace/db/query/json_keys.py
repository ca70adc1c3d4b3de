"""Keys and indexes in JSON as transforms: what ``data__key__0`` means.

SECURITY: keys come from users. A path is always a parameter where the database takes one, and the key in
it is written by ``json.dumps`` (CVE-2019-14234).
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any, Self

from vivace.db.query.f import F
from vivace.db.query.lookups.base import Transform
from vivace.db.schema.constants import LOOKUP_SEP
from vivace.db.schema.fields.json import JSONField
from vivace.db.schema.fields.texts import TextField
from vivace.utils.naming import publish

__all__ = ["KT", "KeyTextTransform", "KeyTransform", "KeyTransformFactory", "compile_json_path"]


def compile_json_path(key_transforms: Iterable[Any], include_root: bool = True) -> str:
    """The path, ``$."key"[0]``, through `key_transforms`; what looks like an int is an index."""
    path = ["$"] if include_root else []
    for key in key_transforms:
        try:
            path.append(f"[{int(key)}]")
        except ValueError:
            path.append(f".{json.dumps(key)}")
    return "".join(path)


class KeyTransform(Transform):
    """What is at the key or index `key_name` of a JSON value, as JSON."""

    postgres_operator = "->"
    postgres_nested_operator = "#>"

    def __init__(self, key_name: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.key_name = str(key_name)

    def preprocess_lhs(self, compiler: Any, connection: Any) -> Any:
        """``(SQL, parameters, keys)`` of the value that the outermost key is taken from."""
        keys = [self.key_name]
        previous = self.lhs
        while isinstance(previous, KeyTransform):
            keys.insert(0, previous.key_name)
            previous = previous.lhs
        sql, params = compiler.compile(previous)
        return sql, params, keys

    def as_mysql(self, compiler: Any, connection: Any) -> Any:
        """By JSON_EXTRACT."""
        lhs, params, keys = self.preprocess_lhs(compiler, connection)
        return f"JSON_EXTRACT({lhs}, %s)", (*params, compile_json_path(keys))

    def as_postgresql(self, compiler: Any, connection: Any) -> Any:
        """By the operators of PostgreSQL."""
        lhs, params, keys = self.preprocess_lhs(compiler, connection)
        if len(keys) > 1:
            return f"({lhs} {self.postgres_nested_operator} %s)", (*params, keys)
        try:
            key: Any = int(self.key_name)
        except ValueError:
            key = self.key_name
        return f"({lhs} {self.postgres_operator} %s)", (*params, key)

    def as_sqlite(self, compiler: Any, connection: Any) -> Any:  # type: ignore[override]
        """By JSON_EXTRACT; null, true and false as these words, as SQLite has no values for them."""
        lhs, params, keys = self.preprocess_lhs(compiler, connection)
        path = compile_json_path(keys)
        words = ",".join(f"'{word}'" for word in sorted(connection.ops.jsonfield_datatype_values))
        return (
            f"(CASE WHEN JSON_TYPE({lhs}, %s) IN ({words}) "
            f"THEN JSON_TYPE({lhs}, %s) ELSE JSON_EXTRACT({lhs}, %s) END)"
        ), (*params, path) * 3


class KeyTextTransform(KeyTransform):
    """What is at a key or index of a JSON value, as text."""

    postgres_operator = "->>"
    postgres_nested_operator = "#>>"
    output_field = TextField()

    def as_mysql(self, compiler: Any, connection: Any) -> Any:
        """Without the quotation marks, where the database can take them off by an operator."""
        if connection.mysql_is_mariadb:
            # MariaDB has no ->> operator.
            sql, params = super().as_mysql(compiler, connection)
            return f"JSON_UNQUOTE({sql})", params
        lhs, params, keys = self.preprocess_lhs(compiler, connection)
        return f"({lhs} ->> %s)", (*params, compile_json_path(keys))

    @classmethod
    def from_lookup(cls, lookup: str) -> Self:
        """The transform for ``field__key__key``. Raises `ValueError` if there is no key."""
        name, *keys = lookup.split(LOOKUP_SEP)
        if not keys:
            raise ValueError("Lookup must contain key or index transforms.")
        transform: Any = F(name)
        for key in keys:
            transform = cls(key, transform)
        made: Self = transform
        return made


KT = KeyTextTransform.from_lookup


class KeyTransformFactory:
    """Makes the transform for a key that is known before what it is taken from."""

    def __init__(self, key_name: str) -> None:
        self.key_name = key_name

    def __call__(self, *args: Any, **kwargs: Any) -> KeyTransform:
        return KeyTransform(self.key_name, *args, **kwargs)


JSONField.key_transform_factory = KeyTransformFactory


publish(__name__, "db.models.fields.json")
