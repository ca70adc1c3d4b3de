"""`SimpleTestCase`: a test case that knows the framework.

The assertions are in `response_assertions` and `markup_assertions`. Published in
``vivace.test.testcases``; documented in "Testing tools".
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Generator
from contextlib import contextmanager
from inspect import iscoroutinefunction
from typing import Any, ClassVar
from unittest import TestResult
from unittest.suite import _DebugResult  # type: ignore[attr-defined]

from asgiref.sync import async_to_sync

from vivace.core import mail
from vivace.core.files import locks
from vivace.db import connections
from vivace.test import forbidding
from vivace.test.client import AsyncClient, Client
from vivace.test.field_assertions import FieldAssertions
from vivace.test.markup_assertions import MarkupAssertions
from vivace.test.overriding import modify_settings, override_settings
from vivace.test.response_assertions import ResponseAssertions

# Known to unittest: a failure is shown where the test made the assertion.
__unittest = True

__all__ = ["SerializeMixin", "SimpleTestCase"]


class SimpleTestCase(ResponseAssertions, MarkupAssertions, FieldAssertions):
    """A test case with a test client, overridden settings, and the framework's assertions.

    Test methods may be asynchronous. Each test has a fresh ``self.client`` and
    ``self.async_client``, of the classes `client_class` and `async_client_class`, and an empty
    ``mail.outbox``.
    """

    client_class: ClassVar[Any] = Client
    async_client_class: ClassVar[Any] = AsyncClient
    client: Client
    async_client: AsyncClient
    # The aliases of the databases that tests may use.
    databases: Any = set()
    _disallowed_database_msg = (
        "Database %(operation)s to %(alias)r are not allowed in SimpleTestCase "
        "subclasses. Either subclass TestCase or TransactionTestCase to ensure "
        "proper test isolation or add %(alias)r to %(test)s.databases to silence "
        "this failure."
    )
    _overridden_settings: ClassVar[dict[str, Any] | None] = None
    _modified_settings: ClassVar[list[Any] | None] = None

    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        if cls._overridden_settings:
            cls.enterClassContext(override_settings(**cls._overridden_settings))
        if cls._modified_settings:
            cls.enterClassContext(modify_settings(cls._modified_settings))
        cls._add_databases_failures()
        cls.addClassCleanup(cls._remove_databases_failures)
        # PERF: what is patched is watched; where all databases are allowed, nothing need be.
        if not cls.databases >= set(connections):
            cls.enterClassContext(forbidding.patched(cls))

    @classmethod
    def _validate_databases(cls) -> Any:
        return forbidding.validate(cls)

    @classmethod
    def _add_databases_failures(cls) -> None:
        cls.databases = cls._validate_databases()
        forbidding.forbid(cls)

    @classmethod
    def _remove_databases_failures(cls) -> None:
        forbidding.allow(cls)

    @classmethod
    def ensure_connection_patch_method(cls) -> Callable[..., None]:
        return forbidding.ensure_connection_patch(cls)

    def __call__(self, result: TestResult | None = None) -> None:
        self._setup_and_call(result)

    def debug(self) -> None:
        """Run the test without collecting a result: exceptions come through."""
        self._setup_and_call(_DebugResult(), debug=True)

    def _setup_and_call(self, result: TestResult | None, debug: bool = False) -> None:
        """Run the test between `_pre_setup` and `_post_teardown`.

        These are no ``setUp`` and ``tearDown``, so that subclasses need not call them.
        """
        method = getattr(self, self._testMethodName)
        skipped = getattr(type(self), "__unittest_skip__", False) or getattr(
            method, "__unittest_skip__", False
        )
        if iscoroutinefunction(method):
            setattr(self, self._testMethodName, async_to_sync(method))
        if not skipped and not self._run_step(self._pre_setup, result, debug):
            return
        if debug:
            super().debug()
        else:
            super().__call__(result)
        if not skipped:
            self._run_step(self._post_teardown, result, debug)

    def _run_step(self, step: Callable[[], None], result: TestResult | None, debug: bool) -> bool:
        """Whether `step` succeeded; its exception is an error of the test."""
        try:
            step()
        except Exception:
            if debug or result is None:
                raise
            result.addError(self, sys.exc_info())
            return False
        return True

    @classmethod
    def _pre_setup(cls) -> None:
        """What every test finds fresh."""
        cls.client = cls.client_class()
        cls.async_client = cls.async_client_class()
        mail.outbox = []

    def _post_teardown(self) -> None:
        """What must be put back after every test; for subclasses."""

    def settings(self, **kwargs: Any) -> override_settings:
        """Override settings in a ``with`` block."""
        return override_settings(**kwargs)

    def modify_settings(self, **kwargs: Any) -> modify_settings:
        """Change settings that are lists in a ``with`` block."""
        return modify_settings(**kwargs)

    @contextmanager
    def _assert_raises_or_warns_cm(
        self, func: Callable[..., Any], cm_attr: str, expected: Any, expected_message: str
    ) -> Generator[Any, None, None]:
        with func(expected) as context:
            yield context
        self.assertIn(expected_message, str(getattr(context, cm_attr)))

    def _assertFooMessage(
        self,
        func: Callable[..., Any],
        cm_attr: str,
        expected: Any,
        expected_message: str,
        *args: Any,
        **kwargs: Any,
    ) -> Any:
        context = self._assert_raises_or_warns_cm(func, cm_attr, expected, expected_message)
        if not args:
            return context
        callable_obj, *args_ = args
        with context:
            callable_obj(*args_, **kwargs)
        return None

    def assertRaisesMessage(
        self, expected_exception: Any, expected_message: str, *args: Any, **kwargs: Any
    ) -> Any:
        """Assert that an exception is raised whose text contains `expected_message`.

        As a context manager, or with a callable and its arguments.
        """
        return self._assertFooMessage(
            self.assertRaises, "exception", expected_exception, expected_message, *args, **kwargs
        )

    def assertWarnsMessage(
        self, expected_warning: Any, expected_message: str, *args: Any, **kwargs: Any
    ) -> Any:
        """The same for a warning."""
        return self._assertFooMessage(
            self.assertWarns, "warning", expected_warning, expected_message, *args, **kwargs
        )


class SerializeMixin:
    """Let test cases that share a resource run one class at a time, even in parallel processes.

    `lockfile` names the file that is locked; first in the list of base classes.
    """

    lockfile: ClassVar[str | os.PathLike[str] | None] = None

    def __init_subclass__(cls, /, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if cls.lockfile is None:
            raise ValueError(
                f"{cls.__name__}.lockfile isn't set. Set it to a unique value in the base class."
            )

    @classmethod
    def setUpClass(cls) -> None:
        assert cls.lockfile is not None
        lock_file = open(cls.lockfile)  # noqa: SIM115 (held until the class is done)
        # Closing the file ends the lock.
        cls.addClassCleanup(lock_file.close)  # type: ignore[attr-defined]
        locks.lock(lock_file, locks.LOCK_EX)
        super().setUpClass()  # type: ignore[misc]
