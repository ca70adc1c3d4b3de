"""Who the client says it is talking to: the Host header, and whether we are that host.

SECURITY: `ALLOWED_HOSTS` is compiled once, and `HostPolicy.check` stands before any use of a host
(see "Host header validation" in the documentation's security topic). What passed is remembered, in a
table with a bound; what did not is judged anew.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from vivace.conf import settings
from vivace.conf.frozen import Frozen
from vivace.core.exceptions import DisallowedHost
from vivace.utils.naming import publish

__all__ = ["HOSTS", "split_domain_port", "validate_host"]

MAX_REMEMBERED = 512
MAX_RAW = 16

# A name (letters, digits, dots, hyphens) or an IPv6 address in brackets, then perhaps a port.
host_validation_re = re.compile(r"([a-z0-9.-]+|\[[a-f0-9]*:[a-f0-9.:]+\])(?::([0-9]+))?")
_in_debug = (".localhost", "127.0.0.1", "[::1]")


def split_domain_port(host: str) -> tuple[str, str]:
    """The domain, in lower case and without a final dot, and the port; both empty if malformed."""
    match = host_validation_re.fullmatch(host.lower())
    if match is None:
        return "", ""
    domain, port = match.groups(default="")
    return domain.removesuffix("."), port


def validate_host(host: str, allowed_hosts: Iterable[str]) -> bool:
    """Whether `host`, without its port, matches one of the patterns `allowed_hosts`.

    A pattern is a host, a domain with a leading dot (which allows its subdomains), or ``*``.
    """
    return any(pattern == "*" or _is_same_domain(host, pattern) for pattern in allowed_hosts)


def _is_same_domain(host: str, pattern: str) -> bool:
    if not pattern:
        return False
    pattern = pattern.lower()
    if pattern[0] == ".":
        return host.endswith(pattern) or host == pattern[1:]
    return host == pattern


class HostPolicy:
    """The compiled form of ``ALLOWED_HOSTS``.

    `known` are hosts that passed; `known_raw` the same as lists of ASGI header values.
    """

    __slots__ = ("allowed", "known", "known_raw")

    def __init__(self, allowed: tuple[str, ...]) -> None:
        self.allowed = allowed
        self.known: set[str] = set()
        self.known_raw: list[list[bytes]] = []

    def check(self, host: str) -> str:
        """Return `host` when it is allowed; raise `DisallowedHost` otherwise."""
        if host in self.known:
            return host
        domain, _ = split_domain_port(host)
        if domain and validate_host(domain, self.allowed):
            if len(self.known) < MAX_REMEMBERED:
                self.known.add(host)
                # A list is searched, so it stays short: a site answers to few names.
                if len(self.known_raw) < MAX_RAW:
                    self.known_raw.append([host.encode("latin-1")])
            return host
        message = f"Invalid HTTP_HOST header: {host!r}."
        if domain:
            message += f" You may need to add {domain!r} to ALLOWED_HOSTS."
        else:
            message += " The domain name provided is not valid according to RFC 1034/1035."
        raise DisallowedHost(message)


def _policy() -> HostPolicy:
    allowed = tuple(settings.ALLOWED_HOSTS)
    # SECURITY: with DEBUG on and no hosts set only names of this machine pass (CVE-2016-9014).
    if settings.DEBUG and not allowed:
        allowed = _in_debug
    return HostPolicy(allowed)


HOSTS = Frozen("http.hosts", _policy, reads=("ALLOWED_HOSTS", "DEBUG"))


publish(__name__, "http.request")
