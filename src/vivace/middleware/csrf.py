"""Protection against forged requests (documentation: cross site request forgery protection).

The visitor has a secret, in a cookie or the session; forms carry a token made from it, and a request
that may change something must bring both. What is on the wire:

* the secret is 32 characters of `CSRF_ALLOWED_CHARS`;
* a token is a mask of 32 such characters and the secret shifted by it, so that no two pages show
  the same (compression of a page would otherwise tell the secret, by and by);
* a token may be the bare secret, as scripts read it from the cookie, and a cookie may hold a token,
  as old releases wrote it.

SECURITY: a token is wanted of every unsafe request, whatever headers say who made it
(CVE-2011-0696), and hosts are compared with one that ``ALLOWED_HOSTS`` accepts (CVE-2011-4140).
"""

from __future__ import annotations

import logging
import string
from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from urllib.parse import SplitResult, urlsplit

from vivace.conf import settings
from vivace.conf.frozen import Frozen
from vivace.core.exceptions import DisallowedHost, ImproperlyConfigured
from vivace.http import HttpHeaders, UnreadablePostError
from vivace.urls import get_callable
from vivace.utils.cache import patch_vary_headers
from vivace.utils.crypto import constant_time_compare, get_random_string
from vivace.utils.deprecation import MiddlewareMixin
from vivace.utils.functional import cached_property
from vivace.utils.http import is_same_domain
from vivace.utils.lazily import late_pattern
from vivace.utils.log import log_response
from vivace.utils.naming import say

if TYPE_CHECKING:
    logger: logging.Logger

__all__ = [
    "CSRF_ALLOWED_CHARS",
    "CSRF_SECRET_LENGTH",
    "CSRF_SESSION_KEY",
    "CSRF_TOKEN_LENGTH",
    "REASON_BAD_ORIGIN",
    "REASON_BAD_REFERER",
    "REASON_CSRF_TOKEN_MISSING",
    "REASON_INCORRECT_LENGTH",
    "REASON_INSECURE_REFERER",
    "REASON_INVALID_CHARACTERS",
    "REASON_MALFORMED_REFERER",
    "REASON_NO_CSRF_COOKIE",
    "REASON_NO_REFERER",
    "CsrfViewMiddleware",
    "DisallowedHost",
    "HttpHeaders",
    "ImproperlyConfigured",
    "InvalidTokenFormat",
    "MiddlewareMixin",
    "RejectRequest",
    "UnreadablePostError",
    "cached_property",
    "constant_time_compare",
    "get_callable",
    "get_random_string",
    "get_token",
    "invalid_token_chars_re",
    "is_same_domain",
    "log_response",
    "logger",
    "patch_vary_headers",
    "rotate_token",
    "settings",
    "urlsplit",
]

CSRF_SECRET_LENGTH = 32
CSRF_TOKEN_LENGTH = 2 * CSRF_SECRET_LENGTH
CSRF_ALLOWED_CHARS = string.ascii_letters + string.digits
CSRF_SESSION_KEY = "_csrftoken"
invalid_token_chars_re = late_pattern("[^a-zA-Z0-9]")

REASON_BAD_ORIGIN = "Origin checking failed - %s does not match any trusted origins."
REASON_NO_REFERER = "Referer checking failed - no Referer."
REASON_BAD_REFERER = "Referer checking failed - %s does not match any trusted origins."
REASON_NO_CSRF_COOKIE = "CSRF cookie not set."
REASON_CSRF_TOKEN_MISSING = "CSRF token missing."
REASON_MALFORMED_REFERER = "Referer checking failed - Referer is malformed."
REASON_INSECURE_REFERER = "Referer checking failed - Referer is insecure while host is secure."
# What can be wrong with a token or a cookie as it is.
REASON_INCORRECT_LENGTH = "has incorrect length"
REASON_INVALID_CHARACTERS = "has invalid characters"

# RFC 9110, section 9.2.1: methods by which nobody asks for a change.
SAFE_METHODS = frozenset(["GET", "HEAD", "OPTIONS", "TRACE"])

NO_SESSION = (
    "CSRF_USE_SESSIONS is enabled, but request.session is not set. SessionMiddleware must appear "
    "before CsrfViewMiddleware in MIDDLEWARE."
)

# The name of the cookie that holds the secret, or None if the session does.
COOKIE_NAME: Frozen[str | None] = Frozen(
    "csrf.cookie_name",
    lambda: None if settings.CSRF_USE_SESSIONS else settings.CSRF_COOKIE_NAME,
    reads=("CSRF_COOKIE_NAME", "CSRF_USE_SESSIONS"),
)


