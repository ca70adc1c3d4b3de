"""What a management command is: `BaseCommand`, and its two common shapes.

See the documentation page "How to create custom ``django-admin`` commands".
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from functools import wraps
from typing import Any, ClassVar, TypeVar

import vivace
from vivace import checks, conf
from vivace.apps import apps
from vivace.conf import ALIAS_VARIABLE, HOME_VARIABLE
from vivace.core.exceptions import ImproperlyConfigured
from vivace.management.color import Style, color_style, no_style
from vivace.management.exceptions import CommandError, SystemCheckError
from vivace.management.output import OutputWrapper
from vivace.management.parser import CommandParser, base_parser
from vivace.management.report import Report
from vivace.management.terminal import folded
from vivace.utils import translation
from vivace.utils.lasting import end_at_once
from vivace.utils.naming import HOME, published, root

ALL_CHECKS = "__all__"
# Sets the lines of a check's message off from the next message.
_HANG = "    "

F = TypeVar("F", bound=Callable[..., Any])


def _close_connections() -> None:
    """Close the connections to databases, if there are any, before the process ends."""
    # PERF: a command that needs no database has not imported what would know of them.
    database = sys.modules.get(f"{HOME}.db")
    # Where the settings could not be read there is nothing to close.
    if database is not None and conf.settings.configured:
        with suppress(ImproperlyConfigured):
            database.connections.close_all()


def handle_default_options(options: Any) -> None:
    """Apply ``--settings`` and ``--pythonpath`` before anything reads the settings."""
    if options.settings:
        os.environ[ALIAS_VARIABLE] = options.settings
        if root() == HOME or HOME_VARIABLE in os.environ:
            os.environ[HOME_VARIABLE] = options.settings
    if options.pythonpath:
        sys.path.insert(0, options.pythonpath)


def no_translations(handle_func: F) -> F:
    """Run a ``handle()`` with translations deactivated, and restore the language afterwards."""

    @wraps(handle_func)
    def wrapper(*args: Any, **kwargs: Any) -> Any:
        saved = translation.get_language()
        translation.deactivate_all()
        try:
            return handle_func(*args, **kwargs)
        finally:
            if saved is not None:
                translation.activate(saved)

    return wrapper  # type: ignore[return-value]


@published("core.management.base.BaseCommand")
class BaseCommand:
    """The base of every management command; subclasses write `handle`, often `add_arguments`.

    `handle` may return a string, which is then written to stdout.
    """

    help: str = ""
    missing_args_message: str | None

    _called_from_command_line = False
    output_transaction = False
    requires_migrations_checks = False
    requires_system_checks: Any = ALL_CHECKS
    base_stealth_options: ClassVar[tuple[str, ...]] = ("stderr", "stdout")
    stealth_options: ClassVar[tuple[str, ...]] = ()
    suppressed_base_arguments: ClassVar[set[str]] = set()
    # Whether nothing has to be written or closed when the command is done. PERF: see `end_at_once`.
    leaves_nothing = False

    style: Style

    def __init__(
        self,
        stdout: Any = None,
        stderr: Any = None,
        no_color: bool = False,
        force_color: bool = False,
    ) -> None:
        self.stdout = OutputWrapper(stdout or sys.stdout)
        self.stderr = OutputWrapper(stderr or sys.stderr)
        if no_color and force_color:
            raise CommandError("'no_color' and 'force_color' can't be used together.")
        if no_color:
            self.style = no_style()
        else:
            self.style = color_style(force_color)
            self.stderr.style_func = self.style.ERROR
        if self.requires_system_checks != ALL_CHECKS and not isinstance(
            self.requires_system_checks, list | tuple
        ):
            raise TypeError("requires_system_checks must be a list or tuple.")

    def get_version(self) -> str:
        """What ``--version`` prints: the framework's version, unless a command says its own."""
        return vivace.get_version()

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        """The parser for this command's arguments; `kwargs` go to `CommandParser`."""
        kwargs.setdefault("missing_args_message", getattr(self, "missing_args_message", None))
        kwargs.setdefault("called_from_command_line", self._called_from_command_line)
        parser = base_parser(prog_name, subcommand, description=self.help or None, **kwargs)
        self._add_base_arguments(parser)
        self.add_arguments(parser)
        return parser

    def _add_base_arguments(self, parser: CommandParser) -> None:
        add = self.add_base_argument
        add(
            parser,
            "--version",
            action="version",
            version=self.get_version(),
            help="Show program's version number and exit.",
        )
        add(
            parser,
            *("-v", "--verbosity"),
            default=1,
            type=int,
            choices=[0, 1, 2, 3],
            help="How much to say: 0 nothing, 1 the normal amount (default), 2 more, 3 everything.",
        )
        add(
            parser,
            "--settings",
            help='The settings module as a dotted path, e.g. "mysite.settings". Without it, the '
            f"environment variable {conf.ENVIRONMENT_VARIABLE} names it.",
        )
        add(
            parser,
            "--pythonpath",
            help='A directory to put on the import path, e.g. "/home/me/mysite".',
        )
        add(
            parser, "--traceback", action="store_true", help="Show the traceback of a CommandError."
        )
        add(parser, "--no-color", action="store_true", help="Don't colorize the command output.")
        add(
            parser,
            "--force-color",
            action="store_true",
            help="Force colorization of the command output.",
        )
        if self.requires_system_checks:
            # COMPAT: of all the commands' own, it alone cannot be kept out of the help.
            parser.add_argument("--skip-checks", action="store_true", help="Skip system checks.")

    def add_arguments(self, parser: Any) -> None:
        """Where a command declares its own arguments."""

    def add_base_argument(self, parser: Any, *args: str, **kwargs: Any) -> None:
        """Add an argument all commands have, hidden from help if the command suppresses it."""
        if not self.suppressed_base_arguments.isdisjoint(args):
            kwargs["help"] = argparse.SUPPRESS
        parser.add_argument(*args, **kwargs)

    def print_help(self, prog_name: str, subcommand: str) -> None:
        """Print the command's help to stdout."""
        self.create_parser(prog_name, subcommand).print_help()

    def run_from_argv(self, argv: Sequence[str]) -> None:
        """Run as the command line asks; a `CommandError` becomes a message and an exit status."""
        self._called_from_command_line = True
        options = self.create_parser(argv[0], argv[1]).parse_args(argv[2:])
        arguments = vars(options)
        args = arguments.pop("args", ())
        handle_default_options(options)
        try:
            self.execute(*args, **arguments)
        except CommandError as error:
            if options.traceback:
                raise
            if isinstance(error, SystemCheckError):
                self.stderr.write(folded(self.stderr, str(error), _HANG), lambda text: text)
            else:
                self.stderr.write(folded(self.stderr, f"{type(error).__name__}: {error}"))
            sys.exit(error.returncode)
        finally:
            _close_connections()
            # Said of this class only: a command that extends it may leave more.
            end_at_once(vars(type(self)).get("leaves_nothing", False))

    def execute(self, *args: Any, **options: Any) -> Any:
        """Set up output and style, run the system checks that are wanted, then `handle`."""
        if options["force_color"] and options["no_color"]:
            raise CommandError("The --no-color and --force-color options can't be used together.")
        if options["force_color"]:
            self.style = color_style(force_color=True)
            self.stderr.style_func = self.style.ERROR
        elif options["no_color"]:
            self.style = no_style()
            self.stderr.style_func = None
        if options.get("stdout"):
            self.stdout = OutputWrapper(options["stdout"])
        if options.get("stderr"):
            self.stderr = OutputWrapper(options["stderr"])
        if self.requires_system_checks and not options["skip_checks"]:
            self.check(**self.get_check_kwargs(options))
        if self.requires_migrations_checks:
            self.check_migrations()
        output = self.handle(*args, **options)
        if output:
            if self.output_transaction:
                keyword = self.style.SQL_KEYWORD
                output = f"{keyword('BEGIN;')}\n{output}\n{keyword('COMMIT;')}"
            self.stdout.write(output)
        return output

    def get_check_kwargs(self, options: dict[str, Any]) -> dict[str, Any]:
        """The arguments for `check` that ``requires_system_checks`` and `options` come to."""
        if self.requires_system_checks == ALL_CHECKS:
            return {}
        return {"tags": self.requires_system_checks}

    def check(
        self,
        app_configs: Iterable[Any] | None = None,
        tags: Iterable[str] | None = None,
        display_num_errors: bool = False,
        include_deployment_checks: bool = False,
        fail_level: int = checks.ERROR,
        databases: Iterable[str] | None = None,
    ) -> None:
        """Run the system checks and report.

        Messages of at least `fail_level` raise `SystemCheckError`, lighter ones go to stderr. With
        `display_num_errors` the report ends with their number, and that there is none is said too.
        """
        messages = checks.run_checks(
            app_configs=app_configs,
            tags=tags,
            include_deployment_checks=include_deployment_checks,
            databases=databases,
        )
        report = Report(messages, self.style, counted=display_num_errors)
        if report.fails_at(fail_level):
            raise SystemCheckError(report.as_error())
        text = report.as_text()
        if report.shown:
            self.stderr.write(folded(self.stderr, text, _HANG), lambda text: text)
        elif text:
            self.stdout.write(text)

    def check_migrations(self) -> None:
        """Warn about unapplied migrations; without migrations in the project there are none."""

    def handle(self, *args: Any, **options: Any) -> Any:
        """What the command does."""
        raise NotImplementedError("subclasses of BaseCommand must provide a handle() method")


