"""The process in which moto stands for DynamoDB and S3, behind the faults of the script."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from multiprocessing.connection import Connection
from typing import Any

from tests.e2e.chaos.store_faults import FaultyStore
from tests.fakes.aws import moto_server


def serve(pipe: Connection) -> None:
    """Serve until the pipe is closed; send the address, and then an answer to each order."""
    stores: list[FaultyStore] = []

    def behind(app: Callable[[Any, Any], Iterable[bytes]]) -> FaultyStore:
        stores.append(FaultyStore(app))
        return stores[0]

    with moto_server(behind=behind) as url:
        (store,) = stores
        pipe.send(url)
        while True:
            try:
                order, value = pipe.recv()
            except (EOFError, KeyboardInterrupt):
                return
            if order == "script":
                store.set(value)
            pipe.send(Counter(store.counts))
