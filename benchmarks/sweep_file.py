"""What reading a sweep file in YAML takes, beside ruamel.yaml in Python alone. Run: python -m benchmarks.sweep_file."""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable

import ruamel.yaml
import yaml

from adapters.documents.strict_yaml import read_yaml

# In bytes, and how often each is read.
SIZES = {270_000: 5, 1_000_000: 3}
A_LINE = "  - {a: 12345, b: 0.12345678901, name: case-12345}\n"
HEAD = "name: toy\ndesign:\n  kind: points\n  points:\n"


def before(text: str) -> object:
    """Read a text as the versions before did: once for its nodes, once for its values."""
    reader = ruamel.yaml.YAML(typ="safe", pure=True)
    reader.compose(text)
    return reader.load(text)


READERS: dict[str, Callable[[str], object]] = {"ruamel.yaml, twice": before, "libyaml, once": read_yaml}


def seconds(read: Callable[[str], object], text: str) -> float:
    """Return the processor time that one reading takes."""
    begun = time.process_time()
    read(text)
    return time.process_time() - begun


def main() -> None:
    """Print a line for each size, each reader's median of interleaved readings."""
    print(f"Python {sys.version.split()[0]}, ruamel.yaml {ruamel.yaml.__version__}, PyYAML {yaml.__version__}")
    for size, rounds in SIZES.items():
        text = HEAD + A_LINE * (size // len(A_LINE))
        times: dict[str, list[float]] = {name: [] for name in READERS}
        for _ in range(rounds):
            for name, read in READERS.items():
                times[name].append(seconds(read, text))
        medians = ", ".join(f"{name} {statistics.median(taken):.2f} s" for name, taken in times.items())
        print(f"{size:,} bytes, median of {rounds}: {medians}")


if __name__ == "__main__":
    main()
