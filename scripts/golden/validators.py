"""Observe which texts Django's validators accept, for ``tests/golden/validators.json``.

Run it in an environment with Django, with the path of that file as its argument.
The texts are put together, with a fixed seed, from parts of which many are wrong. For each validator
the accepted and the refused ones are written down.
"""

from __future__ import annotations

import json
import random
import sys
from collections.abc import Callable, Iterable
from typing import Any

LABELS = [
    *("a", "example", "ex-ample", "-a", "a-", "a" * 63, "a" * 64, "é", "xn--abc", "123", "1a"),
    *("a_b", "", "日本", "a--b", "¡", "İ", "\u017f", "\u212a", "a b", "%41"),
]
TLDS = [
    *("com", "c", "co", "123", "x1", "xn--p1ai", "xn--", "com.", "com..", "co-m", "-com", "com-"),
    *(
        "é",
        "日本",
        "a" * 63,
        "a" * 64,
        "xn--" + "a" * 59,
        "xn--" + "a" * 60,
        "com\n",
        "\ufb03",
        "\u212a1",
    ),
    "museum ",
]
HOSTS = [
    *("localhost", "LOCALHOST", "127.0.0.1", "256.1.1.1", "01.2.3.4", "1.2.3", "[::1]", "[::1"),
    *("[::zz]", "[1.2.3.4]", "[::ffff:1.2.3.4]", "[fe80::1%25eth0]", "0.0.0.0", "1.1.1.1.1"),
    *(".com", "com", "a..com", "10.1.1.1.", "[]", "[v1.a]", "localhost.", "1.2.3.4.5"),
    *("255.255.255.255", "299.0.0.1", "[:::::]", "a.b." * 70 + "com"),
    ".".join(letter * 60 for letter in "abcd") + ".com",
]
SCHEMES = [
    *("http://", "https://", "ftp://", "HTTP://", "htp://", "//", "", "http:/", "http:"),
    *("javascript://", "http://http://", "http:// ", " http://", "http://\t", "file://"),
    *("hTTps://", "http\n://", "x-y+z.1://"),
]
USERS = [
    *("", "u@", "u:p@", "u:@", ":p@", "@", "u:p:q@", "u/x@", "u@v@", "é:ß@", "u%40@", "u p@"),
    *("-@", ":@", "foo:bar@baz@"),
]
PORTS = ["", ":80", ":", ":99999", ":123456", ":a", ":0", ":٣", ":80 ", ":-1"]
PATHS = [
    *("", "/", "/a b", "?q", "#f", "/é", "/\n", "/%zz", "?", "#", "\\", "/a\tb", "/(x)", "?q=[]"),
    *("//", "/..", "\n", "a/", "?a?b#c#d", "/\x00", "/\u2028", "/\u00a0", "/#?"),
]
ODD_URLS = [
    *("http://" + "a" * 2037 + ".com", "http://a.com/" + "b" * 2035, "http://a.com/" + "b" * 2036),
    *("http://[::1]:80/", "http://[a", "http://]a", "http://[::1]a.com", "http://a.com:[::1]"),
    *("http://www.djangoproject.com\u2100.com", "http://a.com\uff0fb", ""),
]
LOCAL_PARTS = [
    *("a", "a.b", "a..b", ".a", "a.", '"a b"', '"a\\"b"', '"a"b"', "a b", "é", "a" * 64, "a" * 400),
    *(
        "a+b",
        "!#$%&'*+/=?^_`{}|~-",
        '""',
        '"\n"',
        "a\n",
        '"\\\n"',
        "\u017f",
        "\u212a",
        "a@b",
        '"a@b"',
    ),
    *("(c)a", '"\\\x7f"', "\x00", '"\x01"', "", '" "', '"\t"', 'a"b'),
]
MAIL_DOMAINS = [
    *("example.com", "localhost", "a.b", "[127.0.0.1]", "[::1]", "[::ffff:127.0.0.1]", "[1.2.3]"),
    *("LOCALHOST", "é.com", "a.com\n", "a.com.", "[a]", "[127.0.0.1]\n", "ex\u2013ample.com"),
    *("xn--a.com", "[IPv6:::1]"),
]
ADDRESSES = [
    *("1.2.3.4", "::", "::1", "1::1::1", "::ffff:1.2.3.4", "::1.2.3.256", "FE80::A", "12345::"),
    *("1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", ":1", "1:", "::1/64", "[::1]", "1.2.3.4.", "1.2.3.0x4"),
    *("1.2.3.٤", " ::1", "::1 ", "::ffff:01.2.3.4", "::00000", "0:0:0:0:0:0:1.2.3.4"),
    *("1:2:3:4:5:6:7::", "::2:3:4:5:6:7:8", "64:ff9b::1.2.3.4", "1.2.3.4\n", "127.1", "0", ""),
    *("4294967295", "::g", "::-1", "1" * 50, ":" * 50, "::ffff:0:0:0:0:0:0:0", "00.1.2.3"),
]
NUMBERS = [
    "1",
    "-1",
    "a",
    "1\n",
    " 1",
    "\u0661",
    "",
    "1.0",
    "--1",
    "+1",
    "0x1",
    "1,2",
    "1,,2",
    "1,2,",
    "a,b",
]
SLUGS = ["a-b_c", "a b", "é", "a\n", "", "A9", "a/b", "-", "日本", "a.b"]


