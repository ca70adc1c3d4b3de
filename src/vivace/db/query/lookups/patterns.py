"""Lookups in texts: part of it, its beginning, its end, regular expressions."""

from __future__ import annotations

from typing import Any

from vivace.db.query.lookups.comparison import BuiltinLookup
from vivace.db.schema.fields.base import Field
from vivace.utils.naming import publish

__all__ = [
    "Contains",
    "EndsWith",
    "IContains",
    "IEndsWith",
    "IRegex",
    "IStartsWith",
    "PatternLookup",
    "Regex",
    "StartsWith",
]


class PatternLookup(BuiltinLookup):
    """A lookup by LIKE. What is special in a pattern is escaped, in values and in expressions alike."""

    param_pattern = "%%%s%%"
    prepare_rhs = False

    def get_rhs_op(self, connection: Any, rhs: Any) -> str:
        if hasattr(self.rhs, "as_sql") or self.bilateral_transforms:
            # The pattern is made by the database, of what the expression gives.
            pattern = connection.pattern_ops[self.lookup_name].format(connection.pattern_esc)
            made: str = pattern.format(rhs)
            return made
        return super().get_rhs_op(connection, rhs)

    def process_rhs(self, qn: Any, connection: Any) -> Any:
        rhs, params = super().process_rhs(qn, connection)
        if self.rhs_is_direct_value() and params and not self.bilateral_transforms:
            escaped = connection.ops.prep_for_like_query(params[0])
            params = [self.param_pattern % escaped, *params[1:]]
        return rhs, params


@Field.register_lookup
class Contains(PatternLookup):
    """Containing the text."""

    lookup_name = "contains"


@Field.register_lookup
class IContains(Contains):
    """Containing the text, in any case."""

    lookup_name = "icontains"


@Field.register_lookup
class StartsWith(PatternLookup):
    """Beginning with the text."""

    lookup_name = "startswith"
    param_pattern = "%s%%"


@Field.register_lookup
class IStartsWith(StartsWith):
    """Beginning with the text, in any case."""

    lookup_name = "istartswith"


@Field.register_lookup
class EndsWith(PatternLookup):
    """Ending with the text."""

    lookup_name = "endswith"
    param_pattern = "%%%s"


@Field.register_lookup
class IEndsWith(EndsWith):
    """Ending with the text, in any case."""

    lookup_name = "iendswith"


@Field.register_lookup
class Regex(BuiltinLookup):
    """Matching the regular expression, in the database's own dialect."""

    lookup_name = "regex"
    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        if self.lookup_name in connection.operators:
            return super().as_sql(compiler, connection)
        lhs, lhs_params = self.process_lhs(compiler, connection)
        rhs, rhs_params = self.process_rhs(compiler, connection)
        template = connection.ops.regex_lookup(self.lookup_name)
        return template % (lhs, rhs), (*lhs_params, *rhs_params)


@Field.register_lookup
class IRegex(Regex):
    """Matching the regular expression, in any case."""

    lookup_name = "iregex"


publish(__name__, "db.models.lookups")
