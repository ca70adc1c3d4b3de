"""Text for people and for names: wrapping, cutting, slugs, lists, and compressed streams.

Everything takes time linear in its input. Cutting of HTML is in ``vivace.utils.truncation``.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterable, AsyncIterator, Iterable, Iterator, Sequence
from io import BytesIO
from typing import TYPE_CHECKING, Any

from vivace.core.exceptions import SuspiciousFileOperation
from vivace.utils.functional import SimpleLazyObject, keep_lazy_text, lazy
from vivace.utils.lazily import Later, late_pattern, lazily
from vivace.utils.translation import gettext as _
from vivace.utils.translation import gettext_lazy

if TYPE_CHECKING:
    import gzip
    import secrets
    import textwrap
    import unicodedata

    from vivace.utils import truncation
    from vivace.utils.truncation import (
        TruncateCharsHTMLParser,
        TruncateHTMLParser,
        TruncateWordsHTMLParser,
        add_truncation_text,
        calculate_truncate_chars_length,
    )
else:
    gzip = Later("gzip")
    secrets = Later("secrets")
    textwrap = Later("textwrap")
    unicodedata = Later("unicodedata")
    truncation = Later("vivace.utils.truncation")

__all__ = [
    "StreamingBuffer",
    "TruncateCharsHTMLParser",
    "TruncateHTMLParser",
    "TruncateWordsHTMLParser",
    "Truncator",
    "acompress_sequence",
    "add_truncation_text",
    "calculate_truncate_chars_length",
    "camel_case_to_spaces",
    "capfirst",
    "compress_sequence",
    "compress_string",
    "format_lazy",
    "get_text_list",
    "get_valid_filename",
    "normalize_newlines",
    "phone2numeric",
    "re_camel_case",
    "re_newlines",
    "slugify",
    "smart_split",
    "smart_split_re",
    "trim_value",
    "unescape_string_literal",
    "wrap",
]

__getattr__, __dir__ = lazily(
    __name__,
    {
        "vivace.utils.truncation": (
            "TruncateCharsHTMLParser TruncateHTMLParser TruncateWordsHTMLParser"
            " add_truncation_text calculate_truncate_chars_length"
        )
    },
)


@keep_lazy_text
def capfirst(x: Any) -> Any:
    """`x` with its first letter in upper case; what is empty is answered as it is."""
    if not x:
        return x
    text = x if isinstance(x, str) else str(x)
    return text[0].upper() + text[1:]


re_newlines = late_pattern(r"\r\n|\r")
re_camel_case = late_pattern(r"(((?<=[a-z])[A-Z])|([A-Z](?![A-Z]|$)))")


@keep_lazy_text
def wrap(text: str, width: int) -> str:
    """Break the lines of `text` at spaces to at most `width` characters; long words stay whole.

    Raises ValueError for a width below one.
    """
    # SECURITY: each line is wrapped on its own, in linear time (CVE-2025-26699).
    wrapper = textwrap.TextWrapper(
        width=width, break_long_words=False, break_on_hyphens=False, replace_whitespace=False
    )
    lines: list[str] = []
    for line in text.splitlines():
        wrapped = wrapper.wrap(line)
        # The wrapper drops a line of nothing but spaces.
        lines.extend(wrapped or [line])
    if text.endswith("\n"):
        lines.append("")
    return "\n".join(lines)


class Truncator(SimpleLazyObject):
    """A text that is cut by `chars` or `words`. Documented in ref/templates (truncatechars)."""

    def __init__(self, text: Any) -> None:
        super().__init__(lambda: str(text))

    def chars(self, num: Any, truncate: str | None = None, html: bool = False) -> str:
        """At most `num` characters, with those of `truncate`, by default an ellipsis.

        Combining characters do not count. With `html`, tags do not count and are closed.
        """
        self._setup()
        length = int(num)
        if length <= 0:
            return ""
        text = unicodedata.normalize("NFC", self._wrapped)
        if html:
            parser = truncation.TruncateCharsHTMLParser(length=length, replacement=truncate)
            parser.feed(text)
            parser.close()
            return "".join(parser.output)
        return self._text_chars(length, truncate, text)

    def _text_chars(self, length: int, truncate: str | None, text: str) -> str:
        kept = truncation.calculate_truncate_chars_length(length, truncate)
        seen = 0
        end: int | None = None
        for i, char in enumerate(text):
            if unicodedata.combining(char):
                continue
            seen += 1
            if end is None and seen > kept:
                end = i
            if seen > length:
                return truncation.add_truncation_text(text[: end or 0], truncate)
        return text

    def words(self, num: Any, truncate: str | None = None, html: bool = False) -> str:
        """At most `num` words, then `truncate`, by default an ellipsis; newlines become spaces.

        With `html`, tags do not count and are closed.
        """
        self._setup()
        length = int(num)
        if length <= 0:
            return ""
        if html:
            parser = truncation.TruncateWordsHTMLParser(length=length, replacement=truncate)
            parser.feed(self._wrapped)
            parser.close()
            return "".join(parser.output)
        return self._text_words(length, truncate)

    def _text_words(self, length: int, truncate: str | None) -> str:
        words = self._wrapped.split()
        if len(words) > length:
            return truncation.add_truncation_text(" ".join(words[:length]), truncate)
        return " ".join(words)


@keep_lazy_text
def get_valid_filename(name: Any) -> str:
    """`name` as a file's name: spaces become underscores; only letters, digits, ``-_.`` stay.

    Raises SuspiciousFileOperation if nothing is left to make a name.
    """
    valid = re.sub(r"(?u)[^-\w.]", "", str(name).strip().replace(" ", "_"))
    if valid in {"", ".", ".."}:
        raise SuspiciousFileOperation(f"Could not derive file name from '{name}'")
    return valid


_OR = gettext_lazy("or")


@keep_lazy_text
def get_text_list(list_: Sequence[Any], last_word: Any = _OR) -> str:
    """The members as in a sentence: between commas, and `last_word` before the last."""
    if not list_:
        return ""
    if len(list_) == 1:
        return str(list_[0])
    # Translators: This string is used as a separator between list elements
    head = _(", ").join(str(item) for item in list_[:-1])
    return f"{head} {last_word!s} {list_[-1]!s}"


@keep_lazy_text
def normalize_newlines(text: Any) -> str:
    """`text` with every line ended by a line feed."""
    return str(re_newlines.sub("\n", str(text)))


_DIGITS = str.maketrans("abcdefghijklmnopqrstuvwxyz", "22233344455566677778889999")


@keep_lazy_text
def phone2numeric(phone: str) -> str:
    """A telephone number with its letters as digits."""
    return phone.lower().translate(_DIGITS)


# --- compressed streams


def _get_random_filename(max_random_bytes: int) -> bytes:
    return b"a" * secrets.randbelow(max_random_bytes)


def compress_string(s: bytes, *, max_random_bytes: int | None = None) -> bytes:
    """`s` compressed as gzip (RFC 1952), without the time.

    With `max_random_bytes`, a file name of random length, below that, is put into the header: the
    length then tells less about the content (https://ieeexplore.ieee.org/document/9754554).
    """
    compressed = gzip.compress(s, compresslevel=6, mtime=0)
    if not max_random_bytes:
        return compressed
    view = memoryview(compressed)
    header = bytearray(view[:10])
    header[3] = gzip.FNAME
    return bytes(header) + _get_random_filename(max_random_bytes) + b"\x00" + view[10:]


class StreamingBuffer(BytesIO):
    """A buffer that forgets what was read."""

    def read(self, size: int | None = -1, /) -> bytes:
        """All that was written since the last time."""
        data = self.getvalue()
        self.seek(0)
        self.truncate()
        return data


def _gzip_writer(buffer: StreamingBuffer, max_random_bytes: int | None) -> gzip.GzipFile:
    filename: Any = _get_random_filename(max_random_bytes) if max_random_bytes else None
    return gzip.GzipFile(filename=filename, mode="wb", compresslevel=6, fileobj=buffer, mtime=0)


def compress_sequence(
    sequence: Iterable[bytes], *, max_random_bytes: int | None = None
) -> Iterator[bytes]:
    """The pieces of `sequence` compressed as one gzip stream; as `compress_string` otherwise."""
    buffer = StreamingBuffer()
    with _gzip_writer(buffer, max_random_bytes) as writer:
        # The header goes out before the first piece is asked for.
        yield buffer.read()
        for item in sequence:
            writer.write(item)
            data = buffer.read()
            if data:
                yield data
    yield buffer.read()


async def acompress_sequence(
    sequence: AsyncIterable[bytes], *, max_random_bytes: int | None = None
) -> AsyncIterator[bytes]:
    """As `compress_sequence`, for pieces that come asynchronously."""
    buffer = StreamingBuffer()
    with _gzip_writer(buffer, max_random_bytes) as writer:
        yield buffer.read()
        async for item in sequence:
            writer.write(item)
            # An asynchronous stream is often one of events: each must leave as it comes.
            writer.flush()
            data = buffer.read()
            if data:
                yield data
    yield buffer.read()


# --- words and names

# A run of characters up to white space, where what is between quotes may hold some.
smart_split_re = late_pattern(
    r"""
    (
        (?:[^\s'"]*(?:(?:"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')[^\s'"]*)+)
        | \S+
    )
    """,
    re.VERBOSE,
)


def smart_split(text: Any) -> Iterator[str]:
    """The parts of `text` between white space, where quoted strings stay whole, quotes included."""
    for match in smart_split_re.finditer(str(text)):
        yield match[0]


@keep_lazy_text
def unescape_string_literal(s: str) -> str:
    """What a literal in single or double quotes means. Raises ValueError for what is none."""
    if not s or s[0] not in "\"'" or s[-1] != s[0]:
        raise ValueError(f"Not a string literal: {s!r}")
    quote = s[0]
    return s[1:-1].replace(rf"\{quote}", quote).replace(r"\\", "\\")


@keep_lazy_text
def slugify(value: Any, allow_unicode: bool = False) -> str:
    """`value` in lower case letters, digits, underscores and hyphens, as URLs like it.

    Only ASCII is left unless `allow_unicode`. Documented in ref/utils.
    """
    text = str(value)
    if allow_unicode:
        text = unicodedata.normalize("NFKC", text)
    else:
        text = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode("ascii")
    text = re.sub(r"[^\w\s-]", "", text.lower())
    return re.sub(r"[-\s]+", "-", text).strip("-_")


def camel_case_to_spaces(value: str) -> str:
    """``CamelCase`` as lower case words between spaces."""
    if type(value) is str and value[1:].islower():
        # PERF: one word, as most names are.
        return value.strip().lower()
    return str(re_camel_case.sub(r" \1", value)).strip().lower()


def trim_value(value: Any, limit: int = 4096) -> tuple[Any, str]:
    """The first `limit` characters of a text, and a note of what was left out, empty if nothing was.

    What is not text is answered as it is.
    """
    if not isinstance(value, str) or len(value) <= limit:
        return value, ""
    left_out = len(value) - limit
    return value[:limit], f"… <trimmed {left_out} chars out of {len(value)}>"


def _format_lazy(format_string: Any, *args: Any, **kwargs: Any) -> str:
    return str(format_string.format(*args, **kwargs))


format_lazy = lazy(_format_lazy, str)
format_lazy.__doc__ = """``format_string.format(...)``, done each time the result is used.

For format strings or arguments that are promises. Documented in topics/i18n/translation.
"""
