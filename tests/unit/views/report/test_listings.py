from __future__ import annotations

import linecache
import re
from pathlib import Path

import pytest

from vivace.views.report.listings import colours_of, frame_of_mistake, is_library, listing, place

SOURCE = '''"""A module
of two lines."""
total = 12  # a comment
for each in "text", f"{total} pieces":
    pass
'''


@pytest.fixture
def module(tmp_path: Path) -> Path:
    path = tmp_path / "module.py"
    path.write_text(SOURCE)
    return path


def painted(path: Path, number: int) -> list[tuple[str, str]]:
    """What of a line has which colour."""
    lines = SOURCE.splitlines()
    colours = colours_of(str(path), lines, 1)
    line = lines[number - 1]
    return [(line[begin:end], kind) for begin, end, kind in colours.get(number, [])]


def test_source_has_colours(module: Path) -> None:
    assert painted(module, 1) == [('"""A module', "q")]
    assert painted(module, 2)[0][0].startswith('of two lines."""')
    assert painted(module, 3) == [("12", "f"), ("# a comment", "c")]
    assert ("for", "w") in painted(module, 4)
    assert ('"text"', "q") in painted(module, 4)
    assert painted(module, 5) == [("pass", "w")]


def test_of_a_file_that_has_changed_nothing_is_painted(module: Path) -> None:
    assert colours_of(str(module), SOURCE.splitlines(), 1)
    assert colours_of(str(module), ["something = 1"], 1) == {}
    assert colours_of(str(module), SOURCE.splitlines(), 2) == {}
    assert colours_of("<generated>", ["x = 1"], 1) == {}


def test_a_file_with_a_mistake_has_colours_up_to_there(tmp_path: Path) -> None:
    path = tmp_path / "wrong.py"
    path.write_text("x = 1\ny = (\n")
    linecache.checkcache(str(path))
    assert colours_of(str(path), ["x = 1", "y = ("], 1)[1] == [(4, 5, "f")]


def test_every_character_is_there_and_escaped() -> None:
    line = "a < b and '<script>'"
    spans = [(6, 9, "w"), (10, 20, "q")]
    shown = listing([line], 7, 7, (4, 12), {7: spans})
    text = re.sub("<[^>]+>", "", shown)
    assert text == "7 a &lt; b and &#x27;&lt;script&gt;&#x27;\n"
    marked = shown.partition("<mark>")[2].partition("</mark>")[0]
    assert re.sub("<[^>]+>", "", marked) == "b and &#x27;&lt;"


@pytest.mark.parametrize(
    "line",
    [
        'SECRET_KEY = "xyz"',
        "STRIPE_API_KEY='xyz'",
        '    "PASSWORD": "xyz",',
        'os.environ["DB_PASSWORD"] = "xyz"',
        'AUTH_TOKEN: str = "xyz"',
    ],
)
def test_secrets_near_a_mistake_are_hidden(line: str) -> None:
    assert "xyz" not in listing([line, "mistake"], 1, 2, None, {})


@pytest.mark.parametrize(
    "line",
    ['sorted(names, key="xyz")', 'if SECRET_KEY == "xyz":', "PRIMARY_KEY = xyz", 'x = "xyz"'],
)
def test_other_lines_are_not(line: str) -> None:
    assert "xyz" in listing([line, "mistake"], 1, 2, None, {})


def test_libraries() -> None:
    assert is_library(re.__file__)
    assert is_library(pytest.__file__)
    assert is_library("<string>")
    assert not is_library(__file__)


def test_places_set_off_the_files_name() -> None:
    assert place("/a/<b>.py", 3, "<f>") == (
        '<span class="place">/a/<b>&lt;b&gt;.py</b>, line 3, in &lt;f&gt;</span>'
    )


def test_a_mistake_without_a_place() -> None:
    assert frame_of_mistake(SyntaxError("why")) is None
    frame = frame_of_mistake(SyntaxError("why", ("<string>", 3, 5, "a = = 1\n")))
    assert frame is not None
    assert (frame["context_line"], frame["columns"]) == ("a = = 1", (4, 5))
