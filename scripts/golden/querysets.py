"""Ask Django what querysets, managers and related objects answer: run where Django 5.2 is installed.

Writes tests/golden/querysets.json: ``[[case, answer, number of queries], ...]``. A case is a line of
Python; what stands before ``;;`` is executed, the last part is evaluated. Each case begins with the
same rows. The test asks Vivace the same.
"""

import datetime
import importlib
import json
import pathlib
import re
import sys
import types
import warnings

APP = "golden_shelf"


def cases(path):
    """The cases beside the script at `path`."""
    text = pathlib.Path(path).with_suffix(".txt").read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line and not line.startswith("#")]


CASES = cases(__file__)


def app_module(name):
    """The application that models belong to, importable by its name."""
    module = types.ModuleType(name)
    module.__path__ = [str(pathlib.Path(__file__).parent)]
    sys.modules[name] = module
    return name


def settle(app, found):
    """Let classes be found where they pickle from: in their application."""
    for name, value in found.items():
        value.__qualname__ = name
        value.__module__ = app
        setattr(sys.modules[app], name, value)


def define(models):
    """The models, and what else the cases name."""

    class PublisherQuerySet(models.QuerySet):
        def big(self):
            return self.filter(n__gt=5)

        def _private(self):
            return 1

        def only_querysets(self):
            return 2

        only_querysets.queryset_only = True

        def _shown(self):
            return 3

        _shown.queryset_only = False

    class Named(models.Model):
        class Meta:
            abstract = True
            app_label = APP

        def __str__(self):
            return getattr(self, "name", "") or getattr(self, "title", "")

    class Publisher(Named):
        name = models.CharField(max_length=20)
        n = models.IntegerField(default=0)
        objects = PublisherQuerySet.as_manager()

        class Meta:
            app_label = APP

    class Author(Named):
        name = models.CharField(max_length=20)
        age = models.IntegerField(null=True)
        friends = models.ManyToManyField("self")

        class Meta:
            app_label = APP
            ordering = ["name"]

    class Book(Named):
        title = models.CharField(max_length=20)
        slug = models.SlugField(unique=True, null=True)
        pub = models.ForeignKey(Publisher, models.CASCADE, null=True, related_name="books")
        req = models.ForeignKey(Publisher, models.CASCADE, related_name="reqs")
        authors = models.ManyToManyField(Author, related_name="books")
        d = models.DateField(null=True)
        dt = models.DateTimeField(null=True)

        class Meta:
            app_label = APP

    class Detail(models.Model):
        book = models.OneToOneField(Book, models.CASCADE, related_name="detail", null=True)
        text = models.TextField(default="")

        class Meta:
            app_label = APP

    class Tag(models.Model):
        name = models.CharField(max_length=9)
        books = models.ManyToManyField(Book, through="Tagging", related_name="tags")

        class Meta:
            app_label = APP

    class Tagging(models.Model):
        tag = models.ForeignKey(Tag, models.CASCADE)
        book = models.ForeignKey(Book, models.CASCADE)
        w = models.IntegerField(default=1)

        class Meta:
            app_label = APP
            get_latest_by = "w"

    class Special(Book):
        extra_f = models.IntegerField(default=0)

        class Meta:
            app_label = APP

    class ShownManager(models.Manager):
        def get_queryset(self):
            return super().get_queryset().filter(name="A0")

        def create(self, **kwargs):
            return super().create(**{**kwargs, "name": kwargs["name"].upper()})

    class Pal(Named):
        name = models.CharField(max_length=5)
        objects = ShownManager()

        class Meta:
            app_label = APP

    class Club(models.Model):
        pals = models.ManyToManyField(Pal)
        boss = models.ForeignKey(Pal, models.CASCADE, null=True, related_name="clubs")

        class Meta:
            app_label = APP

    class Abstract(models.Model):
        objects = models.Manager()

        class Meta:
            abstract = True
            app_label = APP

    class Local(models.Manager):
        use_in_migrations = True

        def __init__(self, a=1, b=2):
            super().__init__()

    Book.authors.through.__module__ = APP
    found = {name: value for name, value in locals().items() if isinstance(value, type)}
    settle(APP, found)
    return found


def fill(names):
    """The rows that every case begins with, and the instances by their short names."""
    publisher, author, book = names["Publisher"], names["Author"], names["Book"]
    p1 = publisher.objects.create(name="P1", n=1)
    p2 = publisher.objects.create(name="P2", n=9)
    a = [author.objects.create(name=f"A{i}", age=i * 10 or None) for i in range(4)]
    bs = []
    for i in range(6):
        day, moment = (
            datetime.date(2020, 1 + i % 3, 1 + i),
            datetime.datetime(2020, 1 + i % 3, 1 + i, i),
        )
        made = book.objects.create(
            title=f"B{i}", slug=f"s{i}", pub=[p1, p2, None][i % 3], req=p2, d=day, dt=moment
        )
        made.authors.set(a[: i % 4])
        bs.append(made)
    for each in bs[:3]:
        names["Detail"].objects.create(book=each, text=each.title)
    t = names["Tag"].objects.create(name="t")
    names["Tagging"].objects.create(tag=t, book=bs[0])
    return {"p1": p1, "p2": p2, "a": a, "bs": bs, "b": bs[0], "t": t}


