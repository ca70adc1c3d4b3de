"""What can be wrong with a certificate and its key, said before anybody connects."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from vivace.management.exceptions import CommandError
from vivace.server.options import Options
from vivace.utils.lazily import Later

if TYPE_CHECKING:
    import ssl
else:
    # PERF: most servers have a proxy before them that does this.
    ssl = Later("ssl", rare=True)

_OLD_KEYS = (b"BEGIN RSA PRIVATE KEY", b"BEGIN EC PRIVATE KEY", b"BEGIN DSA PRIVATE KEY")


def verify(options: Options) -> None:
    """Raise `CommandError` if TLS could not be served with the files that `options` name."""
    if not options.tls:
        return
    for flag, name in (
        ("certificate", options.certificate),
        ("key", options.key),
        ("client-ca", options.client_ca),
    ):
        if name:
            _readable(flag, name)
    if any(mark in Path(options.key).read_bytes() for mark in _OLD_KEYS):
        raise CommandError(
            f"The key {options.key} is in an old format. Convert it to PKCS#8: "
            f"openssl pkcs8 -topk8 -nocrypt -in {options.key} -out new.key"
        )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    try:
        # Without the function, the library would ask at the terminal.
        context.load_cert_chain(options.certificate, options.key, lambda: options.key_password)
    except ssl.SSLError as error:
        raise CommandError(_cause(options, error)) from error
    if options.client_ca:
        try:
            context.load_verify_locations(options.client_ca)
        except ssl.SSLError as error:
            raise CommandError(
                f"The file {options.client_ca} has no certificate in PEM. Name another with "
                "--client-ca."
            ) from error


def _readable(flag: str, name: str) -> None:
    try:
        with Path(name).open("rb") as file:
            file.read(1)
    except OSError as error:
        raise CommandError(
            f"The file {name} cannot be read: {error.strerror}. Name another with --{flag}, or "
            "let this user read it."
        ) from error


def _cause(options: Options, error: ssl.SSLError) -> str:
    if "MISMATCH" in str(error):
        return (
            f"The key {options.key} is not that of the certificate {options.certificate}. Name "
            "the right one with --key."
        )
    if b"PRIVATE KEY" not in Path(options.key).read_bytes():
        return f"The file {options.key} has no private key in PEM. Name another with --key."
    if b"ENCRYPTED" in Path(options.key).read_bytes():
        return (
            f"The key {options.key} does not open with that password. Set "
            "VIVACE_SERVE_KEY_PASSWORD."
        )
    return (
        f"The certificate {options.certificate} or its key cannot be used "
        f"({error.reason or error}). Both must be PEM files; the certificate of the site is first."
    )
