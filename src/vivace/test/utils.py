"""Tools for tests: the test environment, captured output, tags, approximate values, timing.

Published at Django's address; the documentation is "Testing tools" and "Advanced testing topics".
"""

from __future__ import annotations

import gc
import logging
import sys
import time
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from io import StringIO
from types import SimpleNamespace
from typing import Any, TypeVar
from unittest import TestCase, skipUnless

from vivace.conf import settings as project_settings
from vivace.core import mail
from vivace.template import Template
from vivace.template.compiled.program import watch_templates
from vivace.test.capturing import CaptureQueriesContext
from vivace.test.databases import (
    dependency_ordered,
    get_unique_databases_and_mirrors,
    setup_databases,
    teardown_databases,
)
from vivace.test.isolating import isolate_apps, register_lookup
from vivace.test.overriding import (
    TestContextDecorator,
    ignore_warnings,
    modify_settings,
    override_script_prefix,
    override_settings,
    override_system_checks,
)
from vivace.test.signals import template_rendered
from vivace.test.timing import NullTimeKeeper, TimeKeeper
from vivace.test.xml import compare_xml
from vivace.utils.naming import say, to_home
from vivace.utils.safestring import SafeString
from vivace.utils.translation import deactivate

__all__ = [
    "Approximate",
    "CaptureQueriesContext",
    "ContextList",
    "NullTimeKeeper",
    "TestContextDecorator",
    "TimeKeeper",
    "compare_xml",
    "dependency_ordered",
    "garbage_collect",
    "get_runner",
    "get_unique_databases_and_mirrors",
    "ignore_warnings",
    "instrumented_test_render",
    "isolate_apps",
    "isolate_lru_cache",
    "modify_settings",
    "override_script_prefix",
    "override_settings",
    "override_system_checks",
    "register_lookup",
    "requires_tz_support",
    "setup_databases",
    "setup_test_environment",
    "tag",
    "teardown_databases",
    "teardown_test_environment",
]

T = TypeVar("T")

PYPY = sys.implementation.name == "pypy"
TZ_SUPPORT = hasattr(time, "tzset")

requires_tz_support = skipUnless(
    TZ_SUPPORT,
    "This test needs a process whose time zone can be changed; this operating system has none.",
)


class Approximate:
    """Equal to every number that is the same when rounded to `places`."""

    __hash__ = None  # type: ignore[assignment]

    def __init__(self, val: Any, places: int = 7) -> None:
        self.val = val
        self.places = places

    def __repr__(self) -> str:
        return repr(self.val)

    def __eq__(self, other: object) -> bool:
        return bool(self.val == other or round(abs(self.val - other), self.places) == 0)


class ContextList(list[Any]):
    """Several template contexts, in which a string key finds the first context that has it."""

    def __getitem__(self, key: Any) -> Any:
        if not isinstance(key, str):
            return super().__getitem__(key)
        for context in self:
            if key in context:
                return context[key]
        raise KeyError(key)

    def get(self, key: str, default: Any = None) -> Any:
        try:
            return self[key]
        except KeyError:
            return default

    def __contains__(self, key: object) -> bool:
        return any(key in context for context in self)

    def keys(self) -> set[str]:
        """All names in all the contexts."""
        return {key for context in self for layer in context for key in _names(layer)}


def _names(layer: Any) -> Iterable[str]:
    # A Context is a stack of dicts; a plain dict is its own only layer.
    return [layer] if isinstance(layer, str) else layer


class _TestState:
    saved_data: SimpleNamespace


def _tell_of_template(template: Template, context: Any) -> None:
    template_rendered.send(sender=template, template=template, context=context)


def instrumented_test_render(self: Template, context: Any) -> SafeString:
    """What `Template._render` is while tests run: it tells of each template that is rendered."""
    _tell_of_template(self, context)
    text: SafeString = _TestState.saved_data.template_render(self, context)
    return text


def setup_test_environment(debug: bool | None = None) -> None:
    """Prepare the process: allow the host ``testserver``, keep mail in ``mail.outbox``.

    `debug` is what `DEBUG` shall be; None leaves it. Raises RuntimeError when called twice.
    """
    if hasattr(_TestState, "saved_data"):
        raise RuntimeError(
            "setup_test_environment() was already called and can't be called "
            "again without first calling teardown_test_environment()."
        )
    if debug is None:
        debug = project_settings.DEBUG
    _TestState.saved_data = SimpleNamespace(
        allowed_hosts=project_settings.ALLOWED_HOSTS,
        debug=project_settings.DEBUG,
        email_backend=project_settings.EMAIL_BACKEND,
    )
    project_settings.ALLOWED_HOSTS = [*project_settings.ALLOWED_HOSTS, "testserver"]
    project_settings.DEBUG = debug
    project_settings.EMAIL_BACKEND = say("core.mail.backends.locmem.EmailBackend")
    mail.outbox = []
    _TestState.saved_data.template_render = Template._render
    Template._render = instrumented_test_render  # type: ignore[method-assign]
    # Templates that are compiled into others are rendered without that method.
    watch_templates(_tell_of_template)
    deactivate()


