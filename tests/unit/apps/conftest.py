"""Packages to be found as applications."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

Package = Callable[..., str]


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Package]:
    """Write a package, with an ``apps`` module and other modules, and return its name."""
    monkeypatch.syspath_prepend(str(tmp_path))
    before = set(sys.modules)

    def write(name: str, apps: str | None = None, **modules: str) -> str:
        directory = tmp_path.joinpath(*name.split("."))
        directory.mkdir(parents=True)
        (directory / "__init__.py").write_text("")
        if apps is not None:
            modules["apps"] = "from vivace.apps import AppConfig\n" + apps
        for module, source in modules.items():
            (directory / f"{module}.py").write_text(source)
        return name

    yield write
    for name in set(sys.modules) - before:
        del sys.modules[name]
