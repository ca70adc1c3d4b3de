"""Whatever is defined here is found where its ``__module__`` says: pickles and reprs name that place."""

from __future__ import annotations

import json
import subprocess
import sys
import textwrap
from types import FunctionType, ModuleType
from typing import Any

import pytest

from vivace.utils import naming

WALK = """
    import importlib, json, pkgutil, sys, types, warnings
    warnings.simplefilter("ignore")
    import vivace
    root = sys.argv[1]
    if root == "django":
        vivace.install_as_django()
    from vivace.conf import settings
    settings.configure(INSTALLED_APPS=["vivace.contrib.contenttypes"])
    vivace.setup()
    for info in pkgutil.walk_packages(vivace.__path__, "vivace."):
        if "__main__" not in info.name and ".locale" not in info.name:
            try:
                importlib.import_module(info.name)
            except ImportError:
                pass  # A library that is not installed.
    lost, foreign, count = [], [], 0
    for place, module in list(sys.modules.items()):
        if not place.startswith("vivace."):
            continue
        for name, value in list(vars(module).items()):
            if not issubclass(type(value), (type, types.FunctionType)) or value.__name__ != name:
                continue
            home = value.__module__ or ""
            if not home.startswith(("vivace.", "django.")) or "<locals>" in value.__qualname__:
                continue
            count += 1
            if not home.startswith(root + "."):
                foreign.append(f"{home}.{value.__qualname__}")
            try:
                found = importlib.import_module(home)
                for part in value.__qualname__.split("."):
                    found = getattr(found, part)
            except (ImportError, AttributeError):
                found = None
            if found is not value:
                lost.append(f"{home}.{value.__qualname__}")
    print(json.dumps([sorted(set(lost)), sorted(set(foreign)), count]))
"""


@pytest.mark.parametrize("root", ["vivace", "django"])
def test_everything_is_found_where_it_says(root: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(WALK), root],
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    lost, foreign, count = json.loads(done.stdout)
    assert lost == []
    assert foreign == []
    assert count > 5000


@pytest.fixture
def module(monkeypatch: pytest.MonkeyPatch) -> Any:
    made: Any = ModuleType("vivace.somewhere.deep")

    class Public:
        __module__ = made.__name__
        __qualname__ = "Public"

        class Inner:
            __module__ = "vivace.somewhere.deep"
            __qualname__ = "Public.Inner"

    class Private:
        __module__ = made.__name__

    def function() -> None:
        pass

    function.__module__ = made.__name__
    made.Public, made._Private, made.function = Public, Private, function
    made.imported = pytest.fixture
    monkeypatch.setitem(sys.modules, made.__name__, made)
    return made


class TestPublish:
    def test_what_is_public(self, module: Any) -> None:
        naming.publish(module.__name__, "db.models.query")
        assert module.Public.__module__ == "vivace.db.models.query"
        assert module.Public.Inner.__module__ == "vivace.db.models.query"
        assert module.function.__module__ == "vivace.db.models.query"
        assert module._Private.__module__ == module.__name__
        assert isinstance(module.imported, FunctionType)
        assert not module.imported.__module__.startswith("vivace.")
        assert naming.address(module.Public) == "vivace.db.models.query.Public"

    def test_what_all_lists(self, module: Any) -> None:
        module.__all__ = ["Public"]
        naming.publish(module.__name__, "db.models.query")
        assert module.Public.__module__ == "vivace.db.models.query"
        assert module.function.__module__ == module.__name__

    def test_what_is_named(self, module: Any) -> None:
        naming.publish(module.__name__, "db.models.query", "_Private")
        assert module._Private.__module__ == "vivace.db.models.query"
        assert module.Public.__module__ == module.__name__

    def test_decorator(self) -> None:
        @naming.published("db.models.query.Thing")
        class Thing:
            pass

        assert Thing.__module__ == "vivace.db.models.query"

    def test_short_address_of_migrations_is_no_module(self) -> None:
        @naming.published("db.models.Thing")
        class Thing:
            pass

        assert Thing.__module__ == __name__
        assert naming.address(Thing) == "vivace.db.models.Thing"

    def test_own_classes(self, module: Any) -> None:
        assert naming.is_own(module.Public)
        assert not naming.is_own(ModuleType)
