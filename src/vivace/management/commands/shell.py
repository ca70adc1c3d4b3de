"""``shell``: an interactive interpreter with the project loaded."""

from __future__ import annotations

import code
import os
import select
import sys
import traceback
from importlib import import_module
from typing import Any

from vivace.apps import apps
from vivace.core.exceptions import ImproperlyConfigured
from vivace.management.base import BaseCommand
from vivace.management.exceptions import CommandError
from vivace.utils.module_loading import import_string
from vivace.utils.naming import say

_INTERPRETERS = ("ipython", "bpython", "python")


class Command(BaseCommand):
    """Start IPython, bpython or plain Python, whichever there is, or run what is given."""

    help = (
        "Runs a Python interactive interpreter. Tries to use IPython or bpython, if one of them "
        "is available. Any standard input is executed as code."
    )
    requires_system_checks = []
    shells = list(_INTERPRETERS)

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument(
            "--no-startup",
            action="store_true",
            help="With plain Python, run neither PYTHONSTARTUP nor ~/.pythonrc.py first.",
        )
        parser.add_argument(
            "--no-imports", action="store_true", help="Don't import the models first."
        )
        parser.add_argument(
            "-i", "--interface", choices=self.shells, help="Which interpreter to start."
        )
        parser.add_argument("-c", "--command", help="Run this code and exit.")

    def ipython(self, options: dict[str, Any]) -> None:
        """Start IPython."""
        start_ipython = import_module("IPython").start_ipython
        start_ipython(argv=[], user_ns=self.get_namespace(**options))

    def bpython(self, options: dict[str, Any]) -> None:
        """Start bpython."""
        import_module("bpython").embed(self.get_namespace(**options))

    def python(self, options: dict[str, Any]) -> None:
        """Start Python's own interpreter, with completion where readline is."""
        namespace = self.get_namespace(**options)
        if not options["no_startup"]:
            self._run_startup_files(namespace)
        try:
            readline = import_module("readline")
            completer = import_module("rlcompleter").Completer(namespace)
        except ImportError:
            pass
        else:
            readline.set_completer(completer.complete)
            editline = "libedit" in (readline.__doc__ or "")
            readline.parse_and_bind("bind ^I rl_complete" if editline else "tab: complete")
        code.interact(local=namespace)

    @staticmethod
    def _run_startup_files(namespace: dict[str, Any]) -> None:
        for path in (os.environ.get("PYTHONSTARTUP"), os.path.expanduser("~/.pythonrc.py")):
            if path and os.path.isfile(path):
                try:
                    with open(path, encoding="utf-8") as file:
                        _run(file.read(), path, namespace)
                except Exception:
                    # A mistake in a person's own start-up file must not cost them the shell.
                    traceback.print_exc()

    def get_auto_imports(self) -> list[str] | None:
        """The dotted paths of what is imported first: the installed apps' models.

        Override it to import more, or less; see "Customizing the shell command".
        """
        # Of two models with one name, that of the app listed first is the last to be imported.
        configs = reversed(list(apps.get_app_configs()))
        models = [model for config in configs for model in config.get_models()]
        return [f"{model.__module__}.{model.__name__}" for model in models]

    def get_namespace(self, **options: Any) -> dict[str, Any]:
        """The names that are there when the interpreter starts."""
        verbosity = options.get("verbosity", 0)
        if options.get("no_imports"):
            return {}
        try:
            apps.check_apps_ready()
            apps.check_models_ready()
        except ImproperlyConfigured:
            if verbosity > 0:
                self.stdout.write(
                    "Automatic imports are disabled since settings are not configured.\n"
                    f"DJANGO_SETTINGS_MODULE value is {os.environ.get('DJANGO_SETTINGS_MODULE')}.\n"
                    "HINT: Ensure that the settings module is configured and set.",
                    self.style.ERROR,
                    ending="\n\n",
                )
            return {}
        except LookupError:
            return {}
        paths = self.get_auto_imports()
        if paths is None:
            return {}
        namespace: dict[str, Any] = {}
        failed = []
        for path in dict.fromkeys(paths):
            try:
                imported = import_string(path) if "." in path else import_module(path)
            except ImportError:
                failed.append(path)
            else:
                namespace[path] = imported
        if verbosity > 0:
            self._tell(list(namespace), failed, verbosity)
        return {path.rpartition(".")[2]: imported for path, imported in namespace.items()}

    def _tell(self, found: list[str], failed: list[str], verbosity: int) -> None:
        """Say what was imported, and what could not be."""
        if failed:
            listed = "\n".join(f"  {path}" for path in failed)
            text = f"{_objects(failed)} could not be automatically imported:\n\n{listed}"
            self.stdout.write(text, self.style.ERROR, ending="\n\n")
        if not found:
            ending = "."
        elif verbosity == 1:
            ending = " (use -v 2 for details)."
        else:
            ending = f":\n\n{_import_statements(found)}"
        text = f"{_objects(found)} imported automatically{ending}"
        self.stdout.write(text, self.style.SUCCESS, ending="\n\n")

    def handle(self, **options: Any) -> None:
        if options["command"]:
            _run(options["command"], "<string>", self._names_of_script(options))
            return
        if _is_piped():
            _run(sys.stdin.read(), "<stdin>", self._names_of_script(options))
            return
        chosen = [options["interface"]] if options["interface"] else self.shells
        for name in chosen:
            try:
                getattr(self, name)(options)
            except ImportError:
                continue
            return
        raise CommandError(f"Couldn't import {name} interface.")

    def _names_of_script(self, options: dict[str, Any]) -> dict[str, Any]:
        # What it defines is of a module that can be asked for, as it would be elsewhere.
        return {"__name__": say("core.management.commands.shell"), **self.get_namespace(**options)}


def _objects(paths: list[str]) -> str:
    return f"{len(paths)} object{'' if len(paths) == 1 else 's'}"


def _import_statements(paths: list[str]) -> str:
    """The statements that import `paths`, whole modules first."""
    by_module: dict[str, list[str]] = {"": []}
    for path in paths:
        module, _, name = path.rpartition(".")
        by_module.setdefault(module, []).append(name)
    statements = [f"  import {name}" for name in by_module.pop("")]
    for module, names in by_module.items():
        statements.append(f"  from {module} import {', '.join(names)}")
    return "\n".join(statements)


def _is_piped() -> bool:
    """Whether standard input is a program's, with something to read."""
    return (
        sys.platform != "win32"
        and not sys.stdin.isatty()
        and bool(select.select([sys.stdin], [], [], 0)[0])
    )


class _Runner(code.InteractiveInterpreter):
    """Python's interpreter, but an exception reaches whoever asked, and so the exit status."""

    def showtraceback(self) -> None:
        raise


def _run(source: str, filename: str, namespace: dict[str, Any]) -> None:
    """Run what a person gave the shell to run."""
    _Runner(namespace).runcode(compile(source, filename, "exec"))
