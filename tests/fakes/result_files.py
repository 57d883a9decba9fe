"""Result objects in a folder, written as workers write them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from application.documents.result_lines import error_line, member, pack, value_line
from domain.space.scalars import Scalar
from domain.sweep import PointError


def write_objects(
    folder: Path, values: Sequence[object], points: Sequence[dict[str, Scalar]] = (), *, shard: int = 3
) -> list[Path]:
    """Write result objects of so many points each, and return their paths. An exception is the error of its point."""
    lines = []
    for index, value in enumerate(values):
        members = ",".join(member(*item) for item in (points[index] if points else {"x": index}).items())
        if isinstance(value, Exception):
            lines.append(error_line(members, PointError(index, type(value).__name__, str(value))))
        else:
            lines.append(value_line(index, members, value))
    paths = []
    for number, start in enumerate(range(0, len(lines), shard)):
        paths.append(folder / f"{number:08d}.jsonl.gz")
        paths[-1].write_bytes(pack(lines[start : start + shard]))
    return paths
