"""The program itself, run as a person runs it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

SETTINGS = """
SECRET_KEY = "a key for tests, long enough to be taken for a good one: 0123456789abcdef"
ROOT_URLCONF = "urls"
INSTALLED_APPS = {apps!r}
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "good.py").write_text(SETTINGS.format(apps=[]))
    (tmp_path / "lacking.py").write_text(SETTINGS.format(apps=["no_such_app"]))
    (tmp_path / "broken.py").write_text("SECRET_KEY = (\n")
    (tmp_path / "urls.py").write_text("urlpatterns = []\n")
    return tmp_path


def vivace(
    project: Path, *argv: str, settings: str | None = None, **environ: str
) -> subprocess.CompletedProcess[str]:
    """Run ``python -m vivace`` in the project."""
    kept = {
        key: value
        for key, value in os.environ.items()
        if not key.endswith(("SETTINGS_MODULE", "_COLOR", "_COLORS"))
    }
    if settings:
        kept["DJANGO_SETTINGS_MODULE"] = settings
    return subprocess.run(
        [sys.executable, "-m", "vivace", *argv],
        cwd=project,
        env={**kept, "COLUMNS": "80", "PYTHONPATH": str(project), **environ},
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
        timeout=60,
    )


def test_help_lists_commands_by_app(project: Path) -> None:
    for argv in ([], ["help"], ["--help"], ["-h"]):
        done = vivace(project, *argv, settings="good")
        assert done.returncode == 0
        assert done.stdout.startswith(
            "\nType 'python -m vivace help <subcommand>' for help on a specific subcommand.\n\n"
            "Available subcommands:\n\n[vivace]\n    check\n    compilemessages\n    completion\n"
        )
        assert "Note that" not in done.stdout


def test_help_without_settings_says_so(project: Path) -> None:
    done = vivace(project, "help")
    assert "Note that only Vivace core commands are listed" in done.stdout
    assert done.returncode == 0


def test_bare_list_of_commands(project: Path) -> None:
    lines = vivace(project, "help", "--commands", settings="good").stdout.splitlines()
    assert lines == sorted(lines)
    assert "startproject" in lines


def test_help_on_one_command(project: Path) -> None:
    done = vivace(project, "help", "check", settings="good")
    assert done.stdout.startswith("usage: python -m vivace check [-h] [--tag TAGS]")
    assert "Checks the entire Django project for potential problems." in done.stdout


@pytest.mark.parametrize("argv", [["version"], ["--version"]])
def test_version(project: Path, argv: list[str]) -> None:
    import vivace as package

    assert vivace(project, *argv).stdout == f"{package.get_version()}\n"


def test_unknown_command_names_the_nearest(project: Path) -> None:
    done = vivace(project, "chekc", settings="good")
    assert done.returncode == 1
    assert done.stderr == (
        "Unknown command: 'chekc'. Did you mean check?\nType 'python -m vivace help' for usage.\n"
    )
    assert vivace(project, "chekc").stderr.startswith("No Django settings specified.\nUnknown")


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        (
            "no_such",
            "Error: the settings module 'no_such' cannot be imported (ModuleNotFoundError: No "
            "module named 'no_such'). Check DJANGO_SETTINGS_MODULE or --settings, and that the "
            "project's directory is on the Python path.\n",
        ),
        (
            "lacking",
            "Error: the project cannot be loaded (ModuleNotFoundError: No module named "
            "'no_such_app'). Install or mend the module, or correct its name in INSTALLED_APPS; "
            "--traceback shows who imports it.\n",
        ),
    ],
)
def test_errors_of_booting_are_a_sentence(project: Path, settings: str, sentence: str) -> None:
    done = vivace(project, "check", settings=settings)
    assert done.stderr == sentence
    assert done.returncode == 1


def test_a_mistake_in_the_settings_is_shown_where_it_is(project: Path) -> None:
    done = vivace(project, "check", settings="broken")
    assert done.returncode == 1
    assert "broken.py, line 1" in done.stderr
    assert "Traceback" not in done.stderr


def test_traceback_shows_where(project: Path) -> None:
    done = vivace(project, "check", "--traceback", settings="lacking")
    assert done.returncode == 1
    assert "Traceback (most recent call last)" in done.stderr


def test_settings_option_wins(project: Path) -> None:
    assert vivace(project, "check", "--settings=good", settings="no_such").returncode == 0


