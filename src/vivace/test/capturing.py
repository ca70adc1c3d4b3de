"""Seeing the queries that code makes: `CaptureQueriesContext`, and what `assertNumQueries` is.

Published in ``vivace.test.utils``; documented in "Testing tools".
"""

from __future__ import annotations

from collections.abc import Iterator
from types import TracebackType
from typing import Any, Self

from vivace.db.care import suspended

# Known to unittest: a failure is shown where the test made the assertion.
__unittest = True


class CaptureQueriesContext:
    """Collect the queries of a connection that are executed within; a sequence of dicts.

    Each has ``"sql"`` and ``"time"``.
    """

    def __init__(self, connection: Any) -> None:
        self.connection = connection

    def __iter__(self) -> Iterator[dict[str, str]]:
        return iter(self.captured_queries)

    def __getitem__(self, index: Any) -> Any:
        return self.captured_queries[index]

    def __len__(self) -> int:
        return len(self.captured_queries)

    @property
    def captured_queries(self) -> list[dict[str, str]]:
        """The queries so far, or those of the block once it has ended."""
        queries: list[dict[str, str]] = self.connection.queries
        return queries[self.initial_queries : self.final_queries]

    def __enter__(self) -> Self:
        self.force_debug_cursor = self.connection.force_debug_cursor
        self.connection.force_debug_cursor = True
        # Now, as what comes with the first connection does not count.
        self.connection.ensure_connection()
        self.initial_queries = len(self.connection.queries_log)
        self.final_queries: int | None = None
        # A request by the test client would empty the log.
        self.undisturbed = suspended()
        self.undisturbed.__enter__()
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc_value: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.connection.force_debug_cursor = self.force_debug_cursor
        self.undisturbed.__exit__(None, None, None)
        if exc_type is None:
            self.final_queries = len(self.connection.queries_log)


class _AssertNumQueriesContext(CaptureQueriesContext):
    """Fails the test unless exactly `num` queries are executed within."""

    def __init__(self, test_case: Any, num: int, connection: Any) -> None:
        self.test_case = test_case
        self.num = num
        super().__init__(connection)

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc_value: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        super().__exit__(exc_type, exc_value, traceback)
        if exc_type is not None:
            return
        executed = len(self)
        lines = [f"{number}. {query['sql']}" for number, query in enumerate(self, start=1)]
        self.test_case.assertEqual(
            executed,
            self.num,
            f"{executed} queries executed, {self.num} expected\n"
            f"Captured queries were:\n" + "\n".join(lines),
        )
