"""The differences that are meant, each with its reason.

A rule takes the case (the request, with ``variant`` and ``protocol``) and both answers, and says
whether it explains all that differs.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote_to_bytes

Case = dict[str, Any]
Answer = dict[str, Any]


@dataclass(frozen=True)
class Intended:
    """A difference that is meant."""

    reason: str
    explains: Callable[[Case, Answer, Answer], bool]


def _developers_page(case: Case, theirs: Answer, ours: Answer) -> bool:
    if case["variant"] != "debug" or theirs.get("status", 0) < 400:
        return False
    # The page shows the body of the request; what is wrong with that is another error in Django.
    page = {"body", "headers", "log"}
    return _same(theirs, ours, except_for=page) and _kind(theirs) == _kind(ours)


def _same(theirs: Answer, ours: Answer, except_for: set[str]) -> bool:
    keys = {*theirs, *ours} - except_for
    return all(theirs.get(key) == ours.get(key) for key in keys)


def _kind(answer: Answer) -> str | None:
    return dict(answer.get("headers", ())).get("content-type")


def _names(answer: Answer) -> set[str]:
    return {name for name, _ in answer.get("headers", ())}


def _middleware_without_answer(case: Case, theirs: Answer, ours: Answer) -> bool:
    if "short=none" not in case["target"] or ours.get("status") != 500:
        return False
    return _same(theirs, ours, except_for={"headers"}) and _names(ours) > _names(theirs)


def _cookie_headers(case: Case, theirs: Answer, ours: Answer) -> bool:
    several = sum(name.lower() == "cookie" for name, _ in case["headers"]) > 1
    return several and case["protocol"] == "asgi" and theirs.get("status") == ours.get("status")


def _surrogates(case: Case, theirs: Answer, ours: Answer) -> bool:
    path = unquote_to_bytes(case["target"].partition("?")[0].encode("latin-1"))
    try:
        path.decode()
    except UnicodeDecodeError:
        # No server makes such a scope; under DEBUG the error can escape from Django as a whole.
        failed = "escaped" in theirs or theirs.get("status") == 500
        return case["protocol"] == "asgi" and failed
    return False


def _escaped_debug_page(case: Case, theirs: Answer, ours: Answer) -> bool:
    return case["variant"] == "debug" and "escaped" in theirs and ours.get("status") == 400


def _length_without_number(case: Case, theirs: Answer, ours: Answer) -> bool:
    declared = case.get("content_length")
    said = [value for name, value in case["headers"] if name.lower() == "content-length"]
    wrong = any(not value.isascii() or not value.isdigit() for value in [declared or "0", *said])
    # With DEBUG its page about the error fails in the same way.
    fails = theirs.get("status") == 500 or "escaped" in theirs
    return wrong and fails and ours.get("status", 500) < 500


RULES: tuple[Intended, ...] = (
    Intended(
        "the page for developers is shown although the request's body is wrong; Django's fails then",
        _escaped_debug_page,
    ),
    Intended(
        "a Content-Length that is no number counts as none; Django fails when it compares it",
        _length_without_number,
    ),
    Intended("the pages for developers (DEBUG) are our own design", _developers_page),
    Intended(
        "a middleware that returns None is named in the error, which then passes the layers around "
        "it like any other answer; in Django the next layer stumbles over the None",
        _middleware_without_answer,
    ),
    Intended(
        "several Cookie headers are joined by '; ' (RFC 9113, 8.2.3: HTTP/2 splits them), in Django "
        "by ',', which makes one wrong cookie of two",
        _cookie_headers,
    ),
    Intended(
        "a path that is not UTF-8 in an ASGI scope is just not found; Django fails with 500 when it "
        "writes the path into a header or an answer",
        _surrogates,
    ),
)
