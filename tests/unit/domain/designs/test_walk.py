"""Walking columns."""

from __future__ import annotations

from domain.designs.walk import Column, at, walk


def test_the_product_of_no_columns_is_one_empty_tuple() -> None:
    """As in itertools.product."""
    assert list(walk([], 0, 1)) == [()]
    assert at([], 0) == ()


def test_a_row_is_computed_once_a_pass_and_never_outside_the_range() -> None:
    """A short walk over a long column asks for the rows it gives, no others."""
    asked = []

    def row(number: int) -> tuple[int]:
        asked.append(number)
        return (number,)

    assert list(walk([Column(1000, row)], 500, 503)) == [(500,), (501,), (502,)]
    assert asked == [500, 501, 502]
