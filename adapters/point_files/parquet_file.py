"""Points in Parquet: a column for each parameter, whose values stay as they are."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from adapters.machine.extras import library
from adapters.point_files.batches import BATCH_ROWS, Batch, wrong
from application.on_done import OnDone


class ParquetFile:
    """A file that is read batch by batch."""

    unit = "row"

    def __init__(self, path: Path, on_read: OnDone) -> None:
        """Read the columns' names and types; raises `DependencyUnavailable` without the library."""
        self._path, self._on_read = path, on_read
        self._arrow = library("pyarrow")
        parquet = library("pyarrow.parquet")
        with self._translated():
            # Not buffered ahead: a file may have all of its rows in one group.
            self._file = parquet.ParquetFile(path, pre_buffer=False)
            schema = self._file.schema_arrow
        self.names = list(schema.names)
        for field in schema:
            self._check(field)

    def batches(self) -> Iterator[Batch]:
        """Yield all rows."""
        first = 1
        with self._translated(), self._file:
            for batch in self._file.iter_batches(BATCH_ROWS, use_threads=False):
                named = zip(self.names, batch.columns, strict=True)
                columns = [self._values(name, column, first) for name, column in named]
                yield Batch(columns, range(first, first + batch.num_rows))
                first += batch.num_rows
                self._on_read(first - 1, self._file.metadata.num_rows)

    def _values(self, name: str, column: Any, first: int) -> Sequence[object]:  # noqa: ANN401 - pyarrow ships no types
        """Return the values of a column of a batch, whose first row has this number."""
        plain = self._plain(column)
        try:
            return list(plain.to_pylist())
        except UnicodeDecodeError as error:
            row = next(row for row, scalar in enumerate(plain, first) if not _is_text(scalar))
            raise wrong(self._path, "is not UTF-8 text", f"row {row}", name) from error

    def _check(self, field: Any) -> None:  # noqa: ANN401 - likewise
        if not self._is_plain(field.type):
            message = f"has values of the type {field.type}; a point has numbers, texts, booleans and null alone"
            raise wrong(self._path, f"{message}: convert the column", column=field.name)

    def _is_plain(self, type_: Any) -> bool:  # noqa: ANN401 - likewise
        of = self._arrow.types
        if of.is_dictionary(type_):
            return self._is_plain(type_.value_type)
        plain = of.is_string, of.is_large_string, of.is_integer, of.is_floating, of.is_boolean, of.is_null
        return any(is_one(type_) for is_one in plain)

    def _plain(self, column: Any) -> Any:  # noqa: ANN401 - likewise
        """Return a column whose values Python has as its own."""
        if self._arrow.types.is_dictionary(column.type):
            return self._plain(column.dictionary_decode())
        # Python has no half precision.
        return column.cast(self._arrow.float64()) if self._arrow.types.is_float16(column.type) else column

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except (self._arrow.ArrowException, OSError, UnicodeDecodeError) as error:
            reason = str(error).partition("\n")[0]
            raise wrong(self._path, f"cannot be read as Parquet: {reason}; write it anew") from error


def _is_text(scalar: Any) -> bool:  # noqa: ANN401 - likewise
    try:
        scalar.as_py()
    except UnicodeDecodeError:
        return False
    return True
