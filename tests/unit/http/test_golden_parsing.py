"""Thousands of query strings, cookies and multipart bodies, and what Django makes of them."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from golden_cases import recorded
from vivace.core.files.uploadhandler import MemoryFileUploadHandler, TemporaryFileUploadHandler
from vivace.http.cookie import parse_cookie
from vivace.http.multipartparser import MultiPartParser
from vivace.http.querydict import QueryDict
from vivace.test.utils import override_settings


def test_query_strings() -> None:
    for query, is_bytes, encoding, lists, encoded in recorded("querystrings"):
        given = query.encode("latin-1") if is_bytes else query
        try:
            parsed = QueryDict(given, encoding=encoding)
            outcome: Any = [[key, values] for key, values in parsed.lists()]
        except Exception as error:
            outcome = type(error).__name__
        assert outcome == lists, (query, encoding)
        if isinstance(outcome, str):
            continue
        try:
            written: Any = [parsed.urlencode(), parsed.urlencode(safe="/%")]
        except Exception as error:
            written = type(error).__name__
        assert written == encoded, (query, encoding)


def test_cookies() -> None:
    for header, cookies in recorded("cookies"):
        assert [list(pair) for pair in parse_cookie(header).items()] == cookies, header


def _describe(file: Any) -> list[Any]:
    extra = {key: value.decode("latin-1") for key, value in file.content_type_extra.items()}
    charset = None if file.charset is None else file.charset.decode("latin-1")
    content = file.read().decode("latin-1")
    return [file.name, content, file.content_type, file.size, charset, extra]


def _parse(body: bytes, content_type: str, length: str, encoding: str | None) -> list[Any]:
    meta = {"CONTENT_TYPE": content_type, "CONTENT_LENGTH": length}
    handlers = [MemoryFileUploadHandler(), TemporaryFileUploadHandler()]
    try:
        post, files = MultiPartParser(meta, BytesIO(body), handlers, encoding).parse()
    except Exception as error:
        return [type(error).__name__, str(error)]
    return [
        [[name, values] for name, values in post.lists()],
        [[name, [_describe(file) for file in values]] for name, values in files.lists()],
    ]


def test_multipart_bodies() -> None:
    for text, content_type, length, encoding, limits, expected in recorded("multipart"):
        body = text.encode("latin-1")
        declared = str(len(body)) if length is None else length
        with override_settings(**limits):
            assert _parse(body, content_type, declared, encoding) == expected, (text, content_type)
