"""Messages, parameters and comparison of validators, and what past attacks sent them."""

from __future__ import annotations

import datetime
import re
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest

from growth import grows_linearly
from vivace.core import validators
from vivace.core.exceptions import ValidationError


def error(validator: Any, value: Any) -> ValidationError:
    with pytest.raises(ValidationError) as caught:
        validator(value)
    return caught.value


@pytest.mark.parametrize(
    ("validator", "value", "message", "code"),
    [
        (validators.validate_integer, "a", "Enter a valid integer.", "invalid"),
        (validators.validate_email, "a", "Enter a valid email address.", "invalid"),
        (validators.URLValidator(), "a", "Enter a valid URL.", "invalid"),
        (validators.validate_domain_name, "a", "Enter a valid domain name.", "invalid"),
        (validators.validate_ipv4_address, "a", "Enter a valid IPv4 address.", "invalid"),
        (validators.validate_ipv6_address, "a", "Enter a valid IPv6 address.", "invalid"),
        (validators.validate_ipv46_address, "a", "Enter a valid IPv4 or IPv6 address.", "invalid"),
        (
            validators.validate_slug,
            "a b",
            "Enter a valid “slug” consisting of letters, numbers, underscores or hyphens.",
            "invalid",
        ),
        (
            validators.validate_unicode_slug,
            "a b",
            "Enter a valid “slug” consisting of Unicode letters, numbers, underscores, or hyphens.",
            "invalid",
        ),
        (
            validators.validate_comma_separated_integer_list,
            "a",
            "Enter only digits separated by commas.",
            "invalid",
        ),
        (validators.RegexValidator("x"), "y", "Enter a valid value.", "invalid"),
        (validators.RegexValidator("x", message="%(value)s!", code="c"), "y", "y!", "c"),
        (
            validators.MaxValueValidator(10),
            11,
            "Ensure this value is less than or equal to 10.",
            "max_value",
        ),
        (
            validators.MinValueValidator(lambda: datetime.date(2020, 1, 1)),
            datetime.date(2019, 1, 1),
            "Ensure this value is greater than or equal to 2020-01-01.",
            "min_value",
        ),
        (
            validators.MaxLengthValidator(1),
            "ab",
            "Ensure this value has at most 1 character (it has 2).",
            "max_length",
        ),
        (
            validators.MinLengthValidator(3),
            "ab",
            "Ensure this value has at least 3 characters (it has 2).",
            "min_length",
        ),
        (
            validators.StepValueValidator(3),
            4,
            "Ensure this value is a multiple of step size 3.",
            "step_size",
        ),
        (
            validators.StepValueValidator(3, offset=1),
            5,
            "Ensure this value is a multiple of step size 3, starting from 1, e.g. 1, 4, 7, "
            "and so on.",
            "step_size",
        ),
        (
            validators.BaseValidator(1),
            2,
            "Ensure this value is 1 (it is 2).",
            "limit_value",
        ),
        (
            validators.FileExtensionValidator(["TXT", "pdf"]),
            SimpleNamespace(name="a.exe"),
            "File extension “exe” is not allowed. Allowed extensions are: txt, pdf.",
            "invalid_extension",
        ),
        (
            validators.ProhibitNullCharactersValidator(),
            "a\0b",
            "Null characters are not allowed.",
            "null_characters_not_allowed",
        ),
    ],
)
def test_messages(validator: Any, value: Any, message: str, code: str) -> None:
    found = error(validator, value)
    assert found.messages == [message]
    assert found.code == code


@pytest.mark.parametrize(
    ("limits", "value", "message"),
    [
        ((4, 2), "NaN", "Enter a number."),
        ((4, 2), "sNaN", "Enter a number."),
        ((4, 2), "-Infinity", "Enter a number."),
        ((4, 2), "123.4", "Ensure that there are no more than 2 digits before the decimal point."),
        ((4, 2), "1.230", "Ensure that there are no more than 2 decimal places."),
        ((4, 2), "1E-10", "Ensure that there are no more than 4 digits in total."),
        ((1, 0), "1E+2", "Ensure that there are no more than 1 digit in total."),
        ((2, 2), "0", "Ensure that there are no more than 0 digits before the decimal point."),
        ((None, 1), "0.01", "Ensure that there are no more than 1 decimal place."),
    ],
)
def test_decimals_refused(limits: Any, value: str, message: str) -> None:
    assert error(validators.DecimalValidator(*limits), Decimal(value)).messages == [message]


