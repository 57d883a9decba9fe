"""`walk` and `at`, which combine columns into points."""

from __future__ import annotations

from domain.designs.walk import Column, at, walk


def test_the_product_of_no_columns_is_one_empty_tuple() -> None:
    """`walk` and `at` agree with itertools.product."""
    assert list(walk([], 0, 1)) == [()]
    assert at([], 0) == ()


def test_only_the_rows_of_the_range_are_computed_and_each_once() -> None:
    """A short walk over a long column computes only the rows that it yields, each once."""
    computed = []

    def row(number: int) -> tuple[int]:
        computed.append(number)
        return (number,)

    assert list(walk([Column(1000, row)], 500, 503)) == [(500,), (501,), (502,)]
    assert computed == [500, 501, 502]
