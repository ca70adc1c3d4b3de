"""Overriding, the test environment, and the small tools."""

from __future__ import annotations

import asyncio
import functools
import sys
import time
import unittest
import warnings
from typing import Any

import pytest

from vivace.conf import settings
from vivace.conf.frozen import Frozen
from vivace.core.signals import setting_changed
from vivace.test import SimpleTestCase, modify_settings, override_settings, tag
from vivace.test.utils import (
    Approximate,
    ContextList,
    NullTimeKeeper,
    TestContextDecorator,
    TimeKeeper,
    captured_stderr,
    captured_stdin,
    captured_stdout,
    extend_sys_path,
    freeze_time,
    get_runner,
    ignore_warnings,
    isolate_lru_cache,
    iter_test_cases,
    override_script_prefix,
    override_system_checks,
    setup_test_environment,
    teardown_test_environment,
)
from vivace.urls import get_script_prefix


def test_a_setting_is_overridden_and_put_back() -> None:
    with override_settings(FOO=1):
        assert settings.FOO == 1
        assert settings.is_overridden("FOO")
        with override_settings(FOO=2, BAR=3):
            assert (settings.FOO, settings.BAR) == (2, 3)
        assert settings.FOO == 1
        assert not hasattr(settings, "BAR")
    assert not hasattr(settings, "FOO")


def test_a_setting_can_be_deleted_while_overridden() -> None:
    with override_settings(MIDDLEWARE=["x"]):
        del settings.MIDDLEWARE
        with pytest.raises(AttributeError):
            settings.MIDDLEWARE  # noqa: B018 (the access is the test)
    assert settings.MIDDLEWARE == []


def test_changes_are_told_both_ways() -> None:
    told: list[Any] = []

    def receiver(*, setting: str, value: Any, enter: bool, **kwargs: Any) -> None:
        told.append((setting, value, enter))

    setting_changed.connect(receiver)
    try:
        with override_settings(FOO=1), override_settings(FOO=2):
            pass
    finally:
        setting_changed.disconnect(receiver)
    assert told == [("FOO", 1, True), ("FOO", 2, True), ("FOO", 1, False), ("FOO", None, False)]


def test_a_receiver_that_refuses_undoes_the_change() -> None:
    def refuse(*, enter: bool, **kwargs: Any) -> None:
        if enter:
            raise ValueError("no")

    setting_changed.connect(refuse)
    try:
        with pytest.raises(ValueError, match="no"):
            override_settings(FOO=1).enable()
    finally:
        setting_changed.disconnect(refuse)
    assert not hasattr(settings, "FOO")


def test_frozen_cells_follow_before_receivers_are_told() -> None:
    cell = Frozen("test", lambda: settings.FOO, reads=("FOO",))
    seen: list[int] = []

    def receiver(**kwargs: Any) -> None:
        if hasattr(settings, "FOO"):
            seen.append(cell.value)

    setting_changed.connect(receiver)
    try:
        with override_settings(FOO=1):
            with override_settings(FOO=2):
                assert cell.value == 2
            assert cell.value == 1
    finally:
        setting_changed.disconnect(receiver)
    assert seen == [1, 2, 1]


@override_settings(FOO=1)
def decorated() -> int:
    return int(settings.FOO)


@override_settings(FOO=2)
async def adecorated() -> int:
    return int(settings.FOO)


def test_functions_of_both_colours_are_decorated() -> None:
    assert decorated() == 1
    assert asyncio.run(adecorated()) == 2
    assert not hasattr(settings, "FOO")


@pytest.mark.parametrize(
    ("operations", "result"),
    [
        ({"append": "c"}, ["a", "b", "c"]),
        ({"append": ["a", "c"]}, ["a", "b", "c"]),
        ({"prepend": ["c", "d"]}, ["c", "d", "a", "b"]),
        ({"remove": "a"}, ["b"]),
        ({"remove": ["a", "zz"], "append": "a", "prepend": "z"}, ["z", "b", "a"]),
    ],
)
def test_lists_are_modified(operations: Any, result: list[str]) -> None:
    with override_settings(LIST=["a", "b"]), modify_settings(LIST=operations):
        assert result == settings.LIST


def test_an_unknown_modification() -> None:
    with pytest.raises(ValueError, match="Unsupported action: zap"):
        modify_settings(LIST={"zap": "a"}).enable()


def test_classes_collect_what_they_override() -> None:
    @modify_settings(LIST={"append": "b"})
    @override_settings(A=1, B=1)
    class Base(SimpleTestCase):
        pass

    @modify_settings(LIST={"append": "c"})
    @override_settings(B=2)
    class Derived(Base):
        pass

    assert Base._overridden_settings == {"A": 1, "B": 1}
    assert Derived._overridden_settings == {"A": 1, "B": 2}
    assert Derived._modified_settings == [("LIST", {"append": "b"}), ("LIST", {"append": "c"})]


