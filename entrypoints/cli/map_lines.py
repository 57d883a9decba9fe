"""The map of a sweep's shards as lines of a terminal, with the meaning of its letters."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from rich.text import Text

from domain.shard_map import LETTERS, ShardMap

# The letter alone says what a cell is; colour is for the glance.
COLOURS = {"F": "bold red", "O": "magenta", "E": "yellow", "R": "cyan", ".": "dim", "D": "green"}
# From so many columns on, each row begins with the number of its first shard.
_WIDE = 40
# A row has a multiple of so many cells, where it can, so that people can count.
_ROUND = 10
_MOST_ROWS = 12


def map_lines(shards: ShardMap, width: int, lines: int) -> list[Text]:
    """Return the map and its legend on at most so many lines; nothing where both do not fit."""
    label = len(f"{len(shards.cells) * shards.shards_per_cell:,}") + 1 if width >= _WIDE else 0
    per_row = _rounded(width - label)
    for most in range(min(lines - 1, _MOST_ROWS), 0, -1):
        drawn = shards.at_most(most * per_row)
        made = [*_rows(drawn, per_row, label), *legend_lines(drawn, width)]
        if len(made) <= lines:
            return made
    return []


def legend_lines(shards: ShardMap, width: int) -> list[Text]:
    """Return the meaning of the map's letters, and how many shards a cell is, on as many lines as it takes."""
    entries = [
        Text.assemble((letter, COLOURS[letter]), f" {meaning}")
        for letter, meaning in LETTERS.items()
        if letter in shards.cells
    ]
    if shards.shards_per_cell > 1:
        entries.append(Text(f"a cell is {shards.shards_per_cell:,} shards"))
    lines: list[Text] = []
    for entry in entries:
        if lines and lines[-1].cell_len + 2 + entry.cell_len <= width:
            lines[-1].append("  ").append_text(entry)
        else:
            lines.append(entry)
    return lines


def _rows(shards: ShardMap, per_row: int, label: int) -> Iterator[Text]:
    for first in range(0, len(shards.cells), per_row):
        row = Text()
        if label:
            row.append(f"{first * shards.shards_per_cell:>{label - 1},} ", "dim")
        for letter, run in groupby(shards.cells[first : first + per_row]):
            row.append("".join(run), COLOURS[letter])
        yield row


def _rounded(cells: int) -> int:
    return cells - cells % _ROUND if cells > _ROUND else cells
