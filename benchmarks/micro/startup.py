"""Start-up: the processor's time of `manage.py check` on a project of many apps, beside Django.

Both frameworks run the same project, in processes of their own, by turns. Each app has what `startapp`
makes and is used: a configuration, two models (one refers to the app before), a view and a URLconf; the
settings are those of a new project. The answers are compared first: both must find no issues.

    scripts/bench startup [--apps 50] [--rounds 15] [--json FILE] [--strict]

A ratio is taken within a round; the median over the rounds is printed, with the medians of the times.
`plain` is a project of the same number of apps without models and URLs.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks.measure import versions

BAR = 1 / 3
FRAMEWORKS = ("vivace", "django")

MANAGE = """
import os
import sys

os.environ["DJANGO_SETTINGS_MODULE"] = "project.settings"
from {root}.core.management import execute_from_command_line

execute_from_command_line(sys.argv)
"""

SETTINGS = """
from pathlib import Path

BASE_DIR = Path(__file__).resolve().parent.parent
SECRET_KEY = "a-key-of-a-benchmark-that-signs-nothing-at-all-0123456789"
DEBUG = True
ALLOWED_HOSTS = []
INSTALLED_APPS = [f"app{{number}}" for number in range({apps})]
MIDDLEWARE = [
    "{root}.middleware.security.SecurityMiddleware",
    "{root}.middleware.common.CommonMiddleware",
    "{root}.middleware.csrf.CsrfViewMiddleware",
    "{root}.middleware.clickjacking.XFrameOptionsMiddleware",
]
ROOT_URLCONF = "project.urls"
TEMPLATES = [
    {{
        "BACKEND": "{root}.template.backends.django.DjangoTemplates",
        "DIRS": [],
        "APP_DIRS": True,
        "OPTIONS": {{"context_processors": ["{root}.template.context_processors.request"]}},
    }}
]
WSGI_APPLICATION = "project.wsgi.application"
DATABASES = {{
    "default": {{"ENGINE": "{root}.db.backends.sqlite3", "NAME": BASE_DIR / "db.sqlite3"}}
}}
LANGUAGE_CODE = "en-us"
TIME_ZONE = "UTC"
USE_I18N = True
USE_TZ = True
STATIC_URL = "static/"
DEFAULT_AUTO_FIELD = "{root}.db.models.BigAutoField"
"""

URLS = """
from {root}.urls import include, path

urlpatterns = [
    path(f"app{{number}}/", include(f"app{{number}}.urls")) for number in range({included})
]
"""

APP = {
    "__init__.py": "",
    "migrations/__init__.py": "",
    "apps.py": """
from {root}.apps import AppConfig


class App{number}Config(AppConfig):
    default_auto_field = "{root}.db.models.BigAutoField"
    name = "app{number}"
""",
    "tests.py": "from {root}.test import TestCase\n",
    "views.py": """
from {root}.http import HttpResponse
from {root}.shortcuts import render


def home(request):
    return render(request, "app{number}/home.html")


def item(request, pk):
    return HttpResponse(str(pk))
""",
}

PLAIN = {"models.py": "from {root}.db import models\n"}

USED = {
    "models.py": """
from {root}.db import models


class Author(models.Model):
    name = models.CharField(max_length=100, unique=True)
    born = models.DateField(null=True, blank=True)
    editor = models.ForeignKey(
        "app{before}.Author", null=True, on_delete=models.SET_NULL, related_name="edits{number}"
    )

    class Meta:
        ordering = ["name"]


class Book(models.Model):
    author = models.ForeignKey(Author, on_delete=models.CASCADE, related_name="books")
    title = models.CharField(max_length=200)
    pages = models.PositiveIntegerField(default=0)
    price = models.DecimalField(max_digits=8, decimal_places=2)
    published = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = [models.Index(fields=["title"], name="app{number}_title")]
""",
    "urls.py": """
from {root}.urls import path

from app{number} import views

urlpatterns = [
    path("", views.home, name="app{number}-home"),
    path("<int:pk>/", views.item, name="app{number}-item"),
]
""",
}


def make(folder: Path, root: str, apps: int, *, used: bool) -> None:
    """Write the project into `folder`, in the words of the framework `root`."""
    names = {"root": root, "apps": apps, "included": apps if used else 0}
    files = {
        "manage.py": MANAGE,
        "project/__init__.py": "",
        "project/settings.py": SETTINGS,
        "project/urls.py": URLS,
    }
    for path, text in files.items():
        _write(folder / path, text.format(**names))
    for number in range(apps):
        names |= {"number": number, "before": max(number - 1, 0)}
        for path, text in {**APP, **(USED if used else PLAIN)}.items():
            _write(folder / f"app{number}" / path, text.format(**names))


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def check(folder: Path) -> tuple[float, str]:
    """Run the command in a process of its own: the processor's milliseconds, and what it said."""
    environ = {"PATH": os.environ.get("PATH", ""), "PYTHONPATH": os.environ.get("PYTHONPATH", "")}
    with subprocess.Popen(
        [sys.executable, "manage.py", "check"],
        cwd=folder,
        env=environ,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        assert process.stdout is not None
        said = process.stdout.read()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(f"{folder}: status {process.returncode}\n{said}")
    return (usage.ru_utime + usage.ru_stime) * 1000, said


def measure(folders: dict[str, Path], rounds: int) -> dict[str, list[float]]:
    """Milliseconds of each contender in each round; the first run compiles, and is not counted."""
    answers = {name: check(folder)[1] for name, folder in folders.items()}
    if len(set(answers.values())) != 1:
        sys.exit(f"The answers differ: {answers}")
    times: dict[str, list[float]] = {name: [] for name in folders}
    for number in range(rounds):
        names = list(folders)
        for name in names if number % 2 else reversed(names):
            times[name].append(check(folders[name])[0])
    return times


def main() -> int:
    """Measure both kinds of project and print the table; the exit status."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--apps", type=int, default=50)
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the raw results to FILE")
    parser.add_argument("--strict", action="store_true", help="status 1 if the bar is missed")
    options = parser.parse_args()
    results = {}
    print(versions(*FRAMEWORKS))
    missed = False
    with tempfile.TemporaryDirectory() as place:
        for kind in ("used", "plain"):
            folders = {name: Path(place, kind, name) for name in FRAMEWORKS}
            for name, folder in folders.items():
                make(folder, name, options.apps, used=kind == "used")
            results[kind] = times = measure(folders, options.rounds)
            missed |= not _said(f"{options.apps} apps, {kind}", times)
    if options.json:
        record = {"versions": versions(*FRAMEWORKS), "milliseconds": results}
        options.json.write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")
    return 1 if missed and options.strict else 0


def _said(title: str, times: dict[str, list[float]]) -> bool:
    ratio = statistics.median(_ratios(times))
    medians = ", ".join(f"{name} {statistics.median(of):.0f} ms" for name, of in times.items())
    word = "reached" if ratio <= BAR else "missed"
    print(f"{title}: {medians}; ratio {ratio:.3f} (bar {BAR:.3f}: {word})")
    return ratio <= BAR


def _ratios(times: dict[str, list[float]]) -> Iterator[float]:
    for mine, other in zip(times["vivace"], times["django"], strict=True):
        yield mine / other


if __name__ == "__main__":
    sys.exit(main())