@pytest.mark.parametrize("value", ["99.99", "0", "0.00", "-12.3", "1E+1", "0E3", "0.01"])
def test_decimals_accepted(value: str) -> None:
    validators.DecimalValidator(4, 2)(Decimal(value))


@pytest.mark.parametrize(
    ("limit", "value"), [(0.1, 0.30000000000000004), (3, 9), (Decimal("0.3"), Decimal("0.9"))]
)
def test_steps(limit: Any, value: Any) -> None:
    validators.StepValueValidator(limit)(value)


def test_regex_options() -> None:
    validators.RegexValidator("x", inverse_match=True)("y")
    validators.RegexValidator("x", flags=re.IGNORECASE)("X")
    assert error(validators.RegexValidator("x", inverse_match=True), "x").code == "invalid"
    with pytest.raises(TypeError, match="If the flags are set, regex must be a regular expression"):
        validators.RegexValidator(re.compile("x"), flags=re.IGNORECASE)


def test_options_of_urls_emails_and_domains() -> None:
    validators.URLValidator(schemes=["git"])("git://a.com")
    error(validators.URLValidator(schemes=["git"]), "http://a.com")
    validators.EmailValidator(allowlist=["intranet"])("a@intranet")
    error(validators.EmailValidator(allowlist=["intranet"]), "a@localhost")
    validators.DomainNameValidator()("é.com")
    error(validators.DomainNameValidator(accept_idna=False), "é.com")
    for value in (None, 5, b"a.com"):
        error(validators.URLValidator(), value)
        error(validators.validate_domain_name, value)


def test_lists_of_integers() -> None:
    validators.int_list_validator(sep="|", allow_negative=True)("1|-2")
    error(validators.int_list_validator(sep="."), "1,2")


def test_ip_address_validators() -> None:
    assert validators.ip_address_validators("IPv4", False) == [validators.validate_ipv4_address]
    with pytest.raises(ValueError, match="You can only use `unpack_ipv4` if `protocol` is set to"):
        validators.ip_address_validators("ipv4", True)
    with pytest.raises(ValueError) as caught:
        validators.ip_address_validators("x", False)
    expected = "The protocol 'x' is unknown. Supported: ['both', 'ipv4', 'ipv6']"
    assert str(caught.value) == expected


def test_equality() -> None:
    same: list[Any] = [
        lambda: validators.RegexValidator("a"),
        lambda: validators.EmailValidator(allowlist=["a"]),
        lambda: validators.MaxValueValidator(1),
        lambda: validators.DecimalValidator(1, 2),
        lambda: validators.FileExtensionValidator(["a", "b"]),
        lambda: validators.ProhibitNullCharactersValidator(),
        lambda: validators.DomainNameValidator(),
        lambda: validators.URLValidator(),
    ]
    made = [make() for make in same]
    assert made == [make() for make in same]
    for number, one in enumerate(made):
        assert all(one != other for other in made[number + 1 :])
    assert validators.FileExtensionValidator(["A", "b"]) == validators.FileExtensionValidator("ba")
    assert validators.MaxValueValidator(1) != validators.MaxValueValidator(1, message="x")
    assert validators.RegexValidator("a") != validators.RegexValidator("a", flags=re.I)


def test_deconstruction_keeps_the_arguments() -> None:
    made: Any = validators.RegexValidator("a", message="m")
    assert made.deconstruct() == (
        "vivace.core.validators.RegexValidator",
        ("a",),
        {"message": "m"},
    )


