"""Ask Django what thousands of filters, joins, groupings and subqueries find: run where Django 5.2 is.

Writes tests/golden/planner.json: ``[[case, answer, number of queries], ...]``. A case is an expression
(``planner.txt``): what a queryset finds is told by `rows`, other values as they are, errors by their
texts. All cases see the same rows of the same models: a library with relations of every kind, parents
and children, and keys of several columns. The test asks Vivace the same.
"""

import datetime
import decimal
import hashlib
import importlib
import itertools
import json
import pathlib
import random
import re
import sys
import types
import warnings

APP = "golden_planner"
HERE = pathlib.Path(__file__)

CASES = [
    line
    for line in HERE.with_suffix(".txt").read_text(encoding="utf-8").splitlines()
    if line and not line.startswith("#")
]


def app_module():
    """The application that the models belong to, importable by its name."""
    module = types.ModuleType(APP)
    module.__path__ = [str(HERE.parent)]
    sys.modules[APP] = module
    return APP


def define(models):
    """The models of the library, by name."""
    cascade = models.CASCADE

    def key(to, **kwargs):
        return models.ForeignKey(to, on_delete=kwargs.pop("on_delete", cascade), **kwargs)

    class Tag(models.Model):
        name = models.CharField(max_length=30)
        parent = key("self", null=True, related_name="children")

        class Meta:
            app_label = APP
            ordering = ["name"]

    class Author(models.Model):
        name = models.CharField(max_length=30)
        age = models.IntegerField(null=True)
        boss = key("self", null=True, related_name="staff")
        friends = models.ManyToManyField("self")
        tags = models.ManyToManyField(Tag, related_name="authors")

        class Meta:
            app_label = APP

    class Publisher(models.Model):
        name = models.CharField(max_length=30, unique=True)
        code = models.CharField(max_length=5, null=True)

        class Meta:
            app_label = APP
            ordering = ["-name"]

    class Book(models.Model):
        title = models.CharField(max_length=50)
        pages = models.IntegerField(default=0)
        price = models.DecimalField(max_digits=6, decimal_places=2, null=True)
        author = key(Author, related_name="books", related_query_name="book")
        editor = key(Author, null=True, on_delete=models.SET_NULL, related_name="edited")
        publisher = key(Publisher, null=True, to_field="name")
        tags = models.ManyToManyField(Tag)
        published = models.DateField(null=True)
        at = models.DateTimeField(null=True)
        data = models.JSONField(null=True)

        class Meta:
            app_label = APP
            ordering = ["title", "id"]

    class Novel(Book):
        genre = models.CharField(max_length=20)
        sequel = models.OneToOneField("self", null=True, on_delete=cascade, related_name="prequel")

        class Meta:
            app_label = APP
            ordering = ["genre"]

    class Saga(Novel):
        volumes = models.IntegerField(default=1)

        class Meta:
            app_label = APP

    class BookProxy(Book):
        class Meta:
            app_label = APP
            proxy = True
            ordering = ["-pages"]

    class Profile(models.Model):
        author = models.OneToOneField(Author, on_delete=cascade, primary_key=True)
        bio = models.TextField(null=True)

        class Meta:
            app_label = APP

    class Review(models.Model):
        book = key(Book, null=True)
        stars = models.IntegerField(null=True)
        by = key(Profile, null=True, related_name="+")

        class Meta:
            app_label = APP

    class Tenant(models.Model):
        name = models.CharField(max_length=10)

        class Meta:
            app_label = APP

    class Member(models.Model):
        pk = models.CompositePrimaryKey("tenant_id", "num")
        tenant = key(Tenant, related_name="members")
        num = models.IntegerField()
        email = models.CharField(max_length=20, null=True)

        class Meta:
            app_label = APP

    class Post(models.Model):
        pk = models.CompositePrimaryKey("tenant_id", "no")
        tenant = key(Tenant)
        no = models.IntegerField()
        num = models.IntegerField()
        member = models.ForeignObject(
            Member,
            on_delete=cascade,
            from_fields=("tenant_id", "num"),
            to_fields=("tenant_id", "num"),
            related_name="posts",
        )

        class Meta:
            app_label = APP

    class LoopA(models.Model):
        b = key(f"{APP}.LoopB")

        class Meta:
            app_label = APP
            ordering = ["b"]

    class LoopB(models.Model):
        a = key(LoopA)

        class Meta:
            app_label = APP
            ordering = ["a"]

    return {name: each for name, each in locals().items() if isinstance(each, type)}


