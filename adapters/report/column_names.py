"""What the columns of a table are called: each has a name of its own, by one rule for all formats."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import count

# No parameter or constant has any other name of a column.
_TAKEN = {"index", "value"}


def exactly(name: str) -> str:
    """Return the name: names are different if any character is."""
    return name


def distinct(names: Sequence[str], same: Callable[[str], str]) -> Iterator[str]:
    """Yield for each name itself, or it with the first of `~2`, `~3`, ... that tells it from all others.

    Two names are one to a reader of the table if `same` makes them equal, such as `str.casefold`.
    """
    taken = {same(name) for name in names}
    seen: set[str] = set()
    for name in names:
        candidates = (f"{name}~{number}" for number in count(2))
        chosen = name
        if same(name) in seen:
            chosen = next(candidate for candidate in candidates if same(candidate) not in taken)
        seen.add(same(chosen))
        taken.add(same(chosen))
        yield chosen


def free(prefix: str, name: str) -> str:
    """Return the name of a parameter's or a constant's column: with the prefix, if a column of another kind has it."""
    return f"{prefix}.{name}" if name in _TAKEN else name
