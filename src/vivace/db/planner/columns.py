"""Which columns a statement selects, and which of them make which object.

The result is a list of columns in the order of the rows, and for queries that give instances a tree of
`Loaded`: one node for the model itself, one for each relation that ``select_related`` follows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from vivace.core.exceptions import EmptyResultSet, FieldError, FullResultSet
from vivace.db.planner.own_columns import own_columns
from vivace.db.query.expressions import Col, RawSQL, Value

__all__ = ["Chosen", "Link", "Loaded", "choose"]


@dataclass(frozen=True, slots=True)
class Link:
    """How an object that was selected along with another is attached to it.

    `attach(owner, related)` is called for each row, with None for what an outer join did not find;
    `kind` and `field` say the same to the generated loader.
    """

    kind: str
    field: Any
    attach: Callable[[Any, Any], None]


@dataclass(slots=True)
class Loaded:
    """The columns of one model among those of the statement."""

    model: Any
    # Positions in the row, and the attribute that each becomes.
    positions: list[int] = field(default_factory=list)
    attnames: list[str] = field(default_factory=list)
    fields: list[Any] = field(default_factory=list)
    # None for the model that the query is about.
    link: Link | None = None
    children: list[Loaded] = field(default_factory=list)
    path: tuple[str, ...] = ()

    def add(self, column_field: Any, position: int) -> None:
        """Note that the column at `position` belongs to `column_field`."""
        self.positions.append(position)
        self.attnames.append(column_field.attname)
        self.fields.append(column_field)


@dataclass(frozen=True, slots=True)
class Chosen:
    """What a statement selects."""

    select: list[tuple[Any, tuple[str, Any], str | None]]
    loaded: Loaded | None
    annotation_positions: dict[str, int]


def choose(compiler: Any, with_col_aliases: bool = False) -> Chosen:
    """The columns of the compiler's query."""
    return _Choice(compiler).choose(with_col_aliases)


