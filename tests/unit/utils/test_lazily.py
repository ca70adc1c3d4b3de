"""Names that are imported when asked for, and the packages that publish theirs so."""

from __future__ import annotations

import ast
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from types import ModuleType

import pytest

LAZY = (
    "vivace.http",
    "vivace.urls",
    "vivace.template",
    "vivace.db.models",
    "vivace.db.schema.fields",
)


def run(program: str) -> str:
    """What `program` prints, in a process of its own."""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def seen_by_type_checkers(package: str) -> dict[str, str]:
    """The module that each name comes from, as the block for type checkers says."""
    path = Path(str(import_module(package).__file__))
    return {
        alias.name: str(node.module)
        for block in ast.parse(path.read_text(encoding="utf-8")).body
        if isinstance(block, ast.If)
        for node in block.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }


@pytest.mark.parametrize("package", LAZY)
def test_every_published_name_is_the_one_that_type_checkers_see(package: str) -> None:
    module = import_module(package)
    homes = seen_by_type_checkers(package)
    submodules = {name for name in module.__all__ if isinstance(getattr(module, name), ModuleType)}
    assert set(module.__all__) - submodules == set(homes)
    for name, home in homes.items():
        assert getattr(module, name) is getattr(import_module(home), name)


@pytest.mark.parametrize("package", LAZY)
def test_dir_lists_names_that_nobody_asked_for_yet(package: str) -> None:
    program = f"import {package} as p; print(set(p.__all__) <= set(dir(p)))"
    assert run(program) == "True"


def test_a_submodule_is_an_attribute_without_an_import_of_its_own() -> None:
    assert run("import vivace.http; print(vivace.http.cookie.__name__)") == "vivace.http.cookie"


@pytest.mark.parametrize(
    ("package", "name"),
    [
        ("vivace.db.models", "fields.related.ForeignKey"),
        ("vivace.db.models", "fields.files.FieldFile"),
        ("vivace.db.models", "fields.reverse_related.ManyToOneRel"),
        ("vivace.db.models", "functions.datetime.Trunc"),
        ("vivace.db.models", "sql.where.WhereNode"),
        ("vivace.db.models", "sql.query.Query"),
        ("vivace.core.files", "storage.Storage"),
        ("vivace.core.management", "base.BaseCommand"),
        ("vivace.core.serializers", "json.DjangoJSONEncoder"),
        ("vivace.views", "defaults.page_not_found"),
        ("vivace.db", "transaction.atomic"),
    ],
)
def test_packages_write_paths_below_what_they_imported(package: str, name: str) -> None:
    program = f"import {package} as p; print(p.{name}.__name__)"
    assert run(program) == name.rpartition(".")[2]


def test_what_is_not_there_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match=r"module 'vivace\.http' has no attribute 'nothing'"):
        import_module("vivace.http").nothing  # noqa: B018
    with pytest.raises(ImportError):
        exec("from vivace.http import nothing")  # noqa: S102


def test_a_replaced_name_stays_replaced(monkeypatch: pytest.MonkeyPatch) -> None:
    http = import_module("vivace.http")
    monkeypatch.setattr(http, "HttpResponse", "another")
    assert http.HttpResponse == "another"


def test_checking_a_new_project_imports_neither_servers_nor_mail_nor_event_loops() -> None:
    loaded = run(
        "import sys, vivace\n"
        "from vivace.conf import settings\n"
        "settings.configure(TEMPLATES=[{'BACKEND': 'vivace.template.backends.django."
        "DjangoTemplates', 'APP_DIRS': True}])\n"
        "vivace.setup()\n"
        "from vivace.management import call_command\n"
        "call_command('check', verbosity=0)\n"
        "unwanted = {'asyncio', 'ssl', 'email', 'socket', 'vivace.template.compiled.program',\n"
        "            'vivace.http.request', 'vivace.pipeline', 'vivace.db.models'}\n"
        "print(sorted(unwanted & sys.modules.keys()))"
    )
    assert loaded.splitlines()[-1] == "[]"


def test_models_that_nobody_uses_are_not_imported() -> None:
    loaded = run(
        "import sys\n"
        "from vivace.db import models\n"
        "print('vivace.db.orm' in sys.modules, models is sys.modules['vivace.db.models'])\n"
        "models.CharField\n"
        "import vivace.db.models as again\n"
        "print('vivace.db.orm' in sys.modules, models is again, type(models).__name__)"
    )
    assert loaded.splitlines() == ["False True", "True True module"]


def test_a_submodule_of_models_that_nobody_used_yet_finds_them_complete() -> None:
    loaded = run(
        "from vivace.db import models\n"
        "from vivace.db.models.fields import CharField\n"
        "print(CharField is models.CharField, bool(CharField.get_lookups()))"
    )
    assert loaded == "True True"


def test_threads_that_are_the_first_to_use_models_all_find_them_complete() -> None:
    loaded = run(
        "import threading\n"
        "from vivace.db import models\n"
        "found, start = [], threading.Barrier(8)\n"
        "def use():\n"
        "    start.wait()\n"
        "    found.append(models.Window is models.Window and bool(models.CharField.get_lookups()))\n"
        "threads = [threading.Thread(target=use) for _ in range(8)]\n"
        "[thread.start() for thread in threads]\n"
        "[thread.join() for thread in threads]\n"
        "print(found == [True] * 8)"
    )
    assert loaded == "True"


def test_models_answer_under_the_alias_too() -> None:
    loaded = run(
        "import vivace\n"
        "vivace.install_as_django()\n"
        "from django.db import models\n"
        "import django.db.models.fields\n"
        "print(django.db.models is models, models.CharField is django.db.models.fields.CharField)"
    )
    assert loaded == "True True"
