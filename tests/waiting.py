"""What tests of other processes need: patience, and a port.

Another process tells nobody when it is ready, so it is asked until it is. How long that takes depends on
what else the machine does; the deadline is only for what would never be.
"""

from __future__ import annotations

import random
import socket
import time
from collections.abc import Callable
from typing import Any

DEADLINE = 120.0  # seconds
# Systems give the ports above these to whoever asks for any, and to the clients of all connections:
# one of those may be taken again before the server that it is meant for listens there.
_PORTS = range(15_000, 32_000)


def until(condition: Callable[[], Any], told: Callable[[], str]) -> None:
    """Ask until `condition` holds; `told` says what is known if it never does."""
    end = time.monotonic() + DEADLINE
    while not condition():
        assert time.monotonic() < end, f"not within {DEADLINE} s: {told()}"
        time.sleep(0.02)


def free_port() -> int:
    """A port of this machine's own address that nobody listens at just now."""
    while True:
        port = random.SystemRandom().choice(_PORTS)
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
