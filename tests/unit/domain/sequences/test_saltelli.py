"""The cross-sampled design, compared with its construction in numpy and with SALib."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import qmc

from domain.errors import InvalidSweep
from domain.sequences.saltelli import Saltelli
from domain.sequences.sobol import Sobol
from domain.sequences.unit_sequence import UnitSequence

designs = st.builds(
    Saltelli,
    st.integers(1, 7),
    st.integers(1, 60) | st.integers(1, 10**12),
    st.integers(-9, 9),
    st.sampled_from(["none", "owen", "shift"]),
    st.booleans(),
)


def crossed(base: np.ndarray[tuple[int, int], np.dtype[np.float64]], *, second_order: bool) -> list[list[float]]:
    """Return the rows from whole matrices A and B (Saltelli et al. 2010, section 3), which the design never builds."""
    first, second = np.split(base, 2, axis=1)
    matrices = [first]
    for own, other in ((first, second), (second, first))[: 1 + second_order]:
        for axis in range(first.shape[1]):
            mixed = own.copy()
            mixed[:, axis] = other[:, axis]
            matrices.append(mixed)
    return np.stack([*matrices, second], axis=1).reshape(-1, first.shape[1]).tolist()


@pytest.mark.filterwarnings("ignore:The balance properties")
@pytest.mark.parametrize("second_order", [False, True])
@pytest.mark.parametrize(("axes", "points"), [(1, 1), (2, 16), (6, 50), (64, 3)])
def test_rows_are_crossed_from_two_matrices(axes: int, points: int, *, second_order: bool) -> None:
    """Unscrambled, every row of every block equals what numpy makes of scipy's Sobol points."""
    base = np.asarray(qmc.Sobol(2 * axes, scramble=False).random(points))
    design: UnitSequence = Saltelli(axes, points, 0, "none", second_order)
    assert list(map(list, design.walk(0, design.size))) == crossed(base, second_order=second_order)


def test_rows_stand_in_salibs_order() -> None:
    """Block 5 equals what SALib 1.6.0 returned of `sobol.sample(problem, 8, calc_second_order=..., scramble=False)`."""
    for second_order, rows in (
        (False, [(0.875, 0.875), (0.125, 0.875), (0.875, 0.375), (0.125, 0.375)]),
        (True, [(0.875, 0.875), (0.125, 0.875), (0.875, 0.375), (0.875, 0.375), (0.125, 0.875), (0.125, 0.375)]),
    ):
        design = Saltelli(2, 8, 0, "none", second_order)
        assert list(design.walk(5 * len(rows), 6 * len(rows))) == rows


@given(designs, st.data())
def test_walk_yields_the_points_of_the_range(design: Saltelli, data: st.DataObject) -> None:
    """For any range, cut anywhere in a block, `walk` yields what `point` returns for each index, to the last bit."""
    start = data.draw(st.integers(0, design.size))
    stop = min(design.size, start + data.draw(st.integers(0, 40)))
    assert list(design.walk(start, stop)) == [design.point(index) for index in range(start, stop)]


@given(designs, st.data())
def test_an_index_tells_block_and_row(design: Saltelli, data: st.DataObject) -> None:
    """The first row of a block is A, the last is B, and every row between differs from one of them on one axis."""
    index = data.draw(st.integers(0, design.size - 1))
    block, row = design.block_of(index), design.row_of(index)
    assert index == block * design.rows + row
    base = Sobol(2 * design.axes, design.points, design.seed, design.scramble).point(block)
    first, second = base[: design.axes], base[design.axes :]
    axis, own, other = (row - 1, first, second) if row <= design.axes else (row - 1 - design.axes, second, first)
    if row in (0, design.rows - 1):
        assert design.point(index) == (second if row else first)
    else:
        assert design.point(index) == (*own[:axis], other[axis], *own[axis + 1 :])


@given(designs, st.integers(0, 99), st.data())
def test_more_base_points_keep_the_first_blocks(design: Saltelli, more: int, data: st.DataObject) -> None:
    """A point keeps its index and its coordinates."""
    index = data.draw(st.integers(0, design.size - 1))
    longer = Saltelli(design.axes, design.points + more, design.seed, design.scramble, design.second_order)
    assert longer.point(index) == design.point(index)


def test_a_design_that_does_not_exist_is_refused() -> None:
    """The message names the place."""
    with pytest.raises(InvalidSweep, match="parameters: needs 130 coordinates"):
        Saltelli(65, 1, 0)
    with pytest.raises(InvalidSweep, match=r"design\.points"):
        Saltelli(1, 0, 0)
    with pytest.raises(IndexError):
        Saltelli(1, 2, 0).point(6)
    with pytest.raises(IndexError):
        Saltelli(1, 2, 0).walk(0, 7)
