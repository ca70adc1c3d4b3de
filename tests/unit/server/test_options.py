"""The options of serve, and where they come from."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest

from vivace.management.exceptions import CommandError
from vivace.server import options
from vivace.server.options import Options, gather


def chosen(tmp_path: Path, text: str = "", environ: Any = None, **flags: Any) -> Options:
    (tmp_path / "pyproject.toml").write_text(text)
    return gather(flags, environ or {}, tmp_path)


def test_what_nobody_chose(tmp_path: Path) -> None:
    found = chosen(tmp_path)
    assert (found.host, found.port, found.workers) == ("127.0.0.1", 8000, options.processors())
    assert found.workers >= 1
    assert found.connections >= 64
    assert not found.tls


def test_a_flag_counts_before_the_environment_and_that_before_the_file(tmp_path: Path) -> None:
    text = '[tool.vivace.serve]\nport = 1\nhost = "a"\nuds_mode = "600"\naccess-log = "json"\n'
    environ = {"VIVACE_SERVE_PORT": "2", "VIVACE_SERVE_HOST": "b"}
    assert chosen(tmp_path, text).port == 1
    assert chosen(tmp_path, text, environ).port == 2
    found = chosen(tmp_path, text, environ, port=3, threads=None)
    assert (found.port, found.host, found.uds_mode) == (3, "b", 0o600)
    assert found.access_log == "json"
    assert found.threads == options.THREADS_PER_WORKER


def test_the_file_of_a_directory_above(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("[tool.vivace.serve]\nstatic = true\n")
    below = tmp_path / "src" / "site"
    below.mkdir(parents=True)
    assert gather({}, {}, below).static is True


@pytest.mark.parametrize(
    ("variable", "text", "value"),
    [
        ("MAX_BODY_SIZE", "20M", 20 << 20),
        ("MAX_BODY_SIZE", "1g", 1 << 30),
        ("MAX_BODY_SIZE", "65536", 65536),
        ("STATIC", "yes", True),
        ("REQUEST_ID", "OFF", False),
        ("HEADER_TIMEOUT", "2.5", 2.5),
        ("UDS_MODE", "0777", 0o777),
        ("HTTP", "2", "2"),
        ("HEALTH", "/up", "/up"),
    ],
)
def test_texts_are_read(tmp_path: Path, variable: str, text: str, value: Any) -> None:
    found = chosen(tmp_path, environ={f"VIVACE_SERVE_{variable}": text})
    assert getattr(found, variable.lower()) == value


@pytest.mark.parametrize(
    ("variable", "text", "sentence"),
    [
        ("PORT", "65536", "VIVACE_SERVE_PORT in the environment is '65536': give a number from 0 "),
        ("WORKERS", "0", "from 1 on"),
        ("WORKERS", "\u0663", "from 1 on"),
        ("MAX_BODY_SIZE", "much", "give bytes, as 65536, 64K"),
        ("MAX_BODY_SIZE", "", "give bytes"),
        ("STATIC", "maybe", "say on or off"),
        ("HEADER_TIMEOUT", "0", "give seconds"),
        ("HEADER_TIMEOUT", "soon", "give seconds"),
        ("HEADER_TIMEOUT", "nan", "give seconds"),
        ("HEADER_TIMEOUT", "61", "--header-timeout is more than a minute"),
        ("UDS_MODE", "999", "in octal"),
        ("HTTP", "3", "choose one of auto, 1, 2"),
        ("HEALTH", "up", "begins with /"),
        ("MAX_HEADER_SIZE", "1K", "Choose 8K or more"),
        ("CERTIFICATE", "a", "needs its private key"),
        ("KEY", "a", "without a certificate"),
        ("CLIENT_CA", "a", "under TLS only"),
        ("WORKRES", "2", "is no option of serve. Did you mean VIVACE_SERVE_WORKERS?"),
        ("SOMETHING_ELSE", "2", "is no option of serve. 'vivace help serve' lists them."),
    ],
)
def test_what_cannot_be_meant(tmp_path: Path, variable: str, text: str, sentence: str) -> None:
    with pytest.raises(CommandError) as caught:
        chosen(tmp_path, environ={f"VIVACE_SERVE_{variable}": text})
    assert sentence in str(caught.value)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (
            "[tool.vivace.serve]\nprot = 1\n",
            "pyproject.toml is no option of serve. Did you mean port?",
        ),
        ("[tool.vivace.serve]\nport = -1\n", "give a number from 0"),
        ("[tool", "cannot be read"),
    ],
)
def test_files_that_cannot_be_meant(tmp_path: Path, text: str, sentence: str) -> None:
    with pytest.raises(CommandError) as caught:
        chosen(tmp_path, text)
    assert sentence in str(caught.value)
    assert str(tmp_path) in str(caught.value)


def test_options_survive_the_way_to_a_worker() -> None:
    found = Options(port=1, uds_mode=0o600, static=True)
    assert Options(**found.as_json()) == found


def test_each_option_is_explained() -> None:
    for each in fields(Options):
        assert each.metadata["help"]
        assert each.type == "bool" or each.metadata["metavar"]
        page = (Path(__file__).parents[3] / "docs" / "reference" / "serve.md").read_text()
        assert f"| `{each.name.replace('_', '-')}` |" in page
