"""The results of a sweep: its points with their values, as pairs, as tables, and as an array over the grid."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from adapters.report.coverage import Audit
from adapters.report.point_values import point_values
from adapters.report.result_objects import blocks
from application.describe_sweep import Description
from application.documents.result_keys import shard_of
from application.estimate_sensitivity import estimate_sensitivity
from application.list_failures import LARGEST_PAGE
from application.on_done import show_nothing
from application.place import Place
from domain.designs.grid import Grid
from domain.designs.replicated import Replicated, repetition
from domain.dispatch_policy import no_deadline
from domain.errors import InvalidSweep
from domain.request import SweepRequest
from domain.sensitivity import Bootstrap
from domain.space.scalars import Json

if TYPE_CHECKING:
    import pandas as pd
    import polars as pl
    import pyarrow as pa
    import xarray as xr

# What the lines have for the floats that JSON has not.
_FLOATS = {text: float(text) for text in ("NaN", "Infinity", "-Infinity")}


@dataclass(frozen=True, slots=True)
class Failure:
    """Why points have no value: an exception of the function at one point, or the end of a worker in a whole shard.

    `index` and `point` are those of the point, or of the shard's first one; `points` is how many points this is about.
    `type` is the exception's type, or a reason such as `WorkerDied`.
    """

    index: int
    point: Mapping[str, Any]
    type: str
    message: str
    points: int = 1


@dataclass(frozen=True, eq=False)
class Results:
    """The results of one sweep, as they are stored: pairs of a point and its value, in the order of the points.

    `len` counts the pairs, `size` the points of the sweep, `skipped` those that do not satisfy its condition, which
    have no pair; `failures` says why further pairs are missing. A NaN and an infinity is a float here, and a tuple that
    the function returned is a list. `reused` counts the values that the call of `run` took from the sweep that it
    extends.
    """

    id: str
    size: int
    skipped: int
    _values: int = field(repr=False)
    _place: Place = field(repr=False)
    _request: SweepRequest = field(repr=False)
    _paths: Sequence[Path] = field(repr=False)
    reused: int = field(default=0, repr=False)

    @classmethod
    def of(cls, place: Place, description: Description, reused: int = 0) -> Results:
        """Fetch the results of a sweep to this machine; raises `DependencyUnavailable`."""
        sweep_id = description.head.id
        paths = [Path(path) for path in place.files.fetch(sweep_id, show_nothing, no_deadline)]
        request = place.sweeps.request(sweep_id, no_deadline)
        progress = description.progress
        return cls(sweep_id, progress.size, progress.skipped, progress.done, place, request, paths, reused)

    def __iter__(self) -> Iterator[tuple[dict[str, Any], Any]]:
        """Yield each point that has a value, by name, with the value; one line of the results is read at a time."""
        for line in self._lines():
            if "value" in line:
                yield line["point"], _value(line["value"])

    def __len__(self) -> int:
        """Return how many points have a value."""
        return self._values

    def __repr__(self) -> str:
        """Return the id, and how many points have a value."""
        skipped = f", {self.skipped:,} skipped" if self.skipped else ""
        return f"<results of {self.id}: {len(self):,} of {self.size:,} points{skipped}>"

    @cached_property
    def failures(self) -> list[Failure]:
        """Why points have no value, by index; empty if every point has one, or was skipped."""
        errors = [
            Failure(line["index"], line["point"], line["error"]["type"], line["error"]["message"])
            for line in self._lines()
            if "error" in line
        ]
        return sorted([*errors, *self._failed_shards()], key=lambda failure: failure.index)

    def sensitivity(
        self, key: str | None = None, *, confidence: float = 0.95, resamples: int = 100, seed: int = 0
    ) -> dict[str, dict[str, tuple[float, float]]]:
        """Return the Sobol indices of each parameter: `first` and `total`, each with the margin of its interval.

        The sweep's design is `saltelli`. `key` names the number within each value, such as `"range"` or `"fit.error"`.
        The intervals have this confidence, by so many resamples of the design's blocks. Blocks with a point that has no
        value are left out whole. Raises `InvalidSweep` for another design or a value that is no number, and
        `SweepConflict` if more than half of the blocks lack a value.
        """
        values = point_values(self._paths, key, self.size)
        found = estimate_sensitivity(self._request, values, Bootstrap(resamples, confidence, seed))
        indices = zip(self._request.design.names, found.first, found.total, strict=True)
        return {
            name: {"first": (first.value, first.margin), "total": (total.value, total.margin)}
            for name, first, total in indices
        }

    def to_arrow(self, *, constants: bool = False) -> pa.Table:
        """Return a table: `index`, a column a parameter, `value` (`value.KEY` for objects), errors in their own.

        With `constants`, each of them has a column too. docs/results.md has the columns' names and types. Raises
        `InvalidSweep` for a sweep without results, and `DependencyUnavailable` if the library is not installed.
        """
        from adapters.report import frames  # noqa: PLC0415 - tables take a moment to load

        return frames.to_arrow(*self._table(constants=constants))

    def to_pandas(self, *, constants: bool = False) -> pd.DataFrame:
        """Return the table of `to_arrow` as a DataFrame of pandas."""
        from adapters.report import frames  # noqa: PLC0415 - tables take a moment to load

        return frames.to_pandas(*self._table(constants=constants))

    def to_polars(self, *, constants: bool = False) -> pl.DataFrame:
        """Return the table of `to_arrow` as a DataFrame of polars."""
        from adapters.report import frames  # noqa: PLC0415 - tables take a moment to load

        return frames.to_polars(*self._table(constants=constants))

    def to_xarray(self, *, constants: bool = False) -> xr.Dataset:
        """Return a dataset whose dimensions are the parameters of the grid, with their levels as coordinates.

        Parameters that advance together share the dimension of the first. Replicates are the last dimension,
        `replicate`. A parameter that does not exist at every point has one more coordinate, the last, for those
        without it. A point without a value is NaN, or None among texts. With `constants`, they are the dataset's
        attributes. Raises `InvalidSweep` for a list of points.
        """
        design = self._request.design
        grid, count = repetition(design)
        if not isinstance(grid, Grid):
            raise InvalidSweep.at("design", "is a list of points, which has no dimensions; to_pandas() has the table")
        axes = [*grid.parameters, design.axis] if isinstance(design, Replicated) else grid.parameters
        levels = {one.name: list(map(one.levels.value, range(one.levels.size))) for one in axes}
        from adapters.report import frames  # noqa: PLC0415 - tables take a moment to load

        optional = self._request.optional

        def rows(index: int) -> tuple[int, ...]:
            point, replicate = divmod(index, count)
            return (*grid.rows(point), replicate)[: len(grid.axes) + isinstance(design, Replicated)]

        return frames.to_xarray(
            *self._table(constants=constants), levels, grid.zip, optional, rows if optional else None
        )

    def _table(self, *, constants: bool) -> tuple[Sequence[Path], Sequence[str], Mapping[str, Json]]:
        """Return what every table is made of: the result objects, the parameters, and the constants if wanted."""
        if not self._paths:
            raise InvalidSweep.at(self.id, "has no results; .failures says why")
        return self._paths, self._request.design.names, self._request.constants if constants else {}

    def _lines(self) -> Iterator[dict[str, Any]]:
        for block in blocks(self._paths, Audit()):
            yield from map(json.loads, block.splitlines())

    def _failed_shards(self) -> Iterator[Failure]:
        """Yield a failure for each shard that has no results at all."""
        after: int | None = None
        stored = {shard_of(path.name) for path in self._paths}
        while True:
            page = self._place.sweeps.list_failures(self.id, LARGEST_PAGE, after, no_deadline)
            for one in page.failures:
                if one.shard not in stored:
                    first = self._request.plan.shard(one.shard).start
                    point = dict(self._request.design.point(first))
                    yield Failure(first, point, one.reason, one.message, one.points)
            after = page.next
            if after is None:
                return


def _value(value: Any) -> Any:  # noqa: ANN401 - any JSON value
    """Return a value with floats for the texts that stand for them."""
    if isinstance(value, str):
        return _FLOATS.get(value, value)
    if isinstance(value, list):
        return [_value(one) for one in value]
    if isinstance(value, dict):
        return {key: _value(one) for key, one in value.items()}
    return value
