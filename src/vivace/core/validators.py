"""Callables that raise ValidationError when a value does not pass.

SECURITY: every pattern ends with the absolute end of the text, so that no newline gets through; the
length is checked before a long pattern runs; no pattern has two ways to match the same text.
COMPAT: constructors, messages, codes and parameters are a contract: migrations store validators, and
projects replace their messages; that is also why those of texts stay together in this one file.
Over 600 lines: each class is short and whole, and the patterns of hosts, URLs and addresses build on
each other.
Defined at https://docs.djangoproject.com/en/5.2/ref/validators/.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable
from importlib import import_module
from typing import TYPE_CHECKING, Any

from vivace.core.exceptions import ValidationError
from vivace.core.hostnames import (
    DOMAIN_LABELS,
    IPV4,
    IPV6_LITERAL,
    LABEL,
    TLD,
    UNICODE_LETTERS,
    labels,
)
from vivace.core.limits import (
    EMPTY_VALUES,
    BaseValidator,
    DecimalValidator,
    MaxLengthValidator,
    MaxValueValidator,
    MinLengthValidator,
    MinValueValidator,
    StepValueValidator,
)
from vivace.utils.deconstruct import deconstructible
from vivace.utils.functional import SimpleLazyObject
from vivace.utils.lazily import Later, late_pattern
from vivace.utils.naming import object_repr
from vivace.utils.regex_helper import _lazy_re_compile
from vivace.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    import ipaddress
    import pathlib
    from urllib import parse

    from vivace.utils import ipv6
else:
    ipaddress = Later("ipaddress")
    ipv6 = Later("vivace.utils.ipv6")
    pathlib = Later("pathlib")
    parse = Later("urllib.parse")

__all__ = [
    "EMPTY_VALUES",
    "MAX_URL_LENGTH",
    "BaseValidator",
    "DecimalValidator",
    "DomainNameValidator",
    "EmailValidator",
    "FileExtensionValidator",
    "MaxLengthValidator",
    "MaxValueValidator",
    "MinLengthValidator",
    "MinValueValidator",
    "ProhibitNullCharactersValidator",
    "RegexValidator",
    "StepValueValidator",
    "URLValidator",
    "ValidationError",
    "deconstructible",
    "get_available_image_extensions",
    "int_list_validator",
    "integer_validator",
    "ip_address_validator_map",
    "ip_address_validators",
    "slug_re",
    "slug_unicode_re",
    "validate_comma_separated_integer_list",
    "validate_domain_name",
    "validate_email",
    "validate_image_file_extension",
    "validate_integer",
    "validate_ipv4_address",
    "validate_ipv6_address",
    "validate_ipv46_address",
    "validate_slug",
    "validate_unicode_slug",
]

MAX_URL_LENGTH = 2048


@deconstructible
class RegexValidator:
    """The text of the value must match `regex` (or must not, with `inverse_match`).

    `flags` only go with a `regex` given as a string: TypeError otherwise.
    """

    regex: Any = ""
    message: Any = _("Enter a valid value.")
    code = "invalid"
    inverse_match = False
    flags: int = 0

    __repr__ = object_repr

    def __init__(
        self,
        regex: str | re.Pattern[str] | None = None,
        message: Any = None,
        code: str | None = None,
        inverse_match: bool | None = None,
        flags: int | None = None,
    ) -> None:
        if regex is not None:
            self.regex = regex
        if message is not None:
            self.message = message
        if code is not None:
            self.code = code
        if inverse_match is not None:
            self.inverse_match = inverse_match
        if flags is not None:
            self.flags = flags
        if type(self.regex) is SimpleLazyObject and not self.flags:
            # PERF: a pattern with ranges of Unicode takes milliseconds to compile: not until used.
            return
        if self.flags and not isinstance(self.regex, str):
            raise TypeError("If the flags are set, regex must be a regular expression string.")
        if isinstance(self.regex, str):
            self.regex = re.compile(self.regex, self.flags)

    def __call__(self, value: Any) -> None:
        """ValidationError if `value` does not pass."""
        regex = self.regex
        if type(regex) is SimpleLazyObject:
            # PERF: the pattern itself, instead of what stands for it.
            regex = self.regex = regex._setupfunc()
        matches = regex.search(str(value)) is not None
        if matches is bool(self.inverse_match):
            self._refuse(value)

    def _refuse(self, value: Any) -> None:
        raise ValidationError(self.message, code=self.code, params={"value": value})

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, RegexValidator)
            and self.regex.pattern == other.regex.pattern
            and self.regex.flags == other.regex.flags
            and self.message == other.message
            and self.code == other.code
            and self.inverse_match == other.inverse_match
        )


@deconstructible
class DomainNameValidator(RegexValidator):
    """A domain name of at least two labels, at most 255 characters.

    Letters beyond ASCII are accepted unless `accept_idna` is false.
    """

    message = _("Enter a valid domain name.")
    ul = UNICODE_LETTERS
    hostname_re = LABEL
    domain_re = DOMAIN_LABELS
    tld_no_fqdn_re = TLD
    tld_re = TLD + r"\.?"
    ascii_only_hostname_re, ascii_only_domain_re = labels("")[:2]
    # COMPAT: without IDNA a top-level domain may have digits anywhere, not only in punycode.
    ascii_only_tld_re = r"\.(?!-)[a-z0-9-]{2,63}(?<!-)\.?"
    max_length = 255

    def __init__(self, **kwargs: Any) -> None:
        self.accept_idna = kwargs.pop("accept_idna", True)
        if self.accept_idna:
            parts = (self.hostname_re, self.domain_re, self.tld_re)
        else:
            parts = (
                self.ascii_only_hostname_re,
                self.ascii_only_domain_re,
                self.ascii_only_tld_re,
            )
        self.regex = _lazy_re_compile("^" + "".join(parts) + r"\Z", re.IGNORECASE)
        super().__init__(**kwargs)

    def __call__(self, value: Any) -> None:
        """ValidationError if `value` is no domain name."""
        if not isinstance(value, str) or len(value) > self.max_length:
            self._refuse(value)
        if not self.accept_idna and not value.isascii():
            self._refuse(value)
        super().__call__(value)


validate_domain_name = DomainNameValidator()


@deconstructible
class URLValidator(RegexValidator):
    """An absolute URL with one of `schemes` and a host that is a domain name, localhost or an address.

    At most 2048 characters; the host's name at most 253.
    """

    ipv4_re = IPV4
    ipv6_re = IPV6_LITERAL
    hostname_re = LABEL
    domain_re = DOMAIN_LABELS
    tld_re = TLD + r"\.?"
    host_re = f"({hostname_re}{domain_re}{tld_re}|localhost)"

    regex = _lazy_re_compile(
        r"^[a-z0-9.+-]*://"
        r"(?:[^\s:@/]+(?::[^\s:@/]*)?@)?"
        rf"(?:{ipv4_re}|{ipv6_re}|{host_re})"
        r"(?::[0-9]{1,5})?"
        r"(?:[/?#]\S*)?\Z",
        re.IGNORECASE,
    )
    message = _("Enter a valid URL.")
    schemes: Collection[str] = ["http", "https", "ftp", "ftps"]
    unsafe_chars = frozenset("\t\r\n")
    max_length = MAX_URL_LENGTH

    def __init__(self, schemes: Collection[str] | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        if schemes is not None:
            self.schemes = schemes

    def __call__(self, value: Any) -> None:
        """ValidationError if `value` is no URL of these schemes."""
        if not isinstance(value, str) or len(value) > self.max_length:
            self._refuse(value)
        # SECURITY: urlsplit drops these characters, so they must be found before it.
        if self.unsafe_chars.intersection(value):
            self._refuse(value)
        if value.split("://")[0].lower() not in self.schemes:
            self._refuse(value)
        try:
            parts = parse.urlsplit(value)
        except ValueError:
            self._refuse(value)
        super().__call__(value)
        literal = re.search(r"^\[(.+)\](?::[0-9]{1,5})?$", parts.netloc)
        if literal:
            try:
                validate_ipv6_address(literal[1])
            except ValidationError:
                self._refuse(value)
        # RFC 1034 allows 255 octets on the wire, which are 253 characters.
        if parts.hostname is None or len(parts.hostname) > 253:
            self._refuse(value)


integer_validator = RegexValidator(
    _lazy_re_compile(r"^-?\d+\Z"), message=_("Enter a valid integer."), code="invalid"
)


def validate_integer(value: Any) -> None:
    """Decimal digits, with a minus before them or not."""
    integer_validator(value)


@deconstructible
class EmailValidator:
    """An email address (RFC 5322 without comments and folding), at most 320 characters.

    A domain in `allowlist` is accepted as it is.
    """

    message: Any = _("Enter a valid email address.")
    code = "invalid"
    user_regex = _lazy_re_compile(
        # dot-atom
        r"(^[-!#$%&'*+/=?^_`{}|~0-9A-Z]+(?:\.[-!#$%&'*+/=?^_`{}|~0-9A-Z]+)*\Z"
        # quoted-string
        r'|^"(?:[\001-\010\013\014\016-\037!#-\[\]-\177]|\\[\001-\011\013\014\016-\177])*"\Z)',
        re.IGNORECASE,
    )
    hostname_re = LABEL
    domain_re = DOMAIN_LABELS
    tld_no_fqdn_re = TLD
    domain_regex = _lazy_re_compile(f"{LABEL}{DOMAIN_LABELS}{TLD}" + r"\Z", re.IGNORECASE)
    literal_regex = late_pattern(r"\[([A-F0-9:.]+)\]\Z", re.IGNORECASE)
    domain_allowlist: Collection[str] = ["localhost"]

    __repr__ = object_repr

    def __init__(
        self,
        message: Any = None,
        code: str | None = None,
        allowlist: Collection[str] | None = None,
    ) -> None:
        if message is not None:
            self.message = message
        if code is not None:
            self.code = code
        if allowlist is not None:
            self.domain_allowlist = allowlist

    def __call__(self, value: Any) -> None:
        """ValidationError if `value` is no email address."""
        # RFC 3696, erratum 1690: 64 for the local part, 255 for the domain, and the at sign.
        if not value or "@" not in value or len(value) > 320:
            self._refuse(value)
        user_part, domain_part = value.rsplit("@", 1)
        if not self.user_regex.match(user_part):
            self._refuse(value)
        if domain_part not in self.domain_allowlist and not self.validate_domain_part(domain_part):
            self._refuse(value)

    def _refuse(self, value: Any) -> None:
        raise ValidationError(self.message, code=self.code, params={"value": value})

    def validate_domain_part(self, domain_part: str) -> bool:
        """Whether `domain_part` is a domain name, or an address in brackets."""
        if self.domain_regex.match(domain_part):
            return True
        literal = self.literal_regex.match(domain_part)
        if literal:
            try:
                validate_ipv46_address(literal[1])
            except ValidationError:
                return False
            return True
        return False

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, EmailValidator)
            and set(self.domain_allowlist) == set(other.domain_allowlist)
            and self.message == other.message
            and self.code == other.code
        )


validate_email = EmailValidator()

slug_re = _lazy_re_compile(r"^[-a-zA-Z0-9_]+\Z")
validate_slug = RegexValidator(
    slug_re,
    # Translators: "letters" means latin letters: a-z and A-Z.
    _("Enter a valid “slug” consisting of letters, numbers, underscores or hyphens."),
    "invalid",
)

slug_unicode_re = _lazy_re_compile(r"^[-\w]+\Z")
validate_unicode_slug = RegexValidator(
    slug_unicode_re,
    _("Enter a valid “slug” consisting of Unicode letters, numbers, underscores, or hyphens."),
    "invalid",
)


def _refuse_address(value: Any, protocol: Any) -> None:
    raise ValidationError(
        _("Enter a valid %(protocol)s address."),
        code="invalid",
        params={"protocol": protocol, "value": value},
    )


def _is_ipv4(value: Any) -> bool:
    try:
        ipaddress.IPv4Address(value)
    except ValueError:
        return False
    return True


def validate_ipv4_address(value: Any) -> None:
    """An IPv4 address in dotted decimals, without leading zeros."""
    if not _is_ipv4(value):
        _refuse_address(value, _("IPv4"))


def validate_ipv6_address(value: Any) -> None:
    """An IPv6 address."""
    if not ipv6.is_valid_ipv6_address(value):
        _refuse_address(value, _("IPv6"))


def validate_ipv46_address(value: Any) -> None:
    """An IPv4 or an IPv6 address."""
    if not _is_ipv4(value) and not ipv6.is_valid_ipv6_address(value):
        _refuse_address(value, _("IPv4 or IPv6"))


ip_address_validator_map: dict[str, list[Callable[[Any], None]]] = {
    "both": [validate_ipv46_address],
    "ipv4": [validate_ipv4_address],
    "ipv6": [validate_ipv6_address],
}


def ip_address_validators(protocol: str, unpack_ipv4: bool) -> list[Callable[[Any], None]]:
    """The validators for ``both``, ``ipv4`` or ``ipv6``; ValueError for any other `protocol`."""
    if protocol != "both" and unpack_ipv4:
        raise ValueError("You can only use `unpack_ipv4` if `protocol` is set to 'both'")
    try:
        return ip_address_validator_map[protocol.lower()]
    except KeyError:
        raise ValueError(
            f"The protocol '{protocol}' is unknown. Supported: {list(ip_address_validator_map)}"
        )


def int_list_validator(
    sep: str = ",", message: Any = None, code: str = "invalid", allow_negative: bool = False
) -> RegexValidator:
    """A validator for integers with `sep` between them."""
    number = r"-?\d+" if allow_negative else r"\d+"
    return RegexValidator(
        _lazy_re_compile(rf"^{number}(?:{re.escape(sep)}{number})*\Z"), message=message, code=code
    )


validate_comma_separated_integer_list = int_list_validator(
    message=_("Enter only digits separated by commas.")
)


@deconstructible
class FileExtensionValidator:
    """The extension of the value's `name` must be one of `allowed_extensions`, in any case."""

    message: Any = _(
        "File extension “%(extension)s” is not allowed. "
        "Allowed extensions are: %(allowed_extensions)s."
    )
    code = "invalid_extension"

    __repr__ = object_repr

    def __init__(
        self,
        allowed_extensions: Iterable[str] | None = None,
        message: Any = None,
        code: str | None = None,
    ) -> None:
        self.allowed_extensions = (
            None
            if allowed_extensions is None
            else [extension.lower() for extension in allowed_extensions]
        )
        if message is not None:
            self.message = message
        if code is not None:
            self.code = code

    def __call__(self, value: Any) -> None:
        """ValidationError if the extension is another one."""
        extension = pathlib.Path(value.name).suffix[1:].lower()
        if self.allowed_extensions is None or extension in self.allowed_extensions:
            return
        raise ValidationError(
            self.message,
            code=self.code,
            params={
                "extension": extension,
                "allowed_extensions": ", ".join(self.allowed_extensions),
                "value": value,
            },
        )

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, self.__class__)
            and set(self.allowed_extensions or ()) == set(other.allowed_extensions or ())
            and self.message == other.message
            and self.code == other.code
        )


def get_available_image_extensions() -> list[str]:
    """The extensions that Pillow knows, without the dot; none if it is not installed."""
    try:
        image: Any = import_module("PIL.Image")
    except ImportError:
        return []
    image.init()
    return [extension.lower()[1:] for extension in image.EXTENSION]


def validate_image_file_extension(value: Any) -> None:
    """The extension of the value's `name` must be one of an image."""
    FileExtensionValidator(allowed_extensions=get_available_image_extensions())(value)


@deconstructible
class ProhibitNullCharactersValidator:
    """No null character in the text of the value."""

    message: Any = _("Null characters are not allowed.")
    code = "null_characters_not_allowed"

    __repr__ = object_repr

    def __init__(self, message: Any = None, code: str | None = None) -> None:
        if message is not None:
            self.message = message
        if code is not None:
            self.code = code

    def __call__(self, value: Any) -> None:
        """ValidationError if there is one."""
        if "\x00" in str(value):
            raise ValidationError(self.message, code=self.code, params={"value": value})

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, self.__class__)
            and self.message == other.message
            and self.code == other.code
        )
