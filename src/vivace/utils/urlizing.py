"""Links around the URLs and email addresses in text. ``vivace.utils.html`` publishes these names.

Work per word is bounded by its length: punctuation is counted once and trimmed by position, and what
is longer than a URL may be is not parsed as one.
"""

from __future__ import annotations

import html
import ipaddress
import re
from typing import Any
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit, urlunsplit

from vivace.core.hostnames import DOMAIN_LABELS, LABEL, TLD
from vivace.utils.escaping import escape
from vivace.utils.functional import cached_property, keep_lazy_text
from vivace.utils.http import MAX_URL_LENGTH, RFC3986_GENDELIMS, RFC3986_SUBDELIMS
from vivace.utils.naming import publish
from vivace.utils.regex_helper import _lazy_re_compile
from vivace.utils.safestring import SafeData, SafeString

__all__ = ["CountsDict", "Urlizer", "smart_urlquote", "urlize", "urlizer"]

_KEPT = RFC3986_SUBDELIMS + RFC3986_GENDELIMS + "~"

# The grammar of `vivace.core.validators.EmailValidator`, which is above this layer.
_mailbox_re = _lazy_re_compile(
    r"""[-!#$%&'*+/=?^_`{}|~0-9A-Z]+(?:\.[-!#$%&'*+/=?^_`{}|~0-9A-Z]+)*\Z"""
    r"""|"(?:[\001-\010\013\014\016-\037!#-\[\]-\177]|\\[\001-\011\013\014\016-\177])*"\Z""",
    re.IGNORECASE,
)
_domain_re = _lazy_re_compile(rf"{LABEL}{DOMAIN_LABELS}{TLD}\Z", re.IGNORECASE)
_literal_re = _lazy_re_compile(r"\[([A-F0-9:.]+)\]\Z", re.IGNORECASE)


def smart_urlquote(url: Any) -> Any:
    """Percent-encode what needs it in a URL, whether some of it was encoded before or not."""
    try:
        scheme, netloc, path, query, fragment = urlsplit(url)
    except ValueError:
        # Such as an IPv6 address without its bracket.
        return _requote(url)
    netloc = _requote(netloc)
    if query:
        pairs = [
            (unquote(name), unquote(value))
            for name, value in parse_qsl(query, keep_blank_values=True)
        ]
        query = urlencode(pairs)
    path = _requote(path)
    fragment = _requote(fragment)
    return urlunsplit((scheme, netloc, path, query, fragment))


def _requote(segment: Any) -> str:
    # What is already encoded must not be encoded twice.
    return quote(unquote(segment), safe=_KEPT)


