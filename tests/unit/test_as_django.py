"""The directory that makes ``django`` Vivace for programs which are not the project's own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest


def python(*arguments: str, directory: Path, search_path: str = "", **environ: str) -> str:
    kept = {k: v for k, v in os.environ.items() if not k.endswith("SETTINGS_MODULE")}
    done = subprocess.run(
        [sys.executable, "-W", "error", *arguments],
        cwd=directory,
        env={**kept, "PYTHONPATH": search_path, **environ},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture
def search_path(tmp_path: Path) -> str:
    return python("-m", "vivace.as_django", directory=tmp_path).strip()


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "site_settings.py").write_text(
        "from django.utils.translation import gettext_lazy as _\n"
        'SECRET_KEY = "x" * 60\nROOT_URLCONF = "site_urls"\nINSTALLED_APPS = ["shop"]\n'
    )
    (tmp_path / "site_urls.py").write_text("urlpatterns = []\n")
    commands = tmp_path / "shop" / "management" / "commands"
    commands.mkdir(parents=True)
    (commands / "greet.py").write_text(
        "from django.core.management.base import BaseCommand\n"
        "class Command(BaseCommand):\n"
        "    def handle(self, *args, **options):\n"
        "        self.stdout.write('hello from ' + type(self).__mro__[1].__module__)\n"
    )
    return tmp_path


def test_it_is_one_directory_with_django_in_it(search_path: str) -> None:
    assert (Path(search_path) / "django" / "__init__.py").is_file()


def test_python_m_django(search_path: str, project: Path) -> None:
    def run(*arguments: str) -> str:
        return python(
            *("-m", "django", *arguments),
            directory=project,
            search_path=search_path,
            DJANGO_SETTINGS_MODULE="site_settings",
        )

    assert run("check") == "System check identified no issues (0 silenced).\n"
    assert run("greet").startswith("hello from django.")
    assert run("--version") == "5.2.19\n"


def test_every_import_of_django_is_vivace(search_path: str, tmp_path: Path) -> None:
    source = """
import django.conf
from django import VERSION, setup
from django.http import HttpResponse
import vivace.conf, vivace.http
assert django is vivace
assert django.conf is vivace.conf
assert HttpResponse is vivace.http.HttpResponse
assert VERSION[:2] == (5, 2)
"""
    python("-c", source, directory=tmp_path, search_path=search_path)


def test_a_django_that_is_installed_is_not_looked_at(search_path: str, tmp_path: Path) -> None:
    other = tmp_path / "other" / "django"
    other.mkdir(parents=True)
    (other / "__init__.py").write_text("raise SystemExit('the other Django was imported')\n")
    both = os.pathsep.join([search_path, str(other.parent)])
    source = "import django, django.urls, vivace; assert django is vivace"
    python("-c", source, directory=tmp_path, search_path=both)


def test_programs_that_are_started_inherit_it(search_path: str, tmp_path: Path) -> None:
    source = """
import subprocess, sys
command = [sys.executable, "-c", "import django; print(django.__path__[0])"]
sys.stdout.write(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
"""
    out = python("-c", source, directory=tmp_path, search_path=search_path)
    assert Path(out.strip()).name == "vivace"


def test_to_import_it_under_its_own_name_changes_nothing(tmp_path: Path) -> None:
    source = "import sys, vivace.as_django.django; assert 'django' not in sys.modules"
    python("-c", source, directory=tmp_path)