class _Choice:
    def __init__(self, compiler: Any) -> None:
        self.compiler = compiler
        self.query = compiler.query
        # Columns, their SQL if it is known already, and the names they are selected under.
        self.columns: list[tuple[Any, tuple[str, Any] | None, str | None]] = []
        self.annotation_positions: dict[str, int] = {}
        self.loaded: Loaded | None = None

    def choose(self, with_col_aliases: bool) -> Chosen:
        query = self.query
        # Asked for in any case: it refuses names that are no field.
        mask = query.get_select_mask()
        if query.selected:
            self._in_stated_order()
        else:
            for name, (sql, params) in query.extra_select.items():
                self._annotation(name, RawSQL(sql, params))
            self._own_columns(mask)
            for name, annotation in query.annotation_select.items():
                self._annotation(name, annotation)
            if self.loaded is not None and query.select_related:
                self.related(self.loaded, query.get_meta(), query.get_initial_alias(), mask)
        return Chosen(self._written(with_col_aliases), self.loaded, self.annotation_positions)

    def _in_stated_order(self) -> None:
        """The order that values() and values_list() stated."""
        query = self.query
        for name, source in query.selected.items():
            if isinstance(source, str):
                self._annotation(source, query.annotation_select[source])
            elif isinstance(source, int):
                alias = name if name in query.annotations or name in query.values_select else None
                self.columns.append((query.select[source], None, alias))
            else:
                self._annotation(name, source)

    def _annotation(self, name: str, expression: Any) -> None:
        self.annotation_positions[name] = len(self.columns)
        self.columns.append((expression, None, name))

    def _own_columns(self, mask: Mapping[Any, Any]) -> None:
        query = self.query
        assert not (query.select and query.default_cols)
        if query.default_cols:
            self.loaded = Loaded(query.model)
            self._load(self.loaded, mask)
        else:
            names = query.values_select
            if query.select and not names and all(isinstance(each, Col) for each in query.select):
                self._merged_columns()
            for position, expression in enumerate(query.select):
                alias = names[position] if position < len(names) else None
                self.columns.append((expression, None, alias))

    def _merged_columns(self) -> None:
        """Load instances from the columns of a queryset of values that was merged into this one."""
        query = self.query
        fields = query.model._meta.concrete_fields
        self.loaded = Loaded(query.model)
        if len(query.select) != len(fields):
            # COMPAT: values go to the fields of the columns' names, in the fields' order.
            names = {column.target.attname for column in query.select}
            fields = [own for own in fields if own.attname in names]
        for position, own in enumerate(fields):
            self.loaded.add(own, position)

    def _load(
        self,
        loaded: Loaded,
        mask: Mapping[Any, Any],
        alias: str | None = None,
        opts: Any = None,
        from_parent: Any = None,
    ) -> None:
        """Select the columns of a model, see `default_columns`, for `loaded`."""
        start = len(self.columns)
        if not mask and from_parent is None:
            opts = opts or self.query.get_meta()
            alias = alias or (opts and self.query.get_initial_alias())
            own = own_columns(self.compiler, opts, alias)
            if own is not None:
                stop = start + len(own.columns)
                loaded.positions += range(start, stop)
                loaded.attnames += own.attnames
                loaded.fields += own.fields
                self.columns += own.columns
                return
        for column in self.default_columns(mask, alias, opts, from_parent):
            loaded.add(column.target, len(self.columns))
            self.columns.append((column, None, None))

    def _written(self, with_col_aliases: bool) -> list[tuple[Any, tuple[str, Any], str | None]]:
        compiler = self.compiler
        result: list[tuple[Any, tuple[str, Any], str | None]] = []
        number = 1
        for column, known, alias in self.columns:
            if known is not None:
                name = None
                if with_col_aliases:
                    name = f"col{number}"
                    number += 1
                result.append((column, known, name))
                continue
            try:
                sql, params = compiler.compile(column)
            except EmptyResultSet:
                empty = getattr(column, "empty_result_set_value", NotImplemented)
                if empty is NotImplemented:
                    # A column of its own that is never true.
                    sql, params = "0", ()
                else:
                    sql, params = compiler.compile(Value(empty))
            except FullResultSet:
                sql, params = compiler.compile(Value(True))
            else:
                sql, params = column.select_format(compiler, sql, params)
            if hasattr(column, "get_cols"):
                # A name would be that of the last of the columns only.
                alias = None
                number += len(column.get_cols()) if with_col_aliases else 0
            elif alias is None and with_col_aliases:
                alias = f"col{number}"
                number += 1
            result.append((column, (sql, params), alias))
        return result

    def default_columns(
        self,
        mask: Mapping[Any, Any],
        start_alias: str | None = None,
        opts: Any = None,
        from_parent: Any = None,
    ) -> Iterator[Any]:
        """The columns of a model and of the parents it inherits from, as `mask` allows.

        With `from_parent`, the columns that the query has from that parent anyway are left out.
        """
        query = self.query
        opts = opts or query.get_meta()
        if opts is None:
            return
        start_alias = start_alias or query.get_initial_alias()
        seen = {None: start_alias}
        for column_field in opts.concrete_fields:
            model = column_field.model._meta.concrete_model
            if model is opts.model:
                model = None
            if (
                from_parent
                and model is not None
                and issubclass(from_parent._meta.concrete_model, model._meta.concrete_model)
            ):
                continue
            if mask and column_field not in mask:
                continue
            alias = query.join_parent_model(opts, model, start_alias, seen)
            yield column_field.get_col(alias)

    # Relations

    def related(
        self,
        owner: Loaded,
        opts: Any,
        alias: str,
        mask: Mapping[Any, Any],
        depth: int = 1,
        requested: Mapping[str, Any] | None = None,
    ) -> None:
        """Add what ``select_related`` asks of the model with `opts`, and of what lies behind it."""
        query = self.query
        restricted = isinstance(query.select_related, dict)
        if not restricted and depth > query.max_depth:
            return
        if restricted and requested is None:
            requested = query.select_related
        wanted: Mapping[str, Any] = requested or {}

        known = set()
        for relation in opts.fields:
            known.add(relation.name)
            if restricted and not relation.is_relation:
                if relation.name in wanted:
                    raise FieldError(
                        f"Non-relational field given in select_related: '{relation.name}'. "
                        f"Choices are: {', '.join(self._choices(opts)) or '(none)'}"
                    )
                continue
            if not select_related_descend(relation, restricted, wanted, mask):
                continue
            self._forward(owner, relation, opts, alias, mask, depth, wanted if restricted else None)
        if restricted:
            self._reverse(owner, opts, alias, mask, depth, wanted, known)
            self._filtered(owner, opts, alias, mask, depth, wanted, known)
            unknown = [name for name in wanted if name not in known]
            if unknown:
                names = ", ".join(f"'{name}'" for name in unknown)
                raise FieldError(
                    f"Invalid field name(s) given in select_related: {names}. "
                    f"Choices are: {', '.join(self._choices(opts)) or '(none)'}"
                )

    def _choices(self, opts: Any) -> list[str]:
        direct = (relation.name for relation in opts.fields if relation.is_relation)
        reverse = (
            relation.field.related_query_name()
            for relation in opts.related_objects
            if relation.field.unique
        )
        return [*direct, *reverse, *self.query._filtered_relations]

    def _forward(
        self,
        owner: Loaded,
        relation: Any,
        opts: Any,
        alias: str,
        mask: Mapping[Any, Any],
        depth: int,
        wanted: Mapping[str, Any] | None,
    ) -> None:
        model = relation.remote_field.model
        submask = mask.get(relation) or {}
        joins = self.query.setup_joins([relation.name], opts, alias).joins
        child = Loaded(model, link=_forward_link(relation), path=(*owner.path, relation.name))
        owner.children.append(child)
        self._load(child, submask, joins[-1], model._meta)
        further = wanted.get(relation.name, {}) if wanted is not None else None
        self.related(child, model._meta, joins[-1], submask, depth + 1, further)

    def _reverse(
        self,
        owner: Loaded,
        opts: Any,
        alias: str,
        mask: Mapping[Any, Any],
        depth: int,
        wanted: Mapping[str, Any],
        known: set[str],
    ) -> None:
        for reverse in opts.related_objects:
            relation, model = reverse.field, reverse.related_model
            if not relation.unique or reverse.many_to_many:
                continue
            name = relation.related_query_name()
            known.add(name)
            submask = mask.get(reverse) or {}
            if not select_related_descend(relation, True, wanted, mask, reverse=True):
                continue
            joins = self.query.setup_joins([name], opts, alias).joins
            self._child(
                owner, model, opts, joins[-1], submask, _reverse_link(relation), name, depth, wanted
            )

    def _filtered(
        self,
        owner: Loaded,
        opts: Any,
        alias: str,
        mask: Mapping[Any, Any],
        depth: int,
        wanted: Mapping[str, Any],
        known: set[str],
    ) -> None:
        for name in list(wanted):
            if name in known or name not in self.query._filtered_relations:
                continue
            known.add(name)
            found = self.query.setup_joins([name], opts, alias)
            model = found.opts.model
            submask = mask.get((name, found.final_field)) or {}
            # Only of a relation that is one step is the other side the relation's own.
            relation = found.final_field if len(found.joins) <= 2 else None
            link = Link("filtered", found.final_field, partial(_attach_filtered, relation, name))
            self._child(owner, model, opts, found.joins[-1], submask, link, name, depth, wanted)

    def _child(
        self,
        owner: Loaded,
        model: Any,
        opts: Any,
        alias: str,
        mask: Mapping[Any, Any],
        link: Link,
        name: str,
        depth: int,
        wanted: Mapping[str, Any],
    ) -> None:
        child = Loaded(model, link=link, path=(*owner.path, name))
        from_parent = (
            opts.model if issubclass(model, opts.model) and model is not opts.model else None
        )
        if from_parent:
            # What the child inherits was selected with its parent.
            inherited = dict(
                zip(owner.attnames, zip(owner.positions, owner.fields, strict=True), strict=True)
            )
            for column_field in model._meta.concrete_fields:
                if (
                    column_field.attname in inherited
                    and column_field in inherited[column_field.attname]
                ):
                    child.add(column_field, inherited[column_field.attname][0])
        owner.children.append(child)
        self._load(child, mask, alias, model._meta, from_parent)
        self.related(child, model._meta, alias, mask, depth + 1, wanted.get(name, {}))


