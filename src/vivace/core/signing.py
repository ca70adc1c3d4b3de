"""Values that may be shown to users but not changed by them.

    >>> from vivace.core import signing
    >>> signing.loads(signing.dumps({"a": 1}))
    {'a': 1}

A signed value is ``value:signature``, with a time ``value:timestamp:signature``; a signed object is
the URL-safe base64 of its JSON, compressed if it begins with a dot. Signatures are HMACs, with
SHA-256 if nothing else is asked for, under a key made from the salt and SECRET_KEY.

COMPAT: the salts name Django's paths whatever the root is, so that Django and Vivace read each
other's signatures.
Defined at https://docs.djangoproject.com/en/5.2/topics/signing/.
"""

from __future__ import annotations

import base64
import datetime
import json
import time
import zlib
from typing import Any, Protocol

from vivace.conf import settings
from vivace.conf.frozen import Frozen
from vivace.utils.crypto import constant_time_compare, salted_hmac
from vivace.utils.encoding import force_bytes
from vivace.utils.lazily import late_pattern
from vivace.utils.module_loading import import_string
from vivace.utils.naming import ALIAS, HOME

__all__ = [
    "BASE62_ALPHABET",
    "BadSignature",
    "JSONSerializer",
    "SignatureExpired",
    "Signer",
    "TimestampSigner",
    "b62_decode",
    "b62_encode",
    "b64_decode",
    "b64_encode",
    "base64_hmac",
    "constant_time_compare",
    "dumps",
    "force_bytes",
    "get_cookie_signer",
    "import_string",
    "loads",
    "salted_hmac",
    "settings",
]

BASE62_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"

# What a signature may consist of cannot separate it from the value.
_UNSAFE_SEPARATOR = late_pattern(r"[A-z0-9-_=]*\Z")


class BadSignature(Exception):
    """The signature does not match."""


class SignatureExpired(BadSignature):
    """The signature is older than allowed."""


class Serializer(Protocol):
    """What turns an object into bytes and back."""

    def dumps(self, obj: Any) -> bytes: ...

    def loads(self, data: bytes) -> Any: ...


class JSONSerializer:
    """Compact JSON, in which only latin-1 characters can appear."""

    def dumps(self, obj: Any) -> bytes:
        """`obj` as JSON."""
        return json.dumps(obj, separators=(",", ":")).encode("latin-1")

    def loads(self, data: bytes) -> Any:
        """The object that `dumps` made `data` of."""
        return json.loads(data.decode("latin-1"))


def b62_encode(s: int) -> str:
    """An integer in base 62."""
    if s == 0:
        return "0"
    sign = "-" if s < 0 else ""
    s = abs(s)
    encoded = ""
    while s > 0:
        s, remainder = divmod(s, 62)
        encoded = BASE62_ALPHABET[remainder] + encoded
    return sign + encoded


def b62_decode(s: str) -> int:
    """The integer that `b62_encode` wrote; ValueError if there is another character."""
    if s == "0":
        return 0
    sign = 1
    if s[0] == "-":
        s = s[1:]
        sign = -1
    decoded = 0
    for digit in s:
        decoded = decoded * 62 + BASE62_ALPHABET.index(digit)
    return sign * decoded


def b64_encode(s: bytes) -> bytes:
    """URL-safe base64 without padding."""
    return base64.urlsafe_b64encode(s).strip(b"=")


def b64_decode(s: bytes) -> bytes:
    """The bytes that `b64_encode` wrote."""
    return base64.urlsafe_b64decode(s + b"=" * (-len(s) % 4))


def base64_hmac(
    salt: str | bytes, value: str | bytes, key: str | bytes, algorithm: str = "sha1"
) -> str:
    """The HMAC of `value` in base64."""
    return b64_encode(salted_hmac(salt, value, key, algorithm=algorithm).digest()).decode()


