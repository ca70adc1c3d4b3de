"""The reloader's parts; that it restarts a real server is tested with ``runserver``."""

from __future__ import annotations

import logging
import os
import sys
import threading
import zipfile
from collections.abc import Iterator
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

from vivace.utils import autoreload
from vivace.utils.autoreload import BaseReloader, StatReloader, WatchfilesReloader


@pytest.fixture
def main(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Any:
    """Answers the arguments of the child for a program started in a given way."""
    monkeypatch.chdir(tmp_path)

    def ask(argv: list[str], name: str | None = None, **python: Any) -> list[Any]:
        module = ModuleType("__main__")
        module.__spec__ = ModuleSpec(name, None) if name else None
        monkeypatch.setitem(sys.modules, "__main__", module)
        monkeypatch.setattr(sys, "argv", argv)
        monkeypatch.setattr(sys, "executable", "/python")
        monkeypatch.setattr(sys, "warnoptions", python.get("warnoptions", []))
        monkeypatch.setattr(sys, "_xoptions", python.get("xoptions", {}))
        return autoreload.get_child_arguments()

    return ask


def test_child_runs_the_same_script(main: Any) -> None:
    Path("manage.py").touch()
    assert main(["manage.py", "runserver"]) == ["/python", "manage.py", "runserver"]


def test_child_has_the_options_of_python(main: Any) -> None:
    Path("manage.py").touch()
    assert main(["manage.py", "x"], warnoptions=["error"], xoptions={"utf8": True, "a": "b"}) == [
        "/python",
        "-Werror",
        "-Xutf8",
        "-Xa=b",
        "manage.py",
        "x",
    ]


@pytest.mark.parametrize(
    ("name", "module"),
    [
        ("vivace.__main__", "vivace"),
        ("pkg.mod", "pkg.mod"),
        ("mod", "mod"),
        ("__main__", "__main__"),
    ],
)
def test_child_runs_the_same_module(main: Any, name: str, module: str) -> None:
    assert main(["/any/__main__.py", "x"], name=name) == ["/python", "-m", module, "x"]


def test_child_of_windows_launchers(main: Any) -> None:
    Path("tool-script.py").touch()
    assert main(["tool", "x"]) == ["/python", Path("tool-script.py"), "x"]
    Path("tool.exe").touch()
    assert main(["tool", "x"]) == [Path("tool.exe"), "x"]


def test_child_of_nothing(main: Any) -> None:
    with pytest.raises(RuntimeError, match=r"^Script nothing does not exist\.$"):
        main(["nothing", "x"])


@pytest.fixture(autouse=True)
def _no_errors_left() -> Iterator[None]:
    yield
    autoreload._error_files.clear()
    autoreload._exception = None


def test_errors_are_remembered_with_their_file(tmp_path: Path) -> None:
    broken = tmp_path / "broken.py"
    broken.write_text("def (")

    def fail() -> None:
        compile(broken.read_text(), str(broken), "exec")

    with pytest.raises(SyntaxError):
        autoreload.check_errors(fail)()
    assert autoreload._error_files == [str(broken)]
    assert broken.resolve() in autoreload.iter_all_python_module_files()
    with pytest.raises(SyntaxError):
        autoreload.raise_last_exception()


def test_nothing_to_raise() -> None:
    autoreload.check_errors(lambda: None)()
    autoreload.raise_last_exception()


def test_files_of_modules(tmp_path: Path) -> None:
    path = tmp_path / "song.py"
    path.touch()
    module = ModuleType("song")
    module.__spec__ = ModuleSpec("song", None, origin=str(path))
    module.__spec__.has_location = True
    by_hand = ModuleType("by_hand")
    odd = ModuleType("odd")
    odd.__spec__ = ModuleSpec("odd", None, origin="a\0b")
    odd.__spec__.has_location = True
    files = autoreload.iter_modules_and_files(
        (module, by_hand, odd, sys),
        frozenset([str(tmp_path / "missing.py"), ""]),
    )
    assert files == {path.resolve()}


def test_a_module_in_a_zip_is_the_zip(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    archive = tmp_path / "lib.zip"
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("zipped_song.py", "")
    monkeypatch.syspath_prepend(str(archive))
    import zipped_song  # type: ignore[import-not-found]

    monkeypatch.delitem(sys.modules, "zipped_song")
    files = autoreload.iter_modules_and_files((zipped_song,), frozenset())
    assert files == {archive.resolve()}
    assert archive.parent.resolve() in set(autoreload.sys_path_directories())


def test_common_roots() -> None:
    paths = (Path("/a/b/c"), Path("/a/b"), Path("/a/bc"), Path("/d/e/f"))
    assert set(autoreload.common_roots(paths)) == {Path("/a/b"), Path("/a/bc"), Path("/d/e/f")}


def test_own_files_are_known() -> None:
    assert autoreload.is_django_path(autoreload.__file__)
    assert not autoreload.is_django_path(__file__)
    assert autoreload.is_django_module(autoreload)
    assert not autoreload.is_django_module(os)


def test_reload_is_status_three(caplog: pytest.LogCaptureFixture) -> None:
    with pytest.raises(SystemExit) as caught:
        autoreload.trigger_reload("song.py")
    assert caught.value.code == 3


def test_a_receiver_may_deal_with_a_change() -> None:
    seen = []

    def receiver(sender: Any, file_path: Any, **kwargs: Any) -> bool:
        seen.append(file_path)
        return True

    reloader = BaseReloader()
    autoreload.file_changed.connect(receiver)
    try:
        reloader.notify_file_changed(Path("song.html"))
    finally:
        autoreload.file_changed.disconnect(receiver)
    assert seen == [Path("song.html")]
    with pytest.raises(SystemExit):
        reloader.notify_file_changed(Path("song.html"))


def test_globs_are_watched(tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    for name in ("a.html", "deep/b.html", "c.txt"):
        (tmp_path / name).touch()
    reloader = BaseReloader()
    reloader.watch_dir(tmp_path, "**/*.html")
    own = {path for path in reloader.watched_files() if tmp_path in path.parents}
    assert own == {tmp_path / "a.html", tmp_path / "deep/b.html"}
    reloader.extra_files.add(tmp_path / "c.txt")
    assert tmp_path / "c.txt" in set(reloader.watched_files(include_globs=False))


class Noting(WatchfilesReloader):
    """Notes changes instead of reloading."""

    def __init__(self) -> None:
        super().__init__()
        self.changed: list[Path] = []
        self.noted = threading.Event()

    def notify_file_changed(self, path: Any) -> None:
        self.changed.append(Path(path))
        self.noted.set()


@pytest.mark.parametrize("kind", [WatchfilesReloader, StatReloader])
def test_changes_are_noticed(
    kind: type[BaseReloader], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    template, module, other = (tmp_path / n for n in ("deep/a.html", "song.py", "other.txt"))
    template.parent.mkdir()
    for path in (template, module, other):
        path.write_text("before")
        os.utime(path, (1, 1))
    monkeypatch.setattr(StatReloader, "SLEEP_TIME", 0.01)

    class Watching(Noting, kind):  # type: ignore[misc, valid-type]
        tick = kind.tick

    reloader = Watching()
    reloader.watch_dir(tmp_path, "**/*.html")
    reloader.extra_files.add(module)
    ticker = reloader.tick()
    next(ticker)
    for changed in (template, module):
        other.write_text("after")
        new = changed.with_suffix(".new")
        new.write_text("after")
        os.replace(new, changed)
        for _ in range(400):
            next(ticker)
            if changed in reloader.changed:
                break
    reloader.stop()
    assert {path for path in reloader.changed if tmp_path in path.parents} == {template, module}


def test_without_watchfiles_there_is_another(monkeypatch: pytest.MonkeyPatch) -> None:
    assert isinstance(autoreload.get_reloader(), WatchfilesReloader)

    def lacking(name: str) -> str:
        raise autoreload.PackageNotFoundError(name)

    monkeypatch.setattr(autoreload, "version", lacking)
    assert type(autoreload.get_reloader()) is StatReloader


def test_what_was_saved_during_the_start_is_noticed_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "song.py"
    path.touch()

    def first_look() -> None:
        reloader = WatchfilesReloader()
        reloader.extra_files.add(path)
        monkeypatch.setattr(reloader, "watched_files", lambda: iter([path]))
        reloader._report_missed()

    monkeypatch.setattr(autoreload, "_started", path.stat().st_mtime - 1)
    with pytest.raises(SystemExit) as caught:
        first_look()
    assert caught.value.code == autoreload.CHANGED_AT_START
    monkeypatch.setenv("VIVACE_CHANGED_AT_START", "true")
    first_look()


def test_parent_starts_the_child_until_it_ends(
    main: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    script = tmp_path / "child.py"
    script.write_text(
        "import os, pathlib, sys\n"
        "log = pathlib.Path('log')\n"
        "lines = log.read_text().split() if log.exists() else []\n"
        "lines.append(os.environ['RUN_MAIN'] + os.environ.get('VIVACE_CHANGED_AT_START', '-'))\n"
        "log.write_text(' '.join(lines))\n"
        "sys.exit([3, 4, 3, 7][len(lines) - 1])\n"
    )
    python = sys.executable
    main([str(script)])
    monkeypatch.setattr(sys, "executable", python)
    assert autoreload.restart_with_reloader() == 7
    assert (tmp_path / "log").read_text().split() == ["true-", "true-", "truetrue", "true-"]


def test_waiting_for_apps_ends_with_the_program() -> None:
    ready = SimpleNamespace(ready_event=threading.Event())
    ended = threading.Thread(target=lambda: None)
    ended.start()
    ended.join()
    assert BaseReloader().wait_for_apps_ready(ready, ended) is False
    ready.ready_event.set()
    release = threading.Event()
    running = threading.Thread(target=release.wait)
    running.start()
    assert BaseReloader().wait_for_apps_ready(ready, running) is True
    release.set()
    running.join()


def test_published_names() -> None:
    assert autoreload.DJANGO_AUTORELOAD_ENV == "RUN_MAIN"
    assert isinstance(autoreload.logger, logging.Logger)
