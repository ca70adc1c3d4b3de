"""Bodies of WSGI requests, read as PEP 3333 says."""

from __future__ import annotations

import io
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from growth import grows_linearly
from vivace.server.body import Body


class Stream:
    """As the engine's: gives what is asked for, or less at the end."""

    def __init__(self, data: bytes) -> None:
        self._file = io.BytesIO(data)
        self.asked: list[int] = []

    def read(self, size: int) -> bytes:
        self.asked.append(size)
        return self._file.read(size)


CALLS = st.lists(
    st.one_of(
        st.tuples(st.just("read"), st.integers(-1, 40)),
        st.tuples(st.just("readline"), st.integers(-1, 40)),
        st.tuples(st.just("readlines"), st.integers(-1, 40)),
    ),
    max_size=12,
)


@given(
    st.binary(max_size=60) | st.lists(st.sampled_from([b"a", b"\n", b"bc\n"])).map(b"".join), CALLS
)
def test_reads_as_a_file(data: bytes, calls: list[tuple[str, int]]) -> None:
    for length in (len(data), None):
        body, file = Body(Stream(data), length), io.BytesIO(data)
        for name, size in calls:
            assert getattr(body, name)(size) == getattr(file, name)(size)
        assert body.read() == file.read()
        assert body.read() == body.readline() == b""


def test_lines_and_nothing() -> None:
    assert list(Body(Stream(b"a\nb\n\nc"), 6)) == [b"a\n", b"b\n", b"\n", b"c"]
    assert Body(Stream(b"ab"), 2).read(None) == b"ab"
    assert Body(Stream(b"ab"), 2).readline(None) == b"ab"


def test_the_next_request_is_not_read() -> None:
    stream = Stream(b"bodyGET / HTTP/1.1")
    assert Body(stream, 4).read() == b"body"
    assert sum(stream.asked) == 4


@pytest.mark.parametrize("read", [lambda body: body.read(), lambda body: body.read(9), list])
def test_a_client_that_leaves_is_an_error(read: Any) -> None:
    with pytest.raises(OSError, match="left before the body was complete"):
        read(Body(Stream(b"1234"), 9))


def test_a_body_that_is_too_long_is_an_error() -> None:
    body = Body(Stream(b"x" * 200_000), None, most=100_000)
    with pytest.raises(OSError, match="too large"):
        body.read()
    assert body.read() == b""
    fits = Body(Stream(b"x" * 100_000), None, most=100_000)
    assert len(fits.read()) == 100_000


def test_large_bodies_are_read_in_blocks() -> None:
    stream = Stream(b"x" * 1_000_000)
    assert len(Body(stream, 1_000_000).read()) == 1_000_000
    assert max(stream.asked) == 65536


def test_a_line_as_long_as_the_body_is_read_in_few_pieces() -> None:
    """Every piece is looked at once, and none has to be copied for the next."""
    stream = Stream(b"x" * 4_000_000 + b"\nend")
    body = Body(stream, 4_000_004)
    assert body.readline() == b"x" * 4_000_000 + b"\n"
    assert len(stream.asked) < 600
    assert body.readline() == b"end"


def test_short_lines_are_read_in_proportion() -> None:
    assert grows_linearly(lambda n: list(Body(Stream(b"ab\n" * n), 3 * n)), 20_000)
    assert grows_linearly(lambda n: Body(Stream(b"a" * n), n).readline(), 400_000)
