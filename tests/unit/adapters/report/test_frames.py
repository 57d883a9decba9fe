"""Frames hold what json and lists hold: every value in its place, in the documented type."""

from __future__ import annotations

import math
import sys
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from adapters.report.column_names import distinct, exactly
from adapters.report.frames import pandas_frame, polars_frame, to_arrow, to_pandas, to_polars, to_xarray
from domain.designs.grid import Grid
from domain.errors import DependencyUnavailable, InvalidSweep
from domain.space.parameter import Parameter
from domain.space.scalars import Json, Scalar
from domain.space.values import Values
from domain.space.when import When
from tests.fakes.result_files import write_objects
from tests.fakes.table_oracle import Column, flattened, same, stored, typed

NUMBERS = st.integers(-(2**65), 2**65) | st.floats()
TEXTS = st.text(st.characters(codec="utf-8"), max_size=4) | st.sampled_from(["NaN", "Infinity", "1", "null", ""])
KEYS = st.text(st.sampled_from("aAb.~/2"), max_size=3)
LEAVES: Sequence[st.SearchStrategy[object]] = [
    st.integers(-(2**63), 2**63 - 1),
    st.integers(-9, 9) | st.floats(),
    st.booleans(),
    TEXTS,
    st.lists(st.none() | st.integers(-9, 9) | st.floats(), max_size=3),
    st.none() | NUMBERS | st.booleans() | TEXTS,
]
ERRORS = st.builds(ValueError, TEXTS)
# Each reads objects through a database.
EXAMPLES = settings(max_examples=10, deadline=None)


@st.composite
def rows(draw: st.DrawFn) -> list[object]:
    """Draw the values of some points: most have the same form, as those of one target have; some are null or errors."""
    leaf = st.none() | draw(st.sampled_from(LEAVES))
    deeper = draw(st.sampled_from([leaf, st.dictionaries(KEYS, leaf, max_size=3)]))
    value = draw(
        st.sampled_from([leaf, st.dictionaries(KEYS, deeper, max_size=3), st.dictionaries(KEYS, st.integers())])
    )
    return draw(st.lists(value | st.none() | ERRORS, min_size=1, max_size=8))


def _expected(values: Sequence[object]) -> Iterator[tuple[str, Column]]:
    """Yield the columns of a table whose parameter is `x`, each with its name."""
    columns: list[tuple[str, Sequence[object]]] = [("index", range(len(values))), ("x", range(len(values)))]
    columns += flattened("value", [stored(value) for value in values])
    if any(isinstance(value, Exception) for value in values):
        columns.append(("error.type", ["ValueError" if isinstance(one, Exception) else None for one in values]))
        columns.append(("error.message", [str(one) if isinstance(one, Exception) else None for one in values]))
    for name, (own, column) in zip(distinct([name for name, _ in columns], exactly), columns, strict=True):
        yield name, ("string", list(column)) if own.startswith("error.") else typed(column)


def _type(type_: pa.DataType) -> str:
    return f"list<{_type(type_.value_type)}>" if pa.types.is_list(type_) else str(type_)


@EXAMPLES
@given(rows())
@example([{"a": {"b": 1}, "a.b": 2}, {"a": {"c": None}}, None])
@example([{"a": {"b": {"c": {"d": [1, None]}}}}, {"a": None}, ValueError("no")])
@example([{"a": {"b": 1}}, {"a": 2}])
@example([{"a": {}, "b": math.nan}, {"a": {}, "b": None}, {"b": 1}])
@example([{"a": 2**60 + 1, "b": [2**60 + 1, None], "c": True}, None])
@example([2**53 + 1, math.nan])
def test_frames_are_what_json_and_lists_make_of_the_lines(
    tmp_path_factory: pytest.TempPathFactory, values: list[object]
) -> None:
    """Every column has the documented name and type, and every cell the value of its line; missing is missing."""
    table = to_arrow(write_objects(tmp_path_factory.mktemp("results"), values), ["x"], {})
    pandas, polars = pandas_frame(table), polars_frame(table)
    expected = dict(_expected(values))
    for names in (table.column_names, list(pandas.columns), polars.columns):
        assert names == list(expected)
    for name, (type_, cells) in expected.items():
        assert _type(table.schema.field(name).type) == type_
        assert pandas[name].dtype == _dtype(type_, cells)
        assert same(table[name].to_pylist(), cells)
        assert same(polars[name].to_list(), cells)
        assert same(_plain(pandas[name]), cells)


