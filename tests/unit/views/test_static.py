from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from vivace.core.exceptions import SuspiciousFileOperation
from vivace.http import Http404
from vivace.test import RequestFactory
from vivace.views.static import directory_index, serve, was_modified_since


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "public").mkdir()
    (tmp_path / "public" / "a.txt").write_bytes(b"hello")
    (tmp_path / "secret.txt").write_bytes(b"secret")
    return tmp_path / "public"


def get(path: str, root: Path, **options: Any) -> Any:
    return serve(RequestFactory().get("/static/" + path), path, root, **options)


@pytest.mark.parametrize(
    "path",
    ["//evil.example/", "/\\evil.example", "evil.example//", "http://evil.example/", "a//..//b"],
)
def test_cve_2017_7234_never_redirects(root: Path, path: str) -> None:
    with pytest.raises(Http404):
        get(path, root)


def test_cve_2017_7234_odd_spelling_of_a_file_is_served_in_place(root: Path) -> None:
    for path in ("/a.txt", "//a.txt", "./a.txt", "b/../a.txt", "a.txt/"):
        response = get(path, root)
        assert response.status_code == 200
        assert "Location" not in response.headers
        response.close()


def test_cve_2015_0221_a_file_without_line_breaks_is_sent_in_blocks(root: Path) -> None:
    size = 3_000_000
    (root / "big.bin").write_bytes(b"x" * size)
    response = get("big.bin", root)
    blocks = [len(block) for block in response.streaming_content]
    response.close()
    assert sum(blocks) == size
    assert max(blocks) <= 65536


@pytest.mark.parametrize("path", ["../secret.txt", "a/../../secret.txt", "..", "../public/../x"])
def test_a_path_that_leads_out_is_refused(root: Path, path: str) -> None:
    with pytest.raises(SuspiciousFileOperation):
        get(path, root, show_indexes=True)


@pytest.mark.parametrize("path", ["\x00", "a\x00.txt", "é" * 300, "x/" * 3000])
def test_a_name_that_no_file_can_have_is_not_found(root: Path, path: str) -> None:
    with pytest.raises(Http404, match="does not exist"):
        get(path, root)


def test_index_escapes_names(root: Path) -> None:
    (root / "<script>alert(1)<").mkdir()
    page = directory_index("<b>", root).content.decode()
    assert "<script>" not in page
    assert "Index of &lt;b&gt;/" in page
    assert '<a href="%3Cscript%3Ealert%281%29%3C/">&lt;script&gt;alert(1)&lt;/</a>' in page


def test_index_leaves_out_hidden_files(root: Path) -> None:
    (root / ".htpasswd").write_text("x")
    assert "htpasswd" not in get("", root, show_indexes=True).content.decode()


def test_head_has_the_length_of_the_file(root: Path) -> None:
    response = serve(RequestFactory().head("/a.txt"), "a.txt", root)
    response.close()
    assert response.headers["Content-Length"] == "5"


def test_a_date_that_no_clock_shows_counts_as_absent() -> None:
    assert was_modified_since("Mon, 28 May 999999999999 28:25:26 GMT", 1)
    assert was_modified_since("Mon, 99 May 2020 28:25:26 GMT", 1)
