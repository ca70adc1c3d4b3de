"""The socket that workers share."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest

from vivace.management.exceptions import CommandError
from vivace.server import listener
from vivace.server.options import Options


def test_nobody_gets_in_before_listen() -> None:
    options = Options(port=0)
    with listener.bind(options) as bound:
        port = bound.getsockname()[1]
        assert listener.address(bound, options) == f"http://127.0.0.1:{port}"
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", port))
        listener.listen(bound, options)
        with socket.create_connection(("127.0.0.1", port)):
            pass


def test_the_kernel_watches_clients() -> None:
    with listener.bind(Options(port=0)) as bound:
        assert bound.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE)
        listener.listen(bound, Options())
        with socket.create_connection(bound.getsockname()):
            accepted, _ = bound.accept()
            with accepted:
                assert accepted.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE)
                if hasattr(socket, "TCP_USER_TIMEOUT"):
                    assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT) > 0


def test_a_port_that_is_taken() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        with pytest.raises(CommandError, match="the port is taken"):
            listener.bind(Options(port=other.getsockname()[1]))


def test_a_port_that_is_taken_meanwhile() -> None:
    options = Options(port=0)
    with listener.bind(options) as bound:
        with socket.socket() as other:
            other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            other.bind(bound.getsockname())
            other.listen()
            with pytest.raises(CommandError, match="the port is taken"):
                listener.listen(bound, options)


@pytest.mark.parametrize(
    ("host", "sentence"),
    [
        ("192.0.2.1", "Cannot serve at 192.0.2.1:0: this machine has no such address"),
        ("no.host.invalid", "there is no host of that name"),
        ("a" * 70, "there is no host of that name"),
    ],
)
def test_addresses_that_are_not_ours(host: str, sentence: str) -> None:
    with pytest.raises(CommandError, match=sentence):
        listener.bind(Options(host=host, port=0))


@pytest.mark.skipif(not socket.has_ipv6, reason="needs IPv6")
def test_addresses_of_ipv6_are_shown_in_brackets() -> None:
    options = Options(host="::1", port=0, certificate="a", key="b")
    try:
        bound = listener.bind(options)
    except CommandError:
        pytest.skip("this machine has no IPv6 address")
    with bound:
        assert listener.address(bound, options).startswith("https://[::1]:")


def test_a_unix_socket(tmp_path: Path) -> None:
    options = Options(uds=str(tmp_path / "s"), uds_mode=0o600)
    with listener.bind(options) as bound:
        assert listener.address(bound, options) == f"unix:{tmp_path}/s"
        assert (tmp_path / "s").stat().st_mode & 0o777 == 0o600
        listener.listen(bound, options)
        with pytest.raises(CommandError, match="another program listens there"):
            listener.bind(options)
    # One that nobody listens at is taken over.
    with listener.bind(options):
        listener.remove(options)
    assert not (tmp_path / "s").exists()


def test_a_unix_socket_is_never_open_to_more_than_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    modes = []
    real = Path.chmod

    def chmod(path: Path, mode: int) -> None:
        modes.append(path.stat().st_mode & 0o777)
        real(path, mode)

    monkeypatch.setattr(Path, "chmod", chmod)
    before = os.umask(0)
    try:
        listener.bind(Options(uds=str(tmp_path / "s"))).close()
    finally:
        os.umask(before)
    assert modes == [0]


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("file", "another program listens there, or it is no socket"),
        ("none/s", "there is no such directory"),
        ("x" * 200, "too long"),
    ],
)
def test_paths_that_will_not_do(tmp_path: Path, name: str, sentence: str) -> None:
    (tmp_path / "file").write_text("precious")
    with pytest.raises((CommandError, OSError), match=sentence):
        listener.bind(Options(uds=str(tmp_path / name)))
    assert (tmp_path / "file").read_text() == "precious"
