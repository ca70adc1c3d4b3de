"""`Q`: conditions as objects, joined by AND, OR and XOR, and negated."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import nullcontext
from typing import TYPE_CHECKING, Any

from vivace.core.exceptions import FieldError
from vivace.db import connections
from vivace.db.query.combinable import make
from vivace.db.query.f import F
from vivace.db.schema.constants import LOOKUP_SEP
from vivace.db.schema.related.base import RelatedField
from vivace.db.utils import DEFAULT_DB_ALIAS, DatabaseError
from vivace.utils import tree
from vivace.utils.functional import cached_property
from vivace.utils.hashable import make_hashable
from vivace.utils.lazily import Later
from vivace.utils.naming import address, publish, published, say

if TYPE_CHECKING:
    from vivace.db import transaction
    from vivace.db.query import values
    from vivace.db.schema.fields import values as boolean
else:
    values = Later("vivace.db.query.values")
    boolean = Later("vivace.db.schema.fields.values")
    transaction = Later("vivace.db.transaction")

__all__ = ["Q"]


@published("db.models.Q")
class Q(tree.Node):
    """Lookups (by keyword), other Q objects and conditional expressions, all of which must hold.

    Joined to others by ``&``, ``|`` and ``^``, negated by ``~``. Documented at topics/db/queries,
    "Complex lookups with Q objects". Raises `ValueError` for an unknown connector.
    """

    AND = "AND"
    OR = "OR"
    XOR = "XOR"
    default = AND
    conditional = True
    connectors = (None, AND, OR, XOR)

    def __init__(
        self, *args: Any, _connector: str | None = None, _negated: bool = False, **kwargs: Any
    ) -> None:
        # SECURITY: the connector is written into SQL (CVE-2025-64459).
        if _connector not in self.connectors:
            names = ", ".join(f"{name!r}" for name in self.connectors[1:])
            raise ValueError(f"_connector must be one of {names}, or None.")
        super().__init__(
            children=[*args, *sorted(kwargs.items())], connector=_connector, negated=_negated
        )

    def _combine(self, other: Any, conn: str) -> Q:
        if getattr(other, "conditional", False) is False:
            raise TypeError(other)
        if not self:
            empty_left: Q = other.copy()
            return empty_left
        if not other and isinstance(other, Q):
            return self.copy()
        joined = self.create(connector=conn)
        joined.add(self, conn)
        joined.add(other, conn)
        return joined

    def __or__(self, other: Any) -> Q:
        return self._combine(other, self.OR)

    def __and__(self, other: Any) -> Q:
        return self._combine(other, self.AND)

    def __xor__(self, other: Any) -> Q:
        return self._combine(other, self.XOR)

    def __invert__(self) -> Q:
        negation = self.copy()
        negation.negate()
        return negation

    def resolve_expression(
        self,
        query: Any = None,
        allow_joins: bool = True,
        reuse: Any = None,
        summarize: bool = False,
        for_save: bool = False,
    ) -> Any:
        """The conditions as they are in `query`; joins become outer, so that they drop no rows."""
        clause, joins = query._add_q(
            self,
            reuse,
            allow_joins=allow_joins,
            split_subq=False,
            check_filterable=False,
            summarize=summarize,
        )
        query.promote_joins(joins)
        return clause

    def replace_expressions(self, replacements: dict[Any, Any]) -> Any:
        """The conditions with fields, and expressions, replaced as `replacements` says."""
        if not replacements:
            return self
        clone = self.create(connector=self.connector, negated=self.negated)
        clone.children = [self._replaced(child, replacements) for child in self.children]
        return clone

    @staticmethod
    def _replaced(child: Any, replacements: dict[Any, Any]) -> Any:
        if not isinstance(child, tuple):
            return child.replace_expressions(replacements)
        path, value = child
        names = path.split(LOOKUP_SEP)
        for length in range(len(names), 0, -1):
            lhs = replacements.get(F(LOOKUP_SEP.join(names[:length])))
            if lhs is None:
                continue
            try:
                lookup = make.query(None).build_lookup(names[length:] or ["exact"], lhs, value)
            except FieldError as error:
                if type(error) is not FieldError:
                    raise
                break
            return child if lookup is None else lookup
        return child

    def flatten(self) -> Iterator[Any]:
        """The object itself and all values and expressions in it."""
        yield self
        for child in self.children:
            if isinstance(child, tuple):
                # Of a lookup, the value.
                child = child[1]
            if hasattr(child, "flatten"):
                yield from child.flatten()
            else:
                yield child

    def check(self, against: dict[Any, Any], using: str = DEFAULT_DB_ALIAS) -> bool:
        """Whether the values `against`, by name, fulfil the conditions, as the database sees it.

        NULL counts as fulfilled, as in a constraint; so does an error of the database, which is logged.
        """
        query = make.query(None)
        for name, value in against.items():
            annotation = value if hasattr(value, "resolve_expression") else values.Value(value)
            query.add_annotation(annotation, name, select=False)
        query.add_annotation(values.Value(1), "_check")
        connection = connections[using]
        if connection.features.supports_comparing_boolean_expr:
            query.add_q(Q(make.coalesce(self, True, output_field=boolean.BooleanField())))
        else:
            query.add_q(self)
        compiler = query.get_compiler(using=using)
        # Within a transaction an error must not break what surrounds it.
        context: Any = (
            transaction.atomic(using=using) if connection.in_atomic_block else nullcontext()
        )
        try:
            with context:
                return compiler.execute_sql("single") is not None
        except DatabaseError as error:
            logging.getLogger(say("db.models")).warning(
                "Got a database error calling check() on %r: %s", self, error
            )
            return True

    def deconstruct(self) -> tuple[str, tuple[Any, ...], dict[str, Any]]:
        """``(import path, args, kwargs)`` to make an equal object, for migrations."""
        kwargs: dict[str, Any] = {}
        if self.connector != self.default:
            kwargs["_connector"] = self.connector
        if self.negated:
            kwargs["_negated"] = True
        return address(self.__class__), tuple(self.children), kwargs

    @cached_property
    def identity(self) -> tuple[Any, ...]:
        """What two equal objects have in common, in a form that can be hashed."""
        path, args, kwargs = self.deconstruct()
        identity: list[Any] = [path, *kwargs.items()]
        for child in args:
            if isinstance(child, tuple):
                name, value = child
                identity.append((name, make_hashable(value)))
            else:
                identity.append(child)
        return tuple(identity)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Q):
            return NotImplemented
        return bool(other.identity == self.identity)

    def __hash__(self) -> int:
        return hash(self.identity)

    @cached_property
    def referenced_base_fields(self) -> set[str]:
        """The first names of all lookups and references: the model's own fields, before any ``__``."""
        return {name.split(LOOKUP_SEP, 1)[0] for name in _names(self)}


def _names(node: Any) -> Iterator[str]:
    if isinstance(node, tree.Node):
        for child in node.children:
            if isinstance(child, tuple):
                yield child[0]
                yield from _names(child[1])
            else:
                yield from _names(child)
    elif isinstance(node, F):
        yield node.name
    elif hasattr(node, "get_source_expressions"):
        for source in node.get_source_expressions():
            yield from _names(source)


make.q = Q
RelatedField.q_class = Q


publish(__name__, "db.models.query_utils")
