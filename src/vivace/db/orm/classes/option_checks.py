"""The checks of what ``Meta`` declares about fields: uniqueness, order, indexes, constraints."""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from vivace import checks
from vivace.core.exceptions import FieldDoesNotExist
from vivace.db import connections, router
from vivace.db.query.f import F
from vivace.db.query.q import Q
from vivace.db.schema.constants import LOOKUP_SEP
from vivace.db.schema.related.rels import ManyToManyRel

__all__ = ["OptionChecks"]

Messages = list[Any]

IGNORED = "Silence this warning if you don't care about it."


class OptionChecks:
    """The class methods of `Model` that check its options."""

    if TYPE_CHECKING:
        _meta: Any

    @classmethod
    def _connections(cls, databases: Iterable[str]) -> Iterator[Any]:
        """The databases that have this model's table."""
        for alias in databases:
            if router.allow_migrate_model(alias, cls):
                yield connections[alias]

    @classmethod
    def _supported(cls, connection: Any, feature: str) -> bool:
        # A model that requires a feature is not created where it is missing.
        return getattr(connection.features, feature) or feature in cls._meta.required_db_features

    @classmethod
    def _check_unique_together(cls) -> Messages:
        declared = cls._meta.unique_together
        if not isinstance(declared, tuple | list):
            return [
                checks.Error(
                    "'unique_together' must be a list or tuple.", obj=cls, id="models.E010"
                )
            ]
        if any(not isinstance(fields, tuple | list) for fields in declared):
            return [
                checks.Error(
                    "All 'unique_together' elements must be lists or tuples.",
                    obj=cls,
                    id="models.E011",
                )
            ]
        errors: Messages = []
        for fields in declared:
            errors += cls._check_local_fields(fields, "unique_together")
        return errors

    @classmethod
    def _check_local_fields(cls, fields: Iterable[Any], option: str) -> Messages:
        """Messages about `fields` that the option `option` may not name."""
        # Relations of other models are not asked for: they may not be there yet.
        by_name = {}
        for field in cls._meta._get_fields(reverse=False):
            by_name[field.name] = field
            if hasattr(field, "attname"):
                by_name[field.attname] = field
        return [
            error for name in fields if (error := cls._check_local_field(by_name, name, option))
        ]

    @classmethod
    def _check_local_field(
        cls, by_name: dict[str, Any], name: Any, option: str
    ) -> checks.Error | None:
        field = by_name.get(name)
        if field is None:
            return checks.Error(
                f"'{option}' refers to the nonexistent field '{name}'.", obj=cls, id="models.E012"
            )
        if isinstance(field.remote_field, ManyToManyRel):
            return checks.Error(
                f"'{option}' refers to a ManyToManyField '{name}', but ManyToManyFields are not "
                f"permitted in '{option}'.",
                obj=cls,
                id="models.E013",
            )
        if getattr(field, "is_composite", False):
            return checks.Error(
                f"'{option}' refers to a CompositePrimaryKey '{name}', but CompositePrimaryKeys "
                f"are not permitted in '{option}'.",
                obj=cls,
                id="models.E048",
            )
        if field not in cls._meta.local_fields:
            return checks.Error(
                f"'{option}' refers to field '{name}' which is not local to model "
                f"'{cls._meta.object_name}'.",
                hint="This issue may be caused by multi-table inheritance.",
                obj=cls,
                id="models.E016",
            )
        return None

    # --- order

    @classmethod
    def _check_ordering(cls) -> Messages:
        meta = cls._meta
        if meta._ordering_clash:
            return [
                checks.Error(
                    "'ordering' and 'order_with_respect_to' cannot be used together.",
                    obj=cls,
                    id="models.E021",
                )
            ]
        if meta.order_with_respect_to or not meta.ordering:
            return []
        if not isinstance(meta.ordering, list | tuple):
            return [
                checks.Error(
                    "'ordering' must be a tuple or list (even if you want to order by only one "
                    "field).",
                    obj=cls,
                    id="models.E014",
                )
            ]
        names = [n.removeprefix("-") for n in meta.ordering if isinstance(n, str) and n != "?"]
        related = [name for name in names if LOOKUP_SEP in name]
        wrong = [name for path in related for name in _bad_parts(cls, path)]
        valid = set(_names_to_order_by(meta))
        plain = [name for name in names if LOOKUP_SEP not in name and name != "pk"]
        wrong += [name for name in dict.fromkeys(plain) if name not in valid]
        return [
            checks.Error(
                f"'ordering' refers to the nonexistent field, related field, or lookup '{name}'.",
                obj=cls,
                id="models.E015",
            )
            for name in wrong
        ]

    # --- indexes and constraints

    @classmethod
    def _check_indexes(cls, databases: Iterable[str]) -> Messages:
        indexes = cls._meta.indexes
        if not indexes:
            return []
        errors: Messages = []
        references: dict[str, None] = {}
        for index in indexes:
            errors += _check_index_name(cls, index)
            if index.contains_expressions:
                for expression in index.expressions:
                    references.update(
                        (ref[0], None) for ref in cls._get_expr_references(expression)
                    )
        for connection in cls._connections(databases):
            errors += cls._check_index_features(connection)
        fields = [name for index in indexes for name, _ in index.fields_orders]
        fields += [name for index in indexes for name in index.include]
        return [*errors, *cls._check_local_fields([*fields, *references], "indexes")]

    @classmethod
    def _check_index_features(cls, connection: Any) -> Messages:
        indexes = cls._meta.indexes
        conditions = any(index.condition is not None for index in indexes)
        includes = any(index.include for index in indexes)
        expressions = any(index.contains_expressions for index in indexes)
        name = connection.display_name
        return [
            checks.Warning(
                f"{name} does not support {what}.", hint=f"{loss} {IGNORED}", obj=cls, id=ident
            )
            for present, feature, what, loss, ident in (
                (
                    conditions,
                    "supports_partial_indexes",
                    "indexes with conditions",
                    "Conditions will be ignored.",
                    "models.W037",
                ),
                (
                    includes,
                    "supports_covering_indexes",
                    "indexes with non-key columns",
                    "Non-key columns will be ignored.",
                    "models.W040",
                ),
                (
                    expressions,
                    "supports_expression_indexes",
                    "indexes on expressions",
                    "An index won't be created.",
                    "models.W043",
                ),
            )
            if present and not cls._supported(connection, feature)
        ]

    @classmethod
    def _get_expr_references(cls, expr: Any) -> Iterator[tuple[str, ...]]:
        """The names in an expression or condition, each as the parts of its path."""
        if isinstance(expr, Q):
            for child in expr.children:
                if isinstance(child, tuple):
                    lookup, value = child
                    yield tuple(lookup.split(LOOKUP_SEP))
                    yield from cls._get_expr_references(value)
                else:
                    yield from cls._get_expr_references(child)
        elif isinstance(expr, F):
            yield tuple(expr.name.split(LOOKUP_SEP))
        elif hasattr(expr, "get_source_expressions"):
            for source in expr.get_source_expressions():
                yield from cls._get_expr_references(source)

    @classmethod
    def _check_constraints(cls, databases: Iterable[str]) -> Messages:
        errors: Messages = []
        for connection in cls._connections(databases):
            for constraint in cls._meta.constraints:
                errors += constraint._check(cls, connection)
        return errors


