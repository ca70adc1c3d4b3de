"""What is said of a project that cannot be served, and of one that should not be."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from vivace.management.exceptions import CommandError
from vivace.server.certificates import verify
from vivace.server.options import Options
from waiting import DEADLINE

SETTINGS = """
SECRET_KEY = "0123456789 abcdefghijklmnopqrstuvwxyz ABCDEFGHIJKLMNOPQRST"
ALLOWED_HOSTS = ["h"]
ROOT_URLCONF = "shop.urls"
"""
ENTRY = """
import os
os.environ.setdefault("VIVACE_SETTINGS_MODULE", "shop.settings")
from vivace.core.{0} import get_{0}_application
application = get_{0}_application()
"""


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """A project's package that is in order."""
    package = tmp_path / "shop"
    package.mkdir()
    (package / "__init__.py").touch()
    (package / "settings.py").write_text(SETTINGS)
    (package / "urls.py").write_text("urlpatterns = []\n")
    for name in ("wsgi", "asgi"):
        (package / f"{name}.py").write_text(ENTRY.format(name))
    return package


Said = Callable[..., tuple[int, str]]


@pytest.fixture
def said(start: Callable[..., Any], shop: Path) -> Said:
    """The exit status and output of a command, run beside the project."""

    def said(*argv: str, **environ: str) -> tuple[int, str]:
        process = start(*argv, **environ)
        output, _ = process.popen.communicate(timeout=DEADLINE)
        return process.popen.returncode, output.decode()

    return said


def test_a_project_that_can_be_served(said: Said) -> None:
    assert said("serve", "shop", "--check", "--port", "0") == (
        0,
        "shop.wsgi:application (WSGI) can be served.\n",
    )
    assert said("serve", "shop", "--check", "--asgi", "--port", "0") == (
        0,
        "shop.asgi:application (ASGI) can be served.\n",
    )


@pytest.mark.parametrize(
    ("file", "text", "sentence"),
    [
        (
            "settings.py",
            "import no_such_thing",
            "The settings module 'shop.settings' fails (ModuleNotFoundError: No module named ",
        ),
        (
            "settings.py",
            "x = (",
            "SyntaxError: '(' was never closed (shop/settings.py, line 1). Mend that file",
        ),
        (
            "settings.py",
            "ALLOWED_HOSTS = 'h'",
            "The ALLOWED_HOSTS setting must be a list or a tuple. (--traceback shows",
        ),
        (
            "settings.py",
            "1 / 0",
            "ZeroDivisionError: division by zero, shop/settings.py, line 1). Mend it",
        ),
        ("urls.py", "from shop.views import page", "Modules import each other (ImportError: "),
        ("urls.py", "", "does not appear to have any patterns in it"),
        ("urls.py", "urlpatterns = [1]", "CommandError: "),
        (
            "wsgi.py",
            "raise SystemExit('no')",
            "The project cannot be loaded (SystemExit: no, shop/wsgi.py, line 1).",
        ),
        ("wsgi.py", "", "has no 'application'"),
    ],
)
def test_mistakes_are_one_sentence(
    file: str, text: str, sentence: str, said: Said, shop: Path
) -> None:
    (shop / "views.py").write_text("from shop.urls import urlpatterns\npage = 1\n")
    path = shop / file
    path.write_text(text + "\n")
    status, output = said("serve", "shop", "--port", "0")
    assert status == 1
    assert sentence in output
    assert output.startswith("CommandError: ")
    assert output.count("\n") == 1, output
    status, output = said("serve", "shop", "--check", "--port", "0")
    assert (status, output.count("\n")) == (1, 1)


def test_the_traceback_on_request(said: Said, shop: Path) -> None:
    (shop / "settings.py").write_text("1 / 0\n")
    status, output = said("serve", "shop", "--port", "0", "--workers", "1", "--traceback")
    assert status == 1
    assert 'shop/settings.py", line 1, in <module>' in output
    assert "ZeroDivisionError: division by zero" in output


def test_settings_that_are_not_there(said: Said) -> None:
    status, output = said("serve", "shop", "--port", "0", VIVACE_SETTINGS_MODULE="shop.setings")
    assert status == 1
    assert output.count("\n") == 1
    assert "The settings module 'shop.setings' cannot be imported (" in output


def test_a_worker_that_ends_while_it_loads(said: Said, shop: Path) -> None:
    (shop / "wsgi.py").write_text("import os\nos._exit(3)\n")
    status, output = said("serve", "shop", "--port", "0")
    assert status == 1
    assert "A worker ended by itself, with status 3" in output