def texts() -> dict[str, list[str]]:
    """The texts for each validator, by a name of its kind."""
    chance = random.Random(7)
    hosts = HOSTS + [f"{label}.{tld}" for label in LABELS for tld in TLDS]
    for _ in range(250):
        labels = [chance.choice(LABELS) for _ in range(chance.randint(1, 4))]
        hosts.append(".".join([*labels, chance.choice(TLDS)]))
    urls = ["http://" + host for host in HOSTS] + ODD_URLS
    for _ in range(1200):
        urls.append(
            (chance.choice(SCHEMES) if chance.random() < 0.3 else "http://")
            + (chance.choice(USERS) if chance.random() < 0.4 else "")
            + chance.choice(hosts)
            + (chance.choice(PORTS) if chance.random() < 0.4 else "")
            + (chance.choice(PATHS) if chance.random() < 0.5 else "")
        )
    emails = [f"{local}@{domain}" for local in LOCAL_PARTS for domain in MAIL_DOMAINS]
    emails += ["a@" + host for host in chance.sample(hosts, 250)]
    emails += ["a", "@", "a@", "@a.com", "a@@b.com", ""]
    return {
        "url": list(dict.fromkeys(urls)),
        "email": list(dict.fromkeys(emails)),
        "domain": list(dict.fromkeys(hosts)),
        "address": ADDRESSES,
        "number": NUMBERS,
        "slug": SLUGS,
    }


def validators(module: Any) -> dict[str, tuple[str, Callable[[Any], None]]]:
    """The validators of `module` by name, each with its kind of texts."""
    return {
        "URLValidator": ("url", module.URLValidator()),
        "URLValidator(schemes)": ("url", module.URLValidator(schemes=["x-y+z.1", "http"])),
        "validate_email": ("email", module.validate_email),
        "validate_domain_name": ("domain", module.validate_domain_name),
        "DomainNameValidator(ascii)": ("domain", module.DomainNameValidator(accept_idna=False)),
        "validate_ipv4_address": ("address", module.validate_ipv4_address),
        "validate_ipv6_address": ("address", module.validate_ipv6_address),
        "validate_ipv46_address": ("address", module.validate_ipv46_address),
        "validate_integer": ("number", module.validate_integer),
        "validate_comma_separated_integer_list": (
            "number",
            module.validate_comma_separated_integer_list,
        ),
        "validate_slug": ("slug", module.validate_slug),
        "validate_unicode_slug": ("slug", module.validate_unicode_slug),
    }


def accepted(validator: Callable[[Any], None], kind: Iterable[str], error: type) -> list[str]:
    """Those texts that the validator lets through."""
    passed = []
    for text in kind:
        try:
            validator(text)
        except error:
            continue
        passed.append(text)
    return passed


def main(path: str) -> None:
    """Ask Django and write the answers to `path`."""
    from django.conf import settings

    settings.configure(USE_I18N=False)
    import django.core.validators
    from django.core.exceptions import ValidationError

    kinds = texts()
    answers = {
        name: accepted(validator, kinds[kind], ValidationError)
        for name, (kind, validator) in validators(django.core.validators).items()
    }
    with open(path, "w", encoding="utf-8") as file:
        json.dump(answers, file, ensure_ascii=True, indent=0)
        file.write("\n")


if __name__ == "__main__":
    main(sys.argv[1])