def test_check_says_that_all_is_well(project: Path) -> None:
    done = vivace(project, "check", settings="good")
    assert done.stdout == "System check identified no issues (0 silenced).\n"
    assert done.stderr == ""


def test_check_with_an_unknown_tag(project: Path) -> None:
    done = vivace(project, "check", "--tag", "nope", settings="good")
    assert done.stderr == 'CommandError: There is no system check with the "nope" tag.\n'
    assert done.returncode == 1


def test_check_lists_tags(project: Path) -> None:
    tags = vivace(project, "check", "--list-tags", settings="good").stdout.split()
    assert tags == sorted(tags)
    assert {"security", "urls"} <= set(tags)


def complete(project: Path, line: str, word: int) -> list[str]:
    return vivace(
        project, settings="good", DJANGO_AUTO_COMPLETE="1", COMP_WORDS=line, COMP_CWORD=str(word)
    ).stdout.split()


def test_completion(project: Path) -> None:
    assert complete(project, "vivace st", 1) == ["startapp", "startproject"]
    assert "help" in complete(project, "vivace ", 1)
    options = complete(project, "vivace check --", 2)
    assert "--tag=" in options
    assert "--list-tags" in options
    assert "--tag=" not in complete(project, "vivace check --tag --", 3)
    assert complete(project, "vivace nope --", 2) == []