@pytest.mark.parametrize(
    ("validator", "value"),
    [
        (validators.validate_integer, "1"),
        (validators.validate_slug, "a"),
        (validators.validate_unicode_slug, "a"),
        (validators.validate_comma_separated_integer_list, "1"),
        (validators.validate_email, "a@a.com"),
        (validators.validate_email, "a@[127.0.0.1]"),
        (validators.URLValidator(), "http://a.com/"),
        (validators.validate_ipv4_address, "1.2.3.4"),
        (validators.validate_ipv6_address, "::1"),
    ],
)
def test_cve_2015_5144_no_newline_at_the_end(validator: Any, value: str) -> None:
    validator(value)
    for end in ("\n", "\r\n", "\r", "\x0b", "\n\n"):
        error(validator, value + end)


@pytest.mark.parametrize("accept_idna", [True, False])
def test_cve_2026_53878_domain_names_end_without_newline(accept_idna: bool) -> None:
    validator = validators.DomainNameValidator(accept_idna=accept_idna)
    validator("example.com")
    validator("example.com.")
    for end in ("\n", "\r\n", "\n\n", ".\n"):
        error(validator, "example.com" + end)


@pytest.mark.parametrize("character", ["\n", "\r", "\t", "\x0b", " "])
@pytest.mark.parametrize(
    "place", ["http://a.com/{}x", "http://a{}.com", "ht{}tp://a.com", "{}http://a.com"]
)
def test_cve_2021_32052_control_characters_in_urls(character: str, place: str) -> None:
    value = place.format(character)
    error(validators.URLValidator(), value)


HOSTILE = [
    lambda n: "http://" + "a" * n,
    lambda n: "http://" + "a." * n,
    lambda n: "http://" + "-." * n + "com",
    lambda n: "http://" + "a-" * n + ".com",
    lambda n: "http://" + "1.2.3." * n,
    lambda n: "http://" + "é" * n + "--",
    lambda n: "http://" + "a@" * n,
    lambda n: "http://[" + ":" * n + "]",
]


@pytest.mark.parametrize("make", HOSTILE)
def test_cve_2015_5145_pattern_of_urls_never_runs_long(make: Any) -> None:
    """The pattern itself, for the length is checked before it is asked."""
    pattern = validators.URLValidator.regex
    assert grows_linearly(lambda n: pattern.search(make(n)))


@pytest.mark.parametrize(
    ("validator", "value"),
    [
        (validators.URLValidator(), "http://" + "a." * 100_000 + "com"),
        (validators.URLValidator(), "http://a.com/" + "b" * 2036),
        (validators.validate_email, "a@" + "a." * 100_000 + "com"),
        (validators.validate_email, "a" * 321 + "@a.com"),
        (validators.validate_domain_name, "a." * 128),
    ],
)
def test_cve_2023_36053_length_is_checked_first(validator: Any, value: str) -> None:
    error(validator, value)


@pytest.mark.parametrize(
    "pattern",
    [
        validators.DomainNameValidator().regex,
        validators.DomainNameValidator(accept_idna=False).regex,
        validators.EmailValidator.domain_regex,
        validators.EmailValidator.user_regex,
    ],
)
@pytest.mark.parametrize("unit", ["a.", "a", "a-", "-", "é.", '"', '"\\', "1."])
def test_cve_2023_36053_patterns_grow_linearly(pattern: re.Pattern[str], unit: str) -> None:
    assert grows_linearly(lambda n: pattern.match(unit * n + "!"))


def test_cve_2011_4138_validating_a_url_opens_no_connection(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    import socket

    def refuse(*args: Any, **kwargs: Any) -> None:
        raise AssertionError("a validator went to the network")

    for name in ("socket", "create_connection", "getaddrinfo", "gethostbyname"):
        monkeypatch.setattr(socket, name, refuse)
    validators.URLValidator()("http://example.com/")
    validators.validate_email("a@example.com")


def test_the_parts_of_the_pattern_of_domains_are_named_at_each_validator() -> None:
    names = ("hostname_re", "domain_re")
    parts = [
        [getattr(of, name) for name in names]
        for of in (
            validators.EmailValidator,
            validators.URLValidator,
            validators.DomainNameValidator,
        )
    ]
    assert parts[0] == parts[1] == parts[2]
    email = validators.EmailValidator
    assert email.tld_no_fqdn_re == validators.DomainNameValidator.tld_no_fqdn_re
