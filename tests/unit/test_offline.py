"""The unit tests reach no network: this tests the fixture that refuses it."""

from __future__ import annotations

import socket
import urllib.request

import pytest


@pytest.mark.parametrize("family", [socket.AF_INET, socket.AF_INET6])
@pytest.mark.parametrize("connect", ["connect", "connect_ex"])
def test_connection_is_refused(family: socket.AddressFamily, connect: str) -> None:
    """Not even this machine's own ports may be reached."""
    with socket.socket(family) as there, pytest.raises(RuntimeError, match="reach no network"):
        getattr(there, connect)(("localhost", 9))


def test_name_is_not_looked_up() -> None:
    """A library that goes by a host's name is stopped before it asks for the address."""
    with pytest.raises(RuntimeError, match="reach no network"):
        urllib.request.urlopen("http://example.invalid/")


def test_pair_of_sockets_in_one_process_is_allowed() -> None:
    """Processes and event loops talk to themselves through sockets that are no network."""
    one, other = socket.socketpair()
    with one, other:
        one.sendall(b"hello")
        assert other.recv(5) == b"hello"
