"""Time and memory that a file of points takes: to read it as a client does, and to walk its rows as a worker does.

    python -m benchmarks.point_files [--rows 1000000]

Each file has six columns: two of integers, two of floats, one of texts, one of booleans. Each is read in a process of
its own, beside one that reads it into a data frame of pandas.
"""

from __future__ import annotations

import argparse
import os
import platform
import random
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pyarrow.csv
import pyarrow.parquet

FEW = 10_000
_OURS = """
from adapters.point_files.intake import read_client_request
import adapters.point_files.point_file
import pyarrow.parquet
begin()
request = read_client_request({"name": "lab", "design": {"kind": "points", "file": path}}, Path())
tell()
begin()
count = sum(1 for _ in request.design.walk(0, request.plan.size, lambda name, value: value))
tell()
"""
_PANDAS = """
import pandas
import pyarrow.parquet
readers = {".csv": pandas.read_csv, ".jsonl": lambda name: pandas.read_json(name, lines=True)}
begin()
frame = readers.get(Path(path).suffix, pandas.read_parquet)(path)
tell()
"""
# What `resource` tells would begin with the memory of the process that started this one.
_MEASURED = """
import re, sys, time
from pathlib import Path
path = sys.argv[1]
def peak():
    return int(re.search(r"VmHWM:\\s+(\\d+) kB", Path("/proc/self/status").read_text())[1])
def begin():
    global before
    before = time.process_time(), peak()
def tell():
    print(f"{time.process_time() - before[0]:.2f} s, {(peak() - before[1]) / 1000:.0f} MB more than before", end="; ")
"""


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=10**6)
    asked = parser.parse_args()
    print(f"Python {platform.python_version()}, load {os.getloadavg()[0]:.1f}; seconds of processor")
    with tempfile.TemporaryDirectory() as folder:
        for rows in (FEW, asked.rows):
            for path in written(Path(folder), rows):
                print(f"{rows:,} rows, {path.stat().st_size / 1e6:.1f} MB of {path.suffix}")
                print(f"  ours, read and then walked: {measured(_OURS, path)}")
                print(f"  pandas, read: {measured(_PANDAS, path)}")


def written(folder: Path, rows: int) -> Iterator[Path]:
    """Write the same rows in each format, and yield the paths."""
    table = folder / f"{rows}.csv"
    source = random.Random(7)  # noqa: S311 - no secret
    with table.open("w", encoding="utf-8") as file:
        file.write("a,b,c,d,kind,flag\n")
        for number in range(rows):
            kind, flag = ("svm", "true") if number % 3 else ("tree", "false")
            file.write(f"{number},{source.random()},{source.gauss(0, 1)},{number % 100},{kind},{flag}\n")
    yield table
    read = pyarrow.csv.read_csv(table)
    pyarrow.parquet.write_table(read, table.with_suffix(".parquet"))
    yield table.with_suffix(".parquet")
    read.to_pandas().to_json(table.with_suffix(".jsonl"), orient="records", lines=True, double_precision=15)
    yield table.with_suffix(".jsonl")


def measured(program: str, path: Path) -> str:
    """Return what a program of its own prints about a file."""
    command = [sys.executable, "-c", _MEASURED + program, str(path)]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.rstrip("; ")


if __name__ == "__main__":
    main()
