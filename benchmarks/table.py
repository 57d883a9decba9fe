"""What a table of results takes. Run: python -m benchmarks.table.

The same rows in 100 objects and in 10,000, in turns; and the peak of memory of a fresh process for each format, at a
tenth of the rows and at all of them.
"""

from __future__ import annotations

import argparse
import gzip
import json
import math
import re
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from adapters.report.result_table import TableKind, write_table
from application.documents.result_keys import object_name

FEW, MANY = 100, 10_000
ROUNDS = 3
KINDS: tuple[TableKind, ...] = ("parquet", "csv", "arrow")


def main() -> None:
    """Print the figures; with `--one FOLDER KIND`, make one table and print what it took."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=10_000_000)
    parser.add_argument("--shard-rows", type=int, default=1_000_000, help="The rows for the comparison of shards.")
    parser.add_argument("--one", nargs=2, metavar=("FOLDER", "KIND"))
    asked = parser.parse_args()
    if asked.one:
        one(Path(asked.one[0]), asked.one[1])
        return
    with tempfile.TemporaryDirectory() as name:
        compare_shards(Path(name), asked.shard_rows)
        for rows in (asked.rows // 10, asked.rows):
            folder = written(Path(name) / f"rows-{rows}", rows, FEW)
            for kind in KINDS:
                print(f"{rows:,} rows as {kind}: {fresh(folder, kind)}")


def compare_shards(base: Path, rows: int) -> None:
    """Print the median time for the same rows in few objects and in many."""
    folders = {shards: written(base / f"shards-{shards}", rows, shards) for shards in (FEW, MANY)}
    times: dict[int, list[tuple[float, ...]]] = {shards: [] for shards in folders}
    for _ in range(ROUNDS):
        for shards, folder in folders.items():
            times[shards].append(tuple(map(float, re.findall(r"([\d.]+) s", fresh(folder, "parquet")))))
    for place, clock in enumerate(("wall", "processor")):
        few, many = (statistics.median(taken[place] for taken in times[shards]) for shards in (FEW, MANY))
        print(f"{rows:,} rows as parquet, {clock} time, medians of {ROUNDS}: {FEW} shards {few:.1f} s,", end=" ")
        print(f"{MANY:,} shards {many:.1f} s, at {few / many:.2f} of the speed")


def fresh(folder: Path, kind: TableKind) -> str:
    """Return what a process of its own prints about one table."""
    command = [sys.executable, "-m", "benchmarks.table", "--one", str(folder), kind]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


def _names(path: Path) -> list[str]:
    with gzip.open(path) as lines:
        return list(json.loads(lines.readline())["point"])


def one(folder: Path, kind: TableKind) -> None:
    """Make one table of the objects in a folder, and print the time, the processor time and the peak of memory."""
    paths = sorted(folder.iterdir())
    begun = time.perf_counter()
    with tempfile.TemporaryDirectory() as output:
        written = write_table(paths, _names(paths[0]), {}, kind, Path(output) / "table")
        assert written.coverage.is_whole  # noqa: S101 - a benchmark of what is right
        size = (Path(output) / "table").stat().st_size / 1e6
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    wall, processor = time.perf_counter() - begun, time.process_time()
    print(f"{wall:.1f} s, {processor:.1f} s of processor time, peak {peak:.0f} MB, {size:.0f} MB written")


def written(folder: Path, rows: int, shards: int) -> Path:
    """Write so many rows in so many objects, and return their folder."""
    folder.mkdir()
    each = rows // shards
    for shard in range(shards):
        body = "".join(lines(shard * each, (shard + 1) * each))
        (folder / object_name(shard)).write_bytes(gzip.compress(body.encode(), 1))
    return folder


def lines(start: int, stop: int) -> Iterator[str]:
    """Yield the lines of a simulation of three parameters and three results."""
    for index in range(start, stop):
        point = f'{{"angle":{index % 81 * 1.25},"speed":{index // 81 % 1000},"drag":{index // 81000 * 0.25}}}'
        value = f'{{"range":{math.sin(index) * 100!r},"flight":{{"time":{math.cos(index)!r},"steps":{index % 1000}}}}}'
        yield f'{{"index":{index},"point":{point},"value":{value}}}\n'


if __name__ == "__main__":
    main()
