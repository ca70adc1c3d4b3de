"""Results of tests that show more of a failure: its queries, or the debugger.

Published in ``vivace.test.runner``.
"""

from __future__ import annotations

import logging
import pdb
import unittest
from io import StringIO
from typing import Any

from vivace.utils.naming import say


class PDBDebugResult(unittest.TextTestResult):
    """Opens the debugger at each error and failure (``--pdb``)."""

    def addError(self, test: unittest.TestCase, err: Any) -> None:
        super().addError(test, err)
        self.debug(err)

    def addFailure(self, test: unittest.TestCase, err: Any) -> None:
        super().addFailure(test, err)
        self.debug(err)

    def addSubTest(self, test: unittest.TestCase, subtest: unittest.TestCase, err: Any) -> None:
        if err is not None:
            self.debug(err)
        super().addSubTest(test, subtest, err)

    def debug(self, error: Any) -> None:
        """Show the traceback's last frame in the debugger, with the real output."""
        self._restoreStdout()  # type: ignore[attr-defined]
        self.buffer = False
        _, exc_value, traceback = error
        self.stream.write(f"\nOpening PDB: {exc_value!r}\n")
        pdb.post_mortem(traceback)


class DebugSQLTextTestResult(unittest.TextTestResult):
    """Prints the queries of each test that fails (``--debug-sql``)."""

    def __init__(self, stream: Any, descriptions: bool, verbosity: int) -> None:
        self.logger = logging.getLogger(say("db.backends"))
        self.logger.setLevel(logging.DEBUG)
        self.debug_sql_stream: StringIO | None = None
        super().__init__(stream, descriptions, verbosity)

    def startTest(self, test: Any) -> None:
        self.debug_sql_stream = StringIO()
        self.handler = logging.StreamHandler(self.debug_sql_stream)
        self.logger.addHandler(self.handler)
        super().startTest(test)

    def stopTest(self, test: Any) -> None:
        super().stopTest(test)
        self.logger.removeHandler(self.handler)
        if self.showAll and self.debug_sql_stream is not None:
            self.stream.write(self.debug_sql_stream.getvalue())
            self.stream.writeln(self.separator2)

    def _queries(self) -> str:
        # A class's set-up is no test: it has no queries of its own.
        return "" if self.debug_sql_stream is None else self.debug_sql_stream.getvalue()

    def addError(self, test: Any, err: Any) -> None:
        super().addError(test, err)
        self.errors[-1] += (self._queries(),)  # type: ignore[assignment]

    def addFailure(self, test: Any, err: Any) -> None:
        super().addFailure(test, err)
        self.failures[-1] += (self._queries(),)  # type: ignore[assignment]

    def addSubTest(self, test: Any, subtest: Any, err: Any) -> None:
        super().addSubTest(test, subtest, err)
        if err is not None:
            failed = issubclass(err[0], test.failureException)
            errors = self.failures if failed else self.errors
            errors[-1] += (self._queries(),)  # type: ignore[assignment]

    def printErrorList(self, flavour: str, errors: Any) -> None:
        for test, err, queries in errors:
            self.stream.writeln(self.separator1)
            self.stream.writeln(f"{flavour}: {self.getDescription(test)}")
            self.stream.writeln(self.separator2)
            self.stream.writeln(err)
            self.stream.writeln(self.separator2)
            self.stream.writeln(queries)
