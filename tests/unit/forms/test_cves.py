"""Past vulnerabilities, asked of form fields and widgets."""

from __future__ import annotations

import socket
import struct
import zlib
from typing import Any

import pytest

from growth import grows_linearly
from vivace import forms
from vivace.core.exceptions import ValidationError
from vivace.core.files.uploadedfile import SimpleUploadedFile
from vivace.core.validators import DomainNameValidator
from vivace.utils.datastructures import MultiValueDict


def url_field(**options: Any) -> forms.URLField:
    return forms.URLField(assume_scheme="https", **options)


def refused(field: forms.Field, value: Any) -> bool:
    try:
        field.clean(value)
    except ValidationError:
        return True
    return False


def test_cve_2011_0697_names_of_files_are_escaped() -> None:
    class Stored:
        url = 'x"><script>'

        def __str__(self) -> str:
            return "<script>alert(1)</script>"

    html = forms.ClearableFileInput().render('f"', Stored())
    assert "<script>" not in html
    assert 'name="f"' not in html


@pytest.fixture
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*args: Any, **kwargs: Any) -> None:
        raise AssertionError("validation asked the network")

    monkeypatch.setattr(socket, "socket", refuse)
    monkeypatch.setattr(socket, "create_connection", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)


@pytest.mark.usefixtures("no_network")
def test_cve_2011_4137_urls_are_not_fetched() -> None:
    assert url_field().clean("http://example.com/slow") == "http://example.com/slow"


@pytest.mark.usefixtures("no_network")
def test_cve_2011_4138_no_redirect_is_followed() -> None:
    assert url_field().clean("http://127.0.0.1:1/") == "http://127.0.0.1:1/"
    assert refused(url_field(), "file:///etc/passwd")


def png(width: int, height: int) -> bytes:
    """A PNG whose header says how large it is and that has no pixels."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        checksum = zlib.crc32(kind + data)
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", checksum)

    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")


def test_cve_2012_3443_pixels_are_not_decoded() -> None:
    # Unpacking would need 81 million bytes, and find that they are not there.
    upload = SimpleUploadedFile("a.png", png(9000, 9000))
    cleaned = forms.ImageField().clean(upload)
    assert cleaned.image.size == (9000, 9000)
    assert cleaned.content_type == "image/png"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        (forms.IntegerField(), "1\n2"),
        (forms.GenericIPAddressField(protocol="ipv4"), "1.1.1.1\nX"),
        (forms.SlugField(strip=False), "slug\n"),
        (forms.RegexField(r"^[a-z]+\Z"), "abc\n"),
    ],
)
def test_cve_2015_5144_no_newline_at_the_end(field: forms.Field, value: str) -> None:
    assert refused(field, value)


def test_cve_2015_5145_long_urls_are_refused_soon() -> None:
    assert grows_linearly(lambda size: refused(url_field(max_length=None), "http://" + "a" * size))


@pytest.mark.parametrize("control", "\n\r\t")
def test_cve_2021_32052_control_characters_in_urls(control: str) -> None:
    assert refused(url_field(), f"http://www.example{control}.com/")
    assert refused(url_field(), f"http://www.example.com/{control}x")
    assert refused(url_field(), f"ht{control}tp://www.example.com/")


def test_cve_2021_33571_leading_zeros_in_addresses() -> None:
    assert refused(forms.GenericIPAddressField(), "127.0.0.01")
    assert refused(url_field(), "http://127.0.0.01/")


def test_cve_2023_31047_several_files_only_where_allowed() -> None:
    for widget in (forms.FileInput, forms.ClearableFileInput):
        with pytest.raises(ValueError, match="uploading multiple files"):
            widget(attrs={"multiple": True})
    files = MultiValueDict({"f": ["unchecked", "checked"]})
    assert forms.FileInput().value_from_datadict({}, files, "f") == "checked"

    class Several(forms.FileInput):
        allow_multiple_selected = True

    assert Several().value_from_datadict({}, files, "f") == ["unchecked", "checked"]


def test_cve_2023_36053_long_emails_and_urls() -> None:
    assert forms.EmailField().max_length == 320
    assert refused(forms.EmailField(), "a@" + "a." * 200 + "com")
    assert grows_linearly(
        lambda size: refused(forms.EmailField(max_length=None), "a@" + "a." * size + "com")
    )
    assert grows_linearly(lambda size: refused(url_field(), "http://" + "a." * size + "com"))


def test_cve_2024_56374_long_addresses_are_not_parsed() -> None:
    field = forms.GenericIPAddressField()
    assert field.max_length == 39
    assert refused(field, "::" + "0" * 38)
    assert grows_linearly(lambda size: refused(field, ":" * size))


def test_cve_2026_25673_urls_are_not_normalised_before_their_length_is_known() -> None:
    # Taken apart, these would become other texts.
    value = "http://\u2100" + "\ufb03" * 3000
    assert url_field().to_python(value) == value
    assert refused(url_field(), value)
    assert grows_linearly(lambda size: refused(url_field(), "\u00bd" * size))


def test_cve_2026_53878_domains_end_without_a_newline() -> None:
    assert refused(url_field(), "http://example.com\n/")
    assert refused(
        forms.CharField(strip=False, validators=[DomainNameValidator()]), "example.com\n"
    )


def test_image_that_is_none() -> None:
    field = forms.ImageField()
    with pytest.raises(ValidationError) as caught:
        field.clean(SimpleUploadedFile("a.png", b"no image"))
    assert caught.value.code == "invalid_image"
