"""Every step and every end of a queryset on the road gives what the compatible way gives."""

# Cases are read line by line as they are.
# ruff: noqa: E501

from __future__ import annotations

import datetime
import decimal
import uuid
from types import SimpleNamespace
from typing import Any

import pytest

from road_cases import same
from vivace.db.models import F, Prefetch, Q, Value

# One condition for each kind of slot and of lookup.
CONDITIONS = [
    "pages=30", "pages__exact=30", "pages__gt=20", "pages__gte=20", "pages__lt=20", "pages__lte=20",
    "rank=1", "rank__lt=-1", "votes=3", "copies=2", "id=2", "pk=2", "pk__gt=3",
    "title='b2'", "title__exact='b2'", "title__contains='%'", "title__icontains='b'",
    "title__startswith='B'", "title__istartswith='B'", "title__endswith='_'", "title__iendswith='_'",
    "title__gt='b'", "slug='s3'", "text__contains=chr(92)", "text__contains=chr(39)",
    "rating=1/3", "rating__gte=1.0", "price=D('0.75')", "price__gt=D('0.7')",
    "day=date(2020, 1, 2)", "day__gt=date(2020, 1, 2)",
    "moment=datetime(2020, 1, 2, 3, 4, 5, 6)", "moment__lte=datetime(2020, 1, 4, 3, 4, 5, 6)",
    "key=UUID(int=3)", "author=1", "author_id=1", "author__id=1", "author__pk=2",
    "author__name='Ann'", "author__name__startswith='A'", "author__born=date(1970, 1, 2)",
    "author=ann", "author=m.Author(pk=77)", "tags='red'", "tags__name='red'", "detail__note='d1'",
    "detail=1", "mentions__where='w1'", "mentions__where__gte='w1'",
    "out=True", "out=False", "out=None", "rank=None", "author=None", "slug=None", "author__born=None",
    "out__exact=True", "rank__isnull=True", "rank__isnull=False", "tags__isnull=True",
    "pages=30, title='B3%_'", "pages__gt=0, pages__lt=30", "out=True, pages=30", "out=None, rank=None",
    "author=ann, pages__gt=10", "author__name='Ann', author__born__gt=date(1960, 1, 1)",
    "tags='red', pages__gt=10",
]  # fmt: skip
# What may stand between the conditions and the end.
STEPS = [
    "", ".order_by('-pages')", ".order_by('author__name', '-pk')", ".order_by('?').order_by('pk')",
    ".order_by('title').reverse()", ".order_by('rank', 'pk')", ".order_by()", ".distinct()",
    ".order_by('tags__name', 'pk').distinct()", ".select_related('author')", ".select_related()",
    ".select_related('detail')", ".select_related('author', 'detail').order_by('pk')",
    ".select_related('author').select_related(None)", ".prefetch_related('tags')",
    ".prefetch_related('author__books')", ".prefetch_related('tags').prefetch_related(None)",
    ".values()", ".values('title', 'pages')", ".values('author__name')", ".values('pk')",
    ".values_list('title', 'price', 'moment')", ".values_list()", ".values_list('pages', flat=True)",
    ".values_list('price', flat=True)", ".values_list('title', 'pages', named=True)",
    ".values('title').distinct()", ".values_list('out', flat=True).distinct().order_by('out')",
    ".only('title')", ".only('title', 'author')", ".defer('text', 'data')", ".defer('text').defer(None)",
    ".only('title', 'author__name').select_related('author')", ".only('pk')",
    ".exclude(pages=30)", ".exclude(out=None)", ".exclude(tags='red')", ".exclude(author=ann)",
    ".exclude(title__contains='%', pages__gt=10)", ".exclude(out=True).exclude(rank=1)",
    ".filter(title__contains='b')", ".filter(out=True).filter(pages__lt=40)", ".all()", ".filter()",
    ".using('default')", ".exclude()", ".order_by('pk').values('title').filter(pages__gt=10)",
    ".values('title').values_list('pages')", ".order_by('pages').order_by('-title')",
]  # fmt: skip
ENDS = [
    ".count()", ".exists()", ".first()", ".last()", ".get()", "[0]", "[3]", "[50]", "[:2]", "[1:3]", "[2:]",
    "[0:2]", "[:2][0]", "[1:4][1]", "[1:5][:2]", "[::2]", "[0:5:2]", "[:0]", "[2:2]", "[5:2]", "[:]", "[:100]",
    "[:2**63 - 1]", "[:2**63]", "[2**62:]", "[2**63:]", "[2**70]", "[-1]", "[:-1]", "['a']", "[True]",
    "[:True]", "[None:2]", ".in_bulk()", ".iterator().__next__()", ".earliest('pages')", ".contains(m.Book(pk=2))",
    "[:2].count()", "[:2].exists()", "[1:].first()", "[:1].get()", ".delete()",
    ".update(pages=7)", ".update(pages=F('pages') + 1)", ".update(title='x%')", ".update(author=None)",
]  # fmt: skip


