"""What Python itself says, as it said it when the answers of Django were recorded (Python 3.11)."""

from __future__ import annotations

import re
from typing import Any

# What newer releases say, and what 3.11 said.
CHANGES = [
    # 3.12
    (r"min\(\) iterable argument is empty", "min() arg is an empty sequence"),
    # 3.13
    (r"^PatternError$", "error"),
    (r" and no __dict__ for setting new attributes", ""),
]


def as_recorded(value: Any) -> Any:
    """`value`, of the types of JSON, with the texts in it worded as in the records."""
    if isinstance(value, str):
        for new, old in CHANGES:
            value = re.sub(new, old, value, flags=re.DOTALL)
        return value
    if isinstance(value, list):
        return [as_recorded(item) for item in value]
    if isinstance(value, dict):
        return {key: as_recorded(item) for key, item in value.items()}
    return value
