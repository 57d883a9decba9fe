"""Result stores with one defect each in replacing an object, and the rule that each breaks."""

# ruff: noqa: D102 - the docstring of a class says what is wrong with its methods

from __future__ import annotations

from dataclasses import replace
from itertools import count
from time import sleep

from adapters.local.directory_results import DirectoryResultStore
from application.ports.result_store import StoredObject


class ReplacesNothing(DirectoryResultStore):
    """Returns True for the stored version and keeps the object."""

    def replace(self, sweep_id: str, shard: int, body: bytes, version: str) -> bool:
        stored = self.get(sweep_id, shard)
        return stored is not None and stored.version == version


class LeavesTheRest(DirectoryResultStore):
    """Writes a shorter object over the beginning of a longer one."""

    def replace(self, sweep_id: str, shard: int, body: bytes, version: str) -> bool:
        stored = self.get(sweep_id, shard)
        return stored is not None and super().replace(sweep_id, shard, body + stored.body[len(body) :], version)


class ReplacesAnyVersion(DirectoryResultStore):
    """Replaces an object of any version."""

    def replace(self, sweep_id: str, shard: int, body: bytes, version: str) -> bool:
        stored = self.get(sweep_id, shard)
        return stored is not None and super().replace(sweep_id, shard, body, stored.version)


class OneVersionForAll(DirectoryResultStore):
    """Says of every object that it has the same version."""

    def get(self, sweep_id: str, shard: int) -> StoredObject | None:
        stored = super().get(sweep_id, shard)
        return stored and replace(stored, version="1")

    def replace(self, sweep_id: str, shard: int, body: bytes, version: str) -> bool:
        stored = super().get(sweep_id, shard)
        return stored is not None and super().replace(sweep_id, shard, body, stored.version)


class VersionsAreOfTheReading(DirectoryResultStore):
    """Says of an object at every reading that it has another version."""

    _readings = count()

    def get(self, sweep_id: str, shard: int) -> StoredObject | None:
        stored = super().get(sweep_id, shard)
        return stored and replace(stored, version=f"{stored.version}-{next(self._readings)}")

    def replace(self, sweep_id: str, shard: int, body: bytes, version: str) -> bool:
        return super().replace(sweep_id, shard, body, version.partition("-")[0])


class LooksBeforeItReplaces(DirectoryResultStore):
    """Checks the version first, and replaces the object 50 ms later."""

    def replace(self, sweep_id: str, shard: int, body: bytes, version: str) -> bool:
        stored = self.get(sweep_id, shard)
        if stored is None or stored.version != version:
            return False
        sleep(0.05)
        self._path(sweep_id, shard).write_bytes(body)
        return True


class SaysReplacedWhenItIsNot(DirectoryResultStore):
    """Returns True for an object whose version is another one by now."""

    def replace(self, sweep_id: str, shard: int, body: bytes, version: str) -> bool:
        super().replace(sweep_id, shard, body, version)
        return True


class ReplacesPieceByPiece(DirectoryResultStore):
    """Writes the second half of an object 50 ms after the first."""

    def replace(self, sweep_id: str, shard: int, body: bytes, version: str) -> bool:
        with self._path(sweep_id, shard).open("wb", buffering=0) as file:
            file.write(body[: len(body) // 2])
            sleep(0.05)
            file.write(body[len(body) // 2 :])
        return True


class MakesMissingObjects(DirectoryResultStore):
    """Stores an object where there was none to replace."""

    def replace(self, sweep_id: str, shard: int, body: bytes, version: str) -> bool:
        return self.put(sweep_id, shard, body) or super().replace(sweep_id, shard, body, version)


class PutsAfterAReplacement(DirectoryResultStore):
    """Takes an object that was replaced for one that is still missing."""

    def put(self, sweep_id: str, shard: int, body: bytes) -> bool:
        path = self._path(sweep_id, shard)
        if path.with_name("replaced").exists():
            path.unlink()
        return super().put(sweep_id, shard, body)

    def replace(self, sweep_id: str, shard: int, body: bytes, version: str) -> bool:
        self._path(sweep_id, shard).with_name("replaced").touch()
        return super().replace(sweep_id, shard, body, version)


class EqualsAreRefused(DirectoryResultStore):
    """Returns False for an object that equals the stored one."""

    def replace(self, sweep_id: str, shard: int, body: bytes, version: str) -> bool:
        stored = self.get(sweep_id, shard)
        return stored is not None and stored.body != body and super().replace(sweep_id, shard, body, version)


class ReplacesEveryEqual(DirectoryResultStore):
    """Replaces each object of the sweep that equals the named one."""

    def replace(self, sweep_id: str, shard: int, body: bytes, version: str) -> bool:
        stored = self._path(sweep_id, shard).read_bytes()
        for path in self.paths(sweep_id):
            if path.read_bytes() == stored:
                path.write_bytes(body)
        return True


BROKEN: dict[type[object], str] = {
    ReplacesNothing: "a_version_is_replaced",
    LeavesTheRest: "a_version_is_replaced",
    ReplacesAnyVersion: "another_version_is_not_replaced",
    OneVersionForAll: "a_version_is_that_of_the_object",
    VersionsAreOfTheReading: "a_version_is_that_of_the_object",
    LooksBeforeItReplaces: "of_many_replacements_at_once_one_is_stored",
    SaysReplacedWhenItIsNot: "of_many_replacements_at_once_one_is_stored",
    ReplacesPieceByPiece: "a_reader_gets_a_whole_object",
    MakesMissingObjects: "a_missing_object_is_not_replaced",
    PutsAfterAReplacement: "a_replacement_stays",
    EqualsAreRefused: "an_object_may_be_replaced_by_its_equal",
    ReplacesEveryEqual: "a_replacement_is_of_one_shard",
}
