"""The test runner of ``manage.py test``: discovery, ordering, processes, output.

See the documentation's "Advanced testing topics", "Defining a test runner".
"""

from __future__ import annotations

import argparse
import faulthandler
import logging
import os
import unittest
from collections.abc import Generator, Iterable
from contextlib import contextmanager
from importlib import import_module
from typing import Any, ClassVar

from vivace.core.management import call_command
from vivace.db import connections
from vivace.test.debugging import DebugSQLTextTestResult, PDBDebugResult
from vivace.test.ordering import (
    Shuffler,
    filter_tests_by_tags,
    partition_suite_by_case,
    reorder_test_bin,
    reorder_tests,
    shuffle_tests,
    test_match_tags,
)
from vivace.test.parallel import (
    ParallelTestSuite,
    RemoteTestResult,
    RemoteTestRunner,
    get_max_test_processes,
)
from vivace.test.testcases import SimpleTestCase, TestCase
from vivace.test.utils import (
    NullTimeKeeper,
    TimeKeeper,
    iter_test_cases,
    setup_databases,
    setup_test_environment,
    teardown_databases,
    teardown_test_environment,
)

__all__ = [
    "DebugSQLTextTestResult",
    "DiscoverRunner",
    "PDBDebugResult",
    "ParallelTestSuite",
    "RemoteTestResult",
    "RemoteTestRunner",
    "Shuffler",
    "filter_tests_by_tags",
    "find_top_level",
    "get_max_test_processes",
    "parallel_type",
    "partition_suite_by_case",
    "reorder_test_bin",
    "reorder_tests",
    "shuffle_tests",
    "test_match_tags",
    "try_importing",
]


def parallel_type(value: str) -> str | int:
    """The argument of ``--parallel``: a number, or ``auto``."""
    if value == "auto":
        return value
    try:
        return int(value)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{value!r} is not an integer or the string 'auto'")


def try_importing(label: str) -> tuple[bool, bool]:
    """Whether `label` is importable, and whether it is a package."""
    try:
        module = import_module(label)
    except (ImportError, TypeError):
        return False, False
    return True, hasattr(module, "__path__")


def find_top_level(top_level: str) -> str:
    """The nearest directory above `top_level` that is not a package."""
    while os.path.exists(os.path.join(top_level, "__init__.py")):
        parent = os.path.dirname(top_level)
        if parent == top_level:
            break
        top_level = parent
    return top_level


