"""Granian in this very process, on a socket that somebody else bound.

Granian's own command starts and watches its worker processes itself; here the processes are
`vivace.server.supervisor`'s, for these reasons: its workers each listen on a socket of their own,
so that connections which wait are lost with a worker that dies or is replaced; a worker counts as
started before it has loaded the application; one that died is missed for seconds.

COMPAT: the few names of Granian that are not documented are used here and nowhere else. The version
is bounded in pyproject.toml, and tests/unit/server starts a worker of each kind.
"""

from __future__ import annotations

import os
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

import granian.wsgi
from granian import Granian
from granian._granian import SocketHolder
from granian.constants import HTTPModes, Interfaces, RuntimeModes, SSLProtocols
from granian.http import HTTP1Settings, HTTP2Settings
from granian.log import LogLevels

from vivace.server.options import Options
from vivace.server.project import Interface

_VERSIONS = {"1": HTTPModes.http1, "2": HTTPModes.http2}


def run(
    application: Callable[..., Any],
    interface: Interface,
    listening: socket.socket,
    options: Options,
    static: tuple[str, Path] | None = None,
) -> None:
    """Serve `application` at `listening` until SIGTERM, and to the end of what has begun then.

    `static` is a prefix of paths and the directory whose files are served below it.
    """
    asgi = interface == "asgi"
    server: Any = Granian(
        # It is imported already; the name only appears in messages.
        "application",
        interface=Interfaces.ASGI if asgi else Interfaces.WSGI,
        # An event loop's work is in one thread; more of them would only take turns.
        blocking_threads=1 if asgi else options.threads,
        backlog=max(128, options.backlog),
        # It counts connections, idle ones too.
        backpressure=options.connections,
        runtime_mode=RuntimeModes.mt,
        websockets=asgi,
        log_level=LogLevels(options.log_level),
        http=_version(options),
        http1_settings=HTTP1Settings(
            header_read_timeout=int(options.header_timeout * 1000),
            max_buffer_size=options.max_header_size,
        ),
        http2_settings=HTTP2Settings(
            max_headers_size=options.max_header_size,
            # A client that is gone is noticed within these seconds.
            keep_alive_interval=30_000,
            keep_alive_timeout=20,
        ),
        static_path_route=[static[0]] if static else None,
        static_path_mount=[static[1]] if static else None,
        static_path_expires=options.static_expires,
        **_tls(options),
    )
    # SECURITY: the engine would give each request the environment of the process, with all its
    # secrets, and error reports show what requests have. PERF: and copy it for each.
    setattr(granian.wsgi, "os", _WithoutEnvironment())  # noqa: B010
    server._ssp = None
    # Its type hints know the constructor as little as its documentation does.
    holder: Any = SocketHolder
    server._shd = holder(listening.fileno(), bool(options.uds), options.backlog)
    server._sfd = listening.fileno()
    server._sso = listening
    target = server._spawn_asgi_lifespan_worker if asgi else server._spawn_wsgi_worker
    worker = server._spawn_worker(0, target, lambda: application)
    # A process object is made, but not started: its work is done here.
    worker.inner.run()


class _WithoutEnvironment:
    """The module ``os``, but for the environment."""

    environ: dict[str, str] = {}

    def __getattr__(self, name: str) -> Any:
        return getattr(os, name)


def _version(options: Options) -> HTTPModes:
    """Without TLS, nobody can say beforehand that he speaks HTTP/2; to guess takes a time-out away."""
    if options.http != "auto":
        return _VERSIONS[options.http]
    return HTTPModes.auto if options.tls else HTTPModes.http1


def _tls(options: Options) -> dict[str, Any]:
    if not options.tls:
        return {}
    key = Path(options.key)
    # It takes a password amiss that is not needed.
    locked = b"ENCRYPTED" in key.read_bytes()
    return {
        "ssl_cert": Path(options.certificate),
        "ssl_key": key,
        "ssl_key_password": options.key_password if locked else None,
        "ssl_protocol_min": SSLProtocols(f"tls{options.tls_min}"),
        "ssl_ca": Path(options.client_ca) if options.client_ca else None,
        "ssl_client_verify": bool(options.client_ca),
    }
