"""Hashes of texts, in hexadecimal digits. Documented at ref/models/database-functions."""

from __future__ import annotations

from typing import Any

from vivace.db.query.lookups.base import Transform
from vivace.utils.naming import publish

__all__ = ["MD5", "SHA1", "SHA224", "SHA256", "SHA384", "SHA512"]


class MySQLSHA2Mixin:
    """MySQL has one function for the whole family."""

    def as_mysql(self, compiler: Any, connection: Any, **extra_context: Any) -> Any:
        """By that function, with the size as an argument."""
        size = self.function[3:]  # type: ignore[attr-defined]
        return super().as_sql(  # type: ignore[misc]
            compiler, connection, template=f"SHA2(%(expressions)s, {size})", **extra_context
        )


class PostgreSQLSHAMixin:
    """PostgreSQL has a function that takes the name of the algorithm, in the extension pgcrypto."""

    def as_postgresql(self, compiler: Any, connection: Any, **extra_context: Any) -> Any:
        """By that function."""
        return super().as_sql(  # type: ignore[misc]
            compiler,
            connection,
            template="ENCODE(DIGEST(%(expressions)s, '%(function)s'), 'hex')",
            function=self.function.lower(),  # type: ignore[attr-defined]
            **extra_context,
        )


class MD5(Transform):
    """The MD5 hash."""

    function = "MD5"
    lookup_name = "md5"


class SHA1(PostgreSQLSHAMixin, Transform):
    """The SHA-1 hash."""

    function = "SHA1"
    lookup_name = "sha1"


class SHA224(MySQLSHA2Mixin, PostgreSQLSHAMixin, Transform):
    """The SHA-224 hash."""

    function = "SHA224"
    lookup_name = "sha224"


class SHA256(MySQLSHA2Mixin, PostgreSQLSHAMixin, Transform):
    """The SHA-256 hash."""

    function = "SHA256"
    lookup_name = "sha256"


class SHA384(MySQLSHA2Mixin, PostgreSQLSHAMixin, Transform):
    """The SHA-384 hash."""

    function = "SHA384"
    lookup_name = "sha384"


class SHA512(MySQLSHA2Mixin, PostgreSQLSHAMixin, Transform):
    """The SHA-512 hash."""

    function = "SHA512"
    lookup_name = "sha512"


publish(__name__, "db.models.functions.text")
