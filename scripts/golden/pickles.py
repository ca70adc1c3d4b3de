"""What pickles of Django name and hold: ``tests/golden/pickles.json``.

Run it with a Python that has Django 5.2: ``python scripts/golden/pickles.py``. A line of pickles.txt has a
name and an expression. Of the object it gives are recorded the pickle and what it is once loaded. The test
compares the `outline` of pickles: the addresses they name and the states they hold.

``pickles.py alias`` prints the same of Vivace under Django's name, and what it makes of Django's pickles;
``pickles.py home`` under its own name, and what it makes of older pickles.
``pickles.py read FILE`` tells in Django's name what becomes of the pickles in such an answer: to be run
with Django after a change of what ours hold. Where ours hold something else, it records what Django made
of it (``read_by_django``), and the `digest` of what that was (``ours``).
"""

from __future__ import annotations

import base64
import hashlib
import importlib
import importlib.machinery
import io
import json
import pathlib
import pickle
import re
import sys
import types
import warnings
from typing import Any

HERE = pathlib.Path(__file__).resolve()
OUTPUT = HERE.parents[2] / "tests" / "golden" / "pickles.json"
# Pickles that Vivace wrote when it still named the modules where its code was.
OF_HOMES = OUTPUT.with_name("pickles_of_homes.json")
APP = "golden_pickles"
PROTOCOL = 4
DEPTH = 4
SAMPLES = [
    tuple(line.split(" | ", 1))
    for line in HERE.with_suffix(".txt").read_text(encoding="utf-8").splitlines()
    if line and not line.startswith("#")
]


class Fixed:
    """A template of its own: what it renders needs no engine."""

    def render(self, context: Any, request: Any = None) -> str:
        return "fixed"


class Application(types.ModuleType):
    """The application's module, in which pickles find the models again."""


def prepare(root: str) -> dict[str, Any]:
    """Configure `root`, make the models and their rows; the names that samples may use."""
    for name in (APP, f"{APP}.models"):
        module = Application(name)
        module.__spec__ = importlib.machinery.ModuleSpec(name, None, is_package=name == APP)
        module.__path__ = [f"/{APP}"]
        sys.modules[name] = module
    importlib.import_module(f"{root}.conf").settings.configure(
        INSTALLED_APPS=[APP],
        USE_TZ=True,
        SECRET_KEY="k",
        DATABASES={"default": {"ENGINE": f"{root}.db.backends.sqlite3", "NAME": ":memory:"}},
        DEFAULT_AUTO_FIELD=f"{root}.db.models.BigAutoField",
        MEDIA_ROOT="/m",
    )
    importlib.import_module(root).setup()
    names = declare(importlib.import_module(f"{root}.db.models"))
    for name, value in names.items():
        setattr(sys.modules[f"{APP}.models"], name, value)
    fill(importlib.import_module(f"{root}.db").connection, names)

    def module(path: str) -> Any:
        return importlib.import_module(f"{root}.{path}")

    def with_cookie(response: Any) -> Any:
        response.set_cookie("a", "1", path="/x", httponly=True)
        return response

    return {
        **names,
        "module": module,
        "models": module("db.models"),
        "with_cookie": with_cookie,
        "Fixed": Fixed,
    }


def declare(models: Any) -> dict[str, Any]:
    """The models, by name."""
    place = {"__module__": f"{APP}.models"}

    class Author(models.Model):
        vars().update(place)
        __qualname__ = "Author"
        name = models.CharField(max_length=20)

    class Book(models.Model):
        vars().update(place)
        __qualname__ = "Book"
        title = models.CharField(max_length=20)
        pages = models.IntegerField(default=0)
        author = models.ForeignKey(Author, models.CASCADE, related_name="books", null=True)
        cover = models.FileField()

    class Size(models.TextChoices):
        vars().update(place)
        __qualname__ = "Size"
        SMALL = "s", "Small"

    return {"Author": Author, "Book": Book, "Size": Size}


