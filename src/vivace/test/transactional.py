"""`TransactionTestCase` and `TestCase`: test cases that leave databases as they found them.

The first empties the tables after each test; the second runs each test in a transaction that is
rolled back, and each class in another. Published in ``vivace.test.testcases``; documented in
"Testing tools".
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Generator
from contextlib import contextmanager
from copy import deepcopy
from typing import Any, ClassVar

from vivace.apps import apps
from vivace.conf import settings
from vivace.core.management import call_command
from vivace.core.management.color import no_style
from vivace.core.management.sql import emit_post_migrate_signal
from vivace.core.signals import setting_changed
from vivace.db import DEFAULT_DB_ALIAS, connections, transaction
from vivace.test.capturing import _AssertNumQueriesContext
from vivace.test.conditions import (
    connections_support_savepoints,
    connections_support_transactions,
)
from vivace.test.simple import SimpleTestCase
from vivace.utils.naming import say

# Known to unittest: a failure is shown where the test made the assertion.
__unittest = True


class TransactionTestCase(SimpleTestCase):
    """A test case whose databases are emptied after each test: for code that commits.

    `databases` names the aliases that it uses. With `reset_sequences` keys begin at 1 in each
    test; with `serialized_rollback` rows that were there before all tests come back.
    `available_apps` limits which applications there are. `fixtures` are loaded before each test.
    """

    reset_sequences: ClassVar[bool] = False
    available_apps: ClassVar[Any] = None
    fixtures: ClassVar[Any] = None
    databases: Any = {DEFAULT_DB_ALIAS}
    _disallowed_database_msg = (
        "Database %(operation)s to %(alias)r are not allowed in this test. "
        "Add %(alias)r to %(test)s.databases to ensure proper test isolation "
        "and silence this failure."
    )
    serialized_rollback: ClassVar[bool] = False

    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        if not issubclass(cls, TestCase):
            cls._pre_setup_limited()

    @classmethod
    def _pre_setup_limited(cls) -> None:
        """Limit the applications, if the class says so."""
        if cls.available_apps is None:
            return
        apps.set_available_apps(cls.available_apps)
        cls.addClassCleanup(apps.unset_available_apps)
        cls._tell_of_applications(cls.available_apps, enter=True)
        cls.addClassCleanup(cls._tell_of_applications, settings.INSTALLED_APPS, enter=False)
        for db_name in cls._databases_names(include_mirrors=False):
            emit_post_migrate_signal(verbosity=0, interactive=False, db=db_name)

    @classmethod
    def _tell_of_applications(cls, value: Any, enter: bool) -> None:
        setting_changed.send(
            sender=settings._wrapped.__class__, setting="INSTALLED_APPS", value=value, enter=enter
        )

    @classmethod
    def _pre_setup(cls) -> None:
        super()._pre_setup()
        cls._fixture_setup()
        # What the set-up executed is not the test's business.
        for db_name in cls._databases_names(include_mirrors=False):
            connections[db_name].queries_log.clear()

    @classmethod
    def _databases_names(cls, include_mirrors: bool = True) -> list[str]:
        """The aliases that the tests use, mirrors of others only if asked for."""
        return [
            alias
            for alias in connections
            if alias in cls.databases
            and (include_mirrors or not connections[alias].settings_dict["TEST"]["MIRROR"])
            # Without DATABASES there is a default one that stands for none.
            and connections[alias].features.connection.vendor != "unknown"
        ]

    @staticmethod
    def _reset_sequences(db_name: str) -> None:
        conn = connections[db_name]
        if conn.features.supports_sequence_reset:
            sql_list = conn.ops.sequence_reset_by_name_sql(
                no_style(), conn.introspection.sequence_list()
            )
            if sql_list:
                with transaction.atomic(using=db_name), conn.cursor() as cursor:
                    for sql in sql_list:
                        cursor.execute(sql)

    @classmethod
    def _fixture_setup(cls) -> None:
        for db_name in cls._databases_names(include_mirrors=False):
            if cls.reset_sequences:
                cls._reset_sequences(db_name)
            # The tables are empty, and were not when all tests began.
            serialized = getattr(connections[db_name], "_test_serialized_contents", None)
            if cls.serialized_rollback and serialized is not None:
                if cls.available_apps is not None:
                    apps.unset_available_apps()
                connections[db_name].creation.deserialize_db_from_string(serialized)
                if cls.available_apps is not None:
                    apps.set_available_apps(cls.available_apps)
            if cls.fixtures:
                cls._load_fixtures(db_name)

    @classmethod
    def _load_fixtures(cls, db_name: str) -> None:
        call_command("loaddata", *cls.fixtures, verbosity=0, database=db_name)

    def _should_reload_connections(self) -> bool:
        return True

    def _post_teardown(self) -> None:
        self._fixture_teardown()
        super()._post_teardown()
        if self._should_reload_connections():
            # A test may have changed the session's state: time zone, isolation.
            for conn in connections.all(initialized_only=True):
                conn.close()

    def _fixture_teardown(self) -> None:
        for db_name in self._databases_names(include_mirrors=False):
            # What applications put there comes back by their receivers, unless it is restored anyway.
            serialized = hasattr(connections[db_name], "_test_serialized_contents")
            inhibit_post_migrate = self.available_apps is not None or (
                self.serialized_rollback and serialized
            )
            call_command(
                "flush",
                verbosity=0,
                interactive=False,
                database=db_name,
                reset_sequences=False,
                allow_cascade=self.available_apps is not None,
                inhibit_post_migrate=inhibit_post_migrate,
            )

    def assertQuerySetEqual(
        self,
        qs: Any,
        values: Any,
        transform: Callable[[Any], Any] | None = None,
        ordered: bool = True,
        msg: str | None = None,
    ) -> Any:
        """Assert that `qs`, each transformed, has these `values`; `ordered`: in this order."""
        values = list(values)
        items = qs
        if transform is not None:
            items = map(transform, items)
        if not ordered:
            return self.assertDictEqual(Counter(items), Counter(values), msg=msg)
        if len(values) > 1 and hasattr(qs, "ordered") and not qs.ordered:
            raise ValueError(
                "Trying to compare non-ordered queryset against more than one ordered value."
            )
        return self.assertEqual(list(items), values, msg=msg)

    def assertNumQueries(
        self,
        num: int,
        func: Callable[..., Any] | None = None,
        *args: Any,
        using: str = DEFAULT_DB_ALIAS,
        **kwargs: Any,
    ) -> Any:
        """Assert how many queries `func` makes, or a ``with`` block."""
        context = _AssertNumQueriesContext(self, num, connections[using])
        if func is None:
            return context
        with context:
            func(*args, **kwargs)
        return None


class TestData:
    """A class attribute of which each test gets a copy of its own, when it asks for it.

    Objects that two attributes share are shared by the copies too.
    """

    __test__ = False
    memo_attr = "_testdata_memo"

    def __init__(self, name: str, data: Any) -> None:
        self.name = name
        self.data = data

    def get_memo(self, testcase: Any) -> dict[int, Any]:
        """What was copied for `testcase` already."""
        try:
            memo = getattr(testcase, self.memo_attr)
        except AttributeError:
            memo = {}
            setattr(testcase, self.memo_attr, memo)
        return memo  # type: ignore[no-any-return]

    def __get__(self, instance: Any, owner: Any) -> Any:
        if instance is None:
            return self.data
        data = deepcopy(self.data, self.get_memo(instance))
        setattr(instance, self.name, data)
        return data

    def __repr__(self) -> str:
        return f"<TestData: name={self.name!r}, data={self.data!r}>"


class TestCase(TransactionTestCase):
    """A test case whose tests are rolled back; `setUpTestData` makes rows for the whole class."""

    cls_atomics: ClassVar[dict[str, Any]]
    atomics: dict[str, Any]

    @classmethod
    def _enter_atomics(cls) -> dict[str, Any]:
        """Begin a transaction on each database."""
        atomics: dict[str, Any] = {}
        for db_name in cls._databases_names():
            atomic = transaction.atomic(using=db_name)
            # These do not count for `durable`.
            atomic._from_testcase = True
            atomic.__enter__()
            atomics[db_name] = atomic
        return atomics

    @classmethod
    def _rollback_atomics(cls, atomics: dict[str, Any]) -> None:
        for db_name in reversed(cls._databases_names()):
            transaction.set_rollback(True, using=db_name)
            atomics[db_name].__exit__(None, None, None)

    @classmethod
    def _databases_support_transactions(cls) -> bool:
        return connections_support_transactions(cls.databases)

    @classmethod
    def _databases_support_savepoints(cls) -> bool:
        return connections_support_savepoints(cls.databases)

    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        cls._pre_setup_limited()
        if not (cls._databases_support_transactions() and cls._databases_support_savepoints()):
            return
        cls.cls_atomics = cls._enter_atomics()
        try:
            if cls.fixtures:
                for db_name in cls._databases_names(include_mirrors=False):
                    cls._load_fixtures(db_name)
            before = cls.__dict__.copy()
            cls.setUpTestData()
            for name, value in list(cls.__dict__.items()):
                if value is not before.get(name):
                    setattr(cls, name, TestData(name, value))
        except Exception:
            cls._rollback_atomics(cls.cls_atomics)
            raise

    @classmethod
    def tearDownClass(cls) -> None:
        if cls._databases_support_transactions() and cls._databases_support_savepoints():
            cls._rollback_atomics(cls.cls_atomics)
            for conn in connections.all(initialized_only=True):
                conn.close()
        super().tearDownClass()

    @classmethod
    def setUpTestData(cls) -> None:
        """Make rows, once for all tests of the class; for subclasses."""

    def _should_reload_connections(self) -> bool:
        if self._databases_support_transactions():
            return False
        return super()._should_reload_connections()

    @classmethod
    def _fixture_setup(cls) -> None:
        if not cls._databases_support_transactions():
            # Without transactions the data is made for each test.
            cls.setUpTestData()
            super()._fixture_setup()
            return
        if cls.reset_sequences:
            raise TypeError("reset_sequences cannot be used on TestCase instances")
        cls.atomics = cls._enter_atomics()
        if not cls._databases_support_savepoints():
            if cls.fixtures:
                for db_name in cls._databases_names(include_mirrors=False):
                    cls._load_fixtures(db_name)
            cls.setUpTestData()

    def _fixture_teardown(self) -> None:
        if not self._databases_support_transactions():
            super()._fixture_teardown()
            return
        try:
            for db_name in reversed(self._databases_names()):
                if self._should_check_constraints(connections[db_name]):
                    connections[db_name].check_constraints()
        finally:
            self._rollback_atomics(self.atomics)

    def _should_check_constraints(self, connection: Any) -> bool:
        return bool(
            connection.features.can_defer_constraint_checks
            and not connection.needs_rollback
            and connection.is_usable()
        )

    @classmethod
    @contextmanager
    def captureOnCommitCallbacks(
        cls, *, using: str = DEFAULT_DB_ALIAS, execute: bool = False
    ) -> Generator[list[Callable[[], Any]], None, None]:
        """Collect what ``on_commit()`` is given within; with `execute` it runs as the block ends.

        A test's transaction is never committed, so that nothing runs otherwise.
        """
        callbacks: list[Callable[[], Any]] = []
        hooks = connections[using]
        start = len(hooks.run_on_commit)
        try:
            yield callbacks
        finally:
            while True:
                count = len(hooks.run_on_commit)
                for _, callback, robust in hooks.run_on_commit[start:]:
                    callbacks.append(callback)
                    if execute:
                        _call(callback, robust)
                # What ran may have asked for more.
                if count == len(hooks.run_on_commit):
                    break
                start = count


def _call(callback: Callable[[], Any], robust: bool) -> None:
    if not robust:
        callback()
        return
    try:
        callback()
    except Exception as exc:
        logging.getLogger(say("test")).error(
            f"Error calling {callback.__qualname__} in on_commit() (%s).", exc, exc_info=True
        )