class Signer:
    """Signs and checks strings.

    `key` is the secret (SECRET_KEY if not given), `fallback_keys` others that are accepted too
    (SECRET_KEY_FALLBACKS), `sep` what stands before the signature, `salt` a namespace (the path of
    the class), `algorithm` one of hashlib's (``"sha256"``).
    """

    def __init__(
        self,
        *,
        key: str | bytes | None = None,
        sep: str = ":",
        salt: str | bytes | None = None,
        algorithm: str | None = None,
        fallback_keys: Any = None,
    ) -> None:
        self.key = key or settings.SECRET_KEY
        self.fallback_keys = (
            fallback_keys if fallback_keys is not None else settings.SECRET_KEY_FALLBACKS
        )
        self.sep = sep
        self.salt = salt or _default_salt(type(self))
        self.algorithm = algorithm or "sha256"
        if _UNSAFE_SEPARATOR.match(self.sep):
            raise ValueError(
                f"Unsafe Signer separator: {sep!r} (cannot be empty or consist of only A-z0-9-_=)"
            )

    def signature(self, value: Any, key: str | bytes | None = None) -> str:
        """The signature of `value`, under `key` if it is given."""
        namespace = force_bytes(self.salt) + b"signer"
        return base64_hmac(namespace, value, key or self.key, algorithm=self.algorithm)

    def sign(self, value: Any) -> str:
        """`value` with its signature."""
        return f"{value}{self.sep}{self.signature(value)}"

    def unsign(self, signed_value: str) -> str:
        """The value in `signed_value`; BadSignature if it was not signed like this."""
        if self.sep not in signed_value:
            raise BadSignature(f'No "{self.sep}" found in value')
        value, sig = signed_value.rsplit(self.sep, 1)
        for key in (self.key, *self.fallback_keys):
            if constant_time_compare(sig, self.signature(value, key)):
                return value
        raise BadSignature(f'Signature "{sig}" does not match')

    def sign_object(
        self, obj: Any, serializer: type[Serializer] = JSONSerializer, compress: bool = False
    ) -> str:
        """`obj`, serialized, in base64, with its signature; compressed if asked and shorter so."""
        data = serializer().dumps(obj)
        mark = ""
        if compress:
            compressed = zlib.compress(data)
            # One byte goes to the mark.
            if len(compressed) < len(data) - 1:
                data, mark = compressed, "."
        return self.sign(mark + b64_encode(data).decode())

    def unsign_object(
        self, signed_obj: str, serializer: type[Serializer] = JSONSerializer, **kwargs: Any
    ) -> Any:
        """The object in `signed_obj`; BadSignature if it was not signed like this."""
        # SECURITY: nothing is decompressed or parsed before the signature was checked.
        encoded = self.unsign(signed_obj, **kwargs).encode()
        if encoded[:1] == b".":
            data = zlib.decompress(b64_decode(encoded[1:]))
        else:
            data = b64_decode(encoded)
        return serializer().loads(data)


class TimestampSigner(Signer):
    """A Signer whose signed values tell when they were signed."""

    def timestamp(self) -> str:
        """The present in seconds, in base 62."""
        return b62_encode(int(time.time()))

    def sign(self, value: Any) -> str:
        """`value` with the present time and its signature."""
        return super().sign(f"{value}{self.sep}{self.timestamp()}")

    def unsign(self, value: str, max_age: float | datetime.timedelta | None = None) -> str:
        """The value in the signed `value`.

        SignatureExpired if it was signed more than `max_age` (seconds or a timedelta) ago.
        """
        result = super().unsign(value)
        value, timestamp = result.rsplit(self.sep, 1)
        signed_at = b62_decode(timestamp)
        if max_age is not None:
            if isinstance(max_age, datetime.timedelta):
                max_age = max_age.total_seconds()
            age = time.time() - signed_at
            if age > max_age:
                raise SignatureExpired(f"Signature age {age} > {max_age} seconds")
        return value


def _default_salt(cls: type) -> str:
    module = cls.__module__
    if module == HOME or module.startswith(HOME + "."):
        module = ALIAS + module[len(HOME) :]
    return f"{module}.{cls.__name__}"


def dumps(
    obj: Any,
    key: str | bytes | None = None,
    salt: str | bytes = "django.core.signing",
    serializer: type[Serializer] = JSONSerializer,
    compress: bool = False,
) -> str:
    """A URL-safe, signed and dated string that holds `obj`. It is readable by anyone."""
    signer = TimestampSigner(key=key, salt=salt)
    return signer.sign_object(obj, serializer=serializer, compress=compress)


def loads(
    s: str,
    key: str | bytes | None = None,
    salt: str | bytes = "django.core.signing",
    serializer: type[Serializer] = JSONSerializer,
    max_age: float | datetime.timedelta | None = None,
    fallback_keys: Any = None,
) -> Any:
    """The object in a string that `dumps` made; BadSignature, or SignatureExpired by `max_age`."""
    signer = TimestampSigner(key=key, salt=salt, fallback_keys=fallback_keys)
    return signer.unsign_object(s, serializer=serializer, max_age=max_age)


def _cookie_keys() -> tuple[Any, bytes, list[bytes]]:
    prefix = b"django.http.cookies"
    return (
        import_string(settings.SIGNING_BACKEND),
        prefix + force_bytes(settings.SECRET_KEY),
        [prefix + force_bytes(key) for key in settings.SECRET_KEY_FALLBACKS],
    )


_COOKIE = Frozen(
    "cookie signer",
    _cookie_keys,
    reads=("SIGNING_BACKEND", "SECRET_KEY", "SECRET_KEY_FALLBACKS"),
)


def get_cookie_signer(salt: str = "django.core.signing.get_cookie_signer") -> Any:
    """A signer for cookies, of the class that SIGNING_BACKEND names."""
    backend, key, fallback_keys = _COOKIE.value
    return backend(key=key, fallback_keys=fallback_keys, salt=salt)
