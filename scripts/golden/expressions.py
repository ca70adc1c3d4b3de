"""Ask Django what expressions, lookups and constraints say: run where Django 5.2 is installed.

Writes tests/golden/expressions.json: ``[[kind, case, answer], ...]``. A case is a Python expression; its
kind says what is recorded of it:

    repr   its repr
    select the SQL of an annotation with it, the parameters, and the class of its output field
    query  the SQL and the parameters of a queryset
    lookup the same, with the lookups of `LOOKUPS` registered
    value  what an annotation with it gives for the one book there is
    rows   the primary keys that a queryset over `Sample` gives

The test asks Vivace the same.
"""

import datetime
import decimal
import importlib
import json
import pathlib
import re
import sys
import types
import uuid
import warnings
import zoneinfo

APP = "t"

CASES = [
    tuple(line.split("\t", 1))
    for line in (
        pathlib.Path(__file__).with_suffix(".txt").read_text(encoding="utf-8")
    ).splitlines()
    if line and not line.startswith("#")
]


def app_module():
    """The application that the models belong to, importable by its name."""
    module = types.ModuleType(APP)
    module.__path__ = [str(pathlib.Path(__file__).parent)]
    sys.modules[APP] = module
    return APP


def define(models):
    """The models, by name."""

    class Author(models.Model):
        name = models.CharField(max_length=50)
        age = models.IntegerField(null=True)
        born = models.DateField(null=True)
        email = models.EmailField(null=True)

        class Meta:
            app_label = APP

    class Tag(models.Model):
        label = models.SlugField()

        class Meta:
            app_label = APP

    class Book(models.Model):
        title = models.CharField(max_length=50, null=True)
        author = models.ForeignKey(Author, models.CASCADE, related_name="books")
        price = models.DecimalField(max_digits=8, decimal_places=2, null=True)
        rating = models.FloatField(null=True)
        pages = models.IntegerField(null=True)
        small = models.SmallIntegerField(null=True)
        big = models.BigIntegerField(null=True)
        pos = models.PositiveIntegerField(null=True)
        pub = models.DateField(null=True)
        at = models.DateTimeField(null=True)
        t = models.TimeField(null=True)
        dur = models.DurationField(null=True)
        dur2 = models.DurationField(null=True)
        ok = models.BooleanField(null=True)
        u = models.UUIDField(null=True)
        data = models.JSONField(null=True)
        blob = models.BinaryField(null=True)
        ip = models.GenericIPAddressField(null=True)
        tags = models.ManyToManyField(Tag)
        pub2 = models.DateField(null=True)
        at2 = models.DateTimeField(null=True)
        text = models.TextField(null=True)

        class Meta:
            app_label = APP

    class CP(models.Model):
        pk = models.CompositePrimaryKey("a", "b")
        a = models.IntegerField()
        b = models.IntegerField()
        v = models.IntegerField(null=True)

        class Meta:
            app_label = APP

    class C3(models.Model):
        pk = models.CompositePrimaryKey("a", "b", "c")
        a = models.IntegerField()
        b = models.IntegerField()
        c = models.IntegerField()

        class Meta:
            app_label = APP

    class Kid(models.Model):
        a = models.IntegerField()
        b = models.IntegerField()
        par = models.ForeignObject(
            CP, models.CASCADE, from_fields=["a", "b"], to_fields=["a", "b"], related_name="kids"
        )

        class Meta:
            app_label = APP

    class U(models.Model):
        code = models.CharField(max_length=5, unique=True)
        o = models.OneToOneField(Author, models.CASCADE, primary_key=True)

        class Meta:
            app_label = APP

    class R(models.Model):
        u = models.ForeignKey(U, models.CASCADE, to_field="code")
        u2 = models.ForeignKey(U, models.CASCADE, related_name="r2")

        class Meta:
            app_label = APP

    class Sample(models.Model):
        data = models.JSONField(null=True)

        class Meta:
            app_label = APP

    return {each.__name__: each for each in (Author, Tag, Book, CP, C3, Kid, U, R, Sample)}


