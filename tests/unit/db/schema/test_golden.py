"""Fields, relations and options answer what Django was seen to answer, case by case."""

from __future__ import annotations

import json
import subprocess
import sys
from functools import cache
from typing import Any

import pytest

import golden_cases


@cache
def answered(name: str) -> Any:
    """What Vivace answers; in a process of its own, for its applications and databases."""
    script = golden_cases.SCRIPTS / f"{name}.py"
    done = subprocess.run(
        [sys.executable, str(script), "vivace"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return json.loads(done.stdout)


def cases(name: str, part: str | None = None) -> list[str]:
    recorded = golden_cases.recorded(name)
    return list(recorded[part] if part else recorded)


@pytest.mark.parametrize("source", cases("fields", "fields"))
def test_a_field(source: str) -> None:
    assert answered("fields")["fields"][source] == recorded("fields")["fields"][source]


@pytest.mark.parametrize("source", cases("fields", "values"))
def test_values_of_a_field(source: str) -> None:
    mine, django = answered("fields")["values"][source], recorded("fields")["values"][source]
    different = {
        text: (mine.get(text), django[text]) for text in django if mine.get(text) != django[text]
    }
    assert not different


@pytest.mark.parametrize("name", cases("fields", "names"))
def test_the_name_of_a_field(name: str) -> None:
    assert answered("fields")["names"][name] == recorded("fields")["names"][name]


@pytest.mark.parametrize("name", cases("relations"))
def test_relations_and_options(name: str) -> None:
    assert answered("relations")[name] == recorded("relations")[name]


@pytest.mark.parametrize("name", cases("models_in_use"))
def test_fields_and_relations_over_a_database(name: str) -> None:
    assert answered("models_in_use")[name] == recorded("models_in_use")[name]


def test_the_record_holds_the_cases_of_the_script() -> None:
    fields, relations = golden_cases.script("fields"), golden_cases.script("relations")
    assert cases("fields", "fields") == list(dict.fromkeys(fields.sources()))
    assert cases("fields", "values") == list(dict.fromkeys(fields.VALUED))
    assert cases("relations") == [*relations.CASES, *(f"whole: {name}" for name in relations.WHOLE)]


@cache
def recorded(name: str) -> Any:
    return golden_cases.recorded(name)
