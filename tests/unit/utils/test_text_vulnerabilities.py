"""Past vulnerabilities of text utilities; each test is named after its row."""

from __future__ import annotations

from decimal import Decimal
from email.message import Message

import pytest

from growth import grows_linearly
from vivace.core.exceptions import SuspiciousOperation, ValidationError
from vivace.utils.encoding import repercent_broken_unicode, uri_to_iri
from vivace.utils.html import smart_urlquote, strip_tags, urlize
from vivace.utils.http import (
    MAX_URL_LENGTH,
    content_disposition_header,
    parse_header_parameters,
    url_has_allowed_host_and_scheme,
    urlencode,
)
from vivace.utils.ipv6 import clean_ipv6_address, is_valid_ipv6_address
from vivace.utils.numberformat import format as number_format
from vivace.utils.text import Truncator, wrap

safe = url_has_allowed_host_and_scheme


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "data:text/html,x", "ftp://a.com/", "vbscript:x", "mailto:x"]
)
def test_cve_2013_6044_only_http_schemes(url: str) -> None:
    assert not safe(url, "a.com")
    assert not safe("http://a.com/", "a.com", require_https=True)
    assert safe("https://a.com/", "a.com", require_https=True)


def test_nocve_2012_12_redirect_one_check_for_hosts_and_schemes() -> None:
    assert not safe("//evil.com/", "a.com")
    assert not safe("http://a.com.evil.com/", "a.com")
    assert safe("/next/?url=//evil.com", "a.com")


@pytest.mark.parametrize(
    "url",
    [r"\\evil.com", r"/\evil.com", r"http:\\evil.com", "///evil.com", r"\/\/evil.com", r"///\x"],
)
def test_cve_2014_3730_backslashes_are_slashes(url: str) -> None:
    assert not safe(url, "a.com")


@pytest.mark.parametrize("url", [" javascript:alert(1)", "\tjavascript:x", "\n//evil.com"])
def test_cve_2015_0220_leading_white_space(url: str) -> None:
    assert not safe(url, "a.com")


@pytest.mark.parametrize("char", ["\x00", "\x08", "\x1b", "\x7f", "\u200b", "\ufeff"])
def test_cve_2015_2317_leading_control_characters(char: str) -> None:
    assert not safe(f"{char}//evil.com", "a.com")
    assert not safe(f"{char}javascript:x", "a.com")


@pytest.mark.parametrize(
    "url", [r"http://evil.com\@a.com", r"http://a.com\@evil.com", "http://u@evil.com"]
)
def test_cve_2016_2512_userinfo_and_backslash(url: str) -> None:
    assert not safe(url, "a.com")


@pytest.mark.parametrize(
    "url", ["http:999999999", "http:/evil.com", "https:evil.com", "ftp:9999999999"]
)
def test_cve_2017_7233_scheme_without_host(url: str) -> None:
    assert not safe(url, "a.com")


def test_cve_2025_64458_overlong_redirect_targets() -> None:
    assert safe("/" + "a" * (MAX_URL_LENGTH - 1), None)
    assert not safe("/" + "a" * MAX_URL_LENGTH, None)
    assert grows_linearly(lambda n: safe("http://" + "\u2100" * n, None))


def test_cve_2015_2316_stripping_stops_without_progress() -> None:
    assert strip_tags("<0fo</x") == "<0fo</x"
    assert strip_tags("a<p a >'</br") == "a'</br"


def test_cve_2019_14233_incomplete_entities() -> None:
    text = "&" * 100 + "gotcha&#;<>"
    assert strip_tags(text) == text
    assert grows_linearly(lambda n: strip_tags("&gotcha&#;<>" * n), 1000)


def test_cve_2024_53907_nested_broken_tags() -> None:
    assert strip_tags("<" * 50 + "a>" * 50) == ""
    with pytest.raises(SuspiciousOperation):
        strip_tags("<" * 51 + "a>" * 51)


def test_cve_2025_32873_many_open_tags() -> None:
    with pytest.raises(SuspiciousOperation):
        strip_tags("<a" * 50 + "x" * 1000)
    assert strip_tags("<a" * 49 + "x" * 1000).startswith("<a<a")
    assert grows_linearly(lambda n: strip_tags("<!--" * n + ">"))
    assert grows_linearly(lambda n: strip_tags("<" + "a" * 900 + ">" + "<a<" * n))


@pytest.mark.parametrize(
    "unit",
    ["<!--", "</", "</a", "<?", "<!", "<", "&", "&lt", "<a b='", "<![", "<script>", "<a/", "-->"],
)
def test_markup_of_any_kind_is_linear(unit: str) -> None:
    assert grows_linearly(lambda n: strip_tags(">" + unit * n), 1000)
    assert grows_linearly(lambda n: Truncator(unit * n).words(10**9, html=True), 1000)


def test_unknown_marked_sections_are_dropped() -> None:
    assert strip_tags("a<![if <x]>b<![CDATA[ <i> ]]>c") == "abc"
    assert Truncator("a<![<b>c").chars(5, html=True) == "ac"


def test_cve_2018_7536_urlize() -> None:
    assert grows_linearly(lambda n: urlize("http://a" + "(" * n))
    assert grows_linearly(lambda n: urlize("a." * n + "@"))


def test_cve_2018_7537_truncation() -> None:
    assert grows_linearly(lambda n: Truncator("X&l" * n).words(10**9, html=True))


def test_cve_2019_14232_truncation() -> None:
    assert grows_linearly(lambda n: Truncator("<p" + " a" * n).chars(10, html=True))
    assert grows_linearly(lambda n: Truncator("</" + "a" * n + "x\n" * n).words(10, html=True))


