"""Change something for the time of a test: settings, system checks, warnings, the script prefix.

All are `TestContextDecorator`: usable around a block, a function, or (most) a test case class.
Published in ``vivace.test.utils``; behaviour as in the documentation's "Testing tools".
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable
from functools import wraps
from inspect import iscoroutinefunction
from types import TracebackType
from typing import Any, TypeVar
from unittest import TestCase

from vivace.apps import apps
from vivace.conf import UserSettingsHolder, frozen, settings
from vivace.core.checks.registry import registry
from vivace.core.signals import setting_changed
from vivace.urls import get_script_prefix, set_script_prefix
from vivace.utils.datastructures import OrderedSet

T = TypeVar("T")


class TestContextDecorator:
    """A change that `enable` makes and `disable` undoes.

    As a decorator of a test case class it surrounds each test. `attr_name` is the attribute of the
    instance, `kwarg_name` the argument of the function, that receives what `enable` returned.
    """

    __test__ = False

    def __init__(self, attr_name: str | None = None, kwarg_name: str | None = None) -> None:
        self.attr_name = attr_name
        self.kwarg_name = kwarg_name

    def enable(self) -> Any:
        raise NotImplementedError

    def disable(self) -> Any:
        raise NotImplementedError

    def __enter__(self) -> Any:
        return self.enable()

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc_value: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.disable()

    def decorate_class(self, cls: type) -> type:
        if not issubclass(cls, TestCase):
            raise TypeError("Can only decorate subclasses of unittest.TestCase")
        own_set_up = cls.setUp
        change = self

        def setUp(self: TestCase) -> None:
            context = change.enable()
            self.addCleanup(change.disable)
            if change.attr_name:
                setattr(self, change.attr_name, context)
            own_set_up(self)

        cls.setUp = setUp  # type: ignore[method-assign]
        return cls

    def decorate_callable(self, func: Callable[..., Any]) -> Callable[..., Any]:
        if iscoroutinefunction(func):

            @wraps(func)
            async def inner(*args: Any, **kwargs: Any) -> Any:
                with self as context:
                    if self.kwarg_name:
                        kwargs[self.kwarg_name] = context
                    return await func(*args, **kwargs)

        else:

            @wraps(func)
            def inner(*args: Any, **kwargs: Any) -> Any:
                with self as context:
                    if self.kwarg_name:
                        kwargs[self.kwarg_name] = context
                    return func(*args, **kwargs)

        return inner

    def __call__(self, decorated: T) -> T:
        if isinstance(decorated, type):
            return self.decorate_class(decorated)  # type: ignore[return-value]
        if callable(decorated):
            return self.decorate_callable(decorated)  # type: ignore[return-value]
        raise TypeError(f"Cannot decorate object of type {type(decorated)}")


class override_settings(TestContextDecorator):
    """Give settings other values for a while; each change is told by ``setting_changed``."""

    enable_exception: Exception | None = None

    def __init__(self, **kwargs: Any) -> None:
        self.options = kwargs
        super().__init__()

    def enable(self) -> None:
        # Apps first: when they cannot be loaded, nothing else has changed yet.
        if "INSTALLED_APPS" in self.options:
            try:
                apps.set_installed_apps(self.options["INSTALLED_APPS"])
            except Exception:
                apps.unset_installed_apps()
                raise
        override = UserSettingsHolder(settings._wrapped)
        for key, new_value in self.options.items():
            setattr(override, key, new_value)
        self.wrapped = settings._wrapped
        settings._wrapped = override
        frozen.settings_changed(self.options)
        for key, new_value in self.options.items():
            try:
                setting_changed.send(
                    sender=settings._wrapped.__class__, setting=key, value=new_value, enter=True
                )
            except Exception as exc:
                self.enable_exception = exc
                self.disable()

    def disable(self) -> None:
        if "INSTALLED_APPS" in self.options:
            apps.unset_installed_apps()
        sender = settings._wrapped.__class__
        settings._wrapped = self.wrapped
        del self.wrapped
        frozen.settings_changed(self.options)
        errors: list[Exception] = []
        for key in self.options:
            answers = setting_changed.send_robust(
                sender=sender, setting=key, value=getattr(settings, key, None), enter=False
            )
            errors += [answer for _, answer in answers if isinstance(answer, Exception)]
        if self.enable_exception is not None:
            exc, self.enable_exception = self.enable_exception, None
            raise exc
        if errors:
            raise errors[0]

    def save_options(self, test_func: Any) -> None:
        """Add these options to those that the test case class `test_func` already has."""
        test_func._overridden_settings = {
            **(test_func._overridden_settings or {}),
            **self.options,
        }

    def decorate_class(self, cls: type) -> type:
        # Every SimpleTestCase has this attribute; the class itself lies above this module.
        if not hasattr(cls, "_overridden_settings"):
            raise ValueError(
                "Only subclasses of Django SimpleTestCase can be decorated with override_settings"
            )
        self.save_options(cls)
        return cls


class modify_settings(override_settings):
    """Append to, prepend to or remove from settings that are lists.

    ``modify_settings(MIDDLEWARE={"append": "a.B", "remove": ["c.D"]})``
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        TestContextDecorator.__init__(self)
        self.options = {}
        if args:
            assert not kwargs
            self.operations: Any = args[0]
        else:
            self.operations = list(kwargs.items())

    def save_options(self, test_func: Any) -> None:
        test_func._modified_settings = [*(test_func._modified_settings or ()), *self.operations]

    def enable(self) -> None:
        self.options = {}
        for name, operations in self.operations:
            try:
                # Several operations on one setting build on each other.
                value = self.options[name]
            except KeyError:
                value = list(getattr(settings, name, []))
            for action, items in operations.items():
                value = modified(value, action, [items] if isinstance(items, str) else items)
            self.options[name] = value
        super().enable()


