"""Expressions on the fast road: annotations, aggregates and orders, as off it."""

from __future__ import annotations

import copy
import datetime
import decimal
from types import SimpleNamespace
from typing import Any

import pytest

from road_cases import same
from vivace.db import models
from vivace.db.models import functions
from vivace.db.models.functions import Lower
from vivace.db.orm.road.structure import read_expressions

NAMES = {
    **{name: getattr(models, name) for name in models.__all__ if not name.startswith("_")},
    **vars(functions), "D": decimal.Decimal, "date": datetime.date,
}  # fmt: skip

ANNOTATIONS = [
    "n=Count('tags')", "Count('tags')", "n=Count('tags', distinct=True)", "n=Count('*')",
    "n=Count('tags', filter=Q(pages__gt=10))", "n=Sum('mentions__book__pages', default=0)",
    "n=Avg('votes'), k=Max('pages')", "n=F('pages')", "n=F('pages') + 5",
    "n=F('pages') * F('votes') - 2", "n=F('rating') * 1.5", "n=5 - F('pages')", "n=Value(7)",
    "n=Value('x')", "n=Value(True)", "n=Value(None)", "n=Value(1.5)", "n=Value('%_\\\\')",
    "n=Value(2**70)", "n=Value(-2**63)", "n=Value(D('1.5'))",
    "n=Value(5, output_field=FloatField())", "n=Value('5') , k=Value(5)", "n=Lower('title')",
    "n=Upper(F('title'))", "n=Length('title')", "n=Concat('title', Value('-'), 'slug')",
    "n=Coalesce('rank', 'pages')", "n=Coalesce('rank', Value(0))",
    "n=Coalesce(Sum('mentions__pk'), 0)", "n=Substr('title', 1, 1)",
    "n=Cast('pages', FloatField())", "n=Cast('pages', CharField(max_length=5))",
    "n=ExpressionWrapper(F('pages') + 0.5, output_field=FloatField())",
    "n=Round('rating', precision=1)",
    "n=Case(When(pages__gt=15, then=Value('many')), default=Value('few'))",
    "n=Case(When(Q(pages__gt=15) | Q(title='b0'), then='votes'), default=None)",
    "n=Case(When(out=True, then=Value(3)), When(pages=20, then='votes'))",
    "n=ExtractYear('day')", "n=TruncMonth('moment')", "n=Greatest('pages', 'votes')",
    "n=NullIf('pages', Value(10))",
    "n=Window(RowNumber(), partition_by=[F('author')], order_by='pk')",
    "n=Window(Sum('pages'), order_by=['pk'], frame=RowRange(start=-1, end=0))", "n=Q(pages__gt=10)",
    "n=Q(title='b2', pages=20)", "n=Exists(m.Tag.objects.filter(books=OuterRef('pk')))",
    "n='pages'", "n=3", "title=F('pages')", "n=F('nothing')", "n=Sum('nothing')",
    "n=Lower('nothing__x')", "F('pages')", "n=Func(F('pages'), function='ABS')",
    "n=StdDev('pages')", "n=F('title')[:1]", "n=Lag('pages')", "n=RawSQL('pages + %s', (3,))",
    "n=Repeat('title', -1)", "n=Left('title', 0)", "n=Value(date(2020, 1, 1))",
]  # fmt: skip
STEPS = [
    "", ".filter(n=10)", ".filter(n__gt=1, pages__lt=40)", ".exclude(n=2)", ".filter(n='b2')",
    ".filter(n__contains='b')", ".filter(n__in=[10, 20])", ".filter(n=F('pages'))",
    ".filter(n__gt=F('votes') + 1)", ".filter(n=None)", ".order_by('-n', 'pk')",
    ".order_by(F('n').desc(nulls_last=True), 'pk')", ".order_by('-pk').values('pk', 'n')",
    ".order_by('pk').values_list('n', flat=True)", ".filter(pk=2)", ".get(pk=2)", ".count()",
    ".exists()", ".order_by('pk').first()", ".first()", ".last()", ".order_by('pk')[:2]",
    ".values('author').annotate(k=Count('pk')).order_by('author')",
    ".select_related('author').order_by('pk')", ".annotate(k=F('n')).order_by('pk')",
    ".alias(k=F('n')).filter(k__gt=3)", ".aggregate(k=Max('n'))", ".distinct()",
    ".only('title').order_by('pk')", ".filter(n=1).update(pages=3)", ".reverse()",
    ".filter(tags__name='red')",
]  # fmt: skip


def ask(shelves: SimpleNamespace, text: str) -> Any:
    code = compile(text, "<case>", "eval")
    return same(lambda: eval(code, {"m": shelves, **NAMES}), warm=False)


