"""The name of this machine, for the domain of message ids and the greeting of SMTP."""

from __future__ import annotations

import socket

from vivace.utils.encoding import punycode

__all__ = [
    "DNS_NAME",
    "CachedDnsName",
    "punycode",
]


class CachedDnsName:
    """The fully qualified domain name, asked for when it is first needed: that can take seconds."""

    def __str__(self) -> str:
        return self.get_fqdn()

    def get_fqdn(self) -> str:
        """The name, in ASCII."""
        if not hasattr(self, "_fqdn"):
            self._fqdn: str = punycode(socket.getfqdn())
        return self._fqdn


DNS_NAME = CachedDnsName()
