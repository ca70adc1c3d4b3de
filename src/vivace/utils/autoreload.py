"""Restart the development server when a file of the project changes.

Two processes. The parent starts the program again as its child, with ``RUN_MAIN`` set, and does so
once more whenever the child ends with status 3 or 4. In the child the program runs in a thread, and
the main thread watches: watchfiles reports what changed, receivers of `file_changed` may deal with
it, else the child ends with 3. A module that does not even import is watched like the others, so
that a mistake ends with its correction.

The names are those of Django's module, which packages extend and patch: that is why all of this is
in one file.
"""

from __future__ import annotations

import functools
import logging
import os
import signal
import subprocess
import sys
import threading
import time
import traceback
import weakref
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from types import ModuleType
from typing import Any
from zipimport import zipimporter

import vivace
from vivace.apps import apps
from vivace.conf import settings
from vivace.dispatch import Signal
from vivace.utils.functional import cached_property
from vivace.utils.naming import say

__all__ = [
    "DJANGO_AUTORELOAD_ENV",
    "BaseReloader",
    "Signal",
    "StatReloader",
    "apps",
    "autoreload_started",
    "cached_property",
    "check_errors",
    "common_roots",
    "ensure_echo_on",
    "file_changed",
    "get_child_arguments",
    "get_reloader",
    "is_django_module",
    "is_django_path",
    "iter_all_python_module_files",
    "iter_modules_and_files",
    "logger",
    "raise_last_exception",
    "restart_with_reloader",
    "run_with_reloader",
    "start_django",
    "sys_path_directories",
    "trigger_reload",
]

autoreload_started = Signal()
file_changed = Signal()
# A receiver of `file_changed` has dealt with the change: this process goes on, with something new.
change_taken_up = Signal()

DJANGO_AUTORELOAD_ENV = "RUN_MAIN"
CHANGED = 3
# As CHANGED, but the change was saved while the process started, and may be of its own making.
CHANGED_AT_START = 4
_STARTED_AGAIN_ENV = "VIVACE_CHANGED_AT_START"

logger = logging.getLogger(say("utils.autoreload"))

_started = time.time()

# What went wrong while the program started: watched like modules, and shown by the child.
_error_files: list[str] = []
_exception: Any = None

_PACKAGE = Path(vivace.__file__).resolve().parent

try:
    import termios
except ImportError:
    termios = None  # type: ignore[assignment]


def is_django_module(module: ModuleType) -> bool:
    """Whether `module` is one of the framework's own."""
    return module.__name__.startswith(("vivace.", "django."))


def is_django_path(path: str | os.PathLike[str]) -> bool:
    """Whether the file at `path` is one of the framework's own."""
    return _PACKAGE in Path(path).parents


def check_errors(fn: Callable[..., Any]) -> Callable[..., None]:
    """Remember the exception that `fn` ends with, and the file at fault; then let it go on."""

    @functools.wraps(fn)
    def wrapper(*args: Any, **kwargs: Any) -> None:
        try:
            fn(*args, **kwargs)
        except Exception as error:
            remember(error)
            raise

    return wrapper


def remember(error: Exception) -> None:
    """Keep `error` for `raise_last_exception`, and watch the files that may be at fault."""
    global _exception
    _exception = (type(error), error, error.__traceback__)
    at_fault = getattr(error, "filename", None)
    # A circle of imports may be cut in each of its files, and none of them is a module by now.
    way = [each.filename for each in traceback.extract_tb(error.__traceback__)]
    for filename in [at_fault] if isinstance(at_fault, str) else way:
        if filename not in _error_files and not is_django_path(filename):
            _error_files.append(filename)


def is_watched_process() -> bool:
    """Whether this is the process that ends, and is started again, when a file changes."""
    return os.environ.get(DJANGO_AUTORELOAD_ENV) == "true"


def has_error() -> bool:
    """Whether there is something for `raise_last_exception` to raise."""
    return _exception is not None


def raise_last_exception() -> None:
    """Raise what `check_errors` remembered, if anything."""
    if _exception is not None:
        raise _exception[1]