def test_a_project_that_takes_too_long(said: Said, shop: Path) -> None:
    (shop / "wsgi.py").write_text("import threading\nthreading.Event().wait()\n")
    for more in ([], ["--check"]):
        status, output = said("serve", "shop", "--port", "0", "--start-timeout", "1", *more)
        assert status == 1
        assert "The project was not loaded within 1 seconds." in output


@pytest.mark.parametrize(
    ("setting", "sentence"),
    [
        ("DEBUG = True", "DEBUG is on: visitors are shown your code. Set DEBUG = False."),
        ("ALLOWED_HOSTS = []", "ALLOWED_HOSTS is empty"),
        ("ALLOWED_HOSTS = ['*']", 'ALLOWED_HOSTS has "*"'),
        ("SECRET_KEY = 'short'", "SECRET_KEY is weak"),
        ("SECRET_KEY = 'django-insecure-' + SECRET_KEY", "SECRET_KEY is weak"),
    ],
)
def test_settings_that_make_no_sense_in_production(
    setting: str, sentence: str, said: Said, shop: Path, start: Callable[..., Any]
) -> None:
    with (shop / "settings.py").open("a") as file:
        file.write(setting + "\n")
    status, output = said("serve", "shop", "--check", "--port", "0")
    assert status == 1
    assert sentence in output
    assert output.endswith("The settings are not fit for production, see above.\n")
    server = start("serve", "shop", "--port", "0", "--workers", "1")
    assert "Serving shop.wsgi:application" in server.wait_for(sentence)


def test_static_files_that_are_not_there(said: Said, shop: Path, tmp_path: Path) -> None:
    status, output = said("serve", "shop", "--check", "--static", "--port", "0")
    assert status == 1
    assert "STATIC_URL is" in output
    with (shop / "settings.py").open("a") as file:
        file.write(f"STATIC_URL = '/static/'\nSTATIC_ROOT = {str(tmp_path / 'files')!r}\n")
    status, output = said("serve", "shop", "--check", "--static", "--port", "0")
    assert status == 1
    assert "which is no directory" in output
    (tmp_path / "files").mkdir()
    assert said("serve", "shop", "--check", "--static", "--port", "0")[0] == 0


# ------------------------------------------------------------------ certificates


@pytest.fixture(scope="session")
def pki(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate ``c.pem`` with its key in several forms, and another key."""
    directory = Path(tmp_path_factory.mktemp("pki"))
    for command in (
        "req -x509 -newkey rsa:2048 -nodes -keyout k.pem -out c.pem -days 2 -subj /CN=localhost",
        "genpkey -algorithm RSA -out other.pem",
        "rsa -in k.pem -traditional -out old.pem",
        "pkcs8 -topk8 -in k.pem -passout pass:secret -out locked.pem",
    ):
        subprocess.run(
            ["openssl", *command.split()], cwd=directory, check=True, capture_output=True
        )
    (directory / "empty.pem").touch()
    return directory


def names(pki: Path, **about: str) -> Options:
    files = ("certificate", "key", "client_ca")
    return Options(**{k: str(pki / v) if k in files else v for k, v in about.items()})  # type: ignore[arg-type]


def test_certificates_that_will_do(pki: Path) -> None:
    verify(Options())
    verify(names(pki, certificate="c.pem", key="k.pem", client_ca="c.pem"))
    verify(names(pki, certificate="c.pem", key="locked.pem", key_password="secret"))


@pytest.mark.parametrize(
    ("about", "sentence"),
    [
        ({"certificate": "none.pem", "key": "k.pem"}, "none.pem cannot be read: No such file"),
        ({"certificate": "c.pem", "key": "."}, "cannot be read: Is a directory"),
        ({"certificate": "c.pem", "key": "other.pem"}, "is not that of the certificate"),
        ({"certificate": "c.pem", "key": "c.pem"}, "has no private key in PEM"),
        ({"certificate": "c.pem", "key": "old.pem"}, "openssl pkcs8 -topk8 -nocrypt -in"),
        ({"certificate": "c.pem", "key": "locked.pem"}, "VIVACE_SERVE_KEY_PASSWORD"),
        (
            {"certificate": "c.pem", "key": "locked.pem", "key_password": "x"},
            "VIVACE_SERVE_KEY_PASSWORD",
        ),
        ({"certificate": "empty.pem", "key": "k.pem"}, "cannot be used"),
        (
            {"certificate": "c.pem", "key": "k.pem", "client_ca": "empty.pem"},
            "no certificate in PEM",
        ),
    ],
)
def test_certificates_that_will_not_do(pki: Path, about: dict[str, str], sentence: str) -> None:
    with pytest.raises(CommandError) as caught:
        verify(names(pki, **about))
    assert sentence in str(caught.value)
