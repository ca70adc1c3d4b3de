"""Skipping tests by what the database can do.

Published in ``vivace.test`` and ``vivace.test.testcases``; documented in "Testing tools".
"""

from __future__ import annotations

import unittest
from collections.abc import Callable
from functools import wraps
from inspect import iscoroutinefunction
from typing import Any, TypeVar

from vivace.db import DEFAULT_DB_ALIAS, connection, connections

T = TypeVar("T")
Condition = Callable[[], bool]


def connections_support_transactions(aliases: Any = None) -> bool:
    """Whether the databases of `aliases`, or all, support transactions."""
    conns = connections.all() if aliases is None else (connections[alias] for alias in aliases)
    return all(conn.features.supports_transactions for conn in conns)


def connections_support_savepoints(aliases: Any = None) -> bool:
    """Whether the databases of `aliases`, or all, support savepoints."""
    conns = connections.all() if aliases is None else (connections[alias] for alias in aliases)
    return all(conn.features.uses_savepoints for conn in conns)


class CheckCondition:
    """Whether to skip a class, asked when its tests run: by then the database is there.

    `conditions` are pairs of a callable and the reason to skip if it says so.
    """

    def __init__(self, *conditions: tuple[Condition, str]) -> None:
        self.conditions = conditions

    def add_condition(self, condition: Condition, reason: str) -> CheckCondition:
        """The same with one more condition."""
        return self.__class__(*self.conditions, (condition, reason))

    def __get__(self, instance: Any, cls: Any = None) -> bool:
        # A base class may be skipped for good.
        if any(getattr(base, "__unittest_skip__", False) for base in cls.__bases__):
            return True
        for condition, reason in self.conditions:
            if condition():
                cls.__unittest_skip_why__ = reason
                return True
        return False


def _deferredSkip(condition: Condition, reason: str, name: str) -> Callable[[T], T]:
    def decorator(test_func: Any) -> Any:
        nonlocal condition
        if not (isinstance(test_func, type) and issubclass(test_func, unittest.TestCase)):
            return _skipping(test_func, condition, reason, name)
        databases = getattr(test_func, "databases", None)
        if not databases or connection.alias not in databases:
            # At once, as a class that must not ask the database would never skip.
            return _refusing(test_func, name)
        skip = test_func.__dict__.get("__unittest_skip__")
        if isinstance(skip, CheckCondition):
            test_func.__unittest_skip__ = skip.add_condition(condition, reason)  # type: ignore[attr-defined]
        elif skip is not True:
            test_func.__unittest_skip__ = CheckCondition((condition, reason))  # type: ignore[attr-defined]
        return test_func

    return decorator


def _refusing(test_class: Any, name: str) -> Any:
    def condition() -> bool:
        raise ValueError(
            f"{name} cannot be used on {test_class.__qualname__} as it doesn't allow queries "
            f"against the {DEFAULT_DB_ALIAS!r} database."
        )

    test_class.__unittest_skip__ = CheckCondition((condition, ""))
    return test_class


def _skipping(test_func: Any, condition: Condition, reason: str, name: str) -> Any:
    def check(args: tuple[Any, ...]) -> None:
        if (
            args
            and isinstance(args[0], unittest.TestCase)
            and connection.alias not in getattr(args[0], "databases", {})
        ):
            raise ValueError(
                f"{name} cannot be used on {args[0]} as {args[0].__class__.__qualname__} doesn't "
                f"allow queries against the {connection.alias!r} database."
            )
        if condition():
            raise unittest.SkipTest(reason)

    if iscoroutinefunction(test_func):

        @wraps(test_func)
        async def skip_wrapper(*args: Any, **kwargs: Any) -> Any:
            check(args)
            return await test_func(*args, **kwargs)

    else:

        @wraps(test_func)
        def skip_wrapper(*args: Any, **kwargs: Any) -> Any:
            check(args)
            return test_func(*args, **kwargs)

    return skip_wrapper


def _has(feature: str) -> bool:
    return bool(getattr(connection.features, feature, False))


def skipIfDBFeature(*features: str) -> Callable[[T], T]:
    """Skip a test, or a class, if the database has one of `features`."""
    return _deferredSkip(
        lambda: any(map(_has, features)),
        f"Database has feature(s) {', '.join(features)}",
        "skipIfDBFeature",
    )


def skipUnlessDBFeature(*features: str) -> Callable[[T], T]:
    """Skip a test, or a class, unless the database has all `features`."""
    return _deferredSkip(
        lambda: not all(map(_has, features)),
        f"Database doesn't support feature(s): {', '.join(features)}",
        "skipUnlessDBFeature",
    )


def skipUnlessAnyDBFeature(*features: str) -> Callable[[T], T]:
    """Skip a test, or a class, unless the database has one of `features`."""
    return _deferredSkip(
        lambda: not any(map(_has, features)),
        f"Database doesn't support any of the feature(s): {', '.join(features)}",
        "skipUnlessAnyDBFeature",
    )
