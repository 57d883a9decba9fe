"""The rules that every `ResultStore` keeps. A subclass of `ResultStoreContract` with its fixtures tests a backend."""

from __future__ import annotations

from functools import partial
from urllib.request import urlopen

import pytest

from application.documents.result_lines import pack
from application.ports.result_store import ResultStore
from tests.fakes.at_once import at_once

_SWEEP = "lab-000000000001"


class ResultStoreContract:
    """The rules, one a test."""

    @pytest.fixture
    def store(self) -> ResultStore:
        """Return an empty store."""
        raise NotImplementedError

    @pytest.fixture
    def other(self, store: ResultStore) -> ResultStore:
        """Return a second client of the same store, or the same client where there can be only one."""
        return store

    @pytest.mark.parametrize(
        "body",
        [
            pytest.param(b"", id="empty"),
            pytest.param(b"\x00\r\n\xff", id="control bytes"),
            pytest.param(pack(["{}\n"]), id="gzip"),
            pytest.param(bytes(range(256)) * 20_000, id="5 MB"),
        ],
    )
    def test_an_object_is_returned_byte_for_byte(self, store: ResultStore, other: ResultStore, body: bytes) -> None:
        """Every client gets the very bytes that were put, from 0 bytes to 5 MB."""
        assert store.put(_SWEEP, 0, body)
        assert other.get(_SWEEP, 0) == body

    def test_the_first_object_stays(self, store: ResultStore, other: ResultStore) -> None:
        """The store refuses a second object for the same shard, equal or not, and keeps the first."""
        assert store.put(_SWEEP, 3, b"first")
        assert other.put(_SWEEP, 3, b"second, longer") is False
        assert store.put(_SWEEP, 3, b"first") is False
        assert store.get(_SWEEP, 3) == b"first"

    def test_of_many_at_once_one_is_stored(self, store: ResultStore, other: ResultStore) -> None:
        """Of eight writers that put different objects at once, one gets True, and its object is stored."""
        bodies = [bytes([number]) * 100_000 for number in range(8)]
        clients = [store, other] * 4
        stored = at_once([partial(one.put, _SWEEP, 7, body) for one, body in zip(clients, bodies, strict=True)])
        assert sorted(stored) == [False] * 7 + [True]
        assert store.get(_SWEEP, 7) == bodies[stored.index(True)]

    def test_a_missing_object_is_none(self, store: ResultStore) -> None:
        """An unknown shard and an unknown sweep have no object, and a `get` does not create one."""
        assert store.get(_SWEEP, 0) is None
        store.put(_SWEEP, 0, b"body")
        assert store.get(_SWEEP, 1) is None
        assert store.get("other-000000000001", 0) is None
        assert store.put(_SWEEP, 1, b"body")

    def test_shards_and_sweeps_do_not_mix(self, store: ResultStore) -> None:
        """Each shard of each sweep has its own object, also where its number has more than eight digits."""
        places = [(_SWEEP, 1), (_SWEEP, 10), (_SWEEP, 10**8), (_SWEEP, 10**9 + 1), ("lab-000000000002", 1)]
        for number, (sweep, shard) in enumerate(places):
            assert store.put(sweep, shard, str(number).encode())
        assert [store.get(*place) for place in places] == [b"0", b"1", b"2", b"3", b"4"]

    def test_a_link_leads_to_the_object(self, store: ResultStore, other: ResultStore) -> None:
        """A reader that has the link and no credentials gets the stored bytes."""
        body = pack(["{}\n"])
        store.put(_SWEEP, 3, body)
        with urlopen(other.link(_SWEEP, 3, 60), timeout=10) as answer:  # noqa: S310 - the store's own address
            assert answer.read() == body

    def test_a_sweep_has_one_location(self, store: ResultStore, other: ResultStore) -> None:
        """The location is that of contract 4: the same for every client, and different for each sweep."""
        location = store.location(_SWEEP)
        assert location.rstrip("/").endswith(f"sweeps/{_SWEEP}/results")
        assert other.location(_SWEEP) == location
        assert store.location("lab-000000000002") != location
