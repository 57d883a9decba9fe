"""What holds for every unit test: quick examples from hypothesis, and no network."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from typing import NoReturn

import pytest
from hypothesis import settings

# New examples each time, no limit on one example's time.
settings.register_profile("quick", deadline=None, max_examples=60)
settings.load_profile("quick")


@pytest.fixture(autouse=True, scope="module")
def offline() -> Iterator[None]:
    """Refuse connections and look-ups. Of a module's scope, as hypothesis runs many examples in one test."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("connect", "connect_ex"):
            patch.setattr(socket.socket, name, _refusing_network(getattr(socket.socket, name)))
        patch.setattr(socket, "getaddrinfo", _refuse)
        yield


def _refusing_network(connect: Callable[..., object]) -> Callable[..., object]:
    """Wrap `connect` so that it serves sockets within the machine's memory alone."""

    def guarded(here: socket.socket, address: object) -> object:
        return connect(here, address) if here.family == socket.AF_UNIX else _refuse()

    return guarded


def _refuse(*_: object, **__: object) -> NoReturn:
    raise RuntimeError("unit tests reach no network")
