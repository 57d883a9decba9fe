"""Result stores with one defect each in storing and returning objects, and the rule that each breaks."""

# ruff: noqa: D102 - the docstring of a class says what is wrong with its methods

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from time import sleep

from adapters.local.directory_results import DirectoryResultStore
from application.ports.result_store import StoredObject


class LastWriteWins(DirectoryResultStore):
    """Replaces an object by a later one."""

    def put(self, sweep_id: str, shard: int, body: bytes) -> bool:
        self._path(sweep_id, shard).unlink(missing_ok=True)
        return super().put(sweep_id, shard, body)


class SaysStoredWhenItIsNot(DirectoryResultStore):
    """Returns True for an object that it refuses."""

    def put(self, sweep_id: str, shard: int, body: bytes) -> bool:
        super().put(sweep_id, shard, body)
        return True


class LooksBeforeItWrites(DirectoryResultStore):
    """Checks first whether there is an object, and stores one 50 ms later."""

    def put(self, sweep_id: str, shard: int, body: bytes) -> bool:
        path = self._path(sweep_id, shard)
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.exists():
            return False
        sleep(0.05)
        path.write_bytes(body)
        return True


class TruncatesLongBodies(DirectoryResultStore):
    """Stores the first thousand bytes of an object."""

    def put(self, sweep_id: str, shard: int, body: bytes) -> bool:
        return super().put(sweep_id, shard, body[:1000])


class TranslatesLineEnds(DirectoryResultStore):
    """Returns an object with its line ends changed."""

    def get(self, sweep_id: str, shard: int) -> StoredObject | None:
        stored = super().get(sweep_id, shard)
        return stored and replace(stored, body=stored.body.replace(b"\r\n", b"\n"))


class MissingObjectsAreEmpty(DirectoryResultStore):
    """Returns an empty object instead of None."""

    def get(self, sweep_id: str, shard: int) -> StoredObject | None:
        return super().get(sweep_id, shard) or StoredObject(b"", "")


class RaisesForAMissingObject(DirectoryResultStore):
    """Raises an error instead of returning None."""

    def get(self, sweep_id: str, shard: int) -> StoredObject | None:
        return StoredObject(self._path(sweep_id, shard).read_bytes(), "")


class OneFolderForAll(DirectoryResultStore):
    """Stores the objects of all sweeps in the same folder."""

    def _path(self, sweep_id: str, shard: int) -> Path:
        return self._root / str(shard)


class EightDigitsOnly(DirectoryResultStore):
    """Names objects by the last eight digits of the shard's number."""

    def _path(self, sweep_id: str, shard: int) -> Path:
        return super()._path(sweep_id, shard % 10**8)


class OneLinkForAll(DirectoryResultStore):
    """Returns the link of the first shard for every shard."""

    def link(self, sweep_id: str, shard: int, seconds: int) -> str:
        return super().link(sweep_id, 0, seconds)


class OneLocation(DirectoryResultStore):
    """Returns the same folder for every sweep."""

    def location(self, sweep_id: str) -> str:
        return str(self._root)


BROKEN: dict[type[object], str] = {
    LastWriteWins: "the_first_object_stays",
    SaysStoredWhenItIsNot: "of_many_at_once_one_is_stored",
    LooksBeforeItWrites: "of_many_at_once_one_is_stored",
    TruncatesLongBodies: "an_object_is_returned_byte_for_byte",
    TranslatesLineEnds: "an_object_is_returned_byte_for_byte",
    MissingObjectsAreEmpty: "a_missing_object_is_none",
    RaisesForAMissingObject: "a_missing_object_is_none",
    OneFolderForAll: "shards_and_sweeps_do_not_mix",
    EightDigitsOnly: "shards_and_sweeps_do_not_mix",
    OneLinkForAll: "a_link_leads_to_the_object",
    OneLocation: "a_sweep_has_one_location",
}
