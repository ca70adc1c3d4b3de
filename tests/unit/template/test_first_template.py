"""The first template of a program, made by whoever asks first, in a process of its own."""

from __future__ import annotations

import subprocess
import sys

import pytest

SOURCE = """
from vivace.conf import settings
settings.configure(TEMPLATES=[{"BACKEND": "vivace.template.backends.django.DjangoTemplates"}])
import vivace
vivace.setup()
from vivace.template import Context
from %s import Template
assert Template("a{{ x }}").render(Context({"x": 1})) == "a1"
"""


@pytest.mark.parametrize("address", ["vivace.template", "vivace.template.base"])
def test_a_template_finds_the_engine_of_the_settings(address: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", SOURCE % address], capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stderr
