"""The description of queries: what clones share, which joins are made, what excluding leaves out."""

from __future__ import annotations

import copy
import pickle
import sys
import types
from types import SimpleNamespace
from typing import Any

import pytest

from vivace.core.exceptions import EmptyResultSet, FieldError
from vivace.db import connection
from vivace.db.models import Count, Exists, F, FilteredRelation, OuterRef, Q, Value
from vivace.db.models.query_utils import select_related_descend
from vivace.db.models.sql import Query
from vivace.db.models.sql.datastructures import Join
from vivace.db.models.sql.query import JoinPromoter, get_order_dir
from vivace.db.models.sql.where import AND, OR, XOR
from vivace.test.utils import CaptureQueriesContext


@pytest.fixture
def lib(library: dict[str, Any]) -> SimpleNamespace:
    """The models of the library as attributes."""
    return SimpleNamespace(**library)


def sql(queryset: Any) -> str:
    return str(queryset.query)


def pks(queryset: Any) -> list[Any]:
    return sorted(queryset.values_list("pk", flat=True))


# -- clones --------------------------------------------------------------------------------------


def test_what_is_done_to_a_clone_leaves_its_original_as_it_was(lib: SimpleNamespace) -> None:
    base = lib.Author.objects.filter(book__title="a").annotate(n=Count("tags")).query
    before = str(base)
    clone = base.clone()
    clone.add_q(Q(boss__name="x") | Q(book__pages=1))
    clone.add_annotation(F("age") + 1, "more")
    clone.add_ordering("boss__boss__name")
    clone.add_select_related(["boss__boss"])
    clone.add_deferred_loading(["name"])
    clone.add_extra({"e": "1"}, None, ["1 = 1"], None, None, None)
    clone.set_limits(1, 3)
    clone.change_aliases({"book": "B9"} if "book" in clone.alias_map else {})
    assert str(base) == before
    assert str(base.clone()) == before
    assert str(copy.deepcopy(base)) == before


def test_siblings_do_not_see_each_others_joins(lib: SimpleNamespace) -> None:
    base = lib.Book.objects.filter(tags__name="a")
    first = base.filter(tags__name="b")
    second = base.filter(author__name="c")
    assert sql(second).count("JOIN") == 3
    assert sql(first).count("JOIN") == 4
    assert sql(base).count("JOIN") == 2


def test_packages_ask_which_relations_select_related_follows(lib: SimpleNamespace) -> None:
    author, title = (lib.Book._meta.get_field(name) for name in ("author", "title"))
    assert not select_related_descend(title, True, {"title": {}}, {})
    assert not select_related_descend(author, True, {}, {})
    assert select_related_descend(author, True, {"author": {}}, {})
    assert select_related_descend(author, True, {"author": {}}, {author: {}})
    assert select_related_descend(author, False, {}, {}) is not author.null
    with pytest.raises(FieldError, match=r"Field Book\.author cannot be both deferred and trav"):
        select_related_descend(author, True, {"author": {}}, {title: {}})


def test_a_tree_for_select_related_is_not_shared(lib: SimpleNamespace) -> None:
    base = lib.Book.objects.select_related("author")
    more = base.select_related("author__boss", "publisher")
    assert base.query.select_related == {"author": {}}
    assert more.query.select_related == {"author": {"boss": {}}, "publisher": {}}


def test_queries_are_pickled(lib: SimpleNamespace, monkeypatch: pytest.MonkeyPatch) -> None:
    # Where pickle finds classes that were made within a function.
    home = types.ModuleType("planner_models")
    vars(home).update(Author=lib.Author, Book=lib.Book)
    monkeypatch.setitem(sys.modules, home.__name__, home)
    queryset = (
        lib.Author.objects.exclude(book__title="a")
        .annotate(n=Count("book"), some=Exists(lib.Book.objects.filter(author=OuterRef("pk"))))
        .filter(n__gte=0)
        .order_by("name")
    )
    with monkeypatch.context() as patch:
        for model in (lib.Author, lib.Book):
            patch.setattr(model, "__module__", home.__name__)
            # Attributes of a class itself, which cannot be taken away again.
            model.__qualname__ = model.__name__
        again = pickle.loads(pickle.dumps(queryset.query))
    assert str(again) == sql(queryset)


def test_sql_with_params_keeps_values_out_of_the_sql(lib: SimpleNamespace) -> None:
    text, params = lib.Author.objects.filter(name="it's").query.sql_with_params()
    assert "it's" not in text
    assert tuple(params) == ("it's",)