@pytest.mark.parametrize("annotation", ANNOTATIONS)
def test_annotations_answer_alike_whatever_follows(
    shelves: SimpleNamespace, annotation: str
) -> None:
    for step in STEPS:
        ask(shelves, f"m.Book.objects.annotate({annotation}){step}")
    ask(shelves, f"m.Book.objects.values('author').annotate({annotation}).order_by('author', 'n')")
    ask(shelves, f"m.Book.objects.alias({annotation}).filter(n__gt=3)")
    ask(
        shelves,
        f"m.Book.objects.filter(pages__gt=5).annotate({annotation}).filter(pages__lt=45).order_by('pk')",
    )


AGGREGATES = [
    "Sum('pages')", "Sum('pages'), Max('title'), n=Count('*')", "n=Sum(F('pages') * F('votes'))",
    "n=Sum('price')", "n=Avg('price')", "n=Max('day')", "n=Min('moment')",
    "n=Count('author', distinct=True)", "n=Sum('pages') + 3",
    "n=Count('pk', filter=Q(pages__gt=10))", "n=Sum('pages', default=7)",
    "n=Sum('rank', default=0)", "", "'pages'", "n=F('pages')", "n=Sum('nothing')",
    "n=Max('pages'), k=F('n') * 2", "n=Count('tags')", "Sum('pages') + Sum('votes')",
    "n=StdDev('rating')", "n=Sum('lasts')", "n=Max('data')",
]  # fmt: skip
BEFORE = [
    "", ".filter(pages__gt=10)", ".filter(pages=-1)", ".filter(pk__in=[])", ".order_by('title')",
    ".distinct()", ".all()[:2]", ".exclude(tags__name='red')",
    ".annotate(k=F('pages') + 1).filter(k__gt=11)", ".values('author').annotate(c=Count('pk'))",
    ".values('author')", ".select_related('author')", ".none()",
]  # fmt: skip


@pytest.mark.parametrize("aggregates", AGGREGATES)
def test_aggregates_answer_alike(shelves: SimpleNamespace, aggregates: str) -> None:
    for before in BEFORE:
        ask(shelves, f"m.Book.objects{before}.aggregate({aggregates})")


def test_values_are_bound_anew(shelves: SimpleNamespace) -> None:
    books = shelves.Book.objects
    for _ in range(3):
        for more in (1, 10, -5):
            found = (
                books.annotate(n=models.F("pages") + more).filter(n__gte=more + 40).order_by("pk")
            )
            assert [(book.pages, book.n) for book in found] == [
                (40, 40 + more),
                (50, 50 + more),
                (99, 99 + more),
            ]
            parts = models.Case(
                models.When(models.Q(pages__gt=more * 10), then=models.Value(f"over {more}")),
                default=models.Value("under"),
            )
            named = dict(books.annotate(n=parts).values_list("pages", "n"))
            assert named == {p: f"over {more}" if p > more * 10 else "under" for p in named}


def test_no_more_statements_are_compiled(shelves: SimpleNamespace) -> None:
    for text in (
        "list(m.Author.objects.annotate(n=Count('books')).filter(n__gt=1).order_by('-n'))",
        "list(m.Book.objects.annotate(n=F('pages') + 5, k=Lower('title')).values('n', 'k'))",
        "m.Book.objects.filter(pages__gt=3).aggregate(Sum('pages'))",
        "list(m.Book.objects.exclude(tags__name='red').order_by(F('pages').desc()))",
    ):
        code = compile(text, "<case>", "eval")
        same(lambda code=code: eval(code, {"m": shelves, **NAMES}))


def test_expressions_that_were_changed_are_foreign() -> None:
    order = models.F("pages").asc()
    ascending = read_expressions((order,), {})
    order.reverse_ordering()
    descending = read_expressions((order,), {})
    assert ascending
    assert descending
    assert ascending.key != descending.key
    lower = Lower("title").copy()
    lower.set_source_expressions([models.F("slug")])
    assert read_expressions((lower,), {}) is None


def test_expressions_of_a_project_are_foreign(shelves: SimpleNamespace) -> None:
    class Shout(functions.Upper):
        def as_sql(self, compiler: Any, connection: Any, **context: Any) -> Any:
            sql, params = super().as_sql(compiler, connection, **context)
            return f"{sql} || %s", (*params, "!")

    assert read_expressions((Shout("title"),), {}) is None
    same(lambda: list(shelves.Book.objects.annotate(n=Shout("title")).order_by("n")), warm=False)


def test_constants_do_not_fill_the_road(shelves: SimpleNamespace) -> None:
    for number in range(300):
        found = shelves.Book.objects.annotate(n=functions.Left("title", number + 1)).order_by("pk")
        assert found[1].n == "B1%_"[: number + 1]


def test_expressions_are_copied_with_their_values(shelves: SimpleNamespace) -> None:
    books = shelves.Author.objects.annotate(n=models.Count("books") + models.Value(3)).order_by(
        "pk"
    )
    expected = [author.n for author in books]
    assert [author.n for author in copy.deepcopy(books)] == expected
    query = shelves.Author.objects.all()
    query.query = books.all().query
    assert [author.n for author in query] == expected
