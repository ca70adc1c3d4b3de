"""Ask Django how rows are written as text and read back: run where Django 5.2 and PyYAML are installed.

Writes tests/golden/serializers.json: a list of ``[case, answer]``. A case is a block of serializers.txt:
lines of Python up to an empty line, the last of which is the expression that is answered. Each case
begins with empty tables and an empty folder. The test asks Vivace the same.
"""

import ast
import bz2
import contextlib
import datetime
import decimal
import gzip
import importlib
import io
import json
import lzma
import os
import pathlib
import re
import shutil
import sys
import tempfile
import uuid
import warnings
import zipfile

APPS = ("gs_shop", "gs_press")
HERE = pathlib.Path(__file__)
ALIASES = ("default", "other")
# As one text: loaded by one of the two, it must not be told apart from what the other wrote.
SETTINGS = {"USE_TZ": True, "TIME_ZONE": "UTC", "FIXTURE_DIRS": []}


def cases():
    """The cases, in their order."""
    text = HERE.with_name("serializers.txt").read_text(encoding="utf-8")
    return [block.strip("\n") for block in re.split(r"\n\n+", text) if block.strip()]


def install(root, place):
    """Write the two applications, for the framework `root`, where they can be imported from."""
    for app in APPS:
        package = pathlib.Path(place, app)
        package.mkdir()
        package.joinpath("__init__.py").touch()
        source = HERE.with_name(f"serializers_{app[3:]}.txt").read_text(encoding="utf-8")
        source = re.sub(r"\bROOT\b", root, source)
        package.joinpath("models.py").write_text(source, encoding="utf-8")
    sys.path.insert(0, str(place))
    importlib.invalidate_caches()


def tables(root):
    """The models that have tables of their own."""
    apps = importlib.import_module(f"{root}.apps").apps
    models = [model for app in APPS for model in apps.get_app_config(app).get_models()]
    return [model for model in models if not model._meta.proxy]


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self):
        return True


class World:
    """What the cases of one framework may name, beside its modules."""

    def __init__(self, root, place):
        self.root, self.place = root, pathlib.Path(place)

    def module(self, path):
        return importlib.import_module(f"{self.root}.{path}")

    def names(self):
        serializers = self.module("core.serializers")
        found = {
            model.__name__: model
            for model in self.module("apps").apps.get_models()
            if model.__module__[:3] == "gs_"
        }
        given = [
            *(
                bz2,
                datetime,
                decimal,
                gzip,
                io,
                json,
                lzma,
                os,
                pathlib,
                uuid,
                warnings,
                zipfile,
                sys,
            ),
            *(self.module("core.serializers.base"), self.module("core.serializers.python")),
        ]
        return found | {
            **{each.__name__.rpartition(".")[2]: each for each in given if each is not json},
            "encoder": self.module("core.serializers.json").DjangoJSONEncoder,
            "json": json,
            "xml": self.module("core.serializers.xml_serializer"),
            "yaml": self.module("core.serializers.pyyaml"),
            "jsonl": self.module("core.serializers.jsonl"),
            "json_module": self.module("core.serializers.json"),
            "root": self.root,
            "serializers": serializers,
            "serialize": serializers.serialize,
            "models": self.module("db.models"),
            "signals": self.module("db.models.signals"),
            "connection": self.module("db").connection,
            "exceptions": self.module("core.exceptions"),
            "apps": self.module("apps").apps,
            "utc": datetime.UTC,
            "override_settings": self.module("test").override_settings,
            "load": self.load,
            "loaded": self.loaded,
            "rows": self.rows,
            "told": self.told,
            "call": self.call,
            "write": self.write,
            "read": self.read,
            "Terminal": Terminal,
            "place": self.place,
            "command": self.command,
            "full": lambda: full(found),
        }

    def load(self, form, text, **options):
        """What `text` holds, saved."""
        objects = list(self.module("core.serializers").deserialize(form, text, **options))
        for each in objects:
            each.save()
        return objects

    def loaded(self, form, text, **options):
        """What `text` holds: the repr, the instance's values, related keys, and what is deferred."""
        answer = []
        for each in self.module("core.serializers").deserialize(form, text, **options):
            values = {k: v for k, v in vars(each.object).items() if k != "_state"}
            deferred = {f.name: v for f, v in (each.deferred_fields or {}).items()}
            answer.append((repr(each), values, each.m2m_data, deferred, each.object._state.db))
        return answer

    def rows(self, *models, using="default"):
        """The rows there are."""
        return [
            (model.__name__, *row)
            for model in models
            for row in model._base_manager.using(using).order_by(model._meta.pk.name).values_list()
        ]

    def told(self, function, *args, **kwargs):
        """What a call gives, or the error it raises and the errors that led to it."""
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            try:
                found = function(*args, **kwargs)
            except BaseException as error:
                found, told = [], set()
                while error is not None and id(error) not in told:
                    told.add(id(error))
                    kind = type(error)
                    found.append(f"{kind.__module__}.{kind.__qualname__}: {error}")
                    error = error.__cause__
        return [found, *(f"{each.category.__name__}: {each.message}" for each in caught)]

    def call(self, name, *args, terminal=False, stdin=None, **options):
        """What a command writes, and how it ends."""
        kind = Terminal if terminal else io.StringIO
        out, err = kind(), kind()
        before = sys.stdin
        sys.stdin = io.StringIO(stdin) if stdin is not None else before
        try:
            call = self.module("core.management").call_command
            ended = self.told(call, name, *args, stdout=out, stderr=err, **options)
        finally:
            sys.stdin = before
        return [*ended, out.getvalue(), err.getvalue()]

    def command(self, name):
        """The module of a command."""
        management = self.module("core.management")
        return importlib.import_module(
            type(management.load_command_class(f"{self.root}.core", name)).__module__
        )

    def write(self, path, content, kind=None):
        """A file, compressed as `kind` says."""
        target = self.place / path
        target.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(content, str):
            content = content.encode()
        if kind == "zip":
            with zipfile.ZipFile(target, "w") as archive:
                archive.writestr(target.stem, content)
            return str(target)
        compress = {"gz": gzip.compress, "bz2": bz2.compress, "xz": lzma.compress, "lzma": _lzma}
        target.write_bytes(compress[kind](content) if kind else content)
        return str(target)

    def read(self, path):
        """The content of a file that may be compressed."""
        content = (self.place / path).read_bytes()
        openers = {
            ".gz": gzip.decompress,
            ".bz2": bz2.decompress,
            ".xz": lzma.decompress,
            ".lzma": lzma.decompress,
        }
        return openers.get(pathlib.Path(path).suffix, bytes)(content).decode()


