"""A URLconf per test, forgotten afterwards."""

from __future__ import annotations

import sys
import types
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from vivace.urls import clear_script_prefix, clear_url_caches, set_urlconf

NAME = "tests_urls_urlconf"


@pytest.fixture
def urlconf() -> Iterator[Callable[..., types.ModuleType]]:
    """A function that makes its arguments the URLconf of this test, and returns the module."""

    def use(*patterns: Any, **attributes: Any) -> types.ModuleType:
        module = types.ModuleType(NAME)
        vars(module).update(urlpatterns=list(patterns), **attributes)
        sys.modules[NAME] = module
        clear_url_caches()
        set_urlconf(NAME)
        return module

    yield use
    set_urlconf(None)
    clear_script_prefix()
    clear_url_caches()
    sys.modules.pop(NAME, None)