def environment(root, found):
    """Everything that cases may name."""

    def load(path):
        return importlib.import_module(f"{root}.{path}")

    models = load("db.models")
    names = {
        **found,
        "models": models,
        "query": load("db.models.query"),
        "manager": load("db.models.manager"),
        "m2m_changed": load("db.models.signals").m2m_changed,
        "P": models.Prefetch,
        "pro": models.prefetch_related_objects,
        "pickle": importlib.import_module("pickle"),
        "copy": importlib.import_module("copy"),
        "sys": sys,
        "warnings": warnings,
    }
    if "Book" in found:
        names |= {"B": found["Book"].objects, "A": found["Author"].objects}
    for name in (
        "F",
        "Q",
        "Count",
        "Max",
        "Sum",
        "Value",
        "FilteredRelation",
        "OuterRef",
        "Exists",
    ):
        names[name] = getattr(models, name)
    return names


def settings_tools(root):
    """Routers that a case may install, and the way to do it."""

    class Apart:
        def db_for_read(self, model, **hints):
            return "default" if hints.get("instance") is None else "other"

        def db_for_write(self, model, **hints):
            return "default"

        def allow_relation(self, one, two, **hints):
            return False

    override = importlib.import_module(f"{root}.test.utils").override_settings
    return {"Apart": Apart, "override": lambda: override(DATABASE_ROUTERS=[Apart()])}


def answer(root, case, names):
    """What a case gives, as text, and how many queries it takes."""
    db = importlib.import_module(f"{root}.db")
    connection = db.connection
    *before, last = case.split(";;")
    names = dict(names)
    connection.force_debug_cursor = True
    connection.queries_log.clear()
    try:
        for statement in before:
            exec(statement.strip(), names)  # noqa: S102
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            found = repr(eval(last.strip(), names))
        if caught:
            found += "".join(f" [{each.category.__name__}: {each.message}]" for each in caught)
    except Exception as exc:
        kind = type(exc)
        found = f"! {kind.__module__}.{kind.__qualname__}: {exc}"
    finally:
        connection.force_debug_cursor = False
    queries = [
        each["sql"]
        for each in connection.queries_log
        if each["sql"].split(" ")[0] in ("SELECT", "INSERT", "UPDATE", "DELETE")
    ]
    return normal(found, root), len(queries)


def normal(text, root):
    """`text` without addresses, under Django's name."""
    text = re.sub(r"0x[0-9a-f]+", "0x", text)
    text = re.sub(r"[\w.]+\.define\.<locals>\.", "", text)
    return text.replace(f"{root}.", "django.")


def ask_one(root, found, case, environment=environment, fill=fill):
    """The answer of a case, in a transaction that is rolled back, and its number of queries."""
    transaction = importlib.import_module(f"{root}.db.transaction")
    with transaction.atomic():
        names = environment(root, found) | fill(found)
        told = answer(root, case, names)
        transaction.set_rollback(True)
    return told


def tables(found):
    """The models that have tables."""
    return [each for each in found.values() if hasattr(each, "_meta") and not each._meta.abstract]


def databases(root, place=":memory:"):
    """The setting for a SQLite database."""
    engine = f"{root}.db.backends.sqlite3"
    return {alias: {"ENGINE": engine, "NAME": place} for alias in ("default", "other")}


def main(root, script):
    """All cases of a script with their answers."""
    conf = importlib.import_module(f"{root}.conf")
    conf.settings.configure(
        INSTALLED_APPS=[app_module(script.APP)],
        DATABASES=databases(root),
        USE_TZ=False,
        DEFAULT_AUTO_FIELD=f"{root}.db.models.AutoField",
        GOLDEN_SWAPPED="auth.User",
    )
    importlib.import_module(root).setup()
    found = script.define(importlib.import_module(f"{root}.db.models"))
    with importlib.import_module(f"{root}.db").connection.schema_editor() as editor:
        for model in script.tables(found):
            editor.create_model(model)
    return [[case, *script.ask_one(root, found, case)] for case in script.CASES]


def write(script):
    """Record Django's answers, or show those of the framework that the command line names."""
    rows = main(sys.argv[1] if len(sys.argv) > 1 else "django", script)
    if sys.argv[1:]:
        sys.stdout.write("".join(f"{case}\n    {found}  [{n}]\n" for case, found, n in rows))
        return
    name = pathlib.Path(script.__file__).stem + ".json"
    place = pathlib.Path(__file__).parents[2] / "tests" / "golden" / name
    place.write_text(json.dumps(rows, indent=0, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    write(sys.modules[__name__])
