"""A table of a grid's results as a dataset of xarray, whose dimensions are the parameters."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias, cast

from adapters.machine.extras import library
from adapters.report.column_names import free
from adapters.report.column_types import EXACT_IN_A_FLOAT
from domain.errors import InvalidSweep
from domain.space.scalars import Json, Scalar

if TYPE_CHECKING:
    import pyarrow as pa
    import xarray as xr

Array: TypeAlias = Any  # numpy's
# From the index of a point to its place on each axis.
Rows: TypeAlias = Callable[[int], Sequence[int]]
# An array in which most places have no point may be far larger than all points.
MOST_PLACES = 10**8


@dataclass(frozen=True, slots=True)
class Axes:
    """The levels of a grid's parameters, in their order, and the groups of those that advance together.

    The last parameter varies fastest. A group is one axis, which stands where its first parameter stands. An axis has
    one more place, the last, for points at which its parameters do not exist, if these are `optional`; then `rows`
    returns the place of a point on each axis.
    """

    levels: Mapping[str, Sequence[Scalar]]
    groups: Sequence[Sequence[str]] = ()
    optional: Collection[str] = ()
    rows: Rows | None = None

    @property
    def shape(self) -> Mapping[str, int]:
        """The length of each axis, by the parameter that it is called after."""
        return {
            name: len(levels) + (name in self.optional)
            for name, levels in self.levels.items()
            if self.axis_of(name) == name
        }

    def axis_of(self, name: str) -> str:
        """Return the parameter that a parameter's axis is called after."""
        group = next((group for group in self.groups if name in group), (name,))
        return next(one for one in self.levels if one in group)


def dataset(table: pa.Table, axes: Axes, constants: Mapping[str, Json]) -> xr.Dataset:
    """Return the dataset of a table that has `index`, the parameters, and then what becomes variables.

    Raises `InvalidSweep` if a point lies outside the grid.
    """
    places = table["index"].to_numpy()
    shape = axes.shape
    size = math.prod(shape.values())
    if axes.rows:
        places = _places(places, axes.rows, [*shape.values()])
    if len(places) and places.max() >= size:
        raise InvalidSweep.at("levels", f"make a grid of {size:,} points, which has no point {places.max():,}")
    names = table.column_names[1 + len(axes.levels) :]
    dimensions = [free("point", name) for name in shape]
    variables = {name: (dimensions, _spread(table[name], places, [*shape.values()])) for name in names}
    coordinates = {
        free("point", name): (
            free("point", axes.axis_of(name)),
            _optional_coordinate(levels) if name in axes.optional else _coordinate(levels),
        )
        for name, levels in axes.levels.items()
    }
    return cast("xr.Dataset", library("xarray").Dataset(variables, coordinates, dict(constants)))


def _places(indices: Array, rows: Rows, shape: Sequence[int]) -> Array:
    """Return the place of each point in an array of a shape."""
    size = math.prod(shape)
    if size > MOST_PLACES:
        message = f"would be an array of {size:,} places for {len(indices):,} points; to_pandas() has the table"
        raise InvalidSweep.at("design", message)
    numpy = library("numpy")
    found = numpy.array([rows(int(index)) for index in indices], dtype=int).reshape(-1, len(shape))
    return numpy.ravel_multi_index(tuple(found.T), shape)


def _spread(column: pa.ChunkedArray, places: Array, shape: Sequence[int]) -> Array:
    """Return an array of a shape with the column's values at their places, and what is missing elsewhere.

    That is NaN among floats, and among integers if floats hold all of them; else it is None.
    """
    numpy = library("numpy")
    size = math.prod(shape)
    is_whole = not column.null_count and len(numpy.unique(places)) == size
    values = _values(column, is_whole=is_whole)
    spread = numpy.empty(size, values.dtype)
    if not is_whole:
        spread.fill(math.nan if values.dtype == float else None)
    spread[places] = values
    return spread.reshape(shape)


def _values(column: pa.ChunkedArray, *, is_whole: bool) -> Array:
    types = library("pyarrow.types")
    if is_whole and types.is_primitive(column.type):
        return column.to_numpy()
    if types.is_floating(column.type) or (types.is_integer(column.type) and _fits_a_float(column)):
        return column.to_numpy().astype(float)
    return _objects(column.to_pylist())


def _fits_a_float(column: pa.ChunkedArray) -> bool:
    extremes = library("pyarrow.compute").min_max(column).as_py().values()
    return all(abs(value) <= EXACT_IN_A_FLOAT for value in extremes if value is not None)


def _coordinate(levels: Sequence[Scalar]) -> Array:
    """Return an array of a parameter's levels, of their own type, or as objects if they have several."""
    numpy = library("numpy")
    is_plain = len({type(level) for level in levels}) == 1 and levels[0] is not None
    return numpy.array(levels) if is_plain else _objects(levels)


def _optional_coordinate(levels: Sequence[Scalar]) -> Array:
    """Return an array of a parameter's levels, and after them NaN among numbers that floats hold, else None."""
    are_floats = all(
        isinstance(level, int | float) and not isinstance(level, bool) and float(level) == level for level in levels
    )
    return _coordinate([*map(float, levels), math.nan]) if are_floats else _objects([*levels, None])  # type: ignore[arg-type]  # they are numbers


def _objects(values: Sequence[object]) -> Array:
    # numpy.array would make a further dimension of lists.
    return library("numpy").fromiter(values, dtype=object, count=len(values))
