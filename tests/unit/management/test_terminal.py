"""What a person reads: the commands in a terminal of 80 columns, and what they write elsewhere."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import signal
import struct
import subprocess
import sys
import termios
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import pytest

from vivace.management.registry import find_commands
from vivace.management.summaries import SUMMARIES
from vivace.management.terminal import fold

COLUMNS = 80
COLOUR = re.compile(r"\x1b\[[0-9;]*m")
URLS = """
from vivace.http import HttpResponse
from vivace.urls import include, path

def page(request, **parts): return HttpResponse("page")

urlpatterns = [
    path("", page, name="home"),
    path("api/<slug:a-rather-long-name-of-a-part>/".replace("-", "_") + "x" * 60 + "/", page),
    path("api/", include(([path("<int:number>/", page, name="number")], "api"))),
]
"""
TESTS = """
from vivace.test import SimpleTestCase

class Tests(SimpleTestCase):
    def test_fine(self): pass
    def test_not(self): self.assertEqual(self.client.get("/").content, b"x")
"""


class Ended(NamedTuple):
    """How a process ended, and all it wrote."""

    status: int
    text: str

    @property
    def plain(self) -> str:
        return COLOUR.sub("", self.text)


def environment(**more: str) -> dict[str, str]:
    """This process's variables without those that decide about settings, width and colours."""
    dropped = ("SETTINGS_MODULE", "_COLOR", "_COLORS", "COLUMNS")
    kept = {key: value for key, value in os.environ.items() if not key.endswith(dropped)}
    return {**kept, "TERM": "xterm", "PYTHONPATH": "", **more}


def in_terminal(directory: Path, argv: Sequence[str], **more: str) -> Ended:
    """Run Python with `argv` where stdin, stdout and stderr are a terminal of 80 columns."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, COLUMNS, 0, 0))
    process = subprocess.Popen(
        [sys.executable, *argv],
        cwd=directory,
        env=environment(**more),
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        # What began this in the background may have had it ignored.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    os.close(theirs)
    written = b""
    with os.fdopen(ours, "rb", buffering=0) as terminal:
        # The end of a terminal that nobody writes to any more is an error.
        try:
            while chunk := terminal.read(65536):
                written += chunk
        except OSError:
            pass
    return Ended(process.wait(60), written.decode().replace("\r\n", "\n"))


def piped(directory: Path, argv: Sequence[str], **more: str) -> Ended:
    """Run Python with `argv` where stdout and stderr are read by a program."""
    done = subprocess.run(
        [sys.executable, *argv],
        cwd=directory,
        env=environment(**more),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=60,
    )
    return Ended(done.returncode, done.stdout)


def too_long(text: str) -> list[str]:
    """The lines that are wider than the terminal though they could be broken."""
    lines = COLOUR.sub("", text).expandtabs().split("\n")
    wide = [line for line in lines if len(line) > COLUMNS and " " in line.strip()]
    # What Python writes of a frame is one line.
    return [line for line in wide if not line.startswith('  File "')]


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A new project with a few routes and tests, one of which fails."""
    place = tmp_path_factory.mktemp("projects")
    assert piped(place, ["-m", "vivace", "startproject", "club"]).status == 0
    project = place / "club"
    (project / "src/club/urls.py").write_text(URLS)
    (project / "src/club/tests.py").write_text(TESTS)
    settings = project / "src/club"
    (settings / "lacking.py").write_text(
        "from club.settings import *\nINSTALLED_APPS = ['no_such_app_is_installed_anywhere']\n"
    )
    (settings / "broken.py").write_text("SECRET_KEY = (\n")
    (settings / "failing.py").write_text("from club.settings import *\nSECRET_KEY = 1 / 0\n")
    (settings / "circle.py").write_text("from club.settings import *\nROOT_URLCONF='club.around'\n")
    (settings / "around.py").write_text("from club.again import urlpatterns\n")
    (settings / "again.py").write_text("from club.around import urlpatterns\n")
    (settings / "astray.py").write_text(
        "from club.settings import *\nROOT_URLCONF = 'club.no_urls'\nTEST_RUNNER = 'no.such.Runner'\n"
        "WSGI_APPLICATION = 'club.no_wsgi.application'\n"
    )
    (settings / "bare.py").write_text("SECRET_KEY = 'x' * 60\n")
    (settings / "within.py").write_text("import json\njson.loads('wrong')\n")
    (settings / "far.py").write_text(
        "from club.settings import *\nDATABASES['default']['NAME'] = '/no/such/place/db.sqlite3'\n"
    )
    return project