def fill(found):
    """The rows that all cases see."""
    chance = random.Random(5)
    make = types.SimpleNamespace(**{name: each.objects.create for name, each in found.items()})
    letters = "abcde"
    tags, authors = [], []
    for n in range(6):
        tags.append(make.Tag(name=letters[n % 5], parent=chance.choice([*tags, None])))
    for n in range(8):
        age = chance.choice([None, 1, 2, 3, 40])
        boss = chance.choice([*authors, None])
        authors.append(make.Author(name=letters[n % 5], age=age, boss=boss))
    for author in authors:
        author.friends.set(chance.choices(authors, k=2))
        author.tags.set(chance.choices(tags, k=chance.randint(0, 3)))
    publishers = [
        make.Publisher(name=f"p{n}", code=chance.choice([None, "x", "y"])) for n in range(4)
    ]

    def book():
        return {
            "title": chance.choice(letters),
            "pages": chance.randint(0, 5),
            "price": chance.choice([None, decimal.Decimal("1.50"), decimal.Decimal(2)]),
            "author": chance.choice(authors),
            "editor": chance.choice([*authors, None, None, None]),
            "publisher": chance.choice([*publishers, None]),
            "published": chance.choice(
                [None, datetime.date(2020, 1, 2), datetime.date(2021, 3, 4)]
            ),
            "at": chance.choice([None, datetime.datetime(2020, 1, 2, 3, 4, 5)]),
            "data": chance.choice([None, {"a": 1}, {"a": {"b": 2}}, [1, 2], "s"]),
        }

    books = [make.Book(**book()) for _ in range(10)]
    novels = [make.Novel(**book(), genre=chance.choice(letters)) for _ in range(5)]
    for novel, sequel in itertools.pairwise(novels[:4]):
        novel.sequel = sequel
        novel.save()
    books += novels
    books += [make.Saga(**book(), genre=chance.choice(letters), volumes=n) for n in range(3)]
    for each in books:
        each.tags.set(chance.choices(tags, k=chance.randint(0, 3)))
    profiles = [
        make.Profile(author=author, bio=chance.choice([None, "x", "y"])) for author in authors[:5]
    ]
    for _ in range(20):
        picked = chance.choice([*books, None])
        make.Review(
            book_id=picked and picked.pk,
            stars=chance.choice([None, 1, 2, 3]),
            by=chance.choice([*profiles, None]),
        )
    for letter in letters[:3]:
        tenant = make.Tenant(name=letter)
        for num in range(3):
            make.Member(tenant=tenant, num=num, email=chance.choice([None, "m", "n"]))
            make.Post(tenant=tenant, no=num, num=chance.randint(0, 3))


def told(value, seen=()):
    """A row: an instance with all that was loaded for it, or values."""
    if not hasattr(value, "_meta"):
        return repr(value)
    if id(value) in seen:
        return "again"
    seen = (*seen, id(value))
    fields = sorted(name for name in value.__dict__ if not name.startswith("_"))
    related = sorted(value._state.fields_cache.items())
    return [
        type(value).__name__,
        [(name, repr(value.__dict__[name])) for name in fields],
        [(name, other and told(other, seen)) for name, other in related],
    ]


def rows(queryset):
    """How many rows there are, and a digest of them, in their order if they have one."""
    found = [json.dumps(told(row)) for row in queryset]
    ordered = queryset.ordered
    text = "\n".join(found if ordered else sorted(found))
    digest = hashlib.sha256(text.encode()).hexdigest()[:12]
    return f"{len(found)} rows{', ordered' if ordered else ''}: {digest}"


UPDATED = {
    "Member": "email",
    "Post": "num",
    "Profile": "bio",
    "Review": "stars",
    "Book": "pages",
    "BookProxy": "pages",
    "Novel": "title",
    "Saga": "title",
}


def environment(root, found):
    """The names that cases use."""
    models = importlib.import_module(f"{root}.db.models")
    functions = importlib.import_module(f"{root}.db.models.functions")
    connection = importlib.import_module(f"{root}.db").connection

    def upd(queryset):
        # How many rows are updated, and how many have the value then.
        name = UPDATED.get(queryset.model.__name__, "name")
        count = queryset.update(**{name: 7})
        return count, queryset.model.objects.filter(**{name: 7}).count()

    names = {name: getattr(models, name) for name in models.__all__}
    names |= {name: getattr(functions, name) for name in functions.__all__}
    names |= {"rows": rows, "upd": upd, "connection": connection, "datetime": datetime}
    return names | found


def answer(root, case, names):
    """What a case answers, and its number of queries."""
    utils = importlib.import_module(f"{root}.test.utils")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with utils.CaptureQueriesContext(names["connection"]) as captured:
            try:
                value = eval(case, names)
                text = value if isinstance(value, str) else repr(value)
            except Exception as error:
                text = f"{type(error).__name__}: {error}"
    # Fields and classes are shown with the root of their modules.
    text = re.sub(rf"\b{root}\.", "", re.sub(r"0x[0-9a-f]+", "0x", text))
    return text, len(captured)


def ask_one(root, names, case):
    """The answer of a case, in a transaction that is rolled back, and its number of queries."""
    transaction = importlib.import_module(f"{root}.db.transaction")
    with transaction.atomic():
        found = answer(root, case, names)
        transaction.set_rollback(True)
    return found


def tables(found):
    """The models that have tables."""
    return [each for each in found.values() if hasattr(each, "_meta") and not each._meta.proxy]


def main(root, cases):
    conf = importlib.import_module(f"{root}.conf")
    conf.settings.configure(
        INSTALLED_APPS=[app_module()],
        DATABASES={"default": {"ENGINE": f"{root}.db.backends.sqlite3", "NAME": ":memory:"}},
        USE_TZ=False,
        DEFAULT_AUTO_FIELD=f"{root}.db.models.AutoField",
    )
    importlib.import_module(root).setup()
    found = define(importlib.import_module(f"{root}.db.models"))
    with importlib.import_module(f"{root}.db").connection.schema_editor() as editor:
        for model in tables(found):
            editor.create_model(model)
    fill(found)
    names = environment(root, found)
    return [[case, *ask_one(root, names, case)] for case in cases]


if __name__ == "__main__":
    place = HERE.parents[2] / "tests" / "golden" / "planner.json"
    answers = main("django", CASES)
    place.write_text(json.dumps(answers, indent=0, ensure_ascii=False) + "\n", encoding="utf-8")
