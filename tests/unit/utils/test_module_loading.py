"""Importing by name."""

from __future__ import annotations

import os
import sys
import types
from pathlib import Path

import pytest

import vivace.utils
from vivace.utils.module_loading import (
    cached_import,
    import_string,
    module_dir,
    module_has_submodule,
)


def test_import_string() -> None:
    assert import_string("os.path.join") is os.path.join
    assert cached_import("os.path", "join") is os.path.join


@pytest.mark.parametrize(
    ("path", "kind", "message"),
    [
        ("os", ImportError, "os doesn't look like a module path"),
        ("os.path.nope", ImportError, 'Module "os.path" does not define a "nope" attribute/class'),
        ("os.", ImportError, 'Module "os" does not define a "" attribute/class'),
        ("no_such.x", ModuleNotFoundError, "No module named 'no_such'"),
    ],
)
def test_import_string_errors(path: str, kind: type[Exception], message: str) -> None:
    with pytest.raises(kind) as caught:
        import_string(path)
    assert str(caught.value) == message


def test_a_module_half_imported_is_not_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "half_imported_module.py").write_text("value = 1\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    half = types.ModuleType("half_imported_module")
    monkeypatch.setitem(sys.modules, "half_imported_module", half)
    # No spec: nobody knows whether it is complete, so the import system is asked.
    with pytest.raises(ImportError, match="does not define"):
        import_string("half_imported_module.value")
    monkeypatch.delitem(sys.modules, "half_imported_module")
    assert import_string("half_imported_module.value") == 1


def test_module_has_submodule() -> None:
    assert module_has_submodule(vivace, "utils")
    assert module_has_submodule(vivace, "utils.crypto")
    assert not module_has_submodule(vivace, "nope")
    assert not module_has_submodule(vivace, "no.such")
    assert not module_has_submodule(os, "path")


def test_module_dir() -> None:
    assert module_dir(vivace.utils) == str(Path(vivace.utils.__file__ or "").parent)
    assert module_dir(os) == str(Path(os.__file__).parent)
    nowhere = types.ModuleType("nowhere")
    with pytest.raises(ValueError, match="Cannot determine directory containing"):
        module_dir(nowhere)
    nowhere.__path__ = ["a", "b"]
    with pytest.raises(ValueError, match="Cannot determine directory containing"):
        module_dir(nowhere)
