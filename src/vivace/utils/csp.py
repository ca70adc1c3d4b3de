"""Content Security Policy: source keywords, nonces, and the header built from a dictionary.

Documentation: Content Security Policy (Django 6.1); the header itself is W3C CSP Level 3.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from vivace.utils.functional import SimpleLazyObject, empty

CONTEXT_KEY = "csp_nonce"


class CSP(StrEnum):
    """The two headers' names, and the source expressions that must be written with their quotes.

    `NONCE` is a placeholder: it becomes the request's nonce if that was read, else it is left out.
    """

    HEADER_ENFORCE = "Content-Security-Policy"
    HEADER_REPORT_ONLY = "Content-Security-Policy-Report-Only"

    NONE = "'none'"
    REPORT_SAMPLE = "'report-sample'"
    SELF = "'self'"
    STRICT_DYNAMIC = "'strict-dynamic'"
    UNSAFE_EVAL = "'unsafe-eval'"
    UNSAFE_HASHES = "'unsafe-hashes'"
    UNSAFE_INLINE = "'unsafe-inline'"
    WASM_UNSAFE_EVAL = "'wasm-unsafe-eval'"

    NONCE = "<CSP_NONCE_SENTINEL>"


def generate_nonce() -> str:
    """128 random bits, in characters that are safe in a header and in an attribute."""
    return secrets.token_urlsafe(16)


class LazyNonce(SimpleLazyObject):
    """A nonce that is made when it is first read as text; false until then."""

    def __init__(self) -> None:
        super().__init__(generate_nonce)

    def __bool__(self) -> bool:
        return self._wrapped is not empty


def build_policy(config: Mapping[str, Any], nonce: LazyNonce | str | None = None) -> str:
    """The header's value for `config`, a mapping of directives to their sources.

    Sources are a string, a list or tuple, or a set (which is sorted). True is a directive without
    value; None, False and an empty collection leave the directive out. A false `nonce` takes the
    placeholder away.
    """
    policy = []
    for directive, sources in config.items():
        # COMPAT: 0 counts as False; the empty string does not.
        if sources in (None, False):
            continue
        rendered = _sources(sources, nonce)
        if rendered is not None:
            policy.append(f"{directive} {rendered}".rstrip())
    return "; ".join(policy)


def _sources(sources: Any, nonce: LazyNonce | str | None) -> str | None:
    if sources is True:
        return ""
    if isinstance(sources, set):
        sources = sorted(sources)
    elif not isinstance(sources, list | tuple):
        sources = [sources]
    if CSP.NONCE in sources:
        given = [f"'nonce-{nonce}'"] if nonce else []
        sources = [
            each for source in sources for each in (given if source == CSP.NONCE else [source])
        ]
    return " ".join(sources) if sources else None