def test_commands_are_imported_when_asked_for(project: Path) -> None:
    code = (
        "import sys\n"
        "from vivace.management import execute_from_command_line\n"
        "execute_from_command_line(['vivace', 'version'])\n"
        "print(sorted(m for m in sys.modules if m.startswith(('vivace.management.commands.', "
        "'granian', 'watchfiles', 'rich', 'vivace.server', 'vivace.http'))))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=project, capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines()[-1] == "[]"


def test_shell_runs_what_it_is_given(project: Path) -> None:
    done = vivace(project, "shell", "-c", "print(6 * 7)", settings="good")
    assert done.stdout == "0 objects imported automatically.\n\n42\n"
    done = vivace(project, "shell", "--no-imports", "-c", "1 / 0", settings="good")
    assert done.returncode == 1
    assert "ZeroDivisionError" in done.stderr


def test_diffsettings(project: Path) -> None:
    done = vivace(project, "diffsettings", settings="good")
    assert "ROOT_URLCONF = 'urls'  ###\n" in done.stdout
    unified = vivace(project, "diffsettings", "--output", "unified", settings="good")
    assert "+ ROOT_URLCONF = 'urls'\n" in unified.stdout


def test_show_urls(project: Path) -> None:
    (project / "urls.py").write_text(
        "from vivace.urls import include, path\n"
        "def home(request): ...\n"
        "def page(request, slug): ...\n"
        "inner = ([path('<slug:slug>/', page, name='page')], 'pages')\n"
        "urlpatterns = [path('', home, name='home'), path('pages/', include(inner))]\n"
    )
    done = vivace(project, "show_urls", settings="good")
    assert done.stdout == (
        "/                   urls.home  home\n/pages/<slug:slug>/  urls.page  pages:page\n"
    ).replace("/                   ", "/                    ")


def test_inspect_prints_python(project: Path) -> None:
    for what in ("pipeline", "urls"):
        done = vivace(project, "inspect", what, settings="good")
        assert done.returncode == 0, done.stderr
        compile(done.stdout, what, "exec")


@pytest.mark.parametrize(
    ("module", "text", "said"),
    [
        ("settings", "no_such_name", ["'shop.settings' fails (NameError: ", "settings.py, line "]),
        ("urls", "from site_urls import x", ["modules import each other (ImportError: "]),
    ],
)
def test_what_is_wrong_with_the_project_is_one_sentence(
    tmp_path: Path, module: str, text: str, said: list[str]
) -> None:
    settings = 'SECRET_KEY = "x" * 60\nROOT_URLCONF = "site_urls"\n'
    (tmp_path / "shop").mkdir()
    (tmp_path / "shop" / "__init__.py").write_text("")
    (tmp_path / "shop" / "settings.py").write_text(
        settings + (text if module == "settings" else "") + "\n"
    )
    (tmp_path / "site_urls.py").write_text(
        (text if module == "urls" else "") + "\nurlpatterns=[]\n"
    )
    argv = [sys.executable, "-m", "vivace", "check", "--settings", "shop.settings"]
    environ = {**os.environ, "PYTHONPATH": str(tmp_path)}
    done = subprocess.run(argv, env=environ, capture_output=True, text=True)
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    for part in said:
        assert part in done.stderr
    full = subprocess.run([*argv, "--traceback"], env=environ, capture_output=True, text=True)
    assert full.returncode == 1
    assert full.stderr.startswith("Traceback")


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """A project whose settings and URLconf tests write, with an application named ``bakery``."""
    (tmp_path / "bakery").mkdir()
    (tmp_path / "bakery" / "__init__.py").write_text("")
    (tmp_path / "urls.py").write_text("urlpatterns = []\n")
    (tmp_path / "site_settings.py").write_text(SETTINGS.format(apps=["bakery"]))
    return tmp_path


def test_a_mistake_in_the_urlconf_is_shown_without_the_way_there(shop: Path) -> None:
    (shop / "urls.py").write_text("def view(request): ...\n\nurlpatterns = [view()]\n")
    done = vivace(shop, "check", settings="site_settings")
    assert done.returncode == 1
    first, *way = done.stderr.splitlines()
    assert first == "Error: the project cannot be loaded."
    assert way[0] == "Traceback (most recent call last):"
    assert [line for line in way if line.startswith("  File")] == [
        f'  File "{shop / "urls.py"}", line 3, in <module>'
    ]
    assert way[-2].startswith("TypeError: view() missing 1 required positional argument")
    full = vivace(shop, "check", "--traceback", settings="site_settings").stderr
    assert "management" in full


def test_a_misspelt_application_gets_the_nearest_name(shop: Path) -> None:
    (shop / "site_settings.py").write_text(SETTINGS.format(apps=["bakry"]))
    said = vivace(shop, "check", settings="site_settings").stderr
    assert "No module named 'bakry'). Did you mean bakery? Install" in said


def test_what_is_missing_of_django_is_said_at_once(shop: Path) -> None:
    lacking = ["vivace.contrib.attic", "bakery", "vivace.contrib.cellar.apps.CellarConfig"]
    text = SETTINGS.format(apps=lacking) + (
        'MIDDLEWARE = ["vivace.contrib.roof.middleware.RoofMiddleware"]\n'
        'TEMPLATES = [{"OPTIONS": {"context_processors": ["vivace.contrib.attic.context"]}}]\n'
    )
    (shop / "site_settings.py").write_text(text)
    said = vivace(shop, "check", settings="site_settings").stderr
    rooms = "vivace.contrib.attic, vivace.contrib.cellar, vivace.contrib.roof"
    assert f"the settings name what Vivace does not have yet: {rooms}. Take the lines" in said
    (shop / "site_settings.py").write_text(SETTINGS.format(apps=["bakery"]))
    (shop / "urls.py").write_text("from vivace.contrib import attic\n")
    said = vivace(shop, "check", settings="site_settings").stderr
    assert "Vivace does not have vivace.contrib.attic yet, urls.py, line 1." in said


ENTRANCE = """
import os, sys
os.environ.setdefault("VIVACE_SETTINGS_MODULE", "site_settings")
from {root}.core.management import execute_from_command_line
execute_from_command_line(sys.argv)
"""


def test_in_the_directory_of_a_project_its_own_entrance_is_taken(shop: Path) -> None:
    commands = shop / "bakery" / "management" / "commands"
    commands.mkdir(parents=True)
    (commands / "bake.py").write_text(
        "from vivace.core.management import BaseCommand\n"
        "class Command(BaseCommand):\n"
        "    def handle(self, *args, **options):\n"
        "        return 'baked'\n"
    )
    assert vivace(shop, "bake").returncode == 1
    (shop / "manage.py").write_text(ENTRANCE.format(root="vivace"))
    done = vivace(shop, "bake")
    assert (done.returncode, done.stdout) == (0, "baked\n"), done.stderr
    # Settings that are named win, and a project of Django's is left to it.
    assert "no_such" in vivace(shop, "bake", settings="no_such").stderr
    assert "no_such" in vivace(shop, "bake", "--settings=no_such").stderr
    (shop / "manage.py").write_text(ENTRANCE.format(root="django").replace("VIVACE", "DJANGO"))
    assert "Unknown command: 'bake'" in vivace(shop, "bake").stderr