def _check_index_name(cls: Any, index: Any) -> Messages:
    if index.name[0] == "_" or index.name[0].isdigit():
        return [
            checks.Error(
                f"The index name '{index.name}' cannot start with an underscore or a number.",
                obj=cls,
                id="models.E033",
            )
        ]
    if len(index.name) > index.max_name_length:
        return [
            checks.Error(
                f"The index name '{index.name}' cannot be longer than {index.max_name_length} "
                "characters.",
                obj=cls,
                id="models.E034",
            )
        ]
    return []


def _names_to_order_by(meta: Any) -> Iterator[str]:
    for field in (*meta.fields, *meta.related_objects):
        if field.auto_created and not field.concrete:
            yield field.field.related_query_name()
        else:
            yield field.name
            yield field.attname


def _bad_parts(cls: Any, path: str) -> Iterator[str]:
    """`path` once for each of its parts that leads nowhere."""
    model, field = cls, None
    for part in path.split(LOOKUP_SEP):
        try:
            found = model._meta.pk if part == "pk" else model._meta.get_field(part)
        except (FieldDoesNotExist, AttributeError):
            if field is None or (
                field.get_transform(part) is None and field.get_lookup(part) is None
            ):
                yield path
            continue
        field = found
        # A plain field leads to no model; transforms may follow it.
        model = field.path_infos[-1].to_opts.model if field.is_relation else None
