"""Which fields of which objects are loaded: defer(), only() and select_related()."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from vivace.core.exceptions import FieldError
from vivace.db.schema.constants import LOOKUP_SEP

if TYPE_CHECKING:
    from vivace.db.planner.query import Query

# Names within names: what is behind each relation that was named.
Tree = dict[str, "Tree"]
# The same by field; a relation that is given another name by FilteredRelation has a pair as its key.
Mask = dict[Any, "Mask"]


def add_select_related(query: Query, fields: Iterable[str]) -> None:
    """Load the objects along these chains of relations as well."""
    tree: Tree = {} if isinstance(query.select_related, bool) else _copied(query.select_related)
    for field in fields:
        _plant(tree, field)
    query.select_related = tree


def _copied(tree: Tree) -> Tree:
    # Clones share the tree: it is replaced, never changed.
    return {name: _copied(below) for name, below in tree.items()}


def _plant(tree: Tree, path: str) -> None:
    for part in path.split(LOOKUP_SEP):
        tree = tree.setdefault(part, {})


def clear_deferred_loading(query: Query) -> None:
    """Load all fields."""
    query.deferred_loading = (frozenset(), True)


def add_deferred_loading(query: Query, field_names: Iterable[str]) -> None:
    """Load these fields only when they are read."""
    existing, defer = query.deferred_loading
    names = frozenset(field_names)
    if defer:
        query.deferred_loading = existing | names, True
    elif left := existing - names:
        query.deferred_loading = left, False
    else:
        query.clear_deferred_loading()
        if others := names - existing:
            query.deferred_loading = others, True


def add_immediate_loading(query: Query, field_names: Iterable[str]) -> None:
    """Load only these fields at once, less those that were deferred before."""
    existing, defer = query.deferred_loading
    names = frozenset(field_names)
    if "pk" in names:
        names = names - {"pk"} | {query.get_meta().pk.name}
    query.deferred_loading = (names - existing if defer else names), False


def get_select_mask(query: Query) -> Mask:
    """The fields to load, and behind relations those of their models; empty if all are."""
    names, defer = query.deferred_loading
    if not names:
        return {}
    tree: Tree = {}
    for name in names:
        _plant(tree, name)
    if defer:
        return query._get_defer_select_mask(query.get_meta(), tree)
    return query._get_only_select_mask(query.get_meta(), tree)


def get_defer_select_mask(query: Query, opts: Any, mask: Tree, select_mask: Any = None) -> Mask:
    """The mask for a model of which the fields in `mask` are deferred."""
    chosen: Mask = {} if select_mask is None else select_mask
    _keep_keys(chosen, opts)
    rest = dict(mask)
    for field in (*opts.concrete_fields, *opts.related_objects):
        below = rest.pop(field.name, None)
        if below is None and hasattr(field, "attname"):
            below = rest.pop(field.attname, None)
        if below is None:
            chosen.setdefault(field, {})
        elif below:
            _check_relation(field, below)
            related = field.related_model._meta.concrete_model._meta
            query._get_defer_select_mask(related, below, chosen.setdefault(field, {}))
    for name, below in rest.items():
        key, relation, related = _relation_named(query, opts, name)
        # COMPAT: relations without a column on either side may be named, which has no effect.
        if related is not None and hasattr(relation, "field"):
            query._get_defer_select_mask(related, below, chosen.setdefault(key, {}))
    return chosen


def get_only_select_mask(query: Query, opts: Any, mask: Tree, select_mask: Any = None) -> Mask:
    """The mask for a model of which only the fields in `mask` are loaded."""
    chosen: Mask = {} if select_mask is None else select_mask
    _keep_keys(chosen, opts)
    for name, below in mask.items():
        if name == "pk" and not below:
            name = opts.pk.name
        key, relation, related = _relation_named(query, opts, name)
        under = chosen.setdefault(key, {})
        if below:
            _check_relation(relation, below)
            query._get_only_select_mask(related, below, under)
    return chosen


def _keep_keys(chosen: Mask, opts: Any) -> None:
    # An object without its primary key could not load the rest.
    for field in opts.pk_fields:
        chosen[field] = {}


def _relation_named(query: Query, opts: Any, name: str) -> tuple[Any, Any, Any]:
    """The mask's key for `name`, the field or relation, and the options of the model behind it."""
    filtered = query._filtered_relations.get(name)
    relation = opts.get_field(filtered.relation_name if filtered else name)
    related = None
    if relation.is_relation and relation.related_model:
        related = relation.related_model._meta.concrete_model._meta
    return (name, relation) if filtered else relation, relation, related


def _check_relation(field: Any, below: Tree) -> None:
    if not field.is_relation:
        raise FieldError(next(iter(below)))