def ensure_echo_on() -> None:
    """Show typed characters again: a debugger that the restart killed may have left them hidden."""
    if termios is None or not sys.stdin or not sys.stdin.isatty():
        return
    attributes = termios.tcgetattr(sys.stdin)
    if attributes[3] & termios.ECHO:
        return
    attributes[3] |= termios.ECHO
    # A background process may not touch the terminal without being stopped for it.
    old_handler = signal.signal(signal.SIGTTOU, signal.SIG_IGN)
    try:
        termios.tcsetattr(sys.stdin, termios.TCSANOW, attributes)
    finally:
        signal.signal(signal.SIGTTOU, old_handler)


def iter_all_python_module_files() -> frozenset[Path]:
    """The files of all modules loaded so far, and those at fault for what was not."""
    modules = tuple(
        sys.modules[name]
        for name in sorted(sys.modules)
        if not isinstance(sys.modules[name], weakref.ProxyTypes)
    )
    return iter_modules_and_files(modules, frozenset(_error_files))


@functools.lru_cache(maxsize=1)
def iter_modules_and_files(
    modules: Iterable[Any], extra_files: Iterable[str | os.PathLike[str]]
) -> frozenset[Path]:
    """The existing files among `extra_files` and the sources of `modules`."""
    found = {Path(each) for each in map(_origin, modules) if each is not None}
    results = set()
    for path in found.union(Path(each) for each in extra_files if each):
        # A path with a null byte is no path: such names come from modules made by hand.
        with suppress(ValueError, OSError):
            if path.is_file():
                results.add(path.resolve().absolute())
    return frozenset(results)


def _origin(module: Any) -> str | None:
    if not isinstance(module, ModuleType):
        return None
    if module.__name__ == "__main__":
        return getattr(module, "__file__", None)
    spec = getattr(module, "__spec__", None)
    if spec is None or not spec.origin:
        return None
    if isinstance(spec.loader, zipimporter):
        return spec.loader.archive
    return str(spec.origin) if spec.has_location else None


@functools.lru_cache(maxsize=1)
def common_roots(paths: Iterable[Path]) -> tuple[Path, ...]:
    """The fewest directories below which all of `paths` are, none inside another."""
    roots: list[Path] = []
    for path in sorted(paths, key=lambda each: len(each.parts)):
        if not any(root == path or root in path.parents for root in roots):
            roots.append(path)
    return tuple(roots)


def sys_path_directories() -> Iterator[Path]:
    """The directories on the import path; for a zip file, the one it is in."""
    for entry in sys.path:
        path = Path(entry)
        if path.exists():
            resolved = path.resolve().absolute()
            yield resolved.parent if resolved.is_file() else resolved


def get_child_arguments() -> list[Any]:
    """The command line that runs this program again, with the same options of Python."""
    args: list[Any] = [sys.executable, *(f"-W{option}" for option in sys.warnoptions)]
    for key, value in getattr(sys, "_xoptions", {}).items():
        args.append(f"-X{key}" if value is True else f"-X{key}={value}")
    script = Path(sys.argv[0])
    spec = getattr(sys.modules["__main__"], "__spec__", None)
    if spec is not None:
        # Started with -m; for a package's __main__ the package is what was asked for.
        runs_package = spec.parent and spec.name.endswith(".__main__")
        return [*args, "-m", spec.parent if runs_package else spec.name, *sys.argv[1:]]
    if script.exists():
        return [*args, *sys.argv]
    # The scripts that installers make on Windows have an ending that sys.argv leaves out.
    executable = script.with_suffix(".exe")
    if executable.exists():
        return [executable, *sys.argv[1:]]
    launcher = script.with_name(f"{script.name}-script.py")
    if launcher.exists():
        return [*args, launcher, *sys.argv[1:]]
    raise RuntimeError(f"Script {script} does not exist.")


def trigger_reload(filename: str | os.PathLike[str]) -> None:
    """End this process so that its parent starts it again."""
    logger.info("%s changed, reloading.", filename)
    sys.exit(CHANGED)


def restart_with_reloader() -> int:
    """Run the program as a child until it ends with anything but "changed"; its exit status."""
    environ = {**os.environ, DJANGO_AUTORELOAD_ENV: "true"}
    args = get_child_arguments()
    while True:
        status = subprocess.run(args, env=environ, close_fds=False).returncode
        # A project that writes one of its files at each start must not start forever.
        environ.pop(_STARTED_AGAIN_ENV, None)
        if status == CHANGED_AT_START:
            environ[_STARTED_AGAIN_ENV] = "true"
        elif status != CHANGED:
            return status