def ask(shelves: SimpleNamespace, text: str, **how: Any) -> Any:
    """Evaluate a case by both ways; None if it fails in both alike."""
    names = {
        "m": shelves, "ann": shelves.Author.objects.get(pk=1), "D": decimal.Decimal, "F": F, "Q": Q,
        "Value": Value, "Prefetch": Prefetch, "UUID": uuid.UUID, "date": datetime.date,
        "datetime": datetime.datetime,
    }  # fmt: skip
    code = compile(text, "<case>", "eval")
    return same(lambda: eval(code, dict(names)), **how)


@pytest.mark.parametrize("condition", CONDITIONS)
def test_conditions_answer_alike_on_the_road_and_off_it(
    shelves: SimpleNamespace, condition: str
) -> None:
    assert ask(shelves, f"list(m.Book.objects.filter({condition}))")[0] == "gives"
    # A subquery stands for what is excluded of many; it is written anew.
    many = condition.startswith(("tags", "mentions"))
    assert ask(shelves, f"list(m.Book.objects.exclude({condition}))", warm=not many)[0] == "gives"
    ask(shelves, f"m.Book.objects.get({condition})")
    ask(shelves, f"m.Book.objects.filter({condition}).count()")
    ask(shelves, f"m.Book.objects.filter({condition}).exists()")


@pytest.mark.parametrize("step", STEPS)
def test_steps_answer_alike_whatever_follows(shelves: SimpleNamespace, step: str) -> None:
    leaves = any(each in step for each in ("tags", "author__books"))
    assert ask(shelves, f"list(m.Book.objects.all(){step})", warm=not leaves)[0] == "gives"
    assert ask(shelves, f"list(m.Book.objects.filter(pages__gt=5){step})", warm=False)[0] == "gives"
    ask(shelves, f"m.Book.objects.filter(pages__gt=5){step}.filter(pk__lt=5)", warm=False)
    ask(shelves, f"m.Book.objects.filter(pk=3){step}.get()", warm=False)
    ask(shelves, f"m.Book.objects.all(){step}.count()", warm=False)
    ask(shelves, f"m.Book.objects.all(){step}.exists()", warm=False)
    ask(shelves, f"m.Book.objects.all(){step}.first()", warm=False)
    ask(shelves, f"m.Book.objects.all(){step}[1:3]", warm=False)
    ask(shelves, f"m.Book.objects.all(){step}[1]", warm=False)


@pytest.mark.parametrize("end", ENDS)
def test_whatever_ends_a_queryset_answers_alike(shelves: SimpleNamespace, end: str) -> None:
    ask(shelves, f"m.Book.objects.all(){end}", warm=False)
    ask(shelves, f"m.Book.objects.filter(pages__gt=5).order_by('-title'){end}", warm=False)
    ask(shelves, f"m.Book.objects.filter(pk=3){end}", warm=False)
    ask(shelves, f"m.Book.objects.filter(pk=300){end}", warm=False)
    ask(shelves, f"m.Book.objects.order_by('pk').values('title', 'day'){end}", warm=False)
    ask(shelves, f"m.Author.objects.get(pk=1).books.order_by('pk'){end}", warm=False)


