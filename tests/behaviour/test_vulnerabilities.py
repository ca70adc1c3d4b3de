"""Past vulnerabilities of web frameworks, tried over the wire on both protocols."""

from __future__ import annotations

import io
import json
import tempfile
from pathlib import Path
from typing import Any

import pytest

from vivace.core.files.storage import FileSystemStorage
from vivace.core.files.uploadedfile import TemporaryUploadedFile
from vivace.core.files.uploadhandler import FileUploadHandler
from vivace.http import (
    FileResponse,
    HttpRequest,
    HttpResponse,
    HttpResponseRedirect,
    JsonResponse,
)
from vivace.urls import NoReverseMatch, path, re_path, reverse
from vivace.utils.http import url_has_allowed_host_and_scheme

ODD_HOSTS = [
    "testserver@evil.example",
    "user:pass@testserver",
    "testserver:80@evil.example",
    "testserver:evil",
    "testserver,evil.example",
    "testserver/evil",
    "testserver%00",
    "testserver\\.evil.example",
    "testserver #",
    "-testserver..evil",
    "[testserver]",
    "[::1]evil",
]
UNSAFE = {
    "cve_2012_12": ["//evil.example", "///evil.example", "http:///evil.example", "ftp://testserver"],
    "cve_2013_6044": ["javascript:alert(1)", "data:text/html,x", "vbscript:x"],
    "cve_2014_3730": ["http:\\\\evil.example", "\\\\evil.example", "/\\evil.example", "http:\\evil"],
    "cve_2015_0220": ["\njavascript:x", " javascript:x", " //evil.example", "\t//evil.example"],
    "cve_2015_2317": ["\x08//evil.example", "\x01javascript:x", "\x1fhttp://evil.example"],
    "cve_2016_2512": ["http://testserver\\@evil.example", "http://testserver:pw@evil.example"],
    "cve_2017_7233": ["http:999999999", "http:evil.example", "https:///evil.example", "http:1"],
}  # fmt: skip


def follow(request: HttpRequest) -> HttpResponse:
    """What a login view does with ``next``."""
    target = request.GET.get("next", "")
    host = request.get_host()
    if not url_has_allowed_host_and_scheme(target, {host}, require_https=request.is_secure()):
        target = "/safe/"
    return HttpResponseRedirect(target)


def link(request: HttpRequest) -> HttpResponse:
    return HttpResponse(request.build_absolute_uri("/reset/"))


def quoted(text: str) -> str:
    return "".join(f"%{byte:02X}" for byte in text.encode())


def followed(site: Any, target: str) -> str | None:
    response = site([path("", follow)]).ask(f"/?next={quoted(target)}")
    assert response.status == 302
    location: str | None = response.get("Location")
    return location


@pytest.mark.parametrize("host", ODD_HOSTS)
def test_nocve_2012_12_host_odd_hosts_reach_no_link(site: Any, host: str) -> None:
    response = site([path("", link)]).ask(headers=[("Host", host)])
    assert response.status == 400
    assert b"/reset/" not in response.body


@pytest.mark.parametrize(
    "host", ["evil.example", "testserver.evil.example", "xtestserver", "127.0.0.1"]
)
def test_nocve_2013_02_host_only_listed_hosts_are_ours(site: Any, host: str) -> None:
    web = site([path("", link)], ALLOWED_HOSTS=["testserver"])
    assert web.ask(headers=[("Host", host)]).status == 400
    assert web.ask(headers=[("Host", "testserver")]).body == b"http://testserver/reset/"


def test_nocve_2013_02_host_no_list_means_no_host(site: Any) -> None:
    assert site([path("", link)], ALLOWED_HOSTS=[]).ask().status == 400


@pytest.mark.parametrize("target", UNSAFE["cve_2012_12"])
def test_nocve_2012_12_redirect_stays_here(site: Any, target: str) -> None:
    assert followed(site, target) == "/safe/"


@pytest.mark.parametrize("target", UNSAFE["cve_2013_6044"])
def test_cve_2013_6044_only_web_schemes(site: Any, target: str) -> None:
    assert followed(site, target) == "/safe/"


@pytest.mark.parametrize("target", UNSAFE["cve_2014_3730"])
def test_cve_2014_3730_backslashes_are_slashes(site: Any, target: str) -> None:
    assert followed(site, target) == "/safe/"


