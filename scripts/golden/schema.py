"""Ask Django how it makes and changes SQLite tables, and what it finds there: run where Django 5.2 is.

Writes tests/golden/schema.json: ``{"create": {model: [statement, ...]}, "change": {case: {...}},
"found": {table: ...}}``. A change is told by the statements that it executes, by what the database
holds afterwards, or by its error. The test asks Vivace the same.
"""

import importlib
import json
import pathlib
import uuid

HERE = pathlib.Path(__file__)
APP = "golden_schema"
QUIET = ("PRAGMA", "SELECT", "SAVEPOINT", "RELEASE", "ROLLBACK", "BEGIN", "COMMIT", "\n")


class Rooms:
    """The modules of one of the two frameworks."""

    def __init__(self, root):
        def room(name):
            return importlib.import_module(f"{root}.{name}")

        self.models = room("db.models")
        self.functions = room("db.models.functions")
        self.Apps = room("apps.registry").Apps

    def model(self, name_, apps, meta=None, **attrs):
        options = type("Meta", (), {"app_label": APP, "apps": apps, **(meta or {})})
        members = {"__module__": __name__, "Meta": options, **attrs}
        return type(name_, (self.models.Model,), members)

    def everything(self):
        """Models with every kind of column, index and constraint."""
        m, f, apps = self.models, self.functions, self.Apps()
        thing = self.model(
            "Thing",
            apps,
            code=m.CharField(max_length=10, unique=True),
            n=m.IntegerField(db_index=True, null=True),
            slug=m.SlugField(),
            t=m.TextField(db_collation="nocase", default="x"),
            b=m.BooleanField(default=True),
            j=m.JSONField(null=True),
            pi=m.PositiveIntegerField(default=3),
            ps=m.PositiveSmallIntegerField(),
            d=m.DecimalField(max_digits=5, decimal_places=2, null=True),
            u=m.UUIDField(default=uuid.uuid4),
            bi=m.BinaryField(null=True),
            dur=m.DurationField(null=True),
            dt=m.DateTimeField(null=True),
            da=m.DateField(),
            ti=m.TimeField(),
            ip=m.GenericIPAddressField(null=True),
            f=m.FloatField(null=True),
            c=m.CharField(null=True),
            fi=m.FileField(null=True),
            dd=m.IntegerField(db_default=5),
            dn=m.DateTimeField(db_default=f.Now()),
            ds=m.CharField(max_length=3, db_default="a'%b", db_column='we "ird', db_comment="x"),
            g=m.GeneratedField(
                expression=m.F("n") * 2 + 1, output_field=m.IntegerField(), db_persist=True
            ),
            g2=m.GeneratedField(
                expression=f.Lower("code"),
                output_field=m.CharField(max_length=10),
                db_persist=False,
            ),
        )
        other = self.model(
            "Other",
            apps,
            meta={
                "unique_together": [("p", "x")],
                "db_table_comment": "hi",
                "indexes": [
                    m.Index(fields=["x", "-y"], name="ix"),
                    m.Index(fields=["y"], name="ip", condition=m.Q(y__gt=3)),
                    m.Index(f.Lower("s").desc(), "x", name="ie"),
                    m.Index(fields=["x"], name="inc", include=["y"]),
                ],
                "constraints": [
                    m.CheckConstraint(condition=m.Q(x__gt=0) & ~m.Q(s="it's 100%"), name="ck"),
                    m.UniqueConstraint(fields=["x", "y"], name="uc"),
                    m.UniqueConstraint(fields=["x"], condition=m.Q(y__isnull=True), name="ucond"),
                    m.UniqueConstraint(f.Lower("s"), name="ufn"),
                    m.UniqueConstraint(fields=["y"], name="udef", deferrable=m.Deferrable.DEFERRED),
                ],
            },
            p=m.ForeignKey(thing, m.CASCADE),
            p2=m.ForeignKey(
                thing, m.SET_NULL, null=True, to_field="code", related_name="+", db_index=False
            ),
            p3=m.ForeignKey(thing, m.CASCADE, related_name="+", db_constraint=False),
            o=m.OneToOneField(thing, m.CASCADE, related_name="oo"),
            me=m.ForeignKey("self", m.CASCADE, null=True),
            m=m.ManyToManyField(thing, related_name="mm"),
            x=m.IntegerField(),
            y=m.IntegerField(null=True),
            s=m.CharField(max_length=20, db_index=True),
        )
        pair = self.model(
            "Pair",
            apps,
            pk=m.CompositePrimaryKey("a", "b"),
            a=m.IntegerField(),
            b=m.CharField(max_length=5),
        )
        key = self.model("Key", apps, key=m.CharField(primary_key=True, max_length=5))
        return [thing, other, pair, key]

    def world(self, meta=None, **changed):
        """Three models, the second with the fields that a case changes; None takes one away."""
        m, apps = self.models, self.Apps()
        tag = self.model("T", apps, name=m.CharField(max_length=5))
        fields = {
            "code": m.CharField(max_length=10, unique=True),
            "n": m.IntegerField(null=True),
            "s": m.CharField(max_length=20, null=True),
            "t": m.ForeignKey(tag, m.CASCADE, null=True),
        }
        for name, make in changed.items():
            fields.pop(name, None)
            if make is not None:
                fields[name] = make(tag)
        middle = self.model("P", apps, meta=meta, **fields)
        refers = {"p": m.ForeignKey(middle, m.CASCADE)}
        if "code" in fields and not fields["code"].primary_key:
            refers["pc"] = m.ForeignKey(middle, m.CASCADE, to_field="code", related_name="rc")
        return tag, middle, self.model("R", apps, **refers)

    def meta(self):
        """Indexes and constraints about the fields that cases change."""
        m, f = self.models, self.functions
        return {
            "indexes": [
                m.Index(fields=["n"], name="ixn"),
                m.Index(f.Lower("s"), name="ixe"),
                m.Index(fields=["n"], name="ixc", condition=m.Q(n__gt=1)),
            ],
            "constraints": [
                m.CheckConstraint(condition=m.Q(n__gt=0), name="ckn"),
                m.UniqueConstraint(fields=["n", "s"], name="ucns"),
                m.UniqueConstraint(fields=["n"], condition=m.Q(s="x"), name="ucc"),
            ],
            "unique_together": [("n", "t")],
        }

    def cases(self):
        """``{case: (world before, world after, what the editor does)}``."""
        m, f = self.models, self.functions
        meta = self.meta()

        def alter(old, new=None):
            return lambda editor, before, after: editor.alter_field(
                before, before._meta.get_field(old), after._meta.get_field(new or old)
            )

        def add(name):
            return lambda editor, before, after: editor.add_field(
                before, after._meta.get_field(name)
            )

        def remove(name):
            return lambda editor, before, after: editor.remove_field(
                before, before._meta.get_field(name)
            )

        def char(**options):
            return lambda tag: m.CharField(**{"max_length": 20, **options})

        def integer(**options):
            return lambda tag: m.IntegerField(**options)

        def many(tag):
            return m.ManyToManyField(tag, related_name="+")

        def generated(persist):
            return lambda tag: m.GeneratedField(
                expression=m.F("n") + 1, output_field=m.IntegerField(), db_persist=persist
            )

        cases = {
            "type": ({}, {"n": lambda tag: m.TextField(null=True)}, alter("n")),
            "type with indexes": (
                {"meta": meta}, {"n": lambda tag: m.BigIntegerField(null=True), "meta": meta}, alter("n"),
            ),
            "not null with default": ({}, {"n": integer(default=9)}, alter("n")),
            "not null with text": ({}, {"s": char(default="it's %")}, alter("s")),
            "not null with database default": ({}, {"n": integer(db_default=8)}, alter("n")),
            "database default": ({}, {"n": integer(null=True, db_default=8)}, alter("n")),
            "length": ({}, {"s": char(max_length=30, null=True)}, alter("s")),
            "nothing of the column": ({}, {"s": char(null=True, verbose_name="q", help_text="x")}, alter("s")),
            "rename": ({}, {"n": None, "nn": integer(null=True)}, alter("n", "nn")),
            "rename with indexes": ({"meta": meta}, {"n": None, "nn": integer(null=True)}, alter("n", "nn")),
            "column name": ({}, {"s": char(null=True, db_column="sss")}, alter("s")),
            "column name of a target": ({}, {"code": char(max_length=10, unique=True, db_column="k")}, alter("code")),
            "length of a target": ({}, {"code": char(max_length=15, unique=True)}, alter("code")),
            "no longer unique": ({}, {"code": char(max_length=10)}, alter("code")),
            "index": ({}, {"n": integer(null=True, db_index=True)}, alter("n")),
            "no index": ({"n": integer(null=True, db_index=True)}, {}, alter("n")),
            "unique": ({}, {"n": integer(null=True, unique=True)}, alter("n")),
            "key to number": (
                {}, {"t": lambda tag: m.IntegerField(null=True, db_column="t_id")}, alter("t"),
            ),
            "primary key to big": ({}, {"id": lambda tag: m.BigAutoField(primary_key=True)}, alter("id")),
            "primary key to text": ({}, {"id": char(max_length=5, primary_key=True)}, alter("id")),
            "another primary key": ({}, {"code": char(max_length=10, primary_key=True)}, alter("code")),
            "collation": ({}, {"s": char(null=True, db_collation="nocase")}, alter("s")),
            "add null": ({}, {"z": integer(null=True)}, add("z")),
            "add default": ({}, {"z": integer(default=7)}, add("z")),
            "add unique": ({}, {"z": integer(null=True, unique=True)}, add("z")),
            "add index": ({}, {"z": integer(null=True, db_index=True)}, add("z")),
            "add database default": ({}, {"z": integer(db_default=9)}, add("z")),
            "add database function": ({}, {"z": integer(db_default=f.Abs(-4))}, add("z")),
            "add virtual": ({}, {"z": generated(False)}, add("z")),
            "add stored": ({}, {"z": generated(True)}, add("z")),
            "add key": ({}, {"z": lambda tag: m.ForeignKey(tag, m.CASCADE, null=True, related_name="+")}, add("z")),
            "add many": ({}, {"z": many}, add("z")),
            "add check": ({}, {"z": lambda tag: m.PositiveIntegerField(null=True)}, add("z")),
            "add without default": ({}, {"z": integer()}, add("z")),
            "remove": ({}, {}, remove("n")),
            "remove unique": ({"z": integer(null=True, unique=True)}, {}, remove("z")),
            "remove key": ({}, {}, remove("t")),
            "remove indexed": ({"n": integer(null=True, db_index=True)}, {}, remove("n")),
            "remove many": ({"z": many}, {}, remove("z")),
            "many to self": (
                {"z": many}, {"z": lambda tag: m.ManyToManyField("P", related_name="+")}, alter("z"),
            ),
            "rename many": ({"z": many}, {"zz": many}, alter("z", "zz")),
            "many to key": (
                {"z": many}, {"z": lambda tag: m.ForeignKey(tag, m.CASCADE, related_name="+")}, alter("z"),
            ),
            "unique together": (
                {}, {}, lambda editor, before, after: editor.alter_unique_together(before, [], [("n", "s")]),
            ),
            "not unique together": (
                {"meta": {"unique_together": [("n", "s")]}},
                {},
                lambda editor, before, after: editor.alter_unique_together(before, [("n", "s")], []),
            ),
            "index together": (
                {}, {}, lambda editor, before, after: editor.alter_index_together(before, [], [("n", "s")]),
            ),
            "add an index": (
                {}, {}, lambda editor, before, after: editor.add_index(before, m.Index(fields=["-n", "s"], name="q")),
            ),
            "remove an index": (
                {"meta": meta}, {}, lambda editor, before, after: editor.remove_index(before, meta["indexes"][0]),
            ),
            "rename an index": (
                {"meta": meta},
                {},
                lambda editor, before, after: editor.rename_index(
                    before, meta["indexes"][0], m.Index(fields=["n"], name="newix")
                ),
            ),
            "table name": (
                {}, {}, lambda editor, before, after: editor.alter_db_table(before, f"{APP}_p", f"{APP}_pp"),
            ),
            "delete": (
                {"z": many}, {}, lambda editor, before, after: editor.delete_model(before),
            ),
        }  # fmt: skip
        for each in meta["constraints"]:
            own = {"meta": {"constraints": [each]}}
            cases[f"add constraint {each.name}"] = (
                {}, own, lambda editor, before, after, each=each: editor.add_constraint(after, each),
            )  # fmt: skip
            cases[f"remove constraint {each.name}"] = (
                own, {}, lambda editor, before, after, each=each: editor.remove_constraint(after, each),
            )  # fmt: skip
        return cases