# -- joins ---------------------------------------------------------------------------------------


def test_joins_become_inner_only_where_a_partner_is_needed(lib: SimpleNamespace) -> None:
    books = lib.Book.objects.order_by()
    assert "LEFT OUTER" in sql(books.filter(Q(editor__name="a") | Q(pages=1)))
    assert "LEFT OUTER" not in sql(books.filter(Q(editor__name="a") | Q(editor__age=1)))
    assert "LEFT OUTER" not in sql(books.filter(Q(editor__name="a") & Q(pages=1)))
    assert "LEFT OUTER" in sql(books.filter(editor__name__isnull=True))
    both = books.filter(editor__name="a").filter(Q(editor__age=1) | Q(pages=1))
    assert "LEFT OUTER" not in sql(both)


def test_the_promoter_counts_votes() -> None:
    made = SimpleNamespace(promoted=set(), demoted=set())
    query = SimpleNamespace(promote_joins=made.promoted.update, demote_joins=made.demoted.update)
    promoter = JoinPromoter(OR, 2, False)
    promoter.add_votes(["a", "b"])
    promoter.add_votes(["b"])
    assert promoter.update_join_types(query) == {"b"}  # type: ignore[arg-type]
    assert (made.promoted, made.demoted) == ({"a"}, {"b"})
    assert JoinPromoter(AND, 2, True).effective_connector == OR
    assert JoinPromoter(OR, 2, True).effective_connector == AND
    assert repr(promoter) == "JoinPromoter(connector='OR', num_children=2, negated=False)"


def test_a_foreign_keys_column_needs_no_join(lib: SimpleNamespace) -> None:
    assert "JOIN" not in sql(lib.Book.objects.filter(author__pk=1, author__id__gt=2, author=3))
    assert "JOIN" not in sql(lib.Book.objects.values("author__id").order_by("author__pk"))


def test_the_direction_of_a_term() -> None:
    assert get_order_dir("-a") == ("a", "DESC")
    assert get_order_dir("a", "DESC") == ("a", "DESC")


# -- excluding: right where an alias is alike by chance ------------------------------------------


def test_excluding_ties_rows_by_all_columns_of_a_relation(lib: SimpleNamespace) -> None:
    having = {(p.tenant_id, p.num) for p in lib.Post.objects.filter(no=1)}
    kept = {member.pk for member in lib.Member.objects.exclude(posts__no=1)}
    assert kept == {member.pk for member in lib.Member.objects.all()} - having


def test_excluding_is_not_misled_by_another_join_of_the_same_table(lib: SimpleNamespace) -> None:
    found = lib.Review.objects.exclude(
        Q(by__author__name__contains="b") & ~Q(book__author__staff__name__isnull=True)
    )
    left_out = {
        review.pk
        for review in lib.Review.objects.all()
        if review.by is not None
        and "b" in review.by.author.name
        and review.book is not None
        and review.book.author.staff.exists()
    }
    assert set(pks(found)) == set(pks(lib.Review.objects.all())) - left_out


def test_excluding_works_beside_relations_of_children(lib: SimpleNamespace) -> None:
    younger = [
        novel.pk
        for novel in lib.Novel.objects.all()
        if not any(staff.pk < novel.pk for staff in novel.author.staff.all())
    ]
    condition = Q(saga__author__id__gt=40, genre="b") | Q(author__staff__id__lt=F("id"))
    assert pks(lib.Novel.objects.exclude(condition)) == sorted(younger)


def test_a_group_for_each_composite_key_is_counted(lib: SimpleNamespace) -> None:
    counted = lib.Member.objects.annotate(n=Count("posts")).count()
    assert counted == lib.Member.objects.count()


# -- flows and their number of queries -----------------------------------------------------------


def test_what_cannot_be_found_is_not_asked_for(lib: SimpleNamespace) -> None:
    nothing = lib.Author.objects.filter(pk__in=[])
    with CaptureQueriesContext(connection) as captured:
        assert nothing.count() == 0
        assert nothing.exists() is False
        assert nothing.aggregate(n=Count("pk")) == {"n": 0}
    assert len(captured) == 0
    with pytest.raises(EmptyResultSet):
        nothing.query.sql_with_params()