def select_related_descend(
    field: Any,
    restricted: bool,
    requested: Mapping[str, Any],
    select_mask: Mapping[Any, Any],
    reverse: bool = False,
) -> bool:
    """Whether ``select_related`` follows `field`; packages ask it of forward relations, too."""
    if not field.remote_field:
        return False
    if field.remote_field.parent_link and not reverse:
        return False
    if restricted:
        name = field.related_query_name() if reverse else field.name
        if name not in requested:
            return False
        known = field.remote_field if reverse else field
        if select_mask and known not in select_mask:
            raise FieldError(
                f"Field {known.model._meta.object_name}.{known.name} cannot be both "
                "deferred and traversed using select_related at the same time."
            )
        return True
    return not field.null


def _forward_link(relation: Any) -> Link:
    return Link("forward", relation, partial(_attach_forward, relation))


def _reverse_link(relation: Any) -> Link:
    return Link("reverse", relation, partial(_attach_reverse, relation))


def _attach_forward(relation: Any, owner: Any, related: Any) -> None:
    relation.set_cached_value(owner, related)
    if related is not None and relation.unique:
        relation.remote_field.set_cached_value(related, owner)


def _attach_reverse(relation: Any, owner: Any, related: Any) -> None:
    relation.remote_field.set_cached_value(owner, related)
    if related is not None:
        relation.set_cached_value(related, owner)


def _attach_filtered(relation: Any | None, name: str, owner: Any, related: Any) -> None:
    if related is not None:
        if relation is not None:
            relation.remote_field.set_cached_value(related, owner)
        setattr(owner, name, related)