@pytest.mark.parametrize("target", UNSAFE["cve_2015_0220"])
def test_cve_2015_0220_space_hides_no_scheme(site: Any, target: str) -> None:
    assert followed(site, target) in ("/safe/", "")


@pytest.mark.parametrize("target", UNSAFE["cve_2015_2317"])
def test_cve_2015_2317_control_characters_hide_no_scheme(site: Any, target: str) -> None:
    assert followed(site, target) == "/safe/"


@pytest.mark.parametrize("target", UNSAFE["cve_2016_2512"])
def test_cve_2016_2512_user_info_hides_no_host(site: Any, target: str) -> None:
    assert followed(site, target) == "/safe/"


@pytest.mark.parametrize("target", UNSAFE["cve_2017_7233"])
def test_cve_2017_7233_a_number_is_no_path(site: Any, target: str) -> None:
    assert followed(site, target) == "/safe/"


@pytest.mark.parametrize("target", ["/a/", "b", "?c=1", "http://testserver/d", "//testserver/e"])
def test_safe_targets_are_followed(site: Any, target: str) -> None:
    assert followed(site, target) == target


def test_cve_2014_0472_a_name_from_outside_imports_nothing(site: Any) -> None:
    def view(request: HttpRequest) -> HttpResponse:
        try:
            return HttpResponse(reverse(request.GET["name"]))
        except NoReverseMatch:
            return HttpResponse("no such name")

    web = site([path("", view, name="home")])
    assert web.ask("/?name=home").body == b"/"
    for name in ("antigravity.__name__", "this.s", "os.system", "xml.dom.minidom.parse"):
        assert web.ask(f"/?name={name}").body == b"no such name"


def test_cve_2014_0480_reversed_paths_stay_here(site: Any) -> None:
    def view(request: HttpRequest, rest: str) -> HttpResponse:
        return HttpResponse(reverse("any", args=[rest]))

    web = site([re_path(r"^(.*)$", view, name="any")])
    assert web.ask("//evil.example/").body == b"/%2Fevil.example/"


def test_cve_2015_0219_underscores_reach_no_header(site: Any) -> None:
    def view(request: HttpRequest) -> HttpResponse:
        return HttpResponse(request.headers.get("X-Auth-User", "nobody"))

    web = site([path("", view)])
    assert web.ask(headers=[("X_Auth_User", "admin")]).body == b"nobody"
    assert web.ask(headers=[("X-Auth_User", "admin")]).body == b"nobody"
    assert web.ask(headers=[("X_Auth_User", "admin"), ("X-Auth-User", "me")]).body == b"me"


@pytest.mark.filterwarnings("ignore:StreamingHttpResponse must consume")
@pytest.mark.parametrize(
    "name", ['a".txt', 'x";\\dummy=.txt', "a\\b.txt", 'é".txt', "a\r\nX: 1.txt"]
)
def test_cve_2022_36359_file_names_stay_in_their_quotes(site: Any, name: str) -> None:
    def view(request: HttpRequest) -> FileResponse:
        return FileResponse(io.BytesIO(b"x"), as_attachment=True, filename=name)

    response = site([path("", view)]).ask()
    if response.status != 200:
        assert "\r" in name
        return
    value = response.get("Content-Disposition")
    assert value.startswith("attachment; filename")
    unescaped = value.replace("\\\\", "").replace('\\"', "")
    assert unescaped.count('"') in (0, 2)


MULTIPART = ("Content-Type", "multipart/form-data; boundary=X")


def part(head: str, value: bytes) -> bytes:
    return f"--X\r\nContent-Disposition: form-data; {head}\r\n\r\n".encode() + value + b"\r\n"


def upload(request: HttpRequest) -> JsonResponse:
    return JsonResponse({"files": len(request.FILES), "fields": len(request.POST)})


def test_cve_2023_24580_parts_with_files_are_counted(site: Any) -> None:
    web = site([path("", upload)], DATA_UPLOAD_MAX_NUMBER_FILES=3)
    body = b"".join(part(f'name="f{n}"; filename="n"', b"x") for n in range(3))
    assert json.loads(web.ask("/", "POST", [MULTIPART], body + b"--X--\r\n").body)["files"] == 3
    body += part('name="g"; filename="n"', b"")
    assert web.ask("/", "POST", [MULTIPART], body + b"--X--\r\n").status == 400