class BaseReloader:
    """What reloaders have in common: which files to watch, and whom to tell."""

    def __init__(self) -> None:
        self.extra_files: set[Path] = set()
        self.directory_globs: dict[Path, set[str]] = defaultdict(set)
        self._stop_condition = threading.Event()

    def watch_dir(self, path: str | os.PathLike[str], glob: str) -> None:
        """Watch the files that match `glob` in the directory `path`, too."""
        directory = Path(path)
        try:
            directory = directory.absolute()
        except FileNotFoundError:
            logger.debug("Unable to watch directory %s as it cannot be resolved.", directory)
            return
        logger.debug("Watching dir %s with glob %s.", directory, glob)
        self.directory_globs[directory].add(glob)

    def watched_files(self, include_globs: bool = True) -> Iterator[Path]:
        """Every file that is watched now."""
        yield from iter_all_python_module_files()
        yield from self.extra_files
        if include_globs:
            for directory, patterns in self.directory_globs.items():
                for pattern in patterns:
                    yield from directory.glob(pattern)

    def wait_for_apps_ready(self, app_reg: Any, django_main_thread: threading.Thread) -> bool:
        """Wait until the apps are loaded; False if the program ended before."""
        while django_main_thread.is_alive():
            if app_reg.ready_event.wait(timeout=0.1):
                return True
        logger.debug("Main Django thread has terminated before apps are ready.")
        return False

    def run(self, django_main_thread: threading.Thread) -> None:
        """Watch until told to stop, from when the apps are loaded."""
        logger.debug("Waiting for apps ready_event.")
        self.wait_for_apps_ready(apps, django_main_thread)
        if _exception is None:
            autoreload_started.send(sender=self)
        elif settings.configured:
            # What is broken may be what receivers ask; they must not end the watching.
            autoreload_started.send_robust(sender=self)
        self.run_loop()

    def run_loop(self) -> None:
        """Look for changes, one step of `tick` after another."""
        ticker = self.tick()
        while not self.should_stop:
            try:
                next(ticker)
            except StopIteration:
                break
        self.stop()

    def tick(self) -> Iterator[None]:
        """A generator that looks for changes and yields after each look."""
        raise NotImplementedError("subclasses must implement tick().")

    @classmethod
    def check_availability(cls) -> None:
        """Raise an exception if this reloader cannot work here."""
        raise NotImplementedError("subclasses must implement check_availability().")

    def notify_file_changed(self, path: str | os.PathLike[str]) -> None:
        """Tell the receivers that `path` changed; unless one of them dealt with it, reload."""
        results = file_changed.send(sender=self, file_path=path)
        logger.debug("%s notified as changed. Signal results: %s.", path, results)
        if not any(answer for _, answer in results):
            trigger_reload(path)
        change_taken_up.send(sender=self, file_path=path)

    @property
    def should_stop(self) -> bool:
        """Whether `stop` was called."""
        return self._stop_condition.is_set()

    def stop(self) -> None:
        """End `run_loop` before its next step."""
        self._stop_condition.set()


class StatReloader(BaseReloader):
    """Compare the files' times of change once a second; works on every file system."""

    SLEEP_TIME = 1

    def tick(self) -> Iterator[None]:
        times: dict[Path, float] = {}
        while True:
            for path, changed in self.snapshot_files():
                before = times.get(path)
                times[path] = changed
                if before is not None and changed > before:
                    self.notify_file_changed(path)
            self._stop_condition.wait(self.SLEEP_TIME)
            yield

    def snapshot_files(self) -> Iterator[tuple[Path, float]]:
        """Each watched file with its time of change, in seconds since the epoch."""
        seen: set[Path] = set()
        for path in self.watched_files():
            if path not in seen:
                seen.add(path)
                with suppress(OSError):
                    yield path, path.stat().st_mtime

    @classmethod
    def check_availability(cls) -> None:
        """Always available."""