@published("core.management.base.AppCommand")
class AppCommand(BaseCommand):
    """A command that does something for each of the named apps, in `handle_app_config`."""

    missing_args_message = "Enter at least one application label."

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument(
            "args", metavar="app_label", nargs="+", help="The label of an installed app."
        )

    def handle(self, *app_labels: str, **options: Any) -> str:
        try:
            app_configs = [apps.get_app_config(label) for label in app_labels]
        except (LookupError, ImportError) as error:
            raise CommandError(
                f"{error}. Are you sure your INSTALLED_APPS setting is correct?"
            ) from error
        results = (self.handle_app_config(config, **options) for config in app_configs)
        return "\n".join(result for result in results if result)

    def handle_app_config(self, app_config: Any, **options: Any) -> str | None:
        """What the command does for one `AppConfig`; a returned string is printed."""
        raise NotImplementedError(
            "Subclasses of AppCommand must provide a handle_app_config() method."
        )


@published("core.management.base.LabelCommand")
class LabelCommand(BaseCommand):
    """A command that does something for each of its arguments, in `handle_label`."""

    label = "label"
    missing_args_message = "Enter at least one %s."

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.missing_args_message == LabelCommand.missing_args_message:
            self.missing_args_message = LabelCommand.missing_args_message % self.label

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("args", metavar=self.label, nargs="+")

    def handle(self, *labels: str, **options: Any) -> str:
        results = (self.handle_label(label, **options) for label in labels)
        return "\n".join(result for result in results if result)

    def handle_label(self, label: str, **options: Any) -> str | None:
        """What the command does for one argument; a returned string is printed."""
        raise NotImplementedError("subclasses of LabelCommand must provide a handle_label() method")
