"""Run test classes in several processes (``--parallel``).

Each worker runs whole classes and reports every event; the parent replays the events on its own
result, in whatever order they come. Exceptions cross as text, since tracebacks cannot be pickled.
"""

from __future__ import annotations

import ctypes
import multiprocessing
import os
import pickle
import unittest
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import vivace
from vivace.db import connections
from vivace.test.utils import setup_test_environment
from vivace.utils.naming import say

Event = tuple[Any, ...]


class RemoteTestResult(unittest.TestResult):
    """Records what happened to the tests of one suite as events that can be pickled."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.events: list[Event] = []

    @property
    def test_index(self) -> int:
        return self.testsRun - 1

    def startTestRun(self) -> None:
        super().startTestRun()
        self.events.append(("startTestRun",))

    def stopTestRun(self) -> None:
        super().stopTestRun()
        self.events.append(("stopTestRun",))

    def startTest(self, test: unittest.TestCase) -> None:
        super().startTest(test)
        self.events.append(("startTest", self.test_index))

    def stopTest(self, test: unittest.TestCase) -> None:
        super().stopTest(test)
        self.events.append(("stopTest", self.test_index))

    def addDuration(self, test: unittest.TestCase, elapsed: float) -> None:
        self.events.append(("addDuration", self.test_index, elapsed))

    def addSuccess(self, test: unittest.TestCase) -> None:
        super().addSuccess(test)
        self.events.append(("addSuccess", self.test_index))

    def addSkip(self, test: unittest.TestCase, reason: str) -> None:
        super().addSkip(test, reason)
        self.events.append(("addSkip", self.test_index, reason))

    def addUnexpectedSuccess(self, test: unittest.TestCase) -> None:
        super().addUnexpectedSuccess(test)
        self.events.append(("addUnexpectedSuccess", self.test_index))

    def addExpectedFailure(self, test: Any, err: Any) -> None:
        super().addExpectedFailure(test, err)
        text = self._exc_info_to_string(err, test)  # type: ignore[attr-defined]
        self.events.append(("addExpectedFailure", self.test_index, text))

    def addError(self, test: Any, err: Any) -> None:
        super().addError(test, err)
        text = self._exc_info_to_string(err, test)  # type: ignore[attr-defined]
        if isinstance(test, unittest.TestCase):
            self.events.append(("addError", self.test_index, text))
        else:
            # What stands for a failed setUpClass is no test of the suite.
            self.events.append(("addClassError", str(test), text))

    def addFailure(self, test: Any, err: Any) -> None:
        super().addFailure(test, err)
        text = self._exc_info_to_string(err, test)  # type: ignore[attr-defined]
        self.events.append(("addFailure", self.test_index, text))

    def addSubTest(self, test: Any, subtest: Any, err: Any) -> None:
        super().addSubTest(test, subtest, err)
        if err is None:
            return
        text = self._exc_info_to_string(err, test)  # type: ignore[attr-defined]
        kind = "failures" if issubclass(err[0], test.failureException) else "errors"
        self.events.append(("addSubTest", self.test_index, str(subtest), kind, text))


class RemoteTestRunner:
    """Runs a suite in a worker, into a `RemoteTestResult`."""

    resultclass: type[RemoteTestResult] = RemoteTestResult

    def __init__(
        self,
        failfast: bool = False,
        resultclass: type[RemoteTestResult] | None = None,
        buffer: bool = False,
    ) -> None:
        self.failfast = failfast
        self.buffer = buffer
        if resultclass is not None:
            self.resultclass = resultclass

    def run(self, test: Any) -> RemoteTestResult:
        result = self.resultclass()
        unittest.registerResult(result)
        result.failfast = self.failfast
        result.buffer = self.buffer
        test(result)
        return result


class ErrorStandIn:
    """Names what is no test: a failed ``setUpClass``, or a subtest, by its text."""

    failureException = AssertionError

    def __init__(self, text: str) -> None:
        self.text = text

    def id(self) -> str:
        return self.text

    def shortDescription(self) -> None:
        return None

    def __str__(self) -> str:
        return self.text


def get_max_test_processes() -> int:
    """How many processes ``--parallel=auto`` means: ``DJANGO_TEST_PROCESSES``, or the processors.

    1 where processes can neither be forked nor spawned.
    """
    if multiprocessing.get_start_method() not in {"fork", "spawn", "forkserver"}:
        return 1
    variable = f"{say('').rstrip('.').upper()}_TEST_PROCESSES"
    given = os.environ.get(variable) or os.environ.get("DJANGO_TEST_PROCESSES")
    return int(given) if given else multiprocessing.cpu_count()


# The number of this worker process, from 1; 0 in the process that began the others.
_worker_id = 0


def _init_worker(
    counter: Any,
    initial_settings: dict[str, Any] | None = None,
    serialized_contents: dict[str, str] | None = None,
    process_setup: Callable[..., None] | None = None,
    process_setup_args: tuple[Any, ...] | None = None,
    debug_mode: bool | None = None,
    used_aliases: Iterable[str] | None = None,
) -> None:
    """Make a worker process ready: with a copy of the test databases that is its own.

    A spawned one must load the project first.
    """
    global _worker_id
    with counter.get_lock():
        counter.value += 1
        _worker_id = counter.value
    forked = multiprocessing.get_start_method() == "fork"
    if not forked:
        if process_setup is not None:
            process_setup(*(process_setup_args or ()))
        vivace.setup()
        setup_test_environment(debug=debug_mode)
    for alias in used_aliases or ():
        connection = connections[alias]
        if not forked:
            # The settings of the test database, not those of the project.
            if initial_settings:
                connection.settings_dict.update(initial_settings[alias])
            if serialized_contents and alias in serialized_contents:
                connection._test_serialized_contents = serialized_contents[alias]
        connection.creation.setup_worker_connection(_worker_id)


def _process_setup_stub(*args: Any) -> None:
    """The `process_setup` of projects that need none."""


def _run_subsuite(args: tuple[Any, ...]) -> tuple[int, list[Event]]:
    """Run one suite in a worker; answers its number and its events."""
    runner_class, subsuite_index, subsuite, failfast, buffer = args
    result = runner_class(failfast=failfast, buffer=buffer).run(subsuite)
    return subsuite_index, result.events


class ParallelTestSuite(unittest.TestSuite):
    """Runs each of `subsuites` in one of several worker processes."""

    init_worker = staticmethod(_init_worker)
    run_subsuite = staticmethod(_run_subsuite)
    process_setup = staticmethod(_process_setup_stub)
    process_setup_args: tuple[Any, ...] = ()
    runner_class: type[RemoteTestRunner] = RemoteTestRunner

    def __init__(
        self,
        subsuites: list[unittest.TestSuite],
        processes: int,
        failfast: bool = False,
        debug_mode: bool = False,
        buffer: bool = False,
    ) -> None:
        self.subsuites = subsuites
        self.processes = processes
        self.failfast = failfast
        self.debug_mode = debug_mode
        self.buffer = buffer
        # What the workers must know of the databases, see `initialize_suite`.
        self.initial_settings: dict[str, Any] | None = None
        self.serialized_contents: dict[str, str] | None = None
        self.used_aliases: set[str] = set()
        super().__init__()

    def run(self, result: unittest.TestResult) -> unittest.TestResult:  # type: ignore[override]
        """Run all, and let `result` see each event as if the test had run here."""
        self.initialize_suite()
        arguments = [
            (self.runner_class, index, subsuite, self.failfast, self.buffer)
            for index, subsuite in enumerate(self.subsuites)
        ]
        for _, _, subsuite, *_ in arguments:
            confirm_picklable(subsuite)
        initargs = (
            multiprocessing.Value(ctypes.c_int, 0),
            self.initial_settings,
            self.serialized_contents,
            self.process_setup,
            self.process_setup_args,
            self.debug_mode,
            self.used_aliases,
        )
        with multiprocessing.Pool(self.processes, self.init_worker, initargs) as pool:
            for index, events in pool.imap_unordered(self.run_subsuite, arguments):
                tests = list(self.subsuites[index])
                for event in events:
                    self.handle_event(result, tests, event)
                if result.shouldStop:
                    pool.terminate()
                    break
        return result

    def initialize_suite(self) -> None:
        """Collect what processes that do not begin with a copy of this one must be told."""
        if multiprocessing.get_start_method() == "fork":
            return
        used = [connections[alias] for alias in self.used_aliases]
        self.initial_settings = {conn.alias: dict(conn.settings_dict) for conn in used}
        self.serialized_contents = {
            conn.alias: conn._test_serialized_contents
            for conn in used
            if hasattr(conn, "_test_serialized_contents")
        }

    def handle_event(self, result: Any, tests: list[Any], event: Event) -> None:
        """Replay one event of a worker on `result`."""
        name, *arguments = event
        if name in ("startTestRun", "stopTestRun"):
            return
        if name == "addClassError":
            record(result, "errors", ErrorStandIn(arguments[0]), arguments[1])
            return
        test, rest = tests[arguments[0]], arguments[1:]
        if name == "addError":
            record(result, "errors", test, rest[0])
        elif name == "addFailure":
            record(result, "failures", test, rest[0])
        elif name == "addSubTest":
            record(result, rest[1], ErrorStandIn(rest[0]), rest[2])
        elif name == "addExpectedFailure":
            result.expectedFailures.append((test, rest[0]))
            show(result, "x", "expected failure")
        elif name != "addDuration" or hasattr(result, "addDuration"):
            getattr(result, name)(test, *rest)

    def __iter__(self) -> Iterator[Any]:
        return iter(self.subsuites)


def confirm_picklable(suite: Iterable[Any]) -> None:
    """Raise what pickling says of a test that cannot be sent to a worker."""
    pickle.loads(pickle.dumps(list(suite)))


def record(result: Any, kind: str, test: Any, text: str) -> None:
    """Add an error or failure whose traceback is text already."""
    getattr(result, kind).append((test, text))
    show(result, *(("E", "ERROR") if kind == "errors" else ("F", "FAIL")))
    if result.failfast:
        result.stop()


def show(result: Any, dot: str, word: str) -> None:
    """Print progress as `unittest.TextTestResult` does."""
    stream = getattr(result, "stream", None)
    if stream is None:
        return
    if result.showAll:
        stream.writeln(word)
    elif result.dots:
        stream.write(dot)
    stream.flush()