OTHERS = [
    "m.Book.objects.get(nothing=1)", "m.Book.objects.filter(title__nothing=1)", "m.Book.objects.get('x')",
    "m.Book.objects.order_by('nothing').first()", "m.Book.objects.values('nothing')",
    "m.Book.objects.only('nothing')", "m.Book.objects.select_related('title')[:1]",
    "m.Book.objects.select_related('nothing')[:1]", "m.Book.objects.prefetch_related('nothing')[:1]",
    "m.Book.objects.distinct('title')[:1]", "m.Book.objects.filter(author='x')",
    "m.Book.objects.filter(author=m.Book(pk=1))", "m.Book.objects.filter(author=m.Author())",
    "m.Book.objects.filter(pages=None)", "m.Book.objects.filter(pages__gt=None)",
    "m.Book.objects.values('title').only('pk')", "m.Book.objects[:2].filter(pk=1)",
    "m.Book.objects.all()[:2].filter(pk=1)", "m.Book.objects.all()[:2].order_by('pk')",
    "m.Book.objects.all()[:2].exclude(pk=1)", "m.Book.objects.all()[:2].distinct()",
    "m.Book.objects.all()[:2].update(pages=1)", "m.Book.objects.all()[:2].delete()",
    "m.Book.objects.all()[:2].get(pk=1)", "m.Book.objects.filter(_connector='OR')",
    "m.Book.objects.exclude(_negated=True)", "m.Book.objects.filter(pk=1, tags__name__gte='a').get()",
    "m.Author.objects.get(pk=1, books__title__startswith='b')",
    "m.Author.objects.filter(pk=1).filter(books__pages__gte=0).get()",
    "m.Book.objects.get(slug='s2', tags__isnull=False)", "m.Author.objects.get(books__detail__note='d1')",
    "m.Author.objects.get(pk=1).books.values('title')", "m.Author.objects.get(pk=1).books.get(pages=20)",
    "m.Author.objects.get(pk=1).books.values_list('title', flat=True)",
    "m.Author.objects.get(pk=1).books.filter(pages=20).values('pk', 'day').get()",
    "m.Author.objects.get(pk=1).books.count()", "m.Author.objects.get(pk=1).books.exists()",
    "m.Author.objects.get(pk=1).books.create(title='n').__dict__['author_id']",
    "m.Book.objects.get(pk=3).tags.order_by('name')", "m.Book.objects.get(pk=3).tags.values('name')",
    "m.Book.objects.get(pk=3).author", "m.Book.objects.get(pk=2).detail", "m.Book.objects.get(pk=1).detail",
    "m.Book.objects.get(pk=2).mentions.all()", "m.Mention.objects.get(pk=1).book",
    "m.Mention.objects.filter(book='s1')", "m.Mention.objects.filter(book=m.Book.objects.get(slug='s1'))",
    "m.Mention.objects.filter(book__pages=10)", "m.Mention.objects.all()", "m.Mention.objects.first()",
    "m.Mention.objects.reverse()", "m.Mention.objects.select_related('book')",
    "m.Special.objects.all()", "m.Special.objects.get(pages=99)", "m.Special.objects.get(pk=7)",
    "m.Special.objects.only('title').get(extra=5)", "m.Book.objects.get(pk=7).special",
    "m.Special.objects.values('title', 'extra')", "m.Special.objects.filter(title='special').update(pages=3)",
    "m.Special.objects.filter(extra=5).update(extra=6, title='x')", "m.Shown.objects.get(pk=2)",
    "m.Shown.objects.filter(author=ann).order_by('-pk')", "m.Shown.objects.create(title='t').pages",
    "m.Tag.objects.get(pk='red')", "m.Tag.objects.get(name='red').books.order_by('-pk')",
    "m.Tag.objects.prefetch_related('books__author').order_by('pk')",
    "m.Author.objects.prefetch_related(Prefetch('books', m.Book.objects.filter(pages=20)))",
    "m.Author.objects.prefetch_related(Prefetch('books', to_attr='own')).prefetch_related('books')",
    "m.Author.objects.prefetch_related(Prefetch('books', to_attr='own')).prefetch_related(None)",
    "m.Book.objects.filter(Q(pages=10) | Q(pages=20)).order_by('pk')", "m.Book.objects.filter(~Q(pages=10))",
    "m.Book.objects.filter(Q(pages=10), title__contains='B')", "m.Book.objects.exclude(Q(pages=10) & Q(rank=1))",
    "m.Book.objects.filter(pk__in=[1, 2, 30])", "m.Book.objects.filter(pk__in=[])",
    "m.Book.objects.filter(pk__in=[1, None])", "m.Book.objects.filter(title__in=['b2', 'x'])",
    "m.Book.objects.filter(pk__in=(1, 2)).filter(pk__in=[2, 3])", "m.Book.objects.filter(pk__in={3})",
    "m.Book.objects.filter(pk__in=[1, 'x'])", "m.Book.objects.filter(pk__in=[True])",
    "m.Book.objects.filter(pk__in=[2**70, 1])", "m.Book.objects.exclude(pk__in=[2**70, 1])",
    "m.Book.objects.filter(author__in=[ann])", "m.Book.objects.filter(author__in=[1, 2])",
    "m.Book.objects.filter(pages=F('votes') * 10)", "m.Book.objects.filter(pages=Value(20))",
    "m.Book.objects.filter(pk__in=m.Book.objects.filter(pages=20))",
    "m.Book.objects.filter(pages__in=m.Book.objects.filter(pages__gt=20).values('pages'))",
    "m.Book.objects.filter(pages=10) | m.Book.objects.filter(pages=20)",
    "m.Book.objects.filter(pages__gt=10) & m.Book.objects.filter(out=True)",
    "m.Book.objects.filter(pages=10).union(m.Book.objects.filter(pages=20)).order_by('pk')",
    "m.Book.objects.filter(pages=10).annotate(x=F('pages') + 1).values('x')",
    "m.Book.objects.filter(pages__gt=10).aggregate(x=__import__('vivace.db.models').db.models.Sum('pages'))",
    "m.Book.objects.none().filter(pk=1)", "m.Book.objects.filter(pages__gt=10).dates('day', 'year')",
    "bool(m.Book.objects.filter(pk=1))", "len(m.Book.objects.filter(pages__gt=1))",
    "m.Book.objects.filter(pk=1).get_or_create(pages=0)[0].title",
    "m.Book.objects.get_or_create(title='new', defaults={'pages': 3})[1]",
    "m.Book.objects.update_or_create(title='b2', defaults={'pages': 3})[0].pages",
    "m.Book.objects.filter(pages=20).update(nothing=1)", "m.Book.objects.filter(pages=20).update(author__name=1)",
    "m.Book.objects.filter(pages=20).update(pages='x')", "m.Book.objects.filter(pages=20).update(pages=None)",
    "m.Book.objects.filter(pages=20).update(slug='s1')", "m.Book.objects.update(price=D('1.239'))",
    "m.Book.objects.filter(author__name='Ann').update(pages=F('pages') - 1)",
    "m.Book.objects.filter(pages=20).update(author=ann)", "m.Book.objects.filter(pages=20).update(author_id=2)",
    "m.Book.objects.filter(pages=20).update(moment=datetime(2020, 2, 3), day=date(2020, 1, 1))",
    "m.Book.objects.filter(pages=20).update(votes=F('votes') + 2**62, rating=F('rating') * 1.5)",
    "m.Book.objects.filter(pages=20).update(votes=2**70)", "m.Book.objects.filter(pages=20).update()",
    "m.Book.objects.filter(pages=20).update(pages=F('nothing') + 1)", "m.Book.objects.update(pk=3)",
    "m.Book.objects.filter(pk=2).update(price=F('price') + D('0.10'))", "m.Book.objects.update(author=99)",
    "m.Book.objects.filter(rank__gt=0).update(rank=F('rank') * 2.5)", "m.Book.objects.update(title=F('slug'))",
]  # fmt: skip


