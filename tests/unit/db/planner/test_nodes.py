"""Tables, joins and trees of conditions, compiled without a database."""

from __future__ import annotations

import itertools
from types import SimpleNamespace
from typing import Any

import pytest

from vivace.core.exceptions import EmptyResultSet, FullResultSet
from vivace.db.planner.constants import INNER, LOUTER
from vivace.db.planner.nodes import (
    AND,
    OR,
    XOR,
    BaseTable,
    ExtraWhere,
    Join,
    MultiJoin,
    NothingNode,
    WhereNode,
)


class Leaf:
    """A condition with SQL of its own, or one that is always true or never."""

    contains_over_clause = False

    def __init__(self, sql: str | bool, aggregate: bool = False, over: bool = False) -> None:
        self.sql = sql
        self.contains_aggregate = aggregate
        self.contains_over_clause = over

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:
        if self.sql is True:
            raise FullResultSet
        if self.sql is False:
            raise EmptyResultSet
        return str(self.sql), [self.sql]


class Compiler:
    connection = SimpleNamespace(
        features=SimpleNamespace(supports_logical_xor=True),
        ops=SimpleNamespace(quote_name=lambda name: f'"{name}"'),
    )

    def compile(self, node: Any) -> Any:
        return node.as_sql(self, self.connection)

    def quote_name_unless_alias(self, name: str) -> str:
        return name if name[0] in "TU" else f'"{name}"'


def compiled(node: Any) -> Any:
    return Compiler().compile(node)


def truth(node: Any, values: dict[str, bool]) -> bool:
    """What a tree says of `values`, by Python's own logic."""
    if isinstance(node, Leaf):
        return node.sql if isinstance(node.sql, bool) else values[node.sql]
    results = [truth(child, values) for child in node.children]
    if node.connector == AND:
        result = all(results)
    elif node.connector == OR:
        result = any(results)
    else:
        result = sum(results) % 2 == 1
    return result is not node.negated


def as_python(sql: str) -> str:
    return (
        sql.replace(" AND ", " and ")
        .replace(" OR ", " or ")
        .replace("NOT ", "not ")
        .replace(" XOR ", " ^ ")
    )


@pytest.mark.parametrize("connector", [AND, OR, XOR])
@pytest.mark.parametrize("negated", [False, True])
@pytest.mark.parametrize("kinds", list(itertools.product(["a", "b", True, False], repeat=3)))
def test_what_is_always_or_never_true_is_left_out_without_changing_the_meaning(
    connector: str, negated: bool, kinds: tuple[Any, ...]
) -> None:
    node = WhereNode([Leaf(kind) for kind in kinds], connector, negated)
    for a, b in itertools.product([False, True], repeat=2):
        values = {"a": a, "b": b}
        expected = truth(node, values)
        try:
            sql, params = compiled(node)
        except EmptyResultSet:
            assert expected is False
        except FullResultSet:
            assert expected is True
        else:
            assert bool(eval(as_python(sql), {}, values)) is expected
            assert all(param in sql for param in params)


def test_parentheses_are_written_where_several_conditions_meet() -> None:
    assert compiled(WhereNode([Leaf("a")]))[0] == "a"
    assert compiled(WhereNode([Leaf("a"), Leaf("b")]))[0] == "(a AND b)"
    assert compiled(WhereNode([Leaf("a"), Leaf("b")], OR))[0] == "(a OR b)"
    assert compiled(WhereNode([Leaf("a")], negated=True))[0] == "NOT (a)"
    resolved = WhereNode([Leaf("a")])
    resolved.resolved = True
    assert compiled(resolved)[0] == "(a)"


def test_a_tree_without_conditions_lets_everything_pass() -> None:
    with pytest.raises(FullResultSet):
        compiled(WhereNode())
    with pytest.raises(FullResultSet):
        compiled(WhereNode(negated=True))


def test_nothing_and_extra_conditions() -> None:
    with pytest.raises(EmptyResultSet):
        compiled(WhereNode([Leaf("a"), NothingNode()]))
    with pytest.raises(FullResultSet):
        compiled(WhereNode([NothingNode()], negated=True))
    extra = ExtraWhere(["a = %s", "b = %s"], [1, 2])
    assert compiled(extra) == ("(a = %s) AND (b = %s)", [1, 2])
    assert compiled(ExtraWhere(["a"], None)) == ("(a)", [])


def test_conditions_are_split_by_the_clause_they_belong_to() -> None:
    plain, group, window = Leaf("a"), Leaf("b", aggregate=True), Leaf("c", over=True)
    where, having, qualify = WhereNode([plain, group, window]).split_having_qualify()
    assert where is not None
    assert having is not None
    assert qualify is not None
    assert (where.children, having.children, qualify.children) == ([plain], [group], [window])


def test_an_or_with_an_aggregate_belongs_into_having_as_a_whole() -> None:
    node = WhereNode([Leaf("a"), Leaf("b", aggregate=True)], OR)
    assert node.split_having_qualify() == (None, node, None)
    negated = WhereNode([Leaf("a"), Leaf("b", aggregate=True)], AND, negated=True)
    assert negated.split_having_qualify() == (None, negated, None)
    # A negated OR is an AND of negations.
    parts = WhereNode([Leaf("a"), Leaf("b", aggregate=True)], OR, negated=True)
    where, having, _ = parts.split_having_qualify()
    assert compiled(where)[0] == "NOT (a)"
    assert compiled(having)[0] == "NOT (b)"