class WatchfilesReloader(BaseReloader):
    """Be told of changes by the operating system, through watchfiles."""

    # How long to wait for changes before asking what else is to be watched by now, in ms.
    INTERVAL = 500

    def __init__(self) -> None:
        super().__init__()
        self._times: dict[Path, float] = {}
        started_again = os.environ.get(_STARTED_AGAIN_ENV) == "true"
        self._not_before = time.time() if started_again else _started

    @cached_property
    def watch(self) -> Callable[..., Iterator[Any]]:
        """``watchfiles.watch``; imported by the process that watches, and by no other."""
        watch: Callable[..., Iterator[Any]] = import_module("watchfiles").watch
        return watch

    def tick(self) -> Iterator[None]:
        counts = logging.getLogger("watchfiles.main")
        if counts.level == logging.NOTSET:
            # How many files changed in a directory says nothing about the project's.
            counts.setLevel(logging.WARNING)
        while not self.should_stop:
            directories = self._directories()
            watching = self.watch(
                *directories,
                watch_filter=None,
                stop_event=self._stop_condition,
                rust_timeout=self.INTERVAL,
                yield_on_timeout=True,
                raise_interrupt=True,
                ignore_permission_denied=True,
                recursive=False,
                debounce=100,
                step=20,
            )
            for changes in watching:
                self._report(changes)
                self._report_missed()
                yield
                if self._directories() != directories:
                    break

    def _directories(self) -> frozenset[Path]:
        """The directories to watch, each without what is below it."""
        directories = {path.parent for path in self.watched_files(include_globs=False)}
        for directory, patterns in self.directory_globs.items():
            if any("**" in pattern or "/" in pattern for pattern in patterns):
                directories.update(Path(root) for root, _, _ in os.walk(directory))
            elif directory.is_dir():
                directories.add(directory)
        return frozenset(directories)

    def _report_missed(self) -> None:
        """Report what was saved before the file, or anything, was being watched."""
        for path in self.watched_files():
            with suppress(OSError):
                changed = path.stat().st_mtime
                known = self._times.get(path)
                self._times[path] = changed
                if known is not None and changed > known:
                    self.notify_file_changed(path)
                elif known is None and self._not_before < changed <= time.time():
                    self._notify_changed_at_start(path)

    def _notify_changed_at_start(self, path: Path) -> None:
        try:
            self.notify_file_changed(path)
        except SystemExit as error:
            raise SystemExit(CHANGED_AT_START) from error

    def _report(self, changes: Iterable[tuple[Any, str]]) -> None:
        if not changes:
            return
        watched = set(self.watched_files(include_globs=False))
        for name in sorted({name for _, name in changes}):
            path = Path(name)
            # Many editors delete and make anew what they save: ask the name, not the file.
            if path in watched or path.resolve() in watched or self._matches_glob(path):
                self.notify_file_changed(path)

    def _matches_glob(self, path: Path) -> bool:
        for directory, patterns in self.directory_globs.items():
            if directory in path.parents:
                relative = path.relative_to(directory)
                for pattern in patterns:
                    # "**/" stands for no directory, too, which match() does not know.
                    if relative.match(pattern) or relative.match(pattern.replace("**/", "")):
                        return True
        return False

    @classmethod
    def check_availability(cls) -> None:
        """Raise `PackageNotFoundError` if watchfiles is not installed."""
        version("watchfiles")


def get_reloader() -> BaseReloader:
    """The best reloader that works here."""
    try:
        WatchfilesReloader.check_availability()
    except PackageNotFoundError:
        return StatReloader()
    return WatchfilesReloader()


def start_django(
    reloader: BaseReloader, main_func: Callable[..., Any], *args: Any, **kwargs: Any
) -> None:
    """Run `main_func` in a thread, and watch until a change or the end."""
    ensure_echo_on()
    thread = threading.Thread(
        target=check_errors(main_func), args=args, kwargs=kwargs, name="django-main-thread"
    )
    thread.daemon = True
    thread.start()
    while not reloader.should_stop:
        reloader.run(thread)


def run_with_reloader(main_func: Callable[..., Any], *args: Any, **kwargs: Any) -> None:
    """Run `main_func` with these arguments, and anew whenever the code changes."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        if os.environ.get(DJANGO_AUTORELOAD_ENV) == "true":
            reloader = get_reloader()
            logger.info("Watching for file changes with %s", type(reloader).__name__)
            start_django(reloader, main_func, *args, **kwargs)
        else:
            sys.exit(restart_with_reloader())
    except KeyboardInterrupt:
        pass
