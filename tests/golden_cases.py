"""The recorded answers of Django, and the scripts that ask both frameworks the same."""

from __future__ import annotations

import importlib.util
import json
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

HERE = Path(__file__).parent
SCRIPTS = HERE.parent / "scripts" / "golden"


def script(name: str) -> ModuleType:
    """``scripts/golden/NAME.py`` as a module; loaded once."""
    key = f"golden_script_{name}"
    if key not in sys.modules:
        spec = importlib.util.spec_from_file_location(key, SCRIPTS / f"{name}.py")
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        sys.modules[key] = module
        spec.loader.exec_module(module)
    return sys.modules[key]


def recorded(name: str) -> Any:
    """What ``tests/golden/NAME.json`` holds."""
    return json.loads((HERE / "golden" / f"{name}.json").read_text(encoding="utf-8"))


def as_json(value: Any) -> Any:
    """`value` as it comes back from JSON, for comparison with what was recorded."""
    return json.loads(json.dumps(value))
