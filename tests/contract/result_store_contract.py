"""The rules that every `ResultStore` keeps. A subclass of `ResultStoreContract` with its fixtures tests a backend."""

from __future__ import annotations

from functools import partial
from threading import Event
from urllib.request import urlopen

import pytest

from application.documents.result_lines import pack
from application.ports.result_store import ResultStore, StoredObject
from tests.fakes.at_once import at_once

_SWEEP = "lab-000000000001"


def _stored(store: ResultStore, shard: int = 0) -> StoredObject:
    """Return the object of a shard that has one."""
    stored = store.get(_SWEEP, shard)
    assert stored is not None
    return stored


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
        assert _stored(other).body == body

    def test_the_first_object_stays(self, store: ResultStore, other: ResultStore) -> None:
        """The store refuses a second object for the same shard, equal or not, and keeps the first."""
        assert store.put(_SWEEP, 3, b"first")
        assert other.put(_SWEEP, 3, b"second, longer") is False
        assert store.put(_SWEEP, 3, b"first") is False
        assert _stored(other, 3).body == b"first"

    def test_of_many_at_once_one_is_stored(self, store: ResultStore, other: ResultStore) -> None:
        """Of eight writers that put different objects at once, one gets True, and its object is stored."""
        bodies = [bytes([number]) * 100_000 for number in range(8)]
        clients = [store, other] * 4
        stored = at_once([partial(one.put, _SWEEP, 7, body) for one, body in zip(clients, bodies, strict=True)])
        assert sorted(stored) == [False] * 7 + [True]
        assert _stored(store, 7).body == bodies[stored.index(True)]

    def test_a_version_is_replaced(self, store: ResultStore, other: ResultStore) -> None:
        """A caller that names the version it has read replaces the object, by a longer or a shorter one."""
        bodies = [b"first", b"", b"third, longer", bytes(range(256)) * 20_000, b"\x00\r\n\xff"]
        assert store.put(_SWEEP, 0, bodies[0])
        for body in bodies[1:]:
            assert store.replace(_SWEEP, 0, body, _stored(other).version) is True
            assert _stored(other).body == body

    def test_another_version_is_not_replaced(self, store: ResultStore, other: ResultStore) -> None:
        """The store keeps an object that has another version than the caller names."""
        store.put(_SWEEP, 0, b"first")
        first = _stored(store).version
        assert other.replace(_SWEEP, 0, b"second", first)
        for version in (first, "no version at all"):
            assert store.replace(_SWEEP, 0, b"third", version) is False
        assert _stored(store).body == b"second"

    def test_a_version_is_that_of_the_object(self, store: ResultStore, other: ResultStore) -> None:
        """Every client reads the same version of an object until it is replaced, and then another one."""
        store.put(_SWEEP, 0, b"first")
        store.put(_SWEEP, 1, b"beside")
        first = _stored(store)
        store.put(_SWEEP, 0, b"refused")
        assert store.replace(_SWEEP, 1, b"beside, replaced", _stored(store, 1).version)
        assert [_stored(store), _stored(other)] == [first, first]
        store.replace(_SWEEP, 0, b"second", first.version)
        assert _stored(store) == _stored(other)
        assert _stored(store).version != first.version

    def test_of_many_replacements_at_once_one_is_stored(self, store: ResultStore, other: ResultStore) -> None:
        """Of eight writers that replace the same version at once, one gets True, and its object is stored."""
        store.put(_SWEEP, 7, b"first")
        version = _stored(store, 7).version
        bodies = [bytes([number]) * 100_000 for number in range(8)]
        clients = [store, other] * 4
        calls = [partial(one.replace, _SWEEP, 7, body, version) for one, body in zip(clients, bodies, strict=True)]
        replaced = at_once(calls)
        assert sorted(replaced) == [False] * 7 + [True]
        assert _stored(store, 7).body == bodies[replaced.index(True)]

    def test_a_reader_gets_a_whole_object(self, store: ResultStore, other: ResultStore) -> None:
        """While an object is replaced, readers get the earlier one or the later one, with its version."""
        earlier, later = b"a" * 300_000, b"b" * 300_000
        store.put(_SWEEP, 0, earlier)
        version = _stored(store).version
        read: list[StoredObject] = []
        is_over = Event()

        def write() -> None:
            try:
                store.replace(_SWEEP, 0, later, version)
            finally:
                is_over.set()

        def look() -> None:
            while not is_over.is_set():
                read.append(_stored(other))

        at_once([write, look, look])
        assert {one.body for one in read} <= {earlier, later}
        assert all((one.version == version) == (one.body == earlier) for one in read)

    def test_a_missing_object_is_not_replaced(self, store: ResultStore, other: ResultStore) -> None:
        """A shard without an object has none after a replacement, and the first `put` stores one."""
        store.put(_SWEEP, 1, b"beside")
        version = _stored(store, 1).version
        assert other.replace(_SWEEP, 0, b"body", version) is False
        assert other.replace("other-000000000001", 1, b"body", version) is False
        assert store.get(_SWEEP, 0) is None
        assert store.get("other-000000000001", 1) is None
        assert store.put(_SWEEP, 0, b"first")

    def test_a_replacement_stays(self, store: ResultStore, other: ResultStore) -> None:
        """The store refuses to `put` an object where one was replaced, also the bytes of the first one."""
        store.put(_SWEEP, 0, b"first")
        assert store.replace(_SWEEP, 0, b"second", _stored(store).version)
        assert [other.put(_SWEEP, 0, body) for body in (b"first", b"second", b"third")] == [False] * 3
        assert _stored(store).body == b"second"

    def test_an_object_may_be_replaced_by_its_equal(self, store: ResultStore, other: ResultStore) -> None:
        """An object may be replaced by the same bytes, and then by others."""
        store.put(_SWEEP, 0, b"first")
        assert store.replace(_SWEEP, 0, b"first", _stored(store).version)
        assert _stored(other).body == b"first"
        assert other.replace(_SWEEP, 0, b"second", _stored(other).version)
        assert _stored(store).body == b"second"

    def test_a_replacement_is_of_one_shard(self, store: ResultStore, other: ResultStore) -> None:
        """A replacement leaves the objects of other shards and sweeps as they are, equal ones too."""
        places = [(_SWEEP, 1), (_SWEEP, 10), (_SWEEP, 10**8 + 1), ("lab-000000000002", 1)]
        for place in places:
            store.put(*place, b"first")
        assert store.replace(_SWEEP, 1, b"second", _stored(store, 1).version)
        stored = [other.get(*place) for place in places]
        assert [one and one.body for one in stored] == [b"second", b"first", b"first", b"first"]

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
        stored = [store.get(*place) for place in places]
        assert [one and one.body for one in stored] == [b"0", b"1", b"2", b"3", b"4"]

    def test_a_link_leads_to_the_object(self, store: ResultStore, other: ResultStore) -> None:
        """A reader that has the link and no credentials gets the stored bytes, and those that have replaced them."""
        for body in (pack(["{}\n"]), pack(["[]\n"])):
            if not store.put(_SWEEP, 3, body):
                store.replace(_SWEEP, 3, body, _stored(store, 3).version)
            with urlopen(other.link(_SWEEP, 3, 60), timeout=10) as answer:  # noqa: S310 - the store's own address
                assert answer.read() == body

    def test_a_sweep_has_one_location(self, store: ResultStore, other: ResultStore) -> None:
        """The location is that of contract 4: the same for every client, and different for each sweep."""
        location = store.location(_SWEEP)
        assert location.rstrip("/").endswith(f"sweeps/{_SWEEP}/results")
        assert other.location(_SWEEP) == location
        assert store.location("lab-000000000002") != location