def manage(project: Path, line: str, **more: str) -> Ended:
    return in_terminal(project, ["manage.py", *line.split()], **more)


# A command, how it ends, and what it says, as it is without breaks and colours.
READ = [
    ("", 0, "startproject      make a project"),
    ("help", 0, "[vivace]"),
    ("help serve", 0, "--workers NUMBER"),
    ("check", 0, "System check identified no issues (0 silenced)."),
    ("check --deploy", 0, "?: (security.W004) You have not set a value for the"),
    ("check --deploy --fail-level WARNING", 1, "SystemCheckError: System check identified"),
    ("check --tag nope", 1, 'CommandError: There is no system check with the "nope" tag.'),
    ("check nope", 1, "CommandError: No installed app with label 'nope'."),
    ("check --fail-level WARN", 2, "Did you mean WARNING?"),
    ("chekc", 1, "Unknown command: 'chekc'. Did you mean check?"),
    ("check --deplyo", 2, "unrecognized arguments: --deplyo. Did you mean --deploy?"),
    ("serve --wrokers 3", 2, "usage: manage.py serve [options] [project]"),
    ("serve --wrokers 3", 2, "Did you mean --workers?"),
    ("serve --check --port 0", 1, "Warning: DEBUG is on: visitors are shown your code."),
    (
        "serve --check --port 0 no_such_place",
        1,
        "CommandError: There is no project 'no_such_place'",
    ),
    ("show_urls", 0, "api:number"),
    ("migrate --plan", 0, "No planned migration operations."),
    ("migrate", 0, "Synchronizing apps without migrations:"),
    ("migrate --settings=club.far", 1, "Error: the database does not do what migrate needs"),
    ("sqlflush", 0, "No tables found."),
    ("test", 1, "FAILED (failures=1)"),
    ("test -v 0 club.tests.Tests.test_fine", 0, "OK"),
    ("test --pdb --parallel 2", 1, "CommandError: You cannot use --pdb with parallel tests"),
    ("shell --no-imports -c print(6*7)", 0, "42"),
    ("sendtestemail", 2, "You must specify some email recipients"),
    ("startapp 9", 1, "CommandError: '9' is not a valid app name."),
    ("startapp club", 1, "CommandError: 'club' conflicts with the name of an existing"),
    ("startapp x no/such/place", 1, "does not exist, please create it first."),
    ("runserver 1:2:3", 1, 'CommandError: "1:2:3" is not a valid port number'),
    ("check --settings=club.none", 1, "Error: the settings module 'club.none' cannot be"),
    ("check --settings=club.lacking", 1, "Error: the project cannot be loaded (ModuleNotFound"),
    ("check --settings=club.broken", 1, "src/club/broken.py, line 1"),
    ("check --settings=club.failing", 1, "src/club/failing.py, line 2"),
    ("check --settings=club.within", 1, "src/club/within.py, line 2"),
    ("inspect urls --settings=club.bare", 1, "CommandError: There is no URLconf: set ROOT_"),
    ("show_urls --settings=club.bare", 1, "CommandError: There is no URLconf: set ROOT_URLCONF"),
    ("check --settings=club.astray", 1, "correct its name in ROOT_URLCONF; --traceback shows"),
    ("test --settings=club.astray", 1, "or correct its name in TEST_RUNNER; --traceback shows"),
    (
        "runserver --noreload --skip-checks --settings=club.astray",
        1,
        "could not be loaded; Error importing module. (ModuleNotFoundError: No module named "
        "'club.no_wsgi'; --traceback shows where)",
    ),
    ("inspect template", 1, "CommandError: Which template?"),
    ("check --settings=club.circle", 1, "Error: modules import each other (ImportError: "),
    ("makemessages", 1, "CommandError: Type 'manage.py help makemessages' for usage"),
]


@pytest.mark.parametrize(("line", "status", "said"), READ, ids=[f"{a} {c}" for a, _, c in READ])
def test_a_person_reads(project: Path, line: str, status: int, said: str) -> None:
    ended = manage(project, line)
    assert ended.status == status, ended.plain
    words = " ".join(ended.plain.split())
    assert " ".join(said.split()) in words
    assert too_long(ended.text) == []
    assert ("Traceback" in words) == (said == "FAILED (failures=1)")


