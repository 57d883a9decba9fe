"""The picture of a sweep: lines for a terminal of any size. It follows from the snapshot and the size alone."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator

from rich.text import Text

from domain.failure import FailureGroup
from domain.progress import Progress, State
from entrypoints.cli.map_lines import map_lines
from entrypoints.cli.snapshot import Snapshot
from entrypoints.cli.texts import counted, printable

_LONGEST_BAR = 40
# A shorter one says nothing.
_SHORTEST_BAR = 8
# A longer name is cut in the line that stays.
_LONGEST_NAME = 30
_CAUSES_SHOWN = 5
# Of a note, so many lines on a terminal that has as many, and else one.
_LONGEST_NOTE, _TALL = 3, 12
# Of the lines that are left for causes and map, the causes may have one in so many.
_SHARE_OF_CAUSES = 3
_STATE_STYLES = {
    State.DISPATCHING: "bold cyan",
    State.RUNNING: "bold cyan",
    State.DONE: "bold green",
    State.DONE_WITH_ERRORS: "bold yellow",
    State.FAILED: "bold red",
    State.INCOMPLETE: "bold magenta",
    State.CANCELLED: "bold magenta",
}


def picture(snapshot: Snapshot, width: int, height: int) -> list[Text]:
    """Return at most `height` lines of at most `width` columns, both at least 1; what matters most stays."""
    progress = snapshot.progress
    lines = [_heading(snapshot), *_note(snapshot.note, width, _LONGEST_NOTE if height >= _TALL else 1)]
    if progress:
        lines += [_points(snapshot, width), _fitting(map(Text, snapshot.pace()), width), _shards(progress, width)]
        lines = [line for line in lines if line]
        lines += _causes(snapshot.groups, (height - len(lines)) // _SHARE_OF_CAUSES)
    if snapshot.map:
        lines += map_lines(snapshot.map, width, height - len(lines))
    return [_cut(line, width) for line in lines[:height]]


def last_line(snapshot: Snapshot, width: int) -> Text:
    """Return the line that stays once a sweep is no longer shown: its name, points, failures and rate."""
    name = Text(snapshot.sweep_id)
    name.truncate(min(_LONGEST_NAME, width // 3), overflow="ellipsis")
    points = _points(snapshot, width - name.cell_len - 1, *snapshot.pace())
    return _cut(Text.assemble((name.plain, "bold"), " ", points), width)


def _heading(snapshot: Snapshot) -> Text:
    name = (snapshot.sweep_id, "bold")
    if not snapshot.progress:
        return Text.assemble(name)
    # The id is the longer one of the two, and can be cut.
    return Text.assemble((snapshot.state, _STATE_STYLES[snapshot.progress.state]), "  ", name)


def _note(text: str, width: int, lines: int) -> list[Text]:
    wrapped = textwrap.wrap(printable(text), width, max_lines=lines, placeholder="…")
    return [Text(line, "bold yellow") for line in wrapped]


def _points(snapshot: Snapshot, width: int, *more: str) -> Text:
    """Return how many points have ended, and have failed: by a bar and in figures where they fit, else in percent."""
    failed = Text(f"{snapshot.failed:,} failed", "red" if snapshot.failed else "")
    percent = f"{snapshot.percent} %"
    points = Text(f"{snapshot.points:,} of {counted(snapshot.size, 'point', 'points')} ({percent})")
    if points.cell_len + 2 + failed.cell_len > width:
        return _fitting([Text(percent), failed], width)
    skipped = [Text(f"{snapshot.skipped:,} skipped")] if snapshot.skipped else []
    figures = _fitting([points, failed, *skipped, *map(Text, more)], width)
    bar = min(width - figures.cell_len - 1, _LONGEST_BAR)
    return Text.assemble(_bar(snapshot, bar), " ", figures) if bar >= _SHORTEST_BAR else figures


def _bar(snapshot: Snapshot, width: int) -> Text:
    full = width * snapshot.points // snapshot.size
    return Text.assemble(("━" * full, "green"), ("─" * (width - full), "dim"))


def _shards(progress: Progress, width: int) -> Text:
    counts = (
        (progress.shards_failed, "failed", "red"),
        (progress.overdue, "overdue", "magenta"),
        (progress.shards_partial, "with errors", "yellow"),
        (progress.running, "running", "cyan"),
        (progress.undispatched, "not dispatched", ""),
    )
    done = Text(f"{progress.shards_done:,} of {counted(progress.shards, 'shard', 'shards')} done")
    return _fitting([done, *(Text(f"{count:,} {what}", style) for count, what, style in counts if count)], width)


def _causes(groups: tuple[FailureGroup, ...], lines: int) -> Iterator[Text]:
    """Yield on at most so many lines why points have no value: the causes that cost the most points."""
    shown = min(max(lines, 0), _CAUSES_SHOWN, len(groups))
    if 1 < shown == lines < len(groups):
        shown -= 1
    for group in groups[:shown]:
        example = group.example
        many = f"{counted(group.points, 'point', 'points')} in {counted(group.shards, 'shard', 'shards')}"
        yield Text.assemble((many, "red"), f": {printable(f'{example.reason}: {example.message}')}")
    more = len(groups) - shown
    if more and shown < lines:
        yield Text(f"... and {counted(more, 'more cause', 'more causes')}", "dim")


def _fitting(parts: Iterable[Text], width: int) -> Text:
    """Return the parts on one line, as many as fit, but at least the first."""
    line = Text()
    for part in parts:
        longer = Text(", ").join([line, part]) if line else part
        if line and longer.cell_len > width:
            return line
        line = longer
    return line


def _cut(line: Text, width: int) -> Text:
    line.truncate(width, overflow="ellipsis")
    return line
