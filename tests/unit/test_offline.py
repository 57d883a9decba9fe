"""The fixture of the unit tests refuses every connection to a network."""

from __future__ import annotations

import socket
import urllib.request

import pytest


@pytest.mark.parametrize("family", [socket.AF_INET, socket.AF_INET6], ids=["IPv4", "IPv6"])
@pytest.mark.parametrize("connect", ["connect", "connect_ex"])
def test_connection_is_refused(family: socket.AddressFamily, connect: str) -> None:
    """A test cannot connect to a port, not even on this machine."""
    with socket.socket(family) as connection, pytest.raises(RuntimeError, match="reach no network"):
        getattr(connection, connect)(("localhost", 9))


def test_name_is_not_looked_up() -> None:
    """A library that connects to a host name is stopped before the look-up of its address."""
    with pytest.raises(RuntimeError, match="reach no network"):
        urllib.request.urlopen("http://example.invalid/")


def test_pair_of_sockets_in_one_process_is_allowed() -> None:
    """Event loops use pairs of sockets within one process, which are no network."""
    one, other = socket.socketpair()
    with one, other:
        one.sendall(b"hello")
        assert other.recv(5) == b"hello"