def test_cve_2025_64458_a_redirect_is_no_place_for_long_texts(site: Any) -> None:
    web = site([path("", lambda request: HttpResponseRedirect(request.POST["to"]))])
    form = ("Content-Type", "application/x-www-form-urlencoded")
    assert web.ask("/", "POST", [form], b"to=/" + b"a" * 100).status == 302
    assert web.ask("/", "POST", [form], b"to=/" + "é".encode() * 100_000).status == 400


def test_cve_2025_14550_many_equal_headers(site: Any) -> None:
    def view(request: HttpRequest) -> HttpResponse:
        return HttpResponse(str(len(request.headers["X-A"])))

    web = site([path("", view)])
    assert web.ask(headers=[("X-A", "v")] * 5000).body == b"9999"


class Counting(FileUploadHandler):
    """Keeps nothing but the size of the largest piece."""

    largest = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        Counting.largest = max(Counting.largest, len(raw_data))

    def file_complete(self, file_size: int) -> None:
        return None


def test_cve_2026_33033_cve_2026_108147_base64_comes_in_pieces(site: Any) -> None:
    Counting.largest = 0
    web = site([path("", upload)], FILE_UPLOAD_HANDLERS=[f"{__name__}.Counting"])
    head = 'name="f"; filename="n"\r\nContent-Transfer-Encoding: base64'
    for value in (b"QUJD" * 200_000, b"Q U\r\nJ D " * 100_000, b" " * 500_000):
        response = web.ask("/", "POST", [MULTIPART], part(head, value) + b"--X--\r\n")
        assert response.status == 200
    assert 0 < Counting.largest <= 2**16


def test_cve_2026_5766_a_large_body_without_a_length_goes_to_disk(site: Any) -> None:
    def view(request: HttpRequest) -> HttpResponse:
        file = request.FILES["f"]
        return HttpResponse(f"{type(file) is TemporaryUploadedFile} {file.size}")

    web = site([path("", view)], FILE_UPLOAD_MAX_MEMORY_SIZE=1000)
    pieces = [part('name="f"; filename="n"', b"")[:-2], *[b"x" * 500] * 10, b"\r\n--X--\r\n"]
    if web.colour == "wsgi":
        # PEP 3333 has no bodies without a length; one that is declared is no different.
        assert web.ask("/", "POST", [MULTIPART], pieces).body == b"True 5000"
        return
    lying = [MULTIPART, ("Content-Length", "5")]
    assert web.ask("/", "POST", lying, pieces).body == b"True 5000"


def test_cve_2026_84429_separators_in_quotes(site: Any) -> None:
    def view(request: HttpRequest) -> JsonResponse:
        return JsonResponse({"params": request.content_params, "accepts": request.accepts("a/b")})

    web = site([path("", view)])
    value = 'a/b; x="' + ";" * 30_000 + '"'
    response = web.ask(headers=[("Content-Type", value), ("Accept", value)])
    assert response.status in (200, 400)
    assert b"Traceback" not in response.body


@pytest.mark.parametrize("name", ["../x", "..", "/etc/x", "a/../../x", "", "."])
def test_cve_2021_45452_cve_2024_39330_names_from_outside_stay_inside(
    site: Any, tmp_path: Path, name: str
) -> None:
    inside = tmp_path / "inside"
    inside.mkdir()

    def view(request: HttpRequest) -> HttpResponse:
        storage = FileSystemStorage(location=inside)
        return HttpResponse(storage.save(request.GET["name"], io.BytesIO(b"x")))

    response = site([path("", view)]).ask(f"/?name={quoted(name)}")
    assert response.status in (200, 400, 500)
    assert b"Traceback" not in response.body
    assert [each for each in tmp_path.iterdir() if each != inside] == []


def test_cve_2014_0481_names_that_are_taken(site: Any) -> None:
    with tempfile.TemporaryDirectory() as location:
        asked: list[str] = []

        class Storage(FileSystemStorage):
            def exists(self, name: str) -> bool:
                asked.append(name)
                return super().exists(name)

        def view(request: HttpRequest) -> HttpResponse:
            return HttpResponse(Storage(location).save("n.txt", request.FILES["f"]))

        web = site([path("", view)])
        body = part('name="f"; filename="n.txt"', b"x") + b"--X--\r\n"
        names = {web.ask("/", "POST", [MULTIPART], body).body for _ in range(20)}
        assert len(names) == 20
        assert len(asked) <= 60