@pytest.mark.parametrize("case", OTHERS)
def test_what_may_leave_the_road_answers_alike(shelves: SimpleNamespace, case: str) -> None:
    ask(shelves, case, warm=False)


WRITES = [
    "m.Author.objects.create(name='New')", "m.Author.objects.create(name='New', born=date(2020, 1, 1))",
    "m.Author.objects.create(pk=88, name='New')", "m.Author.objects.create(pk=1)", "m.Author.objects.create()",
    "m.Author.objects.create(nothing=1)", "m.Author.objects.create(name=None)", "m.Author.objects.create(name=5)",
    "m.Author.objects.create(name=F('id'))", "m.Author.objects.create(name=Value('v')).pk",
    "m.Author.objects.create(books=3)", "m.Book.objects.create(detail=m.Detail())",
    "m.Book.objects.create(title='n', author=ann)", "m.Book.objects.create(title='n', author_id=1)",
    "m.Book.objects.create(title='n', author=m.Author(name='x'))", "m.Book.objects.create(author_id=99)",
    "m.Book.objects.create(title='n', slug='s1')", "m.Book.objects.create(pages='12').pages",
    "m.Book.objects.create(pages='x')", "m.Book.objects.create(pages=2**70)", "m.Book.objects.create(copies=-1)",
    "m.Book.objects.create(price=D('1.239')).price", "m.Book.objects.create(price=D('123456789'))",
    "m.Book.objects.create(price=1.5).price", "m.Book.objects.create(price='x')",
    "m.Book.objects.create(rating=float('nan')).rating", "m.Book.objects.create(rating=-0.0).rating",
    "m.Book.objects.create(title='a\\0b').title", "m.Book.objects.create(title='\\udc00')",
    "m.Book.objects.create(title='x' * 99).title", "m.Book.objects.create(out=1).out",
    "m.Book.objects.create(out='maybe')", "m.Book.objects.create(day=datetime(2020, 1, 1)).day",
    "m.Book.objects.create(moment='2020-01-01 01:02').moment", "m.Book.objects.create(moment='x')",
    "m.Book.objects.create(key='x')", "m.Book.objects.create(key=str(UUID(int=9))).key",
    "m.Book.objects.create(data=None)", "m.Book.objects.create(data={1, 2})", "m.Book.objects.create(data=[1]).data",
    "m.Book.objects.create(raw=bytearray(b'x')).raw", "m.Book.objects.create(lasts=3)",
    "m.Special.objects.create(title='t', extra=1).pk", "m.Tag.objects.create(name='red')", "m.Tag.objects.create(name='n')",
    "m.Mention.objects.create(book_id='s1', where='x').book", "m.Detail.objects.create(book_id=1).book",
    "m.Detail.objects.create(book_id=2)", "m.Author(name='x').save()", "m.Author(pk=1, name='x').save()",
    "m.Author(pk=88, name='x').save()", "m.Author(pk='88', name='x').save()", "m.Author(1, 'x').save()",
    "m.Book(title='n', author=m.Author(name='x')).save()",
    "m.Author.objects.bulk_create([m.Author(name='a'), m.Author(name='b')])",
    "m.Author.objects.bulk_create([m.Author(name='a'), m.Author(pk=77, name='b')])",
    "m.Author.objects.bulk_create([m.Author(name='a'), m.Author(name=None)])",
    "m.Author.objects.bulk_create([m.Author(name='a'), m.Author(name=F('x'))])",
    "m.Author.objects.bulk_create([m.Author(name='a'), m.Author(name=7)])",
    "m.Author.objects.bulk_create([])", "m.Author.objects.bulk_create([m.Author(name='a')], batch_size=0)",
    "m.Author.objects.bulk_create([m.Author(name=str(n)) for n in range(5)], batch_size=2)",
    "m.Author.objects.bulk_create((m.Author(name=str(n)) for n in range(3)))",
    "m.Author.objects.bulk_create([m.Book(title='x')])", "m.Author.objects.bulk_create([5])",
    "m.Book.objects.bulk_create([m.Book(title=str(n), price=D(n)) for n in range(120)])[-1]",
    "m.Book.objects.bulk_create([m.Book(slug='s1')], ignore_conflicts=True)",
    "m.Book.objects.bulk_create([m.Book(slug='x'), m.Book(slug='x')])",
    "m.Book.objects.bulk_create([m.Book(author=m.Author(name='x'))])", "m.Book.objects.bulk_create([m.Book(author=ann)])",
    "m.Special.objects.bulk_create([m.Special()])", "m.Tag.objects.bulk_create([m.Tag(name='n')])",
    "m.Author.objects.get(pk=1).books.bulk_create([m.Book(title='x', author=ann)])",
]  # fmt: skip
# Changes of a book that is saved then.
CHANGES = [
    "title = 'new'", "title = 5", "title = None", "pages = 7", "pages = '7'", "pages = None", "pages = 2**70",
    "pages = F('pages') + 1", "slug = 's1'", "author = None", "author = ann", "author_id = 2", "author_id = 99",
    "author_id = '2'", "author = m.Author(name='unsaved')", "price = D('3.999')", "price = 'x'", "rating = True",
    "out = 1", "out = 'x'", "day = datetime(2020, 1, 1)", "moment = date(2020, 1, 1)", "moment = None", "key = '1'",
    "data = {'a': [1]}", "data = F('data')", "raw = b'1'", "pk = 2", "pk = 300", "pk = None", "pk = '3'", "id = True",
    "_state.adding = True", "_state.db = 'default'", "_state.db = None", "text = type('S', (str,), {})('sub')",
    "pages = type('N', (int,), {})(4)", "nothing = 5",
]  # fmt: skip