def create(connection, rooms):
    """The statements that create each model."""
    told = {}
    for model in rooms.everything():
        with connection.schema_editor(collect_sql=True) as editor:
            editor.create_model(model)
        told[model.__name__] = editor.collected_sql
    return told


def held(connection):
    """What the database holds: the statements of its tables and indexes, and rows."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL AND name <> 'sqlite_sequence' "
            "ORDER BY type DESC, name"
        )
        statements = [sql for _, sql in cursor.fetchall()]
        if f"{APP}_p" not in connection.introspection.table_names(cursor):
            return [statements, None]
        return [
            statements,
            [list(row) for row in cursor.execute(f"SELECT * FROM {APP}_p").fetchall()],
        ]


def drop_all(connection):
    with connection.constraint_checks_disabled(), connection.cursor() as cursor:
        for name in connection.introspection.table_names(cursor):
            cursor.execute(f'DROP TABLE "{name}"')


def change(connection, rooms, case):
    """What one of the cases executes and leaves, or its error."""
    before, after, do = rooms.cases()[case]
    drop_all(connection)
    models = rooms.world(**before)
    with connection.schema_editor() as editor:
        for model in models:
            editor.create_model(model)
    with connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO {APP}_t (id, name) VALUES (1, 'a')")
        cursor.execute(
            f"INSERT INTO {APP}_p (id, code, n, s, t_id) VALUES (1, 'AA', 4, 'tt', 1), (2, 'BB', null, null, null)"
        )
    target = rooms.world(**after)[1]
    connection.force_debug_cursor = True
    connection.queries_log.clear()
    error = None
    try:
        with connection.schema_editor() as editor:
            do(editor, models[1], target)
    except Exception as exc:
        error = f"{type(exc).__name__}: {exc}"
    finally:
        connection.force_debug_cursor = False
    executed = [query["sql"] for query in connection.queries]
    statements = [sql for sql in executed if not sql.startswith(QUIET)]
    # Django leaves the transaction open where the editor's own check fails.
    left = held(connection) if error is None else None
    return {"executed": statements, "error": error, "held": left}


TABLES = [
    "CREATE TABLE p (id integer NOT NULL PRIMARY KEY AUTOINCREMENT, code varchar(10) UNIQUE, "
    'n decimal DEFAULT 5, "t" text COLLATE nocase, '
    'j text CHECK (JSON_VALID("j") OR "j" IS NULL), '
    'u integer unsigned NOT NULL CHECK ("u" >= 0))',
    "CREATE TABLE q (id integer PRIMARY KEY, "
    "p_id bigint NOT NULL REFERENCES p(id) DEFERRABLE INITIALLY DEFERRED, "
    '"odd (name" text, CONSTRAINT chk CHECK (id > 0 AND "odd (name" <> \'(\'), '
    "CONSTRAINT uq UNIQUE (p_id, id))",
    "CREATE TABLE r (a integer, b text, CONSTRAINT pkc PRIMARY KEY (a, b), "
    "CONSTRAINT one UNIQUE (b))",
    "CREATE TABLE s (x text PRIMARY KEY, y real, z blob, d date, dt datetime, ti time, bo bool, "
    "uu char(32), g integer GENERATED ALWAYS AS (x || 'a') STORED, g2 integer AS (1) VIRTUAL)",
    'CREATE UNIQUE INDEX "ui" ON "s" ("y", "z" DESC)',
    'CREATE INDEX "ci" ON "s" ("y") WHERE "y" > 3',
    "CREATE INDEX ei ON s (lower(x), y)",
    "CREATE TABLE t (id integer PRIMARY KEY NOT NULL, "
    "a_id integer NULL REFERENCES s(x) -- a comment, with a comma\n, "
    "b integer /* x, y */ CHECK (b > 0) UNIQUE, c text DEFAULT 'x,y)(')",
    "CREATE VIEW v AS SELECT x, y FROM s",
]


def found(connection):
    """What is found of the columns, constraints and relations of `TABLES`."""
    drop_all(connection)
    told = {}
    introspection = connection.introspection
    with connection.cursor() as cursor:
        for statement in TABLES:
            cursor.execute(statement)
        told["tables"] = [list(each) for each in introspection.get_table_list(cursor)]
        for name in ["p", "q", "r", "s", "t", "v"]:
            columns = introspection.get_table_description(cursor, name)
            told[name] = {
                "columns": [list(each) for each in columns],
                "types": [
                    introspection.get_field_type(each.type_code, each)
                    for each in columns
                    if each.type_code
                ],
                "constraints": {
                    key: [
                        list(value) if isinstance(value, tuple) else value
                        for _, value in sorted(each.items())
                    ]
                    for key, each in introspection.get_constraints(cursor, name).items()
                },
                "relations": {
                    key: list(value)
                    for key, value in introspection.get_relations(cursor, name).items()
                },
                "primary key": introspection.get_primary_key_columns(cursor, name),
                "sequences": introspection.get_sequences(cursor, name),
            }
    drop_all(connection)
    return told


def main():
    django = importlib.import_module("django")
    settings = importlib.import_module("django.conf").settings
    databases = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}}
    settings.configure(DATABASES=databases, INSTALLED_APPS=[])
    django.setup()
    connection = importlib.import_module("django.db").connection
    rooms = Rooms("django")
    recorded = {
        "create": create(connection, rooms),
        "change": {case: change(connection, rooms, case) for case in rooms.cases()},
        "found": found(connection),
    }
    target = HERE.parents[2] / "tests" / "golden" / "schema.json"
    target.write_text(json.dumps(recorded, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
