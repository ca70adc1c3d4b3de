"""The same texts pass as with Django."""

from __future__ import annotations

import pytest

from golden_cases import recorded, script
from vivace.core import validators
from vivace.core.exceptions import ValidationError

SCRIPT = script("validators")
RECORDED = recorded("validators")
TEXTS = SCRIPT.texts()
VALIDATORS = SCRIPT.validators(validators)


@pytest.mark.parametrize("name", sorted(VALIDATORS))
def test_validator_accepts_what_django_accepts(name: str) -> None:
    kind, validator = VALIDATORS[name]
    assert SCRIPT.accepted(validator, TEXTS[kind], ValidationError) == RECORDED[name]
    assert 0 < len(RECORDED[name]) < len(TEXTS[kind])
