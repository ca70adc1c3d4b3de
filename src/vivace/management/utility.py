"""The program behind ``vivace``, ``python -m vivace`` and ``manage.py``.

Boot comes first (settings, apps), because apps bring commands of their own. What goes wrong there
is said in one sentence, with the cure; ``--traceback`` shows where it happened.
"""

from __future__ import annotations

import os
import sys
from collections import defaultdict
from collections.abc import Sequence
from importlib import import_module
from typing import TYPE_CHECKING

import vivace
from vivace import conf
from vivace.apps import apps
from vivace.conf import ALIAS_VARIABLE, HOME_VARIABLE, settings
from vivace.core.exceptions import ImproperlyConfigured
from vivace.management import registry
from vivace.management.base import BaseCommand, handle_default_options
from vivace.management.color import color_style
from vivace.management.exceptions import CommandError
from vivace.management.output import OutputWrapper
from vivace.management.parser import CommandParser, DjangoHelpFormatter, difflib
from vivace.management.terminal import folded, is_terminal
from vivace.utils import naming
from vivace.utils.lazily import Later

if TYPE_CHECKING:
    import select

    from vivace.management import completion, summaries
else:
    completion = Later("vivace.management.completion", rare=True)
    select = Later("select", rare=True)
    summaries = Later("vivace.management.summaries", rare=True)

_ENTRANCE = "manage.py"

# What shells give for a program that SIGPIPE ended.
_READER_LEFT = 141


def execute_from_command_line(argv: Sequence[str] | None = None) -> None:
    """Run the command that `argv` (default: ``sys.argv``) names."""
    ManagementUtility(argv).execute()


def run_program() -> None:
    """What ``vivace`` and ``python -m vivace`` do: in a project's directory, what its manage.py does.

    Unless the settings are named, that is, or the command makes a project or serves one, and so needs
    none or finds it by itself.
    """
    named = any(os.environ.get(name) for name in (HOME_VARIABLE, ALIAS_VARIABLE))
    named = named or any(each.startswith(("--settings", "--pythonpath")) for each in sys.argv[1:])
    if not named and sys.argv[1:2] not in (["startproject"], ["serve"]) and _is_here(_ENTRANCE):
        # It alone knows where the settings are, and what must come before them.
        sys.stdout.flush()
        os.execv(sys.executable, [sys.executable, _ENTRANCE, *sys.argv[1:]])
    execute_from_command_line()


def _is_here(entrance: str) -> bool:
    """Whether `entrance` is that of a project of ours: Django's own projects have one, too."""
    try:
        with open(entrance, encoding="utf-8") as file:
            return naming.HOME in file.read()
    except (OSError, UnicodeDecodeError):
        return False


def settings_variable() -> str:
    """The environment variable that names the settings module now."""
    for name in (HOME_VARIABLE, ALIAS_VARIABLE):
        if os.environ.get(name):
            return name
    return conf.ENVIRONMENT_VARIABLE


