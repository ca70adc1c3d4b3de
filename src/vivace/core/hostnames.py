"""Patterns of host names and addresses, to build larger patterns of.

All are meant for re.IGNORECASE, and match a bounded length per label (RFC 1034, section 3.1).
"""

from __future__ import annotations

#: Letters beyond ASCII, as a range inside of a character class.
UNICODE_LETTERS = "\u00a1-\uffff"


def labels(letters: str) -> tuple[str, str, str]:
    """Patterns of a first label, of more labels, and of a top-level domain without a final dot.

    `letters` is added to the ASCII letters. A label has 1 to 63 characters and no hyphen at either
    end; a top-level domain has no digits, unless it is in punycode, and at least two characters.
    """
    inner = f"[a-z{letters}0-9-]"
    label = rf"[a-z{letters}0-9](?:{inner}{{0,61}}[a-z{letters}0-9])?"
    more = rf"(?:\.(?!-){inner}{{1,63}}(?<!-))*"
    tld = rf"\.(?!-)(?:[a-z{letters}-]{{2,63}}|xn--[a-z0-9]{{1,59}})(?<!-)"
    return label, more, tld


LABEL, DOMAIN_LABELS, TLD = labels(UNICODE_LETTERS)

_OCTET = "(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])"

#: Four decimal numbers up to 255, without leading zeros.
IPV4 = rf"{_OCTET}(?:\.{_OCTET}){{3}}"

#: Brackets around what only looks like an IPv6 address; to be checked further.
IPV6_LITERAL = r"\[[0-9a-f:.]+\]"
