"""Settings of every unit test: no network."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from typing import NoReturn

import pytest


@pytest.fixture(autouse=True, scope="module")
def offline() -> Iterator[None]:
    """Refuse connections and look-ups. The scope is a module: hypothesis runs many examples in one test."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("connect", "connect_ex"):
            patch.setattr(socket.socket, name, _refusing_network(getattr(socket.socket, name)))
        patch.setattr(socket, "getaddrinfo", _refuse)
        yield


def _refusing_network(connect: Callable[..., object]) -> Callable[..., object]:
    """Wrap `connect` so that it accepts only Unix sockets, which never leave this machine."""

    def guarded(connection: socket.socket, address: object) -> object:
        return connect(connection, address) if connection.family == socket.AF_UNIX else _refuse()

    return guarded


def _refuse(*_: object, **__: object) -> NoReturn:
    raise RuntimeError("unit tests reach no network")