def fill(found, models):
    """The rows that the cases look at."""
    author = found["Author"].objects.create(name="Äb", age=3)
    found["Book"].objects.create(
        title="Abc",
        author=author,
        pages=10,
        price="12.50",
        rating=2.5,
        pub=datetime.date(2020, 2, 29),
        at=datetime.datetime(2020, 1, 1, 0, 30, tzinfo=datetime.UTC),
        t=datetime.time(1, 2, 3),
        dur=datetime.timedelta(1),
        data={"a": 1, "b": [1, 2], "c": None, "d": True, "e": "x"},
        text="zz",
    )
    for data in (
        {"a": 1},
        {"a": "x"},
        {"a": None},
        {"a": True},
        {"a": [1, 2]},
        {"a": {"x": 1}},
        {"b": 2},
        None,
        [1],
        "str",
        5,
        True,
        {"a": "true"},
        {"a": 1.5},
        {"a": "1"},
        {"a": "5"},
        models.Value(None, models.JSONField()),
    ):
        found["Sample"].objects.create(data=data)


def environment(root, found):
    """What the cases may name."""
    names = {"D": datetime, "datetime": datetime, "decimal": decimal, "uuid": uuid}
    for module in (
        "db.models",
        "db.models.functions",
        "db.models.lookups",
        "db.models.expressions",
        "db.models.fields.json",
        "db.models.fields.tuple_lookups",
        "db.models.constraints",
        "db.models.indexes",
    ):
        home = importlib.import_module(f"{root}.{module}")
        names.update({key: getattr(home, key) for key in dir(home) if not key.startswith("_")})
    # Some of these modules have another name of their own by it.
    names["datetime"] = datetime
    names["G"] = names["GeneratedField"]
    names["CC"], names["UC"] = names["CheckConstraint"], names["UniqueConstraint"]
    names.update(found)
    names["Z"] = zoneinfo.ZoneInfo("America/New_York")
    names["B"], names["X"] = found["Book"].objects.filter, found["Book"].objects.exclude
    names["O"], names["C"], names["K"] = (
        found["Book"].objects,
        found["CP"].objects,
        found["Kid"].objects,
    )
    names["S"] = found["Sample"].objects
    names["connection"] = importlib.import_module(f"{root}.db").connection
    return names | own_classes(names)


def own_classes(names):
    """Expressions and lookups as users write them."""

    class Upper2(names["Transform"]):
        lookup_name = "up"
        function = "UPPER"
        bilateral = True

    class Abs2(names["Transform"]):
        lookup_name = "abs2"
        function = "ABS"

        @property
        def output_field(self):
            return names["FloatField"]()

    class Div3(names["Transform"]):
        lookup_name = "div3"

        def as_sql(self, compiler, connection, **extra):
            sql, params = compiler.compile(self.lhs)
            return f"({sql}) %% 3", params

    class Div3Both(Div3):
        bilateral = True
        lookup_name = "div3b"

    class NotEqual(names["Lookup"]):
        lookup_name = "ne"

        def as_sql(self, compiler, connection):
            lhs, lhs_params = self.process_lhs(compiler, connection)
            rhs, rhs_params = self.process_rhs(compiler, connection)
            return f"{lhs} <> {rhs}", [*lhs_params, *rhs_params]

    class YearText(names["Transform"]):
        lookup_name = "ytr"
        output_field = names["IntegerField"]()

        def as_sql(self, compiler, connection):
            sql, params = compiler.compile(self.lhs)
            return f"strftime('%%Y',{sql})", params

    class My(names["Func"]):
        function = "COALESCE"
        arity = 2

        def as_sqlite(self, compiler, connection, **extra):
            return self.as_sql(compiler, connection, function="IFNULL", **extra)

    class MyAgg(names["Aggregate"]):
        function = "GROUP_CONCAT"
        name = "GC"
        allow_distinct = True

    class Raw(names["Expression"]):
        def __init__(self, name, output_field):
            super().__init__(output_field=output_field)
            self.source = names["F"](name)

        def get_source_expressions(self):
            return [self.source]

        def set_source_expressions(self, exprs):
            (self.source,) = exprs

        def as_sql(self, compiler, connection, template=None):
            sql, params = compiler.compile(self.source)
            return f"X({sql})", params

    return {
        each.__name__: each
        for each in (Upper2, Abs2, Div3, Div3Both, NotEqual, YearText, My, MyAgg, Raw)
    }