class ManagementUtility:
    """One call of the program: find the command that `argv` names, and run it."""

    def __init__(self, argv: Sequence[str] | None = None) -> None:
        self.argv = list(sys.argv if argv is None else argv)
        self.prog_name = os.path.basename(self.argv[0])
        if self.prog_name == "__main__.py":
            self.prog_name = f"python -m {naming.root()}"
        self.settings_exception: Exception | None = None
        self.boot_exception: Exception | None = None

    def main_help_text(self, commands_only: bool = False) -> str:
        """The list of commands: by app, or bare names with `commands_only`."""
        commands = registry.get_commands()
        if commands_only:
            return "\n".join(sorted(commands))
        lines = [
            "",
            f"Type '{self.prog_name} help <subcommand>' for help on a specific subcommand.",
            "",
            "Available subcommands:",
        ]
        by_app: dict[str, list[str]] = defaultdict(list)
        for name, app_name in commands.items():
            own = app_name == naming.say("core")
            by_app[naming.root() if own else app_name.rpartition(".")[2]].append(name)
        style = color_style()
        for app_name in sorted(by_app):
            lines += ["", style.NOTICE(f"[{app_name}]")]
            # COMPAT: programs read bare names; a person is told what they are for.
            told = app_name == naming.root() and is_terminal(sys.stdout)
            lines += [_listed(name, told) for name in sorted(by_app[app_name])]
        if self.settings_exception is not None:
            note = (
                f"Note that only {naming.root().title()} core commands are listed "
                f"as settings are not properly configured (error: {self.settings_exception})."
            )
            lines.append(style.NOTICE(folded(sys.stdout, note)))
        return "\n".join(lines)

    def fetch_command(self, subcommand: str) -> BaseCommand:
        """The command `subcommand`; if unknown, say so with the nearest name and exit with 1."""
        commands = registry.get_commands()
        owner = commands.get(subcommand)
        if owner is None:
            if self.settings_exception is not None and settings_variable() in os.environ:
                # The command may well be an app's: the settings are what is wrong.
                raise self.settings_exception
            if not settings.configured:
                sys.stderr.write("No Django settings specified.\n")
            sys.stderr.write(f"Unknown command: {subcommand!r}")
            if near := difflib.get_close_matches(subcommand, commands):
                sys.stderr.write(f". Did you mean {near[0]}?")
            sys.stderr.write(f"\nType '{self.prog_name} help' for usage.\n")
            sys.exit(1)
        if isinstance(owner, BaseCommand):
            return owner
        command: BaseCommand = registry.load_command_class(owner, subcommand)
        return command

    def autocomplete(self) -> None:
        """Answer the shell and exit, if it is the shell that calls."""
        if "DJANGO_AUTO_COMPLETE" in os.environ:
            completion.answer(registry.get_commands(), self.fetch_command)

    def execute(self) -> None:
        """Boot, then run the subcommand; errors of booting end with one sentence and status 1."""
        try:
            try:
                self._execute()
            finally:
                if sys.stdout is not None:
                    sys.stdout.flush()
        except KeyboardInterrupt:
            if "--traceback" not in self.argv:
                sys.excepthook = _tell_interrupted
            raise
        except BrokenPipeError:
            if not _reader_left():
                raise
            sys.exit(_READER_LEFT)
        except Exception as error:
            if "--traceback" in self.argv or not self._explained(error):
                raise
            sys.exit(1)

    def _explained(self, error: Exception) -> bool:
        """Say in a sentence what is wrong, and what to do; False if only a traceback can."""
        fault = import_module("vivace.management.faults").Fault(
            error,
            subcommand=self.argv[1] if len(self.argv) > 1 else "help",
            variable=settings_variable(),
            of_boot=error is self.boot_exception,
        )
        sentence = fault.sentence()
        if sentence is None and not fault.is_of_loading():
            return False
        stderr = OutputWrapper(sys.stderr)
        if "--no-color" not in self.argv:
            stderr.style_func = color_style("--force-color" in self.argv).ERROR
        said = sentence or "the project cannot be loaded."
        stderr.write(folded(sys.stderr, f"Error: {said}"))
        if sentence is None:
            stderr.write(fault.way(), lambda text: text)
        return True

    def _execute(self) -> None:
        subcommand = self.argv[1] if len(self.argv) > 1 else "help"
        arguments = self._early_options()
        try:
            settings.INSTALLED_APPS  # noqa: B018
        except (ImproperlyConfigured, ImportError) as error:
            self.settings_exception = error
        except Exception as error:
            self.settings_exception = error
            if not self._waits_for_correction(subcommand):
                raise
        if settings.configured:
            self._boot(subcommand)
        elif self.settings_exception and self._waits_for_correction(subcommand):
            import_module("vivace.utils.autoreload").remember(self.settings_exception)
        self.autocomplete()
        if subcommand == "help":
            self._help(arguments)
        elif subcommand == "version" or self.argv[1:] == ["--version"]:
            sys.stdout.write(vivace.get_version() + "\n")
        elif self.argv[1:] in (["--help"], ["-h"]):
            sys.stdout.write(self.main_help_text() + "\n")
        else:
            self.fetch_command(subcommand).run_from_argv(self.argv)

    def _early_options(self) -> list[str]:
        """Apply the options that decide where settings and code are; the words that remain."""
        asked = any(each.startswith(("--settings", "--pythonpath")) for each in self.argv[2:])
        if not asked and self.argv[1:2] not in ([], ["help"]):
            # PERF: only for help do the words matter.
            return self.argv[2:]
        parser = CommandParser(
            prog=self.prog_name,
            usage="%(prog)s subcommand [options] [args]",
            add_help=False,
            allow_abbrev=False,
            formatter_class=DjangoHelpFormatter,
        )
        parser.add_argument("--settings")
        parser.add_argument("--pythonpath")
        parser.add_argument("args", nargs="*")
        try:
            options, _ = parser.parse_known_args(self.argv[2:])
        except CommandError:
            # What is wrong with them is for the command's own parser to say.
            return self.argv[2:]
        handle_default_options(options)
        words: list[str] = options.args
        return words

    def _help(self, arguments: list[str]) -> None:
        if "--commands" in self.argv:
            sys.stdout.write(self.main_help_text(commands_only=True) + "\n")
        elif not arguments:
            sys.stdout.write(self.main_help_text() + "\n")
        else:
            self.fetch_command(arguments[0]).print_help(self.prog_name, arguments[0])

    def _waits_for_correction(self, subcommand: str) -> bool:
        """Whether this is a development server that ran before the mistake was made."""
        if subcommand != "runserver" or "--noreload" in self.argv:
            return False
        waits: bool = import_module("vivace.utils.autoreload").is_watched_process()
        return waits

    def _boot(self, subcommand: str) -> None:
        """Set up the project; under the reloader an error waits for the next change instead."""
        if subcommand != "runserver" or "--noreload" in self.argv:
            try:
                vivace.setup()
            except Exception as error:
                self.boot_exception = error
                raise
            return
        # The reloader is work to import, and only this command wants it.
        autoreload = import_module("vivace.utils.autoreload")
        try:
            autoreload.check_errors(vivace.setup)()
        except Exception:
            # The reloader's child process shows the error again. Until the file is mended, the
            # command must come up without apps: with the framework's own runserver.
            apps.all_models = defaultdict(dict)
            apps.app_configs = {}
            apps.apps_ready = apps.models_ready = apps.ready = True
            own = registry.load_command_class(naming.say("core"), "runserver")
            _, unknown = own.create_parser("", "runserver").parse_known_args(self.argv[2:])
            for word in unknown:
                self.argv.remove(word)


def _tell_interrupted(*error: object) -> None:
    """What takes the place of a traceback when CONTROL-C ended a command, as shells must see it."""
    sys.stderr.write("\nInterrupted.\n")


def _reader_left() -> bool:
    """Whether who read the output has read enough of it, as ``head`` does."""
    try:
        output = sys.stdout.fileno()
        poll = select.poll()
    except (AttributeError, OSError):
        return False
    poll.register(output, 0)
    if not any(event & select.POLLERR for _, event in poll.poll(0)):
        return False
    # Python will write what is left once more when it ends.
    os.dup2(os.open(os.devnull, os.O_WRONLY), output)
    return True


def _listed(name: str, told: bool) -> str:
    return f"    {name:18}{summaries.SUMMARIES.get(name, '')}".rstrip() if told else f"    {name}"