def teardown_test_environment() -> None:
    """Undo `setup_test_environment`."""
    saved_data = _TestState.saved_data
    project_settings.ALLOWED_HOSTS = saved_data.allowed_hosts
    project_settings.DEBUG = saved_data.debug
    project_settings.EMAIL_BACKEND = saved_data.email_backend
    Template._render = saved_data.template_render  # type: ignore[method-assign]
    watch_templates(None)
    del _TestState.saved_data
    del mail.outbox


def get_runner(settings: Any, test_runner_class: str | None = None) -> Any:
    """The class of test runner that `test_runner_class`, or else ``TEST_RUNNER``, names."""
    module, _, name = to_home(test_runner_class or settings.TEST_RUNNER).rpartition(".")
    return getattr(__import__(module or ".", {}, {}, [name]), name)


def tag(*tags: str) -> Callable[[T], T]:
    """Mark a test class or method, for ``--tag`` and ``--exclude-tag``; tags are inherited."""

    def decorator(obj: T) -> T:
        obj.tags = set(tags).union(getattr(obj, "tags", ()))  # type: ignore[attr-defined]
        return obj

    return decorator


def iter_test_cases(tests: Iterable[Any]) -> Iterator[TestCase]:
    """The test cases in `tests`, a suite or any nesting of suites, in order."""
    for test in tests:
        if isinstance(test, str):
            raise TypeError(
                f"Test {test!r} must be a test case or test suite not string (was found in "
                f"{tests!r})."
            )
        if isinstance(test, TestCase):
            yield test
        else:
            yield from iter_test_cases(test)


@contextmanager
def captured_output(stream_name: str) -> Generator[StringIO, None, None]:
    """Replace ``sys.stdout``, ``sys.stderr`` or ``sys.stdin`` by a `StringIO`."""
    original = getattr(sys, stream_name)
    setattr(sys, stream_name, StringIO())
    try:
        yield getattr(sys, stream_name)
    finally:
        setattr(sys, stream_name, original)


def captured_stdout() -> AbstractContextManager[StringIO]:
    """Capture what is printed: ``with captured_stdout() as out: ...; out.getvalue()``."""
    return captured_output("stdout")


def captured_stderr() -> AbstractContextManager[StringIO]:
    """Capture what goes to standard error."""
    return captured_output("stderr")


def captured_stdin() -> AbstractContextManager[StringIO]:
    """Provide input: write to the stream, then seek to its beginning."""
    return captured_output("stdin")


@contextmanager
def freeze_time(t: float) -> Generator[None, None, None]:
    """Let ``time.time()`` answer `t`, in seconds since the epoch; nothing else is stopped."""
    original = time.time
    time.time = lambda: t
    try:
        yield
    finally:
        time.time = original


@contextmanager
def extend_sys_path(*paths: str) -> Generator[None, None, None]:
    """Put directories at the end of ``sys.path`` for a while."""
    original = sys.path[:]
    sys.path.extend(paths)
    try:
        yield
    finally:
        sys.path = original


@contextmanager
def isolate_lru_cache(lru_cache_object: Any) -> Generator[None, None, None]:
    """Let a cached function start without its cache, and leave none behind."""
    lru_cache_object.cache_clear()
    try:
        yield
    finally:
        lru_cache_object.cache_clear()


def garbage_collect() -> None:
    """Collect everything that can be collected now."""
    gc.collect()
    if PYPY:
        # Objects with finalisers need further rounds there.
        gc.collect()
        gc.collect()


def strip_quotes(want: str, got: str) -> tuple[str, str]:
    """Both texts without the quotes around them, when both are quoted alike."""
    for quote in ("'", '"'):
        texts = (want.strip(), got.strip())
        if all(len(text) >= 2 and text[0] == text[-1] == quote for text in texts):
            return texts[0][1:-1], texts[1][1:-1]
    return want, got


class LoggingCaptureMixin:
    """Collect in ``self.logger_output`` what the framework's logger writes during each test."""

    def setUp(self) -> None:
        self.logger = logging.getLogger(say("").rstrip("."))
        handler: Any = self.logger.handlers[0]
        self.old_stream = handler.stream
        self.logger_output = StringIO()
        handler.stream = self.logger_output

    def tearDown(self) -> None:
        handler: Any = self.logger.handlers[0]
        handler.stream = self.old_stream