LOOKUPS = [
    ("CharField", "Upper2"),
    ("IntegerField", "Abs2"),
    ("IntegerField", "Div3"),
    ("IntegerField", "Div3Both"),
    ("Field", "NotEqual"),
    ("CharField", "Length"),
    ("CharField", "Lower"),
    ("DateField", "YearText"),
]


def asked(kind, case, names):
    """The answer to a case."""
    if kind == "repr":
        return repr(eval(case, names))
    if kind == "value":
        query = names["Book"].objects.annotate(zz=eval(case, names))
        return repr(query.values_list("zz", flat=True)[0])
    if kind == "rows":
        return repr(list(eval(case, names).order_by("pk").values_list("pk", flat=True)))
    if kind == "select":
        query = names["Book"].objects.order_by().annotate(zz=eval(case, names)).values_list("zz")
        sql, params = compiled(query)
        field = type(query.query.annotations["zz"].output_field).__name__
        return f"{sql.removesuffix(' FROM t_book')} {params!r} {field}"
    query = eval(case, names)
    sql, params = compiled(query)
    return f"{sql} {params!r}"


def compiled(query):
    return query.query.get_compiler("default").as_sql()


def answer(root, kind, case, names):
    """The same as text, with the error if there is one."""
    registered = LOOKUPS if kind == "lookup" else []
    for field, lookup in registered:
        names[field].register_lookup(names[lookup])
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            found = asked(kind, case, names)
    except Exception as exc:
        found = f"! {type(exc).__name__}: {exc}"
    finally:
        for field, lookup in registered:
            names[field]._unregister_lookup(names[lookup])
    return normal(found, root)


def normal(text, root):
    """`text` without addresses, under Django's name."""
    text = re.sub(r"<[\w.]+\.(\w+) object at 0x[0-9a-f]+>", r"<\1 object>", text)
    # A set's order.
    text = re.sub(
        r"IN \((\\?'\w+\\?'(?:,\\?'\w+\\?')+)\)",
        lambda found: "IN (" + ",".join(sorted(found[1].split(","))) + ")",
        text,
    )
    text = text.replace('"t_book".', "").replace('"t_cp".', "").replace('"t_kid".', "")
    return text.replace(f"{root}.", "django.").replace(f"{root}_", "django_")


def main(root):
    conf = importlib.import_module(f"{root}.conf")
    conf.settings.configure(
        INSTALLED_APPS=[app_module()],
        DATABASES={"default": {"ENGINE": f"{root}.db.backends.sqlite3", "NAME": ":memory:"}},
        USE_TZ=True,
        TIME_ZONE="Europe/Paris",
        DEFAULT_AUTO_FIELD=f"{root}.db.models.BigAutoField",
    )
    importlib.import_module(root).setup()
    models = importlib.import_module(f"{root}.db.models")
    found = define(models)
    with importlib.import_module(f"{root}.db").connection.schema_editor() as editor:
        for model in found.values():
            editor.create_model(model)
    fill(found, models)
    names = environment(root, found)
    return [[kind, case, answer(root, kind, case, names)] for kind, case in CASES]


if __name__ == "__main__":
    rows = main(sys.argv[1] if len(sys.argv) > 1 else "django")
    if sys.argv[2:]:
        sys.stdout.write("".join(f"{kind}\t{case}\n    {found}\n" for kind, case, found in rows))
    else:
        place = pathlib.Path(__file__).parents[2] / "tests" / "golden" / "expressions.json"
        place.write_text(json.dumps(rows, indent=0, ensure_ascii=False) + "\n", encoding="utf-8")
