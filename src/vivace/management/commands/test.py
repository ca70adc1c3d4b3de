"""``test``: find and run the project's tests."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from contextlib import nullcontext
from importlib import import_module
from typing import Any

from vivace.conf import settings
from vivace.management.base import BaseCommand
from vivace.management.exceptions import CommandError
from vivace.management.utils import get_command_line_option, source_directory


def _test_utils() -> Any:
    # The test tools stand above all rooms: they are looked up when tests run, and never before.
    return import_module("vivace.test.utils")


class Command(BaseCommand):
    """Run tests with the runner that TEST_RUNNER or ``--testrunner`` names."""

    help = "Discover and run tests in the specified modules or the current directory."
    # The runner checks once the test databases are there.
    requires_system_checks = []
    test_runner: str | None = None

    def run_from_argv(self, argv: Sequence[str]) -> None:
        # Which options there are is for the runner to say, so it must be known before them.
        self.test_runner = get_command_line_option(argv, "--testrunner")
        super().run_from_argv(argv)

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument(
            "args",
            metavar="test_label",
            nargs="*",
            help="What to run: modulename, modulename.TestCase, modulename.TestCase.test_method, "
            "or a directory.",
        )
        parser.add_argument(
            "--noinput",
            "--no-input",
            action="store_false",
            dest="interactive",
            help="Don't ask for anything.",
        )
        parser.add_argument(
            "--testrunner", help="The runner to use instead of the one TEST_RUNNER names."
        )
        runner_class = _test_utils().get_runner(settings, self.test_runner)
        if hasattr(runner_class, "add_arguments"):
            runner_class.add_arguments(parser)

    def handle(self, *test_labels: str, **options: Any) -> None:
        if options.get("parallel") == "auto":
            options["parallel"] = import_module("vivace.test.parallel").get_max_test_processes()
        if not test_labels and (source := source_directory()):
            # It is no package: the search from here would not enter it.
            test_labels = (os.curdir, source)
        runner = self._runner(options)
        keeper = _test_utils().TimeKeeper() if options.get("timing") else None
        with keeper.timed("Total run") if keeper else nullcontext():
            failures = runner.run_tests(test_labels)
        if keeper:
            keeper.print_results()
        if failures:
            sys.exit(1)

    def _runner(self, options: dict[str, Any]) -> Any:
        runner_class = _test_utils().get_runner(settings, options["testrunner"])
        try:
            return runner_class(**options)
        except ValueError as error:
            # COMPAT: who calls the command from a program expects the runner's own error.
            if self._called_from_command_line:
                raise CommandError(str(error)) from error
            raise
