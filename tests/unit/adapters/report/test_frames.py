"""Frames hold what json and lists hold: every value in its place, in the documented type."""

from __future__ import annotations

import math
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from adapters.report.column_names import distinct, exactly
from adapters.report.frames import to_arrow, to_pandas, to_polars, to_xarray
from domain.errors import DependencyUnavailable, InvalidSweep
from domain.space.scalars import Json, Scalar
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
EXAMPLES = settings(max_examples=30, deadline=None)


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
@example([{}, {"a": {}}, {"a": {}}])
@example([2**53 + 1, math.nan])
def test_a_table_is_what_json_and_lists_make_of_the_lines(
    tmp_path_factory: pytest.TempPathFactory, values: list[object]
) -> None:
    """Every column has the documented name and type, and every cell the value of its line; missing is null."""
    table = to_arrow(write_objects(tmp_path_factory.mktemp("results"), values), ["x"], {})
    expected = dict(_expected(values))
    assert {name: _type(type_) for name, type_ in zip(table.column_names, table.schema.types, strict=True)} == {
        name: type_ for name, (type_, _) in expected.items()
    }
    for name, (_, cells) in expected.items():
        assert same(table[name].to_pylist(), cells), name


@EXAMPLES
@given(rows())
@example([1, 2**60 + 1, None])
@example([[2**60 + 1, None], None])
@example([1.5, math.nan, None])
@example([True, None])
def test_pandas_loses_nothing(tmp_path_factory: pytest.TempPathFactory, values: list[object]) -> None:
    """A cell is the value of its line or, where that is missing, `pandas.NA`; integers keep their digits, NaN is NaN."""
    frame = to_pandas(write_objects(tmp_path_factory.mktemp("results"), values), ["x"], {})
    for name, (type_, cells) in _expected(values):
        found = [None if value is pd.NA else value for value in frame[name].tolist()]
        if type_ == "string":
            found = [None if pd.isna(value) else value for value in found]
        assert same(found, cells), name
        if type_ in _NUMPY:
            assert frame[name].dtype == (_ARROW if None in cells else _NUMPY)[type_]


_NUMPY: dict[str, object] = {"int64": np.dtype("int64"), "double": np.dtype("float64"), "bool": np.dtype("bool")}
_ARROW: dict[str, object] = {
    name: pd.ArrowDtype(getattr(pa, name if name != "double" else "float64")())
    if name != "bool"
    else pd.ArrowDtype(pa.bool_())
    for name in _NUMPY
}


@EXAMPLES
@given(rows())
def test_polars_loses_nothing(tmp_path_factory: pytest.TempPathFactory, values: list[object]) -> None:
    """A cell is the value of its line, or None."""
    frame = to_polars(write_objects(tmp_path_factory.mktemp("results"), values), ["x"], {})
    for name, (_, cells) in _expected(values):
        assert same(frame[name].to_list(), cells), name


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
