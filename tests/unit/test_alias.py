"""`install_as_django`, each time in a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
from collections.abc import Callable
from pathlib import Path

import pytest

Run = Callable[..., str]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Run Python source in `tmp_path` and return what it prints; fail if it fails."""

    def run(source: str, *arguments: str, install: bool = True) -> str:
        lines = "import vivace; vivace.install_as_django()\n" if install else ""
        environment = {
            name: value for name, value in os.environ.items() if "SETTINGS_MODULE" not in name
        }
        done = subprocess.run(
            [sys.executable, "-W", "error", "-c", lines + textwrap.dedent(source), *arguments],
            cwd=tmp_path,
            env=environment,
            capture_output=True,
            text=True,
            timeout=120,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    return run


@pytest.fixture
def real_django(tmp_path: Path) -> None:
    """Another package named ``django`` on the path, which must never be half-loaded."""
    package = tmp_path / "django"
    (package / "only_there").mkdir(parents=True)
    (package / "__init__.py").write_text("REAL = True\n")
    (package / "only_there/__init__.py").write_text("")
    (package / "conf.py").write_text("raise SystemExit('the other conf was executed')\n")


class TestImports:
    def test_both_names_are_the_same_object(self, run: Run) -> None:
        out = run(
            """
            import importlib, sys
            import django, django.conf, django.utils.functional as functional
            from django.dispatch import dispatcher, Signal
            import vivace.dispatch.dispatcher
            assert django is vivace
            assert sys.modules["django.conf"] is sys.modules["vivace.conf"]
            assert functional is sys.modules["vivace.utils.functional"]
            assert dispatcher is vivace.dispatch.dispatcher
            assert importlib.import_module("django.apps") is importlib.import_module("vivace.apps")
            assert importlib.import_module(".apps", "django") is vivace.apps
            assert Signal.__module__ == "django.dispatch.dispatcher"
            print(django.conf.__name__, django.conf.__spec__.name, functional.__spec__.name)
            """
        )
        assert out.split() == ["vivace.conf", "vivace.conf", "vivace.utils.functional"]

    def test_module_is_executed_once_whichever_name_comes_first(self, run: Run) -> None:
        run(
            """
            from django.conf import settings as one
            from vivace.conf import settings as two
            from vivace.core.exceptions import ImproperlyConfigured as mine
            from django.core.exceptions import ImproperlyConfigured as theirs
            assert one is two
            assert mine is theirs
            """
        )

    def test_installing_twice_changes_nothing(self, run: Run) -> None:
        run(
            """
            import sys
            before = list(sys.meta_path)
            vivace.install_as_django()
            assert sys.meta_path == before
            """
        )

    def test_import_in_a_circle(self, run: Run, tmp_path: Path) -> None:
        # A module of the framework that imports user code, which imports that module by its alias.
        (tmp_path / "user.py").write_text(
            "import django.conf.circle\nfrom django.conf.circle import EARLY\n"
        )
        run(
            """
            import sys, importlib.machinery, importlib.util
            class Finder:
                @staticmethod
                def find_spec(name, path=None, target=None):
                    if name == "vivace.conf.circle":
                        return importlib.util.spec_from_loader(name, Loader())
            class Loader:
                def create_module(self, spec): return None
                def exec_module(self, module):
                    exec("EARLY = 1\\nimport user\\nLATE = user.EARLY + 1", vars(module))
            sys.meta_path.append(Finder)
            import django.conf.circle
            assert django.conf.circle.LATE == 2
            assert sys.modules["user"].django.conf.circle is sys.modules["vivace.conf.circle"]
            """
        )

    def test_threads_get_complete_modules(self, run: Run) -> None:
        run(
            """
            import threading
            names = ["utils.functional", "utils.text", "utils.html", "utils.http", "dispatch"]
            start, errors = threading.Barrier(10), []
            def work(root, name):
                start.wait()
                try:
                    module = __import__(f"{root}.{name}", fromlist=["x"])
                    assert module.__name__ == f"vivace.{name}", module
                    assert module.__doc__
                    assert not getattr(module.__spec__, "_initializing", False)
                except BaseException as error:
                    errors.append(error)
            threads = [
                threading.Thread(target=work, args=(root, name))
                for root in ("django", "vivace") for name in names
            ]
            for thread in threads: thread.start()
            for thread in threads: thread.join()
            assert not errors, errors
            """
        )

    def test_missing_module_is_named_with_the_cure(self, run: Run) -> None:
        out = run(
            """
            for statement in (
                "import django.no_such_module",
                "from django.no.such import thing",
                "import django.conf.no_such_module",
            ):
                try:
                    exec(statement)
                except ModuleNotFoundError as error:
                    print(error.name, "|", error)
            try:
                from django.conf import no_such_name
            except ImportError as error:
                print(error)
            """
        ).splitlines()
        assert out[0].startswith("django.no_such_module | No module named 'django.no_such_module'")
        assert "install_as_django" in out[0]
        assert "install Django itself" in out[0]
        assert out[1].startswith("django.no |")
        assert out[2].startswith("django.conf.no_such_module |")
        assert "cannot import name 'no_such_name'" in out[3]

    def test_asking_for_a_spec_is_answered(self, run: Run) -> None:
        run(
            """
            import importlib.util, pkgutil, sys
            assert importlib.util.find_spec("django.no_such_module") is None
            assert importlib.util.find_spec("django.utils.lorem_ipsum") is not None
            assert "vivace.utils.lorem_ipsum" not in sys.modules
            import django.utils
            names = {m.name for m in pkgutil.iter_modules(django.utils.__path__, "django.utils.")}
            assert "django.utils.functional" in names
            """
        )

    def test_run_as_main(self, run: Run, tmp_path: Path) -> None:
        out = run(
            """
            import runpy, sys
            sys.argv[1:] = ["version"]
            try:
                runpy.run_module("django", run_name="__main__", alter_sys=True)
            except SystemExit as error:
                assert not error.code
            """
        )
        assert out.strip() == "5.2.19"


class TestNames:
    def test_version_is_that_of_the_release_implemented(self, run: Run) -> None:
        out = run(
            """
            import django
            from django import VERSION
            print(VERSION, django.get_version(), django.__version__)
            """
        )
        assert out.strip() == "(5, 2, 19, 'final', 0) 5.2.19 5.2.19"

    def test_version_is_its_own_without_the_alias(self, run: Run) -> None:
        out = run("import vivace; print(vivace.VERSION[:2], vivace.__version__)", install=False)
        assert out.strip() == "(0, 1) 0.1.0"

    def test_defaults_name_the_alias_even_if_read_before(self, run: Run) -> None:
        out = run(
            """
            import vivace
            from vivace.conf import global_settings, settings, frozen
            cell = frozen.Frozen("engine", lambda: settings.SESSION_ENGINE)
            settings.configure()
            assert cell.value == "vivace.contrib.sessions.backends.db"
            vivace.install_as_django()
            import django.conf
            print(global_settings.SESSION_ENGINE, django.conf.ENVIRONMENT_VARIABLE)
            assert not cell.built
            """,
            install=False,
        )
        assert out.split() == ["django.contrib.sessions.backends.db", "DJANGO_SETTINGS_MODULE"]

    def test_application_keeps_the_name_it_was_installed_by(self, run: Run) -> None:
        out = run(
            """
            from django.apps.registry import Apps
            from django.conf import settings
            settings.configure(USE_I18N=False)
            apps = Apps(["django.utils"])
            (config,) = apps.get_app_configs()
            print(config.name, repr(config), config.module.__name__)
            assert apps.is_installed("django.utils") and apps.is_installed("vivace.utils")
            assert apps.get_containing_app_config("vivace.utils.text") is config
            assert apps.get_containing_app_config("django.utils.text") is config
            """
        )
        assert out.split("\n")[0] == "django.utils <AppConfig: utils> vivace.utils"

    def test_models_say_where_they_are_imported_from(self, run: Run) -> None:
        run(
            """
            import pickle
            from django.conf import settings
            settings.configure(INSTALLED_APPS=["django.contrib.contenttypes"])
            import django
            django.setup()
            from django.contrib.contenttypes.models import ContentType
            assert repr(ContentType) == "<class 'django.contrib.contenttypes.models.ContentType'>"
            assert ContentType.DoesNotExist.__module__ == "django.contrib.contenttypes.models"
            assert pickle.loads(pickle.dumps(ContentType)) is ContentType
            assert pickle.loads(pickle.dumps(ContentType(pk=3))).pk == 3
            """
        )

    def test_objects_that_others_show_say_where_they_are_imported_from(self, run: Run) -> None:
        out = run(
            """
            from django import forms
            from django.conf import settings
            settings.configure()
            from django.core import validators
            from django.db import models
            class Own(validators.RegexValidator):
                pass
            for shown in (
                validators.validate_email, validators.RegexValidator("a"),
                validators.MinValueValidator(1), validators.DecimalValidator(1, 1),
                validators.FileExtensionValidator([]), validators.URLValidator(),
                validators.ProhibitNullCharactersValidator(), Own("a"),
                forms.CharField(), forms.Select(), models.Manager(),
            ):
                path, _, place = repr(shown)[1:-1].partition(" object at ")
                assert int(place, 16) == id(shown)
                print(path)
            """
        )
        validators = [
            "EmailValidator", "RegexValidator", "MinValueValidator", "DecimalValidator",
            "FileExtensionValidator", "URLValidator", "ProhibitNullCharactersValidator",
        ]  # fmt: skip
        assert out.split() == [
            *(f"django.core.validators.{name}" for name in validators),
            "__main__.Own",
            "django.forms.fields.CharField",
            "django.forms.widgets.Select",
            "django.db.models.manager.Manager",
        ]

    def test_loggers_carry_the_alias(self, run: Run) -> None:
        out = run(
            """
            from django.utils.log import DEFAULT_LOGGING, request_logger
            print(*DEFAULT_LOGGING["loggers"], request_logger.name)
            """
        )
        assert out.split() == ["django", "django.server", "django.request"]


@pytest.mark.usefixtures("real_django")
class TestRealDjangoBeside:
    def test_is_never_consulted(self, run: Run) -> None:
        run(
            """
            import sys
            import django
            assert not hasattr(django, "REAL")
            from django.conf import settings
            try:
                import django.only_there
            except ModuleNotFoundError as error:
                assert error.name == "django.only_there"
            else:
                raise AssertionError("a module of the other package was found")
            del sys.modules["django"]
            import django
            assert django is vivace
            """
        )

    def test_imported_before_is_refused(self, run: Run, tmp_path: Path) -> None:
        out = run(
            """
            import django
            import sys, vivace
            before = list(sys.meta_path)
            try:
                vivace.install_as_django()
            except RuntimeError as error:
                print(error)
            assert sys.modules["django"] is django and django.REAL
            assert sys.meta_path == before
            assert vivace.VERSION[0] == 0
            """,
            install=False,
        )
        assert "'django' was already imported from" in out
        assert str(tmp_path) in out
        assert "top of manage.py" in out

    def test_leftovers_of_it_are_refused_too(self, run: Run) -> None:
        out = run(
            """
            import django.only_there
            import sys, vivace
            del sys.modules["django"]
            try:
                vivace.install_as_django()
            except RuntimeError as error:
                print(error)
            """,
            install=False,
        )
        assert "'django.only_there' was already imported from" in out
