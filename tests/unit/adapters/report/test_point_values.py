"""One number of each point, from the lines of results."""

from __future__ import annotations

from pathlib import Path

import pytest

from adapters.report.point_values import point_values
from application.documents.result_lines import pack
from domain.errors import InvalidSweep

_LINES = [
    '{"index":1,"point":{},"value":{"a":{"b":2},"c":"text","d":null}}\n',
    '{"index":2,"point":{},"error":{"type":"E","message":""}}\n',
    '{"index":3,"skipped":true}\n',
    '{"index":5,"point":{},"value":{"a":{"b":"NaN"},"c":3}}\n',
]


@pytest.fixture
def paths(tmp_path: Path) -> list[Path]:
    """Return two result objects, of which a line and a whole shard are missing."""
    files = [tmp_path / "00000000.jsonl.gz", tmp_path / "00000002.jsonl.gz"]
    for file, lines in zip(files, (_LINES[:2], _LINES[2:]), strict=True):
        file.write_bytes(pack(lines))
    return files


def test_each_point_has_a_number_or_none(paths: list[Path]) -> None:
    """None without a result, with an error, if skipped, and for what is not finite; the order is that of the points."""
    assert list(point_values(paths, "a.b", 7)) == [None, 2, None, None, None, None, None]
    assert list(point_values(paths[:1], "d", 3)) == [None, None, None]


@pytest.mark.parametrize(
    ("key", "message"),
    [
        pytest.param("c", "c: is no number at point 1; name one of its keys: a, c, d", id="text"),
        pytest.param("x", "x: is not in the value of point 1; name one of its keys: a, c, d", id="unknown"),
        pytest.param("c.x", "c.x: is not in the value of point 1", id="key of a text"),
        pytest.param(None, "value: is no number at point 1", id="no key"),
    ],
)
def test_what_is_no_number_is_refused(paths: list[Path], key: str | None, message: str) -> None:
    """With the point, and the keys to choose from."""
    with pytest.raises(InvalidSweep) as caught:
        list(point_values(paths, key, 7))
    assert message in str(caught.value)


def test_a_value_without_keys_says_so(tmp_path: Path) -> None:
    """A text, for example."""
    file = tmp_path / "00000000.jsonl.gz"
    file.write_bytes(pack(['{"index":0,"point":{},"value":"text"}\n']))
    with pytest.raises(InvalidSweep, match="value: is no number at point 0; it has no keys"):
        list(point_values([file], None, 1))