def test_what_cannot_be_decorated() -> None:
    with pytest.raises(ValueError, match="Only subclasses of Django SimpleTestCase"):
        override_settings(FOO=1)(unittest.TestCase)
    with pytest.raises(TypeError, match="Cannot decorate object of type <class 'int'>"):
        override_settings(FOO=1)(3)
    with pytest.raises(TypeError, match=r"Can only decorate subclasses of unittest\.TestCase"):
        ignore_warnings()(int)


def test_context_decorators_hand_over_what_they_enable() -> None:
    events: list[str] = []

    class Change(TestContextDecorator):
        def enable(self) -> str:
            events.append("on")
            return "value"

        def disable(self) -> None:
            events.append("off")

    @Change(kwarg_name="given")
    def function(given: str = "") -> str:
        return given

    @Change(attr_name="given")
    class Case(unittest.TestCase):
        given = ""

        def setUp(self) -> None:
            events.append(f"setUp {self.given}")

        def test(self) -> None:
            events.append("test")

    assert function() == "value"
    result = unittest.TestResult()
    Case("test").run(result)
    assert result.wasSuccessful()
    assert events == ["on", "off", "on", "setUp value", "test", "off"]


def test_the_test_environment() -> None:
    # Under `manage.py test` it is set up already; pytest leaves it to the tests.
    setup_test_environment(debug=True)
    try:
        assert "testserver" in settings.ALLOWED_HOSTS
        assert settings.DEBUG is True
        assert settings.EMAIL_BACKEND.endswith("locmem.EmailBackend")
        with pytest.raises(RuntimeError, match=r"setup_test_environment\(\) was already called"):
            setup_test_environment()
    finally:
        teardown_test_environment()
    assert settings.DEBUG is False
    assert not settings.EMAIL_BACKEND.endswith("locmem.EmailBackend")


def test_system_checks_are_overridden() -> None:
    def own(app_configs: Any, **kwargs: Any) -> list[Any]:
        return []

    change = override_system_checks([own])
    registry = change.registry
    before = list(registry.registered_checks)
    with change:
        assert list(registry.registered_checks) == [own]
    assert list(registry.registered_checks) == before


def test_warnings_are_ignored() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with ignore_warnings(message="known"):
            warnings.warn("known to us", stacklevel=1)
            with pytest.raises(UserWarning):
                warnings.warn("another", stacklevel=1)


def test_the_script_prefix() -> None:
    with override_script_prefix("/prefix/"):
        assert get_script_prefix() == "/prefix/"
    assert get_script_prefix() == "/"


def test_approximate() -> None:
    assert Approximate(1.123456789) == 1.12345678
    assert Approximate(1, places=1) == 1.04
    assert Approximate(1, places=1) != 1.1
    assert repr(Approximate(1.5)) == "1.5"


def test_context_list() -> None:
    contexts = ContextList([{"a": 1}, {"a": 2, "b": 3}])
    assert (contexts["a"], contexts["b"], contexts[1]) == (1, 3, {"a": 2, "b": 3})
    assert "b" in contexts
    assert contexts.get("z", 4) == 4
    assert contexts.keys() == {"a", "b"}


def test_captured_streams() -> None:
    with captured_stdout() as out, captured_stderr() as err:
        sys.stdout.write("out")
        sys.stderr.write("err")
    assert (out.getvalue(), err.getvalue()) == ("out", "err")
    with captured_stdin() as stdin:
        stdin.write("line\n")
        stdin.seek(0)
        assert sys.stdin.readline() == "line\n"


def test_time_and_path_and_cache() -> None:
    with freeze_time(5):
        assert time.time() == 5
    with extend_sys_path("/one", "/two"):
        assert sys.path[-2:] == ["/one", "/two"]
    assert "/two" not in sys.path
    cached = functools.lru_cache(lambda: 1)
    cached()
    with isolate_lru_cache(cached):
        assert cached.cache_info().currsize == 0
        cached()
    assert cached.cache_info().currsize == 0


def test_time_keepers() -> None:
    keeper = TimeKeeper()
    with keeper.timed("work"), captured_stderr() as err:
        pass
    with captured_stderr() as err:
        keeper.print_results()
    assert err.getvalue().startswith("work took 0.0")
    with NullTimeKeeper().timed("work"):
        pass


def test_runners_are_found_by_name() -> None:
    assert get_runner(settings).__name__ == "DiscoverRunner"
    assert get_runner(settings, "unittest.TestSuite") is unittest.TestSuite


def test_tags_are_inherited() -> None:
    @tag("a")
    class Base(unittest.TestCase):
        pass

    @tag("b", "c")
    class Derived(Base):
        pass

    assert Base.tags == {"a"}  # type: ignore[attr-defined]
    assert Derived.tags == {"a", "b", "c"}  # type: ignore[attr-defined]


def test_tests_are_found_in_any_nesting() -> None:
    case = unittest.FunctionTestCase(lambda: None)
    suite = unittest.TestSuite([unittest.TestSuite([case])])
    assert list(iter_test_cases([suite, case])) == [case, case]
    with pytest.raises(TypeError, match="must be a test case or test suite not string"):
        list(iter_test_cases(["name"]))
