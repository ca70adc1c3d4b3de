"""A small project with models, and a third-party package, in a process that has no Django.

``scripts/test`` installs the packages into .envs/packages without what they depend on (which would be
Django). They are unmodified; `install_as_django` answers them.
"""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from waiting import DEADLINE

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ROOT / ".envs" / "packages"

PRELUDE = """
import vivace
vivace.install_as_django()
import os
import sys
from django.conf import settings
defaults = dict(
    SECRET_KEY="x" * 60,
    ALLOWED_HOSTS=["*"],
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}},
    DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
    INSTALLED_APPS=["django.contrib.contenttypes", *APPS, "shelf"],
    MEDIA_ROOT=os.path.abspath("media"),
    ROOT_URLCONF="shelf.urls",
    STATIC_URL="/static/",
    TEMPLATES=[
        {
            "BACKEND": "django.template.backends.django.DjangoTemplates",
            "APP_DIRS": True,
            "OPTIONS": {"context_processors": ["django.template.context_processors.request"]},
        }
    ],
    USE_TZ=True,
)
settings.configure(**{**defaults, **SETTINGS})
import django
django.setup()
from django.core.management import call_command
call_command("migrate", run_syncdb=True, verbosity=0)
from django.test.utils import setup_test_environment
setup_test_environment()
from django.db import connection, models
from django.db.models import *
from django.test import Client, RequestFactory
from django.template import Context, Template
from shelf.models import *

def raises(kind, function, *args, **kwargs):
    try:
        function(*args, **kwargs)
    except kind as error:
        return str(error)
    raise AssertionError(f"{kind} was not raised")

def show(source, **names):
    return Template(source).render(Context(names))
"""

Project = Callable[..., None]


@pytest.fixture(scope="session")
def search_path() -> str:
    """Where the packages are."""
    found = sorted(PACKAGES.glob("lib/python3*/site-packages"))
    if not found:
        assert not os.environ.get("CI"), "scripts/test makes .envs/packages; it is not there"
        pytest.skip("there is no .envs/packages: scripts/test makes it")
    assert not (found[-1] / "django").exists(), "Django is installed beside the packages"
    return str(found[-1])


@pytest.fixture
def project(search_path: str, tmp_path: Path) -> Project:
    """Run Python source in a project with the application "shelf"; fail if it fails."""

    def project(
        source: str,
        *apps: str,
        models: str = "",
        files: dict[str, str] | None = None,
        **settings: Any,
    ) -> None:
        written = {
            "shelf/__init__.py": "",
            "shelf/models.py": "from django.db import models\n" + textwrap.dedent(models),
            "shelf/urls.py": "urlpatterns = []\n",
            **(files or {}),
        }
        for name, text in written.items():
            place = tmp_path / name
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text(textwrap.dedent(text))
        given = f"APPS, SETTINGS = {apps!r}, {settings!r}\n"
        kept = {k: v for k, v in os.environ.items() if not k.endswith("SETTINGS_MODULE")}
        done = subprocess.run(
            [sys.executable, "-W", "error", "-c", given + PRELUDE + textwrap.dedent(source)],
            cwd=tmp_path,
            env={**kept, "PYTHONPATH": os.pathsep.join([search_path, kept.get("PYTHONPATH", "")])},
            capture_output=True,
            text=True,
            timeout=DEADLINE,
        )
        assert done.returncode == 0, done.stderr

    return project