_NUMPY = {"int64": np.dtype("int64"), "double": np.dtype("float64"), "bool": np.dtype("bool")}
_ARROW = {"int64": pa.int64(), "double": pa.float64(), "bool": pa.bool_()}


def _dtype(type_: str, cells: Sequence[object]) -> object:
    """Return pandas' type for a column: numpy's for what is complete, Arrow's where something is missing."""
    if type_ in _NUMPY:
        return pd.ArrowDtype(_ARROW[type_]) if None in cells else _NUMPY[type_]
    return pd.Series(["text"]).dtype if type_ == "string" else object


def _plain(series: pd.Series[Any]) -> list[object]:
    """Return the cells of pandas, with None for a missing one: that is NA among numbers and lists, where NaN is not."""
    is_text = series.dtype == pd.Series(["text"]).dtype
    return [None if value is pd.NA or (is_text and pd.isna(value)) else value for value in series.tolist()]


@EXAMPLES
@given(rows(), st.data())
def test_a_dataset_has_every_value_at_its_point(
    tmp_path_factory: pytest.TempPathFactory, values: list[object], data: st.DataObject
) -> None:
    """A variable has the shape of the grid, its values at their points, and what is missing is missing."""
    size = len(values)
    columns = next(number for number in range(1, size + 1) if size % number == 0 and number * number >= size)
    levels: dict[str, list[Scalar]] = {"a": list(range(size // columns)), "b": [f"{n}" for n in range(columns)]}
    points = [{"a": levels["a"][n // columns], "b": levels["b"][n % columns]} for n in range(size)]
    paths = write_objects(tmp_path_factory.mktemp("results"), values, points, shard=1)
    left_out = data.draw(st.sets(st.integers(0, size - 1)))
    kept = [path for number, path in enumerate(paths) if number not in left_out]
    found = to_xarray(kept, ["a", "b"], {"g": 9.81}, levels)
    assert (dict(found.sizes), found.attrs) == ({"a": size // columns, "b": columns}, {"g": 9.81})
    # The types follow from the lines that are there.
    there = [None if number in left_out else value for number, value in enumerate(values)]
    for name, (_, cells) in list(_expected(there))[2:]:
        flat = found[name].to_numpy().reshape(-1).tolist()
        for cell, expected in zip(flat, cells, strict=True):
            if expected is None:
                assert cell is None or math.isnan(cell), name
            else:
                assert same(cell, expected) or cell == expected, name


def test_parameters_that_advance_together_share_a_dimension(tmp_path: Path) -> None:
    """The dimension of a zip group is called after its first parameter; the others are coordinates along it."""
    levels: dict[str, list[Scalar]] = {"a": [1, 2], "b": [0.5, 1.5, 2.5], "c": ["u", "v"]}
    points = [{"a": levels["a"][n], "b": b, "c": levels["c"][n]} for n in range(2) for b in levels["b"]]
    paths = write_objects(tmp_path, list(range(6)), points)
    found = to_xarray(paths, ["a", "b", "c"], {}, levels, [["c", "a"]])
    assert found["value"].dims == ("a", "b")
    assert found["value"].sel(a=2, b=1.5).item() == 4
    assert found["c"].dims == ("a",)
    assert [found[name].dtype.kind for name in ("a", "b", "c", "value")] == ["i", "f", "U", "i"]


def test_missing_integers_are_floats_only_where_these_are_exact(tmp_path: Path) -> None:
    """In a dataset, an integer beyond 2^53 beside a missing one keeps its digits, as an object."""
    levels: dict[str, list[Scalar]] = {"x": [0, 1, 2, None]}
    paths = write_objects(tmp_path, [{"small": 2**53, "large": 2**53 + 1}, ValueError("no"), {}])
    found = to_xarray(paths, ["x"], {}, levels)
    assert found["value.small"].dtype == float
    assert found["value.large"].dtype == object
    assert found["value.large"][0].item() == 2**53 + 1
    assert np.isnan(found["value.small"].to_numpy()).tolist() == [False, True, True, True]


def test_a_point_outside_the_grid_is_refused(tmp_path: Path) -> None:
    """Levels that make a smaller grid than the results have are an error, not a shifted dataset."""
    with pytest.raises(InvalidSweep, match="make a grid of 2 points, which has no point 2"):
        to_xarray(write_objects(tmp_path, [1, 2, 3]), ["x"], {}, {"x": [0, 1]})


def test_names_of_points_and_of_values_do_not_clash(tmp_path: Path) -> None:
    """A parameter called `value` has the prefix that it has in every table."""
    paths = write_objects(tmp_path, [1.5, 2.5], [{"value": 1}, {"value": 2}])
    found = to_xarray(paths, ["value"], {}, {"value": [1, 2]})
    assert (list(found.sizes), list(found.data_vars)) == (["point.value"], ["value"])


def test_no_results_make_an_empty_frame() -> None:
    """The columns are there without any rows."""
    constants: dict[str, Json] = {"g": 9.81}
    table = to_arrow([], ["x"], constants)
    assert (table.column_names, table.num_rows) == (["index", "x", "g", "value"], 0)
    assert len(to_pandas([], ["x"], constants)) == len(to_polars([], ["x"], constants)) == 0
    assert to_xarray([], ["x"], constants, {"x": [1, 2]})["value"].to_numpy().tolist() == [None, None]


def test_constants_are_columns(tmp_path: Path) -> None:
    """A constant has its value in every row, and is an attribute of a dataset."""
    paths = write_objects(tmp_path, [1, 2])
    constants: dict[str, Json] = {"g": 9.81, "index": [1, {"a": 2}]}
    frame = to_pandas(paths, ["x"], constants)
    assert frame["g"].tolist() == [9.81, 9.81]
    assert frame["constant.index"].tolist() == [["1", '{"a":2}']] * 2
    assert to_xarray(paths, ["x"], constants, {"x": [0, 1]}).attrs == constants


@pytest.mark.parametrize(
    ("make", "missing"),
    [
        pytest.param(to_arrow, "pyarrow", id="arrow"),
        pytest.param(to_pandas, "pandas", id="pandas"),
        pytest.param(to_polars, "polars", id="polars"),
        pytest.param(partial(to_xarray, levels={"x": [0]}), "xarray", id="xarray"),
    ],
)
def test_a_missing_library_is_named_with_its_extra(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, make: Callable[..., object], missing: str
) -> None:
    """The message says what to install."""
    monkeypatch.setitem(sys.modules, missing, None)
    with pytest.raises(DependencyUnavailable, match=rf"{missing} is not installed; install the extra `frames`"):
        make(write_objects(tmp_path, [1]), ["x"], {})


def test_a_damaged_object_makes_no_frame(tmp_path: Path) -> None:
    """An object that was cut short is named."""
    paths = write_objects(tmp_path, [1, 2, 3, 4])
    paths[1].write_bytes(paths[1].read_bytes()[:-9])
    with pytest.raises(DependencyUnavailable, match=r"00000001\.jsonl\.gz cannot be read"):
        to_arrow([str(path) for path in paths], ["x"], {})


def test_a_parameter_that_need_not_exist_has_one_more_coordinate(tmp_path: Path) -> None:
    """It is the last one, NaN for numbers, and has the points without the parameter."""
    own = {"C": Values((1, 2)), "rule": Values(("gini", "mse"))}
    model = {"C": When.of({"kind": "svm"}), "rule": When.of({"kind": "tree"})}
    conditional = (Parameter(name, values, model[name]) for name, values in own.items())
    grid = Grid((Parameter("kind", Values(("svm", "tree"))), *conditional))
    paths = write_objects(tmp_path, list(range(4)), [grid.point(index) for index in range(4)])
    levels = {one.name: [one.levels.value(0), one.levels.value(1)] for one in grid.parameters}
    found = to_xarray(paths, grid.names, {}, levels, (), ["C", "rule"], grid.rows)
    assert dict(found.sizes) == {"kind": 2, "C": 3, "rule": 3}
    assert found["value"].sel(kind="tree", C=math.nan, rule="mse").item() == 3
    assert found["value"].sel(kind="svm", C=2).to_numpy().tolist()[2] == 1
    assert pd.isna(found["rule"].to_numpy()).tolist() == [False, False, True]
    assert np.isnan(found["value"].to_numpy()).sum() == 18 - 4


def test_an_array_with_far_more_places_than_points_is_refused(tmp_path: Path) -> None:
    """The table holds such points in little memory."""
    levels: dict[str, list[Scalar]] = {name: [0] * 1000 for name in "abc"}
    paths = write_objects(tmp_path, [1], [{"a": 0}])
    with pytest.raises(InvalidSweep, match=r"would be an array of 1,002,001,000 places for 1 points; to_pandas\(\)"):
        to_xarray(paths, ["a", "b", "c"], {}, levels, (), ["b", "c"], lambda _: (0, 1000, 1000))
