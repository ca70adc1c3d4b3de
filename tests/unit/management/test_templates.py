"""Projects and apps made from skeletons."""

from __future__ import annotations

import ast
import io
import os
import re
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from pathlib import Path
from typing import Any

import pytest

from vivace.management import call_command
from vivace.management.commands.startapp import Command as StartApp
from vivace.management.commands.startproject import Command as StartProject
from vivace.management.exceptions import CommandError
from vivace.template import TemplateSyntaxError


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def start(kind: str, *args: Any, **options: Any) -> str:
    out = io.StringIO()
    command = {"project": StartProject, "app": StartApp}[kind](stdout=out, stderr=io.StringIO())
    call_command(command, *args, **options)
    return out.getvalue()


def files(directory: str | Path) -> set[str]:
    root = Path(directory)
    return {str(path.relative_to(root)) for path in root.rglob("*") if path.is_file()}


@pytest.fixture
def skeleton(tmp_path: Path) -> Path:
    """A skeleton with something of everything."""
    root = tmp_path / "skeleton"
    for name, content in {
        "project_name/code.py": "{{ project_name }} {{ camel_case_project_name }} {{ nothing }}.",
        "project_name/more.py-tpl": "{{ project_name|upper }}",
        "project_name/project_name.txt": "{{ project_name }}",
        "page.html": "{{ project_name }}",
        "Dockerfile": "{{ project_name }}",
        ".hidden/x": "h",
        ".dotfile": "d",
        "vendor/x": "v",
        "__pycache__/x.txt": "p",
        ".git/x": "g",
        "old.pyc": "c",
    }.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
    return root


def test_project_is_python_that_names_the_framework() -> None:
    start("project", "concert", classic=True)
    for path in Path("concert").rglob("*.py"):
        ast.parse(path.read_text(encoding="utf-8"))
    manage = Path("concert/manage.py")
    assert manage.stat().st_mode & 0o111
    assert "from vivace.core.management import execute_from_command_line" in manage.read_text()
    assert '"VIVACE_SETTINGS_MODULE", "concert.settings"' in manage.read_text()
    settings = Path("concert/concert/settings.py").read_text()
    assert re.search(r'^SECRET_KEY = "django-insecure-.{50}"$', settings, re.MULTILINE)
    assert 'ROOT_URLCONF = "concert.urls"' in settings
    assert 'WSGI_APPLICATION = "concert.wsgi.application"' in settings


@pytest.mark.parametrize("classic", [True, False])
def test_projects_are_protected_from_forged_requests(classic: bool) -> None:
    start("project", "concert", classic=classic)
    where = "concert/concert/settings.py" if classic else "concert/src/concert/settings.py"
    (listed,) = re.findall(r"MIDDLEWARE = \[(.*?)\]", Path(where).read_text(), re.DOTALL)
    assert re.findall(r'"vivace\.middleware\.\w+\.(\w+)"', listed) == [
        "SecurityMiddleware",
        "CommonMiddleware",
        "CsrfViewMiddleware",
        "XFrameOptionsMiddleware",
    ]
    checked = run_in("concert", "check", "--deploy", DEBUG="no")
    assert "security.W003" not in checked.stderr
    # It names the cookie that should travel by HTTPS only, which the modern settings see to.
    assert ("security.W016" in checked.stderr) is classic


def run_in(directory: str, *args: str, **environ: str) -> subprocess.CompletedProcess[str]:
    """``manage.py`` with `args`, run in a process of its own in `directory`."""
    inherited = {name: value for name, value in os.environ.items() if "SETTINGS_MODULE" not in name}
    return subprocess.run(
        [sys.executable, "manage.py", *args],
        cwd=directory,
        env={**inherited, **environ},
        capture_output=True,
        text=True,
    )


def test_modern_project_has_all_that_a_project_needs() -> None:
    start("project", "concert")
    assert files("concert") == {
        ".containerignore",
        ".env",
        ".env.example",
        ".gitignore",
        "Containerfile",
        "README.md",
        "manage.py",
        "pyproject.toml",
        "src/concert/__init__.py",
        "src/concert/asgi.py",
        "src/concert/settings.py",
        "src/concert/urls.py",
        "src/concert/wsgi.py",
        "tests/__init__.py",
        "tests/test_site.py",
    }
    project = tomllib.loads(Path("concert/pyproject.toml").read_text())
    assert project["project"]["name"] == "concert"
    assert ".env" in Path("concert/.gitignore").read_text().splitlines()
    secret = re.search("SECRET_KEY='(.+)'", Path("concert/.env").read_text())
    assert secret is not None
    # What is said of a key is in one file only, and that one stays on this machine.
    others = files("concert") - {".env"}
    assert not any(secret[1] in Path("concert", name).read_text() for name in others)
    assert not any("{{" in Path("concert", name).read_text() for name in others)