@pytest.mark.parametrize("case", WRITES)
def test_objects_are_made_alike(shelves: SimpleNamespace, case: str) -> None:
    ask(shelves, case, warm=False)


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize(
    "how", ["", ".select_related('author')", ".only('title', 'pages')", ".defer('title')"]
)
def test_changed_objects_are_saved_alike(shelves: SimpleNamespace, change: str, how: str) -> None:
    names = {
        "m": shelves, "ann": shelves.Author.objects.get(pk=1), "D": decimal.Decimal, "F": F,
        "date": datetime.date, "datetime": datetime.datetime,
    }  # fmt: skip

    def case() -> Any:
        book = eval(
            f"m.Book.objects{how}.get(pk=3)" if how else "m.Book.objects.get(pk=3)", dict(names)
        )
        exec(f"book.{change}", {**names, "book": book})  # noqa: S102
        book.save()
        return (
            book,
            list(shelves.Book.objects.filter(pk__in=[2, 3, book.pk])),
            shelves.Book.objects.count(),
        )

    same(case, warm=False)


def test_a_row_that_is_gone_is_inserted_with_one_more_statement(shelves: SimpleNamespace) -> None:
    def case() -> Any:
        author = shelves.Author.objects.create(name="gone")
        shelves.Author.objects.filter(pk=author.pk).delete()
        author.save()
        return author, shelves.Author.objects.get(pk=author.pk)

    assert same(case, warm=False)[0] == "gives"


def test_a_condition_is_asked_without_compiling(shelves: SimpleNamespace) -> None:
    books = shelves.Book.objects
    same(lambda: [books.filter(pages__gt=n).order_by("-pk")[:n] for n in range(1, 5)])
    same(lambda: [books.get(pk=n) for n in range(1, 5)])
    same(lambda: [books.filter(pages=10 * n).count() for n in range(1, 5)])
    same(lambda: [books.filter(title=f"b{n}").exists() for n in range(1, 5)])
    same(lambda: books.select_related("author").filter(author__name="Ann").order_by("pk"))
