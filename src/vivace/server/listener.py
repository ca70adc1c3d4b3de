"""The socket that all workers share: bound once, inherited by each, closed with the last.

Because it is one socket, a connection that waits to be accepted belongs to no worker: whichever is
there takes it, also after another was killed or replaced.
"""

from __future__ import annotations

import errno
import os
import socket
import stat
from contextlib import suppress
from pathlib import Path

from vivace.management.exceptions import CommandError
from vivace.server.options import Options

# Seconds after which the kernel asks a silent client whether it is there, and gives it up.
_ASK_AFTER, _ASK_EVERY, _ASK_TIMES = 60, 15, 4

# Milliseconds for which a client may leave what it was sent unacknowledged.
_UNACKNOWLEDGED = 60_000

_REASONS = {
    errno.EADDRINUSE: "the port is taken. Stop the program that uses it, or choose another --port",
    errno.EACCES: "that needs more rights. Choose a --port from 1024 on",
    errno.EADDRNOTAVAIL: "this machine has no such address. Choose another --host",
}


def bind(options: Options) -> socket.socket:
    """The socket to listen at, bound but closed to clients until `listen` is called.

    Raises `CommandError` if the address cannot be had.
    """
    return _bind_path(options) if options.uds else _bind_port(options)


def listen(bound: socket.socket, options: Options) -> None:
    """Let clients in. Raises `CommandError` if another program was faster."""
    try:
        bound.listen(options.backlog)
    except OSError as error:
        raise _refused(options, error) from error


def address(bound: socket.socket, options: Options) -> str:
    """Where clients find it, as a URL."""
    if options.uds:
        return f"unix:{options.uds}"
    scheme = "https" if options.tls else "http"
    host = f"[{options.host}]" if ":" in options.host else options.host
    return f"{scheme}://{host}:{bound.getsockname()[1]}"


def remove(options: Options) -> None:
    """Take away the file of a unix socket."""
    if options.uds:
        Path(options.uds).unlink(missing_ok=True)


def _bind_port(options: Options) -> socket.socket:
    try:
        family, kind, proto, _, where = socket.getaddrinfo(
            options.host, options.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
    except (socket.gaierror, UnicodeError) as error:
        raise CommandError(
            f"Cannot serve at {options.host}:{options.port}: there is no host of that name "
            f"({getattr(error, 'strerror', None) or error}). Choose another --host."
        ) from error
    bound = socket.socket(family, kind, proto)
    try:
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        _watch_peers(bound)
        bound.bind(where)
    except OSError as error:
        bound.close()
        raise _refused(options, error) from error
    return bound


def _watch_peers(bound: socket.socket) -> None:
    """Have the kernel end connections whose client is gone; accepted sockets inherit that."""
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for name, value in (
        ("TCP_KEEPIDLE", _ASK_AFTER),
        ("TCP_KEEPINTVL", _ASK_EVERY),
        ("TCP_KEEPCNT", _ASK_TIMES),
        ("TCP_USER_TIMEOUT", _UNACKNOWLEDGED),
        ("TCP_NODELAY", 1),
    ):
        if hasattr(socket, name):
            bound.setsockopt(socket.IPPROTO_TCP, getattr(socket, name), value)


def _bind_path(options: Options) -> socket.socket:
    path = Path(options.uds)
    bound = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        _take_away_what_is_left(path)
        # SECURITY: nobody may connect between the bind and the chmod.
        before = os.umask(0o777)
        try:
            bound.bind(options.uds)
        finally:
            os.umask(before)
        path.chmod(options.uds_mode)
    except OSError as error:
        bound.close()
        reason = {
            errno.EADDRINUSE: "another program listens there, or it is no socket. Choose another",
            errno.ENOENT: "there is no such directory. Make it, or choose another",
            errno.EACCES: "that needs more rights. Choose another",
        }.get(error.errno or 0, f"{error.strerror or error}. Choose another")
        raise CommandError(f"Cannot serve at {options.uds}: {reason} --uds.") from error
    return bound


def _take_away_what_is_left(path: Path) -> None:
    """Remove a socket at which nobody listens any more."""
    with suppress(FileNotFoundError):
        if not stat.S_ISSOCK(path.stat().st_mode):
            raise OSError(errno.EADDRINUSE, "not a socket")
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
            try:
                probe.connect(str(path))
            except ConnectionRefusedError:
                path.unlink()
                return
        raise OSError(errno.EADDRINUSE, "in use")


def _refused(options: Options, error: OSError) -> CommandError:
    reason = _REASONS.get(error.errno or 0, error.strerror or str(error))
    return CommandError(f"Cannot serve at {options.host}:{options.port}: {reason}.")