class CountsDict(dict[str, int]):
    """How often each string occurs in `word`, counted when first asked."""

    def __init__(self, *args: Any, word: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.word = word

    def __missing__(self, key: str) -> int:
        self[key] = self.word.count(key)
        return self[key]


class Urlizer:
    """Makes links of what looks like a URL or an email address, word by word.

    Links are made of ``http://``, ``https://``, ``www.`` and of domains alone that end in one of the
    original top-level domains. Subclasses may change the class attributes.
    """

    trailing_punctuation_chars = ".,:;!"
    wrapping_punctuation = [("(", ")"), ("[", "]")]

    simple_url_re = _lazy_re_compile(r"^https?://\[?\w", re.IGNORECASE)
    simple_url_2_re = _lazy_re_compile(
        r"^www\.|^(?!http)\w[^@]+\.(com|edu|gov|int|mil|net|org)($|/.*)$", re.IGNORECASE
    )
    word_split_re = _lazy_re_compile(r"""([\s<>"']+)""")

    mailto_template = "mailto:{local}@{domain}"
    url_template = '<a href="{href}"{attrs}>{url}</a>'

    def __call__(
        self,
        text: Any,
        trim_url_limit: int | None = None,
        nofollow: bool = False,
        autoescape: bool = False,
    ) -> str:
        """`text` with links; see `urlize`."""
        safe_input = isinstance(text, SafeData)
        # PERF: words repeat.
        done: dict[str, str] = {}
        words: list[str] = []
        for word in self.word_split_re.split(str(text)):
            urlized = done.get(word)
            if urlized is None:
                urlized = done[word] = self.handle_word(
                    word,
                    safe_input=safe_input,
                    trim_url_limit=trim_url_limit,
                    nofollow=nofollow,
                    autoescape=autoescape,
                )
            words.append(urlized)
        return "".join(words)

    def handle_word(
        self,
        word: str,
        *,
        safe_input: bool,
        trim_url_limit: int | None = None,
        nofollow: bool = False,
        autoescape: bool = False,
    ) -> str:
        """One word, with a link around what links in it."""
        if "." in word or "@" in word or ":" in word:
            lead, middle, trail = self.trim_punctuation(word)
            target = self._target(middle)
            if target is not None:
                attrs = ' rel="nofollow"' if nofollow and not target[1] else ""
                shown = self.trim_url(middle, limit=trim_url_limit)
                if autoescape and not safe_input:
                    lead, trail, shown = escape(lead), escape(trail), escape(shown)
                link = self.url_template.format(href=escape(target[0]), attrs=attrs, url=shown)
                return SafeString(f"{lead}{link}{trail}")
        if safe_input:
            return SafeString(word)
        if autoescape:
            return str(escape(word))
        return word

    def _target(self, middle: str) -> tuple[str, bool] | None:
        """Where a word links to, and whether that is a mailbox."""
        # SECURITY: bounds the cost of what follows (CVE-2024-41991).
        if len(middle) <= MAX_URL_LENGTH:
            if self.simple_url_re.match(middle):
                return smart_urlquote(html.unescape(middle)), False
            if self.simple_url_2_re.match(middle):
                return smart_urlquote(f"http://{html.unescape(middle)}"), False
        if ":" not in middle and self.is_email_simple(middle):
            local, domain = middle.rsplit("@", 1)
            local, domain = quote(local, safe=""), quote(domain, safe="")
            return self.mailto_template.format(local=local, domain=domain), True
        return None

    def trim_url(self, x: str, *, limit: int | None) -> str:
        """`x`, or as much of it as leaves room for an ellipsis in `limit` characters."""
        if limit is None or len(x) <= limit:
            return x
        return f"{x[: max(0, limit - 1)]}…"

    @cached_property
    def wrapping_punctuation_openings(self) -> str:
        """The opening half of each pair."""
        return "".join(opening for opening, _ in self.wrapping_punctuation)

    @cached_property
    def trailing_punctuation_chars_no_semicolon(self) -> str:
        """Trailing punctuation that cannot end an entity."""
        return self.trailing_punctuation_chars.replace(";", "")

    @cached_property
    def trailing_punctuation_chars_has_semicolon(self) -> bool:
        """Whether a semicolon is trailing punctuation."""
        return ";" in self.trailing_punctuation_chars

    def trim_punctuation(self, word: str) -> tuple[str, str, str]:
        """`word` as what wraps it before, the word itself, and what follows it."""
        # SECURITY: positions move over one string, with counts kept beside it, so that no
        # sequence of punctuation is copied or counted again and again (CVE-2024-38875, -41990,
        # -45230).
        middle = word.lstrip(self.wrapping_punctuation_openings)
        lead = word[: len(word) - len(middle)]
        end = len(middle)
        counts = CountsDict(word=middle)
        trimmed = True
        while trimmed and end:
            trimmed = False
            for opening, closing in self.wrapping_punctuation:
                surplus = counts[closing] - counts[opening]
                if surplus > 0 and middle.endswith(closing, 0, end):
                    run = self._run(middle, end, closing)
                    end -= min(run, surplus)
                    counts[closing] -= min(run, surplus)
                    trimmed = True
            shorter = self._trim_trailing(middle, end)
            if shorter != end:
                end = shorter
                trimmed = True
        return lead, middle[:end], middle[end:]

    def _run(self, text: str, end: int, chars: str) -> int:
        """How many characters before `end` are among `chars`."""
        start = end
        while start and text[start - 1] in chars:
            start -= 1
        return end - start

    def _trim_trailing(self, middle: str, end: int) -> int:
        """Where `middle` up to `end` ends without trailing punctuation."""
        amp = middle.rfind("&", 0, end)
        if amp == -1:
            return end - self._run(middle, end, self.trailing_punctuation_chars)
        end -= self._run(middle, end, self.trailing_punctuation_chars_no_semicolon)
        if self.trailing_punctuation_chars_has_semicolon and middle.endswith(";", 0, end):
            # The semicolon of an entity belongs to it.
            entity = middle[amp:end]
            escaped = html.unescape(entity)
            if escaped == entity or escaped.endswith(";"):
                end -= self._run(middle, end, self.trailing_punctuation_chars)
        return end

    @staticmethod
    def is_email_simple(value: Any) -> bool:
        """Whether `value` is an email address."""
        # RFC 3696, erratum 1690: 64 for the local part, 255 for the domain, and the at sign.
        if not value or "@" not in value or len(value) > 320:
            return False
        local, domain = value.rsplit("@", 1)
        if not _mailbox_re.match(local):
            return False
        if _domain_re.match(domain):
            return True
        literal = _literal_re.match(domain)
        return bool(literal) and _is_address(literal[1])


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


urlizer = Urlizer()


@keep_lazy_text
def urlize(
    text: Any,
    trim_url_limit: int | None = None,
    nofollow: bool = False,
    autoescape: bool = False,
) -> str:
    """Make links of the URLs and email addresses in `text`. Documented in ref/templates/builtins.

    The text of links longer than `trim_url_limit` is cut; `nofollow` adds ``rel="nofollow"``;
    `autoescape` escapes all but the links.
    """
    return urlizer(text, trim_url_limit=trim_url_limit, nofollow=nofollow, autoescape=autoescape)


publish(__name__, "utils.html")