class DiscoverRunner:
    """Finds tests with `unittest`'s discovery and runs them."""

    test_suite: ClassVar[Any] = unittest.TestSuite
    parallel_test_suite: ClassVar[Any] = ParallelTestSuite
    test_runner: ClassVar[Any] = unittest.TextTestRunner
    test_loader: Any = unittest.defaultTestLoader
    # The order of classes of tests; all others come last.
    reorder_by: ClassVar[tuple[type, ...]] = (TestCase, SimpleTestCase)

    def __init__(
        self,
        pattern: str | None = None,
        top_level: str | None = None,
        verbosity: int = 1,
        interactive: bool = True,
        failfast: bool = False,
        keepdb: bool = False,
        reverse: bool = False,
        debug_mode: bool = False,
        debug_sql: bool = False,
        parallel: int = 0,
        tags: Iterable[str] | None = None,
        exclude_tags: Iterable[str] | None = None,
        test_name_patterns: Iterable[str] | None = None,
        pdb: bool = False,
        buffer: bool = False,
        enable_faulthandler: bool = True,
        timing: bool = False,
        shuffle: int | bool | None = False,
        logger: logging.Logger | None = None,
        durations: int | None = None,
        **kwargs: Any,
    ) -> None:
        self.pattern = pattern
        self.top_level = top_level
        self.verbosity = verbosity
        self.interactive = interactive
        self.failfast = failfast
        self.keepdb = keepdb
        self.reverse = reverse
        self.debug_mode = debug_mode
        self.debug_sql = debug_sql
        self.parallel = parallel
        self.tags = set(tags or [])
        self.exclude_tags = set(exclude_tags or [])
        if not faulthandler.is_enabled() and enable_faulthandler:
            # The descriptor itself: sys.stderr may be a stream that has none.
            faulthandler.enable(file=2)
        self.pdb = pdb
        if self.pdb and self.parallel > 1:
            raise ValueError(
                "You cannot use --pdb with parallel tests; pass --parallel=1 to use it."
            )
        self.buffer = buffer
        self.test_name_patterns: set[str] | None = None
        self.time_keeper = TimeKeeper() if timing else NullTimeKeeper()
        if test_name_patterns:
            # Without a wildcard a pattern is looked for anywhere in the name, as unittest does.
            self.test_name_patterns = {
                pattern if "*" in pattern else f"*{pattern}*" for pattern in test_name_patterns
            }
        self.shuffle = shuffle
        self._shuffler: Shuffler | None = None
        self.logger = logger
        self.durations = durations

    @classmethod
    def add_arguments(cls, parser: argparse.ArgumentParser) -> None:
        """Add the runner's options to the ``test`` command's parser."""
        add = parser.add_argument
        on: dict[str, Any] = {"action": "store_true"}
        add("--failfast", help="Stop at the first error or failure.", **on)
        add("-t", "--top-level-directory", dest="top_level", help="Where imports start from.")
        add("-p", "--pattern", default="test*.py", help="Files to look in. Default: test*.py.")
        add("--keepdb", help="Keep the test databases between runs.", **on)
        add(
            "--shuffle",
            nargs="?",
            default=False,
            type=int,
            metavar="SEED",
            help="Run test classes, and tests in them, in random order.",
        )
        add("-r", "--reverse", help="Run test classes and tests in reverse order.", **on)
        add("--debug-mode", help="Run with DEBUG = True.", **on)
        add("-d", "--debug-sql", help="Print the queries of tests that fail.", **on)
        add(
            "--parallel",
            nargs="?",
            const="auto",
            default=0,
            type=parallel_type,
            metavar="N",
            help="Run in N processes; auto: as many as there are processors.",
        )
        add("--tag", action="append", dest="tags", help="Run only tests with this tag.")
        add("--exclude-tag", action="append", dest="exclude_tags", help="Leave out this tag.")
        add("--pdb", help="Open the debugger at each error or failure.", **on)
        add("-b", "--buffer", help="Discard the output of tests that pass.", **on)
        add(
            "--no-faulthandler",
            action="store_false",
            dest="enable_faulthandler",
            help="Do not print Python's stacks when the process crashes.",
        )
        add("--timing", help="Print how long setting up and tearing down took.", **on)
        add(
            "-k",
            action="append",
            dest="test_name_patterns",
            help="Run only tests whose name has this text, or matches this pattern.",
        )
        # unittest measures durations since Python 3.12.
        if hasattr(unittest.TestResult, "addDuration"):
            add(
                "--durations",
                dest="durations",
                type=int,
                default=None,
                metavar="N",
                help="Show the N slowest tests; 0: all.",
            )

    @property
    def shuffle_seed(self) -> int | None:
        return None if self._shuffler is None else self._shuffler.seed

    def log(self, msg: str, level: int | None = None) -> None:
        """Tell `msg`: to the logger, or else printed, unless verbosity is too low."""
        if self.logger is not None:
            self.logger.log(logging.INFO if level is None else level, msg)
            return
        if self.verbosity <= 0 or (self.verbosity == 1 and level == logging.DEBUG):
            return
        print(msg)  # noqa: T201

    def setup_test_environment(self, **kwargs: Any) -> None:
        setup_test_environment(debug=self.debug_mode)
        unittest.installHandler()

    def setup_shuffler(self) -> None:
        if self.shuffle is False:
            return
        self._shuffler = Shuffler(seed=self.shuffle)
        self.log(f"Using shuffle seed: {self._shuffler.seed_display}")

    @contextmanager
    def load_with_patterns(self) -> Generator[None, None, None]:
        """Let the loader take only the tests that ``-k`` names."""
        original = self.test_loader.testNamePatterns
        self.test_loader.testNamePatterns = self.test_name_patterns
        try:
            yield
        finally:
            self.test_loader.testNamePatterns = original

    def load_tests_for_label(self, label: str, discover_kwargs: dict[str, str]) -> Any:
        """The tests of a label: a dotted name or a directory."""
        label_as_path = os.path.abspath(label)
        tests: Any = None
        if not os.path.exists(label_as_path):
            with self.load_with_patterns():
                tests = self.test_loader.loadTestsFromName(label)
            if tests.countTestCases():
                return tests
        # Nothing in the module itself: the label may be a package to look through.
        is_importable, is_package = try_importing(label)
        if is_importable:
            if not is_package:
                return tests
        elif not os.path.isdir(label_as_path):
            if os.path.exists(label_as_path):
                assert tests is None
                raise RuntimeError(
                    f"One of the test labels is a path to a file: {label!r}, which is not "
                    "supported. Use a dotted module name or path to a directory instead."
                )
            return tests
        kwargs = discover_kwargs.copy()
        if os.path.isdir(label_as_path) and not self.top_level:
            kwargs["top_level_dir"] = find_top_level(label_as_path)
        with self.load_with_patterns():
            tests = self.test_loader.discover(start_dir=label, **kwargs)
        # Loaders remember the first top level; the next label may have another.
        self.test_loader._top_level_dir = None
        return tests

    def build_suite(self, test_labels: Any = None, **kwargs: Any) -> Any:
        """The suite of the tests that the labels name, ordered, ready to run."""
        discover_kwargs: dict[str, str] = {}
        if self.pattern is not None:
            discover_kwargs["pattern"] = self.pattern
        if self.top_level is not None:
            discover_kwargs["top_level_dir"] = self.top_level
        self.setup_shuffler()
        all_tests: list[unittest.TestCase] = []
        for label in test_labels or ["."]:
            all_tests.extend(iter_test_cases(self.load_tests_for_label(label, discover_kwargs)))
        if self.tags or self.exclude_tags:
            if self.tags:
                self.log(f"Including test tag(s): {', '.join(sorted(self.tags))}.", logging.DEBUG)
            if self.exclude_tags:
                self.log(
                    f"Excluding test tag(s): {', '.join(sorted(self.exclude_tags))}.",
                    logging.DEBUG,
                )
            all_tests = list(filter_tests_by_tags(all_tests, self.tags, self.exclude_tags))
        # What cannot be loaded is told first.
        failed = [test for test in all_tests if type(test).__name__ == "_FailedTest"]
        loaded = [test for test in all_tests if type(test).__name__ != "_FailedTest"]
        ordered = [*failed, *reorder_tests(loaded, self.reorder_by, self.reverse, self._shuffler)]
        self.log(f"Found {len(ordered)} test(s).")
        suite = self.test_suite(ordered)
        if self.parallel > 1:
            subsuites = partition_suite_by_case(suite)
            processes = min(self.parallel, len(subsuites))
            # One process has nothing to run beside.
            self.parallel = processes
            if processes > 1:
                suite = self.parallel_test_suite(
                    subsuites, processes, self.failfast, self.debug_mode, self.buffer
                )
        return suite

    def setup_databases(self, **kwargs: Any) -> list[Any]:
        """Create the test databases; answers what `teardown_databases` needs."""
        return setup_databases(
            self.verbosity,
            self.interactive,
            time_keeper=self.time_keeper,
            keepdb=self.keepdb,
            debug_sql=self.debug_sql,
            parallel=self.parallel,
            **kwargs,
        )

    def get_resultclass(self) -> Any:
        if self.debug_sql:
            return DebugSQLTextTestResult
        return PDBDebugResult if self.pdb else None

    def get_test_runner_kwargs(self) -> dict[str, Any]:
        """The arguments with which `test_runner` is made."""
        kwargs: dict[str, Any] = {
            "failfast": self.failfast,
            "resultclass": self.get_resultclass(),
            "verbosity": self.verbosity,
            "buffer": self.buffer,
        }
        if hasattr(unittest.TestResult, "addDuration"):
            kwargs["durations"] = self.durations
        return kwargs

    def run_checks(self, databases: Any) -> None:
        """Run the system checks; they may raise SystemCheckError."""
        call_command("check", verbosity=self.verbosity, databases=databases)

    def run_suite(self, suite: Any, **kwargs: Any) -> Any:
        runner = self.test_runner(**self.get_test_runner_kwargs())
        try:
            return runner.run(suite)
        finally:
            if self._shuffler is not None:
                self.log(f"Used shuffle seed: {self._shuffler.seed_display}")

    def teardown_databases(self, old_config: Any, **kwargs: Any) -> None:
        """Destroy what `setup_databases` created."""
        teardown_databases(
            old_config, verbosity=self.verbosity, parallel=self.parallel, keepdb=self.keepdb
        )

    def teardown_test_environment(self, **kwargs: Any) -> None:
        unittest.removeHandler()
        teardown_test_environment()

    def suite_result(self, suite: Any, result: Any, **kwargs: Any) -> int:
        """How many tests failed: the command's exit status says whether it is none."""
        return len(result.failures) + len(result.errors) + len(result.unexpectedSuccesses)

    def get_databases(self, suite: Any) -> dict[str, bool]:
        """The aliases that the tests use, and whether they need the databases' serialized rows."""
        databases: dict[str, bool] = {}
        for test in iter_test_cases(suite):
            for alias in getattr(test, "databases", None) or ():
                serialized = getattr(test, "serialized_rollback", False)
                databases[alias] = databases.get(alias, False) or serialized
        if unused := [alias for alias in connections if alias not in databases]:
            names = ", ".join(sorted(unused))
            self.log(f"Skipping setup of unused database(s): {names}.", level=logging.DEBUG)
        return databases

    def run_tests(self, test_labels: Any, **kwargs: Any) -> int:
        """Find and run the tests that the labels name; answers how many failed.

        Labels are dotted names of packages, modules, classes or methods, or directories.
        """
        self.setup_test_environment()
        suite = self.build_suite(test_labels)
        databases = self.get_databases(suite)
        suite.used_aliases = set(databases)
        with self.time_keeper.timed("Total database setup"):
            old_config = self.setup_databases(
                aliases=databases,
                serialized_aliases={alias for alias, rows in databases.items() if rows},
            )
        run_failed = False
        try:
            self.run_checks(databases)
            result = self.run_suite(suite)
        except Exception:
            run_failed = True
            raise
        finally:
            try:
                with self.time_keeper.timed("Total database teardown"):
                    self.teardown_databases(old_config)
                self.teardown_test_environment()
            except Exception:
                # The first exception tells more than one of clearing up after it.
                if not run_failed:
                    raise
        self.time_keeper.print_results()
        return self.suite_result(suite, result)