def __getattr__(name: str) -> Any:
    # The logger's name depends on the root, which may change after this module was imported.
    if name == "logger":
        return logging.getLogger(say("security.csrf"))
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


class RejectRequest(Exception):
    """A request is to be refused, for `reason`."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class InvalidTokenFormat(Exception):
    """A text cannot be a token; `reason` says what is wrong with it, as the end of a sentence."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


# --- secrets and tokens


def _get_new_csrf_string() -> str:
    """A new secret, or a new mask."""
    return get_random_string(CSRF_SECRET_LENGTH, allowed_chars=CSRF_ALLOWED_CHARS)


def _shifted(text: str, mask: str, direction: int) -> str:
    """Each character of `text` moved in the alphabet by its neighbour in `mask`."""
    place, size = CSRF_ALLOWED_CHARS.index, len(CSRF_ALLOWED_CHARS)
    return "".join(
        CSRF_ALLOWED_CHARS[(place(one) + direction * place(by)) % size]
        for one, by in zip(text, mask, strict=False)
    )


def _mask_cipher_secret(secret: str) -> str:
    """A token for `secret`, another one each time."""
    mask = _get_new_csrf_string()
    return mask + _shifted(secret, mask, 1)


def _unmask_cipher_token(token: str) -> str:
    """The secret that a token was made from."""
    mask, cipher = token[:CSRF_SECRET_LENGTH], token[CSRF_SECRET_LENGTH:]
    return _shifted(cipher, mask, -1)


def _check_token_format(token: str) -> None:
    """Raise `InvalidTokenFormat` unless `token` can be a token or a secret."""
    if len(token) not in (CSRF_TOKEN_LENGTH, CSRF_SECRET_LENGTH):
        raise InvalidTokenFormat(REASON_INCORRECT_LENGTH)
    if invalid_token_chars_re.search(token):
        raise InvalidTokenFormat(REASON_INVALID_CHARACTERS)


def _does_token_match(request_csrf_token: str, csrf_secret: str) -> bool:
    """Whether a token, whose format was checked, belongs to the secret."""
    assert len(request_csrf_token) in (CSRF_TOKEN_LENGTH, CSRF_SECRET_LENGTH)
    if len(request_csrf_token) == CSRF_TOKEN_LENGTH:
        request_csrf_token = _unmask_cipher_token(request_csrf_token)
    return constant_time_compare(request_csrf_token, csrf_secret)


def _add_new_csrf_cookie(request: Any) -> str:
    """Give the visitor a new secret, which the response will tell, and return it."""
    secret = _get_new_csrf_string()
    request.META["CSRF_COOKIE"] = secret
    request.META["CSRF_COOKIE_NEEDS_UPDATE"] = True
    return secret


def get_token(request: Any) -> str:
    """A token for a form in the answer to `request`, which will have the cookie.

    https://docs.djangoproject.com/en/5.2/howto/csrf/
    """
    secret = request.META.get("CSRF_COOKIE")
    if "CSRF_COOKIE" in request.META:
        # The cookie's time begins anew.
        request.META["CSRF_COOKIE_NEEDS_UPDATE"] = True
    else:
        secret = _add_new_csrf_cookie(request)
    return _mask_cipher_secret(secret)


def rotate_token(request: Any) -> None:
    """Change the visitor's secret: to be done when somebody logs in."""
    _add_new_csrf_cookie(request)


def _get_failure_view() -> Callable[..., Any]:
    """The view that ``CSRF_FAILURE_VIEW`` names."""
    return get_callable(settings.CSRF_FAILURE_VIEW)


def _session_of(request: Any) -> Any:
    try:
        return request.session
    except AttributeError:
        raise ImproperlyConfigured(NO_SESSION) from None


