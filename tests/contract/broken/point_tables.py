"""Tables of points with one defect each, and the rule that each breaks."""

# ruff: noqa: D102 - the docstring of a class says what is wrong with its methods

from __future__ import annotations

from time import sleep

from adapters.local.directory_tables import DirectoryTables


class TruncatesLongChunks(DirectoryTables):
    """Stores the first thousand bytes of a chunk."""

    def put(self, digest: str, number: int, body: bytes) -> None:
        super().put(digest, number, body[:1000])


class AddsToAChunk(DirectoryTables):
    """Stores what is put behind what is there."""

    def put(self, digest: str, number: int, body: bytes) -> None:
        path = self._path(digest, number)
        super().put(digest, number, (path.read_bytes() if path.exists() else b"") + body)


class WritesOnlyWhereNothingIs(DirectoryTables):
    """Looks whether there is a chunk, and makes one 50 ms later, which another writer may have made by then."""

    def put(self, digest: str, number: int, body: bytes) -> None:
        path = self._path(digest, number)
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.exists():
            sleep(0.05)
            with path.open("xb") as file:
                file.write(body)


class LooksAtTheLastChunkAlone(DirectoryTables):
    """Takes a table for whole whose last chunk is there."""

    def has(self, digest: str, chunks: int) -> bool:
        return self._path(digest, chunks - 1).exists()


class KnowsOneTable(DirectoryTables):
    """Puts the chunks of all tables into one folder."""

    def put(self, digest: str, number: int, body: bytes) -> None:
        super().put("0" * len(digest), number, body)

    def chunk(self, digest: str, number: int) -> bytes:
        return super().chunk("0" * len(digest), number)


class ReturnsAnEmptyChunk(DirectoryTables):
    """Returns nothing for a chunk that is not there."""

    def chunk(self, digest: str, number: int) -> bytes:
        path = self._path(digest, number)
        return path.read_bytes() if path.exists() else b""


BROKEN: dict[type[object], str] = {
    TruncatesLongChunks: "a_chunk_is_returned_byte_for_byte",
    AddsToAChunk: "a_second_put_changes_nothing",
    WritesOnlyWhereNothingIs: "of_many_at_once_one_whole_chunk_is_stored",
    LooksAtTheLastChunkAlone: "a_table_is_there_once_all_of_its_chunks_are",
    KnowsOneTable: "tables_are_apart",
    ReturnsAnEmptyChunk: "a_missing_chunk_is_unavailable_with_its_remedy",
}