def test_annotations_that_nobody_asks_for_are_not_computed_for_counting(
    lib: SimpleNamespace,
) -> None:
    with CaptureQueriesContext(connection) as captured:
        lib.Author.objects.annotate(later=F("age") + 1).count()
    assert "+" not in captured[0]["sql"]


def test_explain_tells_the_plan(lib: SimpleNamespace) -> None:
    assert "SCAN" in lib.Author.objects.all().explain()


def test_questions_of_a_query_by_the_alias_of_its_database(lib: SimpleNamespace) -> None:
    query = lib.Author.objects.filter(age=1).query
    count = query.get_count("default")
    assert count == len(lib.Author.objects.filter(age=1))
    assert query.has_results("default") is (count > 0)
    assert query.clone().get_aggregation("default", {"n": Count("pk")}) == {"n": count}
    assert "SCAN" in query.explain("default")


# -- what packages do with a Query ---------------------------------------------------------------


def test_a_query_without_a_model_holds_annotations_only() -> None:
    query = Query(None)
    query.add_annotation(Value(1), "one")
    assert query.get_meta() is None
    assert query.get_initial_alias() is None
    assert query.solve_lookup_type("one__gt")[0] == ["gt"]


def test_a_compiler_needs_a_database(lib: SimpleNamespace) -> None:
    with pytest.raises(ValueError, match="Need either using or connection"):
        lib.Author.objects.all().query.get_compiler()


def test_a_column_without_its_table_for_constraints(lib: SimpleNamespace) -> None:
    query = Query(model=lib.Author, alias_cols=False)
    where = query.build_where(Q(age__gt=1) | Q(name="x"))
    compiler = query.get_compiler(connection=connection)
    assert compiler.compile(where)[0] == '("age" > %s OR "name" = %s)'
    with pytest.raises(FieldError, match="Joined field references are not permitted"):
        query.build_where(Q(boss__name="x"))


def test_joins_of_a_query_are_known_by_their_aliases(lib: SimpleNamespace) -> None:
    query = lib.Book.objects.filter(author__boss__name="x").query
    base, *joined = query.alias_map.values()
    assert base.table_name == lib.Book._meta.db_table
    assert [type(join) for join in joined] == [Join, Join]
    assert query.base_table == lib.Book._meta.db_table


def test_too_many_levels_of_subqueries_are_refused(lib: SimpleNamespace) -> None:
    def nest() -> None:
        queryset = lib.Author.objects.all()
        for _ in range(200):
            queryset = lib.Author.objects.filter(pk__in=queryset)

    with pytest.raises(RecursionError, match="too many subqueries"):
        nest()


@pytest.mark.parametrize("connector", [AND, OR, XOR])
def test_conditions_joined_by_each_connector(lib: SimpleNamespace, connector: str) -> None:
    both = Q(Q(age=1), Q(name="b"), _connector=connector)
    meaning = {AND: all, OR: any, XOR: lambda pair: sum(pair) % 2 == 1}[connector]
    wanted = [a.pk for a in lib.Author.objects.all() if meaning([a.age == 1, a.name == "b"])]
    assert pks(lib.Author.objects.filter(both)) == sorted(wanted)


def test_a_filtered_relation_is_known_to_the_clone_only(lib: SimpleNamespace) -> None:
    base = lib.Author.objects.all()
    filtered = base.annotate(thick=FilteredRelation("book", condition=Q(book__pages__gt=2)))
    assert not base.query._filtered_relations
    with pytest.raises(FieldError, match="Cannot resolve keyword 'thick'"):
        base.filter(thick__title="a")
    assert 'thick."pages" > 2' in sql(filtered.filter(thick__title="a"))


def test_a_filtered_relation_over_two_relations_to_many(lib: SimpleNamespace) -> None:
    thin = FilteredRelation("staff__edited", condition=Q(staff__edited__pages=1))
    found = lib.Author.objects.alias(thin=thin).filter(thin__isnull=False).distinct()
    wanted = {
        author.pk
        for author in lib.Author.objects.all()
        if any(staff.edited.filter(pages=1).exists() for staff in author.staff.all())
    }
    assert set(pks(found)) == wanted


def test_querysets_cannot_be_values_in_a_filtered_relation(lib: SimpleNamespace) -> None:
    condition = Q(book__in=lib.Book.objects.all())
    with pytest.raises(ValueError, match="Passing a QuerySet within a FilteredRelation"):
        lib.Author.objects.annotate(some=FilteredRelation("book", condition=condition))