def test_a_prompt_that_nobody_answers(project: Path) -> None:
    ended = piped(project, ["manage.py", "flush"])
    assert ended.status == 1
    assert ended.text.endswith(
        "CommandError: Nobody answers, so nothing was removed. With --noinput nobody is asked.\n"
    )


def test_control_c_ends_a_command_without_a_traceback(project: Path) -> None:
    code = "import os, signal; os.kill(os.getpid(), signal.SIGINT); input()"
    argv = ["manage.py", "shell", "--no-imports", "-c", code]
    ended = in_terminal(project, argv)
    # As shells have to see it, to end what called the command.
    assert ended.status == -signal.SIGINT
    assert ended.plain == "\nInterrupted.\n"
    assert "Traceback" in in_terminal(project, [*argv, "--traceback"]).plain


@pytest.mark.parametrize("command", ["help", "diffsettings --all", "inspect pipeline"])
def test_who_reads_may_stop_reading(project: Path, command: str) -> None:
    ours, theirs = os.pipe()
    os.close(ours)
    done = subprocess.run(
        [sys.executable, "manage.py", *command.split()],
        cwd=project,
        env=environment(),
        stdout=theirs,
        stderr=subprocess.PIPE,
        text=True,
        timeout=60,
    )
    os.close(theirs)
    assert done.stderr == ""
    assert done.returncode == 128 + signal.SIGPIPE


def test_without_a_project_the_cure_is_named(tmp_path: Path) -> None:
    for command in ("check", "migrate", "show_urls", "test", "runserver", "diffsettings", "flush"):
        ended = in_terminal(tmp_path, ["-m", "vivace", command])
        words = " ".join(ended.plain.split())
        assert ended.status == 1
        assert words.startswith(
            f"Error: {command} needs a project, and settings are not configured. In a project's "
            f"directory run python manage.py {command}; elsewhere name the settings, with "
            "--settings=mysite.settings or the environment variable VIVACE_SETTINGS_MODULE."
        )
        assert too_long(ended.text) == []


def test_what_a_program_reads_has_no_colours_and_no_breaks(project: Path) -> None:
    deploy = piped(project, ["manage.py", "check", "--deploy"]).text
    assert "Be sure to read the documentation first; enabling HSTS carelessly" in deploy
    assert not COLOUR.search(deploy)
    listed = piped(project, ["manage.py", "help"]).text
    assert "\n    check\n" in listed
    row = "/api/<int:number>/"
    assert re.search(
        f"^{re.escape(row)} {{50,}}club.urls.page  api:number$",
        piped(project, ["manage.py", "show_urls"]).text,
        re.MULTILINE,
    )


@pytest.mark.parametrize(
    ("options", "variables", "coloured"),
    [
        ("", {}, True),
        ("--no-color", {}, False),
        ("--force-color", {}, True),
        ("", {"NO_COLOR": "1"}, False),
        ("--force-color", {"NO_COLOR": "1"}, True),
        ("", {"DJANGO_COLORS": "nocolor"}, False),
        ("", {"DJANGO_COLORS": "light"}, True),
    ],
)
def test_colours_in_a_terminal(
    project: Path, options: str, variables: dict[str, str], coloured: bool
) -> None:
    for line in (
        "migrate --plan",
        "check --deploy",
        "check --tag nope",
        "check --settings=club.failing",
    ):
        text = manage(project, f"{line} {options}", **variables).text
        assert bool(COLOUR.search(text)) == coloured, text


@pytest.mark.parametrize(
    ("options", "variables", "coloured"),
    [
        ([], {}, False),
        (["--force-color"], {}, True),
        ([], {"FORCE_COLOR": "1"}, True),
        (["--no-color"], {"FORCE_COLOR": "1"}, False),
        ([], {"FORCE_COLOR": "1", "DJANGO_COLORS": "nocolor"}, False),
    ],
)
def test_colours_in_a_pipe(
    project: Path, options: list[str], variables: dict[str, str], coloured: bool
) -> None:
    ended = piped(project, ["manage.py", "migrate", "--plan", *options], **variables)
    assert bool(COLOUR.search(ended.text)) == coloured


def test_a_file_gets_no_colours_while_a_terminal_does(project: Path, tmp_path: Path) -> None:
    script = f"{sys.executable} manage.py check --settings=club.failing 2>{tmp_path}/err"
    code = f"import os; os.system({script!r})"
    assert in_terminal(project, ["-c", code]).text == ""
    assert not COLOUR.search((tmp_path / "err").read_text())


