"""IPv6 addresses as text (RFC 4291, 5952)."""

from __future__ import annotations

import ipaddress
from typing import Any

from vivace.core.exceptions import ValidationError
from vivace.utils.translation import gettext_lazy as _

__all__ = ["MAX_IPV6_ADDRESS_LENGTH", "clean_ipv6_address", "is_valid_ipv6_address"]

MAX_IPV6_ADDRESS_LENGTH = 39
_INVALID = _("This is not a valid %(protocol)s address.")


def _ipv6_address_from_str(
    ip_str: str, max_length: int = MAX_IPV6_ADDRESS_LENGTH
) -> ipaddress.IPv6Address:
    # SECURITY: no address is longer, so longer text is not worth parsing (CVE-2024-56374).
    if len(ip_str) > max_length:
        raise ValueError(f"Unable to convert {ip_str} to an IPv6 address (value too long).")
    return ipaddress.IPv6Address(int(ipaddress.IPv6Address(ip_str)))


def clean_ipv6_address(
    ip_str: str,
    unpack_ipv4: bool = False,
    error_message: Any = _INVALID,
    max_length: int = MAX_IPV6_ADDRESS_LENGTH,
) -> str:
    """The address in its shortest form, lower case; one that maps an IPv4 address shows that.

    With `unpack_ipv4` such an address becomes the IPv4 address. A zone is dropped. Raises
    ValidationError with `error_message`, code "invalid" and the parameter ``protocol``.
    """
    try:
        address = _ipv6_address_from_str(ip_str, max_length)
    except ValueError:
        raise ValidationError(error_message, code="invalid", params={"protocol": _("IPv6")})
    mapped = address.ipv4_mapped
    if unpack_ipv4 and mapped:
        return str(mapped)
    if mapped:
        return f"::ffff:{mapped}"
    return str(address)


def is_valid_ipv6_address(ip_addr: Any) -> bool:
    """Whether `ip_addr`, text or an ``ipaddress.IPv6Address``, is an IPv6 address."""
    if isinstance(ip_addr, ipaddress.IPv6Address):
        return True
    try:
        _ipv6_address_from_str(ip_addr)
    except (TypeError, ValueError):
        return False
    return True