def test_modern_project_is_checked_and_tested_as_it_is() -> None:
    start("project", "concert")
    checked = run_in("concert", "check")
    assert checked.stdout == "System check identified no issues (0 silenced).\n"
    tested = run_in("concert", "test")
    assert tested.returncode == 0
    assert "Ran 1 test" in tested.stderr


def test_modern_project_takes_its_settings_from_the_environment() -> None:
    start("project", "concert")
    shown = run_in("concert", "diffsettings", DEBUG="no", ALLOWED_HOSTS="a.example, b.example")
    lines = shown.stdout.splitlines()
    assert "ALLOWED_HOSTS = ['a.example', 'b.example']" in lines
    assert "SECURE_SSL_REDIRECT = True" in lines
    assert not any(line.startswith("DEBUG") for line in lines)
    Path("concert/.env").unlink()
    refused = run_in("concert", "check")
    assert refused.returncode == 1
    assert refused.stderr.splitlines() == [
        "Error: ImproperlyConfigured: Set SECRET_KEY in the environment, or in "
        f"{Path.cwd() / 'concert' / '.env'}. (--traceback shows where)"
    ]


def test_project_under_the_alias_names_django() -> None:
    program = (
        "import vivace; vivace.install_as_django()\n"
        "from django.core.management import execute_from_command_line\n"
        "execute_from_command_line(['django-admin', 'startproject', 'concert'])\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True, timeout=60)
    for name in ("manage.py", "concert/wsgi.py", "concert/asgi.py"):
        text = Path("concert", name).read_text()
        assert "import vivace\n\nvivace.install_as_django()\n" in text
        assert "from django.core" in text
        assert "DJANGO_SETTINGS_MODULE" in text
    assert "django.middleware.security" in Path("concert/concert/settings.py").read_text()


def test_app_has_its_config() -> None:
    start("app", "ticket_office")
    text = Path("ticket_office/apps.py").read_text()
    assert "class TicketOfficeConfig(AppConfig):" in text
    assert 'name = "ticket_office"' in text
    assert Path("ticket_office/migrations/__init__.py").is_file()


def test_target_directory() -> None:
    with pytest.raises(CommandError, match="does not exist, please create it first"):
        start("project", "concert", "nowhere")
    Path("place").mkdir()
    start("project", "concert", "place")
    assert "manage.py" in files("place")
    with pytest.raises(CommandError, match="Overlaying a project into an existing directory won't"):
        start("project", "concert", "place")


def test_existing_directory_is_left_alone() -> None:
    Path("concert").mkdir()
    with pytest.raises(CommandError, match=r"'.*concert' already exists"):
        start("project", "concert")
    assert files("concert") == set()


@pytest.mark.parametrize(
    ("kind", "name", "target", "message"),
    [
        ("project", "7concert", None, "'7concert' is not a valid project name. Please make sure"),
        ("app", "con-cert", None, "'con-cert' is not a valid app name. Please make sure the name"),
        ("app", "concert", "pl-ace", "'pl-ace' is not a valid app directory. Please make sure the"),
        ("app", "concert", "json", "'json' conflicts with the name of an existing Python module"),
        ("project", "os", None, "and cannot be used as a project name. Please try another name."),
        ("app", "json", None, "and cannot be used as an app name. Please try another name."),
    ],
)
def test_names_that_will_not_do(kind: str, name: str, target: str | None, message: str) -> None:
    with pytest.raises(CommandError, match=re.escape(message)):
        start(kind, name, *([target] if target else []))


def test_name_is_needed() -> None:
    with pytest.raises(CommandError, match="You must provide a project name"):
        start("project")
    with pytest.raises(CommandError, match="You must provide an application name"):
        start("app")


def test_skeleton_of_ones_own(skeleton: Path) -> None:
    # What to do next is not known of a skeleton that is not ours.
    assert start("project", "jazz_club", template=str(skeleton)) == ""
    assert files("jazz_club") == {
        *("jazz_club/code.py", "jazz_club/more.py", "jazz_club/jazz_club.txt"),
        *("page.html", "Dockerfile", ".dotfile", "vendor/x"),
    }
    assert Path("jazz_club/jazz_club/code.py").read_text() == "jazz_club JazzClub ."
    assert Path("jazz_club/jazz_club/more.py").read_text() == "JAZZ_CLUB"
    assert Path("jazz_club/page.html").read_text() == "{{ project_name }}"


def test_extensions_names_and_exclusions(skeleton: Path) -> None:
    start(
        *("project", "jazz", "--template", str(skeleton)),
        *("-e", "html,txt", "-n", "Dockerfile", "-x", "vendor"),
    )
    # To exclude by name is to say all there is to exclude: hidden directories come along.
    assert ".hidden/x" in files("jazz")
    assert not {"vendor/x", ".git/x", "__pycache__/x.txt"} & files("jazz")
    assert Path("jazz/page.html").read_text() == "jazz"
    assert Path("jazz/Dockerfile").read_text() == "jazz"
    assert Path("jazz/jazz/jazz.txt").read_text() == "jazz"


def test_verbosity_tells_what_is_made(skeleton: Path) -> None:
    out = start("project", "jazz", template=str(skeleton), verbosity=2)
    assert "Rendering project template files with extensions: .py\n" in out
    assert f"Creating {Path('jazz/Dockerfile').absolute()}\n" in out


def test_archives(skeleton: Path) -> None:
    with zipfile.ZipFile("s.zip", "w") as archive:
        archive.write(skeleton / "page.html", "top/page.html")
        archive.write(skeleton / "project_name/code.py", "top/project_name/code.py")
    with tarfile.open("s.tar.gz", "w:gz") as tar:
        tar.add(skeleton / "page.html", "top/page.html")
    start("project", "one", template="s.zip")
    start("project", "two", template="s.tar.gz")
    assert files("one") == {"page.html", "one/code.py"}
    assert files("two") == {"page.html"}


@pytest.mark.parametrize("member", ["top/../../evil.txt", "top/../../../evil.txt"])
def test_cve_2021_3281_archives_stay_inside(member: str, tmp_path: Path) -> None:
    with zipfile.ZipFile("evil.zip", "w") as archive:
        archive.writestr("top/good.txt", "good")
        archive.writestr(member, "evil")
    with tarfile.open("evil.tar", "w") as tar:
        info = tarfile.TarInfo(member)
        info.size = 4
        tar.addfile(info, io.BytesIO(b"evil"))
        tar.addfile(tarfile.TarInfo("top/good.txt"), io.BytesIO())
    for name in ("evil.zip", "evil.tar"):
        with pytest.raises(CommandError, match="Archive contains invalid path"):
            start("project", f"from_{name[-3:]}", template=name)
    assert not list(tmp_path.rglob("evil.txt"))


def test_templates_that_are_none(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"couldn't handle app template nowhere\.zip\."):
        start("app", "one_app", template="nowhere.zip")
    Path("notes.txt").write_text("notes")
    with pytest.raises(CommandError, match=r"couldn't extract file .*not a recognized archive"):
        start("app", "two_app", template="notes.txt")
    with pytest.raises(
        CommandError, match=r"couldn't download URL http://127\.0\.0\.1:1/a\.zip to"
    ):
        start("app", "three_app", template="http://127.0.0.1:1/a.zip")


def test_write_protected_skeleton_gives_writable_files(skeleton: Path) -> None:
    (skeleton / "page.html").chmod(0o444)
    start("project", "jazz", template=str(skeleton))
    assert Path("jazz/page.html").stat().st_mode & 0o200


@pytest.mark.parametrize(
    ("source", "result"),
    [
        ("{{ project_name }}{{project_name}}", "my_jazzmy_jazz"),
        ("{{ unknown }}{{ a.b }}|", "|"),
        ("{{ project_name|upper }} {{ project_name | slugify }}", "MY_JAZZ my_jazz"),
        ("{{ camel_case_project_name }}", "MyJazz"),
        ("{# gone #}{% comment %}gone\n{{ a }}{% endcomment %}", ""),
        ("{% verbatim x %}{{ a }}{% if %}{% endverbatim x %}", "{{ a }}{% if %}"),
        ("{% if project_name %}yes{% else %}no{% endif %}", "yes"),
        ("{% for x in 'ab' %}{{ x }}{% endfor %}", "ab"),
        ("{% templatetag openblock %} {{ extensions }} {{ files }}", "{% ['py'] []"),
        ("{{ secret_key|length }} {{ '<' }} {{ '<'|escape }}", "66 < <"),
        ('x = {"a": {}}\n', 'x = {"a": {}}\n'),
    ],
)
def test_rendering(source: str, result: str) -> None:
    Path("skeleton/project_name").mkdir(parents=True)
    Path("skeleton/project_name/code.py-tpl").write_text(source, encoding="utf-8")
    start("project", "my_jazz", template="skeleton")
    assert Path("my_jazz/my_jazz/code.py").read_text(encoding="utf-8") == result


def test_a_skeleton_with_a_mistake_is_an_error() -> None:
    Path("skeleton").mkdir()
    Path("skeleton/code.py").write_text("{% if %}")
    with pytest.raises(TemplateSyntaxError):
        start("project", "jazz", template="skeleton")
    command = StartProject(stdout=io.StringIO(), stderr=(err := io.StringIO()))
    with pytest.raises(SystemExit):
        command.run_from_argv(["vivace", "startproject", "blues", "--template", "skeleton"])
    assert err.getvalue().startswith("CommandError: skeleton/code.py: TemplateSyntaxError: ")
