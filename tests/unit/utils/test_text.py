"""Text for people, compressed streams, numbers, XML, filler, patterns."""

from __future__ import annotations

import asyncio
import gzip
import io
from collections.abc import AsyncIterator, Iterator
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vivace.core.exceptions import SuspiciousFileOperation
from vivace.utils import lorem_ipsum
from vivace.utils.functional import Promise, lazystr
from vivace.utils.numberformat import format as number_format
from vivace.utils.regex_helper import _lazy_re_compile, normalize
from vivace.utils.text import (
    StreamingBuffer,
    Truncator,
    acompress_sequence,
    compress_sequence,
    compress_string,
    format_lazy,
    get_text_list,
    get_valid_filename,
    slugify,
    smart_split,
    wrap,
)
from vivace.utils.xmlutils import SimplerXMLGenerator, UnserializableContentError


@given(st.binary(), st.sampled_from([None, 1, 100]))
def test_compress_string(data: bytes, padding: int | None) -> None:
    compressed = compress_string(data, max_random_bytes=padding)
    assert gzip.decompress(compressed) == data
    assert compressed[4:8] == b"\0\0\0\0"


def test_random_padding_changes_the_length() -> None:
    assert len({len(compress_string(b"a", max_random_bytes=100)) for _ in range(50)}) > 5
    streams = (b"".join(compress_sequence([b"a"], max_random_bytes=100)) for _ in range(50))
    assert len({len(stream) for stream in streams}) > 5


def test_compress_sequence_starts_before_the_first_piece() -> None:
    asked = []

    def pieces() -> Iterator[bytes]:
        asked.append(1)
        yield b"a" * 10

    stream = compress_sequence(pieces())
    first = next(stream)
    assert not asked
    assert gzip.decompress(first + b"".join(stream)) == b"a" * 10


def test_acompress_sequence_gives_the_same() -> None:
    pieces = [b"a" * 1000, b"", b"bc"]

    async def source() -> AsyncIterator[bytes]:
        for piece in pieces:
            yield piece

    async def collect() -> list[bytes]:
        return [chunk async for chunk in acompress_sequence(source())]

    chunks = asyncio.run(collect())
    assert chunks[0] == next(compress_sequence([]))
    assert gzip.decompress(b"".join(chunks)) == b"".join(pieces)


def test_streaming_buffer_forgets() -> None:
    buffer = StreamingBuffer()
    buffer.write(b"ab")
    assert (buffer.read(), buffer.read()) == (b"ab", b"")


@given(st.text(), st.integers(1, 30))
def test_truncated_text_fits(text: str, length: int) -> None:
    cut = Truncator(text).chars(length, truncate="")
    assert len(Truncator(cut).words(10**9).split()) <= len(text.split()) or cut
    assert sum(1 for _ in cut) <= len(text) + length


@given(
    st.lists(st.sampled_from(["<p>", "</p>", "<b>", "</b>", "<br>", "x", " ", "&amp;"])),
    st.integers(1, 9),
)
def test_truncated_html_has_few_characters(parts: list[str], length: int) -> None:
    cut = Truncator("".join(parts)).chars(length, html=True)
    visible = cut
    for tag in ("<p>", "</p>", "<b>", "</b>", "<br>"):
        visible = visible.replace(tag, "")
    assert len(visible.replace("&amp;", "&")) <= length


def test_truncated_html_keeps_what_ends_with_an_ampersand() -> None:
    assert Truncator("AT&T").chars(10, html=True) == "AT&amp;T"
    assert Truncator("<p>a &").words(9, html=True) == "<p>a &amp;"


@given(st.text(alphabet="ab \n"), st.integers(1, 20))
def test_wrap_keeps_words(text: str, width: int) -> None:
    wrapped = wrap(text, width)
    assert wrapped.split() == text.split()
    for line in wrapped.split("\n"):
        assert len(line) <= width or " " not in line.strip()


def test_get_text_list_keeps_promises() -> None:
    assert get_text_list(["a", "b", "c"], "and") == "a, b and c"
    assert isinstance(get_text_list(["a", "b"], lazystr("or")), Promise)


def test_format_lazy() -> None:
    assert format_lazy("{}-{a}", lazystr("x"), a=1) == "x-1"


@pytest.mark.parametrize("name", ["", "..", ".", " ", "/", "$%"])
def test_get_valid_filename_needs_a_name(name: str) -> None:
    with pytest.raises(SuspiciousFileOperation) as error:
        get_valid_filename(name)
    assert str(error.value) == f"Could not derive file name from '{name}'"


@given(st.text())
def test_slugs_are_slugs(text: str) -> None:
    slug = slugify(text)
    assert slug.isascii()
    assert slugify(slug) == slug
    assert not set(slug) - set("abcdefghijklmnopqrstuvwxyz0123456789-_")


@given(st.lists(st.text(alphabet="abc", min_size=1)))
def test_smart_split_of_plain_words(words: list[str]) -> None:
    assert list(smart_split(" ".join(words))) == words


@given(st.integers(-(10**12), 10**12))
def test_grouped_numbers(number: int) -> None:
    assert number_format(number, ".", 0, 3, ",", True) == f"{number:,}"


def test_decimals_that_are_cut_off_leave_their_sign() -> None:
    numbers = [Decimal(text) for text in ("-0.9", "-0.1", "-0.09", "0.9", "-1.9")]
    assert [number_format(number, ".", 0) for number in numbers] == ["-0", "-0", "0", "0", "-1"]


def test_xml_generator() -> None:
    stream = io.StringIO()
    writer = SimplerXMLGenerator(stream, "utf-8")
    writer.startDocument()
    writer.addQuickElement("a", "<x>", {"z": "1", "b": "2"})
    with pytest.raises(UnserializableContentError, match="Control characters are not supported"):
        writer.characters("\x0b")
    assert stream.getvalue().endswith('<a b="2" z="1">&lt;x&gt;</a>')


def test_lorem_ipsum() -> None:
    assert lorem_ipsum.words(3) == "lorem ipsum dolor"
    assert len(lorem_ipsum.words(400, common=False).split()) == 400
    assert lorem_ipsum.paragraphs(2)[0] == lorem_ipsum.COMMON_P
    assert lorem_ipsum.sentence()[0].isupper()
    assert lorem_ipsum.paragraph()[-1] in ".?"


def test_normalize_patterns() -> None:
    assert normalize(r"^a/(?P<y>[0-9]{4})/(?:(?P<p>\d+)/)?$") == [
        ("a/%(y)s/", ["y"]),
        ("a/%(y)s/%(p)s/", ["y", "p"]),
    ]
    assert normalize(r"(\w+)-(\d)") == [("%(_0)s-%(_1)s", ["_0", "_1"])]
    assert normalize("a|b") == [("", [])]
    with pytest.raises(ValueError, match=r"Non-reversible reg-exp portion: '\(\?i'"):
        normalize("(?i)a")


def test_lazy_regular_expressions() -> None:
    assert _lazy_re_compile("A", 2).match("a")
    with pytest.raises(AssertionError, match="flags must be empty"):
        _lazy_re_compile(_lazy_re_compile("a").__copy__(), 2).match("a")