def test_an_or_with_a_window_goes_around_the_query_unless_rows_are_grouped() -> None:
    node = WhereNode([Leaf("a"), Leaf("b", over=True)], OR)
    assert node.split_having_qualify() == (None, None, node)
    with pytest.raises(NotImplementedError, match="Heterogeneous disjunctive predicates"):
        node.split_having_qualify(must_group_by=True)


def test_a_clone_may_grow_without_its_original() -> None:
    node = WhereNode([Leaf("a")])
    clone = node.clone()
    clone.add(Leaf("b"), AND)
    assert compiled(node)[0] == "a"
    assert compiled(clone)[0] == "(a AND b)"


def test_what_a_tree_contains_is_known_anew_after_it_grew() -> None:
    node = WhereNode([Leaf("a")])
    assert not node.contains_aggregate
    node.add(Leaf("b", aggregate=True), AND)
    assert node.contains_aggregate


def test_leaves_are_found_at_every_depth() -> None:
    a, b, c = Leaf("a"), Leaf("b"), Leaf("c")
    assert list(WhereNode([a, WhereNode([b, WhereNode([c])], OR)]).leaves()) == [a, b, c]


class Relation:
    """As much of a relation's field as a join asks for."""

    def __init__(self, *columns: tuple[str, str], extra: Any = None) -> None:
        self.columns = columns
        self.extra = extra

    def get_joining_fields(self) -> tuple[Any, ...]:
        return tuple(
            (SimpleNamespace(column=left), SimpleNamespace(column=right))
            for left, right in self.columns
        )

    def get_extra_restriction(self, alias: str, related_alias: str | None) -> Any:
        return self.extra


def make_join(relation: Relation, **changes: Any) -> Join:
    values = {
        "table_name": "book",
        "parent_alias": "author",
        "table_alias": "T2",
        "join_type": INNER,
        "join_field": relation,
        "nullable": True,
        **changes,
    }
    return Join(**values)


def test_a_table_is_written_with_its_alias_if_it_has_another() -> None:
    assert compiled(BaseTable("book", "book")) == ('"book"', [])
    assert compiled(BaseTable("book", "U0")) == ('"book" U0', [])
    assert BaseTable("book", "U0").relabeled_clone({"U0": "V0"}) == BaseTable("book", "V0")


def test_a_join_names_all_its_columns_and_restrictions() -> None:
    relation = Relation(("id", "author_id"), ("no", "author_no"), extra=Leaf("kind = 1"))
    sql, params = compiled(make_join(relation))
    assert sql == (
        'INNER JOIN "book" T2 ON ("author"."id" = T2."author_id" '
        'AND "author"."no" = T2."author_no" AND (kind = 1))'
    )
    assert params == ["kind = 1"]
    assert make_join(relation).join_cols == (("id", "author_id"), ("no", "author_no"))


def test_a_join_without_any_condition_is_refused() -> None:
    with pytest.raises(ValueError, match="Join generated an empty ON clause"):
        compiled(make_join(Relation()))


def test_promoting_and_demoting_give_other_joins() -> None:
    join = make_join(Relation(("id", "author_id")))
    outer = join.promote()
    assert (join.join_type, outer.join_type, outer.demote().join_type) == (INNER, LOUTER, INNER)
    assert join == outer
    assert hash(join) == hash(outer)


def test_joins_are_equal_if_they_mean_the_same() -> None:
    relation = Relation(("id", "author_id"))
    join = make_join(relation)
    assert join == make_join(relation, table_alias="T9", join_type=LOUTER)
    assert join != make_join(relation, parent_alias="T3")
    assert join != make_join(Relation(("id", "author_id")))
    assert join != BaseTable("book", "T2")
    moved = join.relabeled_clone({"author": "U0", "T2": "U1"})
    assert (moved.parent_alias, moved.table_alias, join.parent_alias) == ("U0", "U1", "author")


def test_multi_join_says_where_the_relation_to_many_is() -> None:
    error = MultiJoin(2, [("a", []), ("b", [])])
    assert error.level == 2
    assert [name for name, _ in error.names_with_path] == ["a", "b"]


class OldRestriction:
    """What a relation of a package restricts its join by: it changes its own alias."""

    contains_aggregate = contains_over_clause = False

    def __init__(self, alias: str) -> None:
        self.alias = alias

    def clone(self) -> OldRestriction:
        return OldRestriction(self.alias)

    def relabel_aliases(self, change_map: dict[str, str]) -> None:
        self.alias = change_map.get(self.alias, self.alias)

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:
        return f"{self.alias}.kind", []


def test_conditions_that_change_their_own_alias_are_copied_first() -> None:
    shared = OldRestriction("a")
    first, second = WhereNode([shared]), WhereNode([shared])
    first.relabel_aliases({"a": "U1"})
    assert compiled(first)[0] == "U1.kind"
    assert compiled(second)[0] == "a.kind"
    assert compiled(second.relabeled_clone({"a": "b"}))[0] == "b.kind"
    assert compiled(second)[0] == "a.kind"
