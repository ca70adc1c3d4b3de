"""Settings from environment variables and from the file ``.env``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vivace.conf import environment
from vivace.conf.environment import Environment
from vivace.core.exceptions import ImproperlyConfigured


@pytest.fixture
def env(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Makes an `Environment` of a file with the given text."""
    monkeypatch.delenv("THING", raising=False)

    def make(text: str) -> Environment:
        path = tmp_path / ".env"
        path.write_text(text, encoding="utf-8")
        return Environment(path)

    return make


@pytest.mark.parametrize(
    ("line", "value"),
    [
        ("THING=word", "word"),
        ("THING = two words  ", "two words"),
        ("export THING=word", "word"),
        ("THING=word # comment", "word"),
        ("THING=has#inside", "has#inside"),
        ("THING='single # quotes'", "single # quotes"),
        (r'THING="a\nb\"c\\"', 'a\nb"c\\'),
        ("THING='two\nlines' # comment", "two\nlines"),
        ("THING=", ""),
        ("THING=  # only a comment", ""),
        ("THING=first\nTHING=second", "second"),
        ("\ufeffTHING=word\r", "word"),
        ("# comment\n\n  \nTHING=a=b", "a=b"),
        ("THING=postgres://me:pa'ss@host/name", "postgres://me:pa'ss@host/name"),
    ],
)
def test_lines_of_the_file(env: Any, line: str, value: str) -> None:
    assert env(line).text("THING") == value


@pytest.mark.parametrize("line", ["THING", "THING='open", "1THING=x", "THING='a' b", "two words=x"])
def test_a_line_that_is_none_is_named(env: Any, line: str) -> None:
    with pytest.raises(ImproperlyConfigured, match=r"\.env, line 2: write NAME=value"):
        env(f"GOOD=1\n{line}\n")


def test_the_process_counts_before_the_file(env: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("THING", "process")
    assert env("THING=file").text("THING") == "process"


def test_no_file_is_an_empty_file(tmp_path: Path) -> None:
    assert environment.read(tmp_path / "nothing") == {}


def test_what_is_nowhere_is_named_with_the_cure(env: Any) -> None:
    made = env("")
    with pytest.raises(ImproperlyConfigured, match=r"Set THING in the environment, or in .*\.env"):
        made.text("THING")
    assert made.text("THING", None) is None
    assert made.flag("THING", True) is True


@pytest.mark.parametrize(
    ("text", "value"), [("yes", True), ("1", True), ("ON", True), ("no", False), ("", False)]
)
def test_flags(env: Any, text: str, value: bool) -> None:
    assert env(f"THING={text}").flag("THING") is value


def test_numbers_and_words(env: Any) -> None:
    assert env("THING=12").number("THING") == 12
    assert env("THING=a, b,,c ").words("THING") == ["a", "b", "c"]
    assert env("THING=").words("THING") == []


@pytest.mark.parametrize("kind", ["flag", "number", "database"])
def test_a_wrong_value_is_not_repeated(env: Any, kind: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="environment variable THING must be") as caught:
        getattr(env("THING=s3cret"), kind)("THING")
    assert "s3cret" not in str(caught.value)


@pytest.mark.parametrize(
    ("url", "entry"),
    [
        ("sqlite:///db.sqlite3", {"ENGINE": "vivace.db.backends.sqlite3", "NAME": "db.sqlite3"}),
        ("sqlite:////srv/a%20b", {"ENGINE": "vivace.db.backends.sqlite3", "NAME": "/srv/a b"}),
        ("sqlite://", {"ENGINE": "vivace.db.backends.sqlite3", "NAME": ":memory:"}),
        (
            "postgres://me:p%40ss@db.example:5433/shop?sslmode=require",
            {
                "ENGINE": "vivace.db.backends.postgresql",
                "NAME": "shop",
                "USER": "me",
                "PASSWORD": "p@ss",
                "HOST": "db.example",
                "PORT": "5433",
                "OPTIONS": {"sslmode": "require"},
            },
        ),
    ],
)
def test_databases(env: Any, url: str, entry: dict[str, Any]) -> None:
    assert env(f"THING='{url}'").database("THING") == entry


def test_a_path_is_a_default_for_a_database(env: Any) -> None:
    path = Path("some #odd%/name")
    entry = env("").database("THING", path)
    assert entry == {"ENGINE": "vivace.db.backends.sqlite3", "NAME": path}


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r\x00")))
def test_any_text_survives_in_double_quotes(text: str) -> None:
    quoted = text.replace("\\", "\\\\").replace('"', '\\"')
    match = environment._LINE.match(f'THING="{quoted}"')
    assert match is not None
    assert environment._value(match) == text


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(ImproperlyConfigured, match=r"cannot be read: Is a directory\.$"):
        Environment(tmp_path)
    (tmp_path / ".env").write_bytes(b"A=\xff\n")
    with pytest.raises(ImproperlyConfigured, match=r"\.env cannot be read: it is no text in UTF-8"):
        Environment(tmp_path / ".env")
