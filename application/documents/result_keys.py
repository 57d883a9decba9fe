"""Contract 4: where result objects are, in a bucket as in a folder."""

from __future__ import annotations

_SUFFIX = ".jsonl.gz"


def results_prefix(sweep_id: str) -> str:
    """Return the prefix of a sweep's result objects, with no slash at its end."""
    return f"sweeps/{sweep_id}/results"


def object_name(shard: int) -> str:
    """Return the name of a shard's object below the prefix: the number with at least 8 digits."""
    return f"{shard:08d}{_SUFFIX}"


def shard_of(name: str) -> int | None:
    """Return the number of the shard whose results an object of this name holds, or None for any other name."""
    digits = name.removesuffix(_SUFFIX)
    is_name = name.endswith(_SUFFIX) and digits.isascii() and digits.isdecimal()
    return int(digits) if is_name and object_name(int(digits)) == name else None
