"""Ask Django how models are made, checked, saved and deleted: run where Django 5.2 is installed.

Writes tests/golden/writing.json: ``{"classes": ..., "checks": ..., "writes": ...}``, each a list of
``[case, answer, number of queries]``. A case is a block of one of the files writing_*.txt: lines of Python
up to an empty line, the last of which is the expression that is answered. Each case of "writes" begins with
empty tables. The test asks Vivace the same.
"""

import ast
import functools
import importlib
import importlib.machinery
import json
import pathlib
import re
import sys
import types
import warnings

APP = "golden_writing"
HERE = pathlib.Path(__file__)
KINDS = ("classes", "checks", "writes")


def blocks(kind):
    """The cases of a kind."""
    text = HERE.with_name(f"writing_{kind}.txt").read_text(encoding="utf-8")
    return [block.strip("\n") for block in re.split(r"\n\n+", text) if block.strip()]


CASES = {kind: blocks(kind) for kind in KINDS}


def app_module():
    """The application that the models belong to, importable by its name."""
    module = types.ModuleType(APP)
    module.__path__ = [str(HERE.parent)]
    sys.modules[APP] = module
    return APP


@functools.cache
def define(models):
    """The models of the cases that write, by name; made once, for they are registered for good."""
    source = HERE.with_name("writing_models.txt").read_text(encoding="utf-8")
    # They are of this module, where pickles find their exceptions.
    names = {"models": models, "__name__": f"{APP}.models"}
    exec(source, names)  # noqa: S102
    module = types.ModuleType(f"{APP}.models")
    vars(module).update(names)
    module.__spec__ = importlib.machinery.ModuleSpec(module.__name__, None)
    sys.modules[module.__name__] = module
    return {
        name: value
        for name, value in names.items()
        if isinstance(value, type) and issubclass(value, models.Model)
    }


def tables(found):
    """The models that have tables of their own."""
    return [each for each in found.values() if not (each._meta.abstract or each._meta.proxy)]


def environment(root, found):
    """What cases may name."""

    def module(path):
        return importlib.import_module(f"{root}.{path}")

    names = {
        "APP": APP,
        "__name__": f"{APP}.models",
        "apps": module("apps").apps,
        "isolate_apps": module("test.utils").isolate_apps,
        "models": module("db.models"),
        "signals": module("db.models.signals"),
        "transaction": module("db.transaction"),
        "connection": module("db").connection,
        "exceptions": module("core.exceptions"),
        "Collector": module("db.models.deletion").Collector,
        "pickle": importlib.import_module("pickle"),
        "copy": importlib.import_module("copy"),
        "datetime": importlib.import_module("datetime"),
        "override_settings": module("test").override_settings,
        "shown": shown,
        "errors": lambda function: errors(module("core.exceptions"), function),
        "values": lambda obj: {k: v for k, v in vars(obj).items() if k != "_state"},
    }
    names["messages"] = lambda: messages(names, names["models"])
    return names | found


def shown(function, *args, **kwargs):
    """What a call gives, or the error it raises, as text."""
    try:
        return repr(function(*args, **kwargs))
    except Exception as exc:
        return f"! {type(exc).__qualname__}: {exc}"


def errors(exceptions, function):
    """The errors that validation finds: messages and codes by field."""
    try:
        function()
    except exceptions.ValidationError as error:
        if hasattr(error, "error_dict"):
            return {
                name: [(message, each.code) for each in some for message in each.messages]
                for name, some in error.error_dict.items()
            }
        return [(message, each.code) for each in error.error_list for message in each.messages]
    return None


def messages(names, models):
    """The messages of the checks of all models among `names`, sorted where their order means nothing."""
    found = []
    for model in list(names.values()):
        own = isinstance(model, type) and issubclass(model, models.Model)
        if not own or model is models.Model or "Recorded" in vars(model):
            continue
        told = [
            (type(each).__name__, each.id, str(each.msg), each.hint, str(each.obj))
            for each in model.check(databases=["default"])
            if each.id != "models.W042"
        ]
        found += sorted(told, key=repr)
    return found


def answer(root, case, names):
    """What a case gives, as text, and how many queries it takes."""
    connection = importlib.import_module(f"{root}.db").connection
    tree = ast.parse(case)
    last = ast.Expression(tree.body.pop().value)
    connection.force_debug_cursor = True
    connection.queries_log.clear()
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            exec(compile(tree, "case", "exec"), names)  # noqa: S102
            found = repr(eval(compile(last, "case", "eval"), names))
        except Exception as exc:
            kind = type(exc)
            found = f"! {kind.__module__}.{kind.__qualname__}: {exc}"
        finally:
            connection.force_debug_cursor = False
    found += "".join(f" [{each.category.__name__}: {each.message}]" for each in caught)
    queries = [
        each["sql"]
        for each in connection.queries_log
        if each["sql"].split(" ")[0] in ("SELECT", "INSERT", "UPDATE", "DELETE")
    ]
    return normal(found, root), len(queries)


def normal(text, root):
    """`text` without addresses and places of modules, under no framework's name."""
    text = re.sub(r"0x[0-9a-f]+", "0x", text)
    text = re.sub(r"(current version )[\d.]+\d", r"\1X", text)
    return re.sub(rf"\b{root}\.(?:[a-z_]+\.)*", "django.", text)


def ask_one(root, kind, found, case):
    """The answer of a case, undone afterwards, and its number of queries."""
    apps = importlib.import_module(f"{root}.apps").apps
    transaction = importlib.import_module(f"{root}.db.transaction")
    known = dict(apps.all_models[APP])
    pending = set(apps._pending_operations)
    names = environment(root, found if kind == "writes" else {})
    try:
        with transaction.atomic():
            told = answer(root, case, names)
            transaction.set_rollback(True)
    finally:
        models = apps.all_models[APP]
        models.clear()
        models.update(known)
        for key in set(apps._pending_operations) - pending:
            del apps._pending_operations[key]
        apps.clear_cache()
    return told


def databases(root, place=":memory:"):
    """The setting for a SQLite database."""
    return {"default": {"ENGINE": f"{root}.db.backends.sqlite3", "NAME": place}}


def main(root):
    conf = importlib.import_module(f"{root}.conf")
    conf.settings.configure(
        INSTALLED_APPS=[app_module()],
        DATABASES=databases(root),
        USE_TZ=True,
        DEFAULT_AUTO_FIELD=f"{root}.db.models.AutoField",
    )
    importlib.import_module(root).setup()
    found = define(importlib.import_module(f"{root}.db.models"))
    with importlib.import_module(f"{root}.db").connection.schema_editor() as editor:
        for model in tables(found):
            editor.create_model(model)
    return {
        kind: [[case, *ask_one(root, kind, found, case)] for case in cases]
        for kind, cases in CASES.items()
    }


if __name__ == "__main__":
    told = main(sys.argv[1] if len(sys.argv) > 1 else "django")
    if sys.argv[2:]:
        for rows in told.values():
            sys.stdout.write("".join(f"{case}\n    {found}  [{n}]\n\n" for case, found, n in rows))
    else:
        place = HERE.parents[2] / "tests" / "golden" / "writing.json"
        place.write_text(json.dumps(told, indent=0, ensure_ascii=False) + "\n", encoding="utf-8")