def modified(value: list[Any], action: str, items: Iterable[Any]) -> list[Any]:
    """The list `value` after one of the actions ``append``, ``prepend`` and ``remove``."""
    items = list(items)
    if action == "append":
        return value + [item for item in items if item not in value]
    if action == "prepend":
        return [item for item in items if item not in value] + value
    if action == "remove":
        return [item for item in value if item not in items]
    raise ValueError(f"Unsupported action: {action}")


class override_system_checks(TestContextDecorator):
    """Let only the given system checks be registered."""

    def __init__(
        self, new_checks: Iterable[Any], deployment_checks: Iterable[Any] | None = None
    ) -> None:
        self.registry = registry
        self.new_checks = new_checks
        self.deployment_checks = deployment_checks
        super().__init__()

    def enable(self) -> None:
        self.old_checks = self.registry.registered_checks
        self.registry.registered_checks = OrderedSet()
        for check in self.new_checks:
            self.registry.register(check, *getattr(check, "tags", ()))
        self.old_deployment_checks = self.registry.deployment_checks
        if self.deployment_checks is not None:
            self.registry.deployment_checks = OrderedSet()
            for check in self.deployment_checks:
                self.registry.register(check, *getattr(check, "tags", ()), deploy=True)

    def disable(self) -> None:
        self.registry.registered_checks = self.old_checks
        self.registry.deployment_checks = self.old_deployment_checks


class ignore_warnings(TestContextDecorator):
    """Ignore warnings; the arguments are those of `warnings.filterwarnings` or `simplefilter`."""

    def __init__(self, **kwargs: Any) -> None:
        self.ignore_kwargs = kwargs
        by_text = "message" in kwargs or "module" in kwargs
        self.filter_func: Callable[..., None] = (
            warnings.filterwarnings if by_text else warnings.simplefilter
        )
        super().__init__()

    def enable(self) -> None:
        self.catch_warnings = warnings.catch_warnings()
        self.catch_warnings.__enter__()
        self.filter_func("ignore", **self.ignore_kwargs)

    def disable(self) -> None:
        self.catch_warnings.__exit__(None, None, None)


class override_script_prefix(TestContextDecorator):
    """Let URLs be reversed as if the application were mounted at `prefix`."""

    def __init__(self, prefix: str) -> None:
        self.prefix = prefix
        super().__init__()

    def enable(self) -> None:
        self.old_prefix = get_script_prefix()
        set_script_prefix(self.prefix)

    def disable(self) -> None:
        set_script_prefix(self.old_prefix)