def fill(connection: Any, names: dict[str, Any]) -> None:
    """Make the tables and two rows."""
    with connection.schema_editor() as editor:
        editor.create_model(names["Author"])
        editor.create_model(names["Book"])
    author = names["Author"].objects.create(name="n")
    names["Book"].objects.create(title="t", pages=3, author=author, cover="c.txt")


# --- what a pickle holds


class Outlined:
    """Stands for whatever a pickle makes: it keeps how."""

    _name = ""

    def __new__(cls, *args: Any, **kwargs: Any) -> Outlined:
        made = object.__new__(cls)
        made.__dict__["_parts"] = [*args, *sorted(kwargs.items())]
        return made

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        pass

    def __setstate__(self, state: Any) -> None:
        self._parts.append(["state", state])

    def __setitem__(self, key: Any, value: Any) -> None:
        self._parts.append(["item", key, value])

    def extend(self, values: Any) -> None:
        self._parts.extend(["value", value] for value in values)

    def append(self, value: Any) -> None:
        self._parts.append(["value", value])

    add = append


class Outliner(pickle.Unpickler):
    """Loads a pickle without importing what it names."""

    def __init__(self, file: Any) -> None:
        super().__init__(file)
        self.named: set[str] = set()

    def find_class(self, module: str, name: str) -> Any:
        self.named.add(f"{module}.{name}")
        return type(name, (Outlined,), {"_name": f"{module}.{name}"})


def outline(data: bytes) -> Any:
    """The addresses that a pickle names and the states it holds, as plain data."""
    return plain(Outliner(io.BytesIO(data)).load(), [])


def plain(value: Any, around: list[int]) -> Any:
    if isinstance(value, type) and issubclass(value, Outlined):
        return f"<{value._name}>"
    if isinstance(value, (list, tuple, set, frozenset, dict, Outlined)):
        if id(value) in around:
            return f"<what is {len(around) - around.index(id(value))} around>"
        around = [*around, id(value)]
    if isinstance(value, Outlined):
        return {f"<{value._name}>": [plain(part, around) for part in value._parts]}
    if isinstance(value, dict):
        # The order of a state means nothing.
        items = [
            [plain(key, around), plain(each, around)]
            for key, each in value.items()
            if key != "creation_counter"
        ]
        return {"dict": sorted(items, key=str)}
    if isinstance(value, (set, frozenset)):
        return {type(value).__name__: sorted((plain(each, around) for each in value), key=str)}
    if isinstance(value, (list, tuple)):
        return [type(value).__name__, *(plain(each, around) for each in value)]
    return repr(value)


# --- what an object is


def use(value: Any) -> dict[str, Any]:
    """What comes of asking an object for what it is there for."""
    book = sys.modules[f"{APP}.models"].Book
    found: dict[str, Any] = {}
    uses: dict[str, Any] = {}
    if hasattr(value, "serialize_headers"):
        uses = {"sent": lambda: value.serialize() if hasattr(value, "serialize") else None}
    elif hasattr(value, "_result_cache"):
        uses = {
            "anew": lambda: list(value.all()),
            "more": lambda: list(value.filter(pk__gt=0).order_by("-pk")),
            "count": lambda: value.all().count(),
        }
    elif hasattr(value, "add_q"):
        rows = book.objects.all()
        uses = {"rows": lambda: (setattr(rows, "query", value), list(rows), rows.count())}
    elif hasattr(value, "resolve_expression") or hasattr(value, "conditional"):
        uses = {
            "annotated": lambda: str(book.objects.annotate(x=value).query),
            "filtered": lambda: str(book.objects.filter(value).query),
        }
    elif hasattr(value, "objects") or hasattr(value, "_meta"):
        uses = {"saved": lambda: (value.full_clean(), value.get_deferred_fields())}
    for name, function in uses.items():
        try:
            found[name] = repr(function())
        except Exception as error:
            found[name] = f"! {type(error).__name__}: {error}"
    return found


