"""Ask Django about formsets and forms of models: run where Django 5.2 is installed.

Writes tests/golden/model_forms.json, a list of ``[case, answer, number of queries]``. A case is a line
of model_forms.txt, an expression that may name what model_forms_models.txt defines; it finds two authors,
two tags and a book, and is undone afterwards. The test asks Vivace the same.
"""

import datetime
import importlib
import json
import pathlib
import re
import sys
import types
import uuid

APP = "golden_model_forms"
HERE = pathlib.Path(__file__)
CASES = HERE.with_name("model_forms.txt").read_text(encoding="utf-8").splitlines()
NAMES = {
    "fm": "forms.models",
    "fs": "forms.formsets",
    "forms": "forms",
    "renderers": "forms.renderers",
    "models": "db.models",
    "fields": "contrib.contenttypes.fields",
    "ct": "contrib.contenttypes.models",
    "cf": "contrib.contenttypes.forms",
    "ex": "core.exceptions",
}


def application():
    """The application that the models belong to, importable by its name."""
    module = types.ModuleType(APP)
    module.__path__ = [str(HERE.parent)]
    sys.modules[APP] = module
    return APP


def define(root):
    """What cases may name; made once, for models are registered for good."""

    def module(path):
        return importlib.import_module(f"{root}.{path}")

    models = module("db.models")

    def mk(modelname, bases=(models.Model,), meta=None, **attributes):
        options = type("Meta", (), {"app_label": APP, **(meta or {})})
        return type(modelname, bases, {"__module__": APP, "Meta": options, **attributes})

    names = {name: module(path) for name, path in NAMES.items()}
    names |= {"mk": mk, "datetime": datetime, "uuid": uuid, "__name__": f"{APP}.models"}
    names["Q"] = lambda function: counted(root, function)
    names["QD"] = module("http").QueryDict
    source = HERE.with_name("model_forms_models.txt").read_text(encoding="utf-8")
    exec(source, names)  # noqa: S102
    return names


def tables(root, names):
    """The models that have tables."""
    model = importlib.import_module(f"{root}.db.models").Model
    found = [each for each in names.values() if isinstance(each, type) and issubclass(each, model)]
    found = [names["ct"].ContentType, *found]
    return [each for each in found if not each._meta.abstract and not each._meta.proxy]


def fill(names):
    """The rows that every case finds."""
    names["Author"].objects.create(name="Ann")
    names["Author"].objects.create(name="Bob", born=datetime.date(2000, 1, 2))
    tags = [names["Tag"].objects.create(label=label) for label in ("t1", "t2")]
    author = names["Author"].objects.get(name="Ann")
    names["Book"].objects.create(title="One", slug="one", author=author).tags.set(tags[:1])


def counted(root, function):
    """How many queries a call takes, and what it gives."""
    capture = importlib.import_module(f"{root}.test.utils").CaptureQueriesContext
    with capture(importlib.import_module(f"{root}.db").connection) as caught:
        result = function()
    return len(caught), result


def answer(root, names, case):
    """What a case gives, as text, and how many queries it takes; undone afterwards."""
    transaction = importlib.import_module(f"{root}.db.transaction")
    with transaction.atomic():
        names["ann"], names["bob"] = names["Author"].objects.order_by("pk")
        names["t1"], names["t2"] = names["Tag"].objects.order_by("pk")
        names["b1"] = names["Book"].objects.get()
        names["ct"].ContentType.objects.clear_cache()
        told = counted(root, lambda: ask(names, case))
        transaction.set_rollback(True)
    text = re.sub(r"0x[0-9a-f]+", "0x", told[1])
    return re.sub(rf"\b{root}\.(?:[a-z_]+\.)*", "django.", text), told[0]


def ask(names, case):
    """The value of an expression, or its error, as text."""
    try:
        found = eval(case, names)
        # What is rendered is rendered now.
        return found if isinstance(found, str) else repr(found)
    except Exception as error:
        return f"! {type(error).__name__}: {error}"


def settings(root):
    """The settings that both frameworks are asked under."""
    return {
        "INSTALLED_APPS": [application(), f"{root}.contrib.contenttypes"],
        "USE_TZ": True,
        "DEFAULT_AUTO_FIELD": f"{root}.db.models.AutoField",
    }


def main(root):
    conf = importlib.import_module(f"{root}.conf")
    databases = {"default": {"ENGINE": f"{root}.db.backends.sqlite3", "NAME": ":memory:"}}
    conf.settings.configure(DATABASES=databases, **settings(root))
    importlib.import_module(root).setup()
    names = define(root)
    with importlib.import_module(f"{root}.db").connection.schema_editor() as editor:
        for model in tables(root, names):
            editor.create_model(model)
    fill(names)
    found = [[case, *answer(root, names, case)] for case in CASES]
    place = HERE.parents[2] / "tests" / "golden" / "model_forms.json"
    text = json.dumps(found, indent=0, ensure_ascii=False)
    place.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main("django")
