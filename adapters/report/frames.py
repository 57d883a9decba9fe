"""Results as frames in memory: Arrow's table, and what pandas, polars and xarray make of it.

Each function loads its own library and pyarrow, which the extra `frames` has; `DependencyUnavailable` names it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any, cast

from adapters.machine.extras import library
from adapters.report.arrow_batches import record_batches
from adapters.report.column_names import distinct, exactly
from adapters.report.columns import table_of
from adapters.report.data_grid import Axes, Rows, dataset
from adapters.report.result_objects import StrPath
from adapters.report.spooled_lines import spooled_lines
from domain.space.scalars import Json, Scalar

if TYPE_CHECKING:
    import pandas as pd
    import polars as pl
    import pyarrow as pa
    import xarray as xr


def to_arrow(paths: Sequence[StrPath], names: Sequence[str], constants: Mapping[str, Json]) -> pa.Table:
    """Return the table of result objects: `names` are the sweep's parameters, and each constant gets a column too.

    Raises `DependencyUnavailable` for a damaged object.
    """
    library("pyarrow")
    with spooled_lines(paths, constants) as lines:
        table = table_of(lines.database, names, constants, lists=True)
        columns = list(distinct([column.name for column in table.columns], exactly))
        return record_batches(lines.database, table, columns).read_all()


def to_pandas(paths: Sequence[StrPath], names: Sequence[str], constants: Mapping[str, Json]) -> pd.DataFrame:
    """Return a data frame whose columns have numpy's dtypes, but Arrow's if some numbers or booleans are missing.

    With numpy's, such integers would be floats, and NaN and a missing number the same. Lists are Python's.
    """
    library("pandas")
    return pandas_frame(to_arrow(paths, names, constants))


def to_polars(paths: Sequence[StrPath], names: Sequence[str], constants: Mapping[str, Json]) -> pl.DataFrame:
    """Return a data frame of polars, whose types are Arrow's."""
    library("polars")
    return polars_frame(to_arrow(paths, names, constants))


def to_xarray(
    paths: Sequence[StrPath],
    names: Sequence[str],
    constants: Mapping[str, Json],
    levels: Mapping[str, Sequence[Scalar]],
    groups: Sequence[Sequence[str]] = (),
    optional: Collection[str] = (),
    rows: Rows | None = None,
) -> xr.Dataset:
    """Return the dataset of a grid: `levels` are the values of each parameter in their order, which are its dimensions.

    The parameters of each of `groups` (`zip` in a sweep's file) advance together: they share the dimension of the
    first. Those that are `optional` need not exist at a point: `rows` returns its place on each axis, the last of
    which stands for that. The values and errors are variables, and the constants are the dataset's attributes.
    """
    library("xarray")
    axes = Axes({name: levels[name] for name in names}, groups, optional, rows)
    return dataset(to_arrow(paths, names, {}), axes, constants)


def pandas_frame(table: pa.Table) -> pd.DataFrame:
    """Return the data frame of pandas that holds a table."""
    columns = {name: _series(table[name]) for name in table.column_names}
    return cast("pd.DataFrame", library("pandas").DataFrame(columns, copy=False))


def polars_frame(table: pa.Table) -> pl.DataFrame:
    """Return the data frame of polars that holds a table."""
    return cast("pl.DataFrame", library("polars").from_arrow(table))


def _series(column: pa.ChunkedArray) -> pd.Series[Any]:
    pandas, types = library("pandas"), library("pyarrow.types")
    if types.is_list(column.type):
        series = pandas.Series(column.to_pylist(), dtype=object)
    elif column.null_count and not types.is_string(column.type):
        series = column.to_pandas(types_mapper=pandas.ArrowDtype)
    else:
        series = column.to_pandas()
    return cast("pd.Series[Any]", series)
