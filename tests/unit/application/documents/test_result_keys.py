"""The names of result objects."""

from __future__ import annotations

import pytest

from application.documents.result_keys import object_name, results_prefix, shard_of


@pytest.mark.parametrize("shard", [0, 7, 10**8, 10**9 + 1])
def test_the_name_of_an_object_names_its_shard(shard: int) -> None:
    """It has 8 digits or more, and sorts below the sweep's prefix."""
    assert shard_of(object_name(shard)) == shard
    assert f"{results_prefix('toy-1')}/{object_name(7)}" == "sweeps/toy-1/results/00000007.jsonl.gz"


@pytest.mark.parametrize(
    "name",
    [
        "00000000 (1).jsonl.gz",
        "0000000_0.jsonl.gz",
        "0.jsonl.gz",
        "000000000.jsonl.gz",
        "+0000000.jsonl.gz",
        "-0000001.jsonl.gz",
        "\u0660\u0660\u0660\u0660\u0660\u0660\u0660\u0660.jsonl.gz",
        "00000000.jsonl",
        "00000000",
        ".jsonl.gz",
        "",
    ],
)
def test_any_other_name_names_no_shard(name: str) -> None:
    """A copy beside an object, or digits in another form, is not taken for an object."""
    assert shard_of(name) is None
