"""At the top of the template room is what users import, and each folder behind it says what it holds."""

from __future__ import annotations

import ast
from pathlib import Path

ROOM = Path(__file__).resolve().parents[2] / "src" / "vivace" / "template"

# Django's addresses. What is new in the room has its place in one of the folders.
ADDRESSES = {
    "__init__",
    "autoreload",
    "base",
    "context",
    "context_processors",
    "defaultfilters",
    "defaulttags",
    "engine",
    "exceptions",
    "library",
    "loader",
    "loader_tags",
    "response",
    "smartif",
    "utils",
}
STAGES = {"nodes", "build", "compile", "runtime"}


def test_the_top_of_the_room_has_only_addresses_that_users_know() -> None:
    assert {path.stem for path in ROOM.glob("*.py")} == ADDRESSES


def test_what_compiles_has_the_stages_of_every_compiled_room() -> None:
    assert {path.stem for path in (ROOM / "compiled").glob("*.py")} >= STAGES


def test_folders_are_no_larger_than_one_can_look_over_and_only_say_what_they_hold() -> None:
    for folder in sorted({path.parent for path in ROOM.rglob("*.py")} - {ROOM}):
        module = ast.parse((folder / "__init__.py").read_text(encoding="utf-8"))
        assert ast.get_docstring(module), folder
        assert len(module.body) == 1, folder
        assert 4 <= len([*folder.glob("*.py")]) - 1 <= 12, folder


def test_a_template_can_do_without_what_compiles_it() -> None:
    """The compiler is asked for by name, when a template is first rendered."""
    for path in ROOM.rglob("*.py"):
        if path.is_relative_to(ROOM / "compiled"):
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom):
                assert not (node.module or "").startswith("vivace.template.compiled"), path