def test_cve_2023_43665_truncation_of_long_input() -> None:
    assert grows_linearly(lambda n: Truncator("<p>" * n).chars(3, html=True))
    assert Truncator("&" * 5000).words(1, html=True) == "&amp;" * 5000


def test_cve_2024_27351_words() -> None:
    assert grows_linearly(lambda n: Truncator("<" * n).words(1, html=True))
    assert Truncator("<p>one two three</p>").words(2, html=True) == "<p>one two…</p>"


def test_cve_2026_1285_unmatched_end_tags() -> None:
    assert grows_linearly(lambda n: Truncator("<b>" * n + "</i>" * n).chars(10**9, html=True), 1000)
    assert grows_linearly(
        lambda n: Truncator("<b>" + "<i>" * n + "</b></p>" * n).words(10**9, html=True), 1000
    )


@pytest.mark.parametrize("units", ["()", "[]", "([", ")(", "(]"])
def test_cve_2024_38875_brackets(units: str) -> None:
    assert grows_linearly(lambda n: urlize("http://a.com/" + units * n))


@pytest.mark.parametrize("units", [".", ":;!", ",.;", "&;", ";&."])
def test_cve_2024_41990_trailing_punctuation(units: str) -> None:
    assert grows_linearly(lambda n: urlize("a.com" + units * n))


def test_cve_2024_41991_long_unicode() -> None:
    assert urlize("http://" + "é" * MAX_URL_LENGTH) == "http://" + "é" * MAX_URL_LENGTH
    assert grows_linearly(lambda n: smart_urlquote("http://a/" + "é" * n))


@pytest.mark.parametrize("units", ["a&;", "&a)", ";)", ").", "&lt;)", ".)", "!)."])
def test_cve_2024_45230_mixed_sequences(units: str) -> None:
    assert grows_linearly(lambda n: urlize("a.com" + units * n), 1000)


def test_cve_2019_6975_small_and_large_numbers() -> None:
    assert number_format(Decimal("1E+9999999"), ".") == "1e+9999999"
    assert number_format(Decimal("1E-9999999"), ".", 2) == "0.00"
    assert number_format(Decimal("1E+199"), ".") == "1" + "0" * 199
    assert number_format(Decimal("1E+200"), ".") == "1e+200"


def test_cve_2024_41989_exponents() -> None:
    assert number_format(Decimal("1234E+999999"), ",", 2, 3, ".", True) == "1,23e+1000002"


@pytest.mark.parametrize("digits", ["1" * 300, "-" + "1" * 300, "0." + "1" * 300])
def test_cve_2019_6975_many_digits_need_no_stack(digits: str) -> None:
    number = Decimal(digits)
    exponent = "e-1" if digits[0] == "0" else "e+299"
    sign = digits[:1].strip("01")
    assert number_format(number, ",", 2, 3, ".", True) == f"{sign}1,11{exponent}"
    assert number_format(number, ".") == f"{sign}1.{'1' * 299}{exponent}"


def test_cve_2019_14235_broken_unicode() -> None:
    assert repercent_broken_unicode(b"/\xff/\xc3") == b"/%FF/%C3"
    path = b"%FF" * 5000
    assert uri_to_iri(path) == path.decode()
    assert grows_linearly(lambda n: repercent_broken_unicode(b"\xfc" * n))


def test_cve_2023_41164_uri_to_iri() -> None:
    assert uri_to_iri("/%E2%82%AC%FF") == "/€%FF"
    assert grows_linearly(lambda n: uri_to_iri("%C3%BC" * n))


def test_cve_2021_23336_queries_are_joined_by_ampersands_only() -> None:
    assert urlencode([("a", "1;b=2"), ("c", "&")]) == "a=1%3Bb%3D2&c=%26"


def test_cve_2022_36359_quotes_in_file_names() -> None:
    header = content_disposition_header(True, 'a";dummy=".txt\\')
    assert header == 'attachment; filename="a\\";dummy=\\".txt\\\\"'
    parsed = Message()
    parsed["content-disposition"] = str(header)
    assert parsed.get_params(header="content-disposition", unquote=False) is not None
    assert parse_header_parameters(str(header))[1] == {"filename": 'a";dummy=".txt\\'}


@pytest.mark.parametrize("name", ["a\r\nX: y", "a\n", "a\x00", "\x7f"])
def test_control_characters_in_file_names_are_encoded(name: str) -> None:
    header = content_disposition_header(False, name)
    assert header is not None
    assert header.startswith("inline; filename*=utf-8''")
    assert header.isprintable()


def test_cve_2026_84429_header_parameters() -> None:
    assert parse_header_parameters('a; b="c;d\\";e"; f=g') == ("a", {"b": 'c;d";e', "f": "g"})
    assert grows_linearly(lambda n: parse_header_parameters('a; b="' + ";" * n))
    assert grows_linearly(lambda n: parse_header_parameters("a" + ';b="' * n))
    assert grows_linearly(lambda n: parse_header_parameters("a" + "; b*0=c" * n))


def test_cve_2024_56374_ipv6_length() -> None:
    assert is_valid_ipv6_address("2001:0db8:85a3:0000:0000:8a2e:0370:7334")
    assert not is_valid_ipv6_address("0" * 40)
    with pytest.raises(ValidationError):
        clean_ipv6_address("::" + "1" * 50_000)
    assert grows_linearly(lambda n: is_valid_ipv6_address(":" * n))


def test_cve_2025_26699_wrap() -> None:
    assert wrap("a " * 3, 3) == "a a\na "[:5]
    assert grows_linearly(lambda n: wrap("a " * n, 10))
    assert grows_linearly(lambda n: wrap("a" * n + "\n" * n, 10))