class CsrfViewMiddleware(MiddlewareMixin):
    """Refuses unsafe requests (RFC 9110, 9.2.1) that bring no token for the visitor's secret.

    If they tell an ``Origin``, it must be this site's or one of ``CSRF_TRUSTED_ORIGINS``; else they
    must tell such a ``Referer``, when they came by HTTPS. Views that are `csrf_exempt` are not asked
    about, nor a second time those of requests with a true ``csrf_processing_done``.

    A subclass may override `_reject`, whose return value is the answer; None lets the request pass.
    https://docs.djangoproject.com/en/5.2/ref/csrf/
    """

    @cached_property
    def csrf_trusted_origins_hosts(self) -> list[str]:
        """The hosts of all trusted origins; one that begins with a dot stands for those below it."""
        return [urlsplit(origin).netloc.lstrip("*") for origin in settings.CSRF_TRUSTED_ORIGINS]

    @cached_property
    def allowed_origins_exact(self) -> set[str]:
        """The trusted origins that are one host each."""
        return {origin for origin in settings.CSRF_TRUSTED_ORIGINS if "*" not in origin}

    @cached_property
    def allowed_origin_subdomains(self) -> dict[str, list[str]]:
        """For each scheme, the trusted domains whose hosts are all trusted."""
        domains: dict[str, list[str]] = {}
        for origin in settings.CSRF_TRUSTED_ORIGINS:
            if "*" in origin:
                parts = urlsplit(origin)
                domains.setdefault(parts.scheme, []).append(parts.netloc.lstrip("*"))
        return domains

    # --- the two ends of a check

    def _accept(self, request: Any) -> None:
        # A decorator on the view would do it all again.
        request.csrf_processing_done = True

    def _reject(self, request: Any, reason: str) -> Any:
        response = _get_failure_view()(request, reason=reason)
        log_response(
            "Forbidden (%s): %s",
            reason,
            request.path,
            response=response,
            request=request,
            logger=logging.getLogger(say("security.csrf")),
        )
        return response

    # --- where the secret is kept

    def _get_secret(self, request: Any) -> str | None:
        """The visitor's secret, None without one; `InvalidTokenFormat` for a cookie that is none."""
        name = COOKIE_NAME.value
        secret: str | None
        if name is None:
            secret = _session_of(request).get(CSRF_SESSION_KEY)
        else:
            secret = request.COOKIES.get(name)
            if secret is not None:
                _check_token_format(secret)
        if secret is not None and len(secret) == CSRF_TOKEN_LENGTH:
            secret = _unmask_cipher_token(secret)
        return secret

    def _set_csrf_cookie(self, request: Any, response: Any) -> None:
        """Put the secret where the visitor's next request will bring it from."""
        secret = request.META["CSRF_COOKIE"]
        if settings.CSRF_USE_SESSIONS:
            session = _session_of(request)
            # A session that is written to is saved.
            if session.get(CSRF_SESSION_KEY) != secret:
                session[CSRF_SESSION_KEY] = secret
            return
        response.set_cookie(
            settings.CSRF_COOKIE_NAME,
            secret,
            max_age=settings.CSRF_COOKIE_AGE,
            domain=settings.CSRF_COOKIE_DOMAIN,
            path=settings.CSRF_COOKIE_PATH,
            secure=settings.CSRF_COOKIE_SECURE,
            httponly=settings.CSRF_COOKIE_HTTPONLY,
            samesite=settings.CSRF_COOKIE_SAMESITE,
        )
        # SECURITY: caches must not show one visitor's token to another (CVE-2014-0473).
        patch_vary_headers(response, ("Cookie",))

    # --- where the request came from

    def _origin_verified(self, request: Any) -> bool:
        """Whether the request's ``Origin`` is this site or a trusted one."""
        origin: str = request.META["HTTP_ORIGIN"]
        try:
            host = request.get_host()
        except DisallowedHost:
            pass
        else:
            if origin == f"{'https' if request.is_secure() else 'http'}://{host}":
                return True
        if origin in self.allowed_origins_exact:
            return True
        try:
            parts = urlsplit(origin)
        except ValueError:
            return False
        domains = self.allowed_origin_subdomains.get(parts.scheme, ())
        return any(is_same_domain(parts.netloc, domain) for domain in domains)

    def _check_referer(self, request: Any) -> None:
        """Raise `RejectRequest` unless the page that made this HTTPS request is a trusted one."""
        given = request.META.get("HTTP_REFERER")
        if given is None:
            raise RejectRequest(REASON_NO_REFERER)
        try:
            referer = urlsplit(given)
        except ValueError:
            raise RejectRequest(REASON_MALFORMED_REFERER) from None
        if not referer.scheme or not referer.netloc:
            raise RejectRequest(REASON_MALFORMED_REFERER)
        # SECURITY: who can change an insecure page can make it send anything.
        if referer.scheme != "https":
            raise RejectRequest(REASON_INSECURE_REFERER)
        trusted = self.csrf_trusted_origins_hosts
        if any(is_same_domain(referer.netloc, host) for host in trusted):
            return
        if not is_same_domain(referer.netloc, self._own_domain(request, referer)):
            raise RejectRequest(REASON_BAD_REFERER % referer.geturl())

    @staticmethod
    def _own_domain(request: Any, referer: SplitResult) -> str:
        """What a referer of this site has for its host: the cookie's domain, or the request's host."""
        if settings.CSRF_USE_SESSIONS:
            domain = settings.SESSION_COOKIE_DOMAIN
        else:
            domain = settings.CSRF_COOKIE_DOMAIN
        if domain is None:
            try:
                return str(request.get_host())
            except DisallowedHost:
                raise RejectRequest(REASON_BAD_REFERER % referer.geturl()) from None
        port = request.get_port()
        return str(domain) if port in ("80", "443") else f"{domain}:{port}"

    # --- the token

    def _bad_token_message(self, reason: str, token_source: str) -> str:
        """Why a token is refused; `token_source` is "POST" or a header's name in ``META``."""
        if token_source != "POST":
            name = HttpHeaders.parse_header_name(token_source)
            token_source = f"the {name!r} HTTP header"
        return f"CSRF token from {token_source} {reason}."

    def _check_token(self, request: Any) -> None:
        """Raise `RejectRequest` unless the request brings a token that belongs to its secret."""
        try:
            secret = self._get_secret(request)
        except InvalidTokenFormat as error:
            raise RejectRequest(f"CSRF cookie {error.reason}.") from None
        if secret is None:
            raise RejectRequest(REASON_NO_CSRF_COOKIE)
        token, source = self._token_of(request)
        try:
            _check_token_format(token)
        except InvalidTokenFormat as error:
            raise RejectRequest(self._bad_token_message(error.reason, source)) from None
        if not _does_token_match(token, secret):
            raise RejectRequest(self._bad_token_message("incorrect", source))

    @staticmethod
    def _token_of(request: Any) -> tuple[str, str]:
        """The request's token and where it was: in the form or, with scripts, in a header."""
        token = ""
        if request.method == "POST":
            try:
                token = request.POST.get("csrfmiddlewaretoken", "")
            except UnreadablePostError:
                # Who hung up while sending needs no error page; there is no token, that is all.
                pass
        if token != "":
            return token, "POST"
        header = settings.CSRF_HEADER_NAME
        try:
            return request.META[header], header
        except KeyError:
            raise RejectRequest(REASON_CSRF_TOKEN_MISSING) from None

    # --- the hooks

    def process_request(self, request: Any) -> None:
        """Note the visitor's secret, for `get_token`; one that cannot be right is replaced."""
        try:
            secret = self._get_secret(request)
        except InvalidTokenFormat:
            _add_new_csrf_cookie(request)
        else:
            if secret is not None:
                request.META["CSRF_COOKIE"] = secret

    def process_view(
        self, request: Any, callback: Any, callback_args: Any, callback_kwargs: Any
    ) -> Any:
        """The answer to a request that is refused; None for any other."""
        # After the request phase, so that the view of a refused request can still show a form.
        if getattr(request, "csrf_processing_done", False):
            return None
        if getattr(callback, "csrf_exempt", False):
            return None
        if request.method in SAFE_METHODS:
            return self._accept(request)
        # The test client sets it.
        if getattr(request, "_dont_enforce_csrf_checks", False):
            return self._accept(request)
        try:
            self._check(request)
        except RejectRequest as error:
            return self._reject(request, error.reason)
        return self._accept(request)

    def _check(self, request: Any) -> None:
        if "HTTP_ORIGIN" in request.META:
            if not self._origin_verified(request):
                raise RejectRequest(REASON_BAD_ORIGIN % request.META["HTTP_ORIGIN"])
        elif request.is_secure():
            self._check_referer(request)
        self._check_token(request)

    def accepts_in_memory(self, request: Any) -> bool:
        """Accept a request of an unsafe method whose body is in memory; False for all others.

        For a caller that must not wait. What is not accepted here is for `process_view` to judge,
        which may wait: for a file, for a session, for what the project's view of refused requests does.
        """
        state = request.__dict__
        if (
            settings.CSRF_USE_SESSIONS
            or not getattr(request, "_in_memory", False)
            or "csrf_processing_done" in state
            or "_dont_enforce_csrf_checks" in state
        ):
            return False
        try:
            self._check(request)
        except RejectRequest:
            return False
        self._accept(request)
        return True

    def process_response(self, request: Any, response: Any) -> Any:
        """Tell the visitor the secret, if somebody asked for a token or it is a new one."""
        if request.META.get("CSRF_COOKIE_NEEDS_UPDATE"):
            self._set_csrf_cookie(request, response)
            # A decorator and the middleware may both be there: once is enough.
            request.META["CSRF_COOKIE_NEEDS_UPDATE"] = False
        return response