def _lzma(content):
    return lzma.compress(content, format=lzma.FORMAT_ALONE)


def full(names):
    """A row with a value in every field, and one with none."""
    return [
        names["Kinds"](
            pk=1,
            big=2**62,
            binary=b"a\x00\xffb",
            boolean=True,
            char='a <b> & "c" \u00e9 \U0001f600',
            date=datetime.date(2024, 2, 29),
            moment=datetime.datetime(2024, 2, 29, 12, 30, 15, 123456, datetime.UTC),
            decimal=decimal.Decimal("12345678901234567890.125"),
            duration=datetime.timedelta(days=3, hours=4, microseconds=5),
            email="a@example.com",
            file="x/a.txt",
            path="/a/b",
            real=0.1,
            address="2001:db8::1",
            integer=-7,
            json={"a": [1, None, "x<y", 1.5], "b": {"c": True}},
            positive=7,
            slug="a-b",
            small=-3,
            text="two\nlines\tand: more # here\n",
            time=datetime.time(23, 59, 58, 999999),
            url="https://example.com/?a=b&c=d",
            uuid=uuid.UUID("12345678123456781234567812345678"),
        ),
        names["Kinds"](pk=2),
    ]


def normal(text, world):
    """`text` without addresses and places, under no framework's name."""
    text = text.replace(str(world.place), "PLACE")
    text = re.sub(r"0x[0-9a-f]+", "0x", text)
    return re.sub(rf"\b{world.root}\.(?:[a-z_0-9]+\.)*", "django.", text)


def answer(case, world):
    """What a case gives, as text."""
    tree = ast.parse(case)
    last = ast.Expression(tree.body.pop().value)
    names = world.names()
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            exec(compile(tree, "case", "exec"), names)  # noqa: S102
            found = repr(eval(compile(last, "case", "eval"), names))
        except Exception as exc:
            kind = type(exc)
            found = f"! {kind.__module__}.{kind.__qualname__}: {exc}"
    found += "".join(f" [{each.category.__name__}: {each.message}]" for each in caught)
    return normal(found, world)


@contextlib.contextmanager
def undone(world):
    """Undo what is written, to the databases and to files; within it the folder is an empty one."""
    transaction = importlib.import_module(f"{world.root}.db.transaction")
    known = {path: path.exists() for path in world.place.rglob("*")}
    folder, before = world.place / "folder", pathlib.Path.cwd()
    folder.mkdir()
    os.chdir(folder)
    try:
        with contextlib.ExitStack() as stack:
            for alias in ALIASES:
                stack.enter_context(transaction.atomic(using=alias))
            yield
            for alias in ALIASES:
                transaction.set_rollback(True, using=alias)
    finally:
        os.chdir(before)
        for path in sorted(set(world.place.rglob("*")) - set(known)):
            if "__pycache__" in path.parts or not path.exists():
                continue
            shutil.rmtree(path) if path.is_dir() else path.unlink()


def ask(case, world):
    """The answer of a case, undone afterwards."""
    with undone(world):
        return answer(case, world)


def main(root, place):
    conf = importlib.import_module(f"{root}.conf")
    install(root, place)
    conf.settings.configure(
        INSTALLED_APPS=list(APPS),
        DATABASES={
            alias: {"ENGINE": f"{root}.db.backends.sqlite3", "NAME": ":memory:"}
            for alias in ALIASES
        },
        DEFAULT_AUTO_FIELD=f"{root}.db.models.AutoField",
        **SETTINGS,
    )
    importlib.import_module(root).setup()
    for alias in ALIASES:
        with importlib.import_module(f"{root}.db").connections[alias].schema_editor() as editor:
            for model in tables(root):
                editor.create_model(model)
    world = World(root, pathlib.Path(place).resolve())
    return [[case, ask(case, world)] for case in cases()]


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        answers = main(sys.argv[1] if len(sys.argv) > 1 else "django", folder)
    if sys.argv[2:]:
        sys.stdout.write("".join(f"{case}\n    {found}\n\n" for case, found in answers))
    else:
        target = HERE.parents[2] / "tests" / "golden" / "serializers.json"
        target.write_text(
            json.dumps(answers, indent=0, ensure_ascii=False) + "\n", encoding="utf-8"
        )