def describe(value: Any, depth: int = DEPTH) -> Any:
    """What users see of an object: the same on both sides if it is the same."""
    place = f"{type(value).__module__}.{type(value).__qualname__}"
    seen: dict[str, Any] = {"class": "lazy" if place.endswith("__proxy__") else place}
    if isinstance(value, (type, types.FunctionType)):
        return f"{value.__module__}.{value.__qualname__}"
    for name in ATTRIBUTES:
        if depth and hasattr(value, name):
            each = getattr(value, name)
            if isinstance(each, types.MethodType):
                continue
            seen[name] = describe(each, depth - 1) if hasattr(each, "__dict__") else repr(each)
    if isinstance(value, BaseException):
        seen["args"] = repr(value.args)
    if depth == DEPTH:
        seen.update(use(value))
    seen["repr"] = repr(value)
    seen["str"] = str(value)
    return json.loads(re.sub(r" at 0x[0-9a-f]+", "", json.dumps(seen)))


ATTRIBUTES = (
    "status_code",
    "content",
    "headers",
    "cookies",
    "charset",
    "reason_phrase",
    "closed",
    "pk",
    "title",
    "_state",
    "db",
    "adding",
    "fields_cache",
    "_prefetched_objects_cache",
    "query",
    "encoding",
    "_mutable",
    "message",
    "messages",
    "code",
    "params",
    "error_list",
    "error_dict",
    "data",
    "url",
    "name",
    "value",
    "output_field",
)


def load(data: bytes) -> Any:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return describe(pickle.loads(data))
    except Exception as error:
        return f"! {type(error).__name__}: {error}"


def addresses(encoded: str) -> list[str]:
    """What a pickle names, sorted."""
    outliner = Outliner(io.BytesIO(base64.b64decode(encoded)))
    outliner.load()
    return sorted(outliner.named)


def digest(encoded: str) -> str:
    """What a pickle names and holds, for comparison."""
    text = json.dumps(outline(base64.b64decode(encoded)))
    return hashlib.sha256(text.encode()).hexdigest()


def answers(names: dict[str, Any]) -> dict[str, Any]:
    """By name: the pickle of a sample, its outline, and what it is once loaded."""
    found: dict[str, Any] = {}
    for name, source in SAMPLES:
        try:
            data = pickle.dumps(eval(source, dict(names)), PROTOCOL)
        except Exception as error:
            found[name] = {"refused": f"{type(error).__name__}: {error}"}
            continue
        found[name] = {"pickle": base64.b64encode(data).decode(), "loaded": load(data)}
    return found


def ours(root: str) -> dict[str, Any]:
    """The answers of Vivace under one of its roots, with what it makes of pickles made elsewhere."""
    if root == "alias":
        importlib.import_module("vivace").install_as_django()
    found = answers(prepare("django" if root == "alias" else "vivace"))
    source = OUTPUT if root == "alias" else OF_HOMES
    for name, fact in json.loads(source.read_text(encoding="utf-8")).items():
        if "pickle" in fact:
            found[name]["reads"] = load(base64.b64decode(fact["pickle"]))
    for fact in found.values():
        if "pickle" in fact:
            fact["digest"] = digest(fact["pickle"])
            fact["addresses"] = addresses(fact["pickle"])
    return found


def main(arguments: list[str]) -> None:
    if arguments in (["alias"], ["home"]):
        sys.stdout.write(json.dumps(ours(*arguments)))
        return
    found = answers(prepare("django"))
    if arguments and arguments[0] == "read":
        theirs = json.loads(pathlib.Path(arguments[1]).read_text(encoding="utf-8"))
        for name, fact in found.items():
            made = theirs[name]
            # What holds the same is read as the same.
            if "pickle" in made and digest(made["pickle"]) != digest(fact["pickle"]):
                fact["ours"] = digest(made["pickle"])
                fact["read_by_django"] = load(base64.b64decode(made["pickle"]))
    OUTPUT.write_text(json.dumps(found, indent=1, sort_keys=True) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