def test_the_palette_is_chosen(project: Path) -> None:
    dark = manage(project, "sqlflush", DJANGO_COLORS="dark").text
    assert "\x1b[31;1mNo tables found." in dark
    blue = manage(project, "check --tag nope", DJANGO_COLORS="error=blue,bold").text
    assert "\x1b[34;1mCommandError" in blue


def test_the_traceback_comes_on_request(project: Path) -> None:
    for name in ("lacking", "failing", "circle", "broken", "none"):
        ended = manage(project, f"check --settings=club.{name} --traceback")
        assert ended.status == 1
        assert ended.plain.startswith("Traceback (most recent call last):")


def test_a_mistake_in_an_app_is_shown_without_the_way_through_the_framework(tmp_path: Path) -> None:
    piped(tmp_path, ["-m", "vivace", "startproject", "club"])
    project = tmp_path / "club"
    app = manage(project, "startapp gigs")
    assert app.plain == 'Made src/gigs. Now add "gigs" to INSTALLED_APPS in the settings.\n'
    settings = project / "src/club/settings.py"
    settings.write_text(
        settings.read_text().replace("INSTALLED_APPS = []", 'INSTALLED_APPS = ["gigs"]')
    )
    (project / "src/gigs/models.py").write_text("x = 1\n1 / 0\n")
    ended = manage(project, "check")
    assert ended.status == 1
    assert ended.plain.startswith("Error: the project cannot be loaded.\nTraceback ")
    assert 'src/gigs/models.py", line 2' in ended.plain
    assert "vivace/apps" not in ended.plain
    assert "vivace/apps" in manage(project, "check --traceback").plain


def test_migrate_plans_without_doing(tmp_path: Path) -> None:
    piped(tmp_path, ["-m", "vivace", "startproject", "club"])
    project = tmp_path / "club"
    manage(project, "startapp gigs")
    settings = project / "src/club/settings.py"
    settings.write_text(
        settings.read_text().replace("INSTALLED_APPS = []", 'INSTALLED_APPS = ["gigs"]')
    )
    (project / "src/gigs/models.py").write_text(
        "from vivace.db import models\n\nclass Gig(models.Model): pass\n"
    )
    plan = "Planned operations:\n    Create table gigs_gig\n"
    assert piped(project, ["manage.py", "migrate", "--plan"]) == (0, plan)
    assert piped(project, ["manage.py", "migrate", "--check"]) == (1, plan)
    assert piped(project, ["manage.py", "migrate", "--check", "-v0"]) == (1, "")
    assert "Create table" not in piped(project, ["manage.py", "migrate", "gigs", "0001"]).text
    assert "Creating table gigs_gig" in piped(project, ["manage.py", "migrate"]).text
    nothing = "Planned operations:\n  No planned migration operations.\n"
    assert piped(project, ["manage.py", "migrate", "--check"]) == (0, nothing)


def test_tests_of_apps_in_src_are_found(tmp_path: Path) -> None:
    piped(tmp_path, ["-m", "vivace", "startproject", "club"])
    project = tmp_path / "club"
    manage(project, "startapp gigs")
    (project / "src/gigs/tests.py").write_text(TESTS)
    assert "Found 3 test(s)." in manage(project, "test").plain
    assert "Found 2 test(s)." in manage(project, "test gigs").plain


def test_the_list_of_commands_says_what_each_is_for() -> None:
    import vivace.management

    assert sorted(SUMMARIES) == sorted(find_commands(vivace.management.__path__[0]))
    assert all(len(name) < 18 and len(told) <= 56 for name, told in SUMMARIES.items())


@pytest.mark.parametrize(
    ("text", "hang", "folded"),
    [
        ("", "", ""),
        ("short", "", "short"),
        ("one two three four", "", "one two\nthree four"),
        ("one two three four", "  ", "one two\n  three\n  four"),
        ("  one two three", "", "  one two\n  three"),
        ("\tone two", "    ", "\tone\n\ttwo"),
        ("averylongword that is", "", "averylongword\nthat is"),
        ("a\n\none two three\n", "", "a\n\none two\nthree\n"),
        ("\x1b[31mone two three\x1b[0m", "", "\x1b[31mone two\nthree\x1b[0m"),
        ("one  two   three", "", "one  two  \nthree"),
    ],
)
def test_lines_end_between_words(text: str, hang: str, folded: str) -> None:
    assert fold(text, 10, hang) == folded
